//! Terraform's plans: which account a new deployment belongs to, what stays though the plan does not list it.

use super::support::{Done, init_from, ptuplan, three, today};
use serde_json::{Value, json};

const ACCOUNT: &str = "azurerm_cognitive_account";
const DEPLOYMENT: &str = "azurerm_cognitive_deployment";

fn id(account: &str) -> String {
    format!(
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/{account}"
    )
}

fn account(address: &str, name: &str, region: &str) -> Value {
    resource(
        address,
        ACCOUNT,
        json!({ "name": name, "location": region, "resource_group_name": "g" }),
    )
}

/// A deployment whose account is only known after apply.
fn deployment(address: &str, name: &str, sku: &str, capacity: u32) -> Value {
    let values = json!({
        "name": name,
        "model": [{ "format": "OpenAI", "name": "gpt-4.1", "version": "2025-04-14" }],
        "sku": [{ "name": sku, "capacity": capacity }],
    });
    resource(address, DEPLOYMENT, values)
}

fn resource(address: &str, kind: &str, values: Value) -> Value {
    json!({ "address": address, "mode": "managed", "type": kind, "values": values })
}

/// The same as a deployment of an account that is there.
fn of_account(mut deployment: Value, account: &str) -> Value {
    deployment["values"]["cognitive_account_id"] = id(account).into();
    deployment
}

fn change(resource: &Value, actions: &[&str], unknown: Value) -> Value {
    let (before, after) = match actions {
        ["forget"] => (resource["values"].clone(), Value::Null),
        _ => (Value::Null, resource["values"].clone()),
    };
    json!({
        "address": resource["address"], "mode": "managed", "type": resource["type"],
        "change": { "actions": actions, "before": before, "after": after, "after_unknown": unknown },
    })
}

/// A plan that makes these resources, of this configuration.
fn plan(resources: &[Value], configuration: Value) -> Value {
    let unknown = json!({ "id": true, "cognitive_account_id": true });
    let changes: Vec<Value> =
        resources.iter().map(|own| change(own, &["create"], unknown.clone())).collect();
    json!({
        "format_version": "1.2",
        "planned_values": { "root_module": { "resources": resources } },
        "prior_state": { "values": { "root_module": {} } },
        "resource_changes": changes,
        "configuration": { "root_module": configuration },
    })
}

fn configured(address: &str, references: &[&str]) -> Value {
    json!({ "address": address, "expressions": { "cognitive_account_id": { "references": references } } })
}

fn refused(done: &Done, parts: &[&str]) {
    assert_eq!(done.code, 2, "{}\n{}", done.out, done.err);
    for part in parts {
        assert!(done.err.contains(part), "no `{part}` in\n{}", done.err);
    }
}

/// Accounts of two regions by a key, and a deployment `d` for each key.
fn by_key(references: &[&str], names: [&str; 2]) -> Value {
    let resources = [
        account("azurerm_cognitive_account.this[\"x\"]", "a-x", "swedencentral"),
        account("azurerm_cognitive_account.this[\"y\"]", "a-y", "eastus2"),
        deployment("azurerm_cognitive_deployment.d[\"x\"]", names[0], "GlobalStandard", 100),
        deployment("azurerm_cognitive_deployment.d[\"y\"]", names[1], "GlobalStandard", 200),
    ];
    let own = configured("azurerm_cognitive_deployment.d", references);
    plan(&resources, json!({ "resources": [own] }))
}

#[test]
fn one_name_in_two_new_accounts_is_two_names() {
    let own = by_key(&["azurerm_cognitive_account.this", "each.key"], ["chat", "chat"]);
    let made = today(&init_from(&[own], &[]));
    let wanted =
        [three("a-x/chat", "swedencentral", 100_000), three("a-y/chat", "eastus2", 200_000)];
    assert_eq!(made, wanted);
}

#[test]
fn an_index_that_the_plan_does_not_tell_is_not_guessed() {
    let references = ["azurerm_cognitive_account.this", "each.value.region", "each.value"];
    let done = init_from(&[by_key(&references, ["chat", "mini"])], &[]);
    refused(
        &done,
        &["only known after apply", "azurerm_cognitive_account.this", "hint: give the value"],
    );
    // A number may be reckoned with: the account of the same number is taken, and that is said.
    let resources = [
        account("azurerm_cognitive_account.this[0]", "a0", "swedencentral"),
        account("azurerm_cognitive_account.this[1]", "a1", "eastus2"),
        deployment("azurerm_cognitive_deployment.d[1]", "chat", "GlobalStandard", 100),
    ];
    let own = configured(
        "azurerm_cognitive_deployment.d",
        &["azurerm_cognitive_account.this", "count.index"],
    );
    let done = init_from(&[plan(&resources, json!({ "resources": [own] }))], &[]);
    assert_eq!(today(&done), [three("chat", "eastus2", 100_000)]);
    assert!(done.err.contains("how count.index is used"), "{}", done.err);
}

#[test]
fn a_choice_between_two_accounts_is_not_guessed() {
    let two = ["azurerm_cognitive_account.a", "azurerm_cognitive_account.b"];
    let deployment = deployment("azurerm_cognitive_deployment.d", "chat", "GlobalStandard", 100);
    let resources = [
        account(two[0], "a", "swedencentral"),
        account(two[1], "b", "eastus2"),
        deployment.clone(),
    ];
    let ids = two.map(|address| format!("{address}.id"));
    let references = ["var.us", &ids[0], two[0], &ids[1], two[1]];
    let own = json!({ "resources": [configured("azurerm_cognitive_deployment.d", &references)] });
    let done = init_from(&[plan(&resources, own.clone())], &[]);
    refused(&done, &["azurerm_cognitive_account.a and azurerm_cognitive_account.b"]);
    // Where only one of them is made, it is that one.
    let one = [account(two[1], "b", "eastus2"), deployment];
    let made = today(&init_from(&[plan(&one, own)], &[]));
    assert_eq!(made, [three("chat", "eastus2", 100_000)]);
}

#[test]
fn an_account_is_found_through_modules() {
    let resources = [
        account("module.acc[\"x\"].azurerm_cognitive_account.this", "a-x", "swedencentral"),
        account("module.acc[\"y\"].azurerm_cognitive_account.this", "a-y", "eastus2"),
        deployment(
            "module.dep[\"y\"].azurerm_cognitive_deployment.d",
            "chat",
            "GlobalStandard",
            100,
        ),
    ];
    let own = json!({ "module_calls": {
        "acc": { "module": { "outputs": { "id": { "expression": {
            "references": ["azurerm_cognitive_account.this.id", "azurerm_cognitive_account.this"] } } } } },
        "dep": {
            "expressions": { "account": { "references": ["module.acc", "each.key"] } },
            "module": { "resources": [configured("azurerm_cognitive_deployment.d", &["var.account"])] },
        },
    } });
    let made = today(&init_from(&[plan(&resources, own)], &[]));
    assert_eq!(made, [three("chat", "eastus2", 100_000)]);
}

#[test]
fn an_update_of_a_new_deployment_counts() {
    let ptu =
        deployment("azurerm_cognitive_deployment.ptu", "ptu", "DataZoneProvisionedManaged", 50);
    let update = resource(
        "azapi_update_resource.u",
        "azapi_update_resource",
        json!({
            "type": "Microsoft.CognitiveServices/accounts/deployments@2025-06-01",
            "body": { "sku": { "name": "DataZoneProvisionedManaged", "capacity": 100 } },
        }),
    );
    let mut known = account("azurerm_cognitive_account.a", "a", "swedencentral");
    known["values"]["id"] = id("a").into();
    let references = |list: &[&str]| {
        json!({ "resources": [{ "address": "azapi_update_resource.u",
            "expressions": { "resource_id": { "references": list } } }] })
    };
    let made = |list: &[&str]| {
        let mut whole =
            plan(&[known.clone(), of_account(ptu.clone(), "a"), update.clone()], references(list));
        whole["resource_changes"][2]["change"]["after_unknown"] = json!({ "resource_id": true });
        init_from(&[whole], &[])
    };
    let own = made(&["azurerm_cognitive_deployment.ptu.id", "azurerm_cognitive_deployment.ptu"]);
    assert_eq!(today(&own), [three("ptu", "swedencentral", 100)]);
    refused(
        &made(&["local.target"]),
        &["resource_id is only known after apply", "azapi_update_resource.u"],
    );
}

#[test]
fn what_terraform_forgets_stays_in_azure() {
    let mut known = account("azurerm_cognitive_account.a", "a", "swedencentral");
    known["values"]["id"] = id("a").into();
    let chat = deployment("azurerm_cognitive_deployment.chat", "chat", "DataZoneStandard", 100);
    let chat = of_account(chat, "a");
    let ptu =
        deployment("azurerm_cognitive_deployment.ptu", "ptu", "DataZoneProvisionedManaged", 50);
    let ptu = of_account(ptu, "a");
    let mut whole = plan(&[known.clone(), chat.clone()], json!({}));
    whole["resource_changes"].as_array_mut().unwrap().push(change(&ptu, &["forget"], json!({})));
    whole["prior_state"]["values"]["root_module"]["resources"] = json!([known, chat, ptu]);
    let done = init_from(&[whole.clone()], &[]);
    let wanted = [three("chat", "swedencentral", 100_000), three("ptu", "swedencentral", 50)];
    assert_eq!(today(&done), wanted);
    assert!(done.err.contains("ptu: Terraform forgets it without destroying it"), "{}", done.err);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.json");
    std::fs::write(&path, whole.to_string()).unwrap();
    let scenario = super::review::scenario_calling(&folder, "chat");
    let path = path.to_str().unwrap();
    let done = ptuplan(&["diff", "--today", path, &scenario, "--format", "markdown", "-q"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.starts_with("### Monthly cost will stay at"), "{}", done.out);
    assert!(
        done.out.contains("Terraform forgets it") && !done.out.contains("removed"),
        "{}",
        done.out
    );
}

#[test]
fn an_account_that_something_else_made_has_a_region() {
    let chat = deployment("azurerm_cognitive_deployment.d", "chat", "GlobalStandard", 100);
    let mut data = account("data.azurerm_cognitive_account.a", "a", "eastus2");
    data["mode"] = "data".into();
    data["values"]["id"] = id("a").into();
    let state = json!({ "format_version": "1.0",
        "values": { "root_module": { "resources": [data, of_account(chat.clone(), "a")] } } });
    assert_eq!(today(&init_from(&[state], &[])), [three("chat", "eastus2", 100_000)]);
    // A plan has data sources in its state alone.
    let mut whole = plan(&[of_account(chat, "a")], json!({}));
    whole["prior_state"]["values"]["root_module"]["resources"] = json!([data]);
    assert_eq!(today(&init_from(&[whole], &[])), [three("chat", "eastus2", 100_000)]);
}
