//! What each deployment answered to the requests that were asked about, and why: the reason with the figures it was decided by.

use crate::engine::record::outcome::{LogEntry, Outcome, Reason};
use crate::engine::rules::{ChangeKind, RoutePolicy, TierRequest};
use crate::engine::setup::{Admission, Deployment, Stream, TokenCheck};
use crate::ledger::usage::ServiceTier;
use crate::report::view::AnswerView;
use crate::report::words::numbers;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::resolve::Resolved;
use crate::units::time::{MILLISECOND_US, SECOND_US};

pub(super) fn answers(
    scenario: &Scenario,
    resolved: &Resolved,
    outcome: &Outcome,
) -> Vec<AnswerView> {
    let mut last = None;
    let view = |entry: &LogEntry| {
        let this = (entry.stream, entry.request, entry.attempt);
        let first = entry.answer.is_some() && last != Some(this);
        if first {
            last = Some(this);
        }
        let stream = &resolved.setup.streams[usize::from(entry.stream.0)];
        let deployment = usize::from(entry.deployment.0);
        let mut reason = Why { scenario, resolved, entry, stream }.words();
        if let Some(chosen) = chosen(stream).filter(|_| first) {
            reason = format!("{chosen}; {reason}");
        }
        AnswerView {
            workload: scenario.workloads[usize::from(entry.stream.0)].name.to_string(),
            request: entry.request,
            attempt: entry.attempt,
            at_s: entry.at_us as f64 / SECOND_US as f64,
            deployment: resolved.deployments[deployment].name.to_string(),
            answer: entry.answer.map_or("not asked", |answer| answer.as_str()).to_owned(),
            reason,
            tier: entry.tier.as_str().to_owned(),
            waited_ms: entry.waited_us as f64 / MILLISECOND_US as f64,
            retry_after_ms: entry.retry_after_us as f64 / MILLISECOND_US as f64,
            passed_on: entry.passed_on,
        }
    };
    outcome.log.iter().map(view).collect()
}

/// Why the first deployment asked was asked first, where it is not the first of the route.
fn chosen(stream: &Stream) -> Option<&'static str> {
    if stream.route.len() < 2 {
        return None;
    }
    match stream.rules.policy {
        RoutePolicy::Ordered => None,
        RoutePolicy::Weighted(_) => Some("drawn by weight"),
        RoutePolicy::Split(_) => Some("chosen by the router"),
        RoutePolicy::LeastLoaded => Some("the least loaded"),
        RoutePolicy::Fastest => Some("the fastest of late"),
    }
}

/// An answer and what it is explained from.
struct Why<'a> {
    scenario: &'a Scenario,
    resolved: &'a Resolved,
    entry: &'a LogEntry,
    stream: &'a Stream,
}

impl Why<'_> {
    fn deployment(&self) -> &Deployment {
        &self.resolved.setup.deployments[usize::from(self.entry.deployment.0)]
    }

    fn words(&self) -> String {
        let gauge = self.entry.gauge;
        let (value, limit) = (numbers::count(gauge.value), numbers::count(gauge.limit));
        let waited = wait(self.entry.waited_us);
        match self.entry.reason {
            Reason::Admitted => self.admitted(),
            Reason::RampDowngrade => {
                "served at the standard tier: priority tokens rose by more than 50 % in 15 minutes"
                    .to_owned()
            }
            Reason::LongDowngrade => format!(
                "served at the standard tier: {value} input tokens, priority takes up to {limit}"
            ),
            Reason::PeakDowngrade => {
                "served at the standard tier at peak load (priority-peak-downgrade)".to_owned()
            }
            Reason::FlexFallback => {
                "served at the standard tier: flex was not offered here".to_owned()
            }
            Reason::Finished => format!("finished {waited} after its submission, in time"),
            Reason::FinishedLate => {
                format!("finished {waited} after its submission, later than the platform's target")
            }
            Reason::BucketFull => {
                format!("utilization was at {}, not below 100%", per_million(gauge.value))
            }
            Reason::TokenLimit => self.counted("tokens of the minute"),
            Reason::LargerThanLimit => format!(
                "{value} tokens are more than the whole limit of {limit} a minute: no minute has room for it"
            ),
            Reason::InputTokenLimit => self.counted("input tokens of the minute"),
            Reason::OutputTokenLimit => self.counted("output tokens of the minute"),
            Reason::RequestLimit => self.counted("requests of the window"),
            Reason::ConcurrencyLimit => {
                format!("{value} requests were in service, the limit is {limit}")
            }
            Reason::QueueFull if gauge.limit == 0 => {
                "all places were taken, and none may wait".to_owned()
            }
            Reason::QueueFull => {
                format!("all places were taken, and {value} of {limit} that may wait did")
            }
            Reason::NoFlexCapacity => {
                "the platform lacked capacity for flex (flex-capacity-refusals)".to_owned()
            }
            Reason::FlexNotOffered => {
                "flex is not offered here: an invalid request since 2026-09-25".to_owned()
            }
            Reason::NoCapacity => "the platform lacked capacity (capacity-429-rate)".to_owned(),
            Reason::EnqueuedTokenLimit => {
                format!(
                    "token_limit_exceeded: {value} of {limit} input tokens were enqueued, and there was no room for these"
                )
            }
            Reason::InputTooLong => format!("{value} input tokens, at most {limit} are taken"),
            Reason::Down => self.outage(),
            Reason::WentDown => "the deployment went down meanwhile".to_owned(),
            Reason::NotYetCreated => {
                let created_us = self.deployment().rules.lifetime.created_us;
                format!("the deployment is created at {}", moment(created_us))
            }
            Reason::Deleted => self.deleted(),
            Reason::DeletedUnused => {
                let idle_us = self.deployment().rules.lifetime.idle_us_max.unwrap_or(0);
                format!("the deployment had been deleted after {} without a call", moment(idle_us))
            }
            Reason::BreakerOpen => {
                format!("its circuit breaker stays open for {}", wait(gauge.value))
            }
            Reason::PromptFiltered => "the content filter blocked the prompt".to_owned(),
            Reason::OutputFiltered => {
                format!("the content filter stopped the answer after {value} of {limit} tokens")
            }
            Reason::TimedOut => {
                let after = wait(self.stream.rules.timeout_us.unwrap_or(0));
                let queue = if self.entry.waited_us > 0 { ", after time in the queue" } else { "" };
                format!("the client gave up after {after}{queue}")
            }
            Reason::Cancelled => "the batch was cancelled".to_owned(),
        }
    }

    fn admitted(&self) -> String {
        let gauge = self.entry.gauge;
        let (value, limit) = (numbers::count(gauge.value), numbers::count(gauge.limit));
        match &self.deployment().admission {
            Admission::Provisioned(_) => {
                format!("there was room: utilization was at {}", per_million(gauge.value))
            }
            Admission::Managed(_) if self.entry.waited_us > 0 => {
                format!("a place became free after {} in the queue", wait(self.entry.waited_us))
            }
            Admission::Managed(_) => format!("a place was free: {value} of {limit} were taken"),
            Admission::Batch(_) => format!("{value} of {limit} input tokens were enqueued"),
            Admission::Standard(_) => {
                let room = if gauge.limit == u64::MAX {
                    "there was room within its limits".to_owned()
                } else {
                    format!("there was room: {value} of {limit} tokens of the minute were counted")
                };
                let asked = self.stream.rules.tier;
                match self.entry.tier {
                    ServiceTier::Priority => format!("{room}; served with priority"),
                    ServiceTier::Flex => format!("{room}; served as flex"),
                    _ if asked == TierRequest::Priority => {
                        format!("{room}; spilled calls are served at the standard tier")
                    }
                    _ => room,
                }
            }
        }
    }

    /// What a Standard deployment had counted.
    fn counted(&self, what: &str) -> String {
        let gauge = self.entry.gauge;
        let (value, limit) = (numbers::count(gauge.value), numbers::count(gauge.limit));
        let after = match &self.deployment().admission {
            Admission::Standard(limiter) => limiter.check == TokenCheck::AfterAdding,
            _ => false,
        };
        let own =
            if after && gauge.value < gauge.limit { " and this call asks for more" } else { "" };
        format!("{value} {what} were counted{own}, the limit is {limit}")
    }

    fn outage(&self) -> String {
        let changes = &self.deployment().rules.timeline;
        let of = |kind: ChangeKind| changes.iter().filter(move |change| change.what == kind);
        let down = of(ChangeKind::Down).rfind(|change| change.at_us <= self.entry.at_us);
        let up = of(ChangeKind::Up).find(|change| change.at_us > self.entry.at_us);
        match (down, up) {
            (Some(down), Some(up)) => {
                format!("an outage from {} to {}", moment(down.at_us), moment(up.at_us))
            }
            (Some(down), None) => format!("an outage since {}", moment(down.at_us)),
            (None, _) => "the deployment was down".to_owned(),
        }
    }

    fn deleted(&self) -> String {
        let life = &self.deployment().rules.lifetime;
        let age_us = life.age_us_max.unwrap_or(0);
        let at_us = life.created_us.saturating_add(age_us);
        let reference = &self.resolved.deployments[usize::from(self.entry.deployment.0)];
        let planned = self.scenario.events.iter().find(|event| {
            event.deleted_us == Some(at_us)
                && event.is_about(&reference.name, &reference.region, &reference.model)
        });
        match planned {
            Some(event) if event.model.is_some() => {
                format!("{} was retired at {}", reference.model, moment(at_us))
            }
            Some(_) => format!("the deployment was deleted at {}", moment(at_us)),
            None => format!("the deployment was deleted {} after its creation", moment(age_us)),
        }
    }
}

fn per_million(share: u64) -> String {
    numbers::share(share as f64 / 1e6)
}

fn wait(us: u64) -> String {
    numbers::wait(us as f64 / MILLISECOND_US as f64)
}

/// A time from the start of the window.
fn moment(us: u64) -> String {
    let seconds = us / SECOND_US;
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    let parts = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s")];
    let words: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    if words.is_empty() { "the start".to_owned() } else { words.join(" ") }
}
