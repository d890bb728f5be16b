//! The levels of several sizes of one deployment, moved side by side.

#![allow(
    clippy::inline_always,
    reason = "measured: the levels stay in registers only if their steps are inlined"
)]

use crate::engine::paths::lane::Size;
use crate::engine::paths::precondition::Plan;

/// The levels of all sizes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Levels<const N: usize> {
    pub(super) drain_per_us: [i64; N],
    /// From this level on nobody is let in.
    full: [i64; N],
    level: [i64; N],
    /// Worked off in the open minute.
    pub(super) worked: [i64; N],
    steps_per_unit: i64,
    /// Units to be given back at every size.
    given: i64,
    /// Units to be given back at some.
    given_apart: [i64; N],
    /// Whether there are any.
    apart: bool,
    last_us: u64,
    /// Whether the drains are of 32 bits, as the time between two steps is.
    narrow: bool,
}

/// A request in service.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flight {
    pub(super) done_us: u64,
    /// What its estimate was too high by, units.
    pub(super) unused: u32,
    /// The next of those that complete between the same two arrivals.
    pub(super) next: u32,
    /// The sizes that serve it, a bit each.
    pub(super) at: u32,
}

impl<const N: usize> Levels<N> {
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
            steps_per_unit: plan.scale.steps_per_unit as i64,
            given: 0,
            given_apart: [0; N],
            apart: false,
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

    /// Gives back what a request was estimated too high by, where it was served.
    #[inline(always)]
    pub(super) fn give(&mut self, flight: &Flight) {
        let unused = i64::from(flight.unused);
        if flight.at == (1 << N) - 1 {
            self.given += unused;
            return;
        }
        self.apart = true;
        for (k, given) in self.given_apart.iter_mut().enumerate() {
            *given += unused & -i64::from(flight.at >> k & 1);
        }
    }

    /// Brings the levels to `now_us`. No two steps are more than a minute apart.
    #[inline(always)]
    pub(super) fn settle(&mut self, now_us: u64) {
        let passed_us = (now_us - self.last_us) as i64;
        self.last_us = now_us;
        if self.apart {
            self.settle_apart();
        }
        let given = self.given.saturating_mul(self.steps_per_unit);
        self.given = 0;
        if self.narrow {
            self.follow(given, passed_us, short_product);
        } else {
            self.follow(given, passed_us, i64::wrapping_mul);
        }
    }

    #[inline(never)]
    pub(super) fn settle_apart(&mut self) {
        for k in 0..N {
            let given = self.given_apart[k].saturating_mul(self.steps_per_unit);
            self.level[k] = not_below_zero(self.level[k].saturating_sub(given));
        }
        (self.given_apart, self.apart) = ([0; N], false);
    }

    #[inline(always)]
    pub(super) fn follow(&mut self, given: i64, passed_us: i64, times: impl Fn(i64, i64) -> i64) {
        for k in 0..N {
            let open = not_below_zero(self.level[k].wrapping_sub(given));
            let after = not_below_zero(open.wrapping_sub(times(self.drain_per_us[k], passed_us)));
            self.worked[k] = self.worked[k].wrapping_add(open.wrapping_sub(after));
            self.level[k] = after;
        }
    }

    /// Adds an estimate, units, where there is room; says where, a bit each.
    #[inline(always)]
    pub(super) fn admit(&mut self, units: i64) -> u32 {
        let steps = units.wrapping_mul(self.steps_per_unit);
        let mut below = [0_i64; N];
        let mut all = -1_i64;
        for k in 0..N {
            // Negative where there is room.
            below[k] = self.level[k].wrapping_sub(self.full[k]);
            all &= below[k];
        }
        if all < 0 {
            for level in &mut self.level {
                *level = level.wrapping_add(steps);
            }
            return (1 << N) - 1;
        }
        let mut at = 0;
        for k in 0..N {
            let room = below[k] >> 63;
            self.level[k] = self.level[k].wrapping_add(steps & room);
            at |= (room as u32 & 1) << k;
        }
        at
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
