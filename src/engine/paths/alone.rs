//! A Standard deployment that one stream calls and that nothing stands behind. No completion
//! changes what it answers, so arrivals and retries are all that is followed; while it has room for
//! every request and no client waits, its windows are not looked at.

use crate::engine::admission::admission::Refused;
use crate::engine::admission::limiter::{Charge, Windows};
use crate::engine::client::retry::wait_us;
use crate::engine::deployment::{State, windows};
use crate::engine::paths::asked::Charges;
use crate::engine::paths::bound::Bound;
use crate::engine::paths::checked::Checked;
use crate::engine::paths::precondition::spills_plainly;
use crate::engine::paths::room::{Busy, WindowRoom};
use crate::engine::paths::serve::{noise_per_1024, noisy_us, service_us};
use crate::engine::record::meter::{Kind, Meter, Tokens};
use crate::engine::record::outcome::{MinuteSample, Outcome, StreamOutcome};
use crate::engine::rules::{LogScope, StreamRules};
use crate::engine::setup::{Admission, Deployment, RetryHeader, Setup, Stream};
use crate::engine::time::timeline::Timeline;
use crate::ledger::usage::{Answer, ContextTier, ServiceTier};
use crate::units::time::MINUTE_US;
use crate::workload::trace::Trace;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A retry: when, of which request, and which attempt it is. At one instant the lower request comes
/// first.
type Retry = Reverse<(u64, u32, u32)>;

/// What came of the attempts at the deployment.
#[derive(Debug, Default)]
struct Attempts {
    offered: u64,
    throttled: u64,
    failed: u64,
}

struct Alone<'a> {
    stream: &'a Stream,
    deployment: &'a Deployment,
    header: RetryHeader,
    trace: &'a Trace,
    charge: Charges,
    busy: Busy,
    windows: Windows,
    /// Until when the windows hold what they admitted.
    charged_until_us: u64,
    attempts: Attempts,
    own: StreamOutcome,
    meter: Meter,
    /// Up to the horizon; what comes later is counted in the last.
    minutes: Vec<MinuteSample>,
    retries: BinaryHeap<Retry>,
}

/// Whether a setup is one Standard deployment and one stream, without rules by which completions
/// matter.
pub(super) fn is_plain(setup: &Setup) -> bool {
    let ([stream], [deployment]) = (&setup.streams[..], &setup.deployments[..]) else {
        return false;
    };
    matches!(deployment.admission, Admission::Standard(_))
        && stream.route.len() == 1
        && spills_plainly(deployment)
        && stream.rules == StreamRules::default()
        && setup.log == LogScope::Off
}

/// Simulates such a setup until its end, or until the bound is broken, and when; none where the
/// setup is another.
pub(crate) fn run(
    setup: &Setup,
    traces: &[&Trace],
    checked: &[Checked],
    bound: &Bound,
) -> Option<Result<(Outcome, Vec<u128>), u64>> {
    let ([trace], [checked]) = (traces, checked) else { return None };
    if !is_plain(setup) {
        return None;
    }
    let (stream, deployment) = (&setup.streams[0], &setup.deployments[0]);
    let Admission::Standard(limiter) = &deployment.admission else { return None };
    let count = trace.arrival_us.partition_point(|at| *at < setup.horizon_us);
    if count == 0 {
        return None;
    }
    let room = WindowRoom::of(setup, 0, trace, checked).unwrap_or_else(|| WindowRoom {
        charges: Charges::of(setup, deployment, limiter),
        busy: Busy::always(),
    });
    let (mut all, of) = windows(setup, &[trace.clock_us]);
    let minutes = if setup.minute_series { setup.horizon_us.div_ceil(MINUTE_US) } else { 0 };
    let mut alone = Alone {
        stream,
        deployment,
        header: limiter.header,
        trace,
        charge: room.charges,
        busy: room.busy,
        windows: all.swap_remove(of[0]),
        charged_until_us: 0,
        attempts: Attempts::default(),
        own: StreamOutcome {
            offered: count as u64,
            past_horizon: (trace.len() - count) as u64,
            ..StreamOutcome::default()
        },
        meter: Meter::new(1, 1, setup.hour_phase_us),
        minutes: vec![MinuteSample::default(); usize::try_from(minutes).ok()?],
        retries: BinaryHeap::new(),
    };
    if let Err(at_us) = alone.follow(count, bound) {
        return Some(Err(at_us));
    }
    Some(Ok(alone.finish(setup)))
}

impl Alone<'_> {
    /// Arrivals and retries in their order: at one instant a retry comes before an arrival.
    fn follow(&mut self, count: usize, bound: &Bound) -> Result<(), u64> {
        let mut next = 0;
        loop {
            let arrives_us = if next < count { self.trace.arrival_us[next] } else { u64::MAX };
            let (at_us, id, attempt) = match self.retries.peek() {
                Some(Reverse(retry)) if retry.0 <= arrives_us => {
                    let retry = *retry;
                    self.retries.pop();
                    retry
                }
                _ if next < count => {
                    next += 1;
                    (arrives_us, next as u32 - 1, 0)
                }
                _ => return Ok(()),
            };
            if !self.attempt(at_us, id, attempt) && !bound.holds_so_far(&self.own) {
                return Err(at_us);
            }
        }
    }

    /// An attempt; whether it is served.
    #[inline]
    fn attempt(&mut self, at_us: u64, id: u32, attempt: u32) -> bool {
        let (input, cached) = (self.trace.input_tokens[id as usize], self.trace.cached(id));
        let fresh = input - cached;
        let tokens = self.charge.tokens(self.trace, id);
        let waits = attempt > 0 || !self.retries.is_empty();
        let refusal = if waits || at_us < self.charged_until_us || self.busy.is_at(at_us) {
            self.refusal(at_us, input, Charge { tokens, input: fresh.into() })
        } else {
            None
        };
        self.attempts.offered += 1;
        if let Some(last) = self.minutes.len().checked_sub(1) {
            let minute = &mut self.minutes[((at_us / MINUTE_US) as usize).min(last)];
            minute.offered += 1;
            minute.offered_units += tokens;
            minute.refused += u32::from(refusal.is_some());
            minute.used_units += if refusal.is_some() { 0 } else { tokens };
        }
        let long_above = self.deployment.long_context_above_tokens.unwrap_or(u32::MAX);
        let kind = Kind {
            deployment: 0,
            stream: 0,
            tier: ServiceTier::Standard,
            context: if input > long_above { ContextTier::Long } else { ContextTier::Default },
            answer: Answer::Completed,
        };
        if let Some(refusal) = refusal {
            let kind = Kind { answer: refusal.answer, ..kind };
            self.meter.add(at_us, kind, Tokens { fresh, cached, written: 0, output: 0 });
            self.refuse(at_us, id, attempt, refusal);
            return false;
        }
        let limit = self.charge.output_limit(self.trace, id);
        let output = self.trace.output_tokens[id as usize].min(limit);
        self.meter.add(at_us, kind, Tokens { fresh, cached, written: 0, output });
        let Deployment { service, rules, .. } = self.deployment;
        let noise = noise_per_1024(&rules.noise_per_1024, self.trace.luck(id), attempt);
        let waited_us = at_us - self.trace.arrival_us[id as usize];
        self.own.completed += 1;
        self.own.latencies.add(waited_us + noisy_us(service_us(service, output), noise));
        if waited_us > 0 {
            self.own.added_wait_sum_us += u128::from(waited_us);
            self.own.added_waits_us.push(u32::try_from(waited_us).unwrap_or(u32::MAX));
        }
        true
    }

    /// Why the windows do not let an attempt be served.
    fn refusal(&mut self, at_us: u64, input: u32, charge: Charge) -> Option<Refused> {
        if at_us >= self.charged_until_us {
            self.charged_until_us = self.windows.ends(at_us).0;
        }
        if let Err((after_us, reason)) = self.windows.admit(at_us, charge) {
            return Some(Refused { header: self.header, ..Refused::throttled(after_us, reason) });
        }
        // An over-long input counts to the limits (S 16).
        let too_long = self.deployment.max_input_tokens.is_some_and(|most| input > most);
        too_long.then_some(Refused::TOO_LONG)
    }

    /// The client tries again, or gives the request up.
    fn refuse(&mut self, at_us: u64, id: u32, attempt: u32, refusal: Refused) {
        let throttled = refusal.answer == Answer::Throttled;
        if throttled {
            self.attempts.throttled += 1;
            // Whoever is here again was refused so before: nothing else is tried again.
            self.own.saw_throttle += u64::from(attempt == 0);
        } else {
            self.attempts.failed += 1;
        }
        let luck = self.trace.luck(id);
        if let Some(wait_us) = wait_us(&self.stream.client, luck, attempt, refusal) {
            self.own.retries += 1;
            self.retries.push(Reverse((at_us + wait_us, id, attempt + 1)));
        } else {
            self.own.failed += 1;
            self.own.failed_throttled += u64::from(throttled);
        }
    }

    fn finish(self, setup: &Setup) -> (Outcome, Vec<u128>) {
        let (mut windows, _) = windows(setup, &[self.trace.clock_us]);
        let state = State::new(setup, 0, 0, Timeline::default());
        let (mut counts, idle) = state.finish(&mut windows);
        counts.offered = self.attempts.offered;
        counts.completed = self.own.completed;
        counts.throttled = self.attempts.throttled;
        counts.failed = self.attempts.failed;
        counts.minutes = self.minutes;
        let outcome = Outcome {
            deployments: vec![counts],
            streams: vec![self.own],
            usage: self.meter.finish(),
            log: Vec::new(),
        };
        (outcome, vec![idle])
    }
}
