//! A Standard deployment that has room for every request of a trace, however many come to it: it
//! never refuses one, so its windows need not be looked at.

use crate::engine::deployment::{State, windows};
use crate::engine::paths::precondition::{Extremes, spills_plainly};
use crate::engine::paths::serve::{noise_per_1024, noisy_us, service_us};
use crate::engine::record::meter::{Kind, Meter, Tokens};
use crate::engine::record::outcome::{MinuteSample, Outcome, StreamOutcome};
use crate::engine::rules::{Estimate, LogScope, StreamRules};
use crate::engine::setup::{Admission, Deployment, Setup};
use crate::engine::time::timeline::Timeline;
use crate::ledger::usage::{Answer, ContextTier, ServiceTier};
use crate::units::time::MINUTE_US;
use crate::workload::trace::Trace;

/// What a request is charged there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Roomy {
    estimate: Estimate,
    assumed_output_tokens: u32,
    stream_limit: Option<u32>,
}

impl Roomy {
    /// Of a deployment of the setup's only stream, where it has room for the first `count` requests
    /// of `trace`.
    pub(super) fn of(
        setup: &Setup,
        deployment: usize,
        (trace, extremes): (&Trace, &Extremes),
        count: usize,
    ) -> Option<Self> {
        let own = setup.deployments.get(deployment)?;
        let Admission::Standard(limiter) = &own.admission else { return None };
        let fits = |most: Option<u32>| most.is_none_or(|most| extremes.input <= most);
        if !spills_plainly(own) || !fits(own.max_input_tokens) {
            return None;
        }
        let roomy = Self {
            estimate: own.rules.limits.estimate,
            assumed_output_tokens: limiter.assumed_output_tokens,
            stream_limit: setup.streams.first()?.max_output_tokens,
        };
        roomy.has_room(setup, deployment, trace, count).then_some(roomy)
    }

    fn has_room(&self, setup: &Setup, deployment: usize, trace: &Trace, count: usize) -> bool {
        let (windows, of) = windows(setup, &[trace.clock_us]);
        let windows = &windows[of[deployment]];
        let (mut minute, mut window) = ((0, 0, 0), (0, 0));
        for (id, at_us) in (0..).zip(&trace.arrival_us[..count]) {
            let (own_minute, own_window) = windows.places(*at_us);
            if own_minute != minute.0 {
                minute = (own_minute, 0, 0);
            }
            if own_window != window.0 {
                window = (own_window, 0);
            }
            minute.1 += self.tokens(trace, id);
            minute.2 += 1;
            window.1 += 1;
            if !windows.have_room_for(minute.1, minute.2, window.1) {
                return false;
            }
        }
        true
    }

    /// What a request is charged.
    #[inline]
    pub(super) fn tokens(&self, trace: &Trace, id: u32) -> u64 {
        let limit = trace.max_output(id).or(self.stream_limit);
        let output = u64::from(limit.unwrap_or(self.assumed_output_tokens));
        self.estimate.tokens(trace.input_tokens[id as usize], trace.cached(id), output)
    }
}

/// Simulates such a deployment alone; none where the setup is another, or is not known to have
/// room.
pub(crate) fn run(
    setup: &Setup,
    traces: &[&Trace],
    extremes: &[Extremes],
) -> Option<(Outcome, Vec<u128>)> {
    let ([stream], [trace], [extremes]) = (&setup.streams[..], traces, extremes) else {
        return None;
    };
    let ([deployment], [_]) = (&setup.deployments[..], &stream.route[..]) else { return None };
    if stream.rules != StreamRules::default() || setup.log != LogScope::Off {
        return None;
    }
    let count = trace.arrival_us.partition_point(|at| *at < setup.horizon_us);
    if count == 0 {
        return None;
    }
    let roomy = Roomy::of(setup, 0, (trace, extremes), count)?;
    let requests = count as u64;
    let mut own = StreamOutcome {
        offered: requests,
        completed: requests,
        past_horizon: trace.len() as u64 - requests,
        ..StreamOutcome::default()
    };
    let mut meter = Meter::new(1, 1, setup.hour_phase_us);
    let minutes = if setup.minute_series { setup.horizon_us.div_ceil(MINUTE_US) } else { 0 };
    let mut minutes = vec![MinuteSample::default(); minutes as usize];
    let Deployment { service, rules, long_context_above_tokens, .. } = deployment;
    let long_above = long_context_above_tokens.unwrap_or(u32::MAX);
    for id in 0..count as u32 {
        let at_us = trace.arrival_us[id as usize];
        let (input, cached) = (trace.input_tokens[id as usize], trace.cached(id));
        let limit = trace.max_output(id).or(roomy.stream_limit).unwrap_or(u32::MAX);
        let output = trace.output_tokens[id as usize].min(limit);
        let kind = Kind {
            deployment: 0,
            stream: 0,
            tier: ServiceTier::Standard,
            context: if input > long_above { ContextTier::Long } else { ContextTier::Default },
            answer: Answer::Completed,
        };
        meter.add(at_us, kind, Tokens { fresh: input - cached, cached, written: 0, output });
        let noise = noise_per_1024(&rules.noise_per_1024, trace.luck(id), 0);
        own.latencies.add(noisy_us(service_us(service, output), noise));
        if let Some(minute) = minutes.get_mut((at_us / MINUTE_US) as usize) {
            let tokens = roomy.tokens(trace, id);
            minute.offered += 1;
            minute.offered_units += tokens;
            minute.used_units += tokens;
        }
    }
    let (mut windows, _) = windows(setup, &[trace.clock_us]);
    let (mut counts, idle) = State::new(setup, 0, 0, Timeline::default()).finish(&mut windows);
    (counts.offered, counts.completed, counts.minutes) = (requests, requests, minutes);
    let outcome = Outcome {
        deployments: vec![counts],
        streams: vec![own],
        usage: meter.finish(),
        log: Vec::new(),
    };
    Some((outcome, vec![idle]))
}
