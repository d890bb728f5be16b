//! ARM templates: the usual functions, scopes, loops, and what a template has that is not deployed.

use super::support::{Done, init_from, three, today};
use serde_json::{Value, json};

const SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

fn template(parameters: Value, variables: Value, resources: Value) -> Value {
    json!({
        "$schema": SCHEMA, "contentVersion": "1.0.0.0",
        "parameters": parameters, "variables": variables, "resources": resources,
    })
}

fn account(name: &str, region: &str) -> Value {
    json!({ "type": "Microsoft.CognitiveServices/accounts", "name": name, "location": region })
}

fn deployment(name: &str, capacity: Value) -> Value {
    json!({
        "type": "Microsoft.CognitiveServices/accounts/deployments", "name": name,
        "sku": { "name": "GlobalStandard", "capacity": capacity },
        "properties": { "model": { "format": "OpenAI", "name": "gpt-4.1", "version": "2025-04-14" } },
    })
}

fn with(mut resource: Value, key: &str, value: Value) -> Value {
    resource[key] = value;
    resource
}

fn refused(done: &Done, part: &str) {
    assert_eq!(done.code, 2, "{}\n{}", done.out, done.err);
    assert!(done.err.contains(part) && done.err.contains("hint:"), "{}", done.err);
}

#[test]
fn modules_of_others_are_worked_out() {
    let deployments = json!({ "defaultValue": [
        { "name": "chat", "sku": { "name": "GlobalStandard", "capacity": 120 } }, { "name": "small" },
    ] });
    let model = json!({ "name": "gpt-4.1" });
    // The form of azd, and that of the verified modules.
    let azd = "[if(contains(parameters('all')[copyIndex()], 'sku'), parameters('all')[copyIndex()].sku, \
               createObject('name', 'GlobalStandard', 'capacity', 20))]";
    let verified = "[coalesce(tryGet(coalesce(parameters('all'), createArray())[copyIndex('d')], 'sku'), \
                    createObject('name', 'GlobalStandard', 'capacity', mul(2, 10)))]";
    for sku in [azd, verified] {
        let own = json!({
            "copy": { "name": "d", "count": "[length(coalesce(parameters('all'), createArray()))]" },
            "type": "Microsoft.CognitiveServices/accounts/deployments",
            "name": "[format('{0}/{1}', 'a', parameters('all')[copyIndex()].name)]",
            "properties": { "model": model }, "sku": sku,
        });
        let resources = json!([account("a", "eastus2"), own]);
        let made = init_from(&[template(json!({ "all": deployments }), json!({}), resources)], &[]);
        let wanted = [three("chat", "eastus2", 120_000), three("small", "eastus2", 20_000)];
        assert_eq!(today(&made), wanted);
    }
}

#[test]
fn a_variable_may_be_a_loop() {
    let variables = json!({ "copy": [{ "name": "all", "count": 2, "input": {
        "name": "[format('chat-{0}', createArray('a', 'b')[copyIndex('all')])]", "capacity": 50 } }] });
    let own = with(
        deployment(
            "[format('a/{0}', variables('all')[copyIndex()].name)]",
            "[add(variables('all')[copyIndex()].capacity, copyIndex())]".into(),
        ),
        "copy",
        json!({ "name": "d", "count": "[length(variables('all'))]" }),
    );
    let made = template(json!({}), variables, json!([account("a", "eastus2"), own]));
    let wanted = [three("chat-a", "eastus2", 50_000), three("chat-b", "eastus2", 51_000)];
    assert_eq!(today(&init_from(&[made], &[])), wanted);
}

#[test]
fn what_is_not_worked_out_is_told_from_what_only_deploying_can_tell() {
    let of = |capacity: &str| {
        let resources = json!([account("a", "eastus2"), deployment("a/chat", capacity.into())]);
        init_from(&[template(json!({}), json!({}), resources)], &[])
    };
    refused(&of("[dateTimeToEpoch('2026')]"), "not worked out: dateTimeToEpoch()");
    refused(&of("[reference('x').capacity]"), "unknown before it is deployed: reference()");
    refused(&of("[variables('gone')]"), "declare it under `variables`");
    refused(&of("[div(1, 0)]"), "div() of this cannot be worked out");
}

/// A template within a template, whose variable of the same name is another.
fn nested(outer: Value, inner: Value) -> Vec<(String, String, i64)> {
    let own = json!({ "resources": [deployment("a/chat", "[variables('capacity')]".into())],
                      "variables": { "capacity": 11 } });
    let module = json!({ "type": "Microsoft.Resources/deployments", "name": "m",
                         "properties": { "template": own, "expressionEvaluationOptions": inner } });
    let variables = json!({ "capacity": 77 });
    let mut whole = template(json!({}), variables, json!([account("a", "eastus2"), module]));
    if let Some(version) = outer.as_str() {
        whole["languageVersion"] = version.into();
    }
    today(&init_from(&[whole], &[]))
}

#[test]
fn a_nested_template_is_worked_out_in_its_scope() {
    let of = |capacity: i64| [three("chat", "eastus2", capacity)];
    assert_eq!(nested(Value::Null, Value::Null), of(77_000));
    assert_eq!(nested(Value::Null, json!({ "scope": "outer" })), of(77_000));
    assert_eq!(nested(Value::Null, json!({ "scope": "inner" })), of(11_000));
    assert_eq!(nested("2.0".into(), Value::Null), of(11_000));
}

#[test]
fn what_is_not_deployed_is_said() {
    let linked = json!({ "type": "Microsoft.Resources/deployments", "name": "other",
                         "properties": { "templateLink": { "uri": "https://example.com/x.json" } } });
    let off =
        with(deployment("a/off", 10.into()), "condition", "[and(true(), equals('a', 'b'))]".into());
    let none = with(deployment("a/none", 10.into()), "copy", json!({ "name": "l", "count": 0 }));
    let resources =
        json!([account("a", "eastus2"), deployment("a/chat", 10.into()), linked, off, none]);
    let done = init_from(&[template(json!({}), json!({}), resources)], &[]);
    assert_eq!(today(&done), [three("chat", "eastus2", 10_000)]);
    for note in [
        "left out: module other (a linked template",
        "left out: a/off (its condition is false)",
        "left out: a/none (its loop has no turns)",
    ] {
        assert!(done.out.contains(note), "no `{note}` in\n{}", done.out);
    }
}

#[test]
fn accounts_whose_names_only_deploying_can_tell_are_told_apart() {
    let name = |seed: &str| format!("format('a{{0}}', uniqueString(resourceGroup().id, '{seed}'))");
    let own = |seed: &str, chat: &str| format!("[format('{{0}}/{{1}}', {}, '{chat}')]", name(seed));
    let resources = |seeds: [&str; 2]| {
        json!([
            account(&format!("[{}]", name(seeds[0])), "swedencentral"),
            account(&format!("[{}]", name(seeds[1])), "eastus2"),
            deployment(&own(seeds[0], "one"), 10.into()),
            deployment(&own(seeds[1], "two"), 20.into()),
        ])
    };
    let made = init_from(&[template(json!({}), json!({}), resources(["x", "y"]))], &[]);
    let mut made = today(&made);
    made.sort();
    assert_eq!(made, [three("one", "swedencentral", 10_000), three("two", "eastus2", 20_000)]);
    let alike = init_from(&[template(json!({}), json!({}), resources(["x", "x"]))], &[]);
    refused(&alike, "region unknown: one");
}
