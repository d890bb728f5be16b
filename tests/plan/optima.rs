//! Loads whose best plan can be worked out by hand. A PTU of gpt-4.1 works off 3,000 weighted tokens a minute. Reserved for
//! a year it costs 2,652 / 12 = 221 USD a month. The 1,000 weighted tokens of a request (600 input, 100 output) cost
//! 600 x 2 + 100 x 8 = 2,000 USD a million, so a PTU that is always busy replaces 3 requests a minute or
//! 3 x 60 x 24 x 31 x 0.002 = 267.84 USD a month: it pays from 82.5 % utilization on.

use crate::support::{BOTH, ONCE, answer, decision, even, scenario};
use ptuplan::scenario::question::named::Payment;

const SERVE_ALL: &str = "[slo]\nthrottled_share = \"0 %\"\n";

fn month(window: &str) -> ptuplan::scenario::question::scenario::Scenario {
    scenario(
        &format!("length = \"1 month\"\nsimulate = \"{window}\""),
        &format!("{BOTH}{ONCE}{SERVE_ALL}"),
    )
}

#[test]
fn a_flat_load_is_reserved_for_a_year_at_exactly_its_size() {
    // 60 requests a minute are 60,000 weighted tokens a minute: 20 PTU, and 20 is on the grid.
    let answer = decision(&month("1 hour"), &even(&[60; 60]));
    let choice = &answer.candidates[answer.choice.unwrap()];
    assert_eq!(choice.candidate.total_ptu(), 20);
    assert_eq!(choice.candidate.payment, Payment::OneYear);
    assert_eq!(choice.figures.as_ref().unwrap().cost.monthly.to_display_string(), "4,420.00 USD");
}

#[test]
fn of_a_load_of_two_levels_only_the_lower_is_reserved() {
    // 20 PTU are always busy, the next 40 half of the time: they would cost 221 and replace 133.92.
    let mut minutes = [60; 120];
    minutes[60..].fill(180);
    let answer = decision(&month("2 hours"), &even(&minutes));
    let choice = &answer.candidates[answer.choice.unwrap()];
    assert_eq!(choice.candidate.total_ptu(), 20);
    assert!(choice.family.contains("spillover"), "{}", choice.family);
    assert_eq!(choice.candidate.payment, Payment::OneYear);
}

#[test]
fn a_load_busy_enough_at_its_upper_level_is_reserved_whole() {
    // The upper level holds 11 of 12 parts of the time: 91.7 % of utilization is above the 82.5 % that pay.
    let mut minutes = [120; 120];
    minutes[..10].fill(60);
    let answer = decision(&month("2 hours"), &even(&minutes));
    let choice = &answer.candidates[answer.choice.unwrap()];
    assert_eq!(choice.candidate.total_ptu(), 40);
}

#[test]
fn a_pure_burst_is_paid_by_the_token() {
    let mut minutes = [0; 60];
    minutes[30] = 200;
    let answer = decision(&month("1 hour"), &even(&minutes));
    let choice = &answer.candidates[answer.choice.unwrap()];
    assert_eq!(choice.candidate.total_ptu(), 0, "{}", choice.candidate.name);
}

#[test]
fn break_even_points_go_by_prices_and_weights_whatever_the_limits() {
    // 3,000 input tokens a minute and PTU for 744 hours at 2 USD per million: 267.84 USD of tokens.
    let expected = [
        (Payment::Hourly, 744.0 / 267.84),
        (Payment::OneMonth, 260.0 / 267.84),
        (Payment::OneYear, 221.0 / 267.84),
    ];
    for load in [1, 60, 4_000] {
        let answer = decision(&month("1 hour"), &even(&[load; 60]));
        for (payment, share) in expected {
            let point = answer.break_even.iter().find(|point| point.payment == payment).unwrap();
            let told = [point.by_price[0], point.by_price[1], point.this_traffic.unwrap()];
            for found in told {
                assert!((found - share).abs() < 1e-6, "{load} a minute, {payment:?}: {told:?}");
            }
        }
    }
}

/// A reservation for a year that is paid by the month: to cancel it and to buy the same anew moves payments by some days and
/// saves nothing. One that nobody needs is better returned.
#[test]
fn advice_on_what_is_owned_saves_more_than_the_date_of_a_payment() {
    let advised = |per_minute: u64| {
        let terms = "[terms]\n[[terms.reservation]]\nid = \"own\"\nsku = \"GlobalProvisionedManaged\"\nquantity_ptu = 50\n\
            term = \"1-year\"\nstart = 2026-02-10\npayment = \"monthly\"\n[horizon]\nmonths = 3\n";
        let more = format!("{BOTH}{ONCE}{terms}[slo]\nthrottled_share = \"1 %\"\n");
        let scenario = scenario("length = \"1 month\"\nsimulate = \"1 hour\"", &more);
        let answer = answer(&scenario, &even(&vec![per_minute; 60]));
        answer.horizon.unwrap().advice
    };
    assert_eq!(advised(230), [], "50 PTU that are used");
    assert_eq!(advised(1).len(), 1, "50 PTU that nothing uses");
}
