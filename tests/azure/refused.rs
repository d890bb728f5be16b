//! What cannot be read is refused with the file, the path in it and what to run instead.

use super::support::{file, ptuplan};

fn refused(names: &[&str], more: &[&str]) -> String {
    let files: Vec<String> = names.iter().map(|name| file(name)).collect();
    let mut arguments = vec!["init", "--start", "2026-12-01", "--quota-tier", "Tier 2"];
    arguments.extend(more);
    arguments.push("--from");
    arguments.extend(files.iter().map(String::as_str));
    let done = ptuplan(&arguments);
    assert_eq!(done.code, 2, "{names:?}\n{}\n{}", done.out, done.err);
    assert!(done.out.is_empty());
    done.err
}

/// The line of the error, and its hint.
fn says(err: &str, parts: &[&str]) {
    for part in parts {
        assert!(err.contains(part), "no `{part}` in\n{err}");
    }
    assert!(err.lines().any(|line| line.trim_start().starts_with("hint:")), "no hint in\n{err}");
}

#[test]
fn each_bad_file_is_told_with_its_place_and_a_way_out() {
    let cases: [(&str, &[&str]); 8] = [
        (
            "arm-parameter-without-value.json",
            &["no value for parameter ptu", "resources[2].sku.capacity", "--parameters ptu="],
        ),
        ("capacity-missing.json", &["[0].sku.capacity", "az cognitiveservices"]),
        ("page-not-last.json", &[": nextLink)", "az cognitiveservices account deployment list"]),
        ("ptu-off-grid.json", &["52 PTU", "[0].sku.capacity", "50 or 55"]),
        (
            "reservation-sku-unknown.json",
            &["OpenAI_Provisioned_Managed_Continent", "[0].sku.name", "terms.reservation"],
        ),
        ("reservation-term-unknown.json", &["P3Y", "[0].properties.term", "P1Y"]),
        ("sku-unknown.json", &["GlobalProvisionedManagd", "[0].sku.name", "ptuplan catalog"]),
        (
            "spillover-target-missing.json",
            &["gone", "[0].properties.spilloverDeploymentName", "deployment list"],
        ),
    ];
    for (name, parts) in cases {
        let err = refused(&[&format!("bad/{name}"), "accounts-list.json"], &[]);
        says(&err, parts);
        assert!(err.contains(name), "{err}");
    }
}

#[test]
fn a_region_is_never_made_up() {
    let err = refused(&["deployments-units.json"], &[]);
    says(&err, &["region unknown", "[0]", "az cognitiveservices account list", "--region"]);
    says(&refused(&["arm-template-symbolic.json"], &[]), &["region unknown", "--region"]);
    says(
        &refused(&["deployments-units.json"], &["--region", "atlantis"]),
        &["unknown region: atlantis"],
    );
}

#[test]
fn a_file_without_deployments_says_what_it_is() {
    says(&refused(&["accounts-list.json"], &[]), &["nothing found", "accounts"]);
    says(&refused(&["usage-list.json"], &[]), &["nothing found", "a usage list"]);
}

#[test]
fn other_texts_are_told_by_their_look() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("input.json");
    let texts = [
        ("resource \"azurerm_x\" \"y\" {}", "terraform show -json"),
        ("param name string\n", "az bicep build"),
        ("{\"version\": 4, \"terraform_version\": \"1.9\", \"serial\": 1}", "terraform show -json"),
        ("{\"@level\": \"info\", \"@message\": \"x\"}", "terraform show -json"),
        ("", "run it again"),
        ("{\"skip_token\": \"x\", \"data\": []}", "--skip-token"),
    ];
    for (text, hint) in texts {
        std::fs::write(&path, text).unwrap();
        let done = ptuplan(&["init", "--start", "2026-12-01", "--from", path.to_str().unwrap()]);
        assert_eq!(done.code, 2);
        says(&done.err, &[hint]);
    }
}

/// A list with one field of its first deployment changed.
fn changed(change: impl Fn(&mut serde_json::Value)) -> (tempfile::TempDir, String) {
    let text = std::fs::read_to_string(file("deployments-units.json")).unwrap();
    let mut list: serde_json::Value = serde_json::from_str(&text).unwrap();
    change(&mut list[0]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.json");
    std::fs::write(&path, list.to_string()).unwrap();
    let name = path.to_str().unwrap().to_owned();
    (folder, name)
}

#[test]
fn siblings_of_the_bad_files_are_refused_alike() {
    let set = |key: &'static str, value: serde_json::Value| {
        changed(move |own| *own.pointer_mut(key).unwrap() = value.clone())
    };
    let cases = [
        (set("/sku/name", "".into()), "a deployment without SKU"),
        (set("/sku/name", "Premium".into()), "unknown SKU: Premium"),
        (set("/properties/model/name", "gpt-9".into()), "unknown model: gpt-9"),
        (set("/sku/capacity", 1.5.into()), "not a whole number: capacity"),
        (set("/properties/serviceTier", "Turbo".into()), "unknown service tier: turbo"),
        (set("/properties/spilloverDeploymentName", "nowhere".into()), "nowhere"),
        (
            set("/id", "/subscriptions/other/resourceGroups/g/providers/x/accounts/b/x".into()),
            "deployments of 2 subscriptions",
        ),
    ];
    for ((_folder, path), message) in &cases {
        let arguments = ["init", "--start", "2026-12-01", "--quota-tier", "Tier 2", "--region"];
        let mut arguments = arguments.to_vec();
        arguments.extend(["swedencentral", "--from", path]);
        let done = ptuplan(&arguments);
        assert_eq!(done.code, 2, "{message}\n{}", done.out);
        says(&done.err, &[message, "list.json: ["]);
    }
}

#[test]
fn names_cannot_break_out_of_the_scenario() {
    let (_folder, path) = changed(|own| {
        own["name"] = "a\"]\n[[terms.reservation]]\nid = \"x".into();
    });
    let done = super::support::succeeds(&[
        "init",
        "--start",
        "2026-12-01",
        "--quota-tier",
        "Tier 2",
        "--region",
        "swedencentral",
        "--from",
        &path,
    ]);
    let made = super::support::toml(&done.out);
    assert!(made.get("terms").is_none(), "{}", done.out);
    let name = made["today"]["deployments"][0]["name"].as_str().unwrap().to_owned();
    assert!(name.starts_with("a\"]\n"), "{name}");
}

#[test]
fn limits_of_two_regions_are_not_mixed() {
    use serde_json::{Value, json};
    let usage = |limit: u32| json!([{ "name": { "value": "OpenAI.GlobalStandard.gpt4.1" }, "currentValue": 0, "limit": limit }]);
    let read = |name: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(file(name)).unwrap()).unwrap()
    };
    let deployment = json!([{
        "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a/deployments/chat",
        "name": "chat", "type": "Microsoft.CognitiveServices/accounts/deployments",
        "sku": { "name": "GlobalStandard", "capacity": 10 },
        "properties": { "model": { "format": "OpenAI", "name": "gpt-4.1", "version": "2025-04-14" } },
    }]);
    let all = |second: u32| {
        let documents = [deployment.clone(), usage(1000), usage(second), read("models-list.json")];
        super::support::init_from(&documents, &["--region", "swedencentral"])
    };
    let done = all(5000);
    assert_eq!(done.code, 2, "{}", done.out);
    says(&done.err, &["OpenAI.GlobalStandard.gpt4.1 1000 and 5000", "--region"]);
    assert_eq!(all(1000).code, 0);
}

/// `[0]` and `[1]` of a list in one account.
fn pair(first: &serde_json::Value, second: &serde_json::Value) -> [serde_json::Value; 2] {
    let of = |name: &str, own: &serde_json::Value| {
        let account =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a";
        let mut properties = serde_json::json!({ "model": { "format": "OpenAI", "name": "gpt-4.1", "version": "2025-04-14" } });
        for (key, value) in own["properties"].as_object().into_iter().flatten() {
            properties[key] = value.clone();
        }
        serde_json::json!({
            "id": format!("{account}/deployments/{name}"), "name": name, "sku": own["sku"],
            "type": "Microsoft.CognitiveServices/accounts/deployments", "properties": properties,
        })
    };
    let account = serde_json::json!([{
        "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a",
        "name": "a", "location": "swedencentral", "type": "Microsoft.CognitiveServices/accounts",
    }]);
    [serde_json::json!([of("one", first), of("two", second)]), account]
}

#[test]
fn what_serves_nothing_is_told_where_it_stands() {
    use serde_json::json;
    let standard = json!({ "sku": { "name": "DataZoneStandard", "capacity": 500 } });
    let ptu = |properties: serde_json::Value| json!({ "sku": { "name": "DataZoneProvisionedManaged", "capacity": 50 }, "properties": properties });
    let paused = |capacity: u32| {
        json!({ "sku": { "name": "DataZoneStandard", "capacity": capacity },
                "properties": { "deploymentState": "Paused" } })
    };
    let nothing = json!({ "sku": { "name": "GlobalStandard", "capacity": 0 } });
    let cases = [
        (pair(&standard, &nothing), vec!["two may serve nothing", "[1].sku.capacity"]),
        (
            pair(&ptu(json!({ "spilloverDeploymentName": "one" })), &standard),
            vec!["one spills over to itself", "[0].properties.spilloverDeploymentName"],
        ),
        (
            pair(&ptu(json!({ "spilloverDeploymentName": "two" })), &paused(500)),
            vec!["one spills over to two, which serves no calls", "Paused", "name another"],
        ),
        (
            pair(&paused(500), &paused(300)),
            vec!["none of 2 deployments serves calls: one (deploymentState \"Paused\"", "[0]"],
        ),
    ];
    for (documents, parts) in &cases {
        let done = super::support::init_from(documents, &[]);
        assert_eq!(done.code, 2, "{}", done.out);
        says(&done.err, parts);
        let misleading = ["the new scenario", "give every deployment", "nothing found"];
        assert!(!misleading.iter().any(|word| done.err.contains(word)), "{}", done.err);
    }
}

#[test]
fn a_region_that_does_not_exist_is_told_where_the_account_states_it() {
    let standard = serde_json::json!({ "sku": { "name": "DataZoneStandard", "capacity": 500 } });
    let [deployments, mut account] = pair(&standard, &standard);
    account[0]["location"] = "marsnorth".into();
    let done = super::support::init_from(&[deployments, account], &[]);
    assert_eq!(done.code, 2, "{}", done.out);
    says(&done.err, &["unknown region: marsnorth", "1.json: [0].location"]);
}

#[test]
fn an_account_that_only_applying_can_tell_is_told_so() {
    let address = "azurerm_cognitive_deployment.c";
    let values = serde_json::json!({
        "name": "c", "model": [{ "format": "OpenAI", "name": "gpt-4.1", "version": "2025-04-14" }],
        "sku": [{ "name": "GlobalStandard", "capacity": 10 }],
    });
    let resource = serde_json::json!({
        "address": address, "mode": "managed", "type": "azurerm_cognitive_deployment", "name": "c",
        "provider_name": "x", "values": values,
    });
    let plan = serde_json::json!({
        "format_version": "1.2", "terraform_version": "1.9.0", "configuration": { "root_module": {} },
        "planned_values": { "root_module": { "resources": [resource] } },
        "resource_changes": [{
            "address": address, "mode": "managed", "type": "azurerm_cognitive_deployment", "name": "c",
            "change": { "actions": ["create"], "before": null, "after": values,
                        "after_unknown": { "id": true, "cognitive_account_id": true } },
        }],
    });
    let done = super::support::init_from(&[plan], &[]);
    assert_eq!(done.code, 2, "{}", done.out);
    says(&done.err, &["which account it belongs to is only known after apply", "--region REGION"]);
}

#[test]
fn a_file_that_is_not_there_has_no_sides() {
    let done = ptuplan(&["diff", "--today", "nosuch.json", &file("review.toml")]);
    assert_eq!(done.code, 2, "{}", done.out);
    assert!(done.err.contains("nosuch.json") && !done.err.contains("one side"), "{}", done.err);
}

#[test]
fn what_is_wrong_in_a_state_of_terraform_is_told_at_its_own_path() {
    use serde_json::json;
    let account =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a";
    let state = |sku: &str, capacity: u32, spills: Option<&str>| {
        json!({
            "format_version": "1.0", "terraform_version": "1.9.0",
            "values": { "root_module": { "resources": [{
                "address": "azurerm_cognitive_deployment.c", "mode": "managed", "name": "c",
                "type": "azurerm_cognitive_deployment", "provider_name": "x",
                "values": {
                    "name": "c", "cognitive_account_id": account,
                    "model": [{ "format": "OpenAI", "name": "gpt-4.1", "version": "2025-04-14" }],
                    "sku": [{ "name": sku, "capacity": capacity }],
                    "spillover_deployment_name": spills,
                },
            }] } },
        })
    };
    let cases = [
        (state("GlobalStandard", 0, None), "resources[0].values.sku[0].capacity"),
        (state("GlobalStandrd", 10, None), "resources[0].values.sku[0].name"),
        (
            state("DataZoneProvisionedManaged", 50, Some("c")),
            "resources[0].values.spillover_deployment_name",
        ),
    ];
    for (document, path) in cases {
        let done = super::support::init_from(&[document], &["--region", "swedencentral"]);
        assert_eq!(done.code, 2, "{}", done.out);
        says(&done.err, &[path]);
    }
}
