//! The fuzz targets on the stable toolchain: seeds are the files the other tests use and all that was ever found
//! (`fuzz/corpus`), mutated for a while.
//!
//! ```text
//! cargo test --test fuzz                                  two seconds a target
//! PTUPLAN_FUZZ_SECONDS=60 cargo test --test fuzz          a minute for all of them
//! PTUPLAN_FUZZ_SECONDS=3600 PTUPLAN_FUZZ_SEED=7 PTUPLAN_FUZZ_TARGET=focus cargo test --test fuzz -- --nocapture
//! ```
//!
//! What is found is written to `fuzz/corpus/TARGET/` and stays there: the corpus only grows.

#![allow(clippy::pedantic, unreachable_pub, missing_docs, reason = "a test: nobody builds on it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]
#![allow(clippy::print_stderr, reason = "the figures are what a long run is for")]

#[path = "../../fuzz/targets.rs"]
mod targets;

mod mutate;
mod seeds;

use crate::mutate::Mutator;
use ptuplan::units::memory;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use targets::TARGETS;

/// One input may take this long in a build without optimisation: of a processor, where the system says it.
const SLOWEST: Duration = Duration::from_secs(20);
/// Most memory that all inputs together may ever hold at a time, kilobytes.
const MOST_KB: u64 = 512 * 1024;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Time that this thread had a processor; none where the system does not say. A busy machine finds nothing by being busy.
fn on_processor() -> Option<Duration> {
    let stated = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(stated.split_whitespace().next()?.parse().ok()?))
}

/// Why an input is a finding, if it is one.
fn finding(target: fn(&[u8]), bytes: &[u8]) -> Option<String> {
    let (begun, held) = (Instant::now(), on_processor());
    let ended = catch_unwind(AssertUnwindSafe(|| target(bytes)));
    let took = held
        .and_then(|before| Some(on_processor()?.saturating_sub(before)))
        .unwrap_or_else(|| begun.elapsed());
    match ended {
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Some(text.unwrap_or_else(|| "a panic".to_owned()))
        }
        Ok(()) if took > SLOWEST => Some(format!("{took:?}")),
        Ok(()) => None,
    }
}

/// Most memory this process ever held, kilobytes; none where the system does not say.
fn peak_kb() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

fn keep(name: &str, bytes: &[u8]) -> PathBuf {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    let folder = root().join("fuzz/corpus").join(name);
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{:08x}", crc.sum()));
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn no_input_brings_a_target_down() {
    // As the program does on a machine with little left.
    memory::set_limit(4 << 30, false);
    std::panic::set_hook(Box::new(|_| {}));
    let wanted = std::env::var("PTUPLAN_FUZZ_TARGET").ok();
    let chosen: Vec<_> =
        TARGETS.iter().filter(|(name, _)| wanted.as_deref().is_none_or(|w| w == *name)).collect();
    let count = u32::try_from(chosen.len()).unwrap().max(1);
    let each = number("PTUPLAN_FUZZ_SECONDS")
        .map_or(Duration::from_secs(2), |seconds| Duration::from_secs(seconds) / count);
    let mut found = Vec::new();
    let mut all = 0_u64;
    for (name, target) in chosen {
        let seeds = seeds::of(name, &root());
        assert!(!seeds.is_empty(), "no seed for {name}");
        let mut check = |bytes: &[u8]| {
            if let Some(why) = finding(*target, bytes) {
                let path = keep(name, bytes);
                found.push(format!("{name}: {why} ({})", shown(&path)));
            }
        };
        seeds.iter().for_each(|seed| check(seed));
        let mut mutator = Mutator::new(number("PTUPLAN_FUZZ_SEED").unwrap_or(0), name);
        let (begun, mut tried) = (Instant::now(), 0_u64);
        while begun.elapsed() < each {
            check(&mutator.next(&seeds));
            tried += 1;
        }
        all += tried + u64::try_from(seeds.len()).unwrap();
        eprintln!("{name}: {} seeds, {tried} mutations; peak {:?} kB", seeds.len(), peak_kb());
    }
    let _ = std::panic::take_hook();
    eprintln!("{all} inputs, {} findings", found.len());
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
    assert!(peak_kb().is_none_or(|peak| peak < MOST_KB), "peak memory {:?} kB", peak_kb());
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
