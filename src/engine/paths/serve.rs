//! The ordered path, from admission to completion.

#![allow(
    clippy::inline_always,
    reason = "measured: without rules little of it is left, and a call costs as much"
)]

use crate::engine::admission::admission::{Ask, Gate, Refused};
use crate::engine::admission::batch::Finished;
use crate::engine::admission::tier::priority;
use crate::engine::deployment::Grant;
use crate::engine::paths::ordered::{End, Flight, Noted, Run, Try};
use crate::engine::record::meter::{Kind, Tokens};
use crate::engine::record::outcome::{Gauge, Reason};
use crate::engine::rules::{FlexOffer, TierRequest};
use crate::engine::time::queue::{Event, Rank};
use crate::engine::traffic::Store;
use crate::engine::work::ServiceTime;
use crate::ledger::usage::{Answer, ServiceTier};
use crate::units::luck::{Purpose, draw};

/// The noise factor that a draw picks, 1/1,024.
#[inline]
pub(crate) fn noise_per_1024(quantiles: &[u32], luck: u64, attempt: u32) -> u64 {
    if quantiles.is_empty() {
        return 1_024;
    }
    let random = draw(luck, Purpose::ServiceTime, attempt) >> 32;
    u64::from(quantiles[((random * quantiles.len() as u64) >> 32) as usize])
}

/// A time of service under a noise factor.
#[inline]
pub(crate) fn noisy_us(quiet_us: u64, noise_per_1024: u64) -> u64 {
    ((u128::from(quiet_us) * u128::from(noise_per_1024)) >> 10) as u64
}

impl<S: Store + Clone, const RULES: bool> Run<'_, S, RULES> {
    /// A deployment serves an attempt from now on, or has taken it as a batch submission.
    #[inline(always)]
    pub(crate) fn serve(
        &mut self,
        now_us: u64,
        try_: Try,
        deployment: u16,
        ask: &Ask,
        grant: Grant,
        waited_us: u64,
    ) {
        let requests = &self.requests[try_.stream as usize];
        let rules = &self.setup.streams[try_.stream as usize].rules;
        let luck = requests.luck(try_.id);
        let state = &mut self.deployments[deployment as usize];
        let mut output_tokens = requests.output(try_.id, ask.max_output);
        let (mut answer, mut reason) = (Answer::Completed, Reason::Admitted);
        if RULES
            && let Some(filter) = state.setup.rules.filter.as_ref().or(rules.filter.as_ref())
            && let Some(stopped) = filter.stops_after(luck, output_tokens)
        {
            output_tokens = stopped;
            (answer, reason) = (Answer::FilteredOutput, Reason::OutputFiltered);
        }
        if RULES && let Some(cache) = self.caches[try_.stream as usize].get_mut(deployment as usize)
        {
            cache.served(now_us, luck, ask.input);
        }
        let mut tokens = Tokens {
            fresh: ask.fresh,
            cached: ask.cached,
            written: ask.written,
            output: output_tokens,
        };
        let all_tokens = u64::from(ask.input) + u64::from(output_tokens);
        if RULES && grant == Grant::Submitted {
            let cancelled_us = state.cancelled_us();
            let Gate::Batch(queue) = &mut state.gate else { return };
            // What is cancelled before it is finished ends then.
            let at_us = queue.finish_us(now_us, all_tokens).min(cancelled_us);
            let end = End::Batch { tokens, payload: try_.payload() };
            let flight =
                Flight { deployment, output_tokens, correction: 0, started_us: now_us, end };
            return self.fly(at_us, try_, flight);
        }
        let tiers = &state.setup.rules.tiers;
        let (tier, why) = if RULES {
            match state.requested(rules.tier, self.spilled) {
                ServiceTier::Priority => {
                    let charged = u64::from(ask.input) + u64::from(ask.max_output.unwrap_or(0));
                    priority(tiers, &mut state.ramp, now_us, luck, ask.input, charged)
                }
                ServiceTier::Standard
                    if rules.tier == TierRequest::Flex && tiers.flex == FlexOffer::FallsBack =>
                {
                    (ServiceTier::Standard, Reason::FlexFallback)
                }
                other => (other, Reason::Admitted),
            }
        } else {
            (ServiceTier::Standard, Reason::Admitted)
        };
        if RULES && reason == Reason::Admitted {
            reason = why;
        }
        let service = match tier {
            ServiceTier::Priority => tiers.priority_service,
            ServiceTier::Flex => tiers.flex_service,
            ServiceTier::Standard | ServiceTier::Batch => None,
        };
        let service = service.unwrap_or(state.setup.service);
        let noise = noise_per_1024(&state.setup.rules.noise_per_1024, luck, try_.attempt);
        let slower =
            if RULES { state.usage_factor(&mut self.uses, now_us, all_tokens) } else { 1_024 };
        let scaled = |us: u64| ((u128::from(us) * u128::from(noise * slower)) >> 20) as u64;
        let mut took_us = scaled(service_us(&service, output_tokens));
        let mut end = End::Counted;
        let left_us = rules.timeout_us.map_or(u64::MAX, |us| us.saturating_sub(waited_us));
        let up_us = if RULES { state.drops_us().saturating_sub(now_us) } else { u64::MAX };
        if RULES && (took_us > left_us || took_us > up_us) {
            let refusal = if up_us < left_us { Refused::WENT_DOWN } else { Refused::TIMED_OUT };
            let ends_us = left_us.min(up_us);
            let first_us = scaled(service.first_token_us);
            let made = u128::from(ends_us.saturating_sub(first_us)) * u128::from(output_tokens)
                / u128::from((took_us - first_us).max(1));
            output_tokens = (made as u32).min(output_tokens);
            tokens.output = output_tokens;
            took_us = ends_us;
            (answer, reason) = (refusal.answer, refusal.reason);
            end = End::Lost { payload: try_.payload(), refusal };
        }
        let done_us = now_us + took_us;
        let context = state.context(ask.input);
        let kind = Kind { deployment, stream: try_.stream, tier, context, answer };
        self.meter.add(now_us, kind, tokens);
        if !RULES {
            if let Gate::Bucket(gate) = &state.gate {
                let payload = u32::from(deployment);
                let event = Event::new(done_us, Rank::Completion, try_.id, try_.stream, payload);
                let correction = gate.correction(ask.input, ask.max_output, output_tokens);
                self.queue.push(event.correcting(correction));
            }
            return self.served(now_us, done_us, try_, deployment);
        }
        let kept = reason == Reason::TimedOut && state.setup.rules.keeps_cancelled;
        let (correction, watched) = match &state.gate {
            Gate::Bucket(_) if kept => (0, true),
            Gate::Bucket(gate) => (gate.correction(ask.input, ask.max_output, output_tokens), true),
            Gate::Windows { windows, .. } => (0, self.windows[*windows].watches_completions()),
            Gate::Managed(_) | Gate::Batch(_) => (0, true),
        };
        let watched = watched || rules.policy == crate::engine::rules::RoutePolicy::Fastest;
        let lost = matches!(end, End::Lost { .. });
        if watched || lost || self.crowds[try_.stream as usize].watches() {
            let flight = Flight { deployment, output_tokens, correction, started_us: now_us, end };
            self.fly(done_us, try_, flight);
        }
        if self.logs() {
            let of = |value: u32, limit: u32| Gauge { value: value.into(), limit: limit.into() };
            let state = &self.deployments[deployment as usize];
            let gauge = match reason {
                Reason::OutputFiltered => {
                    let whole = self.requests[try_.stream as usize].output(try_.id, ask.max_output);
                    Some(of(output_tokens, whole))
                }
                Reason::LongDowngrade => {
                    let limit = state.setup.rules.tiers.priority_input_tokens_max;
                    Some(of(ask.input, limit.unwrap_or(u32::MAX)))
                }
                _ => None,
            };
            let refusal = Refused::with(answer, reason);
            let noted = Noted { tier, waited_us, gauge, passed_on: false };
            self.note(now_us, try_, deployment, refusal, noted);
        }
        if lost {
            self.deployments[deployment as usize].counts.failed += 1;
        } else {
            self.served(now_us, done_us, try_, deployment);
        }
        self.grow(now_us, deployment);
    }

    /// Counts a request that is served in the end, admitted and completed at these times.
    #[inline]
    fn served(&mut self, now_us: u64, done_us: u64, try_: Try, deployment: u16) {
        self.deployments[deployment as usize].counts.completed += 1;
        // Without rules a first attempt is made on arrival.
        let mut asked_us = if !RULES && try_.attempt == 0 {
            now_us
        } else {
            self.requests[try_.stream as usize].arrival_us(try_.id)
        };
        if RULES && let Some(turn_us) = self.crowds[try_.stream as usize].asked_us(try_.id) {
            asked_us = turn_us;
        }
        let deadline_us = self.setup.streams[try_.stream as usize].rules.deadline_us;
        let counts = &mut self.streams[try_.stream as usize];
        counts.completed += 1;
        counts.late += u64::from(deadline_us.is_some_and(|us| done_us - asked_us > us));
        counts.latencies.add(done_us - asked_us);
        let waited_us = now_us - asked_us;
        if waited_us > 0 {
            counts.added_wait_sum_us += u128::from(waited_us);
            counts.added_waits_us.push(u32::try_from(waited_us).unwrap_or(u32::MAX));
        }
    }

    fn fly(&mut self, at_us: u64, try_: Try, flight: Flight) {
        let slot = self.flights.put(flight);
        self.queue.push(Event::new(at_us, Rank::Completion, try_.id, try_.stream, slot));
    }

    /// An answer is complete, or its client gives up on it.
    #[inline]
    pub(crate) fn complete(&mut self, event: &Event) {
        let (now_us, stream, id) = (event.at_us, event.stream(), event.id());
        if !RULES {
            return self.correct(event);
        }
        let flight = self.flights.take(event.payload);
        let state = &mut self.deployments[flight.deployment as usize];
        state.correct(now_us, flight.correction, &mut self.windows);
        match &mut state.gate {
            Gate::Bucket(_) | Gate::Batch(_) => {}
            Gate::Windows { windows, .. } => {
                self.windows[*windows].complete(now_us, flight.output_tokens);
            }
            Gate::Managed(managed) => {
                managed.complete(now_us);
                self.serve_waiting(now_us, flight.deployment);
            }
        }
        let state = &mut self.deployments[flight.deployment as usize];
        let took_us = now_us - flight.started_us;
        state.recent_us =
            if state.recent_us == 0 { took_us } else { (state.recent_us * 7 + took_us) / 8 };
        match flight.end {
            End::Counted => self.end(now_us, stream),
            End::Lost { payload, refusal } => {
                self.again_or_fail(now_us, Try::new(stream, id, payload), refusal);
            }
            End::Batch { tokens, payload } => {
                self.finish_batch(now_us, Try::new(stream, id, payload), &flight, tokens);
            }
        }
    }

    /// Corrects the level of a provisioned deployment; without rules its completions do nothing else.
    #[inline]
    fn correct(&mut self, event: &Event) {
        let state = &mut self.deployments[event.payload as usize];
        let unused = event.correction().or_else(|| {
            let Gate::Bucket(gate) = &state.gate else { return None };
            let requests = &self.requests[event.stream() as usize];
            let limit = requests.max_output(event.id());
            let output_tokens = requests.output(event.id(), limit);
            Some(gate.correction(requests.input(event.id()), limit, output_tokens))
        });
        if let Some(unused) = unused {
            state.correct(event.at_us, unused, &mut self.windows);
        }
    }

    fn finish_batch(&mut self, now_us: u64, try_: Try, flight: &Flight, mut tokens: Tokens) {
        let state = &mut self.deployments[flight.deployment as usize];
        let Gate::Batch(queue) = &mut state.gate else { return };
        let input = tokens.fresh + tokens.cached + tokens.written;
        let finished = queue.complete(flight.started_us, now_us, input);
        state.counts.late += u64::from(finished == Finished::Late);
        let (answer, reason) = if finished == Finished::Cancelled {
            tokens = Tokens::default();
            (Answer::Cancelled, Reason::Cancelled)
        } else {
            let late = finished == Finished::Late;
            (Answer::Completed, if late { Reason::FinishedLate } else { Reason::Finished })
        };
        let gauge = queue.gauge();
        let context = state.context(input);
        let kind = Kind {
            deployment: flight.deployment,
            stream: try_.stream,
            tier: ServiceTier::Batch,
            context,
            answer,
        };
        self.meter.add(now_us, kind, tokens);
        let refusal = Refused::with(answer, reason);
        if self.logs() {
            let noted = Noted {
                tier: ServiceTier::Batch,
                waited_us: now_us - flight.started_us,
                gauge: Some(gauge),
                passed_on: false,
            };
            self.note(now_us, try_, flight.deployment, refusal, noted);
        }
        if finished == Finished::Cancelled {
            self.deployments[flight.deployment as usize].counts.failed += 1;
            self.again_or_fail(now_us, try_, refusal);
        } else {
            self.served(flight.started_us, now_us, try_, flight.deployment);
            self.end(now_us, try_.stream);
        }
    }

    /// Serves what waits at a managed deployment while there is room.
    fn serve_waiting(&mut self, now_us: u64, deployment: u16) {
        loop {
            let Gate::Managed(managed) = &mut self.deployments[deployment as usize].gate else {
                return;
            };
            let Some(waiting) = managed.next(now_us) else { return };
            let try_ = Try::new(waiting.stream, waiting.id, waiting.payload);
            let state = &mut self.deployments[deployment as usize];
            if state.setup.rules.drops_in_flight && !state.is_open() {
                if let Gate::Managed(managed) = &mut state.gate {
                    managed.give_back();
                }
                self.lose(now_us, try_, deployment, Refused::WENT_DOWN, waiting.since_us);
                continue;
            }
            let offer = self.requests[waiting.stream as usize].offer(waiting.id);
            let ask = self.ask(now_us, try_, deployment, &offer);
            let waited_us = now_us - waiting.since_us;
            if self.logs() {
                let windows = &mut self.windows;
                self.gauges = self.deployments[deployment as usize].gauges(now_us, windows);
            }
            self.serve(now_us, try_, deployment, &ask, Grant::Served, waited_us);
        }
    }

    /// An attempt waits at a deployment: that may want a further instance, and its client may give up.
    pub(crate) fn wait(&mut self, now_us: u64, try_: Try, deployment: u16) {
        self.grow(now_us, deployment);
        if let Some(timeout_us) = self.setup.streams[try_.stream as usize].rules.timeout_us {
            let at_us = now_us.saturating_add(timeout_us);
            self.queue.push(Event::new(at_us, Rank::GiveUp, try_.id, try_.stream, try_.payload()));
        }
    }

    /// A client gives up on an attempt, if that still waits.
    pub(crate) fn give_up(&mut self, now_us: u64, try_: Try) {
        let left = self.deployments.iter_mut().position(|state| match &mut state.gate {
            Gate::Managed(managed) => managed.leave(try_.stream, try_.id, try_.payload()),
            _ => false,
        });
        if let Some(deployment) = left {
            let timeout_us = self.setup.streams[try_.stream as usize].rules.timeout_us;
            let since_us = now_us.saturating_sub(timeout_us.unwrap_or(0));
            self.lose(now_us, try_, deployment as u16, Refused::TIMED_OUT, since_us);
        }
    }

    /// An attempt that waited ends unserved.
    fn lose(&mut self, now_us: u64, try_: Try, deployment: u16, refusal: Refused, since_us: u64) {
        let state = &mut self.deployments[deployment as usize];
        state.counts.failed += 1;
        let kind = Kind {
            deployment,
            stream: try_.stream,
            tier: ServiceTier::Standard,
            context: state.context(0),
            answer: refusal.answer,
        };
        self.meter.add(now_us, kind, Tokens::default());
        if self.logs() {
            let noted = Noted { waited_us: now_us - since_us, ..Noted::default() };
            self.note(now_us, try_, deployment, refusal, noted);
        }
        self.again_or_fail(now_us, try_, refusal);
    }

    /// Starts a further instance where autoscaling wants one.
    pub(crate) fn grow(&mut self, now_us: u64, deployment: u16) {
        let Gate::Managed(managed) = &mut self.deployments[deployment as usize].gate else {
            return;
        };
        if let Some(ready_us) = managed.scale_up(now_us) {
            self.queue.push(Event::new(ready_us, Rank::Ready, 0, 0, u32::from(deployment)));
        }
    }

    /// An instance has started.
    pub(crate) fn ready(&mut self, now_us: u64, deployment: u16) {
        if let Gate::Managed(managed) = &mut self.deployments[deployment as usize].gate {
            managed.ready(now_us);
        }
        self.serve_waiting(now_us, deployment);
    }
}

pub(crate) fn service_us(service: &ServiceTime, output_tokens: u32) -> u64 {
    service.first_token_us + service.per_output_token_us * u64::from(output_tokens)
}
