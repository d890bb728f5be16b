//! Files and interruptions that once lost money, panicked, took the machine, or drove what shows the result.

#![cfg(feature = "cli")]
#![allow(clippy::pedantic, unreachable_pub, missing_docs, reason = "a test: nobody builds on it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]

mod amounts;
mod bombs;
mod folder;
mod injection;
#[cfg(feature = "tables")]
mod parquet;
mod supply;
mod unbounded;
#[cfg(feature = "workbooks")]
mod workbooks;

use std::path::{Path, PathBuf};
use std::time::Duration;

/// Address space a run may take, kilobytes: a bomb fails here before the machine feels it.
const ADDRESS_SPACE_KB: u64 = 4_000_000;

/// How a run ended.
struct Run {
    code: i32,
    out: String,
    err: String,
}

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/robust/data").join(name)
}

fn program() -> PathBuf {
    assert_cmd::cargo::cargo_bin("ptuplan")
}

/// Runs the program in a folder, within bounds of time and memory. A signal counts as exit code -1.
fn run_in(folder: &Path, arguments: &[&str]) -> Run {
    let limited = format!("ulimit -v {ADDRESS_SPACE_KB}; exec \"$0\" \"$@\"");
    let output = assert_cmd::Command::new("bash")
        .args(["-c", &limited])
        .arg(program())
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .timeout(Duration::from_secs(300))
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The same in a folder of the repository's test data.
fn run(arguments: &[&str]) -> Run {
    run_in(&data(""), arguments)
}

/// A run that must refuse its input: exit 2, one error, no panic, no more than a screen.
fn refused(arguments: &[&str]) -> String {
    let Run { code, out, err } = run(arguments);
    assert_eq!(code, 2, "{arguments:?}: {out}{err}");
    assert!(err.contains("error"), "{err}");
    assert!(!err.contains("panicked"), "{err}");
    assert!(err.lines().count() <= 24, "more than a screen: {err}");
    err
}

fn json(arguments: &[&str]) -> serde_json::Value {
    let mut arguments = arguments.to_vec();
    arguments.extend(["--format", "json"]);
    let Run { code, out, err } = run(&arguments);
    assert_eq!(code, 0, "{arguments:?}: {err}");
    serde_json::from_str(&out).unwrap()
}
