//! A change of what is deployed, as a reviewer sees it.

use super::support::{Done, file, ptuplan, succeeds};
use serde_json::{Value, json};

/// The scenario of `expected-today.toml` less its reservations and `[today]`: traffic that calls `chat-ptu`.
fn scenario(folder: &tempfile::TempDir, name: &str) -> String {
    let text = std::fs::read_to_string(file("expected-today.toml")).unwrap();
    let head = text.split("[today]").next().unwrap();
    let head = head.replace("Imported from Azure", name);
    let path = folder.path().join("scenario.toml");
    std::fs::write(&path, head).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The same traffic, calling another deployment.
pub(crate) fn scenario_calling(folder: &tempfile::TempDir, deployment: &str) -> String {
    let path = scenario(folder, "Chat");
    let text = std::fs::read_to_string(&path).unwrap();
    let route = format!("route   = [\"{deployment}\"]");
    let text = text.replace("route   = [\"chat-ptu\"]", &route);
    assert!(text.contains(&route));
    std::fs::write(&path, text).unwrap();
    path
}

fn diff(scenario: &str, more: &[&str]) -> Done {
    let plan = file("terraform-plan.json");
    let mut arguments = vec!["diff", "--today", &plan, scenario, "--route", "chat-spill=chat-ptu"];
    arguments.extend(["-q"]);
    arguments.extend(more);
    ptuplan(&arguments)
}

#[test]
fn a_terraform_plan_says_what_it_does_to_bill_and_calls() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario(&folder, "Chat");
    let done = diff(&scenario, &["--format", "json"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let view: Value = serde_json::from_str(&done.out).unwrap();
    let change = &view["scenarios"][0];
    assert_eq!((&change["before"], &change["after"]), (&"14190.79".into(), &"44838.46".into()));
    assert_eq!(
        change["summary"],
        "Monthly cost will rise by 30,648 USD (14,191 -> 44,838); throttled calls stay at 0%"
    );
    let first = &change["deployments"][0];
    assert_eq!(first["name"], "chat-ptu");
    assert!(first["what"].as_str().unwrap().starts_with("new: gpt-4.1"), "{first}");
    let search = change["deployments"].as_array().unwrap().iter();
    let search = search.clone().find(|own| own["name"] == "search").unwrap();
    assert!(search["why"].as_str().unwrap().contains("no traffic"), "{search}");
    assert_eq!(change["uncovered_ptu"], serde_json::json!(["0", "50"]));
}

#[test]
fn throttled_calls_are_told_on_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario(&folder, "Chat");
    let text = std::fs::read_to_string(file("terraform-plan.json")).unwrap();
    let mut plan: Value = serde_json::from_str(&text).unwrap();
    // Before, the one deployment that is called has 60 thousand tokens a minute instead of a million.
    let sku = "/prior_state/values/root_module/resources/1/values/sku/0/capacity";
    assert_eq!(plan.pointer(sku).unwrap(), 1000);
    *plan.pointer_mut(sku).unwrap() = 60.into();
    let path = folder.path().join("plan.json");
    std::fs::write(&path, plan.to_string()).unwrap();
    let path = path.to_str().unwrap();
    let arguments = ["diff", "--today", path, &scenario, "--route", "chat-spill=chat-ptu", "-q"];
    let done = succeeds(&[&arguments[..], &["--format", "json", "--max-throttled", "1%"]].concat());
    let view: Value = serde_json::from_str(&done.out).unwrap();
    let change = &view["scenarios"][0];
    let before = change["throttled_share"][0].as_f64().unwrap();
    assert!(before > 0.01 && change["throttled_share"][1] == 0.0, "{change}");
    assert!(change["summary"].as_str().unwrap().ends_with("% -> 0%"), "{change}");
    assert_eq!(change["newly_met"].as_array().unwrap().len(), 1, "{change}");
}

#[test]
fn limits_end_with_exit_1_and_say_which_broke() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario(&folder, "Chat");
    let done =
        diff(&scenario, &["--format", "markdown", "--fail-above", "5%", "--max-throttled", "1%"]);
    assert_eq!(done.code, 1);
    assert!(done.err.contains("limit broken: Chat: cost +216%"), "{}", done.err);
    assert!(done.out.starts_with("### Monthly cost will rise by 30,648 USD (14,191 → 44,838)"));
    assert!(done.out.contains("**Fails:**"), "{}", done.out);
    let kept = diff(&scenario, &["--fail-above", "300%", "--max-throttled", "1%"]);
    assert_eq!(kept.code, 0, "{}", kept.err);
}

#[test]
fn the_two_sides_may_be_two_files() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario(&folder, "Chat");
    let (state, plan) = (file("terraform-state.json"), file("terraform-plan.json"));
    let done = succeeds(&[
        "diff",
        "--today",
        &state,
        &plan,
        &scenario,
        "--route",
        "chat-spill=chat-ptu",
        "-q",
        "--format",
        "json",
    ]);
    let one = diff(&scenario, &["--format", "json"]);
    assert_eq!(done.out, one.out);
    // One file that has one side is not enough.
    let one = ptuplan(&["diff", "--today", &state, &scenario]);
    assert!(one.code == 2 && one.err.contains("has one side"), "{}", one.err);
}

#[test]
fn no_name_makes_a_link_an_image_or_a_mention() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario(&folder, "x](http://e) ![i](http://e) @team <b> | `t`");
    let done = diff(&scenario, &["--format", "markdown"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let line = done.out.lines().find(|line| line.contains("@team")).unwrap();
    // All of it stands within one code span whose fence is longer than any in it.
    assert!(line.contains("`` x](http://e) ![i](http://e) @team <b> | `t` ``"), "{line}");
}

/// A deployment of a list of the CLI.
fn listed(account: &str, name: &str, sku: &str, capacity: u32, properties: Value) -> Value {
    let id = format!(
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/{account}/\
         deployments/{name}"
    );
    let mut all =
        json!({ "model": { "format": "OpenAI", "name": "gpt-4.1", "version": "2025-04-14" } });
    for (key, value) in properties.as_object().unwrap() {
        all[key] = value.clone();
    }
    json!({
        "id": id, "name": name, "type": "Microsoft.CognitiveServices/accounts/deployments",
        "sku": { "name": sku, "capacity": capacity }, "properties": all,
    })
}

fn accounts() -> Value {
    let of = |name: &str, region: &str| {
        let id = format!(
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/{name}"
        );
        json!({ "id": id, "name": name, "location": region,
                "type": "Microsoft.CognitiveServices/accounts" })
    };
    json!([of("a", "swedencentral"), of("b", "eastus2")])
}

/// What a change from one list to another comes to, in a form.
fn reviewed(before: &[Value], after: &[Value], more: &[&str]) -> Done {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario_calling(&folder, "chat");
    let written = |name: &str, value: &Value| {
        let path = folder.path().join(name);
        std::fs::write(&path, value.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let files = [written("b.json", &json!(before)), written("a.json", &json!(after))];
    let with = written("accounts.json", &accounts());
    let mut arguments =
        vec!["diff", "--today", &files[0], &files[1], &scenario, "--with", &with, "-q"];
    arguments.extend(more);
    ptuplan(&arguments)
}

/// The view of such a change.
fn viewed(before: &[Value], after: &[Value]) -> Value {
    let done = reviewed(before, after, &["--format", "json"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let view: Value = serde_json::from_str(&done.out).unwrap();
    view["scenarios"][0].clone()
}

fn part<'a>(change: &'a Value, name: &str) -> &'a Value {
    let mut all = change["deployments"].as_array().unwrap().iter();
    all.find(|own| own["name"] == name).unwrap_or_else(|| panic!("no {name} in {change}"))
}

#[test]
fn whatever_moves_the_cost_is_told_as_a_change() {
    let of = |properties: Value| listed("a", "chat", "GlobalStandard", 1000, properties);
    let limit = |count: u32| {
        json!({ "rateLimits": [
            { "key": "token", "renewalPeriod": 60, "count": 1_000_000 },
            { "key": "request", "renewalPeriod": 60, "count": count },
        ] })
    };
    let cases = [
        (json!({}), json!({ "serviceTier": "Priority" }), "standard -> priority service tier"),
        (limit(1000), limit(60), "requests: 1,000 -> 60 a minute"),
        (json!({}), json!({ "dynamicThrottlingEnabled": true }), "dynamic quota off -> on"),
    ];
    for (before, after, wanted) in cases {
        let change = viewed(&[of(before)], &[of(after)]);
        assert_eq!(part(&change, "chat")["what"], wanted);
    }
    let mut tuned = of(json!({}));
    tuned["properties"]["model"]["name"] = "gpt-4.1-2025-04-14.ft-0a".into();
    let change = viewed(&[of(json!({}))], &[tuned]);
    assert_eq!(part(&change, "chat")["what"], "not fine-tuned -> fine-tuned");
    let same = viewed(&[of(limit(1000))], &[of(limit(1000))]);
    let wanted = "unchanged: gpt-4.1 as GlobalStandard in swedencentral, 1,000,000 tokens a minute, \
                  1,000 requests a minute";
    assert_eq!(part(&same, "chat")["what"], wanted);
    assert!(part(&same, "chat")["why"].as_str().unwrap().contains(" attempts in the window"));
}

#[test]
fn the_same_name_in_a_second_account_is_one_more_deployment() {
    let chat = |account: &str| listed(account, "chat", "GlobalStandard", 1000, json!({}));
    let change = viewed(&[chat("a")], &[chat("a"), chat("b")]);
    assert!(part(&change, "a/chat")["what"].as_str().unwrap().starts_with("unchanged"), "{change}");
    assert!(part(&change, "b/chat")["what"].as_str().unwrap().starts_with("new"), "{change}");
    assert!(
        change["summary"].as_str().unwrap().starts_with("Monthly cost will stay at"),
        "{change}"
    );
}

#[test]
fn what_was_left_out_is_no_saving() {
    let chat = listed("a", "chat", "GlobalStandard", 1000, json!({}));
    let ptu = |properties: Value| listed("a", "ptu", "DataZoneProvisionedManaged", 50, properties);
    let gone = [chat.clone(), ptu(json!({ "provisioningState": "Deleting" }))];
    let before = [chat.clone(), ptu(json!({}))];
    let done = reviewed(&before, &gone, &["--format", "markdown"]);
    assert!(
        done.out.contains("left out after and so not in its cost (see the notes)"),
        "{}",
        done.out
    );
    assert!(done.out.contains("- after: `left out: ptu (provisioningState"), "{}", done.out);
    assert!(
        done.out
            .lines()
            .next()
            .unwrap()
            .ends_with("1 deployment is left out on one side (see the notes)"),
        "{}",
        done.out
    );
    // A resize that failed leaves what was in force, and its bill.
    let failed = listed(
        "a",
        "ptu",
        "DataZoneProvisionedManaged",
        75,
        json!({ "provisioningState": "Failed", "currentCapacity": 50 }),
    );
    let change = viewed(&before, &[chat.clone(), failed]);
    assert!(
        change["summary"].as_str().unwrap().starts_with("Monthly cost will stay at"),
        "{change}"
    );
    assert_eq!(
        change["notes"][1][0],
        "ptu: its last change ended \"Failed\": 50 in force and taken, 75 asked for"
    );
    // What is removed is told so, in the words of after.
    let change = viewed(&before, &[chat]);
    assert!(part(&change, "ptu")["what"].as_str().unwrap().starts_with("removed"), "{change}");
    assert!(
        part(&change, "ptu")["why"].as_str().unwrap().ends_with("after: it is gone"),
        "{change}"
    );
}

#[test]
fn a_plan_beyond_the_quota_is_priced_and_says_what_to_ask_for() {
    let ptu =
        |capacity: u32| listed("a", "chat", "DataZoneProvisionedManaged", capacity, json!({}));
    let change = viewed(&[ptu(50)], &[ptu(150)]);
    let wanted = "DataZoneProvisionedManaged in swedencentral: 50 -> 150 PTU; the quota is 100: 50 PTU \
                  more must be asked for first";
    assert_eq!(change["quota"][0], wanted);
}

#[test]
fn what_runs_and_is_no_longer_sold_stops_nothing_that_does_not_call_it() {
    let chat = listed("a", "chat", "GlobalStandard", 1000, json!({}));
    let mut old = listed("a", "pictures", "Standard", 1, json!({}));
    old["properties"]["model"] =
        json!({ "format": "OpenAI", "name": "dall-e-3", "version": "3.0" });
    let change = viewed(std::slice::from_ref(&chat), &[chat.clone(), old.clone()]);
    let note = change["notes"][1].as_array().unwrap().iter();
    let note = note.clone().find(|note| note.as_str().unwrap().contains("which no workload calls"));
    assert!(note.is_some(), "{change}");
    // A new scenario has it, with a note that says what to do.
    let made = super::support::init_from(&[json!([chat, old]), accounts()], &[]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.out.contains("take its line out of [today]"), "{}", made.out);
}

#[test]
fn several_scenarios_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let one = scenario(&folder, "One");
    let second = tempfile::tempdir().unwrap();
    let two = scenario(&second, "Two");
    let plan = file("terraform-plan.json");
    let done = ptuplan(&[
        "diff",
        "--today",
        &plan,
        &one,
        &two,
        "--route",
        "chat-spill=chat-ptu",
        "-q",
        "--format",
        "markdown",
    ]);
    assert!(done.out.contains("### `One`: Monthly cost will rise"), "{}", done.out);
    assert!(done.out.contains("### `Two`: Monthly cost will rise"), "{}", done.out);
    assert!(done.out.contains("their costs do not add up"), "{}", done.out);
}
