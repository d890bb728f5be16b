//! Maximum-likelihood fits of gap distributions, on gaps in operational time (mean 1).

use crate::workload::fit::hidden_markov;
use crate::workload::synth::Arrivals;
use statrs::function::gamma::{digamma, gamma_lr, ln_gamma};

/// Gaps used at most: the first ones. Enough for three digits.
const SAMPLE: usize = 200_000;

/// An arrival process fitted to gaps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArrivalFit {
    /// The process.
    pub process: Arrivals,
    /// Log-likelihood per gap.
    pub log_likelihood: f64,
    /// Akaike's criterion over all gaps: smaller is better.
    pub akaike: f64,
    /// Largest distance of the gaps' distribution from the process's (Kolmogorov-Smirnov), 0 to 1; none where gaps depend on each other.
    pub distance: Option<f64>,
}

/// All candidates, best first by Akaike's criterion.
pub(crate) fn candidates(gaps: &[f64]) -> Vec<ArrivalFit> {
    // Two requests at one stamp lie within the stamps' resolution: half the smallest gap that was seen stands for theirs, or a hundredth of the mean
    // gap where stamps are coarser than that.
    let seen = gaps.iter().copied().filter(|gap| *gap > 0.0).fold(f64::INFINITY, f64::min);
    let smallest = (seen / 2.0).min(0.01);
    let gaps: Vec<f64> = gaps.iter().take(SAMPLE).map(|gap| gap.max(smallest)).collect();
    let count = gaps.len() as f64;
    let mean = gaps.iter().sum::<f64>() / count;
    let gaps: Vec<f64> = gaps.into_iter().map(|gap| gap / mean).collect();
    let log_mean = gaps.iter().map(|gap| gap.ln()).sum::<f64>() / count;
    let mut sorted = gaps.clone();
    sorted.sort_by(f64::total_cmp);
    let fit =
        |process, log_likelihood: f64, parameters: f64, cdf: &dyn Fn(f64) -> f64| ArrivalFit {
            process,
            log_likelihood,
            akaike: 2.0 * parameters - 2.0 * log_likelihood * count,
            distance: Some(distance(&sorted, cdf)),
        };
    let mut all = vec![fit(Arrivals::Poisson, -1.0, 1.0, &|gap| 1.0 - (-gap).exp())];
    if log_mean < -1e-9 {
        let shape = gamma_shape(-log_mean);
        let gamma = shape * shape.ln() - ln_gamma(shape) + (shape - 1.0) * log_mean - shape;
        let process = Arrivals::Gamma { variation: shape.powf(-0.5) };
        all.push(fit(process, gamma, 2.0, &|gap| gamma_lr(shape, shape * gap)));
        let shape = weibull_shape(&gaps, log_mean);
        let scale = (gaps.iter().map(|gap| gap.powf(shape)).sum::<f64>() / count).powf(1.0 / shape);
        let weibull = shape.ln() - shape * scale.ln() + (shape - 1.0) * log_mean - 1.0;
        let variation = weibull_variation(shape);
        let cdf = |gap: f64| 1.0 - (-(gap / scale).powf(shape)).exp();
        all.push(fit(Arrivals::Weibull { variation }, weibull, 2.0, &cdf));
    }
    all.extend(hidden_markov::fit(&gaps));
    all.sort_by(|a, b| a.akaike.total_cmp(&b.akaike));
    all
}

/// Variance over mean of the counts of long bins, where the rate does not change.
pub(crate) fn dispersion(process: Arrivals) -> f64 {
    match process {
        Arrivals::Poisson => 1.0,
        Arrivals::Gamma { variation } | Arrivals::Weibull { variation } => variation * variation,
        Arrivals::Mmpp { burst_factor, burst_share, burst_arrivals } => {
            let calm = 1.0 / (1.0 - burst_share + burst_share * burst_factor);
            let difference = calm * (burst_factor - 1.0);
            // Relaxation time of the two states whose mean stays are these.
            let calm_stay = burst_arrivals * (1.0 - burst_share) / burst_share;
            let relaxation = burst_arrivals * calm_stay / (burst_arrivals + calm_stay);
            1.0 + 2.0 * burst_share * (1.0 - burst_share) * difference * difference * relaxation
        }
    }
}

/// The shape with ln(shape) - digamma(shape) = `spread` (Minka's start, Newton's steps).
fn gamma_shape(spread: f64) -> f64 {
    let mut shape =
        (3.0 - spread + ((spread - 3.0).powi(2) + 24.0 * spread).sqrt()) / (12.0 * spread);
    for _ in 0..30 {
        let value = shape.ln() - digamma(shape) - spread;
        let step = 1e-5 * shape;
        let slope = ((shape + step).ln() - digamma(shape + step) - spread - value) / step;
        let next = shape - value / slope;
        if !next.is_finite() || next <= 0.0 {
            break;
        }
        shape = next;
    }
    shape
}

/// The likelihood's root in the shape, by bisection: its left side grows with the shape.
fn weibull_shape(gaps: &[f64], log_mean: f64) -> f64 {
    let value = |shape: f64| {
        let (mut weighted, mut sum) = (0.0, 0.0);
        for gap in gaps {
            let power = gap.powf(shape);
            weighted += power * gap.ln();
            sum += power;
        }
        weighted / sum - 1.0 / shape - log_mean
    };
    let (mut low, mut high) = (0.05_f64, 20.0_f64);
    for _ in 0..40 {
        let middle = (low * high).sqrt();
        if value(middle) < 0.0 { low = middle } else { high = middle }
    }
    (low * high).sqrt()
}

fn weibull_variation(shape: f64) -> f64 {
    (ln_gamma(1.0 + 2.0 / shape) - 2.0 * ln_gamma(1.0 + 1.0 / shape)).exp_m1().max(0.0).sqrt()
}

/// The Kolmogorov-Smirnov distance of sorted values from a distribution.
pub(crate) fn distance(sorted: &[f64], cdf: &dyn Fn(f64) -> f64) -> f64 {
    let count = sorted.len() as f64;
    sorted.iter().enumerate().fold(0.0_f64, |most, (rank, value)| {
        let at = cdf(*value);
        most.max((at - rank as f64 / count).abs()).max(((rank + 1) as f64 / count - at).abs())
    })
}
