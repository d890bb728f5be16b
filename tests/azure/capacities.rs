//! What a deployment may serve: what means nothing for its SKU, units of capacity that are assumed or unknown, and the
//! deployment that calls go to.

use super::support::{Done, init_from, toml};
use serde_json::{Value, json};

const ACCOUNT: &str =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a";
const REGION: [&str; 2] = ["--region", "swedencentral"];

/// A deployment of one account.
fn deployment(name: &str, sku: &str, capacity: u64, model: &str) -> Value {
    json!({
        "id": format!("{ACCOUNT}/deployments/{name}"), "name": name,
        "type": "Microsoft.CognitiveServices/accounts/deployments",
        "sku": { "name": sku, "capacity": capacity },
        "properties": { "model": { "format": "OpenAI", "name": model } },
    })
}

fn made_of(deployments: &[Value]) -> Done {
    let done = init_from(&[Value::from(deployments)], &REGION);
    assert_eq!(done.code, 0, "{}", done.err);
    done
}

/// The deployments of `[today]`.
fn deployed(done: &Done) -> Vec<toml::Value> {
    toml(&done.out)["today"]["deployments"].as_array().unwrap().clone()
}

#[test]
fn what_means_nothing_for_a_sku_is_left_out_and_said() {
    let mut ptu = deployment("ptu", "GlobalProvisionedManaged", 30, "gpt-4.1");
    ptu["properties"]["serviceTier"] = "Priority".into();
    ptu["properties"]["dynamicThrottlingEnabled"] = true.into();
    let mut chat = deployment("chat", "GlobalStandard", 30, "gpt-4.1");
    chat["properties"] = ptu["properties"].clone();
    let done = made_of(&[ptu, chat]);
    let [ptu, chat] = <[toml::Value; 2]>::try_from(deployed(&done)).unwrap();
    assert!(ptu.get("service_tier").is_none() && ptu.get("dynamic_quota").is_none(), "{ptu}");
    assert_eq!(chat["service_tier"].as_str(), Some("priority"));
    assert_eq!(chat["dynamic_quota"].as_bool(), Some(true));
    for note in ["ptu: serviceTier \"Priority\" is left out", "ptu: dynamicThrottlingEnabled is"] {
        assert!(done.err.contains(note) && done.out.contains(note), "no `{note}` in\n{}", done.out);
    }
    assert!(!done.out.contains("chat: serviceTier"), "{}", done.out);
    // What is written can be simulated.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenario.toml");
    let short = done.out.replace("simulate = \"1 day\"", "simulate = \"1 h\"");
    std::fs::write(&path, short).unwrap();
    let run = super::support::ptuplan(&["simulate", path.to_str().unwrap(), "-q"]);
    assert!(run.code < 2, "{}", run.err);
}

#[test]
fn units_that_are_assumed_are_said_once_by_the_names_of_the_scenario() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let all: Vec<Value> =
        names.iter().map(|name| deployment(name, "GlobalStandard", 10, "gpt-4.1")).collect();
    let done = made_of(&all);
    let note = "a, b, c, d, e, f and 2 more: a unit of capacity is assumed to be 1,000 tokens a \
                minute: the files have no rateLimits of them, and the catalogue no unit of gpt-4.1";
    assert!(done.err.contains(note), "{}", done.err);
    assert_eq!(done.err.matches("a unit of capacity").count(), 1, "{}", done.err);
    let mut other = deployment("a", "GlobalStandard", 20, "gpt-4.1-mini");
    other["id"] = format!("{}b/deployments/a", ACCOUNT.strip_suffix('a').unwrap()).into();
    let done = made_of(&[all[0].clone(), other]);
    let note = "a/a and b/a: a unit of capacity is assumed";
    assert!(done.err.contains(note), "{}", done.err);
    assert!(done.err.contains("no unit of gpt-4.1, gpt-4.1-mini"), "{}", done.err);
}

/// A model that is charged by the image has no tokens a minute.
#[test]
fn a_unit_that_is_no_tokens_is_not_taken_for_tokens() {
    let done = made_of(&[
        deployment("chat", "GlobalStandard", 10, "gpt-4.1"),
        deployment("flux", "GlobalStandard", 10, "FLUX-1.1-pro"),
    ]);
    let flux = &deployed(&done)[1];
    assert!(flux.get("limit_tokens_per_minute").is_none(), "{flux}");
    let note = "flux: capacity 10 is left out: FLUX-1.1-pro is charged per image";
    assert!(done.err.contains(note), "{}", done.err);
}

#[test]
fn a_capacity_that_no_deployment_has_is_not_called_missing() {
    for sku in ["GlobalStandard", "GlobalProvisionedManaged"] {
        let huge = deployment("huge", sku, 1_000_000_000_000_000_000, "gpt-4.1");
        let done = init_from(&[json!([huge])], &REGION);
        assert_eq!(done.code, 2, "{}", done.out);
        let said = "a capacity that no deployment has: huge of 1000000000000000000";
        assert!(done.err.contains(said), "{}", done.err);
        assert!(done.err.contains("[0].sku.capacity"), "{}", done.err);
    }
}

/// PTUs are paid for whether they are called or not: the traffic goes there until somebody says
/// otherwise.
#[test]
fn calls_go_to_ptus_first() {
    let mut ptu = deployment("ptu", "GlobalProvisionedManaged", 30, "gpt-4.1");
    ptu["properties"]["spilloverDeploymentName"] = "spill".into();
    let done = made_of(&[
        deployment("mini", "GlobalStandard", 10, "gpt-4.1-mini"),
        deployment("spill", "GlobalStandard", 10, "gpt-4.1"),
        ptu,
    ]);
    let made = toml(&done.out);
    let workload = &made["workload"].as_array().unwrap()[0];
    assert_eq!(workload["model"].as_str(), Some("gpt-4.1"));
    assert_eq!(workload["route"].as_array().unwrap()[0].as_str(), Some("ptu"));
}

/// A loop over the CLI writes arrays in a row: which of them is said.
#[test]
fn a_place_in_one_of_several_documents_says_which() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("row.json");
    let [good, bad] = ["GlobalStandard", "UltraStandard"]
        .map(|sku| json!([deployment(&sku.to_lowercase(), sku, 10, "gpt-4.1")]).to_string());
    std::fs::write(&path, format!("{good}\n{bad}\n")).unwrap();
    let path = path.to_str().unwrap();
    let more = ["--start", "2026-12-01", "--quota-tier", "Tier 2"];
    let done =
        super::support::ptuplan(&[&["init", "--from", path][..], &REGION[..], &more[..]].concat());
    assert_eq!(done.code, 2, "{}", done.out);
    assert!(done.err.contains("row.json: (document 2)[0].sku.name"), "{}", done.err);
}
