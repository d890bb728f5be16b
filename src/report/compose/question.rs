//! The question in short, the dated values behind an answer, and who made the traces.

use crate::billing::bill::Bill;
use crate::billing::line::{LineItem, Rate};
use crate::report::view::{FactView, ScenarioView, TrafficView};
use crate::scenario::question::facts::Facts;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::traffic;
use crate::units::diagnostic::Place;
use crate::units::time::{HOUR_US, MINUTE_US};
use crate::workload::demand::Demand;
use crate::workload::trace::Trace;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An instant as the scenario's zone writes it, so that its day is the day its user wrote.
fn instant(scenario: &Scenario, at: Timestamp) -> String {
    let at = at.to_zoned(scenario.period.zone().clone());
    if at.offset().is_zero() {
        return at.timestamp().to_string();
    }
    at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// A length in words: whole days, else whole hours, else as exactly as it is.
fn length(length_us: u64) -> String {
    for (unit_us, unit) in [(24 * HOUR_US, "day"), (HOUR_US, "hour"), (MINUTE_US, "minute")] {
        let count = length_us / unit_us;
        if count > 0 && length_us.is_multiple_of(unit_us) {
            return format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
        }
    }
    format!("{:#}", SignedDuration::from_micros(length_us as i64))
}

/// What the traces ask for within the window.
pub(super) fn demands(scenario: &Scenario, traces: &[Trace]) -> Vec<Demand> {
    traces.iter().map(|trace| Demand::of(trace, scenario.window.length_us)).collect()
}

/// How every window begins: nothing of an earlier one is in use, queued or cached.
const STARTS: &str = "with nothing in use at its start";

pub(super) fn scenario_view(scenario: &Scenario, demands: &[Demand]) -> ScenarioView {
    ScenarioView {
        name: scenario.name.clone(),
        start: instant(scenario, scenario.period.start()),
        until: instant(scenario, scenario.period.until()),
        zone: scenario.period.zone().iana_name().unwrap_or("UTC").to_owned(),
        region: scenario.region.name.to_string(),
        simulated: length(scenario.window.length_us),
        starts: STARTS.to_owned(),
        repetitions: scenario.window.repetitions,
        seed: scenario.seed,
        workloads: scenario
            .workloads
            .iter()
            .zip(demands)
            .map(|(workload, demand)| traffic_view(scenario, workload, demand))
            .collect(),
        objectives: scenario.objectives(),
    }
}

fn traffic_view(
    scenario: &Scenario,
    workload: &crate::scenario::question::workload::Workload,
    demand: &Demand,
) -> TrafficView {
    let window_us = scenario.window.length_us;
    let total = demand.total();
    let count = total.requests;
    let mean = |sum: u64| if count == 0 { 0.0 } else { sum as f64 / count as f64 };
    TrafficView {
        name: workload.name.to_string(),
        model: workload.model.name.to_string(),
        trace: workload.traffic.trace.name.to_string(),
        requests: count,
        mean_requests_per_minute: count as f64 * MINUTE_US as f64 / window_us as f64,
        peak_requests_per_minute: demand.peak_requests(),
        mean_input_tokens: mean(total.input_tokens),
        mean_cached_input_tokens: mean(total.cached_input_tokens),
        mean_output_tokens: mean(total.output_tokens),
        assumed: demand.assumed.clone(),
    }
}

pub(super) fn attributions(scenario: &Scenario) -> Vec<String> {
    let mut credits: Vec<String> = scenario
        .workloads
        .iter()
        .filter_map(|workload| traffic::attribution(&workload.traffic.trace.name))
        .collect();
    credits.dedup();
    credits
}

/// What the price of a line is of, without its region.
pub(in crate::report) fn price_name(line: &LineItem) -> String {
    let what = match (&line.deployment, &line.commitment) {
        (Some(deployment), _) => format!("{}, {}", deployment.model, deployment.sku),
        (None, Some(share)) => share.id.to_string(),
        (None, None) => String::new(),
    };
    format!("price of {}, {what}", line.meter)
}

/// The price of a line in words.
pub(in crate::report) fn price_words(line: &LineItem, rate: &Rate) -> String {
    let price = &rate.stated.price;
    format!("{} {} for {}", price.to_exact_string(), price.currency(), line.pricing_unit())
}

/// Notes the prices of a bill among the facts. Where regions have different prices, each is told
/// with its region.
pub(super) fn note_prices(facts: &mut Facts, bill: &Bill) {
    let lines = || bill.line_items.iter().filter_map(|line| Some((line, line.rate.as_ref()?)));
    let region = |line: &LineItem| line.deployment.as_ref().map(|own| Arc::clone(&own.region));
    let mut places: BTreeMap<String, BTreeMap<Arc<str>, &Place>> = BTreeMap::new();
    for (line, rate) in lines() {
        if let Some(region) = region(line) {
            places.entry(price_name(line)).or_default().insert(region, &rate.evidence.place);
        }
    }
    for (line, rate) in lines() {
        let mut name = price_name(line);
        let mut rows = places.get(&name).into_iter().flat_map(BTreeMap::values);
        let first = rows.next();
        if let (Some(region), true) = (region(line), rows.any(|place| Some(place) != first)) {
            name = format!("{name} in {region}");
        }
        facts.note_words(name, price_words(line, rate), rate.evidence.clone());
    }
}

pub(super) fn fact(fact: &crate::scenario::question::facts::Fact) -> FactView {
    FactView {
        name: fact.name.clone(),
        value: fact.value.clone(),
        status: fact.evidence.status.to_string(),
        effective_from: fact.evidence.effective_from.to_string(),
        source: fact.evidence.source.to_string(),
        place: fact.evidence.place.to_string(),
    }
}
