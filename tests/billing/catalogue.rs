//! The embedded catalogue as price source.

use super::support::{at, capacity, deployment, reservation, tokens};
use jiff::civil::date;
use ptuplan::billing::bill::bill;
use ptuplan::billing::commitment::{Commitment, Term};
use ptuplan::billing::terms::Terms;
use ptuplan::catalog::Catalog;
use ptuplan::ledger::usage::{Answer, Usage};
use ptuplan::units::tokens::TokenCounts;

const DAY: [&str; 2] = ["2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"];

#[test]
fn a_day_of_gpt_4_1_and_100_reserved_ptu_is_priced_from_the_tables() {
    let catalog = Catalog::embedded().unwrap();
    let zone = deployment("base", "DataZoneProvisionedManaged", "eastus2");
    let usage = Usage {
        tokens: vec![tokens(DAY[0], Answer::Completed, TokenCounts::text(1_000_000, 0, 1_000_000))],
        capacity: vec![capacity(zone, DAY[0], DAY[1], 120)],
        ..Usage::default()
    };
    let reserved = Commitment {
        sku: "DataZoneProvisionedManaged".into(),
        region: Some("eastus2".into()),
        ..reservation("r", 100, date(2026, 12, 1), Term::OneMonth)
    };
    let terms = Terms::list(at(DAY[0]), at(DAY[1]));
    let bill = bill(&usage, &[reserved], &terms, &catalog).unwrap();
    // 2 + 8 USD of tokens, 20 PTU for 24 h at 1.10, 100 PTU at 286 for the month.
    assert_eq!(bill.totals().billed.to_exact_string(), "29138");
    let mut places = bill.line_items.iter().filter_map(|line| line.rate.as_ref());
    assert!(places.all(|rate| rate.evidence.place.line > 0 && !rate.evidence.source.is_empty()));
}

#[test]
fn what_the_catalogue_does_not_price_is_an_error() {
    let catalog = Catalog::embedded().unwrap();
    let mut record = tokens(DAY[0], Answer::Completed, TokenCounts::text(10, 0, 0));
    record.deployment = deployment("chat", "GlobalStandard", "atlantis");
    let usage = Usage { tokens: vec![record], ..Usage::default() };
    let terms = Terms::list(at(DAY[0]), at(DAY[1]));
    let errors = bill(&usage, &[], &terms, &catalog).unwrap_err();
    assert!(errors.0[0].message.starts_with("unpriced usage: 10 input tokens of deployment chat"));
}
