//! What happened minute by minute.

use crate::engine::record::outcome::{DeploymentOutcome, Outcome};
use crate::engine::setup::{Admission, Stream};
use crate::engine::work::Weights;
use crate::metrics::{instances, measures};
use crate::report::view::SeriesView;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::resolve::Resolved;
use crate::units::time::{MINUTE_US, SECOND_US};
use crate::workload::demand::Demand;

/// Points of a series at most; longer ones are averaged over whole minutes.
const MAX_SERIES_POINTS: usize = 1_440;

pub(super) fn all_series(
    scenario: &Scenario,
    resolved: &Resolved,
    outcome: &Outcome,
    demands: &[Demand],
) -> Vec<SeriesView> {
    outcome
        .deployments
        .iter()
        .enumerate()
        .map(|(index, counted)| {
            let actual = actual(resolved, demands, index, counted.minutes.len());
            one_series(scenario, resolved, index, counted, &actual)
        })
        .collect()
}

/// What the calls whose route begins at a deployment use in the end, by minute of arrival, in the unit of its loads.
fn actual(resolved: &Resolved, demands: &[Demand], index: usize, minutes: usize) -> Vec<u64> {
    let first = |stream: &&(&Stream, &Demand)| {
        stream.0.route.first().is_some_and(|first| usize::from(first.0) == index)
    };
    let streams: Vec<_> = resolved.setup.streams.iter().zip(demands).collect();
    if !streams.iter().any(|stream| first(&stream)) {
        return Vec::new();
    }
    let weights = match &resolved.setup.deployments[index].admission {
        Admission::Provisioned(bucket) => bucket.weights,
        Admission::Standard(_) => Weights { input: 1, cached_input: 1, output: 1 },
        Admission::Managed(_) | Admission::Batch(_) => {
            Weights { input: 1, cached_input: 1, output: 0 }
        }
    };
    let mut sums = vec![0; minutes];
    for (_, demand) in streams.iter().filter(first) {
        for (sum, minute) in sums.iter_mut().zip(&demand.minutes) {
            *sum += weights.input * (minute.input_tokens - minute.cached_input_tokens)
                + weights.cached_input * minute.cached_input_tokens
                + weights.output * minute.output_tokens;
        }
    }
    sums
}

fn one_series(
    scenario: &Scenario,
    resolved: &Resolved,
    index: usize,
    counted: &DeploymentOutcome,
    actual: &[u64],
) -> SeriesView {
    let (unit, scale, capacity_per_minute) = match &resolved.setup.deployments[index].admission {
        Admission::Provisioned(_) => {
            let per_minute = measures::units_per_minute(counted, scenario.window.length_us);
            let scale = Weights::SCALE as f64;
            ("normalized tokens", scale, Some(per_minute / scale))
        }
        Admission::Standard(limiter) => {
            ("estimated tokens", 1.0, limiter.limit_tokens_per_minute.map(|limit| limit as f64))
        }
        Admission::Managed(_) | Admission::Batch(_) => ("input tokens", 1.0, None),
    };
    let step = counted.minutes.len().div_ceil(MAX_SERIES_POINTS).max(1);
    let averaged = |value: fn(&crate::engine::record::outcome::MinuteSample) -> f64, scale: f64| {
        counted
            .minutes
            .chunks(step)
            .map(|chunk| chunk.iter().map(value).sum::<f64>() / chunk.len() as f64 / scale)
            .collect()
    };
    let averaged_us = |minutes: &[u64]| -> Vec<f64> {
        let mean = |chunk: &[u64]| chunk.iter().sum::<u64>() as f64 / chunk.len() as f64;
        minutes.chunks(step).map(|chunk| mean(chunk) / MINUTE_US as f64).collect()
    };
    let places = match &resolved.setup.deployments[index].admission {
        Admission::Managed(compute) => {
            let each = compute.concurrent_per_instance;
            instances::places_us(&counted.instances, each, counted.busy_us.len())
        }
        _ => Vec::new(),
    };
    SeriesView {
        in_service: averaged_us(&counted.busy_us),
        places: averaged_us(&places),
        deployment: resolved.deployments[index].name.to_string(),
        step_s: step as u64 * MINUTE_US / SECOND_US,
        capacity_per_minute,
        unit: unit.to_owned(),
        offered_per_minute: averaged(|minute| minute.offered_units as f64, scale),
        actual_per_minute: actual
            .chunks(step)
            .map(|chunk| chunk.iter().sum::<u64>() as f64 / chunk.len() as f64 / scale)
            .collect(),
        used_per_minute: averaged(|minute| minute.used_units as f64, scale),
        refused_per_minute: averaged(|minute| f64::from(minute.refused), 1.0),
    }
}
