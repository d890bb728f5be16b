//! What is made from bills: FOCUS rows, allocation, differences, limits.

use super::support::{SmallBook, at, billed, capacity, deployment, reservation, tokens};
use jiff::civil::date;
use ptuplan::billing::allocation::{Holders, NOBODY, Owners, Work, allocate};
use ptuplan::billing::bill::{Bill, bill};
use ptuplan::billing::commitment::Term;
use ptuplan::billing::difference::{CostColumn, difference};
use ptuplan::billing::focus::{Account, COLUMNS, to_csv};
use ptuplan::billing::limit::{Budget, budget_statuses};
use ptuplan::billing::terms::{Discount, Terms};
use ptuplan::ledger::usage::{Answer, TokenUsage, Usage};
use ptuplan::units::money::{Currency, Money};
use ptuplan::units::tokens::{TokenClass, TokenCounts};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

const DECEMBER: [&str; 2] = ["2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"];

/// A provisioned deployment two workloads share, one that spills to Standard, and a reservation too large.
fn december() -> (Usage, Bill) {
    let ptu = deployment("base", "GlobalProvisionedManaged", "eastus2");
    let on = |hour: &str, workload: &str, deployed| TokenUsage {
        deployment: deployed,
        workload: workload.into(),
        ..tokens(hour, Answer::Completed, TokenCounts::text(30_000, 10_000, 1_000))
    };
    let standard = deployment("chat", "GlobalStandard", "eastus2");
    let usage = Usage {
        tokens: vec![
            on("2026-12-01T09:00:00Z", "support", ptu.clone()),
            on("2026-12-01T10:00:00Z", "support", ptu.clone()),
            on("2026-12-01T10:00:00Z", "search", ptu.clone()),
            on("2026-12-02T10:00:00Z", "search", standard),
        ],
        capacity: vec![capacity(ptu, DECEMBER[0], DECEMBER[1], 100)],
        ..Usage::default()
    };
    let reserved = [reservation("r-1", 120, date(2026, 12, 1), Term::OneMonth)];
    let bill = billed(&usage, &reserved, DECEMBER[0], DECEMBER[1]);
    (usage, bill)
}

fn account() -> Account {
    Account {
        billing_account_id: "1234".into(),
        billing_account_name: "Contoso".into(),
        subscription_id: "sub-1".into(),
        subscription_name: "AI".into(),
        resource_id: "/subscriptions/sub-1/accounts/foundry".into(),
        marketplace_publisher: "Anthropic".into(),
        owners: Owners::new(),
        work: Work::new(),
        figures_of: String::new(),
    }
}

fn rows(bill: &Bill) -> Vec<BTreeMap<String, String>> {
    let bytes = to_csv(bill, &account()).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    assert_eq!(reader.headers().unwrap().len(), COLUMNS.len());
    reader.deserialize().map(Result::unwrap).collect()
}

fn decimal(row: &BTreeMap<String, String>, column: &str) -> Decimal {
    row[column].parse().unwrap()
}

#[test]
fn focus_rows_obey_the_rules_of_their_columns() {
    let (_, bill) = december();
    let rows = rows(&bill);
    let mandatory = [
        "BilledCost",
        "BillingAccountId",
        "BillingCurrency",
        "BillingPeriodStart",
        "BillingPeriodEnd",
        "ChargeCategory",
        "ChargePeriodStart",
        "ChargePeriodEnd",
        "ContractedCost",
        "EffectiveCost",
        "InvoiceIssuerName",
        "ListCost",
        "PricingQuantity",
        "PricingUnit",
        "ProviderName",
        "PublisherName",
        "ServiceCategory",
        "ServiceName",
    ];
    for row in &rows {
        assert!(mandatory.iter().all(|column| !row[*column].is_empty()), "{row:?}");
        for (unit_price, cost) in
            [("ListUnitPrice", "ListCost"), ("ContractedUnitPrice", "ContractedCost")]
        {
            if !row[unit_price].is_empty() {
                let product = decimal(row, unit_price) * decimal(row, "PricingQuantity");
                assert!((product - decimal(row, cost)).abs() < Decimal::new(1, 9), "{row:?}");
            }
        }
        let unused = row["CommitmentDiscountStatus"] == "Unused";
        let usage = row["ChargeCategory"] == "Usage";
        assert_eq!(row["ConsumedQuantity"].is_empty(), unused || !usage);
        assert_eq!(
            row["CommitmentDiscountId"].is_empty(),
            row["CommitmentDiscountQuantity"].is_empty()
        );
    }
    let sum = |column: &str, keep: &dyn Fn(&BTreeMap<String, String>) -> bool| -> Decimal {
        rows.iter().filter(|row| keep(row)).map(|row| decimal(row, column)).sum()
    };
    let purchase = |row: &BTreeMap<String, String>| row["ChargeCategory"] == "Purchase";
    let share = |row: &BTreeMap<String, String>| !row["CommitmentDiscountStatus"].is_empty();
    let quantity = |keep: &dyn Fn(&BTreeMap<String, String>) -> bool| -> Decimal {
        rows.iter()
            .filter(|row| keep(row))
            .map(|row| decimal(row, "CommitmentDiscountQuantity"))
            .sum()
    };
    assert_eq!(quantity(&purchase), quantity(&share));
    assert_eq!(sum("BilledCost", &purchase), sum("EffectiveCost", &share));
    assert_eq!(sum("EffectiveCost", &purchase), Decimal::ZERO);
    assert_eq!(sum("BilledCost", &|_| true), bill.totals().billed.amount());
}

#[test]
fn marketplace_rows_are_priced_in_consumption_units() {
    let mut claude = tokens(DECEMBER[0], Answer::Completed, TokenCounts::text(500_000, 0, 0));
    claude.deployment = std::sync::Arc::new(ptuplan::ledger::deployment::DeploymentRef {
        model: "claude".into(),
        ..(*claude.deployment).clone()
    });
    let usage = Usage { tokens: vec![claude], ..Usage::default() };
    let rows = rows(&billed(&usage, &[], DECEMBER[0], DECEMBER[1]));
    let row = &rows[0];
    assert_eq!((&*row["PricingQuantity"], &*row["PricingUnit"]), ("100.0", "CCUs"));
    assert_eq!((&*row["BilledCost"], &*row["EffectiveCost"]), ("0.0", "1.0"));
    assert_eq!(row["PublisherName"], "Anthropic");
}

#[test]
fn an_allocation_sums_exactly_to_the_bill() {
    let (usage, bill) = december();
    let holders = Holders {
        owner: &|_, workload| workload.into(),
        holder: &|_| None,
        weigh: &|record| record.tokens.input_total() + 4 * record.tokens.get(TokenClass::Output),
    };
    let parts = allocate(&bill, &usage, &holders).unwrap();
    let owners: Vec<&str> = parts.iter().map(|part| &*part.owner).collect();
    assert_eq!(owners, ["search", "support"]);
    let sum = |of: fn(&ptuplan::billing::bill::Totals) -> Money| {
        Money::sum(bill.currency, parts.iter().map(|part| of(&part.totals))).unwrap()
    };
    assert_eq!(sum(|totals| totals.billed), bill.totals().billed);
    assert_eq!(sum(|totals| totals.effective), bill.totals().effective);
    assert_eq!(sum(|totals| totals.list), bill.totals().list);
    // Two of three equal records are support's, and days without traffic follow the period.
    let search = &parts[0].totals;
    assert!(parts[1].totals.effective.amount() < search.effective.amount() * Decimal::TWO);
    let idle = Usage { tokens: Vec::new(), ..usage };
    let idle_bill = billed(&idle, &[], DECEMBER[0], DECEMBER[1]);
    let parts = allocate(&idle_bill, &idle, &holders).unwrap();
    assert_eq!(parts[0].owner.as_ref(), NOBODY);
    // By deployment nothing that is deployed is nobody's, whether used or not.
    let by_deployment = Holders {
        owner: &|deployment, _| deployment.name.clone(),
        holder: &|deployment| Some(deployment.name.clone()),
        weigh: &|_| 1,
    };
    let parts = allocate(&idle_bill, &idle, &by_deployment).unwrap();
    assert!(parts.iter().all(|part| part.owner.as_ref() != NOBODY), "{parts:?}");
}

#[test]
fn the_payment_of_a_commitment_is_split_in_the_exact_proportion_of_its_use() {
    let (mut usage, _) = december();
    // Thirds on every day: no PTU-minute count divides by three.
    usage.tokens.retain(|record| &*record.deployment.sku == "GlobalProvisionedManaged");
    let one = usage.tokens[0].clone();
    usage.tokens = (1..=31)
        .flat_map(|day| {
            ["care", "care", "search"].map(|workload| {
                let hour = format!("2026-12-{day:02}T09:00:00Z").parse().unwrap();
                TokenUsage { workload: workload.into(), hour, ..one.clone() }
            })
        })
        .collect();
    usage.capacity[0].capacity_ptu = 119;
    let reserved = [reservation("r-1", 120, date(2026, 12, 1), Term::OneMonth)];
    let bill = billed(&usage, &reserved, DECEMBER[0], DECEMBER[1]);
    let holders = Holders {
        owner: &|_, workload| workload.into(),
        holder: &|_| None,
        weigh: &|record| record.tokens.input_total(),
    };
    let parts = allocate(&bill, &usage, &holders).unwrap();
    let third = bill.totals().billed.amount() / Decimal::from(3);
    for (part, thirds) in parts.iter().zip([2, 1]) {
        let off = part.totals.billed.amount() - third * Decimal::from(thirds);
        assert!(off.abs() < Decimal::new(1, 8), "{}: {off}", part.owner);
    }
}

#[test]
fn a_difference_is_price_and_volume() {
    let million = |millions: u64| Usage {
        tokens: vec![tokens(
            DECEMBER[0],
            Answer::Completed,
            TokenCounts::text(millions * 1_000_000, 0, 0),
        )],
        ..Usage::default()
    };
    let list = Terms::list(at(DECEMBER[0]), at(DECEMBER[1]));
    let cheaper = Terms {
        discounts: vec![Discount {
            sku: None,
            model: None,
            meter: None,
            from: None,
            to: None,
            share: Decimal::new(25, 2),
            reservations: false,
        }],
        ..list.clone()
    };
    let before = bill(&million(10), &[], &list, &SmallBook).unwrap();
    let after = bill(&million(12), &[], &cheaper, &SmallBook).unwrap();
    let found = difference(&before, &after, CostColumn::Billed).unwrap();
    let texts = [found.before, found.after, found.price_effect, found.volume_effect]
        .map(|money| money.to_exact_string());
    assert_eq!(texts, ["20", "18", "-6", "4"]);
    assert_eq!(found.changes.len(), 1);
    let same = difference(&before, &before, CostColumn::Billed).unwrap();
    assert_eq!(same.changes, []);
}

#[test]
fn a_budget_knows_the_day_it_is_reached() {
    let (_, bill) = december();
    let budget = |limit: i64| Budget {
        name: "base".into(),
        limit: Money::new(limit.into(), Currency::USD),
        column: CostColumn::Effective,
        every_month: false,
        deployment: None,
        workload: None,
        team: None,
    };
    // 120 PTU at 260 USD over 31 days are 1,006.45 USD a day.
    let reached = |limit| budget_statuses(&bill, &budget(limit), None).unwrap()[0].1.reached_on;
    assert_eq!(reached(1_000), Some(date(2026, 12, 1)));
    assert_eq!(reached(10_000), Some(date(2026, 12, 10)));
    assert_eq!(reached(40_000), None);
}
