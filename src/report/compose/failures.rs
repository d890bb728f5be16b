//! Calls that failed, by workload, cause and minute, whether or not an objective counts them.

use crate::engine::record::outcome::{LogEntry, Reason};
use crate::engine::rules::LogScope;
use crate::metrics::slo::Slo;
use crate::plan::question::Question;
use crate::report::view::FailureView;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::evaluate::{Simulated, simulate_logged};
use crate::units::diagnostic::Diagnostics;
use crate::units::time::{MINUTE_US, SECOND_US};
use std::collections::BTreeMap;

/// Requests above which a log of every answer is not held: the causes are then not told apart.
const LOGGED: u64 = 20_000_000;

/// The failures of a candidate. Where any call failed it is simulated once more with a log of every answer.
pub(super) fn failures(
    question: Question<'_>,
    candidate: &Candidate,
    simulated: &Simulated,
) -> Result<Vec<FailureView>, Diagnostics> {
    let Question { scenario, catalog, traces } = question;
    let streams = &simulated.outcome.streams;
    let offered: u64 = streams.iter().map(|stream| stream.offered).sum();
    if streams.iter().all(|stream| stream.failed == 0) {
        return Ok(Vec::new());
    }
    // Parts of workloads have streams of their own in the log: only whole workloads are told apart by cause.
    if traces.is_empty() || offered > LOGGED || !candidate.splits.is_empty() {
        return Ok(untold(scenario, simulated));
    }
    let logged = simulate_logged(scenario, catalog, traces, candidate, LogScope::All)?;
    let mut last: BTreeMap<(u16, u32), &LogEntry> = BTreeMap::new();
    for entry in logged.outcome.log.iter().filter(|entry| entry.answer.is_some()) {
        last.insert((entry.stream.0, entry.request), entry);
    }
    let mut groups: BTreeMap<(u16, u16, &'static str, u16), Vec<u64>> = BTreeMap::new();
    for entry in last.into_values() {
        let Some((status, cause)) = cause(entry) else { continue };
        let key = (entry.stream.0, status, cause, entry.deployment.0);
        groups.entry(key).or_default().push(entry.at_us);
    }
    let mut found: Vec<FailureView> = groups
        .into_iter()
        .map(|((stream, status, cause, deployment), at_us)| {
            let stream = usize::from(stream);
            let names = &logged.resolved.deployments;
            let deployment = &names[usize::from(deployment)].name;
            let offered = streams.get(stream).map_or(0, |own| own.offered);
            failure(scenario, stream, (status, cause), deployment, offered, &at_us)
        })
        .collect();
    found.sort_by_key(|failure| std::cmp::Reverse(failure.calls));
    Ok(found)
}

fn failure(
    scenario: &Scenario,
    stream: usize,
    (status, cause): (u16, &str),
    deployment: &str,
    offered: u64,
    at_us: &[u64],
) -> FailureView {
    let seconds = |us: u64| us as f64 / SECOND_US as f64;
    let mut minutes: BTreeMap<u64, u64> = BTreeMap::new();
    for at in at_us {
        *minutes.entry(at / MINUTE_US).or_default() += 1;
    }
    let worst = minutes.iter().max_by_key(|(minute, count)| (**count, std::cmp::Reverse(**minute)));
    let (worst_minute, worst_calls) = worst.map_or((0, 0), |(minute, count)| (*minute, *count));
    let calls = at_us.len() as u64;
    FailureView {
        workload: scenario.workloads[stream].name.to_string(),
        status,
        cause: cause.to_owned(),
        deployment: deployment.to_owned(),
        calls,
        share: if offered == 0 { 0.0 } else { calls as f64 / offered as f64 },
        first_s: seconds(at_us.iter().copied().min().unwrap_or(0)),
        last_s: seconds(at_us.iter().copied().max().unwrap_or(0)),
        worst_minute_s: seconds(worst_minute * MINUTE_US),
        worst_minute_calls: worst_calls,
        minutes: minutes.len() as u64,
        objective: counted_by(&scenario.workloads[stream].slo, status),
    }
}

/// The objective that counts failures of a status; none where nothing limits them.
fn counted_by(slo: &Slo, status: u16) -> Option<String> {
    let words = slo.words();
    let ends = |part: &str| words.iter().find(|own| own.contains(part)).cloned();
    let throttled = (status == 429 && slo.throttled_share_ppm.is_some()).then(|| ends("429"));
    let failed = || slo.failed_share_ppm.is_some().then(|| ends("error")).flatten();
    throttled.flatten().or_else(failed)
}

/// The status and the cause of a last answer that was no success.
fn cause(entry: &LogEntry) -> Option<(u16, &'static str)> {
    Some(match entry.reason {
        Reason::Admitted
        | Reason::RampDowngrade
        | Reason::LongDowngrade
        | Reason::PeakDowngrade
        | Reason::FlexFallback
        | Reason::Finished
        | Reason::FinishedLate
        | Reason::BreakerOpen
        | Reason::OutputFiltered => return None,
        Reason::BucketFull => (429, "the PTUs were at 100%"),
        Reason::TokenLimit => (429, "the tokens-per-minute limit was reached"),
        Reason::InputTokenLimit => (429, "the input-tokens-per-minute limit was reached"),
        Reason::OutputTokenLimit => (429, "the output-tokens-per-minute limit was reached"),
        Reason::RequestLimit => (429, "the request limit of the window was reached"),
        Reason::ConcurrencyLimit => (429, "too many requests were in service"),
        Reason::QueueFull => (429, "all instances were taken and the queue was full"),
        Reason::NoFlexCapacity => (429, "the platform had no flex capacity"),
        Reason::NoCapacity => (429, "the platform had no capacity"),
        Reason::EnqueuedTokenLimit => (429, "the batch queue had no room"),
        Reason::LargerThanLimit => (429, "the call alone is larger than the limit"),
        Reason::FlexNotOffered => (400, "flex is not offered there"),
        Reason::InputTooLong => (400, "the input is longer than the deployment takes"),
        Reason::PromptFiltered => (400, "the content filter blocked the prompt"),
        Reason::Down => (503, "the deployment was down"),
        Reason::WentDown => (503, "the deployment went down while it served the call"),
        Reason::NotYetCreated => (404, "the deployment did not exist yet"),
        Reason::Deleted => (404, "the deployment had been deleted at the end of its time"),
        Reason::DeletedUnused => (404, "the deployment had been deleted because nobody called it"),
        Reason::TimedOut => (408, "the client gave up waiting"),
        Reason::Cancelled => (0, "the batch was cancelled"),
    })
}

/// Failures whose cause is not told apart: throttled ones, and others.
fn untold(scenario: &Scenario, simulated: &Simulated) -> Vec<FailureView> {
    let mut found = Vec::new();
    for (index, stream) in simulated.outcome.streams.iter().enumerate() {
        let other = stream.failed.saturating_sub(stream.failed_throttled);
        for (status, calls, cause) in [
            (429, stream.failed_throttled, "throttled; causes were not told apart"),
            (0, other, "another error; causes were not told apart"),
        ] {
            if calls > 0 && index < scenario.workloads.len() {
                let none = failure(scenario, index, (status, cause), "", stream.offered, &[]);
                let share = calls as f64 / stream.offered.max(1) as f64;
                found.push(FailureView { calls, share, ..none });
            }
        }
    }
    found
}
