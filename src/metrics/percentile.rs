//! Nearest-rank percentiles.

/// Which percentile: a whole percent from 1 to 100.
pub type Percent = u64;

/// The nearest-rank percentile of `total` values of which only those above 0 are listed. 0 when there are none.
/// `listed` is reordered.
pub fn nearest_rank(listed: &mut [u32], total: u64, percent: Percent) -> u64 {
    let zeros = total.saturating_sub(listed.len() as u64);
    let rank = (total * percent).div_ceil(100).max(1);
    if total == 0 || rank <= zeros {
        return 0;
    }
    let index = ((rank - zeros - 1) as usize).min(listed.len() - 1);
    u64::from(*listed.select_nth_unstable(index).1)
}

/// The nearest-rank percentile of floats that are all listed; none when there are none. `values` is
/// reordered.
pub fn nearest_rank_f64(values: &mut [f64], percent: Percent) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let rank = (values.len() * percent as usize).div_ceil(100).max(1);
    Some(*values.select_nth_unstable_by(rank - 1, f64::total_cmp).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_that_are_not_listed_count() {
        assert_eq!(nearest_rank(&mut [30, 10, 20], 10, 70), 0);
        assert_eq!(nearest_rank(&mut [30, 10, 20], 10, 71), 10);
        assert_eq!(nearest_rank(&mut [30, 10, 20], 10, 100), 30);
        assert_eq!(nearest_rank(&mut [], 0, 50), 0);
        assert_eq!(nearest_rank_f64(&mut [3.0, 1.0, 2.0], 50), Some(2.0));
    }
}
