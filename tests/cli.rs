//! The program as a user meets it: exit codes, messages, files, and the same bytes at any number of threads.

#![allow(
    clippy::pedantic,
    reason = "the library keeps to the pedantic lints, its tests to the others"
)]
#![cfg(feature = "cli")]
#![allow(clippy::print_stderr, reason = "what is skipped is said")]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]

#[path = "cli/catalog.rs"]
mod catalog;
#[path = "cli/followed.rs"]
mod followed;
#[path = "cli/traffic.rs"]
mod traffic;
#[path = "cli/volume.rs"]
mod volume;

#[path = "report/keeps.rs"]
mod keeps;
#[path = "cli/logs.rs"]
mod logs;
#[path = "cli/outputs.rs"]
mod outputs;

use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn ptuplan() -> Command {
    let mut command = Command::cargo_bin("ptuplan").unwrap();
    command.current_dir(root()).env("NO_COLOR", "1");
    command
}

/// Prices and limits are as true as the catalogue is young: the version says its day.
#[test]
fn the_version_says_the_day_of_the_catalogue() {
    let said = ptuplan().arg("--version").assert().success().get_output().stdout.clone();
    let said = String::from_utf8(said).unwrap();
    let day = ptuplan::catalog::Catalog::embedded().unwrap().as_of();
    assert_eq!(said, format!("ptuplan {}\ncatalogue of {day}\n", env!("CARGO_PKG_VERSION")));
}

/// The files of a folder with their bytes, sorted; empty when there is no such folder.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// Every folder of `tests/cli/invalid` holds one mistake and the exact message it must give.
/// `PTUPLAN_ACCEPT=1 cargo test` rewrites the messages; read the diff before you commit it.
#[test]
fn each_mistake_has_its_message_and_leaves_nothing_behind() {
    let accept = std::env::var_os("PTUPLAN_ACCEPT").is_some();
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut cases: Vec<_> = fs::read_dir(root().join("tests/cli/invalid"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    cases.sort();
    for case in cases {
        count += 1;
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let needs_tables = case.join("trace.parquet").exists();
        if needs_tables && !cfg!(feature = "tables") {
            eprintln!("SKIPPED {name}: built without the feature `tables`");
            continue;
        }
        let scratch = tempfile::tempdir().unwrap();
        let out = scratch.path().join("report");
        let verb = if case.join("scenario.toml").exists() && name == "no-today" {
            "simulate"
        } else {
            "recommend"
        };
        let scenario = format!("tests/cli/invalid/{name}/scenario.toml");
        let run = ptuplan().args([verb, &scenario, "--quiet", "--out"]).arg(&out).output().unwrap();
        let message = String::from_utf8(run.stderr).unwrap();
        if run.status.code() != Some(2) {
            wrong.push(format!("{name}: exit {:?}, not 2\n{message}", run.status.code()));
        }
        if !run.stdout.is_empty() {
            wrong.push(format!("{name}: wrote to stdout"));
        }
        if !contents(&out).is_empty() {
            wrong.push(format!("{name}: left files behind"));
        }
        if !message.contains("hint: ") {
            wrong.push(format!("{name}: no hint\n{message}"));
        }
        let expected = case.join("expected.txt");
        if accept {
            fs::write(&expected, &message).unwrap();
        } else if fs::read_to_string(&expected).ok().as_deref() != Some(&message) {
            wrong.push(format!("{name}: another message\n{message}"));
        }
    }
    assert!(count >= 20, "the cases were not found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_missing_scenario_and_an_unwritable_folder_are_input_errors() {
    let missing = ptuplan().args(["recommend", "no-such.toml"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(2));
    let message = String::from_utf8(missing.stderr).unwrap();
    assert!(message.starts_with("error: cannot read scenario: no-such.toml ("), "{message}");
    assert!(message.contains("hint: check the path"), "{message}");

    // A file where the folder should be cannot be written into, whoever runs the test.
    let scratch = tempfile::tempdir().unwrap();
    let blocked = scratch.path().join("blocked");
    fs::write(&blocked, "a file").unwrap();
    let run = ptuplan()
        .args(["recommend", "scenarios/quickstart.toml", "--quiet", "--out"])
        .arg(blocked.join("report"))
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(2));
    let message = String::from_utf8(run.stderr).unwrap();
    assert!(message.contains("cannot write to folder"), "{message}");
    assert_eq!(fs::read_to_string(&blocked).unwrap(), "a file");
}

#[test]
fn the_same_question_gives_the_same_bytes_at_any_number_of_threads() {
    let scratch = tempfile::tempdir().unwrap();
    let run = |jobs: &str| {
        let out = scratch.path().join(jobs);
        let run = ptuplan()
            .args(["recommend", "tests/cli/small.toml", "--quiet", "--format", "json"])
            .args(["--jobs", jobs, "--out"])
            .arg(&out)
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
        (run.stdout, contents(&out))
    };
    let one = run("1");
    assert!(one.1.iter().all(|(_, bytes)| !bytes.is_empty()));
    for jobs in ["2", "8"] {
        let many = run(jobs);
        assert_eq!(one.0, many.0, "stdout differs at {jobs} threads");
        for (a, b) in one.1.iter().zip(&many.1) {
            assert_eq!(a.0, b.0);
            assert!(a.1 == b.1, "{} differs at {jobs} threads", a.0);
        }
    }
}

#[test]
fn simulate_and_recommend_agree_on_the_same_deployments() {
    let scratch = tempfile::tempdir().unwrap();
    let json = |verb: &str| -> serde_json::Value {
        let run = ptuplan()
            .args([verb, "tests/cli/small.toml", "--quiet", "--format", "json", "--out"])
            .arg(scratch.path().join(verb))
            .output()
            .unwrap();
        serde_json::from_slice(&run.stdout).unwrap()
    };
    let (answer, run) = (json("recommend"), json("simulate"));
    let candidates = answer["candidates"].as_array().unwrap();
    let today = candidates.iter().find(|c| c["name"] == "today").unwrap();
    assert_eq!(today["monthly_cost"]["p50"], run["bill"]["total"]);
    assert_eq!(today["measures"]["offered"], run["workloads"][0]["offered"]);
    // A total is the sum of its lines, to the last digit.
    let lines = run["bill"]["line_items"].as_array().unwrap();
    let sum: rust_decimal::Decimal = lines
        .iter()
        .map(|line| {
            line["effective_cost"].as_str().unwrap().parse::<rust_decimal::Decimal>().unwrap()
        })
        .sum();
    assert_eq!(sum.normalize().to_string(), run["bill"]["total"].as_str().unwrap());
}

#[test]
fn any_split_of_a_sweep_merges_to_the_same_bytes() {
    let scratch = tempfile::tempdir().unwrap();
    let path = |name: &str| scratch.path().join(name);
    let whole = |of: usize| {
        let parts: Vec<PathBuf> = (1..=of).map(|i| path(&format!("{of}-{i}.json"))).collect();
        for (index, part) in parts.iter().enumerate() {
            ptuplan()
                .args(["sweep", "tests/cli/small.toml", "--quiet", "--replications", "3"])
                .args(["--sizes", "60..75", "--shard", &format!("{}/{of}", index + 1), "-o"])
                .arg(part)
                .assert()
                .success();
        }
        let merged = path(&format!("{of}.json"));
        ptuplan().arg("merge").args(parts.iter().rev()).arg("-o").arg(&merged).assert().success();
        fs::read(merged).unwrap()
    };
    let one = whole(1);
    assert!(one.len() > 1_000);
    assert!(one == whole(4), "four parts differ from one");

    let alone = ptuplan().arg("merge").arg(path("4-2.json")).output().unwrap();
    assert_eq!(alone.status.code(), Some(2));
    let message = String::from_utf8(alone.stderr).unwrap();
    assert!(message.starts_with("error: shards missing: 1, 3, 4 of 4"), "{message}");
}

#[path = "cli/gates.rs"]
mod gates;
#[path = "cli/template.rs"]
mod template;
#[path = "cli/terms.rs"]
mod terms;

#[test]
fn what_init_writes_can_be_run_and_is_never_overwritten() {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("new.toml");
    let init = || {
        let mut command = ptuplan();
        command
            .args(["init", "--model", "gpt-4.1", "--region", "swedencentral"])
            .args(["--quota-tier", "Tier 1", "--start", "2026-12-01", "-o"])
            .arg(&path);
        command
    };
    init().assert().success();
    let written = fs::read_to_string(&path).unwrap();
    let run = ptuplan().arg("simulate").arg(&path).arg("--quiet").output().unwrap();
    // 0 or 1: it ran, whether or not its objectives are met.
    assert!(run.status.code() < Some(2), "{}", String::from_utf8_lossy(&run.stderr));
    let again = init().output().unwrap();
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&path).unwrap(), written);
    ptuplan().arg("init").assert().code(2);
}
