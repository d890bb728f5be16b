//! A deployment at work: its admission state, its life over time, its counters and its minute
//! series.

#![allow(
    clippy::inline_always,
    reason = "measured: question and answer are large, and stay in registers when inlined"
)]

use crate::engine::admission::admission::{Ask, BucketGate, Gate, Refused};
use crate::engine::admission::batch::BatchQueue;
use crate::engine::admission::limiter::{Charge, Windows};
use crate::engine::admission::managed::{Entry, Managed, Waiting};
use crate::engine::admission::tier::{Ramp, requested};
use crate::engine::record::gauges::{Gauges, MonthUse};
use crate::engine::record::outcome::{
    Deployed, DeploymentOutcome, Gauge, Instances, MinuteSample, Reason,
};
use crate::engine::rules::{ChangeKind, TierRequest};
use crate::engine::setup::{Admission, Deployment, Setup};
use crate::engine::time::timeline::{Timeline, initial_ptu};
use crate::ledger::usage::{ContextTier, ServiceTier};
use crate::units::ptu::Ptu;
use crate::units::time::{DAY_US, MINUTE_US};

/// How an attempt was let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grant {
    /// Served from now on.
    Served,
    /// Waits in the deployment's own queue.
    Queued,
    /// Submitted to a batch.
    Submitted,
}

/// A deployment during a run.
#[derive(Debug)]
pub(crate) struct State<'a> {
    pub(crate) setup: &'a Deployment,
    pub(crate) gate: Gate,
    pub(crate) counts: DeploymentOutcome,
    pub(crate) ramp: Ramp,
    /// A moving average of the time of its answers.
    pub(crate) recent_us: u64,
    timeline: Timeline,
    next_change: usize,
    exists: bool,
    down: bool,
    size_ptu: Ptu,
    since_us: u64,
    last_call_us: u64,
    horizon_us: u64,
    /// Nothing happens to it by itself before this.
    boundary_us: u64,
    keep_minutes: bool,
    /// End of the open minute: the horizon at most, the largest time after it.
    minute_end_us: u64,
    minute: MinuteSample,
    /// Whole units worked off before the open minute.
    worked_units: u128,
    /// Why it does not exist.
    absent: Reason,
}

/// Windows for every Standard deployment; those of one pool share them. Returns them with each
/// deployment's index. `clocks` is the time of day at which the trace of each stream starts:
/// windows go by that of the first stream that calls them.
pub(crate) fn windows(setup: &Setup, clocks: &[u64]) -> (Vec<Windows>, Vec<usize>) {
    let (mut all, mut pools, mut of) = (Vec::new(), Vec::<(u16, usize)>::new(), Vec::new());
    let clock_us = |index: usize| {
        let mut streams = setup.streams.iter().zip(clocks);
        let first =
            streams.find(|(stream, _)| stream.route.iter().any(|ix| usize::from(ix.0) == index));
        first.map_or(0, |(_, clock_us)| *clock_us)
    };
    for (index, deployment) in setup.deployments.iter().enumerate() {
        let Admission::Standard(limiter) = &deployment.admission else {
            of.push(usize::MAX);
            continue;
        };
        let limits = &deployment.rules.limits;
        let shared = limits.pool.and_then(|pool| pools.iter().find(|(known, _)| *known == pool));
        of.push(shared.map_or(all.len(), |(_, index)| *index));
        if shared.is_none() {
            pools.extend(limits.pool.map(|pool| (pool, all.len())));
            let mut windows = Windows::new(limiter, limits);
            windows.set_clock(clock_us(index));
            all.push(windows);
        }
    }
    (all, of)
}

impl<'a> State<'a> {
    pub(crate) fn new(setup: &'a Setup, index: usize, windows: usize, timeline: Timeline) -> Self {
        let deployment = &setup.deployments[index];
        let size_ptu = initial_ptu(&deployment.admission);
        let gate = match &deployment.admission {
            Admission::Provisioned(bucket) => {
                let resized = timeline.changes.iter().filter_map(|change| match change.what {
                    ChangeKind::Resize { capacity_ptu, .. } => Some(capacity_ptu),
                    _ => None,
                });
                let sizes: Vec<Ptu> = std::iter::once(size_ptu).chain(resized).collect();
                Gate::Bucket(Box::new(BucketGate::new(bucket, &deployment.rules, &sizes)))
            }
            Admission::Standard(limiter) => Gate::Windows {
                windows,
                assumed_output_tokens: limiter.assumed_output_tokens,
                estimate: deployment.rules.limits.estimate,
                header: limiter.header,
            },
            Admission::Managed(rules) => {
                Gate::Managed(Box::new(Managed::new(*rules, setup.horizon_us)))
            }
            Admission::Batch(rules) => Gate::Batch(Box::new(BatchQueue::new(*rules))),
        };
        let mut counts = DeploymentOutcome {
            failed_resizes: timeline.refused.len() as u64,
            refused_resizes: timeline.refused.clone(),
            ..Default::default()
        };
        counts.minutes.reserve(if setup.minute_series {
            (setup.horizon_us / MINUTE_US) as usize + 1
        } else {
            0
        });
        let mut state = Self {
            setup: deployment,
            gate,
            counts,
            ramp: Ramp::default(),
            recent_us: 0,
            timeline,
            next_change: 0,
            exists: false,
            down: false,
            size_ptu,
            since_us: 0,
            last_call_us: deployment.rules.lifetime.created_us,
            horizon_us: setup.horizon_us,
            boundary_us: 0,
            keep_minutes: setup.minute_series,
            minute_end_us: 0,
            minute: MinuteSample::default(),
            worked_units: 0,
            absent: Reason::NotYetCreated,
        };
        state.minute_end_us = state.minute_end_after(0);
        state.boundary_us = state.next_boundary_us();
        state
    }

    /// When it goes down next, where that ends what is in service; the largest time when never.
    #[inline]
    pub(crate) fn drops_us(&self) -> u64 {
        if !self.setup.rules.drops_in_flight {
            return u64::MAX;
        }
        let coming = &self.timeline.changes[self.next_change..];
        coming.iter().find(|c| c.what == ChangeKind::Down).map_or(u64::MAX, |c| c.at_us)
    }

    /// When what is enqueued is cancelled next; the largest time when never.
    pub(crate) fn cancelled_us(&self) -> u64 {
        let coming = &self.timeline.changes[self.next_change..];
        let cancel = coming.iter().find(|change| change.what == ChangeKind::CancelBatch);
        cancel.map_or(u64::MAX, |change| change.at_us)
    }

    /// Created and not deleted, and not down.
    #[inline]
    pub(crate) fn is_open(&self) -> bool {
        self.exists && !self.down
    }

    /// Why a closed deployment answers [`Refused::DOWN`].
    pub(crate) fn closed(&self) -> Reason {
        if self.exists { Reason::Down } else { self.absent }
    }

    /// A call puts the deletion of an idle deployment off, once it exists.
    #[inline]
    fn note_call(&mut self, now_us: u64) {
        if self.exists {
            self.last_call_us = now_us;
        }
    }

    /// When it is deleted, as things stand; the largest time when never.
    fn deleted_us(&self) -> u64 {
        let life = &self.setup.rules.lifetime;
        let aged = life.age_us_max.map_or(u64::MAX, |age| life.created_us.saturating_add(age));
        let idle = life.idle_us_max.map_or(u64::MAX, |idle| self.last_call_us.saturating_add(idle));
        aged.min(idle)
    }

    /// The next time at which something happens by itself: creation, deletion, a change, the end of
    /// a minute.
    fn next_boundary_us(&self) -> u64 {
        let life = &self.setup.rules.lifetime;
        let change =
            self.timeline.changes.get(self.next_change).map_or(u64::MAX, |change| change.at_us);
        let born = if self.exists { self.deleted_us() } else { life.created_us };
        let gone = self.since_us == u64::MAX;
        self.minute_end_us.min(change).min(if gone { u64::MAX } else { born })
    }

    /// Brings it up to `now_us`. Comes before anything that happens at `now_us`.
    #[inline]
    pub(crate) fn advance(&mut self, now_us: u64, windows: &mut [Windows]) {
        while now_us >= self.boundary_us {
            self.cross(windows);
        }
    }

    #[cold]
    fn cross(&mut self, windows: &mut [Windows]) {
        let at_us = self.next_boundary_us();
        let gone = self.since_us == u64::MAX;
        if at_us == u64::MAX || at_us > self.boundary_us {
            // A call has put the deletion off.
        } else if at_us == self.minute_end_us {
            self.close_minute();
        } else if !gone && !self.exists && at_us == self.setup.rules.lifetime.created_us {
            self.exists = true;
            self.since_us = at_us;
            self.set_size(at_us, self.size_ptu);
        } else if !gone && self.exists && at_us == self.deleted_us() {
            self.set_size(at_us, 0);
            self.close_stretch(at_us);
            self.exists = false;
            self.since_us = u64::MAX;
            let idle_us = self.setup.rules.lifetime.idle_us_max;
            let idle = idle_us.is_some_and(|us| self.last_call_us.saturating_add(us) == at_us);
            self.absent = if idle { Reason::DeletedUnused } else { Reason::Deleted };
        } else {
            self.change(at_us, windows);
        }
        self.boundary_us = self.next_boundary_us();
    }

    fn change(&mut self, at_us: u64, windows: &mut [Windows]) {
        let change = self.timeline.changes[self.next_change];
        self.next_change += 1;
        match change.what {
            ChangeKind::Down => self.down = true,
            ChangeKind::Up => self.down = false,
            ChangeKind::Resize { capacity_ptu, .. } => {
                if self.exists {
                    self.close_stretch(at_us);
                    self.since_us = at_us;
                    self.set_size(at_us, capacity_ptu);
                }
                self.size_ptu = capacity_ptu;
            }
            ChangeKind::Limits { tokens_per_minute, requests_per_minute } => {
                if let Gate::Windows { windows: index, .. } = self.gate {
                    windows[index].set(tokens_per_minute, requests_per_minute);
                }
            }
            ChangeKind::CancelBatch => {
                if let Gate::Batch(queue) = &mut self.gate {
                    queue.cancel(at_us);
                }
            }
        }
    }

    fn set_size(&mut self, at_us: u64, size_ptu: Ptu) {
        if let Gate::Bucket(gate) = &mut self.gate {
            gate.level.resize(at_us, u64::from(size_ptu) * gate.units_per_minute_per_ptu);
        }
    }

    /// Notes how long it had its size.
    fn close_stretch(&mut self, at_us: u64) {
        let until_us = at_us.min(self.horizon_us);
        if self.exists && self.since_us < until_us {
            let stretch =
                Deployed { from_us: self.since_us, until_us, capacity_ptu: self.size_ptu };
            self.counts.deployed.push(stretch);
        }
    }

    fn close_minute(&mut self) {
        let end_us = self.minute_end_us;
        let last = end_us == self.horizon_us;
        if let Gate::Bucket(gate) = &mut self.gate {
            gate.level.settle(end_us);
            let worked = gate.level.worked_parts() / DeploymentOutcome::UNIT;
            self.minute.used_units = (worked - self.worked_units) as u64;
            self.worked_units = worked;
            if last {
                gate.level.stop_counting();
            }
        }
        if self.keep_minutes {
            self.counts.minutes.push(std::mem::take(&mut self.minute));
        }
        self.minute_end_us = if last { u64::MAX } else { self.minute_end_after(end_us) };
    }

    /// When the minute that begins at `from_us` ends. Where nothing is noted at its end, nothing
    /// happens before the horizon.
    fn minute_end_after(&self, from_us: u64) -> u64 {
        if self.keep_minutes || matches!(self.gate, Gate::Bucket(_)) {
            (from_us + MINUTE_US).min(self.horizon_us)
        } else {
            self.horizon_us
        }
    }

    /// The minute that what happens now is counted in: late retries are counted in the last one.
    #[inline]
    fn minute(&mut self) -> &mut MinuteSample {
        if self.minute_end_us == u64::MAX
            && let Some(last) = self.counts.minutes.last_mut()
        {
            return last;
        }
        &mut self.minute
    }

    /// Answers an attempt at `now_us`. `waiting` is what queues if it has to.
    #[inline(always)]
    pub(crate) fn answer(
        &mut self,
        now_us: u64,
        ask: &Ask,
        waiting: Waiting,
        windows: &mut [Windows],
    ) -> Result<Grant, Refused> {
        self.advance(now_us, windows);
        self.counts.offered += 1;
        self.note_call(now_us);
        let too_long = self.setup.max_input_tokens.is_some_and(|max| ask.input > max);
        let early = if !self.is_open() {
            Some(Refused::DOWN)
        } else if too_long {
            Some(Refused::TOO_LONG)
        } else {
            None
        };
        let (units, answer) = match &mut self.gate {
            Gate::Bucket(gate) => {
                let reduced = gate.estimate(ask);
                gate.level.settle(now_us);
                let steps = gate.steps(reduced);
                let answer = early.map_or_else(
                    || {
                        gate.level
                            .admit(steps)
                            .map(|()| Grant::Served)
                            .map_err(|after_us| Refused::throttled(after_us, Reason::BucketFull))
                    },
                    Err,
                );
                (reduced * gate.level.scale.weight_factor, answer)
            }
            Gate::Windows { windows: index, assumed_output_tokens, estimate, header } => {
                let output = u64::from(ask.max_output.unwrap_or(*assumed_output_tokens))
                    * u64::from(ask.best_of);
                let tokens = estimate.tokens(ask.input, ask.cached, output);
                let charge =
                    Charge { tokens, input: u64::from(ask.fresh) + u64::from(ask.written) };
                let windows = &mut windows[*index];
                let answer = match early {
                    Some(refusal) if refusal == Refused::DOWN => Err(refusal),
                    // An over-long input may count to the limits (S 16) and does.
                    early => match windows.admit(now_us, charge) {
                        Ok(()) if early.is_some() => {
                            if windows.watches_completions() {
                                windows.complete(now_us, 0);
                            }
                            Err(Refused::TOO_LONG)
                        }
                        Ok(()) => Ok(Grant::Served),
                        Err((after_us, reason)) => {
                            let header = *header;
                            Err(Refused { header, ..Refused::throttled(after_us, reason) })
                        }
                    },
                };
                (tokens, answer)
            }
            Gate::Managed(managed) => {
                let answer = early.map_or_else(
                    || match managed.enter(waiting) {
                        Entry::Served => Ok(Grant::Served),
                        Entry::Queued => Ok(Grant::Queued),
                        Entry::Full => Err(Refused::throttled(0, Reason::QueueFull)),
                    },
                    Err,
                );
                (u64::from(ask.input), answer)
            }
            Gate::Batch(queue) => {
                let answer = early.map_or_else(
                    || {
                        let room = queue.submit(ask.input);
                        room.then_some(Grant::Submitted)
                            .ok_or(Refused::throttled(0, Reason::EnqueuedTokenLimit))
                    },
                    Err,
                );
                (u64::from(ask.input), answer)
            }
        };
        if self.keep_minutes {
            let counts_admitted = !matches!(self.gate, Gate::Bucket(_));
            let minute = self.minute();
            minute.offered += 1;
            minute.offered_units += units;
            if answer.is_err() {
                minute.refused += 1;
            } else if counts_admitted {
                minute.used_units += units;
            }
        }
        answer
    }

    /// Counts an attempt that its windows have room for, without having asked them; `tokens` is
    /// what it is charged. For a Standard deployment that is there the whole time.
    #[inline(always)]
    pub(crate) fn serve_in_room(&mut self, now_us: u64, tokens: u64, windows: &mut [Windows]) {
        self.advance(now_us, windows);
        self.counts.offered += 1;
        self.note_call(now_us);
        if self.keep_minutes {
            let minute = self.minute();
            minute.offered += 1;
            minute.offered_units += tokens;
            minute.used_units += tokens;
        }
    }

    /// The tier that an attempt asks for: only Standard deployments have any (P R46).
    pub(crate) fn requested(&self, request: TierRequest, spilled: bool) -> ServiceTier {
        match self.gate {
            Gate::Windows { .. } => requested(&self.setup.rules.tiers, request, spilled),
            Gate::Batch(_) => ServiceTier::Batch,
            Gate::Bucket(_) | Gate::Managed(_) => ServiceTier::Standard,
        }
    }

    /// Counts an attempt that is answered before it asks for anything.
    pub(crate) fn turn_away(&mut self, now_us: u64, windows: &mut [Windows]) {
        self.advance(now_us, windows);
        self.counts.offered += 1;
        self.note_call(now_us);
        if self.keep_minutes {
            let minute = self.minute();
            minute.offered += 1;
            minute.refused += 1;
        }
    }

    /// How much of what it can take is in use, in millionths; the largest number when it is down.
    pub(crate) fn load(&mut self, now_us: u64, windows: &mut [Windows]) -> u64 {
        self.advance(now_us, windows);
        if !self.is_open() {
            return u64::MAX;
        }
        match &mut self.gate {
            Gate::Bucket(gate) => gate.level.load(now_us),
            Gate::Windows { windows: index, .. } => windows[*index].load(now_us),
            Gate::Managed(managed) => managed.load(),
            Gate::Batch(queue) => queue.load(),
        }
    }

    /// Counts tokens towards the usage tier, in `uses` of all deployments; the factor of the
    /// service time, in 1/1,024 (S 20).
    pub(crate) fn usage_factor(&self, uses: &mut [MonthUse], now_us: u64, tokens: u64) -> u64 {
        let Some(tier) = self.setup.rules.usage_tier else { return 1_024 };
        let Some(sum) = uses.get_mut(usize::from(tier.pool)) else { return 1_024 };
        let month = now_us / (30 * DAY_US);
        if sum.month != month {
            *sum = MonthUse { month, tokens: 0 };
        }
        sum.tokens += tokens;
        if sum.tokens > tier.tokens { u64::from(tier.slower_per_1024) } else { 1_024 }
    }

    /// Takes from a provisioned deployment what a call costs that it refused or blocked (P R13:
    /// unknown).
    pub(crate) fn charge_failed(&mut self, now_us: u64, ask: &Ask) {
        let per_cent = self.setup.rules.failed_call_per_cent;
        if let (Gate::Bucket(gate), 1..) = (&mut self.gate, per_cent) {
            let steps = gate.steps(gate.estimate(ask));
            gate.level.take(now_us, steps * i128::from(per_cent) / 100);
        }
    }

    /// What its answers are decided by, as things are.
    pub(crate) fn gauges(&mut self, now_us: u64, windows: &mut [Windows]) -> Gauges {
        self.advance(now_us, windows);
        match &mut self.gate {
            Gate::Bucket(gate) => {
                Gauges::one(Gauge { value: gate.level.load(now_us), limit: 1_000_000 })
            }
            Gate::Windows { windows: index, .. } => Gauges::of(&mut windows[*index], now_us),
            Gate::Managed(managed) => {
                Gauges::two(managed.gauge(false), Reason::QueueFull, managed.gauge(true))
            }
            Gate::Batch(queue) => Gauges::one(queue.gauge()),
        }
    }

    /// Corrects the level at completion (P R10.3).
    #[inline]
    pub(crate) fn correct(&mut self, now_us: u64, reduced_units: i64, windows: &mut [Windows]) {
        self.advance(now_us, windows);
        if let Gate::Bucket(gate) = &mut self.gate {
            let steps = gate.steps(reduced_units.unsigned_abs());
            if reduced_units >= 0 {
                gate.level.give_back(steps);
            } else {
                gate.level.take(now_us, steps);
            }
        }
    }

    /// Which price the whole input is billed at.
    #[inline]
    pub(crate) fn context(&self, input_tokens: u32) -> ContextTier {
        match self.setup.long_context_above_tokens {
            Some(above) if input_tokens > above => ContextTier::Long,
            _ => ContextTier::Default,
        }
    }

    /// Closes the books at the horizon. Also returns the idle capacity, counted on its own.
    pub(crate) fn finish(mut self, windows: &mut [Windows]) -> (DeploymentOutcome, u128) {
        self.advance(self.horizon_us, windows);
        if self.since_us != u64::MAX {
            self.close_stretch(self.horizon_us);
        }
        let mut idle = 0;
        match &mut self.gate {
            Gate::Bucket(gate) => {
                let ptu_us =
                    |d: &Deployed| u128::from(d.capacity_ptu) * u128::from(d.until_us - d.from_us);
                let per_ptu = u128::from(gate.units_per_minute_per_ptu);
                self.counts.used_units = gate.level.worked_parts();
                self.counts.capacity_units =
                    self.counts.deployed.iter().map(ptu_us).sum::<u128>() * per_ptu;
                idle = gate.level.idle_parts();
            }
            Gate::Managed(managed) => {
                self.counts.instances = managed.instances();
                if self.keep_minutes {
                    self.counts.busy_us = managed.busy_us();
                }
                let time = |i: &Instances| u128::from(i.count) * u128::from(i.until_us - i.from_us);
                self.counts.instance_us = self.counts.instances.iter().map(time).sum();
            }
            Gate::Windows { .. } | Gate::Batch(_) => {}
        }
        (self.counts, idle)
    }
}
