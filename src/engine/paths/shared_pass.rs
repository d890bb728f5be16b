//! Several sizes of one deployment in a single pass, for those that refuse nobody.
//!
//! While nobody is refused, what is asked and what is given back does not depend on the size: one run of the fast path
//! for the largest size does all the work that sizes share, and writes down how the level was moved. The other sizes follow
//! these steps in blocks, a handful of additions each. A size whose level reaches 100 % at an attempt leaves the pass and is
//! run on its own.

#![allow(clippy::inline_always, reason = "measured: called for every request of the fast path")]

use crate::engine::admission::bucket::Scale;
use crate::engine::paths::fast::Watch;
use crate::engine::record::outcome::{DeploymentOutcome, Outcome};
use crate::units::ptu::Ptu;

/// Steps worked off at a time: they stay in the first cache while the lanes pass over them.
const BLOCK: usize = 512;
/// Lanes worked off side by side, so that the compiler makes vector code of them.
const WIDE: usize = 8;

/// One move of the level: some is given back, time passes, and, if this was an attempt, an estimate is added.
#[derive(Clone, Copy, Debug)]
struct Step {
    given: i64,
    passed_us: i64,
    added: i64,
}

/// A size that has refused nobody so far.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    /// Its place among the sizes.
    pub(crate) index: usize,
    capacity_ptu: Ptu,
    units_per_minute: u64,
    drain_per_us: i64,
    /// The highest level at which an attempt is let in.
    highest: i64,
    level: i64,
    /// Of the open minute.
    worked: i64,
    idle: i64,
    /// Negative once a level was above the highest.
    room: i64,
    worked_before: i128,
    idle_before: i128,
    used_units: u128,
    minutes: Vec<u64>,
}

/// The sizes of a pass.
#[derive(Debug)]
pub(crate) struct Lanes {
    scale: Scale,
    keep_minutes: bool,
    steps: Vec<Step>,
    /// Those that are still in the pass.
    pub(crate) left: Vec<Lane>,
}

impl Lanes {
    pub(crate) fn new(scale: Scale, keep_minutes: bool) -> Self {
        Self { scale, keep_minutes, steps: Vec::with_capacity(BLOCK), left: Vec::new() }
    }

    /// Adds a size.
    pub(crate) fn add(
        &mut self,
        index: usize,
        capacity_ptu: Ptu,
        units_per_minute: u64,
        burst_us: u64,
    ) {
        let drain_per_us = self.scale.drain_per_us(units_per_minute) as i64;
        self.left.push(Lane {
            index,
            capacity_ptu,
            units_per_minute,
            drain_per_us,
            highest: drain_per_us * burst_us as i64 - 1,
            level: 0,
            worked: 0,
            idle: 0,
            room: 0,
            worked_before: 0,
            idle_before: 0,
            used_units: 0,
            minutes: Vec::new(),
        });
    }

    /// Works off the attempts written down, and drops the lanes that would have refused one.
    #[inline(never)]
    fn work_off(&mut self) {
        let block = Block::of(&self.steps);
        let (wide, rest) = self.left.as_chunks_mut::<WIDE>();
        for lanes in wide {
            block.move_levels(lanes);
        }
        for lane in rest {
            block.move_levels(std::array::from_mut(lane));
        }
        self.left.retain(|lane| lane.room >= 0);
        self.steps.clear();
    }
}

/// Some steps, and what all lanes need to know of them.
struct Block<'a> {
    steps: &'a [Step],
    /// What all attempts add.
    asked: i64,
    passed_us: i64,
    /// Whether no step takes longer than 32 bits hold.
    short: bool,
}

impl<'a> Block<'a> {
    fn of(steps: &'a [Step]) -> Self {
        let mut block = Self { steps, asked: 0, passed_us: 0, short: true };
        for step in steps {
            block.asked = block.asked.saturating_add(step.added);
            block.passed_us = block.passed_us.wrapping_add(step.passed_us);
            block.short &= u32::try_from(step.passed_us).is_ok();
        }
        block
    }

    fn move_levels<const N: usize>(&self, lanes: &mut [Lane; N]) {
        // Where a lane has room for all that the block asks, none of its attempts needs to be looked at.
        let roomy = lanes.iter().all(|lane| lane.level.saturating_add(self.asked) <= lane.highest);
        let narrow =
            self.short && lanes.iter().all(|lane| u32::try_from(lane.drain_per_us).is_ok());
        match (roomy, narrow) {
            (true, true) => follow::<N, false>(self, lanes, short_product),
            (false, true) => follow::<N, true>(self, lanes, short_product),
            (true, false) => follow::<N, false>(self, lanes, i64::wrapping_mul),
            (false, false) => follow::<N, true>(self, lanes, i64::wrapping_mul),
        }
    }
}

/// Drain and time are of 32 bits: their product is one instruction for several lanes.
#[inline(always)]
fn short_product(drain: i64, passed_us: i64) -> i64 {
    (u64::from(drain as u32) * u64::from(passed_us as u32)) as i64
}

/// The level, or 0 where it is negative. Levels reach the ground at random: a branch here doubles the time of a pass.
#[inline(always)]
fn not_below_zero(level: i64) -> i64 {
    level & !(level >> 63)
}

/// Moves the levels of some lanes along the steps; if `CHECKED`, notes where one was full at an attempt.
#[inline(always)]
fn follow<const N: usize, const CHECKED: bool>(
    block: &Block,
    lanes: &mut [Lane; N],
    times: impl Fn(i64, i64) -> i64,
) {
    let drain = lanes.each_ref().map(|lane| lane.drain_per_us);
    let highest = lanes.each_ref().map(|lane| lane.highest);
    let mut level = lanes.each_ref().map(|lane| lane.level);
    let mut worked = [0_i64; N];
    let mut room = lanes.each_ref().map(|lane| lane.room);
    for step in block.steps {
        for k in 0..N {
            // A lane above its highest level is lost, so what wraps after that is never read.
            let open = not_below_zero(level[k].wrapping_sub(step.given));
            let after = not_below_zero(open.wrapping_sub(times(drain[k], step.passed_us)));
            worked[k] = worked[k].wrapping_add(open.wrapping_sub(after));
            if CHECKED {
                room[k] |= highest[k].wrapping_sub(after);
            }
            level[k] = after.wrapping_add(step.added);
        }
    }
    for (k, lane) in lanes.iter_mut().enumerate() {
        let could = drain[k].wrapping_mul(block.passed_us);
        lane.worked = lane.worked.wrapping_add(worked[k]);
        lane.idle = lane.idle.wrapping_add(could.wrapping_sub(worked[k]));
        (lane.level, lane.room) = (level[k], room[k]);
    }
}

impl Watch for Lanes {
    #[inline(always)]
    fn settled(&mut self, passed_us: u64, given: i64) {
        if self.steps.len() == BLOCK {
            self.work_off();
        }
        self.steps.push(Step { given, passed_us: passed_us as i64, added: 0 });
    }

    #[inline(always)]
    fn admitted(&mut self, steps: i64) {
        if let Some(last) = self.steps.last_mut() {
            last.added = steps;
        }
    }

    fn minute_ended(&mut self, counting: bool) {
        // The last step is the minute's end: no attempt, so a full level refuses nobody.
        let Some(end) = self.steps.pop() else { return };
        self.work_off();
        for lane in &mut self.left {
            let lanes = std::array::from_mut(lane);
            follow::<1, false>(&Block::of(&[end]), lanes, i64::wrapping_mul);
            if counting {
                lane.worked_before += i128::from(lane.worked);
                lane.idle_before += i128::from(lane.idle);
            }
            (lane.worked, lane.idle) = (0, 0);
            let parts = lane.worked_before.unsigned_abs() * u128::from(self.scale.parts_per_step);
            let used_units = parts / DeploymentOutcome::UNIT;
            if self.keep_minutes {
                lane.minutes.push((used_units - lane.used_units) as u64);
            }
            lane.used_units = used_units;
        }
    }
}

impl Lane {
    /// The outcome of this size: that of the largest, but for how much of the capacity was used.
    pub(crate) fn outcome(
        &self,
        scale: Scale,
        largest: (&Outcome, &[u128]),
        deployment: usize,
    ) -> (Outcome, Vec<u128>) {
        let (mut outcome, mut idle) = (largest.0.clone(), largest.1.to_vec());
        let parts = u128::from(scale.parts_per_step);
        idle[deployment] = self.idle_before.unsigned_abs() * parts;
        let counts = &mut outcome.deployments[deployment];
        counts.used_units = self.worked_before.unsigned_abs() * parts;
        for stretch in &mut counts.deployed {
            stretch.capacity_ptu = self.capacity_ptu;
        }
        let deployed_us: u64 = counts.deployed.iter().map(|d| d.until_us - d.from_us).sum();
        counts.capacity_units = u128::from(self.units_per_minute) * u128::from(deployed_us);
        for (minute, used_units) in counts.minutes.iter_mut().zip(&self.minutes) {
            minute.used_units = *used_units;
        }
        (outcome, idle)
    }
}
