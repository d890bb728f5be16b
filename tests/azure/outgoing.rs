//! A plan becomes code, and the code read back is the plan.

use super::compiled;
use super::support::{file, ptuplan, succeeds, toml};
use proptest::prelude::*;
use ptuplan::catalog::Catalog;
use ptuplan::report::deploy::plan::{Capacity, DeployPlan, ExportOptions};
use ptuplan::report::deploy::{Form, export, run};
use ptuplan::scenario::azure::{Imported, JoinOptions, Parameters, Side, SourceFile, join, read};
use serde_json::{Value, json};
use std::process::Command;
use std::sync::OnceLock;

/// The code without the line that states the price, which the files worked out by hand do not have.
fn without_price(code: &str) -> String {
    let lines = code.lines().filter(|line| !line.contains("Expected cost: "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_sample_plan_gives_the_expected_files() {
    let run = file("run.json");
    for (form, azurerm, name) in [
        ("bicep", "4", "plan.bicep"),
        ("terraform", "4", "plan.tf"),
        ("terraform", "5", "plan-azurerm5.tf"),
        ("az", "4", "plan.sh"),
    ] {
        let made = succeeds(&["export", &run, "--form", form, "--azurerm", azurerm]).out;
        let wanted = std::fs::read_to_string(file(name)).unwrap();
        assert_eq!(without_price(&made), wanted, "{name}");
        assert!(made.contains("13,370 USD a month, at the prices of 2026-12-01"), "{name}");
    }
}

#[test]
fn what_cannot_be_exported_says_why() {
    let run = file("run.json");
    let cases: [(&[&str], &str); 5] = [
        (&["export", &run, "--form", "bicep", "--rank", "3"], "no candidate of rank 3"),
        (&["export", &run, "--form", "bicep", "--region", "eastus2"], "nothing in eastus2"),
        (&["export", &run, "--form", "az", "--model-version", "1'; rm"], "--model-version"),
        (&["export", "scenarios/quickstart.toml", "--form", "az"], "not the result of `recommend`"),
        (&["export", &run, "--form", "az", "--format", "json"], "no JSON form"),
    ];
    for (arguments, message) in cases {
        let done = ptuplan(arguments);
        assert_eq!(done.code, 2, "{arguments:?}");
        assert!(done.err.contains(message) && done.err.contains("hint:"), "{}", done.err);
    }
}

/// A run whose answer asks for quota: 115 PTU without it, pay-as-you-go with it.
fn asking_for_quota(choice: bool, tokens: u64) -> run::Run {
    let standard = |limit: u64| {
        json!({ "name": "GlobalStandard/gpt-4.1", "sku": "GlobalStandard", "model": "gpt-4.1",
                "region": "swedencentral", "limit_tokens_per_minute": limit,
                "limit_requests_per_minute": 150 })
    };
    let ptu = json!({ "name": "ptu", "sku": "GlobalProvisionedManaged", "model": "gpt-4.1",
                      "region": "swedencentral", "capacity_ptu": 115 });
    let candidate = |rank: u32, name: &str, cost: &str, own: Value| {
        json!({ "rank": rank, "name": name, "feasible": true, "deployments": [own],
                "reservations": [], "expected_monthly_cost": cost,
                "monthly_cost": { "currency": "USD" } })
    };
    let need = |kind: &str, needed: u64, held: u64| {
        json!({ "sku": "GlobalStandard", "model": "gpt-4.1", "region": "swedencentral",
                "kind": kind, "needed": needed, "held": held })
    };
    let sized = candidate(1, "ptu", "25979", ptu);
    let text = json!({
        "scenario": { "start": "2026-12-01T00:00:00Z", "zone": "UTC", "workloads": [{ "name": "chat" }] },
        "choice": if choice { sized.clone() } else { Value::Null }, "candidates": [sized],
        "quota": { "choice": [], "better": 0, "options": [{
            "candidate": candidate(0, "GlobalStandard alone", "16432.6", standard(tokens)),
            "needs": [need("tokens_per_minute", tokens, 100_000), need("requests_per_minute", 150, 1_000)],
        }] },
    });
    run::read("run.json", &text.to_string()).unwrap()
}

/// Who follows the headline finds it in the code: what is asked for is exported by name, and the
/// plan without it says that there is another.
#[test]
fn an_answer_that_asks_for_quota_is_exported_with_it_and_without() {
    let run = asking_for_quota(true, 320_500);
    let with = ExportOptions { with_quota: true, ..ExportOptions::default() };
    let plan = DeployPlan::of(&run, catalog(), &with).unwrap();
    // Whole units of 1,000 tokens, rounded up.
    assert_eq!(plan.units[0].capacity, Capacity::Units(321, 1_000));
    let asked = "320,500 tokens a minute of gpt-4.1 on GlobalStandard in swedencentral";
    for form in [Form::Bicep, Form::Terraform4, Form::Terraform5, Form::Script] {
        let code = export(&plan, form).unwrap();
        assert!(code.contains(&format!("Not before this quota is granted: {asked}.")), "{code}");
        assert!(code.contains("16,433 USD a month"), "{code}");
    }
    let plan = DeployPlan::of(&run, catalog(), &ExportOptions::default()).unwrap();
    assert!(matches!(plan.units[0].capacity, Capacity::Ptu(115, _)));
    let code = export(&plan, Form::Bicep).unwrap();
    let said = format!(
        "The answer asks for quota instead: with {asked} the same traffic costs 16,433 USD a month."
    );
    assert!(code.contains(&said) && code.contains("--with-quota"), "{code}");
    // Where nothing else is feasible, that is the way out.
    let only = asking_for_quota(false, 320_000);
    let refused = DeployPlan::of(&only, catalog(), &ExportOptions::default()).unwrap_err();
    assert!(refused.hint.unwrap().contains("--with-quota"));
    assert!(DeployPlan::of(&only, catalog(), &with).is_ok());
    // Nothing of a run adds to the code.
    let mut evil = run.clone();
    evil.quota.options[0].needs[0].region = "x\nresource evil".into();
    let refused = DeployPlan::of(&evil, catalog(), &ExportOptions::default()).unwrap_err();
    assert_eq!(refused.code, "not-a-run");
    let plain = run_of(
        &json!([{ "name": "ptu", "sku": "GlobalProvisionedManaged",
        "model": "gpt-4.1", "region": "swedencentral", "capacity_ptu": 15 }]),
        &json!([]),
    );
    let refused = DeployPlan::of(&plain, catalog(), &with).unwrap_err();
    assert!(refused.message.contains("asks for no quota"), "{refused}");
}

fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| Catalog::embedded().unwrap())
}

/// A run with one candidate.
fn run_of(deployments: &Value, reservations: &Value) -> run::Run {
    let candidate = json!({
        "rank": 1, "name": "c", "feasible": true, "deployments": deployments, "reservations": reservations,
        "expected_monthly_cost": "", "monthly_cost": { "currency": "USD" },
    });
    let text = json!({
        "scenario": { "start": "2026-12-01T00:00:00Z", "zone": "UTC", "workloads": [{ "name": "chat" }] },
        "choice": candidate, "candidates": [],
    });
    run::read("run.json", &text.to_string()).unwrap()
}

/// What the code deploys, read back.
fn read_back(text: String) -> Imported {
    let source = SourceFile { name: "code.json".to_owned(), text };
    let inventory = read(&[source], &Parameters::default(), Side::After).unwrap();
    join(
        &inventory,
        &JoinOptions {
            catalog: catalog(),
            on: "2026-12-01".parse().unwrap(),
            region: Some("swedencentral"),
            base_region: None,
            beside: None,
            subscription: None,
            may_be_empty: false,
        },
    )
    .unwrap_or_else(|error| panic!("{error}"))
}

type Shape = (String, String, Option<u32>, Option<u64>, Option<(String, String)>, bool);

/// What counts of deployments: not their names, but what they spill over to.
fn shapes(imported: &Imported) -> Vec<Shape> {
    let mut found: Vec<Shape> = imported
        .deployments
        .iter()
        .map(|own| {
            let target = own.spillover_to.as_ref().map(|to| {
                let target = imported.deployments.iter().find(|other| other.name == *to).unwrap();
                (target.sku.clone(), target.model.clone())
            });
            let sku = own.sku.clone();
            (
                sku,
                own.model.clone(),
                own.capacity_ptu,
                own.limit_tokens_per_minute,
                target,
                own.priority,
            )
        })
        .collect();
    found.sort();
    found
}

fn planned(deployments: &[Value]) -> Vec<Shape> {
    let text = |own: &Value, key: &str| own[key].as_str().map(ToOwned::to_owned);
    let mut found: Vec<Shape> = deployments
        .iter()
        .map(|own| {
            let target = text(own, "spillover_to").map(|to| {
                let target = deployments.iter().find(|other| other["name"] == to.as_str()).unwrap();
                (text(target, "sku").unwrap(), text(target, "model").unwrap())
            });
            (
                text(own, "sku").unwrap(),
                text(own, "model").unwrap(),
                own["capacity_ptu"].as_u64().map(|ptu| u32::try_from(ptu).unwrap()),
                own["limit_tokens_per_minute"].as_u64(),
                target,
                own["priority_by_default"].as_bool().unwrap_or(false),
            )
        })
        .collect();
    found.sort();
    found
}

/// Plans of one to three lanes: PTUs with or without spillover, or pay-as-you-go.
fn plans() -> impl Strategy<Value = Vec<Value>> {
    let lane = (0_usize..3, 0_usize..2, 3_u32..60, 1_u64..2_000, any::<[bool; 3]>());
    proptest::collection::vec(lane, 1..4).prop_map(|lanes| {
        let mut deployments = Vec::new();
        for (index, (scope, model, steps, units, [ptu, spill, priority])) in lanes.into_iter().enumerate() {
            let scope = ["Global", "DataZone", ""][scope];
            let (model, unit) = [("gpt-4.1", 1_000), ("gpt-4.1-mini", 1_000)][model];
            let name = |kind: &str| format!("{scope}{kind}/{model} {index}");
            let standard = name("Standard");
            if ptu {
                let grid = catalog().grid(model, &format!("{scope}ProvisionedManaged"), "2026-12-01".parse().unwrap());
                let grid = grid.unwrap().value;
                deployments.push(json!({
                    "name": name("ProvisionedManaged"), "sku": format!("{scope}ProvisionedManaged"), "model": model,
                    "region": "swedencentral", "capacity_ptu": grid.min_ptu + steps * grid.increment_ptu,
                    "spillover_to": spill.then_some(standard.clone()),
                }));
            }
            if !ptu || spill {
                deployments.push(json!({
                    "name": standard, "sku": format!("{scope}Standard"), "model": model, "region": "swedencentral",
                    "limit_tokens_per_minute": units * unit, "priority_by_default": priority && !ptu,
                }));
            }
        }
        deployments
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn code_read_back_is_the_plan(deployments in plans(), name in "[a-z@' |/]{1,12}") {
        let run = run_of(&Value::from(deployments.clone()), &json!([]));
        let options = ExportOptions { name: Some(name), ..ExportOptions::default() };
        let mut versions = options.clone();
        // Regional deployments of the smaller model may be listed with several versions or none: it is said.
        versions.versions = vec![
            (Some("gpt-4.1".to_owned()), "2025-04-14".to_owned()),
            (Some("gpt-4.1-mini".to_owned()), "2025-04-14".to_owned()),
        ];
        versions.versions.retain(|(model, _)| {
            deployments.iter().any(|own| own["model"].as_str() == model.as_deref())
        });
        let plan = DeployPlan::of(&run, catalog(), &versions).unwrap();
        let wanted = planned(&deployments);
        let bicep = export(&plan, Form::Bicep).unwrap();
        prop_assert_eq!(shapes(&read_back(compiled::bicep(&bicep))), wanted.clone(), "{}", bicep);
        for form in [Form::Terraform4, Form::Terraform5] {
            let code = export(&plan, form).unwrap();
            let state = compiled::terraform(&code, &[]);
            prop_assert_eq!(shapes(&read_back(state)), wanted.clone(), "{}", code);
        }
        // The script names every deployment, deletes nothing and buys nothing here.
        let script = export(&plan, Form::Script).unwrap();
        for unit in &plan.units {
            prop_assert!(script.contains(&unit.name));
        }
        prop_assert!(!script.to_lowercase().contains("delete") && !script.contains("buy)"));
    }
}

#[test]
fn reservations_owned_are_not_bought_again() {
    let deployment = json!([{
        "name": "ProvisionedManaged/gpt-4.1", "sku": "DataZoneProvisionedManaged", "model": "gpt-4.1",
        "region": "swedencentral", "capacity_ptu": 50,
    }]);
    let reservation = |ptu: u32, owned: bool| {
        json!({ "sku": "DataZoneProvisionedManaged", "region": "swedencentral", "term": "1-year",
                "quantity_ptu": ptu, "payment": "upfront", "owned": owned })
    };
    let script = |reservations: Value| {
        let run = run_of(&deployment, &reservations);
        let plan = DeployPlan::of(&run, catalog(), &ExportOptions::default()).unwrap();
        export(&plan, Form::Script).unwrap()
    };
    let covered = script(json!([reservation(50, true)]));
    assert!(covered.contains("Nothing is bought") && !covered.contains("calculatePrice"));
    let part = script(json!([reservation(40, true), reservation(10, false)]));
    assert!(part.contains("OpenAI_Provisioned_Managed_DataZone|P1Y|Upfront|10|"), "{part}");
}

#[test]
fn global_reservations_are_bought_once_in_all() {
    let of = |region: &str, ptu: u32| {
        json!({ "name": format!("p-{region}"), "sku": "GlobalProvisionedManaged", "model": "gpt-4.1",
                "region": region, "capacity_ptu": ptu })
    };
    let deployments = json!([of("swedencentral", 100), of("eastus2", 60)]);
    let reservation = |ptu: u32, owned: bool| {
        json!({ "sku": "GlobalProvisionedManaged", "region": null, "term": "1-year", "start": "2026-12-01",
                "quantity_ptu": ptu, "payment": "upfront", "owned": owned })
    };
    let bought = |reservations: &Value| {
        ["eastus2", "swedencentral"].map(|region| {
            let run = run_of(&deployments, reservations);
            let options =
                ExportOptions { region: Some(region.to_owned()), ..ExportOptions::default() };
            let plan = DeployPlan::of(&run, catalog(), &options).unwrap();
            plan.purchases.iter().map(|own| own.quantity).sum::<u32>()
        })
    };
    assert_eq!(bought(&json!([reservation(160, false)])), [60, 100]);
    assert_eq!(bought(&json!([reservation(100, false)])), [60, 40]);
    assert_eq!(bought(&json!([reservation(80, true), reservation(80, false)])), [0, 80]);
}

/// A run whose choice is pay-as-you-go with all of a quota of a million tokens and a thousand requests a minute, of which
/// `tokens` and `requests` are needed, and which replaces 50 PTU that spill over.
fn run_needing(tokens: u64, requests: u64) -> run::Run {
    let need = |kind: &str, needed: u64, held: u64| {
        json!({ "sku": "DataZoneStandard", "model": "gpt-4.1", "region": "swedencentral", "kind": kind,
                "needed": needed, "held": held })
    };
    let candidate = |rank: u32, name: &str, deployments: Value| {
        json!({ "rank": rank, "name": name, "feasible": true, "deployments": deployments, "reservations": [],
                "expected_monthly_cost": "", "monthly_cost": { "currency": "USD" } })
    };
    let standard = |name: &str, limit: u64| {
        json!({ "name": name, "sku": "DataZoneStandard", "model": "gpt-4.1", "region": "swedencentral",
                "limit_tokens_per_minute": limit, "limit_requests_per_minute": limit / 1_000 })
    };
    let chosen = candidate(
        1,
        "DataZoneStandard alone",
        json!([standard("DataZoneStandard/gpt-4.1", 1_000_000)]),
    );
    let today = json!([
        { "name": "chat-ptu", "sku": "DataZoneProvisionedManaged", "model": "gpt-4.1",
          "region": "swedencentral", "capacity_ptu": 50, "spillover_to": "chat-spill" },
        standard("chat-spill", 500_000),
    ]);
    let text = json!({
        "scenario": { "start": "2026-12-01T00:00:00Z", "zone": "UTC", "workloads": [{ "name": "chat" }] },
        "choice": chosen, "candidates": [chosen, candidate(2, "today", today)],
        "options": [
            { "kind": "pay-as-you-go", "candidate": "DataZoneStandard alone" },
            { "kind": "today", "candidate": "today" },
        ],
        "quota": { "choice": [
            need("tokens_per_minute", tokens, 1_000_000), need("requests_per_minute", requests, 1_000),
        ] },
    });
    run::read("run.json", &text.to_string()).unwrap()
}

#[test]
fn the_capacity_is_what_the_answer_says_is_needed() {
    // A unit of gpt-4.1 is 1,000 tokens a minute, and the quota has a request a minute for each of them.
    for (tokens, requests, units) in
        [(38_000, 22, 38), (38_001, 22, 39), (38_000, 90, 90), (2_000_000, 22, 1_000)]
    {
        let run = run_needing(tokens, requests);
        let plan = DeployPlan::of(&run, catalog(), &ExportOptions::default()).unwrap();
        assert_eq!(plan.units[0].capacity, Capacity::Units(units, 1_000), "{tokens} {requests}");
    }
    // What runs today keeps its own limits, whatever the choice needs.
    let options = ExportOptions { rank: Some(2), ..ExportOptions::default() };
    let plan = DeployPlan::of(&run_needing(38_000, 22), catalog(), &options).unwrap();
    assert!(plan.units.iter().any(|own| own.capacity == Capacity::Units(500, 1_000)));
    assert!(!plan.remarks.iter().any(|remark| remark.contains("not deleted")));
}

#[test]
fn what_the_plan_leaves_running_is_told_with_its_price() {
    let run = run_needing(38_000, 22);
    let plan = DeployPlan::of(&run, catalog(), &ExportOptions::default()).unwrap();
    for form in [Form::Bicep, Form::Terraform4, Form::Script] {
        let code = export(&plan, form).unwrap();
        // 50 PTU for 730 hours at 1.20 USD.
        for told in [
            "gets the 38,000 tokens a minute that the answer says are enough",
            "is not deleted: chat-ptu, 50 PTU of gpt-4.1 on DataZoneProvisionedManaged in swedencentral",
            "43,800 USD a month of 730 hours",
            "is not deleted: chat-spill, gpt-4.1 on DataZoneStandard in swedencentral; it is paid by the call",
        ] {
            assert!(code.contains(told), "no `{told}` in\n{code}");
        }
    }
}

#[test]
fn a_plan_that_outlasts_its_term_renews() {
    let deployments = json!([{ "name": "p", "sku": "DataZoneProvisionedManaged", "model": "gpt-4.1",
                               "region": "swedencentral", "capacity_ptu": 50 }]);
    let reservation = |start: &str| {
        json!({ "sku": "DataZoneProvisionedManaged", "region": "swedencentral", "term": "1-month",
                "start": start, "quantity_ptu": 50, "payment": "upfront" })
    };
    let mut run =
        run_of(&deployments, &json!([reservation("2026-12-01"), reservation("2027-02-01")]));
    let script = |run: &run::Run| {
        let plan = DeployPlan::of(run, catalog(), &ExportOptions::default()).unwrap();
        export(&plan, Form::Script).unwrap()
    };
    let once = script(&run);
    assert!(once.contains("renew: false"), "{once}");
    // What begins later is said and not bought now.
    assert!(once.contains("Later, and not in this file: reserve 50 PTU"), "{once}");
    run.scenario.until = Some("2027-03-01T00:00:00Z".to_owned());
    let renewed = script(&run);
    assert!(renewed.contains("renew: true") && renewed.contains("renews until"), "{renewed}");
}

#[test]
fn no_two_resources_have_one_symbol() {
    let names = ["chat-a", "chat_a", "Chat.A", "account", "Account", "CHAT-A"];
    let deployments: Vec<Value> = names
        .iter()
        .map(|name| {
            json!({ "name": name, "sku": "DataZoneStandard", "model": "gpt-4.1",
                    "region": "swedencentral", "limit_tokens_per_minute": 1_000 })
        })
        .collect();
    let run = run_of(&json!(deployments), &json!([]));
    let plan = DeployPlan::of(&run, catalog(), &ExportOptions::default()).unwrap();
    for (form, at) in [(Form::Bicep, 1), (Form::Terraform4, 2)] {
        let code = export(&plan, form).unwrap();
        let lines = code.lines().filter(|line| line.starts_with("resource "));
        let mut symbols: Vec<&str> = lines.map(|line| line.split(' ').nth(at).unwrap()).collect();
        let count = symbols.len();
        symbols.sort_unstable();
        symbols.dedup();
        assert_eq!(symbols.len(), count, "{code}");
    }
    let mut own: Vec<String> = plan.units.iter().map(|unit| unit.name.to_lowercase()).collect();
    own.sort();
    own.dedup();
    assert_eq!(own.len(), names.len());
}

#[test]
#[ignore = "needs terraform and shellcheck on the PATH"]
fn the_code_is_as_its_tools_want_it() {
    let folder = tempfile::tempdir().unwrap();
    let pair = run_of(
        &serde_json::from_str::<Value>(&std::fs::read_to_string(file("run.json")).unwrap())
            .unwrap()["choice"]["deployments"],
        &json!([]),
    );
    let several = run_of(
        &json!([
            { "name": "a", "sku": "DataZoneProvisionedManaged", "model": "gpt-4.1", "region": "swedencentral",
              "capacity_ptu": 50, "spillover_to": "b", "schedule": { "hours": "08-18 h", "else_ptu": 15 } },
            { "name": "b", "sku": "DataZoneStandard", "model": "gpt-4.1", "region": "swedencentral",
              "limit_tokens_per_minute": 500_000 },
            { "name": "c", "sku": "GlobalBatch", "model": "gpt-4.1-mini", "region": "swedencentral" },
            { "name": "d", "sku": "GlobalStandard", "model": "gpt-4.1-mini", "region": "swedencentral",
              "limit_tokens_per_minute": 10_000, "kind": { "serves": "plain", "fine_tuned": true } },
        ]),
        &json!([{ "sku": "DataZoneProvisionedManaged", "region": "swedencentral", "term": "1-month",
                  "quantity_ptu": 15, "payment": "monthly" }]),
    );
    let alone = run_of(
        &json!([{ "name": "p", "sku": "DataZoneProvisionedManaged", "model": "gpt-4.1",
                  "region": "swedencentral", "capacity_ptu": 50 }]),
        &json!([]),
    );
    for (index, run) in [pair, several, alone].iter().enumerate() {
        let mut plan = DeployPlan::of(run, catalog(), &ExportOptions::default()).unwrap();
        let script = folder.path().join(format!("plan{index}.sh"));
        std::fs::write(&script, export(&plan, Form::Script).unwrap()).unwrap();
        let checked = Command::new("shellcheck").arg(&script).output().unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
        for unit in &mut plan.units {
            unit.schedule = None;
        }
        for form in [Form::Terraform4, Form::Terraform5] {
            let path = folder.path().join("plan.tf");
            std::fs::write(&path, export(&plan, form).unwrap()).unwrap();
            let checked =
                Command::new("terraform").args(["fmt", "-check", "-diff"]).arg(&path).output();
            let checked = checked.unwrap();
            assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
        }
    }
}

#[test]
#[ignore = "recommends every example scenario: minutes"]
fn every_example_scenario_goes_there_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut exported = 0;
    for entry in std::fs::read_dir("scenarios").unwrap() {
        let scenario = entry.unwrap().path();
        if scenario.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let out = folder.path().join(scenario.file_stem().unwrap());
        let (scenario, out) = (scenario.to_str().unwrap(), out.to_str().unwrap());
        let done = ptuplan(&["recommend", scenario, "--out", out, "-q"]);
        assert!(done.code < 2, "{scenario}\n{}", done.err);
        let text = std::fs::read_to_string(format!("{out}/recommendation.json")).unwrap();
        let run: Value = serde_json::from_str(&text).unwrap();
        let Some(deployments) = run["choice"]["deployments"].as_array() else { continue };
        let mut regions: Vec<&str> =
            deployments.iter().map(|own| own["region"].as_str().unwrap()).collect();
        regions.sort_unstable();
        regions.dedup();
        for region in regions {
            let done = ptuplan(&["export", out, "--form", "terraform", "--region", region]);
            if done.code != 0 {
                // What no form of code can hold says so, and what to do instead.
                let known =
                    ["version-", "several versions", "not exported", "one size", "no version"];
                assert!(
                    known.iter().any(|word| done.err.contains(word)),
                    "{scenario}\n{}",
                    done.err
                );
                continue;
            }
            let own: Vec<Value> =
                deployments.iter().filter(|own| own["region"] == region).cloned().collect();
            let asked = own.iter().any(|own| {
                own["kind"]["fine_tuned"] == true
                    || own["sku"].as_str().unwrap().ends_with("Batch")
                    || own["kind"]["router"].is_string()
            });
            if asked {
                continue;
            }
            let state = compiled::terraform(&done.out, &[]);
            // Of a quota, what is needed is deployed; all else is the plan.
            let (found, wanted) = (shapes(&read_back(state)), planned(&own));
            let but_limits = |own: &[Shape]| -> Vec<Shape> {
                let mut own: Vec<Shape> = own.to_vec();
                own.iter_mut().for_each(|shape| shape.3 = None);
                own.sort();
                own
            };
            assert_eq!(but_limits(&found), but_limits(&wanted), "{scenario}\n{}", done.out);
            let all = |own: &[Shape]| own.iter().filter_map(|shape| shape.3).sum::<u64>();
            assert!(all(&found) <= all(&wanted), "{scenario}\n{}", done.out);
            exported += 1;
        }
    }
    assert!(exported >= 4, "only {exported} plans could be read back");
}

#[test]
fn a_scenario_made_of_code_has_the_plan_as_today() {
    let code = succeeds(&["export", &file("run.json"), "--form", "bicep"]).out;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("main.json");
    std::fs::write(&path, compiled::bicep(&code)).unwrap();
    let done = succeeds(&[
        "init",
        "--start",
        "2026-12-01",
        "--quota-tier",
        "Tier 2",
        "--region",
        "swedencentral",
        "--from",
        path.to_str().unwrap(),
    ]);
    let made = toml(&done.out);
    assert_eq!(made["today"], super::support::expected("expected-arm.toml")["today"]);
}
