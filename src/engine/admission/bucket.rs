//! The leaky bucket of a provisioned deployment in exact integers (P R10).
//!
//! A *step* is the largest unit in which both the weights and a microsecond's drain are whole: with weights and capacity
//! divided by their common factor `w` and `g = gcd(60,000,000, capacity)`, one weight unit is `60,000,000 / g` steps and a
//! microsecond drains `capacity / g` steps. Bound: 100,000 PTU of 60,000 tokens a minute at 100 units a token are 6e11
//! units a minute, 3.6e19 steps for a minute's burst at worst: above `i64`, far below `i128`, which the ordered path uses.
//! The fast path uses `i64` and checks the bound first.
//!
//! Estimates given back wait in `due` until the level is next looked at: between two looks draining, giving back and the
//! floor at zero only lower the level, so their order does not matter to the level (`max(max(x - a, 0) - b, 0) =
//! max(x - a - b, 0)`). It does matter to what counts as work; the rule is that within such a gap what is given back was
//! never worked on.

use crate::engine::setup::Bucket;
use crate::units::time::MINUTE_US;

/// The exact integer scale of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scale {
    /// Common factor of the weights and the capacity.
    pub(crate) weight_factor: u64,
    /// Steps per (reduced) weight unit.
    pub(crate) steps_per_unit: u64,
    /// Sixty-millionths of a weight unit per step.
    pub(crate) parts_per_step: u64,
}

const fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl Scale {
    /// The scale in which these capacities, in units per minute, and these weights are whole.
    pub(crate) fn of(capacities: &[u64], weights: &[u64]) -> Self {
        let weight_factor = weights.iter().chain(capacities).copied().fold(0, gcd).max(1);
        let g = capacities.iter().map(|capacity| capacity / weight_factor).fold(MINUTE_US, gcd);
        Self { weight_factor, steps_per_unit: MINUTE_US / g, parts_per_step: g * weight_factor }
    }

    /// Steps that a capacity drains in a microsecond.
    pub(crate) const fn drain_per_us(self, units_per_minute: u64) -> u64 {
        units_per_minute / self.parts_per_step
    }
}

/// Weight units per minute of a bucket, none when they do not fit.
pub(crate) fn units_per_minute(bucket: &Bucket) -> Option<u64> {
    u64::from(bucket.capacity_ptu).checked_mul(bucket.units_per_minute_per_ptu)
}

/// The level of a bucket over time.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    pub(crate) scale: Scale,
    burst_us: u64,
    drain_per_us: u64,
    /// The level that counts as 100 %.
    full: i128,
    filled: i128,
    /// Given back since `last_us`, not yet taken off.
    due: i128,
    last_us: u64,
    /// Whether work and idleness are counted (up to the horizon).
    counting: bool,
    worked: i128,
    idle: i128,
}

impl Level {
    /// An empty bucket without capacity, which [`Level::resize`] gives it.
    pub(crate) fn new(scale: Scale, burst_us: u64) -> Self {
        Self {
            scale,
            burst_us,
            drain_per_us: 0,
            full: 0,
            filled: 0,
            due: 0,
            last_us: 0,
            counting: true,
            worked: 0,
            idle: 0,
        }
    }

    /// Changes the capacity from `now_us` on. What is in the bucket stays in it.
    pub(crate) fn resize(&mut self, now_us: u64, units_per_minute: u64) {
        self.settle(now_us);
        self.drain_per_us = self.scale.drain_per_us(units_per_minute);
        self.full = i128::from(self.drain_per_us) * i128::from(self.burst_us);
    }

    /// The level in millionths of 100 %, without settling.
    pub(crate) fn load(&self, now_us: u64) -> u64 {
        let drained = i128::from(self.drain_per_us) * i128::from(now_us - self.last_us);
        let level = (self.filled - self.due - drained).max(0);
        u64::try_from(level * 1_000_000 / self.full.max(1)).unwrap_or(u64::MAX)
    }

    /// Brings the level up to `now_us`.
    #[inline]
    pub(crate) fn settle(&mut self, now_us: u64) {
        let could = i128::from(self.drain_per_us) * i128::from(now_us - self.last_us);
        let open = (self.filled - self.due).max(0);
        let done = open.min(could);
        self.filled = open - done;
        self.due = 0;
        self.last_us = now_us;
        if self.counting {
            self.worked += done;
            self.idle += could - done;
        }
    }

    /// Admits `steps` at the settled level, or says after how many microseconds draining alone brings the level under
    /// 100 %, in whole milliseconds.
    #[inline]
    pub(crate) fn admit(&mut self, steps: i128) -> Result<(), u64> {
        if self.filled < self.full {
            self.filled += steps;
            return Ok(());
        }
        // Whole microseconds until not above 100 %, then the next whole millisecond: exactly 100 % is refused.
        let over = self.filled - self.full;
        let us = match u64::try_from(over) {
            Ok(over) => over / self.drain_per_us,
            Err(_) => (over / i128::from(self.drain_per_us)) as u64,
        };
        Err((us / 1_000 + 1) * 1_000)
    }

    /// Takes back `steps` of an estimate, in effect at the next look.
    #[inline]
    pub(crate) fn give_back(&mut self, steps: i128) {
        self.due += steps;
    }

    /// Adds what an answer took above its estimate.
    #[inline]
    pub(crate) fn take(&mut self, now_us: u64, steps: i128) {
        self.settle(now_us);
        self.filled += steps;
    }

    /// Ends the counting of work at the horizon.
    pub(crate) fn stop_counting(&mut self) {
        self.counting = false;
    }

    /// Work done so far, in sixty-millionths of a weight unit.
    pub(crate) fn worked_parts(&self) -> u128 {
        self.worked.unsigned_abs() * u128::from(self.scale.parts_per_step)
    }

    /// Capacity not used so far, in sixty-millionths of a weight unit.
    pub(crate) fn idle_parts(&self) -> u128 {
        self.idle.unsigned_abs() * u128::from(self.scale.parts_per_step)
    }
}
