//! Files under a passing name: what a run is still writing. Whoever dies leaves them, and the next run removes them.

use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Begins every passing name; the number of its process follows.
const PREFIX: &str = ".ptuplan-";

static TOKEN: OnceLock<u64> = OnceLock::new();
static COUNT: AtomicU64 = AtomicU64::new(0);

/// Tells this process from a dead one that had its number.
fn token() -> u64 {
    *TOKEN.get_or_init(|| RandomState::new().build_hasher().finish())
}

/// A path in the folder that nobody else uses.
pub(super) fn path(folder: &Path) -> PathBuf {
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    folder.join(format!("{PREFIX}{}-{:016x}-{count}", std::process::id(), token()))
}

/// Whether a name is a passing one.
pub(super) fn is_passing(name: &str) -> bool {
    owner(name).is_some()
}

/// The process and token of a passing name.
fn owner(name: &str) -> Option<(u32, &str)> {
    let mut parts = name.strip_prefix(PREFIX)?.splitn(3, '-');
    let process = parts.next()?.parse().ok()?;
    let token = parts.next()?;
    (token.len() == 16).then_some((process, token))
}

/// Removes what dead processes left in a folder. What cannot be removed is somebody else's to remove.
pub(super) fn clean(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some((process, of)) = name.to_str().and_then(owner) else { continue };
        let own = process == std::process::id();
        if own && *of == format!("{:016x}", token()) || !own && is_alive(process) {
            continue;
        }
        let folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let _ =
            if folder { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
    }
}

#[cfg(unix)]
fn is_alive(process: u32) -> bool {
    let process = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw);
    process.is_some_and(|process| {
        rustix::process::test_kill_process(process) != Err(rustix::io::Errno::SRCH)
    })
}

#[cfg(not(unix))]
fn is_alive(_process: u32) -> bool {
    true
}

/// Tests let a run die before its n-th step on files: whatever happens to a process, it happens between two of them.
#[cfg(debug_assertions)]
pub(super) fn step() {
    static STEPS: AtomicU64 = AtomicU64::new(0);
    let step = STEPS.fetch_add(1, Ordering::SeqCst);
    let last = std::env::var("PTUPLAN_TEST_DIE_AT").ok().and_then(|text| text.parse().ok());
    if last == Some(step) {
        std::process::abort();
    }
}

#[cfg(not(debug_assertions))]
pub(super) const fn step() {}
