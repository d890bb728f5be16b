//! One trace at many rates: every copy that the highest rate needs is placed and put in order once,
//! and each lower rate is a filter over them.

use crate::units::luck::splitmix64;
use crate::workload::trace::Trace;
use crate::workload::transform::scale::{KEEP, SPREAD_US, copy_at, scale, threshold};
use crate::workload::transform::time::{TransformFault, gather};

/// A copy of a request: when it arrives, and which copy it is; 0 is the request itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Placed {
    at_us: u64,
    id: u32,
    copy: u32,
}

/// The requests of a trace at any rate up to a highest one. [`Levels::at`] gives what [`scale`]
/// gives, at about a third of its cost.
#[derive(Debug)]
pub struct Levels {
    most: f64,
    placed: Vec<Placed>,
    /// Of each placed copy the upper half of what is drawn for its request.
    drawn: Vec<u32>,
}

/// The upper half of a number.
#[inline]
fn upper(number: u64) -> u32 {
    u32::try_from(number >> 32).unwrap_or(u32::MAX)
}

/// How many copies of each request there are at a rate: so many of all, and one more of some.
#[derive(Clone, Copy)]
struct Copies {
    whole: u32,
    share: u64,
    seed: u64,
}

impl Copies {
    fn of(trace: &Trace, factor: f64) -> Self {
        let whole = factor.floor();
        Self { whole: whole as u32, share: threshold(factor - whole), seed: trace.seed }
    }

    /// What is drawn for a request: the share from which on there is one more copy of it.
    #[inline]
    fn draw(self, id: u32) -> u64 {
        splitmix64(self.seed ^ KEEP ^ splitmix64(u64::from(id)))
    }

    /// Whether the rate has a copy of a request.
    #[inline]
    fn has(self, id: u32, copy: u32) -> bool {
        copy < self.whole || (copy == self.whole && self.draw(id) < self.share)
    }

    /// The same where the upper half of what is drawn is known.
    #[inline]
    fn has_drawn(self, id: u32, copy: u32, drawn: u32) -> bool {
        let share = upper(self.share);
        // Half of it decides all but one of four thousand million.
        copy < self.whole
            || (copy == self.whole
                && (drawn < share || (drawn == share && self.draw(id) < self.share)))
    }
}

impl Levels {
    /// Places what rates up to `most` times that of the trace need.
    ///
    /// # Errors
    /// A rate that is no positive number, or more requests than a trace can number.
    pub fn up_to(trace: &Trace, most: f64) -> Result<Self, TransformFault> {
        if !(most.is_finite() && most > 0.0) {
            return Err(TransformFault::Factor(most));
        }
        let expected = trace.len() as f64 * most;
        if expected > f64::from(u32::MAX) {
            return Err(TransformFault::TooManyRequests(expected as u64));
        }
        let mut levels = Self { most, placed: Vec::new(), drawn: Vec::new() };
        if most > 1.0 {
            let copies = Copies::of(trace, most);
            levels.placed.reserve(expected as usize + trace.len() / 100);
            for (id, at) in trace.arrival_us.iter().enumerate() {
                let id = id as u32;
                levels.placed.push(Placed { at_us: *at, id, copy: 0 });
                let further = (1..=copies.whole).take_while(|copy| copies.has(id, *copy));
                levels.placed.extend(further.map(|copy| {
                    let at_us = copy_at(trace, id, copy, SPREAD_US);
                    Placed { at_us, id, copy }
                }));
            }
            levels.placed.sort_unstable();
            let drawn = levels.placed.iter().map(|placed| upper(copies.draw(placed.id)));
            levels.drawn = drawn.collect();
        }
        Ok(levels)
    }

    /// `trace`, which these are the levels of, at `factor` times its rate: that of [`scale`].
    ///
    /// # Errors
    /// As [`scale`].
    pub fn at(&self, trace: &Trace, factor: f64) -> Result<Trace, TransformFault> {
        if factor > self.most || !(factor.is_finite() && factor > 0.0) {
            return scale(trace, factor);
        }
        let copies = Copies::of(trace, factor);
        if self.placed.is_empty() {
            let all = 0..trace.len() as u32;
            let kept: Vec<u32> = all.filter(|id| copies.has(*id, 0)).collect();
            return Ok(gather(trace, &kept.iter().copied()));
        }
        let count = self.placed.len();
        let (mut ids, mut arrival_us) = (vec![0; count], vec![0; count]);
        let mut kept = 0;
        // Which are kept is random: no branch, so none is guessed wrong.
        for (placed, drawn) in self.placed.iter().zip(&self.drawn) {
            (ids[kept], arrival_us[kept]) = (placed.id, placed.at_us);
            kept += usize::from(copies.has_drawn(placed.id, placed.copy, *drawn));
        }
        ids.truncate(kept);
        arrival_us.truncate(kept);
        arrival_us.shrink_to_fit();
        let mut made = gather(trace, &ids.iter().copied());
        made.arrival_us = arrival_us;
        Ok(made)
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.placed.capacity() * size_of::<Placed>() + self.drawn.capacity() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(requests: u32) -> Trace {
        let draw = |n: u64| splitmix64(n);
        let mut arrival_us: Vec<u64> =
            (0..u64::from(requests)).map(|n| draw(n) % 600_000_000).collect();
        arrival_us.sort_unstable();
        let column =
            |salt: u64| (0..u64::from(requests)).map(move |n| (splitmix64(n ^ salt) % 900) as u32);
        Trace {
            max_output_tokens: Some(column(3).collect()),
            seed: 17,
            ..Trace::new(arrival_us, column(1).collect(), column(2).collect())
        }
    }

    #[test]
    fn every_level_is_what_scaling_gives() {
        let trace = trace(3_000);
        for most in [0.4, 1.0, 1.7, 3.2] {
            let levels = Levels::up_to(&trace, most).unwrap();
            for factor in [0.01, 0.3, 0.999, 1.0, 1.000_1, 1.3, 1.7, 2.0, 2.9, 3.2, 3.3] {
                assert_eq!(levels.at(&trace, factor), scale(&trace, factor), "{factor} of {most}");
            }
        }
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        let trace = trace(10);
        assert!(Levels::up_to(&trace, 0.0).is_err() && Levels::up_to(&trace, 1e9).is_err());
        let levels = Levels::up_to(&trace, 2.0).unwrap();
        assert_eq!(levels.at(&trace, f64::NAN).is_err(), scale(&trace, f64::NAN).is_err());
        assert!(levels.at(&trace, -1.0).is_err());
    }
}
