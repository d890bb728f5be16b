//! Token lengths: exact percentiles by counting, rank correlation.

/// One column of tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lengths {
    /// Sum over all requests.
    pub sum: u64,
    /// Mean.
    pub mean: f64,
    /// Standard deviation over mean.
    pub variation: f64,
    /// Half of the requests have at most this.
    pub p50: u32,
    /// 95 % have at most this.
    pub p95: u32,
    /// 99 % have at most this.
    pub p99: u32,
    /// The longest.
    pub max: u32,
}

impl Lengths {
    /// Of a column; all zero for an empty one.
    pub fn of(column: &[u32]) -> Self {
        let Some(max) = column.iter().max().copied() else { return Self::default() };
        let counts = counts(column, max);
        let total = column.len() as u64;
        let sum: u64 = column.iter().map(|tokens| u64::from(*tokens)).sum();
        let mean = sum as f64 / total as f64;
        let squares: f64 = counts
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
            .map(|(value, count)| (value as f64 - mean).powi(2) * f64::from(*count))
            .sum();
        let deviation = (squares / total as f64).sqrt();
        Self {
            sum,
            mean,
            variation: if mean > 0.0 { deviation / mean } else { 0.0 },
            p50: at_rank(&counts, (total - 1) * 50 / 100),
            p95: at_rank(&counts, (total - 1) * 95 / 100),
            p99: at_rank(&counts, (total - 1) * 99 / 100),
            max,
        }
    }
}

/// How many requests have each length, from 0 to `max`.
pub(crate) fn counts(column: &[u32], max: u32) -> Vec<u32> {
    let mut counts = vec![0_u32; max as usize + 1];
    for tokens in column {
        counts[*tokens as usize] += 1;
    }
    counts
}

/// The value at a rank (from 0) of the sorted column.
fn at_rank(counts: &[u32], rank: u64) -> u32 {
    let mut below = 0;
    for (value, count) in counts.iter().enumerate() {
        below += u64::from(*count);
        if below > rank {
            return value as u32;
        }
    }
    counts.len().saturating_sub(1) as u32
}

/// Spearman's rank correlation of two columns, ties at their mean rank; none where one of them is constant or empty.
pub fn rank_correlation(a: &[u32], b: &[u32]) -> Option<f64> {
    let (ranks_a, ranks_b) = (mean_ranks(a)?, mean_ranks(b)?);
    let middle = (a.len() as f64 - 1.0) / 2.0;
    let (mut both, mut of_a, mut of_b) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (ranks_a[*a as usize] - middle, ranks_b[*b as usize] - middle);
        both += a * b;
        of_a += a * a;
        of_b += b * b;
    }
    (of_a > 0.0 && of_b > 0.0).then(|| both / (of_a * of_b).sqrt())
}

/// The mean rank (from 0) of every value that occurs.
fn mean_ranks(column: &[u32]) -> Option<Vec<f64>> {
    let max = column.iter().max()?;
    let mut below = 0.0;
    let rank = |count: u32| {
        let count = f64::from(count);
        let mean = below + (count - 1.0) / 2.0;
        below += count;
        mean
    };
    Some(counts(column, *max).into_iter().map(rank).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_lower_sample_values() {
        let lengths = Lengths::of(&[10, 20, 30, 40]);
        assert_eq!((lengths.p50, lengths.p95, lengths.max, lengths.sum), (20, 30, 40, 100));
        assert!((lengths.mean - 25.0).abs() < 1e-12);
        assert!((lengths.variation - 0.447_213_595_5).abs() < 1e-9);
        assert_eq!(Lengths::of(&[]), Lengths::default());
    }

    #[test]
    fn ranks_correlate_as_they_should() {
        assert_eq!(rank_correlation(&[1, 2, 3], &[10, 200, 3_000]), Some(1.0));
        assert_eq!(rank_correlation(&[1, 2, 3], &[9, 5, 1]), Some(-1.0));
        assert_eq!(rank_correlation(&[1, 1], &[1, 2]), None);
        assert_eq!(rank_correlation(&[], &[]), None);
        let tied = rank_correlation(&[1, 2, 2, 3], &[1, 3, 2, 4]).unwrap();
        assert!((tied - 0.948_683_298_05).abs() < 1e-9);
    }
}
