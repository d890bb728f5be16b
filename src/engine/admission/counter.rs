//! Counts over windows of time, for the limits of Standard deployments (S 14, S 15).

use crate::units::time::MINUTE_US;
use std::collections::VecDeque;

/// A running count in a window.
#[derive(Clone, Debug)]
pub(crate) struct Counter {
    pub(crate) window_us: u64,
    pub(crate) sliding: bool,
    pub(crate) sum: u64,
    end_us: u64,
    /// What the clock showed at time 0.
    clock_us: u64,
    /// Sliding only: what was added when.
    log: VecDeque<(u64, u64)>,
}

impl Counter {
    pub(crate) const fn new(window_us: u64, sliding: bool) -> Self {
        Self { window_us, sliding, sum: 0, end_us: 0, clock_us: 0, log: VecDeque::new() }
    }

    /// Has its windows begin with those of a clock that showed `clock_us` at time 0.
    pub(crate) const fn set_clock(&mut self, clock_us: u64) {
        self.clock_us = clock_us % self.window_us;
    }

    /// What the clock showed at time 0, as far as its windows go by it.
    pub(crate) const fn clock_us(&self) -> u64 {
        self.clock_us
    }

    /// The number of the clock's window that holds a time.
    #[inline]
    pub(crate) const fn window(&self, now_us: u64) -> u64 {
        (now_us + self.clock_us) / self.window_us
    }

    /// When the clock's window that holds a time ends.
    #[inline]
    pub(crate) const fn end_of(&self, now_us: u64) -> u64 {
        (self.window(now_us) + 1) * self.window_us - self.clock_us
    }

    /// Brings it up to `now_us`; says whether a new window began.
    #[inline]
    pub(crate) fn advance(&mut self, now_us: u64) -> bool {
        if self.sliding {
            while let Some(&(at_us, amount)) = self.log.front()
                && at_us + self.window_us <= now_us
            {
                self.sum -= amount;
                self.log.pop_front();
            }
        } else if now_us >= self.end_us {
            self.end_us = self.end_of(now_us);
            self.sum = 0;
            return true;
        }
        false
    }

    #[inline]
    pub(crate) fn add(&mut self, now_us: u64, amount: u64) {
        self.sum = self.sum.saturating_add(amount);
        if self.sliding {
            self.log.push_back((now_us, amount));
        }
    }

    /// Microseconds until the sum is at most `target`, or until the window is empty.
    pub(crate) fn room_after(&self, now_us: u64, target: u64) -> u64 {
        if !self.sliding {
            return self.end_us - now_us;
        }
        let mut left = self.sum;
        let mut until_us = now_us;
        for (at_us, amount) in &self.log {
            if left <= target {
                break;
            }
            left -= amount;
            until_us = at_us + self.window_us;
        }
        until_us - now_us
    }
}

/// What a request window shorter than a minute needs beside its own count.
#[derive(Clone, Debug)]
pub(crate) struct Short {
    /// Requests admitted in the minute, over which the limit holds too.
    pub(crate) minute: Counter,
    pub(crate) limit: u64,
    /// Windows of the minute that may admit one more than the whole part of their share, and those that did.
    spare: u64,
    pub(crate) taken: u64,
}

impl Short {
    /// A limit that admits nothing yet.
    pub(crate) const fn new(sliding: bool) -> Self {
        Self { minute: Counter::new(MINUTE_US, sliding), limit: 0, spare: 0, taken: 0 }
    }

    /// Sets the limit per minute; returns the whole part of a window's share.
    pub(crate) fn set(&mut self, limit: Option<u64>, window_us: u64) -> u64 {
        let Some(limit) = limit else {
            (self.limit, self.spare) = (u64::MAX, 0);
            return u64::MAX;
        };
        let share = u128::from(limit) * u128::from(window_us) / u128::from(MINUTE_US);
        let share = u64::try_from(share).unwrap_or(u64::MAX);
        // A window that slides has no place to hand fractions out at: the next whole number, bounded by the minute.
        let next = u64::from(self.minute.sliding && !exact(limit, window_us));
        let handed_out = share.saturating_mul(MINUTE_US / window_us);
        self.spare = if next == 1 { 0 } else { limit.saturating_sub(handed_out) };
        self.limit = limit;
        share + next
    }

    pub(crate) fn advance(&mut self, now_us: u64) {
        if self.minute.advance(now_us) {
            self.taken = 0;
        }
    }

    /// Whether a window that has admitted its `share` may admit one more.
    pub(crate) const fn has_spare(&self) -> bool {
        self.taken < self.spare
    }
}

/// Whether a window's share of a limit per minute is a whole number.
const fn exact(limit: u64, window_us: u64) -> bool {
    (limit as u128 * window_us as u128).is_multiple_of(MINUTE_US as u128)
}
