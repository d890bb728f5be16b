//! Inputs with no end, parts larger than their whole, and text that drives what shows it.

use crate::{run, run_in};
use std::fs;

#[test]
#[cfg(unix)]
fn a_device_has_no_end() {
    let scenario = "scenarios/quickstart.toml";
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    for arguments in [
        ["price", "/dev/zero"].as_slice(),
        &["simulate", "/dev/zero"],
        &["export", "/dev/zero", "--form", "az"],
        &["simulate", scenario, "--today", "/dev/zero"],
    ] {
        let bounded = [arguments, &["--max-memory", "60MB"]].concat();
        let found = run_in(root.as_ref(), &bounded);
        assert_eq!(found.code, 2, "{arguments:?}: {}", found.err);
        assert!(found.err.contains("--max-memory"), "{arguments:?}: {}", found.err);
    }
}

#[test]
fn a_part_is_no_more_than_its_whole() {
    let folder = tempfile::tempdir().unwrap();
    let head = "minute,requests,input_tokens,cached_input_tokens,output_tokens\n";
    let rows = "2026-11-02T09:00:00Z,10,1000,400000,50\n2026-11-02T09:01:00Z,10,10,10,50\n";
    fs::write(folder.path().join("t.csv"), format!("{head}{rows}")).unwrap();
    let found = run_in(folder.path(), &["trace", "summarize", "t.csv"]);
    assert_eq!(found.code, 2, "{}{}", found.out, found.err);
    let said = "more cached input tokens than input tokens: 400010 of 1010";
    assert!(found.err.contains(said), "{}", found.err);
    // In one minute it may be, where calls begin in one and end in the next: it is said.
    let rows = "2026-11-02T09:00:00Z,10,1000,1100,50\n2026-11-02T09:01:00Z,10,1000,200,50\n";
    fs::write(folder.path().join("t.csv"), format!("{head}{rows}")).unwrap();
    let found = run_in(folder.path(), &["trace", "summarize", "t.csv"]);
    assert_eq!(found.code, 0, "{}", found.err);
    let told = format!("{}{}", found.out, found.err);
    assert!(told.contains("100 cached input tokens lie in buckets with less input"), "{told}");
}

#[test]
fn arguments_drive_no_terminal_and_fill_no_screen() {
    let escape = "\u{1b}[31mred\u{1b}]0;title\u{7}";
    let long = "x".repeat(100_000);
    for odd in [escape, &long] {
        for arguments in
            [vec![odd], vec!["simulate", "a.toml", "--format", odd], vec!["explain", odd, "1"]]
        {
            let found = run(&arguments);
            assert_eq!(found.code, 2, "{}", found.err);
            assert!(!found.err.contains('\u{1b}'), "{:?}", found.err);
            assert!(found.err.chars().count() < 2_000, "{}", found.err.chars().count());
        }
    }
}
