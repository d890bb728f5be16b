//! Calls that failed, by workload, cause and deployment, whether or not an objective counts them.

use crate::engine::record::outcome::{LogEntry, Reason};
use crate::engine::rules::LogScope;
use crate::plan::question::Question;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::run::evaluate::{Simulated, simulate_logged};
use crate::units::diagnostic::Diagnostics;
use crate::units::time::MINUTE_US;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Requests above which a log of every answer is not held: the causes are then not told apart.
const LOGGED: u64 = 20_000_000;

/// Calls of a workload that failed for one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedCalls {
    /// Index of the workload.
    pub workload: usize,
    /// Why.
    pub cause: FailureCause,
    /// How many.
    pub calls: u64,
    /// Of how many that the workload offered.
    pub offered: u64,
    /// When; none where causes are not told apart.
    pub times: Option<FailureTimes>,
}

/// Why calls failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailureCause {
    /// The reason of the last answer, and the name of the deployment that gave it.
    Answer(Reason, Arc<str>),
    /// They ended in a 429; causes are not told apart.
    Throttled,
    /// They ended otherwise; causes are not told apart.
    Other,
}

/// When calls failed, microseconds from the start of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailureTimes {
    /// The first.
    pub first_us: u64,
    /// The last.
    pub last_us: u64,
    /// Start of the minute with the most, the first of several.
    pub worst_minute_us: u64,
    /// Calls that failed in it.
    pub worst_minute_calls: u64,
    /// Minutes in which any failed.
    pub minutes: u64,
}

/// The failures of a candidate. Where any call failed it is simulated once more with a log of every
/// answer.
pub(crate) fn failures(
    question: Question<'_>,
    candidate: &Candidate,
    simulated: &Simulated,
) -> Result<Vec<FailedCalls>, Diagnostics> {
    let Question { scenario, catalog, traces } = question;
    let streams = &simulated.outcome.streams;
    let offered: u64 = streams.iter().map(|stream| stream.offered).sum();
    if streams.iter().all(|stream| stream.failed == 0) {
        return Ok(Vec::new());
    }
    // Parts of workloads have streams of their own in the log: only whole workloads are told apart
    // by cause.
    if traces.is_empty() || offered > LOGGED || !candidate.splits.is_empty() {
        return Ok(not_told_apart(simulated, scenario.workloads.len()));
    }
    let logged = simulate_logged(scenario, catalog, traces, candidate, LogScope::All)?;
    let log = &logged.outcome.log;
    let last = last_answers(log);
    let mut groups: BTreeMap<(u16, u16, Reason), Vec<u64>> = BTreeMap::new();
    let answers = last.iter().flatten().filter_map(|place| log.get(place.checked_sub(1)?));
    for entry in answers.filter(|entry| entry.reason.is_failure()) {
        let key = (entry.stream.0, entry.deployment.0, entry.reason);
        groups.entry(key).or_default().push(entry.at_us);
    }
    let failure = |((stream, deployment, reason), at_us): ((u16, u16, _), Vec<u64>)| {
        let workload = usize::from(stream);
        let name = logged.resolved.deployments[usize::from(deployment)].name.clone();
        FailedCalls {
            workload,
            cause: FailureCause::Answer(reason, name),
            calls: count(at_us.len()),
            offered: streams.get(workload).map_or(0, |own| own.offered),
            times: times(&at_us),
        }
    };
    Ok(groups.into_iter().map(failure).collect())
}

/// Where the last answer of each call stands in the log, from 1, by workload and call; 0 where
/// there is none. Calls are numbered without gaps.
fn last_answers(log: &[LogEntry]) -> Vec<Vec<usize>> {
    let mut last: Vec<Vec<usize>> = Vec::new();
    for (place, entry) in (1..).zip(log).filter(|(_, entry)| entry.answer.is_some()) {
        let stream = usize::from(entry.stream.0);
        // A call beyond the memory there is has no place in the log either.
        let Ok(request) = usize::try_from(entry.request) else { continue };
        if last.len() <= stream {
            last.resize_with(stream + 1, Vec::new);
        }
        let calls = &mut last[stream];
        if calls.len() <= request {
            calls.resize(request + 1, 0);
        }
        calls[request] = place;
    }
    last
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn times(at_us: &[u64]) -> Option<FailureTimes> {
    let mut minutes: BTreeMap<u64, u64> = BTreeMap::new();
    for at in at_us {
        *minutes.entry(at / MINUTE_US).or_default() += 1;
    }
    let first = |(minute, count): &(&u64, &u64)| (**count, std::cmp::Reverse(**minute));
    let (minute, worst_minute_calls) = minutes.iter().max_by_key(first)?;
    Some(FailureTimes {
        first_us: *at_us.iter().min()?,
        last_us: *at_us.iter().max()?,
        worst_minute_us: minute * MINUTE_US,
        worst_minute_calls: *worst_minute_calls,
        minutes: count(minutes.len()),
    })
}

/// Failures whose cause is not told apart: throttled ones, and others.
pub(crate) fn not_told_apart(simulated: &Simulated, workloads: usize) -> Vec<FailedCalls> {
    let streams = simulated.outcome.streams.iter().take(workloads).enumerate();
    let each = streams.flat_map(|(workload, stream)| {
        let other = stream.failed.saturating_sub(stream.failed_throttled);
        let causes =
            [(FailureCause::Throttled, stream.failed_throttled), (FailureCause::Other, other)];
        causes.map(|(cause, calls)| FailedCalls {
            workload,
            cause,
            calls,
            offered: stream.offered,
            times: None,
        })
    });
    each.filter(|failure| failure.calls > 0).collect()
}
