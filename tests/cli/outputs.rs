//! What every command prints: JSON that keeps to its committed schema, text that fits 80 columns, help with examples,
//! and `init` as a person at a terminal meets it.

use super::keeps::keeps;
use super::traffic::run;
use super::{ptuplan, root};
use serde_json::Value;
use std::fs;

const PTU: &str = "scenarios/regression/support-ptu-with-spillover.toml";
const SIZE: [&str; 11] = [
    "size",
    "--model",
    "gpt-4.1",
    "--sku",
    "GlobalProvisionedManaged",
    "--rpm",
    "500",
    "--input",
    "2000",
    "--output",
    "300",
];
const REVIEW: [&str; 6] = [
    "diff",
    "--today",
    "tests/azure/terraform-plan.json",
    "tests/azure/review.toml",
    "--route",
    "chat-spill=chat-ptu",
];
const CALIBRATE: [&str; 4] = [
    "calibrate",
    "scenarios/calibration/deployment.toml",
    "--observed",
    "scenarios/calibration/gateway.csv",
];
const COMMANDS: [(&str, &[&str]); 17] = [
    ("simulation", &["simulate", PTU]),
    ("size", &SIZE),
    ("price", &["price", "tests/cli/usage.csv"]),
    ("explain", &["explain", PTU, "1"]),
    ("regress", &["regress", "tests/rules/billing"]),
    ("diff", &["diff", "embedded", "embedded", "tests/cli/small.toml"]),
    ("diff-today", &REVIEW),
    ("calibrate", &CALIBRATE),
    ("catalog-list", &["catalog", "list", "--provider", "openai"]),
    ("catalog-show", &["catalog", "show", "gpt-4.1"]),
    ("catalog-assumptions", &["catalog", "show", "--assumptions"]),
    ("catalog-check", &["catalog", "check"]),
    ("catalog-diff", &["catalog", "diff", "embedded", "data/azure"]),
    ("trace-summarize", &["trace", "summarize", "azure-2023-conversation"]),
    ("trace-import", &["trace", "import", "azure-2023-conversation"]),
    ("trace-fit", &["trace", "fit", "azure-2023-conversation"]),
    ("compare", &["compare", "tests/cli/small.toml"]),
];

#[test]
fn json_keeps_to_its_schema_and_text_to_80_columns() {
    let mut wide = Vec::new();
    for (name, arguments) in COMMANDS {
        let (code, out, err) = run(&[arguments, &["--format", "json", "--quiet"]].concat());
        assert!(code.is_some_and(|code| code < 2), "{arguments:?}: {err}");
        let value: Value = serde_json::from_str(&out).unwrap();
        let path = root().join(format!("docs/schemas/{name}.schema.json"));
        let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        keeps(name, &value, &schema, &schema);
        let (_, text, _) = run(&[arguments, &["--quiet"]].concat());
        assert!(!text.trim().is_empty(), "{name}");
        // A path or an address that is longer than a line stays whole.
        let too_wide = text.lines().filter(|line| {
            line.chars().count() > 80 && line.trim().trim_start_matches("- ").contains(' ')
        });
        wide.extend(too_wide.map(|line| format!("{name}: {line}")));
    }
    assert!(wide.is_empty(), "wider than 80 columns:\n{}", wide.join("\n"));
}

#[test]
fn every_command_has_an_example_and_completions_know_them_all() {
    let (_, help, _) = run(&["--help"]);
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty() && *name != "help")
        .collect();
    assert!(commands.len() >= 15, "{help}");
    for command in &commands {
        let (code, help, _) = run(&[command, "--help"]);
        assert_eq!(code, Some(0));
        let example = format!("  ptuplan {command} ");
        assert!(help.contains("Examples:\n") && help.contains(&example), "{command}: {help}");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, _) = run(&["completions", shell]);
        assert_eq!(code, Some(0));
        assert!(commands.iter().all(|command| script.contains(command)), "{shell}");
    }
}

#[test]
fn init_asks_until_the_answers_will_do_and_recommend_takes_what_it_writes() {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("new.toml");
    let answers = String::from(
        "gtp-4.1\ngpt-4.1\ntomorrow\n2026-12-01\nswedncentral\nswedencentral\n\
         GlobalStandard,GlobalProvisionedManaged\nTier 9\nTier 1\n\n",
    );
    let flags = ["init", "--ask", "--max-output-tokens", "600", "--name", "Chat of \"us\"", "-o"];
    let run = ptuplan().args(flags).arg(&path).write_stdin(answers).output().unwrap();
    let [out, err] = [run.stdout, run.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert_eq!(run.status.code(), Some(0), "{err}");
    assert!(out.starts_with("Wrote "), "{out}");
    for said in ["gtp-4.1", "swedncentral", "not a date: tomorrow", "unknown quota tier: Tier 9"] {
        assert!(err.contains(said), "{said}: {err}");
    }
    assert!(err.contains("did you mean swedencentral?"), "{err}");
    assert!(!err.contains("Tier 1, Tier 1") && err.len() < 4_000, "each tier once: {err}");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("max_output_tokens = 600"), "{text}");
    for key in ["[horizon]", "[uncertain]", "[require]", "survives_outage", "quota_request"] {
        assert!(text.contains(key), "{key}: {text}");
    }
    // An hour of less traffic instead of a day, so that the search is quick.
    let text = text.replace("simulate = \"1 day\"", "simulate = \"1 hour\"");
    fs::write(&path, text.replace("repeat = true }", "repeat = true, scale = 0.2 }")).unwrap();
    let folder = scratch.path().join("report");
    let arguments = ["recommend", path.to_str().unwrap(), "--out", folder.to_str().unwrap()];
    let run = ptuplan().args(arguments).args(["--tables", "csv", "--quiet"]).output().unwrap();
    let out = String::from_utf8(run.stdout).unwrap();
    assert_eq!(run.status.code(), Some(0), "{out}{}", String::from_utf8_lossy(&run.stderr));
    assert!(out.lines().all(|line| line.chars().count() <= 80 || line.starts_with("Report: ")));
    for name in ["report.html", "candidates.csv", "sensitivity.csv", "series.csv", "what_if.csv"] {
        assert!(folder.join(name).exists(), "{name}");
    }
}

#[test]
fn init_without_a_terminal_says_what_it_needs() {
    let (code, _, err) = run(&["init", "--model", "gpt-4.1"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("not said: --region, --quota-tier, --start"), "{err}");
    let run = ptuplan().args(["init", "--ask"]).write_stdin("").output().unwrap();
    assert_eq!(run.status.code(), Some(2), "an ended input is no answer");
}
