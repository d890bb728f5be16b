//! Failures in words: the status and the cause that a caller sees.

use crate::engine::record::outcome::Reason;
use crate::metrics::slo::Slo;
use crate::plan::failures::{FailedCalls, FailureCause};
use crate::report::view::FailureView;
use crate::scenario::question::scenario::Scenario;
use crate::units::time::SECOND_US;

/// The failures, the most calls first.
pub(super) fn failures(scenario: &Scenario, failures: &[FailedCalls]) -> Vec<FailureView> {
    let mut found: Vec<FailureView> = failures.iter().map(|one| failure(scenario, one)).collect();
    found.sort_by_key(|failure| std::cmp::Reverse(failure.calls));
    found
}

fn failure(scenario: &Scenario, failure: &FailedCalls) -> FailureView {
    let FailedCalls { workload, calls, offered, .. } = *failure;
    let (status, cause, deployment) = match &failure.cause {
        FailureCause::Answer(reason, deployment) => {
            let (status, cause) = cause(*reason);
            (status, cause, deployment.to_string())
        }
        FailureCause::Throttled => (429, "throttled; causes were not told apart", String::new()),
        FailureCause::Other => (0, "another error; causes were not told apart", String::new()),
    };
    let seconds = |us: u64| us as f64 / SECOND_US as f64;
    let own = &scenario.workloads[workload];
    let when = failure.times.as_ref();
    FailureView {
        workload: own.name.to_string(),
        status,
        cause: cause.to_owned(),
        deployment,
        calls,
        share: if offered == 0 { 0.0 } else { calls as f64 / offered as f64 },
        first_s: when.map_or(0.0, |when| seconds(when.first_us)),
        last_s: when.map_or(0.0, |when| seconds(when.last_us)),
        worst_minute_s: when.map_or(0.0, |when| seconds(when.worst_minute_us)),
        worst_minute_calls: when.map_or(0, |when| when.worst_minute_calls),
        minutes: when.map_or(0, |when| when.minutes),
        objective: counted_by(&own.slo, status),
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

/// The status of a last answer, and its cause.
fn cause(reason: Reason) -> (u16, &'static str) {
    match reason {
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
        // None of these is the last answer of a call that failed.
        Reason::Admitted
        | Reason::RampDowngrade
        | Reason::LongDowngrade
        | Reason::PeakDowngrade
        | Reason::FlexFallback
        | Reason::Finished
        | Reason::FinishedLate
        | Reason::BreakerOpen
        | Reason::OutputFiltered => (0, "the call did not fail"),
    }
}
