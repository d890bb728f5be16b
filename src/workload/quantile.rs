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
