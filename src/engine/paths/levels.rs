//! The levels of several sizes of one deployment, moved side by side.

#![allow(
    clippy::inline_always,
    reason = "measured: the levels stay in registers only if their steps are inlined"
)]

use crate::engine::paths::lane::Size;
use crate::engine::paths::precondition::Plan;

/// The levels of all sizes.
#[derive(Clone, Copy, Debug)]
pub(super) struct SizeLevels<const N: usize> {
    pub(super) drain_per_us: [i64; N],
    /// From this level on nobody is let in.
    full: [i64; N],
    level: [i64; N],
    /// Worked off in the open minute.
    pub(super) worked: [i64; N],
    /// To be given back.
    given: [i64; N],
    steps_per_unit: i64,
    last_us: u64,
    /// Whether the drains are of 32 bits, as the time between two steps is.
    narrow: bool,
}

/// A request in service.
#[derive(Clone, Copy, Debug)]
pub(super) struct LevelFlight<const N: usize> {
    pub(super) done_us: u64,
    /// The next of those that complete between the same two arrivals.
    pub(super) next: u32,
    /// What its estimate was too high by, where it is served; 0 elsewhere.
    pub(super) unused: [i64; N],
}

impl<const N: usize> Default for LevelFlight<N> {
    fn default() -> Self {
        Self { done_us: 0, next: 0, unused: [0; N] }
    }
}

impl<const N: usize> SizeLevels<N> {
    pub(super) fn new(plan: &Plan, sizes: &[Size]) -> Self {
        // Where there are fewer, the first is followed several times.
        let own = |k: usize| sizes.get(k).or(sizes.first()).map_or(0, |size| size.units_per_minute);
        let drain_per_us: [i64; N] =
            std::array::from_fn(|k| plan.scale.drain_per_us(own(k)) as i64);
        Self {
            drain_per_us,
            full: drain_per_us.map(|drain| drain.wrapping_mul(plan.bucket.burst_us as i64)),
            level: [0; N],
            worked: [0; N],
            given: [0; N],
            steps_per_unit: plan.scale.steps_per_unit as i64,
            last_us: 0,
            narrow: drain_per_us.iter().all(|drain| u32::try_from(*drain).is_ok()),
        }
    }

    /// Follows another size in place of one that has left the pass.
    pub(super) const fn forget(&mut self, left: usize, other: usize) {
        self.drain_per_us[left] = self.drain_per_us[other];
        self.full[left] = self.full[other];
        self.level[left] = self.level[other];
    }

    /// What is given back of so many units, where it was served.
    #[inline(always)]
    pub(super) fn unused(&self, units: u32, served: &[i64; N]) -> [i64; N] {
        let steps = i64::from(units).wrapping_mul(self.steps_per_unit);
        served.map(|served| steps & served)
    }

    /// Gives back what requests were estimated too high by.
    #[inline(always)]
    pub(super) fn give(&mut self, unused: &[i64; N]) {
        for (given, unused) in self.given.iter_mut().zip(unused) {
            *given = given.wrapping_add(*unused);
        }
    }

    /// Brings the levels to `now_us`. No two steps are more than a minute apart.
    #[inline(always)]
    pub(super) fn settle(&mut self, now_us: u64) {
        let passed_us = (now_us - self.last_us) as i64;
        self.last_us = now_us;
        if self.narrow {
            self.follow(passed_us, short_product);
        } else {
            self.follow(passed_us, i64::wrapping_mul);
        }
        self.given = [0; N];
    }

    #[inline(always)]
    fn follow(&mut self, passed_us: i64, times: impl Fn(i64, i64) -> i64) {
        for k in 0..N {
            let open = not_below_zero(self.level[k].wrapping_sub(self.given[k]));
            let after = not_below_zero(open.wrapping_sub(times(self.drain_per_us[k], passed_us)));
            self.worked[k] = self.worked[k].wrapping_add(open.wrapping_sub(after));
            self.level[k] = after;
        }
    }

    /// Adds an estimate, units, where there is room; all ones where there was.
    #[inline(always)]
    pub(super) fn admit(&mut self, units: i64) -> [i64; N] {
        let steps = units.wrapping_mul(self.steps_per_unit);
        let mut served = [0; N];
        for (k, room) in served.iter_mut().enumerate() {
            // Negative where there is room.
            *room = self.level[k].wrapping_sub(self.full[k]) >> 63;
            self.level[k] = self.level[k].wrapping_add(steps & *room);
        }
        served
    }
}

/// Drain and time are of 32 bits: their product is one instruction for several sizes.
#[inline(always)]
fn short_product(drain: i64, passed_us: i64) -> i64 {
    (u64::from(drain as u32) * u64::from(passed_us as u32)) as i64
}

/// The level, or 0 where it is negative. Levels reach the ground at random: a branch here doubles
/// the time of a pass.
#[inline(always)]
fn not_below_zero(level: i64) -> i64 {
    level & !(level >> 63)
}
