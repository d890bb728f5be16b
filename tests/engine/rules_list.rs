//! `RULES.md` has a row for every rule of the two fact files, and the tests that it names exist.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const RULES: &str = include_str!("RULES.md");

/// The rules of a section, and how many there are of each letter.
const SECTIONS: [(&str, &[(&str, u32)]); 2] = [
    ("## Provisioned (P)", &[("R", 46), ("C", 16)]),
    ("## Everything else (S)", &[("", 79), ("X", 20)]),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// First and last cell of each row of a section.
fn rows(heading: &str) -> Vec<(&'static str, &'static str)> {
    let section = RULES.split(heading).nth(1).and_then(|rest| rest.split("\n## ").next());
    section
        .unwrap_or_default()
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| rule"))
        .filter_map(|line| {
            let mut cells = line.trim_matches('|').splitn(3, " | ").map(str::trim);
            Some((cells.next()?, cells.nth(1)?))
        })
        .collect()
}

/// `R16-R18, C7` names R16, R17, R18 and C7.
fn expand(cell: &str) -> Vec<(String, u32)> {
    let parse = |text: &str| {
        let digits = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
        (text[..digits].to_owned(), text[digits..].parse::<u32>().unwrap_or(0))
    };
    cell.split(", ")
        .flat_map(|part| {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let ((letter, first), (_, last)) = (parse(from), parse(to));
            (first..=last).map(move |number| (letter.clone(), number))
        })
        .collect()
}

#[test]
fn every_rule_has_a_row() {
    for (heading, kinds) in SECTIONS {
        let listed: Vec<(String, u32)> =
            rows(heading).iter().flat_map(|(rule, _)| expand(rule)).collect();
        let once: BTreeSet<_> = listed.iter().cloned().collect();
        assert_eq!(once.len(), listed.len(), "{heading}: a rule has two rows");
        let wanted: BTreeSet<(String, u32)> = kinds
            .iter()
            .flat_map(|(letter, last)| (1..=*last).map(|number| ((*letter).to_owned(), number)))
            .collect();
        let missing: Vec<_> = wanted.difference(&once).collect();
        let unknown: Vec<_> = once.difference(&wanted).collect();
        assert!(missing.is_empty(), "{heading}: no row for {missing:?}");
        assert!(unknown.is_empty(), "{heading}: there is no rule {unknown:?}");
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let mut count = 0;
    for quoted in RULES.split('`').skip(1).step_by(2) {
        let (folder, name) = match quoted.split_once(' ') {
            Some(("src", name)) => ("src/engine", name),
            Some(("scenario", name)) => ("tests/scenario", name),
            Some(_) => continue,
            None => ("tests/engine", quoted),
        };
        let Some((module, test)) = name.split_once("::") else { continue };
        if !module.starts_with(|c: char| c.is_ascii_lowercase()) || module == "module" {
            continue;
        }
        let source = found_in(&root().join(folder), &format!("{module}.rs"));
        let found = if test == "*" {
            source.contains("#[test]")
        } else {
            source.contains(&format!("fn {test}("))
        };
        assert!(found, "RULES.md names {quoted}, which is not in {folder}");
        count += 1;
    }
    assert!(count > 80, "only {count} tests were found: is the table read at all?");
}

/// The text of the files of a name in a folder and the folders within.
fn found_in(folder: &Path, name: &str) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            text += &found_in(&path, name);
        } else if path.file_name().is_some_and(|own| own == name) {
            text += &std::fs::read_to_string(&path).expect("text");
        }
    }
    text
}
