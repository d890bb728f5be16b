//! Money and tokens that vanished.

use crate::{data, json, refused, run_in};
use std::fs;

/// Writes a usage file and prices it.
fn priced(rows: &str) -> crate::Run {
    let folder = tempfile::tempdir().unwrap();
    let header = "deployment,model,sku,region,workload,from,until,meter,count,billed_cost,currency";
    fs::write(folder.path().join("u.csv"), format!("{header}\n{rows}\n")).unwrap();
    run_in(folder.path(), &["price", "u.csv", "--format", "json"])
}

const FOCUS: &str = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,CommitmentDiscountStatus,PricingQuantity,PricingUnit,RegionId,ResourceName,SkuMeter,x_PricingBlockSize";

fn focus(rows: &str) -> crate::Run {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("f.csv"), format!("{FOCUS}\n{rows}\n")).unwrap();
    run_in(folder.path(), &["price", "f.csv", "--format", "json"])
}

/// The sum of what is billed, and of the token counts.
fn total(value: &serde_json::Value) -> String {
    value["total"].as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn a_correction_nets_against_what_it_corrects() {
    let value = json(&["price", "focus-negative-quantity-dropped.csv"]);
    assert_eq!(total(&value), "1", "{value}");
    assert_eq!(value.pointer("/line_items/0/quantity").unwrap(), "500000", "{value}");
}

#[test]
fn a_correction_of_another_hour_nets_within_its_day_and_not_beyond() {
    let row = |day: u32, hour: u32, quantity: i32| {
        format!(
            "0,USD,Usage,2026-12-0{day}T{hour:02}:00:00Z,2026-12-0{day}T{:02}:00:00Z,,{quantity},1K,eastus2,r,gpt 4.1 Inp glbl Tokens,1000",
            hour + 1
        )
    };
    let netted = focus(&[row(1, 3, 1_000), row(1, 9, -500)].join("\n"));
    assert_eq!(netted.code, 0, "{}", netted.err);
    assert_eq!(total(&serde_json::from_str(&netted.out).unwrap()), "1");
    let beyond = focus(&[row(1, 3, 1_000), row(2, 9, -500)].join("\n"));
    assert_eq!(beyond.code, 2, "{}", beyond.out);
    assert!(beyond.err.contains("f.csv:3") && beyond.err.contains("-500000"), "{}", beyond.err);
}

#[test]
fn quantities_that_fit_no_count_are_named() {
    let error = refused(&["price", "focus-quantity-overflows.csv"]);
    assert!(error.contains("focus-quantity-overflows.csv:2:7"), "{error}");
    // 103,079,215,152 PTU-hours of a day would be 48 PTUs in 32 bits.
    let error = focus(
        "1,USD,Usage,2026-12-01T00:00:00Z,2026-12-02T00:00:00Z,,103079215152,1 Hour,eastus2,r,Provisioned Managed Global Unit,1",
    );
    assert_eq!(error.code, 2, "{}", error.out);
    assert!(error.err.contains("f.csv:2:7"), "{}", error.err);
    for count in ["18446744073709551616", "-5", "1.5", "4294967296000000000000"] {
        let error =
            priced(&format!("a,gpt-4.1,GlobalStandard,eastus2,w,2026-12-01,,input,{count},,"));
        assert_eq!(error.code, 2, "{count}: {}", error.out);
        assert!(error.err.contains("u.csv:2:9"), "{}", error.err);
    }
    let error = priced(
        "a,gpt-4.1,GlobalProvisionedManaged,eastus2,w,2026-12-01,2026-12-02,ptu,4294967297,,",
    );
    assert_eq!(error.code, 2, "{}", error.out);
}

#[test]
fn sums_do_not_wrap() {
    let error = refused(&["price", "usage-sum-wraps.csv"]);
    assert!(error.contains("more tokens than can be counted"), "{error}");
    let half =
        "j,gpt-4.1,GlobalStandard,eastus2,w,2026-12-01,,training_tokens,9223372036854775808,,";
    let error = priced(&[half, half].join("\n"));
    assert_eq!(error.code, 2, "{}", error.out);
}

#[test]
fn capacity_that_ends_before_it_begins_is_refused() {
    for until in ["2026-11-30", "2026-12-01", "9999-01-01"] {
        let error = priced(&format!(
            "a,gpt-4.1,GlobalProvisionedManaged,eastus2,w,2026-12-01,{until},ptu,15,,"
        ));
        assert_eq!(error.code, 2, "{until}: {}", error.out);
        assert!(error.err.contains("u.csv:2:7"), "{}", error.err);
    }
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let error = refused(&["price", "two-columns-of-one-name.csv"]);
    assert!(error.contains("two columns of one name: count"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("t.csv", "arrival_us,input_tokens,output_tokens,Input_Tokens\n0,10,5,7\n"),
        (
            "l.jsonl",
            "{\"timestamp\":0,\"input_length\":10,\"output_length\":5,\"input_length\":7,\"hash_ids\":[1]}\n",
        ),
    ];
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
        let found = run_in(folder.path(), &["trace", "summarize", name, "--strict"]);
        assert_eq!(found.code, 2, "{name}: {}{}", found.out, found.err);
        assert!(found.err.contains("of one name"), "{}", found.err);
    }
}

#[test]
fn totals_keep_their_sums_or_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("x.csv");
    let out = out.to_str().unwrap();
    let error = refused(&["trace", "import", "totals-cut-to-32-bits.json", "-o", out]);
    assert!(error.contains("4294967301"), "{error}");
    assert!(!folder.path().join("x.csv").exists());
    // As many tokens over enough requests are kept to the last one, however uneven the lengths are.
    let text = fs::read_to_string(data("totals-cut-to-32-bits.json")).unwrap();
    let text = text.replace("\"num_model_requests\":1", "\"num_model_requests\":400000");
    fs::write(folder.path().join("t.json"), text).unwrap();
    let found = run_in(folder.path(), &["trace", "import", "t.json", "-o", "x.csv"]);
    assert_eq!(found.code, 0, "{}", found.err);
    let written = fs::read_to_string(folder.path().join("x.csv")).unwrap();
    let input: u64 = written
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(1).unwrap().parse::<u64>().unwrap())
        .sum();
    assert_eq!(input, 4_294_967_301);
    // What import writes, its own reader takes.
    let again = run_in(folder.path(), &["trace", "summarize", "x.csv", "--strict"]);
    assert_eq!(again.code, 0, "{}", again.err);
}

#[test]
fn negative_totals_are_not_taken_for_none() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(data("totals-cut-to-32-bits.json")).unwrap();
    let negative = text.replace("4294967301", "-7");
    fs::write(folder.path().join("t.json"), negative).unwrap();
    let found = run_in(folder.path(), &["trace", "summarize", "t.json", "--strict"]);
    assert_eq!(found.code, 2, "{}", found.out);
    assert!(found.err.contains("-7"), "{}", found.err);
}

#[test]
fn a_part_that_lost_rows_does_not_merge() {
    let folder = tempfile::tempdir().unwrap();
    let counted = r#"{"replications":1,"offered":2,"completed":2,"failed":0,"saw_throttle":0,"failed_throttled":0,"retries":0,"spilled":0,"used_units":0,"capacity_units":0,"waits_us":{}}"#;
    let part = |rows: &str, shards: &str, present: &str| {
        format!(
            r#"{{"scenario":"x","fingerprint":"0","shards":{shards},"present":[{present}],"tasks":2,"rows":[{rows}]}}"#
        )
    };
    let row = |ptu: u32| format!(r#"{{"family":"f","ptu":{ptu},"counted":{counted}}}"#);
    let merged = |text: String| {
        fs::write(folder.path().join("p.json"), text).unwrap();
        run_in(folder.path(), &["merge", "p.json"])
    };
    let whole = merged(part(&format!("{},{}", row(1), row(2)), "1", "1"));
    assert_eq!(whole.code, 0, "{}", whole.err);
    let lost = merged(part(&row(1), "1", "1"));
    assert_eq!(lost.code, 2, "{}", lost.out);
    assert!(lost.err.contains("1 of 2 simulations"), "{}", lost.err);
    let foreign = merged(part(&row(1), "1", "2"));
    assert_eq!(foreign.code, 2, "{}", foreign.out);
    let error = refused(&["merge", "merge-shards.json"]);
    assert!(error.contains("lost"), "{error}");
}

#[test]
fn no_member_of_a_list_of_azure_hides_another() {
    let folder = tempfile::tempdir().unwrap();
    let list = r#"[{"name":"a","sku":{"name":"GlobalStandard","capacity":1,"capacity":9},"properties":{"model":{"name":"gpt-4.1"}}}]"#;
    fs::write(folder.path().join("d.json"), list).unwrap();
    let found = run_in(folder.path(), &["init", "--from", "d.json", "--start", "2026-12-01"]);
    assert_eq!(found.code, 2, "{}", found.out);
    assert!(found.err.contains("two members of one name: capacity"), "{}", found.err);
}

#[test]
fn a_parameter_is_not_cut_to_what_fits() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(data("name-attacks-markdown.toml")).unwrap();
    let text = text.replace("repeat=true}", "repeat=true,scale=0.01}").replace(
        "deployments=[{name=\"d\",sku=\"GlobalStandard\",model=\"gpt-4.1\"}]",
        "deployments=[{name=\"d\",sku=\"GlobalProvisionedManaged\",model=\"gpt-4.1\",capacity_ptu=100}]",
    );
    for (name, value) in [
        ("provisioned-assumed-output-tokens", "4294967297"),
        ("provisioned-burst", "9223372036854775807"),
        ("first-token", "9223372036854775807"),
    ] {
        let stated = format!("{text}\n[parameters]\n{name} = {value}\n");
        fs::write(folder.path().join("s.toml"), stated).unwrap();
        let found = run_in(folder.path(), &["simulate", "s.toml", "--quiet"]);
        assert_eq!(found.code, 2, "{name}: {}{}", found.out, found.err);
        assert!(found.err.contains(&format!("too large: {name} = {value}")), "{}", found.err);
    }
}
