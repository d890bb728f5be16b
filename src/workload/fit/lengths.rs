//! Fits of token counts: lognormal, two lognormals, quantile table.

use crate::workload::quantile;
use crate::workload::summary::Lengths;
use crate::workload::synth::{LengthSpec, Mixture, Part, Percentiles, Quantiles};
use statrs::function::erf::erfc;

const Z99: f64 = 2.326_347_874_040_841;
/// A parametric fit this close stands for the data; else the quantile table does.
const CLOSE: f64 = 0.015;
/// So is its mean, as a share.
const CLOSE_MEAN: f64 = 0.02;
/// Values of a quantile table: every half percent.
const TABLE: usize = 201;
const ROUNDS: usize = 60;

/// What a length's fit is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LengthModel {
    /// One lognormal.
    Lognormal,
    /// Two lognormals.
    Mixture,
    /// The data's own quantiles.
    Quantiles,
}

/// The fit of one column.
#[derive(Clone, Debug, PartialEq)]
pub struct LengthFit {
    /// The model chosen: the simplest within 0.015 of the data and within 2 % of their mean, else the quantiles.
    pub model: LengthModel,
    /// What `synth` draws from.
    pub spec: LengthSpec,
    /// Kolmogorov-Smirnov distance of the lognormal, 0 to 1.
    pub lognormal_distance: f64,
    /// The same of the mixture.
    pub mixture_distance: f64,
    /// The data.
    pub data: Lengths,
}

/// A lognormal part: weight, mean and deviation of the logarithm.
type Normal = (f64, f64, f64);

/// Fits a column that is not empty.
pub(crate) fn fit(column: &[u32]) -> LengthFit {
    let mut sorted: Vec<u32> = column.to_vec();
    sorted.sort_unstable();
    let cells = cells(&sorted);
    let one = moments(&cells);
    let two = mixture(&cells, one);
    let lognormal_distance = distance(&cells, &[one]);
    let mixture_distance = distance(&cells, &two);
    let p = |(_, mu, sigma): Normal| (mu.exp(), (mu + Z99 * sigma).exp());
    let data = Lengths::of(column);
    // A distribution may be near everywhere and have another mean: what is paid for is the mean.
    let mean_of = |parts: &[Normal]| -> f64 {
        parts.iter().map(|(weight, mu, sigma)| weight * (mu + sigma * sigma / 2.0).exp()).sum()
    };
    let close = |distance: f64, parts: &[Normal]| {
        distance <= CLOSE && (mean_of(parts) / data.mean.max(1e-9) - 1.0).abs() <= CLOSE_MEAN
    };
    let (model, spec) = if close(lognormal_distance, &[one]) {
        let (p50, p99) = p(one);
        (LengthModel::Lognormal, LengthSpec::Percentiles(Percentiles { p50, p99 }))
    } else if close(mixture_distance, &two) {
        let parts = two.iter().map(|part| {
            let (p50, p99) = p(*part);
            Part { weight: part.0, p50, p99 }
        });
        (LengthModel::Mixture, LengthSpec::Mixture(Mixture { mixture: parts.collect() }))
    } else {
        let quantiles = quantile::table(&sorted, TABLE);
        (LengthModel::Quantiles, LengthSpec::Quantiles(Quantiles { quantiles }))
    };
    LengthFit { model, spec, lognormal_distance, mixture_distance, data }
}

/// Values that occur, with the share of requests that have them. Lengths of 0 count as a half.
fn cells(sorted: &[u32]) -> Vec<(f64, f64)> {
    let mut cells: Vec<(f64, f64)> = Vec::new();
    for tokens in sorted {
        let value = f64::from(*tokens).max(0.5);
        match cells.last_mut() {
            Some((last, count)) if (*last - value).abs() < 0.25 => *count += 1.0,
            _ => cells.push((value, 1.0)),
        }
    }
    let total = sorted.len() as f64;
    for cell in &mut cells {
        cell.1 /= total;
    }
    cells
}

fn moments(cells: &[(f64, f64)]) -> Normal {
    let mu: f64 = cells.iter().map(|(value, share)| value.ln() * share).sum();
    let square: f64 = cells.iter().map(|(value, share)| (value.ln() - mu).powi(2) * share).sum();
    (1.0, mu, square.sqrt().max(1e-3))
}

/// Two lognormals by expectation maximisation, started on either side of one.
fn mixture(cells: &[(f64, f64)], one: Normal) -> [Normal; 2] {
    let mut parts = [(0.5, one.1 - one.2, one.2 * 0.7), (0.5, one.1 + one.2 * 0.7, one.2 * 0.7)];
    for _ in 0..ROUNDS {
        let mut sums = [(0.0, 0.0, 0.0); 2];
        for (value, share) in cells {
            let log = value.ln();
            let densities = parts.map(|(weight, mu, sigma)| {
                weight / sigma * (-0.5 * ((log - mu) / sigma).powi(2)).exp() + 1e-300
            });
            let total = densities[0] + densities[1];
            for (sum, density) in sums.iter_mut().zip(densities) {
                let mass = share * density / total;
                sum.0 += mass;
                sum.1 += mass * log;
                sum.2 += mass * log * log;
            }
        }
        for (part, sum) in parts.iter_mut().zip(sums) {
            if sum.0 > 1e-9 {
                let mu = sum.1 / sum.0;
                *part = (sum.0, mu, (sum.2 / sum.0 - mu * mu).max(1e-6).sqrt());
            }
        }
    }
    parts
}

fn distance(cells: &[(f64, f64)], parts: &[Normal]) -> f64 {
    let mut below = 0.0;
    let mut most = 0.0_f64;
    for (value, share) in cells {
        below += share;
        // Draws are rounded to whole tokens: up to a half above a value they become it.
        let log = (value + 0.5).ln();
        let cdf: f64 = parts
            .iter()
            .map(|(weight, mu, sigma)| {
                weight * 0.5 * erfc((mu - log) / sigma / std::f64::consts::SQRT_2)
            })
            .sum();
        most = most.max((cdf - below).abs());
    }
    most
}
