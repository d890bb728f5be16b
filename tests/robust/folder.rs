//! A report folder is one thing, whatever happens while it is written.

use crate::{data, program, run_in};
use ptuplan::units::luck::splitmix64;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Files below a folder with their bytes; passing names are left out where asked.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeMap::new() };
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap())
        })
        .collect()
}

fn passing(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with(".ptuplan-")).collect()
}

const SUMMARIZE: [&str; 4] = ["trace", "summarize", "--quiet", "--out"];

/// Summaries of two traces, into one folder: the smallest report there is.
fn report(folder: &Path, trace: &str, die_at: Option<u64>) -> Option<i32> {
    let mut command = Command::new(program());
    command.args(SUMMARIZE).arg("r").arg(trace).current_dir(folder).env("NO_COLOR", "1");
    if let Some(step) = die_at {
        command.env("PTUPLAN_TEST_DIE_AT", step.to_string());
    }
    command.output().unwrap().status.code()
}

fn two_traces(folder: &Path) {
    fs::copy(data("two-rows.csv"), folder.join("a.csv")).unwrap();
    fs::write(
        folder.join("b.csv"),
        "arrival_us,input_tokens,output_tokens\n0,77,5\n90000000,77,5\n",
    )
    .unwrap();
}

/// Dies before every step on files, in a folder that can be exchanged and in one that cannot: the folder is the old report
/// or the new one, or says that it is neither; what is not ours stays; the next run leaves no trace of the dead one.
#[cfg(debug_assertions)]
#[test]
fn a_run_that_dies_leaves_the_old_report_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    two_traces(folder.path());
    let report_folder = folder.path().join("r");
    let whole = |trace: &str| {
        let _ = fs::remove_dir_all(&report_folder);
        assert_eq!(report(folder.path(), trace, None), Some(0));
        contents(&report_folder)
    };
    let (old, new) = (whole("a.csv"), whole("b.csv"));
    assert_ne!(old, new);
    assert!(old.contains_key("ptuplan-files.json"), "{:?}", old.keys());
    let mut died = 0;
    for step in 0..200 {
        assert_eq!(whole("a.csv"), old);
        fs::write(report_folder.join("mine.txt"), "mine").unwrap();
        let ended = report(folder.path(), "b.csv", Some(step));
        let mut found = contents(&report_folder);
        assert_eq!(found.remove("mine.txt").as_deref(), Some(b"mine".as_slice()), "step {step}");
        found.retain(|name, _| !name.starts_with(".ptuplan-"));
        assert!(found == old || found == new, "step {step}: {:?}", found.keys());
        if ended == Some(0) {
            assert_eq!(found, new);
            break;
        }
        died += 1;
        assert_eq!(report(folder.path(), "b.csv", None), Some(0));
        assert_eq!(
            (passing(folder.path()), passing(&report_folder)),
            (vec![], vec![]),
            "step {step}"
        );
    }
    assert!(died > 5, "only {died} steps");
}

#[cfg(debug_assertions)]
#[test]
fn a_folder_one_stands_in_says_when_it_is_not_whole() {
    let folder = tempfile::tempdir().unwrap();
    two_traces(folder.path());
    let run = |trace: &str, die_at: Option<u64>| {
        let mut command = Command::new(program());
        command.args(SUMMARIZE).arg(".").arg(trace).current_dir(folder.path());
        if let Some(step) = die_at {
            command.env("PTUPLAN_TEST_DIE_AT", step.to_string());
        }
        command.output().unwrap().status.code()
    };
    assert_eq!(run("a.csv", None), Some(0));
    let old = contents(folder.path());
    let mut unwhole = 0;
    for step in 0..200 {
        assert_eq!(run("a.csv", None), Some(0));
        let ended = run("b.csv", Some(step));
        let found = contents(folder.path());
        let list = String::from_utf8(found["ptuplan-files.json"].clone()).unwrap();
        if list.contains("\"whole\": true") {
            let ours = |all: &BTreeMap<String, Vec<u8>>| all.get("summary.json").cloned();
            assert!(ended == Some(0) || ours(&found) == ours(&old), "step {step}");
        } else {
            unwhole += 1;
        }
        if ended == Some(0) {
            break;
        }
    }
    assert!(unwhole > 0);
    assert_eq!(passing(folder.path()), Vec::<String>::new());
}

#[test]
fn nothing_of_an_earlier_run_stays_beside_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    two_traces(folder.path());
    assert_eq!(report(folder.path(), "a.csv", None), Some(0));
    let text = fs::read_to_string(data("name-attacks-markdown.toml")).unwrap();
    fs::write(folder.path().join("s.toml"), text).unwrap();
    fs::create_dir(folder.path().join("r/mine")).unwrap();
    fs::write(folder.path().join("r/mine/notes.txt"), "mine").unwrap();
    for tables in [["--tables", "csv"].as_slice(), &[]] {
        let mut arguments = vec!["simulate", "s.toml", "--out", "r", "--quiet"];
        arguments.extend(tables);
        let found = run_in(folder.path(), &arguments);
        assert!(found.code < 2, "{}", found.err);
        assert!(!folder.path().join("r/rate.svg").exists());
        assert_eq!(fs::read_to_string(folder.path().join("r/mine/notes.txt")).unwrap(), "mine");
    }
    let list = fs::read_to_string(folder.path().join("r/ptuplan-files.json")).unwrap();
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let mut named: Vec<&str> = list["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    named.push("ptuplan-files.json");
    named.sort_unstable();
    let found = contents(&folder.path().join("r"));
    assert_eq!(named, found.keys().map(String::as_str).collect::<Vec<_>>());
}

#[cfg(unix)]
#[test]
fn a_named_file_keeps_its_kind_and_permissions() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    two_traces(folder.path());
    let import =
        |to: &str| run_in(folder.path(), &["trace", "import", "a.csv", "-o", to, "--quiet"]);
    let target = folder.path().join("target.csv");
    fs::write(&target, "old").unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("target.csv", folder.path().join("link.csv")).unwrap();
    assert_eq!(import("link.csv").code, 0);
    assert!(folder.path().join("link.csv").is_symlink());
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::read_to_string(&target).unwrap().starts_with("arrival_us"));
    // A device stays one, and is written to.
    assert_eq!(import("/dev/null").code, 0);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    let fifo = folder.path().join("fifo.csv");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let reader = std::thread::spawn({
        let fifo = fifo.clone();
        move || fs::read_to_string(fifo).unwrap()
    });
    assert_eq!(import("fifo.csv").code, 0);
    assert!(reader.join().unwrap().starts_with("arrival_us"));
    fs::set_permissions(&target, fs::Permissions::from_mode(0o440)).unwrap();
    let found = import("target.csv");
    assert_eq!(found.code, 2, "{}", found.out);
    assert!(found.err.contains("read-only"), "{}", found.err);
    assert_eq!(import("a.csv/x.csv").code, 2);
    assert_eq!(passing(folder.path()), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_kept() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    two_traces(folder.path());
    let name = std::ffi::OsStr::from_bytes(b"x\xff.csv");
    let ended = Command::new(program())
        .args(["trace", "import", "a.csv", "--quiet", "-o"])
        .arg(name)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(ended.status.success());
    assert!(folder.path().join(name).is_file());
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    two_traces(folder.path());
    assert_eq!(report(folder.path(), "a.csv", None), Some(0));
    let old = contents(&folder.path().join("r"));
    // No file may grow beyond one block: writing fails as on a full disk.
    let line = "trap '' XFSZ; ulimit -f 1; exec \"$0\" trace summarize b.csv --quiet --out r";
    let ended = Command::new("bash")
        .args(["-c", line])
        .arg(program())
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(2), "{}", String::from_utf8_lossy(&ended.stderr));
    assert_eq!(contents(&folder.path().join("r")), old);
    assert_eq!(passing(folder.path()), Vec::<String>::new());
}

/// What is run again and again, with the folder each writes.
#[cfg(unix)]
const WHOLE: [&[&str]; 5] = [
    &["simulate", "s.toml", "--out", "r"],
    &["recommend", "s.toml", "--out", "r"],
    &["compare", "s.toml", "t.toml", "--out", "r"],
    &["trace", "summarize", "a.csv", "--out", "r"],
    &["trace", "fit", "log.csv", "--out", "r"],
];

/// How a run is interrupted, drawn from a seed: a signal after some time, or death before some step on files.
#[cfg(unix)]
fn interrupted(folder: &Path, arguments: &[&str], seed: u64) {
    let draw = |n: u64| splitmix64(splitmix64(seed) ^ n);
    let mut command = Command::new(program());
    command.args(arguments).args(["--quiet", "--jobs", &(1 + draw(0) % 3).to_string()]);
    command.current_dir(folder).env("NO_COLOR", "1");
    let silent = std::process::Stdio::null;
    command.stdout(silent()).stderr(silent());
    if draw(1).is_multiple_of(2) {
        command.env("PTUPLAN_TEST_DIE_AT", (draw(2) % 40).to_string());
        command.status().unwrap();
        return;
    }
    let mut child = command.spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(draw(3) % 900));
    // A run that is done already has nothing to lose.
    let signal = ["-TERM", "-KILL", "-INT"][(draw(4) % 3) as usize];
    let _ = Command::new("kill").arg(signal).arg(child.id().to_string()).output().unwrap();
    child.wait().unwrap();
}

/// The program as a whole: seeds, threads and interruptions, the same bytes whatever came between, on stdout and in the
/// folder, and nothing left over. `PTUPLAN_WHOLE_SEEDS` tries more of them.
#[cfg(unix)]
#[test]
fn interrupted_runs_change_nothing_of_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    two_traces(folder.path());
    let small = fs::read_to_string(data("../../cli/small.toml")).unwrap();
    let small = small.replace("\"2 hours\"", "\"1 hour\"");
    let small = small.replace("scale = 0.3", "scale = 0.05");
    assert!(small.contains("1 hour") && small.contains("scale = 0.05"));
    let small = format!("{small}[uncertain]\nreplications = 1\n");
    fs::write(folder.path().join("s.toml"), &small).unwrap();
    fs::write(folder.path().join("t.toml"), small.replace("scale = 0.05", "scale = 0.04")).unwrap();
    let row = |n: u64| format!("{},{},{}\n", n * 1_000_000 + splitmix64(n) % 900_000, 90 + n, 7);
    let log: String = (0..400).map(row).collect();
    let header = "arrival_us,input_tokens,output_tokens\n";
    fs::write(folder.path().join("log.csv"), format!("{header}{log}")).unwrap();
    let seeds = std::env::var("PTUPLAN_WHOLE_SEEDS").map_or(2, |seeds| seeds.parse().unwrap());
    for (number, arguments) in WHOLE.iter().enumerate() {
        let whole = |jobs: &str| {
            let ended =
                run_in(folder.path(), &[arguments, &["--quiet", "--jobs", jobs][..]].concat());
            assert!((0..2).contains(&ended.code), "{arguments:?}: {}", ended.err);
            (ended.out, contents(&folder.path().join("r")))
        };
        let _ = fs::remove_dir_all(folder.path().join("r"));
        let first = whole("1");
        assert!(first.1.contains_key("ptuplan-files.json"), "{arguments:?}: {:?}", first.1.keys());
        for seed in 0..seeds {
            let seed = seed * 100 + number as u64;
            interrupted(folder.path(), arguments, seed);
            let jobs = (1 + splitmix64(seed) % 3).to_string();
            assert!(whole(&jobs) == first, "{arguments:?}, seed {seed}, {jobs} threads");
            assert_eq!(passing(folder.path()), Vec::<String>::new(), "{arguments:?}, seed {seed}");
        }
    }
}
