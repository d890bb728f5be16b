//! Recorded usage billed again.

use super::support::{SmallBook, at, billed, capacity, deployment, tokens};
use ptuplan::billing::allocation::Owners;
use ptuplan::billing::bill::{Bill, bill};
use ptuplan::billing::focus::{Account, to_csv};
use ptuplan::billing::recorded::reconcile::{Recorded, reconcile};
use ptuplan::billing::recorded::{focus_file, usage_file};
use ptuplan::billing::terms::Terms;
use ptuplan::catalog::Catalog;
use ptuplan::ledger::usage::{Answer, Usage};
use ptuplan::units::tokens::TokenCounts;

fn again(recorded: &Recorded, catalog: &Catalog) -> Bill {
    let (from, until) = recorded.period().unwrap();
    bill(&recorded.usage, &[], &Terms::list(from, until), catalog).unwrap()
}

#[test]
fn a_usage_file_is_billed_and_set_beside_its_amounts() {
    let file = "deployment,model,sku,region,workload,from,until,meter,count,billed_cost,currency\n\
        chat,gpt-4.1,GlobalStandard,eastus2,support,2026-12-01T09:00:00Z,,input,1200000,2.40,USD\n\
        chat,gpt-4.1,GlobalStandard,eastus2,support,2026-12-01T09:30:00Z,,output,100000,0.90,USD\n\
        base,gpt-4.1,GlobalProvisionedManaged,eastus2,,2026-12-01,2026-12-02,ptu,100,2400,USD\n";
    let recorded = usage_file::read("usage.csv", file.as_bytes()).unwrap();
    let bill = again(&recorded, &Catalog::embedded().unwrap());
    let found = reconcile(&bill, &recorded.billed).unwrap();
    let texts: Vec<String> = found
        .iter()
        .map(|found| format!("{} {}", found.key.meter, found.difference.to_exact_string()))
        .collect();
    assert_eq!(texts, ["PTU-hours 0", "input tokens 0", "output tokens -0.1"]);
}

#[test]
fn every_mistake_of_a_usage_file_has_its_place() {
    let file = "deployment,model,sku,region,from,meter,count\n\
        chat,gpt-4.1,GlobalStandard,eastus2,yesterday,input,12\n\
        chat,gpt-4.1,GlobalStandard,eastus2,2026-12-01,inputt,12\n\
        base,gpt-4.1,GlobalProvisionedManaged,eastus2,2026-12-01,ptu,-5\n\
        ,gpt-4.1,GlobalStandard,eastus2,2026-12-01,input,12\n";
    let mistakes = usage_file::read("usage.csv", file.as_bytes()).unwrap_err();
    let texts: Vec<String> = mistakes.0.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "error: from cannot be `yesterday` (usage.csv:2:5)",
            "error: meter cannot be `inputt` (usage.csv:3:6)",
            "error: count cannot be `-5` (usage.csv:4:7)",
            "error: deployment is empty (usage.csv:5:1)",
        ]
    );
    let missing = usage_file::read("usage.csv", b"deployment,model\n").unwrap_err();
    assert!(missing.0[0].message.contains("columns missing: sku, region, from, meter, count"));
}

#[test]
fn our_own_focus_rows_come_back_to_the_same_bill() {
    let day = ["2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"];
    let usage = Usage {
        tokens: vec![tokens(day[0], Answer::Completed, TokenCounts::text(123_457, 10_000, 777))],
        capacity: vec![
            capacity(
                deployment("base", "GlobalProvisionedManaged", "eastus2"),
                "2026-12-01T10:00:00Z",
                "2026-12-01T10:07:00Z",
                45,
            ),
            capacity(
                deployment("base", "GlobalProvisionedManaged", "eastus2"),
                "2026-12-01T10:07:00Z",
                day[1],
                50,
            ),
        ],
        ..Usage::default()
    };
    let before = billed(&usage, &[], day[0], day[1]);
    let account = Account {
        billing_account_id: "1".into(),
        billing_account_name: "Contoso".into(),
        subscription_id: "s".into(),
        subscription_name: "AI".into(),
        resource_id: "/r".into(),
        marketplace_publisher: "Anthropic".into(),
        owners: Owners::new(),
    };
    let bytes = to_csv(&before, &account).unwrap();
    assert!(focus_file::is_focus(&bytes));
    let recorded = focus_file::read("focus.csv", &bytes, &["gpt-4.1"]).unwrap();
    assert_eq!(recorded.skipped, []);
    let after =
        bill(&recorded.usage, &[], &Terms::list(at(day[0]), at(day[1])), &SmallBook).unwrap();
    assert_eq!(after.totals(), before.totals());
    let found = reconcile(&after, &recorded.billed).unwrap();
    assert!(found.iter().all(|found| found.difference.amount().is_zero()), "{found:?}");
}

#[test]
fn a_microsoft_export_is_billed_by_its_meter_names() {
    let file = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,CommitmentDiscountStatus,\
        PricingQuantity,PricingUnit,RegionId,ResourceName,SkuMeter,x_PricingBlockSize\n\
        2.4,USD,Usage,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,,1200,Units,eastus2,foundry,gpt 4.1 Inp glbl Tokens,1000\n\
        9,USD,Usage,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,,1000,Units,eastus2,foundry,gpt 4.1 Outp glbl Tokens,1000\n\
        2400,USD,Usage,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,,2400,Units/Hour,eastus2,foundry,Provisioned Managed Global Unit,1\n\
        0,USD,Usage,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,Used,2400,Units/Hour,eastus2,foundry,Provisioned Managed Global Unit,1\n\
        5,USD,Usage,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,,10,Units,eastus2,foundry,Image Hd glbl,1\n\
        26000,USD,Purchase,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,,100,Units,,,Provisioned Managed Global,1\n";
    let catalog = Catalog::embedded().unwrap();
    let models: Vec<&str> = catalog.models().map(|model| &*model.id).collect();
    let recorded = focus_file::read("export.csv", file.as_bytes(), &models).unwrap();
    let reasons: Vec<&str> = recorded.skipped.iter().map(|row| row.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "covered by a commitment",
            "meter `Image Hd glbl` is not understood",
            "Purchase is no usage"
        ]
    );
    let bill = again(&recorded, &catalog);
    let found = reconcile(&bill, &recorded.billed).unwrap();
    let texts: Vec<String> = found
        .iter()
        .map(|found| format!("{} {}", found.key.meter, found.difference.to_exact_string()))
        .collect();
    assert_eq!(texts, ["PTU-hours 0", "input tokens 0", "output tokens -1"]);
}
