//! Files of Azure become the tables that were worked out for them by hand.

use super::support::{Done, expected, file, succeeds, toml};

/// `init --from` on files of this folder.
fn init(files: &[&str], more: &[&str]) -> Done {
    let mut arguments = vec!["init".to_owned(), "--from".to_owned()];
    arguments.extend(files.iter().map(|name| file(name)));
    arguments.extend(["--start", "2026-12-01"].map(ToOwned::to_owned));
    arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    succeeds(&arguments)
}

const TIER: [&str; 2] = ["--quota-tier", "Tier 2"];

fn with_tier<'a>(more: &[&'a str]) -> Vec<&'a str> {
    TIER.into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn lists_of_the_cli_become_a_whole_scenario() {
    let lists = [
        "deployments-list.json",
        "deployments-arm-page.json",
        "accounts-list.json",
        "usage-list.json",
        "quota-tier.json",
        "reservations-list.json",
    ];
    let done = init(&lists, &["--agreement", "Enterprise and MCA-E"]);
    let (made, wanted) = (toml(&done.out), expected("expected-today.toml"));
    for table in ["today", "terms", "subscription", "region", "allow"] {
        assert_eq!(made.get(table), wanted.get(table), "{table}\n{}", done.out);
    }
    for left_out in
        ["resting", "half-made", "ptu-regional-last-year", "ptu-other-subscription", "web-servers"]
    {
        let note =
            |text: &str| text.lines().any(|l| l.contains("left out") && l.contains(left_out));
        // A screen is told at once, and how many more there are; the scenario has them all.
        let told = note(&done.err) || done.err.contains(" more");
        assert!(told && note(&done.out), "{left_out}\n{}", done.err);
    }
    // The order of the files does not matter to what they say together.
    let mut turned = lists;
    turned[2..].reverse();
    let again = init(&turned, &["--agreement", "Enterprise and MCA-E"]);
    assert_eq!(toml(&again.out), made);
}

#[test]
fn what_was_made_of_lists_can_be_simulated() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = folder.path().join("scenario.toml");
    let scenario = scenario.to_str().unwrap();
    init(
        &[
            "deployments-list.json",
            "deployments-arm-page.json",
            "accounts-list.json",
            "quota-tier.json",
            "reservations-list.json",
        ],
        &["--agreement", "Enterprise and MCA-E", "-o", scenario],
    );
    let done = super::support::ptuplan(&["simulate", scenario, "--format", "json", "-q"]);
    assert!(done.code < 2, "{}", done.err);
    let view: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(view["deployments"].as_array().unwrap().len(), 8);
}

#[test]
fn units_of_capacity_are_the_models_own() {
    let done = init(&["deployments-units.json", "accounts-list.json"], &TIER);
    assert_eq!(toml(&done.out)["today"], expected("expected-units.toml")["today"], "{}", done.out);
}

#[test]
fn terraform_has_what_is_there_and_what_will_be() {
    for (source, wanted) in [
        ("terraform-plan.json", "expected-terraform-after.toml"),
        ("terraform-state.json", "expected-terraform-before.toml"),
        ("terraform-state-azurerm3.json", "expected-terraform-azurerm3.toml"),
    ] {
        let made = toml(&init(&[source], &TIER).out);
        assert_eq!(made["today"], expected(wanted)["today"], "{source}");
        assert_eq!(made["region"].as_str(), Some("swedencentral"));
    }
}

#[test]
fn arm_templates_and_compiled_bicep() {
    let wanted = &expected("expected-arm.toml")["today"];
    assert_eq!(&toml(&init(&["arm-template.json"], &TIER).out)["today"], wanted);
    let symbolic =
        with_tier(&["--region", "swedencentral", "--parameters", "accountName=ai-example-sdc"]);
    let made = init(&["arm-template-symbolic.json"], &symbolic);
    assert_eq!(&toml(&made.out)["today"], wanted);
    // The region of an account that a list has, and the account's name left to the deployment.
    let joined = with_tier(&["--parameters", "accountName=ai-example-frc"]);
    let made = toml(&init(&["arm-template-symbolic.json", "accounts-list.json"], &joined).out);
    assert_eq!(made["region"].as_str(), Some("francecentral"));
    let unnamed = with_tier(&["--region", "swedencentral"]);
    assert_eq!(&toml(&init(&["arm-template-symbolic.json"], &unnamed).out)["today"], wanted);
}

#[test]
fn parameters_of_a_template_win_over_its_defaults() {
    let parameters = file("arm-parameters.json");
    let given = with_tier(&["--parameters", &parameters]);
    let apart = toml(&init(&["arm-template.json"], &given).out);
    let together = toml(&init(&["arm-template.json", "arm-parameters.json"], &TIER).out);
    for made in [apart, together] {
        assert_eq!(made["region"].as_str(), Some("francecentral"));
        assert_eq!(made["today"]["deployments"][1]["capacity_ptu"].as_integer(), Some(75));
    }
}

#[test]
fn a_model_list_names_the_quotas_of_a_usage_list() {
    let done = init(
        &[
            "deployments-list.json",
            "accounts-list.json",
            "usage-list.json",
            "models-list.json",
            "quota-tier.json",
        ],
        &["--agreement", "Enterprise and MCA-E"],
    );
    let quotas = toml(&done.out)["subscription"]["quota"].as_array().unwrap().clone();
    let of = |sku: &str| {
        let own = quotas.iter().find(|quota| quota["sku"].as_str() == Some(sku))?;
        own["tokens_per_minute"].as_integer()
    };
    assert_eq!(of("DataZoneStandard"), Some(1_000_000), "{}", done.out);
    assert_eq!(of("GlobalStandard"), Some(3_000_000));
    // Models the list does not name are said, and not found by how they are spelled.
    assert!(done.err.contains("az cognitiveservices model list"), "{}", done.err);
    assert_eq!(quotas.len(), 2);
}

#[test]
fn arrays_in_a_row_and_texts_of_powershell() {
    let folder = tempfile::tempdir().unwrap();
    let list = std::fs::read_to_string(file("deployments-list.json")).unwrap();
    let mark = "\u{feff}";
    let row = format!("{mark}{list}\n[]\n");
    let wide: Vec<u8> = row.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(folder.path().join("deployments.json"), wide).unwrap();
    std::fs::copy(file("accounts-list.json"), folder.path().join("accounts.json")).unwrap();
    let done = succeeds(&[
        "init",
        "--from",
        folder.path().to_str().unwrap(),
        "--start",
        "2026-12-01",
        "--quota-tier",
        "Tier 2",
    ]);
    let made = toml(&done.out);
    assert_eq!(made["today"]["deployments"].as_array().unwrap().len(), 7);
    // No account shares a name here, so none is renamed.
    assert_eq!(made["today"]["deployments"][0]["spillover_to"].as_str(), Some("chat-spill"));
}

#[test]
fn what_is_deployed_stands_for_today_of_a_scenario() {
    let plan = file("terraform-plan.json");
    let scenario = "scenarios/ptu-with-spillover.toml";
    let simulate = ["simulate", scenario, "--format", "json", "--today", &plan];
    // The tier's table has less than this plan deploys: refused, unless Azure's own list shows more.
    let above = super::support::ptuplan(&simulate);
    assert_eq!(above.code, 2);
    assert!(above.err.contains("terraform-plan.json: planned_values.root_module"), "{}", above.err);
    let (usage, models) = (file("usage-list.json"), file("models-list.json"));
    let done = super::support::ptuplan(&[&simulate[..], &[&usage, &models]].concat());
    assert!(done.code < 2, "{}", done.err);
    let view: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    let names: Vec<&str> = view["deployments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|deployment| deployment["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["chat-frc", "chat-ptu", "chat-spill", "search"]);
}

/// Deployments of one account, each `(name, SKU, capacity, properties)`, as a list and the account's.
fn listed(deployments: &[(&str, &str, u32, serde_json::Value)]) -> [serde_json::Value; 2] {
    use serde_json::json;
    let account =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a";
    let of = |(name, sku, capacity, more): &(&str, &str, u32, serde_json::Value)| {
        let mut properties =
            json!({ "model": { "format": "OpenAI", "name": "gpt-4.1", "version": "2025-04-14" } });
        for (key, value) in more.as_object().unwrap() {
            properties[key] = value.clone();
        }
        json!({
            "id": format!("{account}/deployments/{name}"), "name": name, "properties": properties,
            "type": "Microsoft.CognitiveServices/accounts/deployments",
            "sku": { "name": sku, "capacity": capacity },
        })
    };
    let accounts = json!([{
        "id": account, "name": "a", "location": "swedencentral",
        "type": "Microsoft.CognitiveServices/accounts",
    }]);
    [deployments.iter().map(of).collect(), accounts]
}

#[test]
fn what_is_taken_and_not_sure_is_noted() {
    use serde_json::json;
    const PTU: &str = "DataZoneProvisionedManaged";
    let [deployments, accounts] = listed(&[
        ("a", PTU, 75, json!({ "provisioningState": "Accepted", "currentCapacity": 50 })),
        ("b", PTU, 75, json!({ "provisioningState": "Updating", "currentCapacity": 50 })),
        ("c", "DataZoneStandard", 75, json!({ "provisioningState": "Wibble" })),
        ("d", "DataZoneStandard", 75, json!({ "deploymentState": "Odd" })),
        ("e", PTU, 50, json!({ "spilloverDeploymentName": "a" })),
    ]);
    let usage = json!([{ "name": { "value": "OpenAI.DataZoneProvisionedManaged" },
                         "currentValue": 200, "limit": 300 }]);
    let made =
        super::support::init_from(&[deployments.clone(), accounts.clone(), usage.clone()], &[]);
    assert_eq!(made.code, 0, "{}", made.err);
    for note in [
        "a: provisioningState \"Accepted\": taken as if it were done; 50 in force, 75 taken",
        "b: provisioningState \"Updating\" is not one that is known: taken as if it served calls; 50 in force, 75 taken",
        "c: provisioningState \"Wibble\" is not one that is known",
        "d: deploymentState \"Odd\" is not one that is known",
        "e spills over to a, which is provisioned too (DataZoneProvisionedManaged)",
        "the usage list is taken as that of swedencentral: it names no region",
    ] {
        assert!(made.out.contains(note), "no `{note}` in\n{}", made.out);
    }
    // Whose region is said is not assumed.
    let said =
        super::support::init_from(&[deployments, accounts, usage], &["--region", "swedencentral"]);
    assert!(!said.out.contains("the usage list is taken"), "{}", said.out);
}

#[test]
fn notes_that_a_screen_has_no_room_for_are_in_the_report() {
    use serde_json::json;
    let names: Vec<String> = (0..30).map(|index| format!("rest-{index}")).collect();
    let mut all = vec![("chat", "DataZoneStandard", 500, json!({}))];
    all.extend(names.iter().map(|name| {
        (name.as_str(), "DataZoneStandard", 10, json!({ "deploymentState": "Paused" }))
    }));
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let files = [path("deployments.json"), path("accounts.json")];
    for (file, document) in files.iter().zip(listed(&all)) {
        std::fs::write(file, document.to_string()).unwrap();
    }
    let text = std::fs::read_to_string(file("review.toml")).unwrap();
    std::fs::write(path("s.toml"), text.replace("chat-ptu", "chat")).unwrap();
    let out = path("report");
    let scenario = path("s.toml");
    let done = super::support::ptuplan(&[
        "simulate", &scenario, "--today", &files[0], &files[1], "--out", &out,
    ]);
    assert!(done.code < 2, "{}", done.err);
    let notes = std::fs::read_to_string(format!("{out}/notes.txt")).unwrap();
    for name in &names {
        assert!(notes.contains(&format!("left out: {name} (")), "{notes}");
    }
    assert!(done.err.contains(&format!("more; all are in {out}/notes.txt")), "{}", done.err);
    let list = std::fs::read_to_string(format!("{out}/ptuplan-files.json")).unwrap();
    assert!(list.contains("\"notes.txt\""), "{list}");
    // The next run has its own.
    std::fs::write(&files[0], listed(&all[..1])[0].to_string()).unwrap();
    let done = super::support::ptuplan(&[
        "simulate", &scenario, "--today", &files[0], &files[1], "--out", &out,
    ]);
    assert!(done.code < 2, "{}", done.err);
    let notes = std::fs::read_to_string(format!("{out}/notes.txt")).unwrap();
    assert!(!notes.contains("left out"), "{notes}");
}

/// The scenario's `[today]` is not what is looked at: who is deployed is said.
#[test]
fn a_route_to_nobody_says_who_is_deployed() {
    let (plan, scenario) = (file("terraform-state.json"), file("review.toml"));
    let text = std::fs::read_to_string(&scenario).unwrap().replace("chat-ptu", "zzz");
    let folder = tempfile::tempdir().unwrap();
    let scenario = folder.path().join("scenario.toml");
    std::fs::write(&scenario, text).unwrap();
    let scenario = scenario.to_str().unwrap();
    let done = super::support::ptuplan(&["simulate", scenario, "--today", &plan, "-q"]);
    assert_eq!(done.code, 2, "{}", done.out);
    let hint = "hint: deployments of today are chat-spill, old-mini, search";
    assert!(done.err.contains(hint), "{}", done.err);
}
