//! Workloads of which a share is served apart: their requests are split by luck, each part is a stream of its own, and
//! what happened is put together again, so that whoever reads the outcome sees the workloads of the scenario.

use crate::engine::record::outcome::{Outcome, StreamOutcome};
use crate::engine::setup::StreamIx;
use crate::scenario::question::candidate::Candidate;
use crate::units::luck::{Purpose, draw};
use crate::workload::trace::Trace;
use crate::workload::transform::gather;

/// A part of a workload that was served by deployments of its own.
#[derive(Clone, Debug)]
pub struct SplitPart {
    /// Index of the workload.
    pub workload: usize,
    /// Whether its calls may wait while others of the workload may not.
    pub waits: bool,
    /// What happened to its calls.
    pub outcome: StreamOutcome,
}

/// The traces of a candidate's streams: one for each workload, then one for each split.
#[derive(Debug)]
pub(crate) struct Parts {
    /// The traces.
    pub(crate) traces: Vec<Trace>,
    /// For each trace, the workload it is of.
    pub(crate) workloads: Vec<usize>,
    /// For each trace, whether its calls may wait while others of the workload may not.
    waits: Vec<bool>,
    /// For each trace, the ids its requests have in the workload's own trace.
    ids: Vec<Vec<u32>>,
}

/// Splits the workloads' traces as the candidate asks. Which requests go is drawn from their own luck: the same at any
/// rate of traffic and for every candidate, and those of a smaller share are among those of a larger one.
pub(crate) fn split(candidate: &Candidate, traces: &[Trace]) -> Parts {
    let mut ids: Vec<Vec<u32>> = Vec::new();
    let Layout { workloads, waits } = Layout::of(candidate, traces.len());
    for (workload, trace) in traces.iter().enumerate() {
        ids.push(
            (0..trace.len() as u32)
                .filter(|id| taker(candidate, workload, trace, *id).is_none())
                .collect(),
        );
    }
    for (index, split) in candidate.splits.iter().enumerate() {
        let trace = &traces[split.workload];
        let own = |id: &u32| taker(candidate, split.workload, trace, *id) == Some(index);
        ids.push((0..trace.len() as u32).filter(own).collect());
    }
    let made = ids
        .iter()
        .zip(&workloads)
        .map(|(ids, workload)| gather(&traces[*workload], &ids.iter().copied()));
    Parts { traces: made.collect(), workloads, waits, ids }
}

/// The split that a request goes to, if any.
fn taker(candidate: &Candidate, workload: usize, trace: &Trace, id: u32) -> Option<usize> {
    let random = u128::from(draw(trace.luck(id), Purpose::Model, 0) >> 32);
    let place = ((random * 1_000_000) >> 32) as u32;
    let mut until = 0;
    candidate.splits.iter().position(|split| {
        if split.workload != workload {
            return false;
        }
        until += split.share_ppm;
        place < until
    })
}

/// Which stream of a candidate is of which workload: its own first, then one for each split.
#[derive(Debug)]
pub(crate) struct Layout {
    workloads: Vec<usize>,
    waits: Vec<bool>,
}

impl Layout {
    /// The layout of a candidate over so many workloads.
    pub(crate) fn of(candidate: &Candidate, count: usize) -> Self {
        let mut workloads: Vec<usize> = (0..count).collect();
        workloads.extend(candidate.splits.iter().map(|split| split.workload));
        let mut waits = vec![false; count];
        waits.extend(candidate.splits.iter().map(|split| split.waits));
        Self { workloads, waits }
    }

    /// Puts the streams of an outcome together: one per workload, with the parts that were split beside it.
    pub(crate) fn join(&self, outcome: &mut Outcome, workloads: usize) -> Vec<SplitPart> {
        let streams = std::mem::take(&mut outcome.streams);
        let parts: Vec<SplitPart> = streams
            .into_iter()
            .zip(self.workloads.iter().zip(&self.waits))
            .map(|(outcome, (workload, waits))| SplitPart {
                workload: *workload,
                waits: *waits,
                outcome,
            })
            .collect();
        outcome.streams = vec![StreamOutcome::default(); workloads];
        for part in &parts {
            add(&mut outcome.streams[part.workload], &part.outcome);
        }
        for bin in &mut outcome.usage {
            bin.stream = StreamIx(self.workloads[usize::from(bin.stream.0)] as u16);
        }
        outcome.usage.sort_unstable();
        parts
    }
}

impl Parts {
    /// [`Layout::join`], and the log names requests as their workload's trace does.
    pub(crate) fn join(self, outcome: &mut Outcome, workloads: usize) -> Vec<SplitPart> {
        for entry in &mut outcome.log {
            let stream = usize::from(entry.stream.0);
            entry.request = self.ids[stream][entry.request as usize];
            entry.stream = StreamIx(self.workloads[stream] as u16);
        }
        let Self { workloads: of, waits, .. } = self;
        Layout { workloads: of, waits }.join(outcome, workloads)
    }
}

fn add(sum: &mut StreamOutcome, part: &StreamOutcome) {
    sum.offered += part.offered;
    sum.completed += part.completed;
    sum.failed += part.failed;
    sum.late += part.late;
    sum.past_horizon += part.past_horizon;
    sum.saw_throttle += part.saw_throttle;
    sum.failed_throttled += part.failed_throttled;
    sum.retries += part.retries;
    sum.added_wait_sum_us += part.added_wait_sum_us;
    sum.added_waits_us.extend_from_slice(&part.added_waits_us);
    sum.latencies.merge(&part.latencies);
}
