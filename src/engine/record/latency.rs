//! Counts of times in buckets that grow with the time: exact to a 64th of the value, mergeable, no
//! allocation per count.

use serde::{Deserialize, Serialize};
/// Values below this have a bucket of their own.
const EXACT: u64 = 128;
/// Buckets of each doubling above.
const PER_DOUBLING: usize = 64;
/// Doublings counted apart: up to 2^42 µs, seven weeks. Longer times fall into the last bucket.
const DOUBLINGS: usize = 35;
const BUCKETS: usize = EXACT as usize + PER_DOUBLING * DOUBLINGS;

/// How many times fell into each bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeCounts(Vec<u64>);

impl Default for TimeCounts {
    fn default() -> Self {
        Self(vec![0; BUCKETS])
    }
}

#[inline]
const fn bucket(time_us: u64) -> usize {
    if time_us < EXACT {
        return time_us as usize;
    }
    // The leading seven bits name the bucket: one bit of doubling, six of position within it.
    let shift = 57 - time_us.leading_zeros();
    let index = ((shift as usize) << 6) + (time_us >> shift) as usize;
    if index < BUCKETS { index } else { BUCKETS - 1 }
}

/// The smallest time of a bucket.
const fn floor_us(bucket: usize) -> u64 {
    if bucket < EXACT as usize {
        return bucket as u64;
    }
    let shift = (bucket >> 6) - 1;
    ((bucket - (shift << 6)) as u64) << shift
}

impl TimeCounts {
    /// How many places [`TimeCounts::place`] knows.
    pub(crate) const PLACES: usize = BUCKETS;

    /// Where a time is counted.
    #[inline]
    pub(crate) const fn place(time_us: u64) -> usize {
        bucket(time_us)
    }

    /// Differences of counts, modulo 2^64, one for each place.
    pub(crate) fn of_differences(all: impl Iterator<Item = i64>) -> Self {
        Self(all.map(i64::cast_unsigned).collect())
    }

    /// Counts a time, microseconds.
    #[inline]
    pub(crate) fn add(&mut self, time_us: u64) {
        let count = &mut self.0[bucket(time_us)];
        *count = count.wrapping_add(1);
    }

    /// Takes a count back that is added elsewhere: counts are modulo 2^64 until
    /// [`Self::wrapping_merge`] brings the two together.
    #[inline]
    pub(crate) fn take_back(&mut self, time_us: u64) {
        let count = &mut self.0[bucket(time_us)];
        *count = count.wrapping_sub(1);
    }

    /// Adds the counts of another, where either may have been taken back from.
    pub(crate) fn wrapping_merge(&mut self, other: &Self) {
        for (own, theirs) in self.0.iter_mut().zip(&other.0) {
            *own = own.wrapping_add(*theirs);
        }
    }

    /// Adds the counts of another.
    pub fn merge(&mut self, other: &Self) {
        for (own, theirs) in self.0.iter_mut().zip(&other.0) {
            *own += theirs;
        }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<u64>()
    }

    /// How many times were counted.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The nearest-rank percentile, microseconds: the last time of its bucket, so that no objective
    /// holds by rounding. At most a 64th above the exact one; none when nothing was counted.
    pub fn percentile_us(&self, percent: u64) -> Option<u64> {
        let rank = (self.total() * percent).div_ceil(100).max(1);
        let mut seen = 0;
        self.0
            .iter()
            .position(|count| {
                seen += count;
                seen >= rank
            })
            .map(|bucket| floor_us(bucket + 1) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_follow_each_other_and_hold_a_64th() {
        for at in 1..BUCKETS {
            let (below, own) = (floor_us(at - 1), floor_us(at));
            assert!(below < own, "{at}: {below} {own}");
            assert_eq!((bucket(own), bucket(own - 1)), (at, at - 1));
            assert!(at < EXACT as usize || (own - below) * 64 <= own, "{at}");
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn percentiles_are_nearest_rank() {
        let mut counts = TimeCounts::default();
        assert_eq!(counts.percentile_us(50), None);
        (1..=100).for_each(|time| counts.add(time));
        assert_eq!(
            [1, 50, 99, 100].map(|p| counts.percentile_us(p)),
            [Some(1), Some(50), Some(99), Some(100)]
        );
        let mut other = TimeCounts::default();
        other.add(1_000_000);
        counts.merge(&other);
        let top = counts.percentile_us(100).unwrap();
        assert!((1_000_000..1_015_625).contains(&top), "{top}");
    }
}
