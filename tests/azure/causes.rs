//! What a change of the catalogue is said to do, and why: the rows and rules that differ and that a bill or a recommendation
//! rests on, none that does not differ.

use super::support::{Done, ptuplan};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// 20 calls a minute of 1,000 input and 200 output tokens.
const CALLS: &str = r#"model   = "gpt-4.1"
max_output_tokens = 800
client  = "openai-sdk"
[[workload.traffic.synth.client]]
name = "office"
rate_per_minute = 20
input_tokens = 1000
output_tokens = 200
"#;

/// A scenario of workloads that call deployments, each `(name, table without the name)`.
fn scenario(folder: &Path, deployments: &[(&str, &str)], called: &[&str]) -> String {
    let mut text = "name = \"Causes\"\nstart = 2026-12-01\nlength = \"1 month\"\nzone = \"UTC\"\n\
                    simulate = \"1 hour\"\nregion = \"swedencentral\"\n"
        .to_owned();
    for name in called {
        text += &format!("[[workload]]\nname = \"{name}\"\nroute = [\"{name}\"]\n{CALLS}");
    }
    text += "[slo]\nthrottled_share = \"0.1 %\"\n[allow]\n\
             sku = [\"DataZoneStandard\", \"DataZoneProvisionedManaged\"]\n\
             commitment = [\"hourly\"]\n[subscription]\nquota_tier = \"Tier 2\"\n[today]\n\
             deployments = [\n";
    for (name, table) in deployments {
        text += &format!("{{ name = \"{name}\", model = \"gpt-4.1\", {table} }},\n");
    }
    text += "]\n";
    let path = folder.join("causes.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A copy of the catalogue with one text of one file replaced.
fn edited(folder: &Path, file: &str, old: &str, new: &str) -> PathBuf {
    let copy = folder.join("data");
    std::fs::create_dir_all(&copy).unwrap();
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/azure");
    for entry in std::fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
    }
    let path = copy.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{file} has no {old}");
    std::fs::write(&path, text.replace(old, new)).unwrap();
    copy
}

fn diff(data: &Path, scenario: &str, more: &[&str]) -> Done {
    let arguments = ["diff", "embedded", data.to_str().unwrap(), scenario, "-q"];
    let done = ptuplan(&[&arguments[..], more].concat());
    assert_eq!(done.code, 0, "{}", done.err);
    done
}

fn viewed(data: &Path, scenario: &str, more: &[&str]) -> Value {
    let done = diff(data, scenario, &[&["--format", "json"], more].concat());
    serde_json::from_str(&done.out).unwrap()
}

/// What each cause is, before and after.
fn causes(view: &Value) -> Vec<[String; 3]> {
    let causes = view["causes"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    causes.map(|own| ["what", "before", "after"].map(|key| text(&own[key]))).collect()
}

fn one(what: &str, before: &str, after: &str) -> Vec<[String; 3]> {
    vec![[what, before, after].map(ToOwned::to_owned)]
}

const STANDARD: &str = "sku = \"DataZoneStandard\", limit_tokens_per_minute = 500_000";

#[test]
fn a_price_of_one_region_is_the_cause_beside_that_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let us = format!("{STANDARD}, region = \"eastus2\"");
    let scenario = scenario(folder.path(), &[("eu", STANDARD), ("us", &us)], &["eu", "us"]);
    let row = "gpt-4.1,data_zone_eu,standard,default,output,";
    let data = edited(folder.path(), "prices.csv", &format!("{row}8.8,"), &format!("{row}9.9,"));
    let view = viewed(&data, &scenario, &["--bills-only"]);
    let wanted = one(
        "price of output tokens, gpt-4.1, DataZoneStandard in swedencentral",
        "8.8 USD for 1000000 Tokens",
        "9.9 USD for 1000000 Tokens",
    );
    assert_eq!(causes(&view), wanted);
    // The report of a run has both prices too.
    let told = ptuplan(&["simulate", &scenario, "--format", "json", "-q"]);
    for region in ["swedencentral", "eastus2"] {
        let name = format!("price of output tokens, gpt-4.1, DataZoneStandard in {region}");
        assert!(told.out.contains(&name), "{name}");
    }
}

#[test]
fn a_rule_that_moves_a_bill_is_named_and_no_price_that_stays() {
    let folder = tempfile::tempdir().unwrap();
    // 20 calls a minute count 1,800 tokens each, 36,000 together: the limit refuses some of them, and fewer where input does
    // not count (16,000).
    let tight = "sku = \"DataZoneStandard\", limit_tokens_per_minute = 20_000";
    let scenario = scenario(folder.path(), &[("chat", tight)], &["chat"]);
    let cases = [
        (
            "limiters.toml",
            "counts_input = true",
            "counts_input = false",
            one("limiter profile documented", "counts input: true", "counts input: false"),
        ),
        (
            "billing_rules.toml",
            "answer = \"completed\"\ninput = true\noutput = true",
            "answer = \"completed\"\ninput = true\noutput = false",
            one(
                "billing of calls that end as completed",
                "input billed, output billed",
                "input billed, output not billed",
            ),
        ),
    ];
    for (file, old, new, wanted) in cases {
        let data = edited(folder.path(), file, old, new);
        let view = viewed(&data, &scenario, &["--bills-only"]);
        assert_ne!(view["scenarios"][0]["rule_effect"], "0", "{view}");
        assert_eq!(causes(&view), wanted);
    }
}

#[test]
fn a_line_that_is_newly_billed_has_no_price_that_changed() {
    let folder = tempfile::tempdir().unwrap();
    // Calls weigh some 36,000 input tokens a minute. 50 PTU take 150,000, and 25,000 at 500 each: calls spill over only then.
    let deployments = [
        (
            "chat",
            "sku = \"DataZoneProvisionedManaged\", capacity_ptu = 50, spillover_to = \"more\"",
        ),
        ("more", STANDARD),
    ];
    let scenario = scenario(folder.path(), &deployments, &["chat"]);
    let row = "gpt-4.1,input_tpm_per_ptu,,,";
    let data =
        edited(folder.path(), "throughput.csv", &format!("{row}3000,"), &format!("{row}500,"));
    let view = viewed(&data, &scenario, &["--bills-only"]);
    let charges = view["scenarios"][0]["charges"].as_array().unwrap();
    assert!(charges.iter().any(|own| own["before"] == "0"), "{view}");
    let wanted =
        one("input TPM per PTU of gpt-4.1", "3000 tokens per minute", "500 tokens per minute");
    assert_eq!(causes(&view), wanted);
}

#[test]
fn another_recommendation_is_told_with_both_costs_and_its_cause() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario(folder.path(), &[("chat", STANDARD)], &["chat"]);
    // A PTU-hour for a hundredth of its price: 15 PTU for 15 * 0.012 * 744 = 133.92 USD, below some 700 USD by the token.
    let row = "Azure OpenAI,DataZoneProvisionedManaged,ptu_data_zone/francecentral+9,hourly,";
    let data =
        edited(folder.path(), "ptu_prices.csv", &format!("{row}1.2,"), &format!("{row}0.012,"));
    let text = std::fs::read_to_string(&scenario).unwrap();
    std::fs::write(&scenario, text.replace("rate_per_minute = 20", "rate_per_minute = 4")).unwrap();
    let told = diff(&data, &scenario, &["--format", "markdown"]).out;
    let lines: Vec<&str> = told.lines().collect();
    assert!(
        lines[0].starts_with("### The bill does not change, but the recommendation does ("),
        "{told}"
    );
    assert!(lines[0].ends_with(" → 133.92 USD a month)"), "{told}");
    let causes: Vec<&&str> =
        lines.iter().filter(|line| line.contains("`ptu_prices.csv:")).collect();
    assert!(!causes.is_empty() && !told.contains("`none`"), "{told}");
    assert!(causes.iter().all(|line| line.starts_with("| `price of PTU-hours, ")), "{told}");
    let row = lines.iter().find(|line| line.starts_with("| `Causes`")).unwrap();
    assert!(row.contains(" 15 PTU, hourly: 133.92 USD a month`**"), "{row}");
    assert_eq!(row.matches("hourly").count(), 1, "{row}");
}
