//! Samples that fits are made of.

/// At most `count` values in eight stretches evenly spaced.
pub(crate) fn stretches(all: &[f64], count: usize) -> Vec<f64> {
    if all.len() <= count {
        return all.to_vec();
    }
    let length = count / 8;
    let from = |stretch: usize| (all.len() - length) * stretch / 7;
    (0..8).flat_map(|stretch| all[from(stretch)..from(stretch) + length].iter().copied()).collect()
}

/// The gaps over their mean.
pub(crate) fn unit(gaps: Vec<f64>) -> Vec<f64> {
    let mean = gaps.iter().sum::<f64>() / (gaps.len() as f64).max(1.0);
    gaps.into_iter().map(|gap| gap / mean).collect()
}
