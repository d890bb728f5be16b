//! The house rules that no compiler checks: floors, bans, dead files. Each failure names the file, the line and the rule.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]

use std::fs;
use std::path::{Path, PathBuf};

/// Modules by floor. A module may name modules of lower floors and itself, nothing else.
const FLOORS: [(&str, u8); 10] = [
    ("units", 0),
    ("workload", 1),
    ("ledger", 1),
    ("engine", 2),
    ("catalog", 2),
    ("billing", 3),
    ("metrics", 3),
    ("scenario", 4),
    ("plan", 5),
    ("report", 6),
];
const CLI_FLOOR: u8 = 7;

/// Longest source file. Longer ones hold more than one thing.
const MAX_LINES: usize = 650;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path, extension));
        } else if extension.is_empty() || path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every source line that is no comment, with its module, file and line number.
fn code_lines() -> Vec<(String, String, usize, String)> {
    let source = root().join("src");
    let mut lines = Vec::new();
    for path in files_below(&source, "rs") {
        let relative = path.strip_prefix(&source).unwrap().to_owned();
        let module =
            relative.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        // Unit tests may do what the library may not.
        let library = text.split("#[cfg(test)]\nmod ").next().unwrap();
        for (index, line) in library.lines().enumerate() {
            if !line.trim_start().starts_with("//") {
                let file = relative.display().to_string();
                lines.push((module.clone(), file, index + 1, line.to_owned()));
            }
        }
    }
    assert!(lines.len() > 1_000, "the sources were not found");
    lines
}

fn floor_of(module: &str) -> Option<u8> {
    let floor = FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor);
    floor.or((module == "cli").then_some(CLI_FLOOR))
}

fn report(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

#[test]
fn modules_name_only_floors_below_their_own() {
    let mut broken = Vec::new();
    for (module, file, number, line) in code_lines() {
        let Some(own) = floor_of(&module) else { continue };
        for named in line.split("crate::").skip(1) {
            let other: String =
                named.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let allowed = other == module || floor_of(&other).is_some_and(|floor| floor < own);
            if !allowed {
                broken.push(format!("src/{file}:{number}: {module} names {other}"));
            }
        }
    }
    report("a module names floors below its own, never its own floor's neighbours", &broken);
}

#[test]
fn every_module_has_a_floor() {
    let mut broken = Vec::new();
    for path in fs::read_dir(root().join("src")).unwrap() {
        let path = path.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && floor_of(&name).is_none() {
            broken.push(name);
        }
    }
    report("a folder of src is a floor named in ARCHITECTURE.md and here", &broken);
}

#[test]
fn the_library_keeps_to_itself() {
    // What is banned, where it is allowed, and why.
    let bans: [(&str, &[&str], &str); 8] = [
        ("std::fs", &["cli", "workload/tables/"], "files belong to cli"),
        ("std::env", &["cli"], "the environment belongs to cli"),
        ("Instant::now", &["cli"], "no result may depend on the clock"),
        ("SystemTime", &["cli"], "no result may depend on the clock"),
        ("Zoned::now", &["cli"], "no result may depend on the clock"),
        ("Timestamp::now", &["cli"], "no result may depend on the clock"),
        ("polars", &["workload/tables/"], "polars is pinned and named in one module"),
        ("std::thread", &["cli"], "threads belong to the caller"),
    ];
    let mut broken = Vec::new();
    for (module, file, number, line) in code_lines() {
        for (banned, allowed, why) in &bans {
            let here = allowed.iter().any(|place| {
                *place == module
                    || *place == file
                    || place.ends_with('/') && file.starts_with(place)
            });
            if line.contains(banned) && !here {
                broken.push(format!("src/{file}:{number}: {banned}: {why}"));
            }
        }
    }
    report("banned in the library", &broken);
}

#[test]
fn engine_billing_and_money_know_no_float() {
    let mut broken = Vec::new();
    for (module, file, number, line) in code_lines() {
        let exact = matches!(module.as_str(), "engine" | "billing") || file == "units/money.rs";
        let float = ["f64", "f32"].iter().any(|name| {
            line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == *name)
        });
        if exact && float {
            broken.push(format!("src/{file}:{number}: {}", line.trim()));
        }
    }
    report("integers and decimals only", &broken);
}

#[test]
fn files_stay_small_and_say_what_they_are() {
    let mut broken = Vec::new();
    for path in files_below(&root().join("src"), "rs") {
        let text = fs::read_to_string(&path).unwrap();
        if text.lines().count() > MAX_LINES {
            broken.push(format!("{}: {} lines", path.display(), text.lines().count()));
        }
        if !text.starts_with("//!") {
            broken.push(format!("{}: does not start with what it is", path.display()));
        }
    }
    report("a file holds one thing and says which", &broken);
}

#[test]
fn no_tracked_text_names_a_machine() {
    let mut broken = Vec::new();
    let banned =
        [["/ho", "me/"], ["/ro", "ot/"], ["/tm", "p/"], ["/wo", "rk/"]].map(|p| p.concat());
    for folder in ["src", "tests", "benches", "data", "scenarios", "docs", "reports/sample"] {
        for path in files_below(&root().join(folder), "") {
            let Ok(text) = fs::read_to_string(&path) else { continue };
            for (index, line) in text.lines().enumerate() {
                // A path in a web address is somebody's, not this machine's.
                let starts = |at: usize| {
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || ".-_}".contains(c))
                };
                if banned.iter().any(|b| line.match_indices(b.as_str()).any(|(at, _)| starts(at)))
                    && line.len() < 2_000
                {
                    broken.push(format!("{}:{}: {}", path.display(), index + 1, line.trim()));
                }
            }
        }
    }
    report("no absolute path of a machine", &broken);
}

#[test]
fn no_data_file_is_dead() {
    let code = ["src", "tests"].map(|folder| files_below(&root().join(folder), "rs")).concat();
    let embedded: String = code.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let mut broken = Vec::new();
    for path in files_below(&root().join("data"), "") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let documents = path.extension().is_some_and(|e| e == "md");
        if !documents && !embedded.contains(&name) {
            broken.push(path.display().to_string());
        }
    }
    report("every file of data/ is named by the sources or a test, or explains", &broken);
}
