//! How much memory the machine has left for a run.

use std::fs;

/// Where the system says nothing.
const UNKNOWN: u64 = 8 << 30;
/// A run is not refused for less than this: the system makes room.
const LEAST: u64 = 1 << 30;

/// Three quarters of what is free: of the machine, of the container, of what the process may address.
pub fn three_quarters() -> u64 {
    let free = [machine(), container(), addressable()].into_iter().flatten().min();
    (free.unwrap_or(UNKNOWN) / 4 * 3).max(LEAST)
}

/// `MemAvailable` of Linux.
fn machine() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1_024)
}

/// The limit of the control group, less what it uses.
fn container() -> Option<u64> {
    let number = |name: &str| -> Option<u64> {
        fs::read_to_string(format!("/sys/fs/cgroup/{name}")).ok()?.trim().parse().ok()
    };
    number("memory.max")?.checked_sub(number("memory.current")?)
}

/// What `ulimit -v` leaves.
fn addressable() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/limits").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}
