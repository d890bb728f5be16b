//! What completes by when, for the fast path: sums without any order.
//!
//! Between two attempts only the sum of what is given back matters, so completions are not sorted. Time is cut into
//! buckets of about eight mean gaps; a bucket is a flat array of (offset, units), and "due by t" is one branch-free pass
//! over the bucket that t lies in, which the compiler turns into vector code. Full buckets and completions beyond the ring
//! go to the exact queue.

#![allow(clippy::inline_always, reason = "measured: called once per attempt from two places")]

use crate::engine::time::queue::{Event, Queue, Rank};

/// Entries per bucket.
const SLOTS: usize = 32;
/// Most buckets in the ring (2 MB).
const MAX_RING: u64 = 8_192;

/// Largest number of units an entry may have: the sum over a bucket must stay below 2^31.
pub(crate) const MAX_UNITS: u64 = (1 << 31) / SLOTS as u64 - 1;

#[derive(Clone, Debug)]
struct Entries {
    /// Offset of the completion in its bucket; a free entry is never due.
    offset: [i32; SLOTS],
    units: [i32; SLOTS],
    count: usize,
    total: i64,
}

const EMPTY: Entries = Entries { offset: [i32::MAX; SLOTS], units: [0; SLOTS], count: 0, total: 0 };

/// Units given back over time.
#[derive(Debug)]
pub(crate) struct Due {
    shift: u32,
    ring: Vec<Entries>,
    /// The bucket the clock is in.
    current: u64,
    /// The last bucket that holds anything, or one before the clock: nothing beyond it has to be
    /// emptied.
    filled: u64,
    /// Units of the buckets before `current`.
    before: i64,
    /// Units handed out so far.
    taken: i64,
    late: Queue,
    late_count: usize,
}

impl Due {
    /// For requests about `gap_us` apart that take at most `longest_us`.
    pub(crate) fn new(gap_us: u64, longest_us: u64) -> Self {
        let shift = gap_us.saturating_mul(8).max(2).ilog2().min(30);
        let buckets = ((longest_us >> shift) + 2).min(MAX_RING).next_power_of_two();
        Self {
            shift,
            ring: vec![EMPTY; buckets as usize],
            current: 0,
            filled: 0,
            before: 0,
            taken: 0,
            late: Queue::new(gap_us),
            late_count: 0,
        }
    }

    /// Gives `units` back at `at_us`, which is not before any time asked about so far.
    #[inline(always)]
    pub(crate) fn push(&mut self, at_us: u64, units: u32) {
        let bucket = at_us >> self.shift;
        let length = self.ring.len() as u64;
        let place = &mut self.ring[(bucket & (length - 1)) as usize];
        if place.count < SLOTS && bucket - self.current < length {
            place.offset[place.count] = (at_us & ((1 << self.shift) - 1)) as i32;
            place.units[place.count] = units as i32;
            place.count += 1;
            place.total += i64::from(units);
            self.filled = self.filled.max(bucket);
        } else {
            self.push_late(at_us, units);
        }
    }

    #[cold]
    fn push_late(&mut self, at_us: u64, units: u32) {
        self.late.push(Event::new(at_us, Rank::Completion, 0, 0, units));
        self.late_count += 1;
    }

    /// Units given back after the last time asked about, up to and including `until_us`.
    #[inline(always)]
    pub(crate) fn take(&mut self, until_us: u64) -> i64 {
        let bucket = until_us >> self.shift;
        let mask = self.ring.len() as u64 - 1;
        if self.current < bucket {
            self.leave(bucket, mask);
        }
        let place = &self.ring[(bucket & mask) as usize];
        let offset = (until_us & ((1 << self.shift) - 1)) as i32;
        // All ones where the entry's offset is at most `offset`: no branch, so the pass becomes vector code.
        let due = |slot: usize| place.units[slot] & ((place.offset[slot] - offset - 1) >> 31);
        let here: i32 = (0..SLOTS).map(due).sum();
        if self.late_count > 0 {
            self.take_late(until_us);
        }
        let all = self.before + i64::from(here);
        let new = all - self.taken;
        self.taken = all;
        new
    }

    #[inline(always)]
    fn leave(&mut self, bucket: u64, mask: u64) {
        let until = self.empties_until(bucket);
        while self.current < until {
            let place = &mut self.ring[(self.current & mask) as usize];
            self.before += place.total;
            place.offset = [i32::MAX; SLOTS];
            place.count = 0;
            place.total = 0;
            self.current += 1;
        }
        self.current = bucket;
    }

    /// The bucket up to which the clock has something to empty on its way to `bucket`: none of a
    /// silence, however long.
    #[inline(always)]
    fn empties_until(&self, bucket: u64) -> u64 {
        bucket.min(self.filled + 1)
    }

    #[cold]
    fn take_late(&mut self, until_us: u64) {
        while let Some(event) = self.late.pop_until(until_us) {
            self.before += i64::from(event.payload);
            self.late_count -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::luck::splitmix64;
    use std::collections::BTreeMap;

    /// A lone call has no mean gap, so its buckets are the narrowest: the minutes after it pass
    /// over all of them at once.
    #[test]
    fn a_silence_empties_nothing() {
        let mut due = Due::new(0, 16_000_000);
        due.push(401, 3);
        due.push(401_000, 4);
        assert_eq!(due.take(400), 0);
        assert_eq!(due.take(60_000_000), 7);
        for minute in 2..44_640_u64 {
            let bucket = (minute * 60_000_000) >> due.shift;
            assert!(due.empties_until(bucket) <= due.current, "minute {minute}");
            assert_eq!(due.take(minute * 60_000_000), 0);
        }
    }

    /// Against a sorted map: sparse, dense (buckets overflow), longer than the ring, and with long silences.
    #[test]
    fn sums_are_those_of_a_sorted_map() {
        for (gap_us, longest_us, crowd) in [
            (10_000, 16_000_000, 1),
            (10_000, 16_000_000, 40),
            (1, 1_000_000, 3),
            (1_000, 90_000_000, 2),
            (0, 9, 50),
        ] {
            let mut due = Due::new(gap_us, longest_us);
            let mut map: BTreeMap<u64, i64> = BTreeMap::new();
            let mut now_us = 0;
            for step in 0..3_000_u64 {
                let random = splitmix64(step ^ gap_us << 40);
                for request in 0..crowd {
                    let at_us = now_us + splitmix64(random ^ request) % (longest_us + 1);
                    let units = (random >> 32) as u32 % 3_200;
                    due.push(at_us, units);
                    *map.entry(at_us).or_default() += i64::from(units);
                }
                now_us += if random.is_multiple_of(97) {
                    3 * longest_us
                } else {
                    splitmix64(random) % (2 * gap_us + 1)
                };
                let later = map.split_off(&(now_us + 1));
                let expected: i64 = std::mem::replace(&mut map, later).values().sum();
                assert_eq!(due.take(now_us), expected);
            }
        }
    }
}
