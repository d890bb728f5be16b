//! The fast path: one provisioned deployment, with or without a Standard deployment to spill to, and one stream. It gives
//! the ordered path's outcome to the last bit (invariant 16) at about a quarter of its cost, under a precondition that
//! [`Plan::of`](crate::engine::paths::precondition::Plan::of) checks:
//!
//! - no correction raises the level, that is, no answer is longer than its estimate assumed;
//! - the time of service does not depend on load, and a completion changes nothing but the level;
//! - the level fits into an `i64`, and an estimate into a bucket of [`Due`].
//!
//! Then everything that happens to the level between two attempts lowers it, the floor at zero included, and commutes: an
//! attempt needs only the sum given back by its time. Completions are never ordered; only retries are.

#![allow(
    clippy::inline_always,
    reason = "measured: the state stays in registers only if the attempt is inlined twice"
)]

use crate::engine::admission::admission::{Ask, Refused};
use crate::engine::admission::limiter::Windows;
use crate::engine::admission::managed::Waiting;
use crate::engine::client::retry::wait_us;
use crate::engine::deployment::{State, windows};
use crate::engine::paths::bound::Bound;
use crate::engine::paths::ordered::mean_gap_us;
use crate::engine::paths::precondition::{Plan, reduced};
use crate::engine::paths::room::WindowRoom;
use crate::engine::paths::serve::{noise_per_1024, noisy_us, service_us};
use crate::engine::record::meter::{Cell, Kind, Meter, Tokens};
use crate::engine::record::outcome::{
    Deployed, DeploymentOutcome, MinuteSample, Outcome, Reason, StreamOutcome,
};
use crate::engine::setup::{Client, Deployment};
use crate::engine::time::completions::Due;
use crate::engine::time::queue::{Event, Queue, Rank};
use crate::engine::time::timeline::Timeline;
use crate::engine::work::{ServiceTime, Weights};
use crate::ledger::usage::{Answer, ContextTier, ServiceTier};
use crate::units::time::MINUTE_US;
use crate::workload::trace::Trace;

/// One request, all that is needed of it.
#[derive(Clone, Copy)]
struct PackedRequest {
    fresh: u32,
    cached: u32,
    max_output: u32,
    output: u32,
}

impl PackedRequest {
    fn tokens(self, output: u32) -> Tokens {
        Tokens { fresh: self.fresh, cached: self.cached, written: 0, output }
    }
}

/// What every attempt touches; small enough to live in registers.
#[derive(Clone, Copy, Debug)]
struct Hot {
    level: i64,
    last_us: u64,
    worked: i64,
    idle: i64,
    /// End of the open minute or of the open hour, whichever comes first.
    boundary_us: u64,
    served: Cell,
    minute: MinuteSample,
}

/// The rest.
struct Cold<'a> {
    plan: &'a Plan<'a>,
    client: &'a Client,
    weights: Weights,
    drain_per_us: i64,
    steps_per_unit: i64,
    full: i64,
    max_input: u32,
    long_above: u32,
    due: Due,
    retries: Queue,
    spill: Option<State<'a>>,
    windows: Vec<Windows>,
    /// When they have room for whatever is passed on while no client waits; none where that is not
    /// known.
    room: Option<WindowRoom>,
    /// Until when they hold what they admitted.
    charged_until_us: u64,
    noise: &'a [u32],
    service: &'a ServiceTime,
    meter: Meter,
    kind: Kind,
    spill_kind: Kind,
    /// Attempts of the open hour that found the bucket full, had nowhere else to go, and belong to the default context.
    throttled: Cell,
    counts: DeploymentOutcome,
    stream: StreamOutcome,
    minute_end_us: u64,
    hour_end_us: u64,
    counting: bool,
    worked: i128,
    idle: i128,
    parts_per_step: u128,
    worked_units: u128,
}

/// Runs a plan.
pub(crate) fn run(plan: &Plan, bound: &Bound) -> Result<(Outcome, Vec<u128>), u64> {
    let mut cold = Cold::new(plan);
    let mut hot = Hot {
        level: 0,
        last_us: 0,
        worked: 0,
        idle: 0,
        boundary_us: 0,
        served: Cell::default(),
        minute: MinuteSample::default(),
    };
    hot = cold.cross(hot, 0);
    for id in 0..plan.count {
        let at_us = plan.trace.arrival_us[id];
        while let Some(event) = cold.retries.pop_until(at_us) {
            if !cold.attempt(&mut hot, event.at_us, event.id(), event.payload) && cold.broken(bound)
            {
                return Err(event.at_us);
            }
        }
        if !cold.attempt(&mut hot, at_us, id as u32, 0) && cold.broken(bound) {
            return Err(at_us);
        }
    }
    while let Some(event) = cold.retries.pop_until(u64::MAX) {
        if !cold.attempt(&mut hot, event.at_us, event.id(), event.payload) && cold.broken(bound) {
            return Err(event.at_us);
        }
    }
    Ok(cold.finish(hot))
}

impl<'a> Cold<'a> {
    fn new(plan: &'a Plan<'a>) -> Self {
        let setup = plan.setup;
        let stream = &setup.streams[0];
        let first = &setup.deployments[stream.route[0].0 as usize];
        let scale = plan.scale;
        let drain_per_us = scale.drain_per_us(plan.units_per_minute) as i64;
        let gap_us = mean_gap_us(&[plan.trace]);
        let kind = |deployment| Kind {
            deployment,
            stream: 0,
            tier: ServiceTier::Standard,
            context: ContextTier::Default,
            answer: Answer::Completed,
        };
        let (windows, of) = windows(setup, &[plan.trace.clock_us]);
        let spill = stream
            .route
            .get(1)
            .map(|ix| State::new(setup, ix.0 as usize, of[ix.0 as usize], Timeline::default()));
        Self {
            plan,
            client: &stream.client,
            weights: reduced(plan.bucket.weights, scale),
            drain_per_us,
            steps_per_unit: scale.steps_per_unit as i64,
            full: drain_per_us * plan.bucket.burst_us as i64,
            max_input: first.max_input_tokens.unwrap_or(u32::MAX),
            long_above: first.long_context_above_tokens.unwrap_or(u32::MAX),
            due: Due::new(gap_us, plan.longest_us),
            retries: Queue::new(gap_us),
            spill,
            windows,
            room: stream
                .route
                .get(1)
                .and_then(|ix| WindowRoom::of(setup, usize::from(ix.0), plan.trace, plan.checked)),
            charged_until_us: 0,
            noise: &first.rules.noise_per_1024,
            service: &first.service,
            meter: Meter::new(setup.deployments.len(), 1, setup.hour_phase_us),
            kind: kind(stream.route[0].0),
            spill_kind: kind(stream.route.get(1).map_or(0, |ix| ix.0)),
            throttled: Cell::default(),
            counts: DeploymentOutcome::default(),
            stream: StreamOutcome::default(),
            minute_end_us: MINUTE_US.min(setup.horizon_us),
            hour_end_us: 0,
            counting: true,
            worked: 0,
            idle: 0,
            parts_per_step: u128::from(scale.parts_per_step),
            worked_units: 0,
        }
    }

    #[inline(always)]
    fn shape(&self, id: u32) -> PackedRequest {
        let (trace, id) = (self.plan.trace, id as usize);
        let cached = trace.cached_input_tokens.as_ref().map_or(0, |column| column[id]);
        let max_output = match &trace.max_output_tokens {
            Some(column) if column[id] != Trace::NO_LIMIT => column[id],
            _ => self.plan.max_output_tokens,
        };
        PackedRequest {
            fresh: trace.input_tokens[id] - cached,
            cached,
            max_output,
            output: trace.output_tokens[id].min(max_output),
        }
    }

    /// Brings the level to `now_us`, counting what was given back up to `given_until_us`.
    #[inline(always)]
    fn settle(&mut self, hot: &mut Hot, now_us: u64, given_until_us: u64) {
        let given = self.due.take(given_until_us).saturating_mul(self.steps_per_unit);
        let passed_us = now_us - hot.last_us;
        let could = (passed_us as i64).saturating_mul(self.drain_per_us);
        let open = (hot.level - given).max(0);
        let done = open.min(could);
        hot.level = open - done;
        hot.last_us = now_us;
        hot.worked = hot.worked.wrapping_add(done);
        hot.idle = hot.idle.wrapping_add(could - done);
    }

    /// Closes minutes and hours that end by `now_us`.
    #[cold]
    #[inline(never)]
    fn cross(&mut self, mut hot: Hot, now_us: u64) -> Hot {
        while now_us >= self.minute_end_us {
            self.skip_idle(&mut hot, now_us);
            let end_us = self.minute_end_us;
            // What completes at the boundary belongs to the next minute, as does everything else.
            self.settle(&mut hot, end_us, end_us.saturating_sub(1));
            if self.counting {
                self.worked += i128::from(hot.worked);
                self.idle += i128::from(hot.idle);
            }
            (hot.worked, hot.idle) = (0, 0);
            let worked = self.worked.unsigned_abs() * self.parts_per_step / DeploymentOutcome::UNIT;
            hot.minute.used_units = (worked - self.worked_units) as u64;
            self.worked_units = worked;
            let last = end_us == self.plan.setup.horizon_us;
            if self.plan.setup.minute_series {
                self.counts.minutes.push(std::mem::take(&mut hot.minute));
            }
            self.counting &= !last;
            self.minute_end_us =
                if last { u64::MAX } else { (end_us + MINUTE_US).min(self.plan.setup.horizon_us) };
        }
        if now_us >= self.hour_end_us {
            self.flush(&mut hot);
            self.hour_end_us = self.meter.open_at(now_us);
        }
        hot.boundary_us = self.minute_end_us.min(self.hour_end_us);
        hot
    }

    /// Passes over whole minutes in which there is nothing to drain, where nobody looks at them. What is still due would be given
    /// back to a level of nothing.
    fn skip_idle(&mut self, hot: &mut Hot, now_us: u64) {
        let until_us = now_us.min(self.plan.setup.horizon_us);
        if self.plan.setup.minute_series || hot.level > 0 || !self.counting {
            return;
        }
        let minutes = until_us.saturating_sub(self.minute_end_us) / MINUTE_US;
        if minutes == 0 {
            return;
        }
        let to_us = self.minute_end_us + minutes * MINUTE_US;
        let could = i128::from(to_us - hot.last_us) * i128::from(self.drain_per_us);
        self.idle += i128::from(hot.idle) + could;
        self.worked += i128::from(hot.worked);
        (hot.worked, hot.idle, hot.last_us) = (0, 0, to_us);
        self.minute_end_us = to_us;
    }

    fn flush(&mut self, hot: &mut Hot) {
        self.counts.completed += hot.served.requests;
        self.stream.completed += hot.served.requests;
        self.meter.merge(self.kind, std::mem::take(&mut hot.served));
        let throttled = Kind { answer: Answer::Throttled, ..self.kind };
        self.meter.merge(throttled, std::mem::take(&mut self.throttled));
    }

    /// Answers an attempt; says whether the first deployment served it.
    #[inline(always)]
    fn attempt(&mut self, hot: &mut Hot, now_us: u64, id: u32, attempt: u32) -> bool {
        if now_us >= hot.boundary_us {
            *hot = self.cross(*hot, now_us);
        }
        let shape = self.shape(id);
        let units = u64::from(shape.fresh) * self.weights.input
            + u64::from(shape.cached) * self.weights.cached_input
            + u64::from(shape.max_output) * self.weights.output;
        hot.minute.offered += 1;
        hot.minute.offered_units += units;
        let input = shape.fresh + shape.cached;
        self.settle(hot, now_us, now_us);
        if hot.level < self.full && input <= self.max_input {
            let steps = units as i64 * self.steps_per_unit;
            hot.level += steps;
            let service = self.service;
            let service_us =
                service.first_token_us + service.per_output_token_us * u64::from(shape.output);
            let unused = (shape.max_output - shape.output) * self.weights.output as u32;
            let service_us = if self.noise.is_empty() {
                service_us
            } else {
                self.noisy(service_us, id, attempt)
            };
            self.due.push(now_us + service_us, unused);
            if input <= self.long_above {
                hot.served.add(shape.fresh, shape.cached, shape.output);
            } else {
                self.serve_long(now_us, shape);
            }
            let waited_us = if attempt > 0 { self.waited(now_us, id) } else { 0 };
            self.stream.latencies.add(waited_us + service_us);
            return true;
        }
        let over = hot.level - self.full;
        hot.minute.refused += 1;
        self.refuse(now_us, id, attempt, shape, over);
        false
    }

    #[inline(never)]
    fn noisy(&self, service_us: u64, id: u32, attempt: u32) -> u64 {
        noisy_us(service_us, noise_per_1024(self.noise, self.plan.trace.luck(id), attempt))
    }

    #[inline(never)]
    fn waited(&mut self, now_us: u64, id: u32) -> u64 {
        let waited_us = now_us - self.plan.trace.arrival_us[id as usize];
        if waited_us > 0 {
            self.stream.added_wait_sum_us += u128::from(waited_us);
            self.stream.added_waits_us.push(u32::try_from(waited_us).unwrap_or(u32::MAX));
        }
        waited_us
    }

    #[cold]
    fn serve_long(&mut self, now_us: u64, shape: PackedRequest) {
        self.counts.completed += 1;
        self.stream.completed += 1;
        let kind = Kind { context: ContextTier::Long, ..self.kind };
        self.meter.add(now_us, kind, shape.tokens(shape.output));
    }

    #[inline(never)]
    fn refuse(&mut self, now_us: u64, id: u32, attempt: u32, shape: PackedRequest, over: i64) {
        let input = shape.fresh + shape.cached;
        let refusal = if input > self.max_input {
            Refused::TOO_LONG
        } else {
            let us = (over / self.drain_per_us) as u64;
            let retry_after_us = (us / 1_000 + 1) * 1_000;
            if self.spill.is_none() && input <= self.long_above {
                // Most attempts of a size that is too small end here.
                self.counts.throttled += 1;
                self.throttled.add(shape.fresh, shape.cached, 0);
                let refusal = Refused::throttled(retry_after_us, Reason::BucketFull);
                return self.again_or_fail(now_us, id, attempt, refusal);
            }
            Refused::throttled(retry_after_us, Reason::BucketFull)
        };
        let Some(spill) = &mut self.spill else {
            return self.turn_away(now_us, id, attempt, shape, refusal, self.kind);
        };
        self.counts.spilled_out += 1;
        spill.counts.spilled_in += 1;
        let waits = attempt > 0 || !self.retries.is_empty() || now_us < self.charged_until_us;
        if !waits
            && let Some(room) = &mut self.room
            && !room.busy.is_at(now_us)
        {
            let tokens = room.charges.tokens(self.plan.trace, id);
            spill.serve_in_room(now_us, tokens, &mut self.windows);
            return self.serve_elsewhere(now_us, id, attempt, shape);
        }
        if now_us >= self.charged_until_us {
            self.charged_until_us = self.windows.first().map_or(0, |own| own.ends(now_us).0);
        }
        let own = self.plan.trace.max_output(id);
        let stated = own.or(self.plan.setup.streams[0].max_output_tokens);
        let ask = Ask {
            input,
            fresh: shape.fresh,
            cached: shape.cached,
            written: 0,
            max_output: stated,
            best_of: 1,
        };
        let waiting = Waiting { stream: 0, id, payload: attempt, since_us: now_us };
        match spill.answer(now_us, &ask, waiting, &mut self.windows) {
            Ok(_) => self.serve_elsewhere(now_us, id, attempt, shape),
            Err(refusal) => self.turn_away(now_us, id, attempt, shape, refusal, self.spill_kind),
        }
    }

    /// Counts an attempt that the second deployment serves.
    #[inline(always)]
    fn serve_elsewhere(&mut self, now_us: u64, id: u32, attempt: u32, shape: PackedRequest) {
        let Some(spill) = &mut self.spill else { return };
        spill.counts.completed += 1;
        self.stream.completed += 1;
        let context = spill.context(shape.fresh + shape.cached);
        let kind = Kind { context, ..self.spill_kind };
        self.meter.add(now_us, kind, shape.tokens(shape.output));
        let Deployment { service, rules, .. } = spill.setup;
        let noise = noise_per_1024(&rules.noise_per_1024, self.plan.trace.luck(id), attempt);
        let took_us = noisy_us(service_us(service, shape.output), noise);
        let waited_us = if attempt > 0 { self.waited(now_us, id) } else { 0 };
        self.stream.latencies.add(waited_us + took_us);
    }

    /// Answers the client with a refusal of the last deployment of the route.
    fn turn_away(
        &mut self,
        now_us: u64,
        id: u32,
        attempt: u32,
        shape: PackedRequest,
        refusal: Refused,
        kind: Kind,
    ) {
        let last = self.spill.as_mut().map_or(&mut self.counts, |state| &mut state.counts);
        let answer = refusal.answer;
        if answer == Answer::Throttled {
            last.throttled += 1;
            self.again_or_fail(now_us, id, attempt, refusal);
        } else {
            last.failed += 1;
            self.stream.failed += 1;
        }
        let input = shape.fresh + shape.cached;
        let deployment = &self.plan.setup.deployments[kind.deployment as usize];
        let long = deployment.long_context_above_tokens.is_some_and(|above| input > above);
        let context = if long { ContextTier::Long } else { ContextTier::Default };
        self.meter.add(now_us, Kind { context, answer, ..kind }, shape.tokens(0));
    }

    /// The client of an attempt answered with a 429 tries again, or gives the request up.
    #[inline(always)]
    fn again_or_fail(&mut self, now_us: u64, id: u32, attempt: u32, refusal: Refused) {
        self.stream.saw_throttle += u64::from(attempt == 0);
        let luck = self.plan.trace.luck(id);
        if let Some(wait_us) = wait_us(self.client, luck, attempt, refusal) {
            self.stream.retries += 1;
            self.retries.push(Event::new(now_us + wait_us, Rank::Retry, id, 0, attempt + 1));
        } else {
            self.stream.failed += 1;
            self.stream.failed_throttled += 1;
        }
    }

    #[inline]
    fn broken(&self, bound: &Bound) -> bool {
        self.stream.saw_throttle > bound.saw_throttle
            || self.stream.failed > bound.failed
            || self.stream.failed_throttled > bound.failed_throttled
            || self.counts.spilled_out > bound.spilled
    }

    fn finish(mut self, hot: Hot) -> (Outcome, Vec<u128>) {
        let setup = self.plan.setup;
        let mut hot = self.cross(hot, setup.horizon_us);
        self.flush(&mut hot);
        self.stream.offered = self.plan.count as u64;
        self.stream.past_horizon = (self.plan.trace.len() - self.plan.count) as u64;
        let mut counts = self.counts;
        counts.offered = self.stream.offered + self.stream.retries;
        counts.used_units = self.worked.unsigned_abs() * self.parts_per_step;
        counts.capacity_units =
            u128::from(self.plan.units_per_minute) * u128::from(setup.horizon_us);
        if setup.horizon_us > 0 {
            let capacity_ptu = self.plan.bucket.capacity_ptu;
            counts.deployed.push(Deployed { from_us: 0, until_us: setup.horizon_us, capacity_ptu });
        }
        for minute in &mut counts.minutes {
            minute.offered_units *= self.plan.scale.weight_factor;
        }
        // Late retries are counted in the last minute.
        if let Some(last) = counts.minutes.last_mut() {
            last.offered += hot.minute.offered;
            last.refused += hot.minute.refused;
            let factor = self.plan.scale.weight_factor;
            last.offered_units += hot.minute.offered_units * factor;
        }
        let idle = self.idle.unsigned_abs() * self.parts_per_step;
        let first = (self.kind.deployment, counts, idle);
        let spill = self.spill.map(|state| {
            let (counts, idle) = state.finish(&mut self.windows);
            (self.spill_kind.deployment, counts, idle)
        });
        let mut all: Vec<_> = std::iter::once(first).chain(spill).collect();
        all.sort_unstable_by_key(|(ix, ..)| *ix);
        let (deployments, idle) = all.into_iter().map(|(_, counts, idle)| (counts, idle)).unzip();
        let outcome = Outcome {
            deployments,
            streams: vec![self.stream],
            usage: self.meter.finish(),
            log: Vec::new(),
        };
        (outcome, idle)
    }
}
