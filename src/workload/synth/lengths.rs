//! Draws of token counts.

use crate::workload::quantile;
use crate::workload::synth::luck::uniform;
use crate::workload::synth::spec::LengthSpec;
use rand_chacha::ChaCha8Rng;
use statrs::function::erf::erf;

/// The 99th percentile of the standard normal distribution.
const Z99: f64 = 2.326_347_874_040_841;

/// A distribution ready to draw from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Lengths {
    Fixed(f64),
    /// Cumulative weight, mean and deviation of the logarithm of each part.
    Lognormals(Vec<(f64, f64, f64)>),
    Quantiles(Vec<f64>),
}

impl Lengths {
    pub(crate) fn new(spec: &LengthSpec) -> Result<Self, String> {
        let positive = |name: &str, value: f64| {
            if value.is_finite() && value > 0.0 {
                Ok(value)
            } else {
                Err(format!("{name} is {value}, not a positive number"))
            }
        };
        let by_percentiles = |p50: f64, p99: f64| -> Result<(f64, f64), String> {
            let (p50, p99) = (positive("p50", p50)?, positive("p99", p99)?);
            if p99 < p50 {
                return Err(format!("p99 {p99} is below p50 {p50}"));
            }
            Ok((p50.ln(), (p99 / p50).ln() / Z99))
        };
        Ok(match spec {
            LengthSpec::Fixed(tokens) => Self::Fixed(f64::from(*tokens)),
            LengthSpec::Percentiles(spec) => {
                let (mu, sigma) = by_percentiles(spec.p50, spec.p99)?;
                Self::Lognormals(vec![(1.0, mu, sigma)])
            }
            LengthSpec::Moments(spec) => {
                let mean = positive("mean", spec.mean)?;
                if !(spec.variation >= 0.0 && spec.variation.is_finite()) {
                    return Err(format!("variation is {}, not 0 or more", spec.variation));
                }
                let square = spec.variation.powi(2).ln_1p();
                Self::Lognormals(vec![(1.0, mean.ln() - square / 2.0, square.sqrt())])
            }
            LengthSpec::Mixture(spec) => {
                let mut parts = Vec::new();
                let mut sum = 0.0;
                for part in &spec.mixture {
                    let (mu, sigma) = by_percentiles(part.p50, part.p99)?;
                    sum += positive("weight", part.weight)?;
                    parts.push((sum, mu, sigma));
                }
                if parts.is_empty() {
                    return Err("mixture has no parts".into());
                }
                for part in &mut parts {
                    part.0 /= sum;
                }
                Self::Lognormals(parts)
            }
            LengthSpec::Quantiles(spec) => {
                let sound = spec.quantiles.iter().all(|v| v.is_finite() && *v >= 0.0);
                if spec.quantiles.len() < 2 || !sound || !spec.quantiles.is_sorted() {
                    return Err("quantiles are fewer than two, negative or not sorted".into());
                }
                Self::Quantiles(spec.quantiles.clone())
            }
        })
    }

    /// The value at a standard normal draw; `pick` chooses the part of a mixture.
    pub(crate) fn at(&self, normal: f64, pick: f64) -> f64 {
        match self {
            Self::Fixed(tokens) => *tokens,
            Self::Lognormals(parts) => {
                let part = parts.iter().find(|part| pick < part.0).or(parts.last());
                part.map_or(0.0, |(_, mu, sigma)| (mu + sigma * normal).exp())
            }
            Self::Quantiles(table) => {
                let probability = 0.5 * (1.0 + erf(normal / std::f64::consts::SQRT_2));
                let at = probability * (table.len() - 1) as f64;
                let low = (at.floor() as usize).min(table.len() - 2);
                table[low] + (table[low + 1] - table[low]) * (at - low as f64)
            }
        }
    }

    /// The mean of whole draws of at least 1, by the midpoints of 4,000 equal probabilities.
    pub(crate) fn mean_at_least_one(&self) -> f64 {
        const STEPS: u32 = 4_000;
        let middle = |ix: u32| (f64::from(ix) + 0.5) / f64::from(STEPS);
        let at = |ix: u32, pick: f64| {
            f64::from(whole(self.at(quantile::normal(middle(ix)), pick)).max(1))
        };
        // A mixture's part is picked apart from its value: every part in turn.
        let picks = 40;
        let sum: f64 = (0..picks)
            .map(|pick| (f64::from(pick) + 0.5) / f64::from(picks))
            .map(|pick| (0..STEPS).map(|ix| at(ix, pick)).sum::<f64>())
            .sum();
        sum / f64::from(STEPS) / f64::from(picks)
    }

    /// One draw, at least 1 where the distribution is above 0.
    pub(crate) fn draw(&self, rng: &mut ChaCha8Rng) -> u32 {
        let normal = quantile::normal(uniform(rng));
        whole(self.at(normal, uniform(rng)))
    }
}

/// A draw of input and output whose logarithms are correlated, after the input's standard normal score.
pub(crate) fn draw_pair(
    input: &Lengths,
    output: &Lengths,
    correlation: f64,
    rng: &mut ChaCha8Rng,
) -> (f64, u32, u32) {
    let first = quantile::normal(uniform(rng));
    let own = quantile::normal(uniform(rng));
    let second = correlation * first + (1.0 - correlation * correlation).max(0.0).sqrt() * own;
    let (pick_input, pick_output) = (uniform(rng), uniform(rng));
    (first, whole(input.at(first, pick_input)), whole(output.at(second, pick_output)))
}

fn whole(value: f64) -> u32 {
    value.round().clamp(0.0, crate::workload::import::number::MAX_TOKENS as f64) as u32
}
