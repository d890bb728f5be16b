//! Quantiles: of the normal distribution, and of samples.

use statrs::function::erf::erf_inv;

/// The standard normal quantile of a probability strictly between 0 and 1.
pub(crate) fn normal(probability: f64) -> f64 {
    std::f64::consts::SQRT_2 * erf_inv(2.0 * probability - 1.0)
}

/// The median of sorted values: of an even number, the mean of the two in the middle. None of none.
pub(crate) fn median(sorted: &[f64]) -> Option<f64> {
    let (low, high) = (sorted.len().checked_sub(1)? / 2, sorted.len() / 2);
    Some(f64::midpoint(sorted[low], sorted[high]))
}

/// Values of a sorted sample at `points` evenly spaced probabilities, ends included; fewer points where the sample has fewer values. The outermost
/// value is moved so that values drawn between the last two have the mean of those measured there: a long tail is not a straight line.
pub(crate) fn table(sorted: &[u32], points: usize) -> Vec<f64> {
    let points = points.min(sorted.len()).max(2);
    let Some(last) = sorted.len().checked_sub(1) else { return Vec::new() };
    let at = |point: usize| f64::from(sorted[last * point / (points - 1)]);
    let mut table: Vec<f64> = (0..points).map(at).collect();
    let tail = &sorted[last * (points - 2) / (points - 1)..];
    let mean = tail.iter().map(|value| f64::from(*value)).sum::<f64>() / tail.len() as f64;
    let before = table[points - 2];
    table[points - 1] = (2.0 * mean - before).clamp(before, table[points - 1]).round();
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        assert!((normal(0.5)).abs() < 1e-12);
        assert!((normal(0.975) - 1.959_963_984_540_054).abs() < 1e-9);
        assert!((normal(0.01) + 2.326_347_874_040_841).abs() < 1e-9);
        assert_eq!(median(&[1.0, 2.0, 3.0, 5.0]), Some(2.5));
        assert_eq!(median(&[1.0, 2.0, 4.0]), Some(2.0));
        assert_eq!(median(&[]), None);
    }
}
