//! The search against trying everything, on random small cases.

use crate::support::{BOTH, ONCE, catalog, chosen_cost, decision, random, scenario};
use ptuplan::billing::bill::Bill;
use ptuplan::metrics::measures::of_stream;
use ptuplan::plan::candidates::{candidate, families};
use ptuplan::plan::cost::cost_of;
use ptuplan::scenario::evaluate::{price, simulate};
use ptuplan::scenario::question::{Payment, Scenario};
use ptuplan::units::luck::splitmix64;
use ptuplan::workload::trace::Trace;
use rust_decimal::Decimal;

const HOUR_US: u64 = 3_600_000_000;

/// The cheapest feasible candidate of every family, size to far above the peak and payment, priced by whole bills.
fn cheapest(scenario: &Scenario, trace: &Trace) -> Option<Decimal> {
    let mut best: Option<Decimal> = None;
    for family in families(scenario, catalog()).unwrap() {
        let sizes: Vec<u32> = if family.is_sized() { family.sizes(150).collect() } else { vec![0] };
        for size in sizes {
            let payments: &[Payment] =
                if family.is_sized() { &scenario.allow.payments } else { &[Payment::Hourly] };
            let traces = [trace.clone().with_seed(scenario.seed)];
            let one = candidate(&family, size, payments[0]);
            let simulated = simulate(scenario, catalog(), &traces, &one).unwrap();
            let measures = simulated.outcome.streams.iter().map(of_stream);
            if measures.flat_map(|m| scenario.workloads[0].slo.breaches(&m)).next().is_some() {
                continue;
            }
            for payment in payments {
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
