//! Several sizes of one deployment in a single pass over the requests, with or without a Standard
//! deployment to spill to.
//!
//! While no client waits, requests arrive at the same times at every size: what they ask, how long
//! they take and when their estimates are corrected is found once, and each size only follows a
//! level of its own. What a size passes on is answered by its own Standard deployment. A size at
//! which a client has to wait leaves the pass and is run on its own.

#![allow(
    clippy::inline_always,
    reason = "measured: the levels stay in registers only if their steps are inlined"
)]

use crate::engine::admission::admission::Ask;
use crate::engine::deployment::windows;
use crate::engine::paths::lane::{Common, Request, Size, SizeLane, WIDE};
use crate::engine::paths::levels::{LevelFlight, SizeLevels};
use crate::engine::paths::ordered::mean_gap_us;
use crate::engine::paths::precondition::{Plan, reduced};
use crate::engine::paths::room::WindowRoom;
use crate::engine::paths::serve::{noise_per_1024, noisy_us, service_us};
use crate::engine::paths::spilled::{Passed, Spilled};
use crate::engine::record::latency::TimeCounts;
use crate::engine::record::meter::{Cell, Kind};
use crate::engine::record::outcome::{DeploymentOutcome, MinuteSample, Outcome};
use crate::engine::setup::Deployment;
use crate::engine::time::arrivals::Arrivals;
use crate::engine::work::Weights;
use crate::ledger::usage::{Answer, ContextTier, ServiceTier};
use crate::units::time::MINUTE_US;

/// Sizes followed side by side where there are few.
const FEW: usize = 4;
/// Most requests between one and the last that arrives before its answer is complete (7 MB).
const MAX_RING: usize = 1 << 18;
/// The end of a list.
const NONE: u32 = u32::MAX;

/// An outcome and the idle capacity of each deployment; none of a size that has left the pass.
pub(crate) type Found = Option<(Outcome, Vec<u128>)>;

/// Runs some sizes, at most [`WIDE`]. `plan` is that of one of them, at a scale that fits all.
pub(crate) fn together(plan: &Plan, sizes: &[Size]) -> Vec<Found> {
    let ring = in_service_most(plan) + 2;
    // What is given back at once is at most what all in service were estimated at.
    let most = i128::from(plan.highest_estimate).saturating_mul(ring as i128);
    if plan.count == 0 || ring > MAX_RING || most > i128::from(i64::MAX) {
        return sizes.iter().map(|_| None).collect();
    }
    if sizes.len() <= FEW {
        Pass::<FEW>::new(plan, sizes, ring).run()
    } else {
        Pass::<WIDE>::new(plan, sizes, ring).run()
    }
}

/// How many sizes more a pass of so many follows side by side.
pub(super) const fn spare_lanes(sizes: usize) -> usize {
    match sizes % WIDE {
        0 => 0,
        own if own <= FEW => FEW - own,
        own => WIDE - own,
    }
}

/// Arrivals looked at together.
const STRIDE: usize = 32;

/// How many requests arrive at most from one until its answer is complete; less than two strides
/// more than that.
fn in_service_most(plan: &Plan) -> usize {
    let arrivals = &plan.trace.arrival_us[..plan.count];
    let (mut until, mut most) = (0, 0);
    for (index, group) in arrivals.chunks(STRIDE).enumerate() {
        // None of the group is served longer than the last of it could be.
        let last_us = group[group.len() - 1].saturating_add(plan.longest_us);
        while until < arrivals.len() && arrivals[until] <= last_us {
            until += STRIDE;
        }
        until = until.min(arrivals.len());
        most = most.max(until - index * STRIDE);
    }
    most
}

/// What is passed on, where windows alone decide what becomes of it. What is too long is told apart
/// one by one.
fn spilled(plan: &Plan, sizes: &[Size]) -> Option<Spilled> {
    let route = &plan.setup.streams[0].route;
    let [first, second] = [route.first()?, route.get(1)?].map(|ix| usize::from(ix.0));
    let most = plan.setup.deployments[first].max_input_tokens;
    if most.is_some_and(|most| plan.checked.extremes.input > most) {
        return None;
    }
    let room = WindowRoom::of(plan.setup, second, plan.trace, plan.checked)?;
    let (windows, of) = windows(plan.setup, &[plan.trace.clock_us]);
    Some(Spilled::new(room, vec![windows[of[second]].clone(); sizes.len()]))
}

struct Pass<'a, const N: usize> {
    plan: &'a Plan<'a>,
    weights: Weights,
    parts_per_step: u128,
    noise: &'a [u32],
    max_input: u32,
    long_above: u32,
    long_above_second: u32,
    levels: SizeLevels<N>,
    lanes: Vec<SizeLane<'a>>,
    /// What is passed on, where windows alone decide what becomes of it.
    spilled: Option<Spilled>,
    /// Who answers what is passed on.
    elsewhere: Option<&'a Deployment>,
    /// Whether the noise of its times is that of the first deployment's.
    same_noise: bool,
    /// The sizes that are still in the pass, a bit each.
    left: u32,
    /// For each arrival ahead, what those give back that complete before it and after the one
    /// before, in its own minute.
    done: Vec<[i64; N]>,
    ring: Vec<LevelFlight<N>>,
    /// For each arrival ahead, the first of those that complete in a minute before its own, and
    /// after the arrival before.
    lists: Vec<u32>,
    /// The same after the last arrival.
    tail: u32,
    /// What the first deployment serves of the open hour, if it serves all, by context.
    served: [Cell; 2],
    latencies: TimeCounts,
    minute: MinuteSample,
    minutes: Vec<MinuteSample>,
    minute_end_us: u64,
    hour_end_us: u64,
    first: Kind,
    second: Kind,
}

impl<'a, const N: usize> Pass<'a, N> {
    fn new(plan: &'a Plan<'a>, sizes: &[Size<'a>], ring: usize) -> Self {
        let stream = &plan.setup.streams[0];
        let first = &plan.setup.deployments[usize::from(stream.route[0].0)];
        let second = stream.route.get(1).map(|ix| &plan.setup.deployments[usize::from(ix.0)]);
        let kind = |deployment| Kind {
            deployment,
            stream: 0,
            tier: ServiceTier::Standard,
            context: ContextTier::Default,
            answer: Answer::Completed,
        };
        let ring = ring.next_power_of_two();
        Self {
            plan,
            weights: reduced(plan.bucket.weights, plan.scale),
            parts_per_step: u128::from(plan.scale.parts_per_step),
            noise: &first.rules.noise_per_1024,
            max_input: first.max_input_tokens.unwrap_or(u32::MAX),
            long_above: first.long_context_above_tokens.unwrap_or(u32::MAX),
            long_above_second: second
                .map_or(u32::MAX, |own| own.long_context_above_tokens.unwrap_or(u32::MAX)),
            levels: SizeLevels::new(plan, sizes),
            spilled: spilled(plan, sizes),
            elsewhere: second,
            same_noise: second
                .is_some_and(|own| own.rules.noise_per_1024 == first.rules.noise_per_1024),
            lanes: sizes.iter().map(|size| SizeLane::new(*size, plan.trace.clock_us)).collect(),
            left: (1 << sizes.len()) - 1,
            done: vec![[0; N]; ring],
            ring: vec![LevelFlight::default(); ring],
            lists: vec![NONE; ring],
            tail: NONE,
            served: <[Cell; 2]>::default(),
            latencies: TimeCounts::default(),
            minute: MinuteSample::default(),
            minutes: Vec::new(),
            minute_end_us: MINUTE_US.min(plan.setup.horizon_us),
            hour_end_us: 0,
            first: kind(stream.route[0].0),
            second: kind(stream.route.get(1).map_or(0, |ix| ix.0)),
        }
    }

    fn run(mut self) -> Vec<Found> {
        let times = &self.plan.trace.arrival_us[..self.plan.count];
        let arrivals = Arrivals::of(times, mean_gap_us(&[self.plan.trace]));
        let mask = self.ring.len() - 1;
        for (id, now_us) in times.iter().enumerate() {
            if *now_us >= self.minute_end_us.min(self.hour_end_us) {
                let mut list = std::mem::replace(&mut self.lists[id & mask], NONE);
                self.cross(*now_us, &mut list);
            }
            let done = std::mem::replace(&mut self.done[id & mask], [0; N]);
            self.levels.give(&done);
            self.levels.settle(*now_us);
            self.attempt(id as u32, *now_us, &arrivals);
            if self.left == 0 {
                break;
            }
        }
        self.finish()
    }

    #[inline(always)]
    fn request(&self, id: u32, now_us: u64) -> Request {
        let (trace, at) = (self.plan.trace, id as usize);
        let cached = trace.cached_input_tokens.as_ref().map_or(0, |column| column[at]);
        let max_output = match trace.max_output(id) {
            Some(own) => own,
            None => self.plan.max_output_tokens,
        };
        let input = trace.input_tokens[at];
        let output = trace.output_tokens[at].min(max_output);
        let service = &self.plan.setup.deployments[usize::from(self.first.deployment)].service;
        let quiet_us = service_us(service, output);
        let (noise, took_us) = if self.noise.is_empty() {
            (1_024, quiet_us)
        } else {
            let noise = noise_per_1024(self.noise, trace.luck(id), 0);
            (noise, noisy_us(quiet_us, noise))
        };
        let (too_long, long) = (input > self.max_input, input > self.long_above);
        let fresh = input - cached;
        Request { id, now_us, fresh, cached, max_output, output, too_long, long, noise, took_us }
    }

    /// How long the second deployment takes for a request.
    #[inline(always)]
    fn took_elsewhere_us(&self, request: &Request) -> u64 {
        let Some(Deployment { service, rules, .. }) = self.elsewhere else { return 0 };
        // The same draw picks the noise.
        let noise = if self.same_noise {
            request.noise
        } else {
            noise_per_1024(&rules.noise_per_1024, self.plan.trace.luck(request.id), 0)
        };
        noisy_us(service_us(service, request.output), noise)
    }

    /// Answers a request at every size.
    #[inline(always)]
    fn attempt(&mut self, id: u32, now_us: u64, arrivals: &Arrivals<'_>) {
        let request = self.request(id, now_us);
        let units = u64::from(request.fresh) * self.weights.input
            + u64::from(request.cached) * self.weights.cached_input
            + u64::from(request.max_output) * self.weights.output;
        self.minute.offered += 1;
        self.minute.offered_units += units;
        let mut served = [0; N];
        if !request.too_long {
            served = self.levels.admit(units as i64);
            let unused = (request.max_output - request.output) * self.weights.output as u32;
            let unused = self.levels.unused(unused, &served);
            self.fly(id, now_us + request.took_us, unused, arrivals);
            self.served[usize::from(request.long)].add(
                request.fresh,
                request.cached,
                request.output,
            );
            self.latencies.add(request.took_us);
        }
        let mut refused = 0;
        for (k, own) in served.iter().enumerate() {
            refused |= ((!own & 1) as u8) << k;
        }
        if refused == 0 {
            return;
        }
        let took_elsewhere_us = self.took_elsewhere_us(&request);
        if let Some(spilled) = &mut self.spilled {
            let passed = Passed {
                fresh: request.fresh,
                cached: request.cached,
                output: request.output,
                tokens: spilled.charges.tokens(self.plan.trace, id),
                long: [request.long, request.fresh + request.cached > self.long_above_second],
                took_us: [request.took_us, took_elsewhere_us],
            };
            if spilled.is_busy(now_us) {
                let waits = spilled.refuse(now_us, &passed, u32::from(refused) & self.left);
                self.leave(waits);
            }
            if let Some(spilled) = &mut self.spilled {
                spilled.add(&passed, refused);
            }
            return;
        }
        let refused = u32::from(refused) & self.left;
        if refused != 0 {
            self.pass_on(&request, took_elsewhere_us, refused);
        }
    }

    /// Notes when a request completes.
    #[inline(always)]
    fn fly(&mut self, id: u32, done_us: u64, unused: [i64; N], arrivals: &Arrivals<'_>) {
        let mask = self.ring.len() - 1;
        // An answer that takes no time is complete before the next request, whenever that comes.
        let before = arrivals.first_from(done_us).max(id as usize + 1);
        let list = match self.plan.trace.arrival_us[..self.plan.count].get(before) {
            Some(next_us) if done_us / MINUTE_US == next_us / MINUTE_US => {
                let done = &mut self.done[before & mask];
                for (done, unused) in done.iter_mut().zip(&unused) {
                    *done = done.wrapping_add(*unused);
                }
                return;
            }
            Some(_) => &mut self.lists[before & mask],
            None => &mut self.tail,
        };
        let place = id as usize & mask;
        self.ring[place] = LevelFlight { done_us, unused, next: *list };
        *list = place as u32;
    }

    /// Some sizes do not serve a request at their first deployment.
    #[inline(never)]
    fn pass_on(&mut self, request: &Request, took_elsewhere_us: u64, refused: u32) {
        let input = request.fresh + request.cached;
        let own = self.plan.trace.max_output(request.id);
        let ask = Ask {
            input,
            fresh: request.fresh,
            cached: request.cached,
            written: 0,
            max_output: own.or(self.plan.setup.streams[0].max_output_tokens),
            best_of: 1,
        };
        let spilled_us = self.elsewhere.map(|_| took_elsewhere_us);
        let mut bits = refused;
        while bits != 0 {
            let index = bits.trailing_zeros();
            bits &= bits - 1;
            let lane = &mut self.lanes[index as usize];
            let stays = match spilled_us {
                Some(took_us) => lane.spill(request, &ask, took_us, self.second),
                None => request.too_long && lane.turn_away(request, self.first),
            };
            if !stays {
                self.leave(1 << index);
            }
        }
    }

    /// Some sizes, a bit each, leave the pass.
    #[inline(never)]
    fn leave(&mut self, mut sizes: u32) {
        self.left &= !sizes;
        while sizes != 0 && self.left != 0 {
            let index = sizes.trailing_zeros();
            sizes &= sizes - 1;
            // Its level would rise for ever.
            self.levels.forget(index as usize, self.left.trailing_zeros() as usize);
        }
    }

    /// Closes minutes and hours that end by `now_us`. `list` are those that complete since the last
    /// arrival and by then.
    #[cold]
    #[inline(never)]
    fn cross(&mut self, now_us: u64, list: &mut u32) {
        while now_us >= self.minute_end_us {
            let end_us = self.minute_end_us;
            // What completes at the boundary belongs to the next minute, as does everything else.
            let mut at = std::mem::replace(list, NONE);
            while at != NONE {
                let flight = &mut self.ring[at as usize];
                let next = flight.next;
                if flight.done_us < end_us {
                    self.levels.give(&flight.unused);
                } else {
                    flight.next = std::mem::replace(list, at);
                }
                at = next;
            }
            let passed_us = end_us - self.minute_start_us();
            self.levels.settle(end_us);
            self.close_minute(passed_us);
            let horizon_us = self.plan.setup.horizon_us;
            self.minute_end_us =
                if end_us == horizon_us { u64::MAX } else { (end_us + MINUTE_US).min(horizon_us) };
        }
        if now_us >= self.hour_end_us {
            self.flush();
            for lane in &mut self.lanes {
                self.hour_end_us = lane.meter.open_at(now_us);
            }
        }
    }

    /// When the open minute began: the last ends at the horizon and may be shorter.
    const fn minute_start_us(&self) -> u64 {
        (self.minute_end_us - 1) / MINUTE_US * MINUTE_US
    }

    fn close_minute(&mut self, passed_us: u64) {
        let keeps = self.plan.setup.minute_series;
        let spilled = self.spilled.as_mut().map(Spilled::close_minute);
        for (index, lane) in self.lanes.iter_mut().enumerate() {
            let worked = std::mem::take(&mut self.levels.worked[index]);
            let could = i128::from(self.levels.drain_per_us[index]) * i128::from(passed_us);
            lane.worked += i128::from(worked);
            lane.idle += could - i128::from(worked);
            if !keeps {
                continue;
            }
            let units = lane.worked.unsigned_abs() * self.parts_per_step / DeploymentOutcome::UNIT;
            let used_units = units.saturating_sub(lane.worked_units) as u64;
            lane.worked_units = units;
            let mut refused = std::mem::take(&mut lane.refused);
            if let Some(spilled) = &spilled {
                let (requests, tokens) = spilled[index];
                refused = requests as u32;
                lane.spill_minute(refused, tokens);
            }
            let own = MinuteSample { refused, used_units, ..MinuteSample::default() };
            lane.counts.minutes.push(own);
        }
        let minute = std::mem::take(&mut self.minute);
        if keeps {
            self.minutes.push(minute);
        }
    }

    /// Counts what the first deployment served in the open hour.
    fn flush(&mut self) {
        let served = std::mem::take(&mut self.served);
        let spilled = self.spilled.as_mut().map(Spilled::close_hour);
        for (index, lane) in self.lanes.iter_mut().enumerate() {
            let mut passed = std::mem::take(&mut lane.passed);
            let contexts = [ContextTier::Default, ContextTier::Long];
            if let Some(spilled) = &spilled {
                let [default, long] = spilled[index];
                passed = [default[0].plus(default[1]), long[0].plus(long[1])];
                for (at, context) in contexts.into_iter().enumerate() {
                    let own = default[at].plus(long[at]);
                    lane.spill_hour(own, Kind { context, ..self.second });
                }
            }
            for ((all, passed), context) in served.iter().zip(passed).zip(contexts) {
                let own = all.without(passed);
                lane.counts.completed += own.requests;
                lane.stream.completed += own.requests;
                lane.meter.merge(Kind { context, ..self.first }, own);
            }
        }
    }

    fn finish(mut self) -> Vec<Found> {
        let setup = self.plan.setup;
        if self.left != 0 {
            let mut tail = self.tail;
            self.cross(setup.horizon_us, &mut tail);
            self.flush();
        }
        let (left, common) = (self.left, self.common());
        if let Some(spilled) = &self.spilled {
            for (index, lane) in self.lanes.iter_mut().enumerate() {
                lane.stream.latencies = spilled.times(index);
            }
        }
        let lanes = self.lanes.into_iter().enumerate();
        lanes.map(|(index, lane)| (left >> index & 1 == 1).then(|| lane.finish(&common))).collect()
    }

    /// What all sizes have in common at the end.
    fn common(&self) -> Common {
        let factor = self.plan.scale.weight_factor;
        let whole = |minute: &MinuteSample| MinuteSample {
            offered_units: minute.offered_units * factor,
            ..*minute
        };
        Common {
            offered: self.plan.count as u64,
            past_horizon: (self.plan.trace.len() - self.plan.count) as u64,
            latencies: self.latencies.clone(),
            minutes: self.minutes.iter().map(whole).collect(),
            parts_per_step: self.parts_per_step,
            first: self.first.deployment,
            second: self.second.deployment,
        }
    }
}
