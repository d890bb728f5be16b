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
        let mut counts = Counts::default();
        counts.add(column);
        counts.lengths()
    }
}

/// How many requests have each length.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    of: Vec<u32>,
    total: u64,
}

impl Counts {
    /// Adds the requests of a piece.
    pub(super) fn add(&mut self, column: &[u32]) {
        let Some(max) = column.iter().max().copied() else { return };
        if self.of.len() <= max as usize {
            self.of.resize(max as usize + 1, 0);
        }
        for tokens in column {
            self.of[*tokens as usize] += 1;
        }
        self.total += column.len() as u64;
    }

    pub(super) fn lengths(&self) -> Lengths {
        let (counts, total) = (&self.of, self.total);
        if total == 0 {
            return Lengths::default();
        }
        let each = || counts.iter().enumerate().filter(|(_, count)| **count > 0);
        let sum: u64 = each().map(|(value, count)| value as u64 * u64::from(*count)).sum();
        let mean = sum as f64 / total as f64;
        let squares: f64 =
            each().map(|(value, count)| (value as f64 - mean).powi(2) * f64::from(*count)).sum();
        let deviation = (squares / total as f64).sqrt();
        Lengths {
            sum,
            mean,
            variation: if mean > 0.0 { deviation / mean } else { 0.0 },
            p50: at_rank(counts, (total - 1) * 50 / 100),
            p95: at_rank(counts, (total - 1) * 95 / 100),
            p99: at_rank(counts, (total - 1) * 99 / 100),
            max: counts.len() as u32 - 1,
        }
    }

    /// The mean rank (from 0) of every value up to the largest.
    fn mean_ranks(&self) -> Vec<f64> {
        let mut below = 0.0;
        let rank = |count: &u32| {
            let count = f64::from(*count);
            let mean = below + (count - 1.0) / 2.0;
            below += count;
            mean
        };
        self.of.iter().map(rank).collect()
    }
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
    let (mut counts_a, mut counts_b) = (Counts::default(), Counts::default());
    counts_a.add(a);
    counts_b.add(b);
    let mut ranks = Ranks::new(&counts_a, &counts_b)?;
    ranks.add(a, b);
    ranks.correlation()
}

/// The rank correlation of two columns whose values have been counted, summed over their pieces.
#[derive(Clone, Debug)]
pub(super) struct Ranks {
    of_a: Vec<f64>,
    of_b: Vec<f64>,
    middle: f64,
    sums: [f64; 3],
}

impl Ranks {
    pub(super) fn new(a: &Counts, b: &Counts) -> Option<Self> {
        let middle = (a.total as f64 - 1.0) / 2.0;
        (a.total > 0 && b.total > 0).then(|| Self {
            of_a: a.mean_ranks(),
            of_b: b.mean_ranks(),
            middle,
            sums: [0.0; 3],
        })
    }

    pub(super) fn add(&mut self, a: &[u32], b: &[u32]) {
        let [mut both, mut squares_a, mut squares_b] = self.sums;
        for (a, b) in a.iter().zip(b) {
            let a = self.of_a[*a as usize] - self.middle;
            let b = self.of_b[*b as usize] - self.middle;
            both += a * b;
            squares_a += a * a;
            squares_b += b * b;
        }
        self.sums = [both, squares_a, squares_b];
    }

    pub(super) fn correlation(self) -> Option<f64> {
        let [both, of_a, of_b] = self.sums;
        (of_a > 0.0 && of_b > 0.0).then(|| both / (of_a * of_b).sqrt())
    }
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
