//! Managed compute (S 74): instances that serve some requests at a time, a queue, and autoscaling with a start-up delay.

use crate::engine::record::outcome::{Gauge, Instances};
use crate::engine::rules::ManagedCompute;
use crate::units::time::MINUTE_US;
use std::collections::VecDeque;

/// A request that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) stream: u16,
    pub(crate) id: u32,
    /// Its attempt, as events carry it.
    pub(crate) payload: u32,
    /// Since when.
    pub(crate) since_us: u64,
}

/// The state of a managed deployment.
#[derive(Clone, Debug)]
pub(crate) struct Managed {
    rules: ManagedCompute,
    instances: u32,
    starting: u32,
    busy: u32,
    queue: VecDeque<Waiting>,
    changed_us: u64,
    /// How many instances there were, up to `counted_us`.
    stretches: Vec<Instances>,
    counted_us: u64,
    /// Requests in service times microseconds, by minute, up to `worked_us`.
    work_us: Vec<u64>,
    worked_us: u64,
    horizon_us: u64,
}

/// What a managed deployment says to an attempt.
pub(crate) enum Entry {
    /// Served at once.
    Served,
    /// Waits.
    Queued,
    /// The queue is full.
    Full,
}

impl Managed {
    pub(crate) fn new(rules: ManagedCompute, horizon_us: u64) -> Self {
        Self {
            rules,
            instances: rules.instances,
            starting: 0,
            busy: 0,
            queue: VecDeque::new(),
            changed_us: 0,
            stretches: Vec::new(),
            counted_us: 0,
            work_us: Vec::new(),
            worked_us: 0,
            horizon_us,
        }
    }

    /// Counts what was in service up to now.
    #[inline(never)]
    fn work(&mut self, now_us: u64) {
        let until_us = now_us.min(self.horizon_us);
        let mut from_us = self.worked_us;
        self.worked_us = from_us.max(until_us);
        while self.busy > 0 && from_us < until_us {
            let minute = (from_us / MINUTE_US) as usize;
            if self.work_us.len() <= minute {
                self.work_us.resize(minute + 1, 0);
            }
            let end_us = until_us.min((minute as u64 + 1) * MINUTE_US);
            self.work_us[minute] += u64::from(self.busy) * (end_us - from_us);
            from_us = end_us;
        }
    }

    /// What was in service, by minute up to the horizon.
    pub(crate) fn busy_us(&mut self) -> Vec<u64> {
        self.work(self.horizon_us);
        let mut minutes = std::mem::take(&mut self.work_us);
        minutes.resize(self.horizon_us.div_ceil(MINUTE_US) as usize, 0);
        minutes
    }

    /// Requests in service of those there is room for; with a full house those that wait.
    pub(crate) fn gauge(&self, waiting: bool) -> Gauge {
        if waiting {
            Gauge { value: self.queue.len() as u64, limit: self.rules.queue.into() }
        } else {
            Gauge { value: self.busy.into(), limit: self.slots() }
        }
    }

    fn slots(&self) -> u64 {
        u64::from(self.instances) * u64::from(self.rules.concurrent_per_instance)
    }

    fn in_system(&self) -> u64 {
        u64::from(self.busy) + self.queue.len() as u64
    }

    /// Share of the slots in use, in millionths; above a million with a queue.
    pub(crate) fn load(&self) -> u64 {
        self.in_system() * 1_000_000 / self.slots().max(1)
    }

    /// Lets a request in.
    #[inline(never)]
    pub(crate) fn enter(&mut self, waiting: Waiting) -> Entry {
        if u64::from(self.busy) < self.slots() {
            self.work(waiting.since_us);
            self.busy += 1;
            return Entry::Served;
        }
        if self.queue.len() < self.rules.queue as usize {
            self.queue.push_back(waiting);
            return Entry::Queued;
        }
        Entry::Full
    }

    /// Decides on a further instance; returns when it is ready.
    pub(crate) fn scale_up(&mut self, now_us: u64) -> Option<u64> {
        let scale = self.rules.autoscale?;
        let planned = self.instances + self.starting;
        let wanted = self.in_system().div_ceil(u64::from(scale.target_per_instance.max(1)));
        if wanted <= u64::from(planned) || planned >= scale.instances_max {
            return None;
        }
        self.starting += 1;
        Some(now_us + scale.start_up_us)
    }

    /// An instance has started.
    pub(crate) fn ready(&mut self, now_us: u64) {
        self.count(now_us);
        self.starting -= 1;
        self.instances += 1;
        self.changed_us = now_us;
    }

    /// A request is complete; an instance that is not needed any more is removed.
    pub(crate) fn complete(&mut self, now_us: u64) {
        self.work(now_us);
        self.busy -= 1;
        let Some(scale) = self.rules.autoscale else { return };
        let left = self.instances.saturating_sub(1);
        let fits = self.in_system() <= u64::from(left) * u64::from(scale.target_per_instance)
            && u64::from(self.busy)
                <= u64::from(left) * u64::from(self.rules.concurrent_per_instance);
        if left >= scale.instances_min && fits && now_us >= self.changed_us + scale.cool_down_us {
            self.count(now_us);
            self.instances = left;
            self.changed_us = now_us;
        }
    }

    /// The next request to serve, when a slot is free.
    pub(crate) fn next(&mut self, now_us: u64) -> Option<Waiting> {
        if u64::from(self.busy) >= self.slots() {
            return None;
        }
        let waiting = self.queue.pop_front()?;
        self.work(now_us);
        self.busy += 1;
        Some(waiting)
    }

    /// What [`Self::next`] gave is not served after all.
    pub(crate) fn give_back(&mut self) {
        self.busy -= 1;
    }

    /// Takes an attempt whose client gave up out of the queue; false when it does not wait here any more.
    pub(crate) fn leave(&mut self, stream: u16, id: u32, payload: u32) -> bool {
        let same = |w: &Waiting| (w.stream, w.id, w.payload) == (stream, id, payload);
        let Some(position) = self.queue.iter().position(same) else { return false };
        self.queue.remove(position).is_some()
    }

    fn count(&mut self, now_us: u64) {
        let until_us = now_us.min(self.horizon_us);
        if until_us > self.counted_us {
            let (from_us, count) = (self.counted_us, self.instances);
            match self.stretches.last_mut() {
                Some(last) if last.count == count => last.until_us = until_us,
                _ => self.stretches.push(Instances { from_us, until_us, count }),
            }
            self.counted_us = until_us;
        }
    }

    /// How many instances there were, up to the horizon.
    pub(crate) fn instances(&mut self) -> Vec<Instances> {
        self.count(self.horizon_us);
        std::mem::take(&mut self.stretches)
    }
}
