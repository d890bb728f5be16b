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
    Quantiles(QuantileTable),
}

/// Values at evenly spaced probabilities, straight lines between them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QuantileTable {
    values: Vec<f64>,
    /// More than a value is off when its probability goes to a standard normal score and back.
    doubt: f64,
}

impl QuantileTable {
    fn new(values: Vec<f64>) -> Self {
        let steepest = values.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
        // A probability is off by less than 1e-14: a thousand times that, times the slope.
        let doubt = 1e-11 * steepest * values.len() as f64;
        Self { values, doubt }
    }

    fn at(&self, probability: f64) -> f64 {
        let at = probability * (self.values.len() - 1) as f64;
        let low = (at.floor() as usize).min(self.values.len() - 2);
        self.values[low] + (self.values[low + 1] - self.values[low]) * (at - low as f64)
    }

    /// The whole value at a probability, where the way over the score gives the same one.
    fn whole_at(&self, probability: f64) -> Option<u32> {
        let value = self.at(probability);
        let to_half = (value - value.floor() - 0.5).abs();
        (to_half > self.doubt).then(|| whole(value))
    }
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
                Self::Quantiles(QuantileTable::new(spec.quantiles.clone()))
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
                table.at(0.5 * (1.0 + erf(normal / std::f64::consts::SQRT_2)))
            }
        }
    }

    /// The whole value at a probability; `pick` chooses the part of a mixture. It is what the
    /// probability's score gives, without the score where that cannot be another.
    fn whole_at(&self, probability: f64, pick: f64) -> u32 {
        let direct = match self {
            Self::Quantiles(table) => table.whole_at(probability),
            Self::Fixed(_) | Self::Lognormals(_) => None,
        };
        direct.unwrap_or_else(|| whole(self.at(quantile::normal(probability), pick)))
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
        let probability = uniform(rng);
        self.whole_at(probability, uniform(rng))
    }
}

/// A draw of input and output whose logarithms are correlated, after the input's probability.
pub(crate) fn draw_pair(
    input: &Lengths,
    output: &Lengths,
    correlation: f64,
    rng: &mut ChaCha8Rng,
) -> (f64, u32, u32) {
    let (first, own) = (uniform(rng), uniform(rng));
    let (pick_input, pick_output) = (uniform(rng), uniform(rng));
    let output = if correlation == 0.0 {
        output.whole_at(own, pick_output)
    } else {
        let (score, own) = (quantile::normal(first), quantile::normal(own));
        let second = correlation * score + (1.0 - correlation * correlation).max(0.0).sqrt() * own;
        whole(output.at(second, pick_output))
    };
    (first, input.whole_at(first, pick_input), output)
}

fn whole(value: f64) -> u32 {
    value.round().clamp(0.0, crate::workload::import::number::MAX_TOKENS as f64) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::synth::luck::{Stream, stream};

    /// Lengths do not depend on which way they were computed: tables of every slope, values that
    /// lie between two whole ones, and both ends.
    #[test]
    fn the_short_way_gives_what_the_score_gives() {
        let tables = [
            vec![0.5, 1.5, 2.5],
            vec![0.0, 0.0, 1.0],
            vec![2.0, 181.0, 298.0, 1_317.0, 14_050.0],
            (0..101).map(|step| f64::from(step * step) * 90.0).collect(),
            vec![1.0, 2e9],
        ];
        let mut rng = stream(7, "lengths", Stream::Lengths);
        for values in tables {
            let lengths = Lengths::Quantiles(QuantileTable::new(values.clone()));
            let Lengths::Quantiles(table) = &lengths else { unreachable!() };
            let ends = [0.5 / 9_007_199_254_740_992.0, 1.0 - 1e-16, 0.5];
            let drawn = (0..100_000).map(|_| uniform(&mut rng));
            let mut doubted = 0;
            for probability in ends.into_iter().chain(drawn) {
                let by_score = whole(lengths.at(quantile::normal(probability), 0.5));
                assert_eq!(lengths.whole_at(probability, 0.5), by_score, "{probability}");
                doubted += u32::from(table.whole_at(probability).is_none());
            }
            assert!(doubted < 10_000, "{values:?}: {doubted} of 100,003 went the long way");
        }
    }
}
