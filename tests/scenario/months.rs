//! A month of PTUs costs the price of a month: in every zone, in every month, whatever the clocks do and however long the
//! period is.

use crate::support::{catalog, run, scenario, text};
use ptuplan::billing::bill::Bill;
use ptuplan::billing::line::CommitmentStatus;
use ptuplan::plan::evaluate::cost::cost_of;
use ptuplan::scenario::question::named::Payment;
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::scenario::run::evaluate::{price, simulate};
use ptuplan::workload::trace::Trace;
use rust_decimal::Decimal;

const TODAY: &str = "[today]\ndeployments = [{ name = \"chat\", sku = \"GlobalProvisionedManaged\", model = \"gpt-4.1\", capacity_ptu = 100 }]\n";

/// 100 PTU of gpt-4.1 over a period, idle.
fn idle(zone: &str, start: &str, length: &str, rest: &str) -> Scenario {
    let own = text(
        &format!("length = \"{length}\"\nsimulate = \"1 hour\""),
        "",
        &format!("{TODAY}{rest}"),
    );
    let own = own.replace("zone = \"UTC\"", &format!("zone = \"{zone}\""));
    // gpt-4.1 leaves in April 2027; of gpt-6-sol no end is known. A PTU costs the same.
    let own = if start < "2027-03" { own } else { own.replace("gpt-4.1\"", "gpt-6-sol\"") };
    scenario(&own.replace("start = 2026-12-01", &format!("start = {start}")))
}

fn billed(scenario: &Scenario, payment: Payment) -> Bill {
    let [bill] = billed_in(scenario, [payment]);
    bill
}

fn billed_in<const N: usize>(scenario: &Scenario, payments: [Payment; N]) -> [Bill; N] {
    let traces = [Trace::new(Vec::new(), Vec::new(), Vec::new())];
    let today = scenario.today.as_ref().unwrap();
    let simulated = simulate(scenario, catalog(), &traces, today).unwrap();
    payments.map(|payment| price(scenario, catalog(), &simulated, payment).unwrap())
}

fn cents(amount: Decimal) -> Decimal {
    amount.round_dp(2)
}

#[test]
fn a_month_of_a_reservation_costs_its_price_in_every_zone_and_month() {
    let zones = [
        "UTC",
        "Asia/Tokyo",
        "Europe/Stockholm",
        "America/New_York",
        "Asia/Kolkata",
        "Australia/Adelaide",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
    ];
    let starts = [
        "2026-03-01",
        "2026-10-01",
        "2026-12-01",
        "2027-02-01",
        "2027-03-01",
        "2028-02-01",
        "2027-01-15",
    ];
    for zone in zones {
        for start in starts {
            let bills =
                billed_in(&idle(zone, start, "1 month", ""), [Payment::OneMonth, Payment::OneYear]);
            for (bill, month) in bills.into_iter().zip([26_000, 22_100]) {
                let totals = bill.totals();
                assert_eq!(
                    cents(totals.effective.amount()),
                    Decimal::from(month),
                    "{zone} {start}"
                );
                assert_eq!(cents(totals.billed.amount()), Decimal::from(month), "{zone} {start}");
                let all_used = bill.line_items.iter().all(|line| {
                    let status = line.commitment.as_ref().and_then(|share| share.status);
                    line.covers_other_lines() || status == Some(CommitmentStatus::Used)
                });
                assert!(all_used, "{zone} {start}");
            }
        }
    }
}

#[test]
fn an_owned_reservation_covers_the_month_its_buyer_sees() {
    let owned = "[[terms.reservation]]\nid = \"owned\"\nsku = \"GlobalProvisionedManaged\"\nquantity_ptu = 100\n\
                 term = \"1-month\"\nstart = 2027-03-01\n";
    for zone in ["Asia/Tokyo", "Europe/Stockholm", "America/New_York", "UTC"] {
        let bill = billed(&idle(zone, "2027-03-01", "1 month", owned), Payment::Hourly);
        assert_eq!(cents(bill.totals().effective.amount()), Decimal::from(26_000), "{zone}");
    }
}

#[test]
fn two_terms_that_meet_within_a_day_sum_to_both() {
    for zone in ["Asia/Tokyo", "Asia/Kolkata", "America/New_York"] {
        let bill = billed(&idle(zone, "2027-01-31", "2 months", ""), Payment::OneMonth);
        // 31 January renews on 28 February and on 28 March: the third term is paid in the period for three days of use.
        let used = cents(bill.totals().effective.amount());
        let third = Decimal::from(26_000) * Decimal::from(3) / Decimal::from(31);
        let expected = Decimal::from(52_000) + third;
        assert!(
            (used - expected).abs() < Decimal::from(200),
            "{zone}: {used} instead of about {expected}"
        );
        let exact = billed(&idle(zone, "2027-01-15", "3 months", ""), Payment::OneMonth);
        assert_eq!(cents(exact.totals().effective.amount()), Decimal::from(78_000), "{zone}");
    }
}

#[test]
fn a_part_of_a_month_is_told_as_the_month_it_is_a_part_of() {
    for (start, length) in [
        ("2026-12-01", "7 days"),
        ("2026-02-01", "7 days"),
        ("2026-02-01", "36 hours"),
        ("2028-02-01", "10 days"),
        ("2026-12-01", "45 days"),
        ("2026-11-20", "2 weeks"),
    ] {
        let scenario = idle("Europe/Stockholm", start, length, "");
        let bills = billed_in(&scenario, [Payment::OneMonth, Payment::OneYear]);
        for (bill, month) in bills.iter().zip([26_000, 22_100]) {
            let cost = cost_of(&scenario, &[bill]).unwrap();
            assert_eq!(cents(cost.monthly.amount()), Decimal::from(month), "{start} {length}");
        }
    }
    let scenario = idle("UTC", "2026-12-01", "7 days", "");
    let hourly = cost_of(&scenario, &[&billed(&scenario, Payment::Hourly)]).unwrap();
    assert_eq!(cents(hourly.monthly.amount()), Decimal::from(74_400), "December has 744 hours");
    // `run` is what the other tests of scenarios use: the same figures come of it.
    assert!(run(&scenario, &[]).is_ok());
}

/// A simulated day is a local day: where the clock leaves an hour out, its calls do not happen;
/// where it shows one twice, they happen twice. 31 days are 743 hours in March and 745 in October.
#[test]
fn a_simulated_day_is_a_local_day_when_clocks_change() {
    let today = "[today]\ndeployments = [{ name = \"d\", sku = \"GlobalStandard\", model = \"gpt-4.1\" }]\n";
    let input = |start: &str, rows: &[(u64, u32, u32)]| {
        let top = "length = \"1 month\"\nsimulate = \"1 day\"";
        let own = text(top, "", today).replace("zone = \"UTC\"", "zone = \"Europe/Stockholm\"");
        let own = own.replace("start = 2026-12-01", &format!("start = {start}"));
        let (_, _, bill) = crate::support::simulated(&own, rows);
        let lines = bill.line_items.iter();
        lines.filter(|l| l.meter.to_string() == "input tokens").map(|l| l.count).sum::<u64>()
    };
    let hour = 3_600_000_000;
    let hourly: Vec<_> = (0..24).map(|n| (n * hour + hour / 2, 1_000, 1)).collect();
    assert_eq!(input("2026-03-01", &hourly), 743 * 1_000);
    assert_eq!(input("2026-10-01", &hourly), 745 * 1_000);
    let at_half_past_two = [(2 * hour + hour / 2, 1_000, 1)];
    assert_eq!(input("2026-03-01", &at_half_past_two), 30 * 1_000);
    assert_eq!(input("2026-10-01", &at_half_past_two), 32 * 1_000);
    // 100 PTU at 1.00 USD an hour, deployed throughout.
    for (start, hours) in [("2026-03-01", 743), ("2026-10-01", 745)] {
        let mut own = idle("Europe/Stockholm", start, "1 month", "");
        let day_us = 24 * hour;
        own.window =
            ptuplan::scenario::question::scenario::Window { length_us: day_us, repetitions: 31 };
        let bill = billed(&own, Payment::Hourly);
        assert_eq!(bill.totals().billed.amount(), Decimal::from(100 * hours), "{start}");
    }
}
