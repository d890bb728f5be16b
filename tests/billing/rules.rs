//! Every rule case of `tests/rules/billing`, against the embedded catalogue.

use ptuplan::billing::cases::accept::accepted;
use ptuplan::billing::cases::load::load;
use ptuplan::billing::cases::run::{compare, outcome, run};
use ptuplan::catalog::Catalog;
use std::fs;
use std::path::{Path, PathBuf};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/billing");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files
}

#[test]
fn every_rule_case_comes_out_as_expected() {
    let catalog = Catalog::embedded().unwrap();
    let mut failures = Vec::new();
    let files = files();
    for path in &files {
        let file = path.file_name().unwrap().to_str().unwrap();
        let case = match load(file, &fs::read_to_string(path).unwrap()) {
            Ok(case) => case,
            Err(mistakes) => {
                failures.push(format!("{file}: {mistakes}"));
                continue;
            }
        };
        for drift in compare(&case.expect, &run(&case, &catalog)) {
            let errors = outcome(&case, &catalog).err().map(|e| e.to_string());
            failures.push(format!("{file}: {drift:?} {}", errors.unwrap_or_default()));
        }
    }
    assert!(files.len() >= 60, "only {} rule cases were found", files.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn accepting_what_came_out_changes_only_the_expectation() {
    let catalog = Catalog::embedded().unwrap();
    for path in files() {
        let file = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let case = load(file, &text).unwrap();
        let got = run(&case, &catalog);
        let rewritten = accepted(file, &text, &got).unwrap();
        let again = load(file, &rewritten).unwrap();
        assert_eq!(compare(&again.expect, &got), [], "{file}");
        let kept = rewritten.split("\n[expect").next().unwrap().trim_end();
        assert!(text.starts_with(kept.split("\n[[expect").next().unwrap().trim_end()), "{file}");
    }
}

#[test]
fn a_drift_names_the_charge_and_the_money() {
    let catalog = Catalog::embedded().unwrap();
    let path = files().into_iter().find(|path| path.ends_with("batch_half_price.toml")).unwrap();
    let text = fs::read_to_string(path).unwrap().replace("billed = \"1\"", "billed = \"1.25\"");
    let case = load("case.toml", &text).unwrap();
    let drifts = compare(&case.expect, &run(&case, &catalog));
    assert_eq!(drifts.len(), 1);
    assert_eq!(drifts[0].what, "input tokens, batch of jobs: billed");
    assert_eq!(drifts[0].amount().unwrap().to_string(), "-0.25");
}

#[test]
fn all_mistakes_of_a_case_are_reported_with_their_places() {
    let text = "name = \"x\"\nsource = \"x\"\nperiod = [2026-12-01, 2026-12-02]\n\
        [[price]]\nmeter = \"inputt\"\nprice = \"2 USD per 1M tokens\"\n\
        [[price]]\nmeter = \"input\"\nprice = \"2 dollars\"\n\
        [[tokens]]\ndeployment = \"chat\"\ncount = { input = 1 }\n[expect]\n";
    let mistakes = load("x.toml", text).unwrap_err();
    let texts: Vec<String> = mistakes.0.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "error: unknown deployment `chat` (x.toml:11:14)",
            "error: unknown meter `inputt` (x.toml:5:9)\n hint: did you mean `input`?",
            "error: a price reads like `2.00 USD per 1M tokens` or `1.00 USD per PTU-hour` (x.toml:9:9)",
        ]
    );
}

/// `EXAMPLES.md` is the map from the documents' worked examples to the cases: no dead name in it, no case left out.
#[test]
fn every_worked_example_has_its_case_and_every_case_its_example() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let map = fs::read_to_string(rules.join("billing/EXAMPLES.md")).unwrap();
    let named: Vec<&str> = map.split('`').skip(1).step_by(2).collect();
    let dead: Vec<&&str> = named
        .iter()
        .filter(|name| **name != "sizing/")
        .filter(|name| {
            let folder = if name.starts_with("sizing/") { "" } else { "billing/" };
            !rules.join(format!("{folder}{name}.toml")).exists()
        })
        .collect();
    assert!(dead.is_empty(), "EXAMPLES.md names cases that do not exist: {dead:?}");
    let cases =
        files().into_iter().map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    let unnamed: Vec<String> = cases.filter(|case| !named.contains(&case.as_str())).collect();
    assert!(unnamed.is_empty(), "EXAMPLES.md does not name: {unnamed:?}");
    let rows =
        map.lines().filter(|line| line.starts_with("| P ") || line.starts_with("| S ")).count();
    assert!(rows >= 70, "only {rows} examples");
}
