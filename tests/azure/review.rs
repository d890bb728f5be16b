//! A change of what is deployed, as a reviewer sees it.

use super::support::{Done, file, ptuplan, succeeds};
use serde_json::Value;

/// The scenario of `expected-today.toml` less its reservations and `[today]`: traffic that calls `chat-ptu`.
fn scenario(folder: &tempfile::TempDir, name: &str) -> String {
    let text = std::fs::read_to_string(file("expected-today.toml")).unwrap();
    let head = text.split("[today]").next().unwrap();
    let head = head.replace("Imported from Azure", name);
    let path = folder.path().join("scenario.toml");
    std::fs::write(&path, head).unwrap();
    path.to_str().unwrap().to_owned()
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
