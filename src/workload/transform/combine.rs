//! Several traces in one, and a surge inside one.

use crate::workload::trace::Trace;
use crate::workload::transform::scale::scale;
use crate::workload::transform::time::{TransformFault, check_room, gather, slice};

/// All requests of several traces in order of arrival; at one instant the earlier trace comes first. Seed, luck and clock are those of the first.
/// A column one of them does not know is filled: cached input with 0, output limits with none.
pub fn merge(traces: &[&Trace]) -> Result<Trace, TransformFault> {
    let count: u64 = traces.iter().map(|trace| trace.len() as u64).sum();
    check_room(count)?;
    if traces.iter().any(|trace| trace.last_arrival_us() > Trace::LONGEST_US) {
        return Err(TransformFault::TooLong);
    }
    let mut order: Vec<(u64, u32, u32)> = Vec::with_capacity(count as usize);
    for (which, trace) in traces.iter().enumerate() {
        order.extend(
            trace.arrival_us.iter().enumerate().map(|(id, at)| (*at, which as u32, id as u32)),
        );
    }
    order.sort_unstable();
    let column = |pick: &dyn Fn(&Trace, u32) -> u32| -> Vec<u32> {
        order.iter().map(|(_, which, id)| pick(traces[*which as usize], *id)).collect()
    };
    let cached = traces.iter().any(|trace| trace.cached_input_tokens.is_some());
    let limit = traces.iter().any(|trace| trace.max_output_tokens.is_some());
    Ok(Trace {
        input_tokens: column(&|trace, id| trace.input_tokens[id as usize]),
        cached_input_tokens: cached.then(|| column(&Trace::cached)),
        output_tokens: column(&|trace, id| trace.output_tokens[id as usize]),
        max_output_tokens: limit
            .then(|| column(&|trace, id| trace.max_output(id).unwrap_or(Trace::NO_LIMIT))),
        seed: traces.first().map_or(0, |trace| trace.seed),
        clock_us: traces.first().map_or(0, |trace| trace.clock_us),
        assumed: {
            let mut all: Vec<String> = traces.iter().flat_map(|t| t.assumed.clone()).collect();
            all.dedup();
            all
        },
        arrival_us: order.into_iter().map(|(at, ..)| at).collect(),
    })
}

/// A stretch of time with `factor` times the traffic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surge {
    /// When it begins, microseconds.
    pub from_us: u64,
    /// How long it lasts, microseconds.
    pub length_us: u64,
    /// The rate meanwhile, times this.
    pub factor: f64,
}

/// The trace with a surge spliced in: outside it every request stays, inside it the traffic is scaled.
pub fn surge(trace: &Trace, surge: Surge) -> Result<Trace, TransformFault> {
    let until_us = surge.from_us.saturating_add(surge.length_us);
    let first = trace.arrival_us.partition_point(|at| *at < surge.from_us) as u32;
    let after = trace.arrival_us.partition_point(|at| *at < until_us) as u32;
    let mut middle = scale(&slice(trace, surge.from_us, until_us), surge.factor)?;
    middle.arrival_us.iter_mut().for_each(|at| *at += surge.from_us);
    let before = gather(trace, &(0..first));
    let rest = gather(trace, &(after.max(first)..trace.len() as u32));
    merge(&[&before, &middle, &rest])
}
