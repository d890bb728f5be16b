//! Gaps as they were measured: their quantiles, and how long a run of short or long ones lasts.
//!
//! The gap at a standard normal score is its quantile there (a table, read between its points in the logarithm). Scores follow one another as
//! a sum of first-order autoregressions of different memory and fresh noise: an "autoregressive to anything" process (Cario and Nelson 1996).
//! So gaps have the measured distribution, bursts the measured length, and no shape is assumed for either.

use crate::workload::quantile;
use crate::workload::synth::luck::uniform;
use crate::workload::synth::spec::Memory;
use rand_chacha::ChaCha8Rng;

/// The table's first and last score. Beyond them lie 6 gaps in 100,000: they take the outermost value.
pub(crate) const LAST_SCORE: f64 = 4.0;

/// The process, ready to draw.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    /// Logarithms of the gaps at evenly spaced scores, so that their mean is 1.
    logs: Vec<f64>,
    strands: Vec<Strand>,
    noise: f64,
}

/// One autoregression.
#[derive(Clone, Debug)]
struct Strand {
    keep: f64,
    fresh: f64,
    weight: f64,
    score: f64,
}

impl Measured {
    pub(crate) fn new(
        gaps: &[f64],
        memory: &[Memory],
        rng: &mut ChaCha8Rng,
    ) -> Result<Self, String> {
        if gaps.len() < 2 || !gaps.is_sorted() || gaps.iter().any(|g| !(*g > 0.0 && g.is_finite()))
        {
            return Err("gaps are fewer than two, not positive or not sorted".into());
        }
        let shares: f64 = memory.iter().map(|part| part.share).sum();
        let sound = |part: &Memory| part.share >= 0.0 && part.arrivals > 0.0;
        if !memory.iter().all(sound) || shares > 1.0 + 1e-9 {
            return Err("memory has shares that are negative or sum to more than 1".into());
        }
        let strands = memory
            .iter()
            .map(|part| {
                let keep = (-1.0 / part.arrivals).exp();
                Strand {
                    keep,
                    fresh: (1.0 - keep * keep).sqrt(),
                    weight: part.share.sqrt(),
                    score: quantile::normal(uniform(rng)),
                }
            })
            .collect();
        let logs = gaps.iter().map(|gap| gap.ln()).collect();
        let mut made = Self { logs, strands, noise: (1.0 - shares).max(0.0).sqrt() };
        let mean = made.mean().ln();
        made.logs.iter_mut().for_each(|log| *log -= mean);
        Ok(made)
    }

    /// The next gap.
    pub(crate) fn next(&mut self, rng: &mut ChaCha8Rng) -> f64 {
        let mut score = self.noise * quantile::normal(uniform(rng));
        for strand in &mut self.strands {
            strand.score =
                strand.keep * strand.score + strand.fresh * quantile::normal(uniform(rng));
            score += strand.weight * strand.score;
        }
        self.at(score)
    }

    fn at(&self, score: f64) -> f64 {
        let last = self.logs.len() - 1;
        let at = ((score + LAST_SCORE) / (2.0 * LAST_SCORE)).clamp(0.0, 1.0) * last as f64;
        let low = (at as usize).min(last - 1);
        (self.logs[low] + (self.logs[low + 1] - self.logs[low]) * (at - low as f64)).exp()
    }

    /// The mean gap, by the midpoints of 8,000 equal steps of the score.
    fn mean(&self) -> f64 {
        const STEPS: u32 = 8_000;
        let step = 2.0 * LAST_SCORE / f64::from(STEPS);
        let (mut sum, mut weight) = (0.0, 0.0);
        for ix in 0..STEPS {
            let score = -LAST_SCORE + (f64::from(ix) + 0.5) * step;
            let density = (-0.5 * score * score).exp();
            sum += density * self.at(score);
            weight += density;
        }
        sum / weight
    }
}
