//! Which arrival is the first from a time on: a table of places, since completions ask it once a
//! request.

#![allow(clippy::inline_always, reason = "measured: called for every request of a shared pass")]

/// Arrivals of a place of the table, on average.
const PER_PLACE: u64 = 2;
/// Up to so many are looked at all together.
const FEW: usize = 8;

/// Times in order, with the first of each stretch of time.
#[derive(Debug)]
pub(crate) struct Arrivals<'a> {
    times: &'a [u64],
    first_us: u64,
    shift: u32,
    places: Vec<u32>,
}

impl<'a> Arrivals<'a> {
    /// Of times in order, fewer than 2^32 and about `gap_us` apart.
    pub(crate) fn of(times: &'a [u64], gap_us: u64) -> Self {
        let first_us = times.first().copied().unwrap_or(0);
        let spread_us = times.last().map_or(0, |last| last - first_us);
        let shift = gap_us.saturating_mul(PER_PLACE).max(1).ilog2();
        // Where each place ends, as far as somebody arrives in it; then that of those without.
        let mut places = vec![0_u32; (spread_us >> shift) as usize + 2];
        for (index, at_us) in (1..).zip(times) {
            places[((at_us - first_us) >> shift) as usize + 1] = index;
        }
        let mut until = 0;
        for place in &mut places {
            until = until.max(*place);
            *place = until;
        }
        Self { times, first_us, shift, places }
    }

    /// The index of the first that is not before `at_us`; the number of all where there is none.
    #[inline(always)]
    pub(crate) fn first_from(&self, at_us: u64) -> usize {
        let place = (at_us.saturating_sub(self.first_us) >> self.shift) as usize;
        let Some([from, until]) = self.places.get(place..).and_then(|rest| rest.first_chunk())
        else {
            return self.times.len();
        };
        let (from, until) = (*from as usize, *until as usize);
        let before = match self.times[from..].first_chunk::<FEW>() {
            // Those of later places are not before it either: no branch depends on how many are.
            Some(few) if until - from <= FEW => {
                few.iter().map(|time| usize::from(*time < at_us)).sum()
            }
            _ => self.times[from..until].partition_point(|time| *time < at_us),
        };
        from + before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::luck::splitmix64;

    #[test]
    fn it_is_the_first_of_a_search() {
        for (count, gap_us) in [(0, 5), (1, 0), (300, 0), (300, 1), (1_000, 40), (1_000, 900)] {
            let draw = |n: u64| splitmix64(n ^ gap_us << 32);
            let mut times: Vec<u64> =
                (0..count).map(|n| 7_000 + draw(n) % (count * gap_us + 1)).collect();
            // A crowd at one time, and a long silence before the last.
            times.extend(std::iter::repeat_n(7_100, count as usize / 3));
            times.extend((count > 5).then_some(500_000));
            times.sort_unstable();
            let arrivals = Arrivals::of(&times, gap_us);
            let around = times.iter().flat_map(|at| [at - 1, *at, at + 1]);
            for at_us in around.chain([0, 6_999, 7_000, 400_000, 900_000, u64::MAX]) {
                let expected = times.partition_point(|time| *time < at_us);
                assert_eq!(arrivals.first_from(at_us), expected, "{at_us} of {times:?}");
            }
        }
    }
}
