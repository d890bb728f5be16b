//! Commercial terms from the command line: the scenario's bill, and recorded usage under the same agreement.

use super::{ptuplan, root};
use rust_decimal::Decimal;
use serde_json::Value;
use std::fs;

const SCENARIO: &str = "scenarios/commercial-terms.toml";

fn json(arguments: &[&str]) -> Value {
    let run = ptuplan().args(arguments).args(["--quiet", "--format", "json"]).output().unwrap();
    assert!(run.status.code() < Some(2), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

fn amount(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn an_agreement_reaches_the_bill_its_budgets_and_who_pays() {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().to_str().unwrap();
    let run = json(&["simulate", SCENARIO, "--out", out]);
    let (bill, terms) = (&run["bill"], &run["bill"]["terms"]);
    assert_eq!(bill["currency"], "EUR");
    assert!(amount(&terms["contracted"]) < amount(&terms["list"]));
    let lines = bill["line_items"].as_array().unwrap();
    let back: Vec<&Value> =
        lines.iter().filter(|line| line["meter"] == "PTU reservation, paid back").collect();
    assert_eq!(back.len(), 1);
    // 50 PTU at 260 USD from 21 December at 0.93: 28 of 31 days are left on Christmas Eve.
    assert_eq!(back[0]["billed_cost"].as_str().unwrap(), "-10920");
    let budget = &terms["budgets"][0];
    assert_eq!(
        (budget["name"].as_str(), budget["reached_on"].as_str()),
        (Some("Assistants"), Some("2026-12-25"))
    );
    assert_eq!(terms["consumption_commitment"]["reached_on"], "2026-12-21");
    for split in terms["allocation"].as_array().unwrap() {
        let sum: Decimal =
            split["parts"].as_array().unwrap().iter().map(|part| amount(&part["effective"])).sum();
        assert_eq!(sum, amount(&bill["total"]), "{}", split["by"]);
    }
    // List, contracted, billed and effective cost differ, and add up to the same bill.
    let focus = fs::read(scratch.path().join("line_items.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(focus.as_slice());
    let rows: Vec<std::collections::BTreeMap<String, String>> =
        reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), lines.len());
    let sum = |column: &str| -> Decimal {
        rows.iter().map(|row| row[column].parse::<Decimal>().unwrap()).sum()
    };
    assert_eq!(sum("BilledCost"), amount(&bill["billed"]));
    assert_eq!(sum("EffectiveCost"), amount(&bill["total"]));
    let discounted = rows.iter().find(|row| row["ResourceName"] == "over").unwrap();
    assert_ne!(discounted["ListCost"], discounted["ContractedCost"]);
    assert_eq!((&*discounted["BillingCurrency"], &*discounted["PricingCurrency"]), ("EUR", "USD"));
    assert!(
        discounted["Tags"].contains("\"team\":\"Care\"")
            || discounted["Tags"].contains("\"team\":\"Web\"")
    );
    let corrections = rows.iter().filter(|row| row["ChargeClass"] == "Correction").count();
    assert_eq!(corrections, 1);
}

#[test]
fn what_is_owned_covers_before_anything_is_bought() {
    let text = fs::read_to_string(root().join("tests/cli/small.toml")).unwrap();
    let owned = "\n[[terms.reservation]]\nid = \"owned\"\nsku = \"GlobalProvisionedManaged\"\nquantity_ptu = 1000\n\
        term = \"1-year\"\nstart = 2026-11-01\n";
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("owned.toml");
    fs::write(&file, text + owned).unwrap();
    let answer =
        json(&["recommend", file.to_str().unwrap(), "--out", scratch.path().to_str().unwrap()]);
    // More than any candidate needs is owned: nothing is bought, and every candidate bears its cost.
    for candidate in answer["candidates"].as_array().unwrap() {
        let parts = candidate["cost_parts"].as_array().unwrap();
        assert!(parts.iter().any(|part| part["part"] == "owned"), "{candidate}");
        assert!(
            parts.iter().all(|part| !part["part"].as_str().unwrap().contains("reservation,")),
            "{candidate}"
        );
    }
    let choice = &answer["choice"];
    assert!(choice["total_ptu"].as_u64() > Some(0), "what is paid for anyway is used: {choice}");
}

#[test]
fn recorded_usage_is_billed_under_terms_and_split_by_team() {
    let scratch = tempfile::tempdir().unwrap();
    let usage = scratch.path().join("usage.csv");
    let text = "deployment,model,sku,region,workload,from,meter,count,billed_cost,currency,team,tag:cost-centre\n\
        chat,gpt-4.1,GlobalStandard,eastus2,support,2026-12-01T09:00:00Z,input,1000000,1.80,EUR,Care,4711\n\
        chat,gpt-4.1,GlobalStandard,eastus2,search,2026-12-01T09:00:00Z,output,1000000,6.84,EUR,Web,4712\n";
    fs::write(&usage, text).unwrap();
    let terms = scratch.path().join("terms.toml");
    let agreed = "[terms]\ncurrency = \"EUR\"\nallocate_by = [\"team\"]\n\
        [[terms.exchange]]\nof = \"USD\"\nfrom = 2026-12-01\nrate = \"0.90\"\n\
        [[terms.discount]]\nshare = \"5 %\"\nmeter = \"output\"\n";
    fs::write(&terms, agreed).unwrap();
    let paths = [usage.to_str().unwrap(), terms.to_str().unwrap()];
    let priced = json(&["price", paths[0], "--terms", paths[1]]);
    assert_eq!((&priced["currency"], &priced["total"]), (&"EUR".into(), &"8.64".into()));
    let differences = priced["differences"].as_array().unwrap();
    assert!(differences.iter().all(|found| found["difference"] == "0"), "{differences:?}");
    let parts = &priced["terms"]["allocation"][0]["parts"];
    assert_eq!((&parts[0]["owner"], &parts[0]["billed"]), (&"Care".into(), &"1.8".into()));
    let by_tag =
        json(&["price", paths[0], "--terms", paths[1], "--allocate-by", "tag:cost-centre"]);
    assert_eq!(by_tag["terms"]["allocation"][0]["parts"][1]["owner"], "4712");

    let wrong = |more: &[&str]| {
        let run = ptuplan().args(["price", paths[0]]).args(more).output().unwrap();
        assert_eq!(run.status.code(), Some(2));
        String::from_utf8(run.stderr).unwrap()
    };
    assert!(wrong(&[]).contains("error: billed in EUR, the bill is in USD"), "{}", wrong(&[]));
    assert!(
        wrong(&["--terms", paths[1], "--allocate-by", "squad"])
            .contains("unknown allocation: squad")
    );
    assert!(
        wrong(&["--terms", paths[1], "--allocate-by", "tag:none"]).contains("no workload has what")
    );

    // A FOCUS export keeps teams and tags.
    let focus = scratch.path().join("focus.csv");
    let account =
        ["--billing-account", "b", "--subscription", "s", "--focus", focus.to_str().unwrap()];
    json(&[&["price", paths[0], "--terms", paths[1]][..], &account].concat());
    let again = json(&["price", focus.to_str().unwrap(), "--terms", paths[1]]);
    assert_eq!(again["terms"]["allocation"], priced["terms"]["allocation"]);
}

/// A scenario's dated price change is on the bill of recorded usage too, from its day on and for its
/// meter alone.
#[test]
fn recorded_usage_is_billed_at_the_price_changes_of_a_scenario() {
    let scratch = tempfile::tempdir().unwrap();
    let usage = scratch.path().join("usage.csv");
    // At 2 and 8 USD a million.
    let text = "deployment,model,sku,region,workload,from,meter,count\n\
        chat,gpt-4.1,GlobalStandard,swedencentral,chat,2026-12-09T09:00:00Z,input,1000000\n\
        chat,gpt-4.1,GlobalStandard,swedencentral,chat,2026-12-10T09:00:00Z,input,1000000\n\
        chat,gpt-4.1,GlobalStandard,swedencentral,chat,2026-12-10T09:00:00Z,output,1000000\n";
    fs::write(&usage, text).unwrap();
    let scenario = scratch.path().join("scenario.toml");
    let small = fs::read_to_string(root().join("tests/cli/small.toml")).unwrap();
    let event =
        "\n[[event]]\nwhat = \"price\"\nfrom = 2026-12-10\nmeter = \"input\"\nfactor = \"150 %\"\n";
    fs::write(&scenario, format!("{small}{event}")).unwrap();
    let (usage, scenario) = (usage.to_str().unwrap(), scenario.to_str().unwrap());
    assert_eq!(json(&["price", usage])["total"], "12");
    assert_eq!(json(&["price", usage, "--scenario", scenario])["total"], "13");
}
