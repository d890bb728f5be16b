//! Several streams that call one Standard deployment with room for all of them: nobody is refused,
//! so none of them touches another, and each is simulated by itself.

use crate::engine::admission::limiter::Windows;
use crate::engine::deployment::windows;
use crate::engine::paths::alike::without_limits;
use crate::engine::paths::alone::is_plain;
use crate::engine::paths::asked::Charges;
use crate::engine::paths::checked::Checked;
use crate::engine::record::outcome::{MinuteSample, Outcome};
use crate::engine::setup::{Admission, Setup, StreamIx};
use crate::units::time::MINUTE_US;
use crate::workload::trace::Trace;
use std::collections::BTreeMap;

/// The setups of each stream alone, without the limits that nobody reaches; none where the streams
/// touch each other, or may.
pub(super) fn apart(setup: &Setup, traces: &[&Trace], checked: &[Checked]) -> Option<Vec<Setup>> {
    let [deployment] = &setup.deployments[..] else { return None };
    let Admission::Standard(limiter) = &deployment.admission else { return None };
    let first = traces.first().filter(|_| traces.len() > 1)?;
    if traces.iter().any(|trace| trace.clock_us != first.clock_us) {
        return None;
    }
    let (windows, _) = windows(setup, &[first.clock_us]);
    let windows = windows.first()?;
    let mut all: BTreeMap<u64, [u64; 3]> = BTreeMap::new();
    let mut each = Vec::with_capacity(traces.len());
    for ((stream, trace), checked) in setup.streams.iter().zip(traces).zip(checked) {
        let own = Setup { streams: vec![stream.clone()], ..setup.clone() };
        let fits = deployment.max_input_tokens.is_none_or(|most| checked.extremes.input <= most);
        if !is_plain(&own) || !fits {
            return None;
        }
        let charges = Charges::of(&own, deployment, limiter);
        for minute in &checked.asked(windows, charges, trace).each {
            let sums = all.entry(minute.end_us).or_default();
            let own = [minute.tokens, minute.requests, minute.in_window];
            sums.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        }
        each.push(without_limits(&own)?);
    }
    let has_room = |(end_us, [tokens, requests, in_window]): (&u64, &[u64; 3])| {
        let room_for = |in_window| windows.have_room_for(*tokens, *requests, in_window);
        // The streams need not be busiest in the same window.
        let exactly = || room_for(in_one_window(windows, traces, *end_us));
        room_for(*in_window) || room_for(0) && exactly()
    };
    (windows.lie_in_minutes() && all.iter().all(has_room)).then_some(each)
}

/// The most requests of all traces in one request window of the minute that ends then.
fn in_one_window(windows: &Windows, traces: &[&Trace], end_us: u64) -> u64 {
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    for trace in traces {
        let from = |at_us: u64| trace.arrival_us.partition_point(|own| *own < at_us);
        for at_us in &trace.arrival_us[from(end_us.saturating_sub(MINUTE_US))..from(end_us)] {
            *counts.entry(windows.ends(*at_us).1).or_default() += 1;
        }
    }
    counts.into_values().max().unwrap_or(0)
}

/// The outcome of all streams, from those of [`Replay::apart`](crate::engine::Replay::apart), in
/// their order.
pub fn joined(each: impl IntoIterator<Item = Outcome>) -> Outcome {
    let mut all = Outcome::default();
    for (stream, own) in (0..).zip(each) {
        all.streams.extend(own.streams);
        all.usage.extend(own.usage.into_iter().map(|mut bin| {
            bin.stream = StreamIx(stream);
            bin
        }));
        if all.deployments.is_empty() {
            all.deployments = own.deployments;
            continue;
        }
        for (all, own) in all.deployments.iter_mut().zip(own.deployments) {
            all.offered += own.offered;
            all.completed += own.completed;
            for (all, own) in all.minutes.iter_mut().zip(own.minutes) {
                add(all, own);
            }
        }
    }
    all.usage.sort_unstable();
    all
}

const fn add(all: &mut MinuteSample, own: MinuteSample) {
    let MinuteSample { offered, refused, offered_units, used_units } = own;
    all.offered += offered;
    all.refused += refused;
    all.offered_units += offered_units;
    all.used_units += used_units;
}
