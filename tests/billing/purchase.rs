//! The cheapest reservations, against the bill of every other choice.

use crate::billing::support::{SmallBook, at, deployment};
use jiff::{Timestamp, ToSpan};
use ptuplan::billing::bill::{Bill, bill};
use ptuplan::billing::commitment::{Commitment, Renewal, Term, TermPayment};
use ptuplan::billing::line::{ChargeCategory, Meter, PricingCategory};
use ptuplan::billing::purchase::{Product, Ways, cheapest};
use ptuplan::billing::terms::Terms;
use ptuplan::ledger::usage::{CapacityUsage, Usage};
use ptuplan::units::luck::splitmix64;
use rust_decimal::Decimal;

const SKU: &str = "GlobalProvisionedManaged";
const ALL: Ways = Ways { hourly: true, one_month: true, one_year: true };

fn product() -> Product {
    Product { sku: SKU.into(), region: None }
}

/// Two deployments of different hourly prices that are resized at random hours of each day, by a few PTUs.
fn random(seed: u64, from: Timestamp, days: u64, most: u64) -> Vec<CapacityUsage> {
    let draw = |n: u64| splitmix64(splitmix64(seed) ^ n);
    let mut usage = Vec::new();
    for (number, region) in ["eastus2", "westus3"].into_iter().enumerate() {
        let deployment = deployment(region, SKU, region);
        for day in 0..days {
            // Two weeks of three alike, the third with hours of its own.
            let own = 10 * (number as u64) + 100 * u64::from(day / 7 % 3 == 2);
            let (up, down) = (draw(own) % 1_000, 1_000 + draw(own + 1) % 440);
            let (low, high) = (draw(own + 2) % (most / 2 + 1), draw(own + 3) % (most / 2 + 1));
            for (start, end, size) in [(0, up, low), (up, down, high), (down, 1_440, low)] {
                let minute = |minute: u64| from + ((day * 1_440 + minute) as i64).minutes();
                if size > 0 && start < end {
                    usage.push(CapacityUsage {
                        deployment: deployment.clone(),
                        from: minute(start),
                        until: minute(end),
                        capacity_ptu: size as u32,
                    });
                }
            }
        }
    }
    usage
}

fn bought(id: &str, quantity_ptu: u32, term: Term, start: &str, renewal: Renewal) -> Commitment {
    let payment = if term == Term::OneMonth { TermPayment::Upfront } else { TermPayment::Monthly };
    let reservation = super::support::reservation(id, quantity_ptu, start.parse().unwrap(), term);
    Commitment { payment, renewal, ..reservation }
}

fn bill_of(usage: &[CapacityUsage], commitments: &[Commitment], terms: &Terms) -> Bill {
    let kept: Vec<Commitment> =
        commitments.iter().filter(|own| own.quantity_ptu > 0).cloned().collect();
    let usage = Usage { capacity: usage.to_vec(), ..Usage::default() };
    bill(&usage, &kept, terms, &SmallBook).unwrap()
}

fn cost(bill: &Bill) -> Decimal {
    bill.totals().effective.amount().round_dp(6)
}

/// Whether some PTUs were left to the hourly price.
fn has_hourly(bill: &Bill) -> bool {
    bill.line_items.iter().any(|line| {
        line.meter == Meter::Capacity
            && line.category == ChargeCategory::Usage
            && line.pricing == PricingCategory::Standard
    })
}

fn check(seed: u64, days: u64, most: u32, ways: Ways, owned: &[Commitment]) {
    let from = at("2026-01-01T00:00:00Z");
    let terms = Terms::list(from, from + (24 * days as i64).hours());
    let usage = random(seed, from, days, u64::from(most));
    let found = cheapest(&product(), &usage, owned, ways, &terms, &SmallBook).unwrap();
    let chosen = bill_of(&usage, &[owned, &found].concat(), &terms);
    assert!(ways.hourly || !has_hourly(&chosen), "case {seed}: {found:?}");
    let later = if days > 31 && ways.one_month { most } else { 0 };
    let (long, short) =
        (if ways.one_year { most } else { 0 }, if ways.one_month { most } else { 0 });
    let mut best: Option<Decimal> = None;
    for y in 0..=long {
        for first in 0..=short {
            for second in 0..=later {
                let mut all = owned.to_vec();
                all.push(bought("y", y, Term::OneYear, "2026-01-01", Renewal::None));
                all.push(bought("m1", first, Term::OneMonth, "2026-01-01", Renewal::None));
                all.push(bought("m2", second, Term::OneMonth, "2026-02-01", Renewal::None));
                let bill = bill_of(&usage, &all, &terms);
                if ways.hourly || !has_hourly(&bill) {
                    best = Some(best.map_or(cost(&bill), |best| best.min(cost(&bill))));
                }
            }
        }
    }
    assert_eq!(Some(cost(&chosen)), best, "case {seed}: {found:?} of {usage:?}");
}

#[test]
fn no_other_quantities_are_cheaper_in_one_month() {
    for seed in 0..120 {
        check(seed, 9, 4, ALL, &[]);
    }
}

#[test]
fn no_other_quantities_are_cheaper_over_two_months() {
    for seed in 0..30 {
        check(1_000 + seed, 36, 2, ALL, &[]);
    }
}

#[test]
fn a_way_that_is_not_allowed_is_not_taken_and_what_is_owned_is_used_first() {
    let owned = [bought("own", 1, Term::OneYear, "2025-06-01", Renewal::None)];
    for seed in 0..40 {
        check(seed, 9, 3, Ways { hourly: false, ..ALL }, &[]);
        check(seed, 9, 3, Ways { one_year: false, ..ALL }, &[]);
        check(seed, 9, 3, ALL, &owned);
    }
}

#[test]
fn a_base_is_reserved_for_the_year_a_month_of_more_by_the_month_and_the_rest_is_hourly() {
    let from = at("2026-01-01T00:00:00Z");
    let terms = Terms::list(from, at("2026-04-01T00:00:00Z"));
    let chat = deployment("chat", SKU, "eastus2");
    let stretch = |from: &str, until: &str, capacity_ptu| CapacityUsage {
        deployment: chat.clone(),
        from: at(from),
        until: at(until),
        capacity_ptu,
    };
    // 100 throughout; 150 in February; 200 on its last day.
    let usage = [
        stretch("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", 100),
        stretch("2026-02-01T00:00:00Z", "2026-02-28T00:00:00Z", 150),
        stretch("2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z", 200),
        stretch("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", 100),
    ];
    let found = cheapest(&product(), &usage, &[], ALL, &terms, &SmallBook).unwrap();
    let said: Vec<(u32, Term, String)> =
        found.iter().map(|own| (own.quantity_ptu, own.term, own.start.to_string())).collect();
    assert_eq!(
        said,
        [(100, Term::OneYear, "2026-01-01".into()), (50, Term::OneMonth, "2026-02-01".into())]
    );
    // 3 x 100 x 221 + 50 x 260 + 24 x 50 x 1.
    let total = cost(&bill_of(&usage, &found, &terms));
    assert_eq!(total.normalize(), Decimal::from(3 * 100 * 221 + 50 * 260 + 24 * 50));
}
