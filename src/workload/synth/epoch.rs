//! Lengths and cached shares that change over time: epochs of a client, each with its own.

use crate::workload::quantile;
use crate::workload::synth::lengths::{Lengths, draw_pair};
use crate::workload::synth::luck::uniform;
use crate::workload::synth::spec::CachedShare;
use crate::workload::synth::spec::length_us;
use crate::workload::synth::spec::{ClientSpec, LengthSpec};
use rand_chacha::ChaCha8Rng;
use statrs::function::erf::erf;

/// A client's lengths during one epoch, ready to draw.
#[derive(Clone)]
pub(crate) struct Calls {
    from_us: u64,
    input: Lengths,
    output: Lengths,
    correlation: f64,
    cached: Option<Cached>,
}

#[derive(Clone)]
enum Cached {
    Fixed(f64),
    Spread { quantiles: Vec<f64>, correlation: f64 },
}

impl Cached {
    fn new(spec: &CachedShare) -> Result<Self, String> {
        match spec {
            CachedShare::Fixed(share) if (0.0..=1.0).contains(share) => Ok(Self::Fixed(*share)),
            CachedShare::Fixed(_) => Err("cached_share is between 0 and 1".into()),
            CachedShare::Spread(spread) => {
                let quantiles = spread.quantiles.clone();
                if quantiles.len() < 2
                    || !quantiles.iter().all(|share| (0.0..=1.0).contains(share))
                    || !quantiles.is_sorted()
                {
                    return Err(
                        "cached_share has quantiles that are fewer than two, not sorted or not between 0 and 1"
                            .into(),
                    );
                }
                if !(-1.0..=1.0).contains(&spread.correlation) {
                    return Err(
                        "cached_share has a correlation that is not between -1 and 1".into()
                    );
                }
                Ok(Self::Spread { quantiles, correlation: spread.correlation })
            }
        }
    }

    /// The share of a call whose input lies at this probability.
    fn draw(&self, of_input: f64, rng: &mut ChaCha8Rng) -> f64 {
        match self {
            Self::Fixed(share) => *share,
            Self::Spread { quantiles, correlation } => {
                let own = quantile::normal(uniform(rng));
                share_at(quantiles, mixed(*correlation, quantile::normal(of_input), own))
            }
        }
    }
}

/// A score that correlates with another by this much.
fn mixed(correlation: f64, score: f64, own: f64) -> f64 {
    correlation * score + (1.0 - correlation * correlation).max(0.0).sqrt() * own
}

fn share_at(quantiles: &[f64], score: f64) -> f64 {
    let probability = 0.5 * (1.0 + erf(score / std::f64::consts::SQRT_2));
    let at = probability * (quantiles.len() - 1) as f64;
    let low = (at.floor() as usize).min(quantiles.len() - 2);
    // Shares lie in lumps (nothing cached, all but the last words): between two lumps there is little, so none is drawn there.
    if at - low as f64 >= 0.5 { quantiles[low + 1] } else { quantiles[low] }
}

/// Cached tokens over input tokens of calls drawn so, by 4,096 evenly spread pairs of scores.
pub(crate) fn cached_of_input(
    input: &LengthSpec,
    quantiles: &[f64],
    correlation: f64,
) -> Result<f64, String> {
    const PAIRS: u32 = 4_096;
    /// The golden ratio's fraction: its multiples fill 0 to 1 evenly.
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let input = Lengths::new(input)?;
    let (mut cached, mut all) = (0.0, 0.0);
    for ix in 0..PAIRS {
        let first = quantile::normal((f64::from(ix) + 0.5) / f64::from(PAIRS));
        let own = quantile::normal((f64::from(ix) * GOLDEN + 0.25).fract().clamp(1e-9, 1.0 - 1e-9));
        let pick = (f64::from(ix) * GOLDEN * GOLDEN + 0.5).fract();
        let tokens = input.at(first, pick);
        all += tokens;
        cached += tokens * share_at(quantiles, mixed(correlation, first, own));
    }
    Ok(cached / all.max(1e-9))
}

/// All epochs of a client, the first from 0 on, and after how long they begin again.
pub(crate) struct Epochs {
    all: Vec<Calls>,
    cycle_us: Option<u64>,
}

impl Epochs {
    pub(crate) fn new(client: &ClientSpec) -> Result<Self, String> {
        if client.session.is_some() && (client.cached_share.is_some() || !client.epoch.is_empty()) {
            return Err("cached_share and epoch are for clients without sessions".into());
        }
        let cached = |spec: &Option<CachedShare>| spec.as_ref().map(Cached::new).transpose();
        let mut last = Calls {
            from_us: 0,
            input: Lengths::new(&client.input_tokens)?,
            output: Lengths::new(&client.output_tokens)?,
            correlation: client.correlation,
            cached: cached(&client.cached_share)?,
        };
        let mut all = vec![last.clone()];
        for epoch in &client.epoch {
            let mut change = || -> Result<(), String> {
                let from_us = length_us(&epoch.from)?;
                if last.from_us >= from_us {
                    return Err("not later than the one before".into());
                }
                last.from_us = from_us;
                if let Some(input) = &epoch.input_tokens {
                    last.input = Lengths::new(input)?;
                }
                if let Some(output) = &epoch.output_tokens {
                    last.output = Lengths::new(output)?;
                }
                if epoch.cached_share.is_some() {
                    last.cached = cached(&epoch.cached_share)?;
                }
                Ok(())
            };
            change().map_err(|message| format!("epoch from {}: {message}", epoch.from))?;
            all.push(last.clone());
        }
        let cycle_us = match &client.profile.shape {
            Some(shape) => Some(length_us(&shape.bin)?.saturating_mul(shape.factors.len() as u64)),
            None => None,
        };
        Ok(Self { all, cycle_us: cycle_us.filter(|cycle| *cycle > 0) })
    }

    /// The epoch of a time.
    pub(crate) fn at(&self, at_us: u64) -> usize {
        let at_us = self.cycle_us.map_or(at_us, |cycle| at_us % cycle);
        self.all.partition_point(|epoch| epoch.from_us <= at_us).max(1) - 1
    }

    /// Whether it says how much is cached.
    pub(crate) fn knows_cached(client: &ClientSpec) -> bool {
        client.session.is_some()
            || client.cached_share.is_some()
            || client.epoch.iter().any(|epoch| epoch.cached_share.is_some())
    }

    /// The first epoch's output, which sessions draw from.
    pub(crate) fn output(&self) -> &Lengths {
        &self.all[0].output
    }

    /// Input, cached input and output of a call at a time. Shares of cached input have a stream of their own, so that they shift no length.
    pub(crate) fn draw(
        &self,
        at_us: u64,
        longest: u32,
        lengths: &mut ChaCha8Rng,
        shares: &mut ChaCha8Rng,
    ) -> (u32, u32, u32) {
        let epoch = &self.all[self.at(at_us)];
        let (of_input, input, output) =
            draw_pair(&epoch.input, &epoch.output, epoch.correlation, lengths);
        let input = input.min(longest);
        let share = epoch.cached.as_ref().map_or(0.0, |cached| cached.draw(of_input, shares));
        (input, (f64::from(input) * share) as u32, output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correlation_moves_the_cache_to_long_inputs() {
        let input = LengthSpec::Quantiles(crate::workload::synth::Quantiles {
            quantiles: vec![0.0, 1_000.0, 2_000.0, 10_000.0],
        });
        let half: Vec<f64> = (0..101).map(|n| if n <= 50 { 0.0 } else { 1.0 }).collect();
        let of = |correlation| cached_of_input(&input, &half, correlation).unwrap();
        assert!((of(0.0) - 0.5).abs() < 0.02, "{}", of(0.0));
        assert!(of(0.9) > 0.8 && of(-0.9) < 0.2);
    }
}
