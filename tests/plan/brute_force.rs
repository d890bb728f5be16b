//! The search against trying everything, on random small cases.

use crate::support::{BOTH, ONCE, catalog, chosen_cost, decision, even, random, scenario};
use ptuplan::billing::bill::Bill;
use ptuplan::metrics::measures::of_stream;
use ptuplan::plan::candidates::candidate::candidate;
use ptuplan::plan::candidates::family::families;
use ptuplan::plan::evaluate::cost::cost_of;
use ptuplan::scenario::question::named::Payment;
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::scenario::run::evaluate::{price, simulate};
use ptuplan::units::luck::splitmix64;
use ptuplan::workload::trace::Trace;
use rust_decimal::Decimal;

const HOUR_US: u64 = 3_600_000_000;

/// The cheapest feasible candidate of every family, size to far above the peak and payment, priced by whole bills.
fn cheapest(scenario: &Scenario, trace: &Trace) -> Option<Decimal> {
    cheapest_until(150, scenario, trace)
}

fn cheapest_until(most_ptu: u32, scenario: &Scenario, trace: &Trace) -> Option<Decimal> {
    let mut best: Option<Decimal> = None;
    for family in families(scenario, catalog()).unwrap() {
        let sizes: Vec<u32> =
            if family.is_sized() { family.sizes(most_ptu).collect() } else { vec![0] };
        for size in sizes {
            let mut payments = vec![Payment::Hourly];
            if family.is_sized() {
                payments.clone_from(&scenario.allow.payments);
                payments.push(Payment::Mixed);
            }
            let traces = [trace.clone().with_seed(scenario.seed)];
            let one = candidate(&family, size, payments[0]);
            let simulated = simulate(scenario, catalog(), &traces, &one).unwrap();
            let measures = simulated.outcome.streams.iter().map(of_stream);
            if measures.flat_map(|m| scenario.workloads[0].slo.breaches(&m)).next().is_some() {
                continue;
            }
            for payment in &payments {
                let bill: Bill = price(scenario, catalog(), &simulated, *payment).unwrap();
                let cost = cost_of(scenario, &[&bill]).unwrap().monthly.amount();
                best = Some(best.map_or(cost, |best| best.min(cost)));
            }
        }
    }
    best
}

fn objective(seed: u64) -> &'static str {
    match splitmix64(seed) % 4 {
        0 => "",
        1 => "[slo]\nthrottled_share = \"0.1 %\"\n",
        2 => "[slo]\nadded_wait.p99 = \"1 s\"\n",
        _ => "[slo]\nthrottled_share = \"2 %\"\nadded_wait.p95 = \"100 ms\"\n",
    }
}

#[test]
fn the_search_finds_what_trying_everything_finds() {
    for seed in 0..200 {
        let scenario = scenario(
            &format!("simulate = \"1 hour\"\nseed = {seed}"),
            &format!("{BOTH}{ONCE}{}", objective(seed)),
        );
        let trace = random(seed, HOUR_US);
        assert_eq!(
            chosen_cost(&decision(&scenario, &trace)),
            cheapest(&scenario, &trace),
            "case {seed}"
        );
    }
}

#[test]
fn of_a_long_grid_the_search_finds_what_trying_everything_finds() {
    let mut longest = 0;
    for seed in 0..12 {
        let more = format!("{BOTH}{ONCE}{}", objective(seed));
        let scenario = scenario(&format!("simulate = \"1 hour\"\nseed = {seed}"), &more);
        // Up to 1,800 calls of 1,000 weighted tokens a minute: 600 PTU; most minutes ask for much less.
        let minute = |n: u64| {
            let draw = splitmix64(splitmix64(seed) ^ n);
            100 + draw % 400 + if draw.is_multiple_of(7) { 600 + draw % 700 } else { 0 }
        };
        let trace = even(&(0..60).map(minute).collect::<Vec<_>>());
        let answer = decision(&scenario, &trace);
        assert_eq!(
            chosen_cost(&answer),
            cheapest_until(700, &scenario, &trace),
            "case {seed}, {}",
            objective(seed)
        );
        let sizes = answer.candidates.iter().map(|one| one.candidate.total_ptu()).max();
        longest = longest.max(sizes.unwrap_or(0));
    }
    assert!(longest > 15 + 64 * 5, "{longest} PTU: no grid is long enough to be tried in part");
}

/// `[terms]` with some reservations owned at the start, of which the second ends within a long enough period.
fn owned(seed: u64) -> String {
    let draw = |n: u64| splitmix64(splitmix64(seed ^ 0xA11) ^ n);
    let one = |id: u64, term: &str, start: &str| {
        format!(
            "[[terms.reservation]]\nid = \"r{id}\"\nsku = \"GlobalProvisionedManaged\"\nptu = {}\nterm = \"{term}\"\n\
             start = {start}\n",
            5 + draw(id) % 40
        )
    };
    let mut text = one(1, "1-year", "2026-06-15");
    if draw(9) % 2 == 0 {
        text += &one(2, "1-month", "2026-11-10");
    }
    text
}

#[test]
fn with_reservations_owned_the_search_finds_what_trying_everything_finds() {
    for seed in 0..30 {
        let length = if seed % 3 == 0 { "1 month" } else { "1 day" };
        let scenario = scenario(
            &format!("length = \"{length}\"\nsimulate = \"1 hour\"\nseed = {seed}"),
            &format!("{BOTH}{ONCE}{}{}", owned(seed), objective(seed)),
        );
        let trace = random(seed, HOUR_US);
        let answer = decision(&scenario, &trace);
        assert_eq!(chosen_cost(&answer), cheapest(&scenario, &trace), "case {seed}");
        let mixed = answer.candidates.iter().any(|c| c.candidate.payment == Payment::Mixed);
        assert!(mixed, "constant sizes are offered a mix beside what is owned");
    }
}

#[test]
fn more_regions_and_larger_discounts_are_never_dearer() {
    let slo = "[slo]\nthrottled_share = \"1 %\"\n";
    for seed in 0..8 {
        let trace = random(5_000 + seed, HOUR_US);
        let cost = |regions: &str, terms: &str| {
            let allow = BOTH.replace("[allow]\n", &format!("[allow]\nregion = [{regions}]\n"));
            let more = format!("{allow}{ONCE}{terms}{slo}");
            chosen_cost(&decision(&scenario("simulate = \"1 hour\"", &more), &trace))
        };
        let off = |percent: u32| {
            format!(
                "[[terms.discount]]\nshare = \"{percent} %\"\nreservations = true\n\
                 [[terms.discount]]\nshare = \"{percent} %\"\n"
            )
        };
        let own = "\"swedencentral\"";
        let costs = [
            cost(own, ""),
            cost("\"swedencentral\", \"westeurope\"", ""),
            cost("\"swedencentral\", \"westeurope\", \"eastus2\"", ""),
            cost("\"swedencentral\", \"westeurope\", \"eastus2\"", &off(5)),
            cost("\"swedencentral\", \"westeurope\", \"eastus2\"", &off(30)),
        ];
        for pair in costs.windows(2) {
            let (Some(strict), Some(wide)) = (pair[0], pair[1]) else {
                assert!(pair[0].is_none(), "case {seed}: {costs:?}");
                continue;
            };
            assert!(wide <= strict, "case {seed}: {costs:?}");
        }
        assert!(costs[4] < costs[2], "case {seed}: a discount of 30 % is felt: {costs:?}");
    }
}

#[test]
fn widening_what_is_allowed_never_makes_the_choice_dearer() {
    let skus = |list: &str| format!("[allow]\nsku = [{list}]\n");
    let standard = "\"GlobalStandard\"";
    let both = "\"GlobalStandard\", \"GlobalProvisionedManaged\"";
    let four = "\"GlobalStandard\", \"GlobalProvisionedManaged\", \"DataZoneStandard\", \"DataZoneProvisionedManaged\"";
    let commitment = |list: &str| format!("commitment = [{list}]\n");
    let steps = [
        (standard, "", "[slo]\nthrottled_share = \"0 %\"\n"),
        (both, "\"hourly\"", "[slo]\nthrottled_share = \"0 %\"\n"),
        (both, "\"hourly\", \"1-month\"", "[slo]\nthrottled_share = \"0 %\"\n"),
        (both, "\"hourly\", \"1-month\", \"1-year\"", "[slo]\nthrottled_share = \"0 %\"\n"),
        (both, "\"hourly\", \"1-month\", \"1-year\"", "[slo]\nthrottled_share = \"1 %\"\n"),
        (four, "\"hourly\", \"1-month\", \"1-year\"", "[slo]\nthrottled_share = \"1 %\"\n"),
        (four, "\"hourly\", \"1-month\", \"1-year\"", ""),
    ];
    for seed in 0..12 {
        let trace = random(1_000 + seed, HOUR_US);
        let mut last: Option<Decimal> = None;
        for (allowed, payments, slo) in steps {
            let more = format!("{}{}{ONCE}{slo}", skus(allowed), commitment(payments));
            let scenario = scenario("simulate = \"1 hour\"", &more);
            let cost = chosen_cost(&decision(&scenario, &trace));
            if let Some(last) = last {
                let cost = cost.unwrap_or_else(|| panic!("case {seed}: {more} leaves nothing"));
                assert!(cost <= last, "case {seed}: {more} costs {cost}, less allowed {last}");
            }
            last = cost;
        }
    }
}
