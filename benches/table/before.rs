//! The plan against an older program of this product, on questions that both read.

use crate::rows::Budget::{AtLeast, AtMost};
use crate::rows::Table;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where the older program is, and what was committed with it.
const BEFORE: &str = "PTUPLAN_BENCH_BEFORE";

/// What a process took: processor time, seconds, and the most memory that it held, kB.
#[derive(Clone, Copy)]
struct Took {
    seconds: f64,
    kilobytes: f64,
}

/// One plan by a program, at one thread. `time` of GNU tells what a process took when it has ended.
fn plan(program: &Path, scenario: &Path, folder: &Path) -> Option<Took> {
    let report = folder.join("report");
    let said = Command::new("/usr/bin/time")
        .args(["-f", "took %U %S %M"])
        .arg(program)
        .arg("recommend")
        .arg(scenario)
        .args(["--quiet", "--jobs", "1", "--out"])
        .arg(&report)
        .stdout(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&said.stderr);
    let took = text.lines().rev().find_map(|line| line.strip_prefix("took "))?;
    let each: Vec<f64> = took.split(' ').filter_map(|own| own.parse().ok()).collect();
    let [user, system, kilobytes] = each[..] else { return None };
    Some(Took { seconds: user + system, kilobytes })
}

/// The older quickstart with some of it in other words.
fn with(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (words, instead)| {
        assert!(text.contains(words), "the older quickstart has `{words}`");
        text.replace(words, instead)
    })
}

pub(crate) fn measure(table: &mut Table) {
    let Some(before) = std::env::var_os(BEFORE).map(PathBuf::from) else {
        println!("SKIPPED: {BEFORE} names no older checkout: the plan is not compared with it");
        return;
    };
    let folder = std::env::temp_dir().join("ptuplan-bench-before");
    std::fs::create_dir_all(&folder).expect("a folder for scratch files");
    let own = |name: &str| before.join("scenarios").join(name);
    let quickstart = std::fs::read_to_string(own("quickstart.toml")).expect("it has a quickstart");
    let (certain, today) = (quickstart.find("[uncertain]"), quickstart.find("[today]"));
    let (certain, today) = certain.zip(today).expect("it is uncertain and has a today");
    let sure = format!("{}{}", &quickstart[..certain], &quickstart[today..]);
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("room for a scenario");
        path
    };
    let tier = ("\"Tier 1\"", "\"Tier 5\"");
    let day = with(&sure, &[tier, ("repeat = true", "repeat = true, scale = 3")]);
    let month = with(
        &sure,
        &[
            tier,
            ("repeat = true", "repeat = true, scale = 0.7"),
            ("simulate = \"1 day\"", "simulate = \"1 month\""),
        ],
    );
    let older = before.join("target/release/ptuplan");
    let newer = Path::new(env!("CARGO_BIN_EXE_ptuplan"));
    for (what, scenario, least) in [
        ("its quickstart", own("quickstart.toml"), 6.0),
        ("its many-kinds", own("many-kinds.toml"), 6.0),
        ("a day of 1.4 million requests", write("day.toml", day), 9.0),
        ("a month of 10 million requests", write("month.toml", month), 6.0),
    ] {
        let took = plan(&older, &scenario, &folder).zip(plan(newer, &scenario, &folder));
        let how = took.map_or_else(String::new, |(old, new)| {
            format!(
                "one run each, one thread, processor time {:.1} and {:.1} s",
                old.seconds, new.seconds
            )
        });
        let ratio = took.map(|(old, new)| old.seconds / new.seconds);
        table.add_if(&format!("{what}: the older program / this one"), ratio, AtLeast(least), &how);
        if what.starts_with("a month") {
            let held = took.map(|(old, new)| new.kilobytes / old.kilobytes);
            let what = format!("{what}: most memory, this program / the older one");
            table.add_if(&what, held, AtMost(1.2), "one run each");
        }
    }
}
