//! Reservations hour by hour (P R36-R39).

use super::support::{billed, capacity, deployment, reservation};
use jiff::civil::date;
use ptuplan::billing::bill::Bill;
use ptuplan::billing::commitment::{Commitment, Renewal, Term, TermPayment};
use ptuplan::billing::line::CommitmentStatus;
use ptuplan::ledger::usage::{CapacityUsage, Usage};

const DAY: [&str; 2] = ["2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"];

fn usage(capacity: Vec<CapacityUsage>) -> Usage {
    Usage { capacity, ..Usage::default() }
}

/// PTU-minutes used, unused and billed by the hour.
fn minutes(bill: &Bill) -> [u64; 3] {
    let sum = |status: Option<CommitmentStatus>| {
        let lines = bill.line_items.iter().filter(|line| !line.covers_other_lines());
        lines
            .filter(|line| line.commitment.as_ref().and_then(|share| share.status) == status)
            .map(|line| line.count)
            .sum()
    };
    [sum(Some(CommitmentStatus::Used)), sum(Some(CommitmentStatus::Unused)), sum(None)]
}

fn all_day(name: &str, region: &str, ptu: u32) -> CapacityUsage {
    capacity(deployment(name, "GlobalProvisionedManaged", region), DAY[0], DAY[1], ptu)
}

#[test]
fn a_quarter_hour_of_100_ptu_is_25_ptu_hours() {
    let quarter = capacity(
        deployment("chat", "GlobalProvisionedManaged", "eastus2"),
        "2026-12-01T10:00:00Z",
        "2026-12-01T10:15:00Z",
        100,
    );
    let bill = billed(&usage(vec![quarter]), &[], DAY[0], DAY[1]);
    assert_eq!(bill.line_items[0].pricing_quantity().to_decimal().to_string(), "25");
    assert_eq!(bill.totals().billed.to_exact_string(), "25");
}

#[test]
fn a_global_reservation_covers_all_regions_and_loses_what_is_not_used() {
    let deployed = usage(vec![
        all_day("a", "eastus", 50),
        all_day("b", "westeurope", 100),
        all_day("c", "australiaeast", 200),
    ]);
    let start = date(2026, 12, 1);
    let day = 24 * 60;
    let exact = billed(&deployed, &[reservation("r", 350, start, Term::OneMonth)], DAY[0], DAY[1]);
    assert_eq!(minutes(&exact), [350 * day, 0, 0]);
    let more = billed(&deployed, &[reservation("r", 400, start, Term::OneMonth)], DAY[0], DAY[1]);
    assert_eq!(minutes(&more), [350 * day, 50 * day, 0]);
    let less = billed(&deployed, &[reservation("r", 64, start, Term::OneMonth)], DAY[0], DAY[1]);
    assert_eq!(minutes(&less), [64 * day, 0, 286 * day]);
}

#[test]
fn type_and_region_must_match() {
    let zone = |region: Option<&str>, sku: &str| Commitment {
        sku: sku.into(),
        region: region.map(Into::into),
        ..reservation("r", 100, date(2026, 12, 1), Term::OneMonth)
    };
    let deployed = usage(vec![capacity(
        deployment("a", "DataZoneProvisionedManaged", "eastus2"),
        DAY[0],
        DAY[1],
        100,
    )]);
    let covered = |commitment| minutes(&billed(&deployed, &[commitment], DAY[0], DAY[1]))[0] > 0;
    assert!(covered(zone(Some("eastus2"), "DataZoneProvisionedManaged")));
    assert!(!covered(zone(Some("swedencentral"), "DataZoneProvisionedManaged")));
    assert!(!covered(zone(None, "GlobalProvisionedManaged")));
}

#[test]
fn unused_hours_do_not_carry_over_to_the_next() {
    let bursts = usage(vec![capacity(
        deployment("a", "GlobalProvisionedManaged", "eastus2"),
        "2026-12-01T10:00:00Z",
        "2026-12-01T11:00:00Z",
        200,
    )]);
    let bill = billed(
        &bursts,
        &[reservation("r", 100, date(2026, 12, 1), Term::OneMonth)],
        DAY[0],
        DAY[1],
    );
    assert_eq!(minutes(&bill), [100 * 60, 23 * 100 * 60, 100 * 60]);
    // Within the hour it does: 200 PTU for half an hour are 100 PTU for the hour.
    let half = usage(vec![capacity(
        deployment("a", "GlobalProvisionedManaged", "eastus2"),
        "2026-12-01T10:00:00Z",
        "2026-12-01T10:30:00Z",
        200,
    )]);
    let bill =
        billed(&half, &[reservation("r", 100, date(2026, 12, 1), Term::OneMonth)], DAY[0], DAY[1]);
    assert_eq!(minutes(&bill)[2], 0);
}

#[test]
fn a_month_of_a_yearly_term_costs_its_payment() {
    let year = reservation("r", 100, date(2026, 12, 1), Term::OneYear);
    let december = ["2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"];
    let deployed = usage(vec![capacity(
        deployment("a", "GlobalProvisionedManaged", "eastus2"),
        "2026-12-03T00:00:00Z",
        december[1],
        77,
    )]);
    let bill = billed(&deployed, std::slice::from_ref(&year), december[0], december[1]);
    assert_eq!(bill.totals().billed.to_exact_string(), "22100");
    assert_eq!(bill.totals().effective.to_exact_string(), "22100");
    let upfront = Commitment { payment: TermPayment::Upfront, ..year };
    let bill = billed(&deployed, &[upfront], december[0], december[1]);
    assert_eq!(bill.totals().billed.to_exact_string(), "265200");
    assert_eq!(bill.totals().effective.to_display_string(), "22,523.84 USD");
}

#[test]
fn a_renewed_month_is_paid_again_on_its_own_day() {
    let renewed = Commitment {
        renewal: Renewal::Automatic,
        ..reservation("r", 1, date(2025, 12, 30), Term::OneMonth)
    };
    let bill = billed(&usage(vec![]), &[renewed], "2025-12-30T00:00:00Z", "2026-03-01T00:00:00Z");
    let payments: Vec<String> = bill
        .line_items
        .iter()
        .filter(|line| line.covers_other_lines())
        .map(|line| line.from.to_string())
        .collect();
    assert_eq!(payments, ["2025-12-30T00:00:00Z", "2026-01-30T00:00:00Z", "2026-02-28T00:00:00Z"]);
}
