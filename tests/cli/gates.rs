//! The commands that guard bills in CI: `regress`, `diff`, `price`, `explain`.

use super::{ptuplan, root};
use std::fs;
use std::path::{Path, PathBuf};

const SCENARIO: &str = "scenarios/regression/support-pay-as-you-go.toml";

/// A copy of the catalogue in which input of gpt-4.1 costs 2.20 instead of 2 USD.
fn dearer(scratch: &Path) -> PathBuf {
    let copy = scratch.join("data");
    fs::create_dir_all(&copy).unwrap();
    for entry in fs::read_dir(root().join("data/azure")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
    }
    let prices = copy.join("prices.csv");
    let old = "gpt-4.1,global,standard,default,input,2,";
    let text = fs::read_to_string(&prices).unwrap();
    assert!(text.contains(old));
    fs::write(&prices, text.replace(old, "gpt-4.1,global,standard,default,input,2.2,")).unwrap();
    copy
}

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let run = ptuplan().args(arguments).output().unwrap();
    let [out, err] = [run.stdout, run.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (run.status.code(), out, err)
}

#[test]
fn a_limit_that_nothing_would_look_at_is_refused() {
    for (name, value) in
        [("--max-throttled", "0.1%"), ("--region", "swedencentral"), ("--route", "a=b")]
    {
        // `--bills-only` rules `--today` out, which these need.
        let arguments = ["diff", "embedded", "embedded", SCENARIO, "--bills-only", name, value];
        let (code, out, err) = run(&arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{name}: {err}");
        let said = format!("{name} is of deployments, and two catalogues are compared");
        assert!(err.contains(&said), "{name}: {err}");
    }
}

#[test]
fn the_committed_cases_and_pinned_bills_hold() {
    let (code, out, err) = run(&["regress", "tests/rules/billing"]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains(" cases, 0 drifted"), "{out}");
    let (code, out, err) = run(&["regress", "scenarios/regression"]);
    assert_eq!(code, Some(0), "{out}{err}");
}

#[test]
fn a_price_edit_drifts_by_the_right_amount() {
    let scratch = tempfile::tempdir().unwrap();
    let data = dearer(scratch.path());
    let junit = scratch.path().join("junit.xml");
    let (code, out, _) = run(&[
        "regress",
        "scenarios/regression",
        "--data",
        data.to_str().unwrap(),
        "--junit",
        junit.to_str().unwrap(),
        "--format",
        "json",
    ]);
    assert_eq!(code, Some(1), "{out}");
    let result: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(result["drifted"], 2);
    // 5,574,425,208 input tokens at 0.20 USD more for each million.
    let drift = &result["cases"][0]["drift"][1];
    assert_eq!(drift["what"], "input tokens of GlobalStandard/gpt-4.1: billed");
    assert_eq!(drift["difference"], "1114.8850416");
    let xml = fs::read_to_string(junit).unwrap();
    assert!(xml.contains("failures=\"2\"") && xml.contains("values drifted"), "{xml}");
}

#[test]
fn a_case_that_cannot_be_read_fails_alone() {
    let scratch = tempfile::tempdir().unwrap();
    let cases = scratch.path().join("cases");
    fs::create_dir_all(&cases).unwrap();
    let from = root().join("tests/rules/billing/batch_half_price.toml");
    fs::copy(from, cases.join("a.toml")).unwrap();
    fs::write(cases.join("b.toml"), "name = \"unfinished\n").unwrap();
    let junit = scratch.path().join("junit.xml");
    let arguments = ["regress", cases.to_str().unwrap(), "--junit", junit.to_str().unwrap()];
    let (code, out, err) = run(&arguments);
    assert_eq!(code, Some(2), "{out}{err}");
    assert!(out.contains("2 cases, 0 drifted, 1 could not be checked"), "{out}");
    assert!(err.contains("b.toml:1:"), "{err}");
    let xml = fs::read_to_string(&junit).unwrap();
    assert!(xml.contains("tests=\"2\"") && xml.contains("errors=\"1\""), "{xml}");
    assert!(xml.contains("could not be checked: "), "{xml}");
    let (_, out, _) = run(&[&arguments[..2], &["--format", "json"]].concat());
    let result: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(result["drifted"], 1);
    assert_eq!(result["cases"][0]["passed"], true);
    assert_eq!(result["cases"][1]["passed"], false);
    assert!(result["cases"][1]["errors"].as_str().unwrap().contains("b.toml:1:"), "{result}");
}

#[test]
fn accepting_makes_the_drift_the_expectation() {
    let scratch = tempfile::tempdir().unwrap();
    let data = dearer(scratch.path());
    let cases = scratch.path().join("cases");
    fs::create_dir_all(&cases).unwrap();
    let from = root().join("tests/rules/billing/batch_half_price.toml");
    let text = fs::read_to_string(from).unwrap().replace("billed = \"1\"", "billed = \"1.5\"");
    let file = cases.join("case.toml");
    fs::write(&file, text).unwrap();
    let regress = |more: &[&str]| {
        let mut arguments = vec!["regress", cases.to_str().unwrap()];
        arguments.extend(["--data", data.to_str().unwrap()]);
        arguments.extend(more);
        run(&arguments).0
    };
    assert_eq!(regress(&[]), Some(1));
    assert_eq!(regress(&["--accept"]), Some(0));
    assert_eq!(regress(&[]), Some(0));
    assert!(fs::read_to_string(file).unwrap().starts_with("name = \"Batch costs half"));
}

#[test]
fn a_catalogue_change_names_the_scenario_and_the_money() {
    let scratch = tempfile::tempdir().unwrap();
    let data = dearer(scratch.path());
    let new = data.to_str().unwrap();
    let (code, out, err) = run(&[
        "diff",
        "embedded",
        new,
        SCENARIO,
        "--quiet",
        "--format",
        "json",
        "--fail-above",
        "6%",
    ]);
    assert_eq!(code, Some(0), "{err}");
    let result: serde_json::Value = serde_json::from_str(&out).unwrap();
    let change = &result["scenarios"][0];
    assert_eq!(change["scenario"], "Support chat, pay-as-you-go");
    assert_eq!(change["price_effect"], "1114.8850416");
    assert_eq!(change["rule_effect"], "0");
    let (code, out, _) = run(&[
        "diff",
        "embedded",
        new,
        SCENARIO,
        "--quiet",
        "--format",
        "markdown",
        "--fail-above",
        "5%",
    ]);
    assert_eq!(code, Some(1));
    assert!(
        out.contains("| `Support chat, pay-as-you-go` | 19,139.67 USD | 20,254.55 USD | +5.8% |"),
        "{out}"
    );
    let (code, _, err) = run(&["diff", "embedded", new, SCENARIO, "--fail-above", "five"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("hint: write a percentage such as 5%"), "{err}");
}

#[test]
fn recorded_usage_is_priced_and_a_line_explained() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("usage.csv");
    let text = "deployment,model,sku,region,workload,from,until,meter,count,billed_cost,currency\n\
        chat,gpt-4.1,GlobalStandard,eastus2,support,2026-12-01T09:00:00Z,,input,1200000,2.50,USD\n";
    fs::write(&file, text).unwrap();
    let usage = file.to_str().unwrap();
    let (code, out, err) = run(&["price", usage, "--format", "json"]);
    assert_eq!(code, Some(0), "{err}");
    let result: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&result["total"], &result["differences"][0]["difference"]),
        (&"2.4".into(), &"-0.1".into())
    );
    let focus = scratch.path().join("focus.csv");
    let options =
        ["--focus", focus.to_str().unwrap(), "--billing-account", "b", "--subscription", "s"];
    assert_eq!(run(&[&["price", usage][..], &options].concat()).0, Some(0));
    let again = run(&["price", focus.to_str().unwrap(), "--format", "json"]).1;
    assert!(again.contains("\"total\": \"2.4\""), "{again}");
    let (code, out, _) = run(&["explain", usage, "1"]);
    assert_eq!(code, Some(0));
    for part in ["2 USD per 1000000 Tokens", "prices.csv:", "1,200,000", "2026-12-01T09:00:00Z"] {
        assert!(out.contains(part), "{part} is not in {out}");
    }
    assert!(out.contains("bill of           the usage that was recorded"), "{out}");
    let (code, _, err) = run(&["explain", scratch.path().to_str().unwrap(), "1"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("such as its line_items.csv"), "{err}");
    let (code, _, err) = run(&["explain", usage, "1", "--plan"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("hint: --plan is of a scenario"), "{err}");
    let (code, _, err) = run(&["price", usage, "--out", "files"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("no files to write to files: this command has none"), "{err}");
    let (code, _, err) = run(&["explain", usage, "9"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("hint: the bill has lines 1 to 1"), "{err}");
    let (code, _, _) = run(&["price", usage, "--format", "markdown"]);
    assert_eq!(code, Some(2));
}

/// What is wrong with a row of usage names the row and says what to do.
#[test]
fn a_wrong_row_of_usage_is_named_with_what_to_do() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("usage.csv");
    let said = |rows: &str| {
        let header = "deployment,model,sku,region,workload,from,until,meter,count\n";
        let sound = "a,gpt-5,GlobalStandard,swedencentral,w,2026-11-20,,input,7\n";
        fs::write(&file, format!("{header}{sound}{rows}\n")).unwrap();
        let (code, _, err) = run(&["price", file.to_str().unwrap()]);
        assert_eq!(code, Some(2), "{err}");
        err.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for (row, place, what) in [
        ("a,gpt-99,GlobalStandard,swedencentral,w,2026-11-20,,input,7", ":3:2)", "did you mean"),
        ("a,gpt-5,globalstandard,swedencentral,w,2026-11-20,,input,7", ":3:3)", "GlobalStandard?"),
        ("a,gpt-5,GlobalStandard,mars,w,2026-11-20,,input,7", ":3:4)", "such as swedencentral"),
        ("a,gpt-5,GlobalStandard,swedencentral,w,2026-11-20,,input,-7", ":3:9)", "correction"),
        ("a,gpt-5,GlobalStandard,swedencentral,w,2026-11-20,,input,1.000", ":3:9)", "digits only"),
        ("a,gpt-5,GlobalStandard,swedencentral,w,2026-11-20,,prompt,7", ":3:8)", "one of input"),
        ("a,gpt-5,GlobalStandard,swedencentral,w,2026-11-20,,input,1,200", ":3)", "in quotes"),
    ] {
        let err = said(row);
        assert!(err.contains(place) && err.contains(what), "{row}: {err}");
    }
    // A list that is too long for a screen is cut between two of its entries.
    let err = said("a,gpt-5,GlobalStandard,swedencentral,w,2026-11-20,,prompt,7");
    let (before, after) = err.split_once(" … ").unwrap();
    assert!(before.ends_with(',') && !after.starts_with(','), "{err}");
    assert!(after.split(',').next().is_some_and(|word| !word.contains(' ')), "{err}");
}
