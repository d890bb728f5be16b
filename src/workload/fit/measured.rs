//! The process whose gaps are those measured: a table of quantiles, and the memory of their scores by least squares on their autocorrelation.

use crate::units::luck::splitmix64;
use crate::workload::fit::sample::stretches;
use crate::workload::quantile;
use crate::workload::synth::{Arrivals, LAST_SCORE, Memory};
use statrs::function::erf::erfc;

/// Points of the table: every eighth of a standard deviation.
const POINTS: usize = 65;
/// Gaps used for the autocorrelation.
const SAMPLE: usize = 400_000;
/// Memories tried, in arrivals. Their shares are found.
const MEMORIES: [f64; 7] = [0.7, 2.0, 6.0, 20.0, 60.0, 200.0, 600.0];
/// Lags of the autocorrelation that is matched.
const LAGS: [usize; 16] = [1, 2, 3, 4, 6, 9, 13, 19, 28, 42, 63, 95, 142, 213, 320, 480];
/// A share below this is noise.
const LEAST_SHARE: f64 = 0.005;

/// The process of gaps (in order, mean 1, none 0).
pub(crate) fn process(gaps: &[f64]) -> Arrivals {
    let mut order: Vec<u32> = (0..gaps.len() as u32).collect();
    // Gaps of one length are ranked by luck: in order of time they would seem to grow.
    order.sort_by(|a, b| {
        let (left, right) = (gaps[*a as usize], gaps[*b as usize]);
        left.total_cmp(&right).then(splitmix64(u64::from(*a)).cmp(&splitmix64(u64::from(*b))))
    });
    let table = table(gaps, &order);
    let mut scores = vec![0.0; gaps.len()];
    for (rank, at) in order.iter().enumerate() {
        scores[*at as usize] = quantile::normal((rank as f64 + 0.5) / gaps.len() as f64);
    }
    Arrivals::Measured { gaps: table, memory: memory(&stretches(&scores, SAMPLE)) }
}

/// Gaps at evenly spaced scores, to four digits.
fn table(gaps: &[f64], order: &[u32]) -> Vec<f64> {
    let count = gaps.len();
    let value = |rank: usize| gaps[order[rank] as usize].ln();
    let mut table: Vec<f64> = (0..POINTS)
        .map(|point| {
            let score = -LAST_SCORE + 2.0 * LAST_SCORE * point as f64 / (POINTS - 1) as f64;
            let below = 0.5 * erfc(-score / std::f64::consts::SQRT_2);
            let at = (below * count as f64 - 0.5).clamp(0.0, (count - 1) as f64);
            let low = (at as usize).min(count.saturating_sub(2));
            let (from, to) = (value(low), value((low + 1).min(count - 1)));
            rounded((from + (to - from) * (at - low as f64)).exp())
        })
        .collect();
    for point in 1..POINTS {
        table[point] = table[point].max(table[point - 1]);
    }
    table
}

fn rounded(value: f64) -> f64 {
    let scale = 10_f64.powf(3.0 - value.log10().floor());
    (value * scale).round() / scale
}

/// Shares of memories whose autocorrelation is nearest to the scores' (least squares, shares not negative, together at most 1).
fn memory(scores: &[f64]) -> Vec<Memory> {
    let lags: Vec<usize> = LAGS.into_iter().filter(|lag| lag * 20 <= scores.len()).collect();
    let variance = scores.iter().map(|score| score * score).sum::<f64>() / scores.len() as f64;
    let measured: Vec<f64> = lags
        .iter()
        .map(|lag| {
            let pairs = scores.iter().zip(&scores[*lag..]);
            let sum: f64 = pairs.map(|(a, b)| a * b).sum();
            sum / (scores.len() - lag) as f64 / variance.max(1e-12)
        })
        .collect();
    let kernel = |memory: f64, lag: usize| (-(lag as f64) / memory).exp();
    let mut shares = [0.0; MEMORIES.len()];
    // Coordinate descent: each share is set to its best beside the others, over and over.
    for _ in 0..2_000 {
        let before = shares;
        for part in 0..MEMORIES.len() {
            let (mut best, mut weight) = (0.0, 0.0);
            for (lag, target) in lags.iter().zip(&measured) {
                let others: f64 = (0..MEMORIES.len())
                    .filter(|other| *other != part)
                    .map(|other| shares[other] * kernel(MEMORIES[other], *lag))
                    .sum();
                let own = kernel(MEMORIES[part], *lag);
                best += own * (target - others);
                weight += own * own;
            }
            let taken: f64 = shares.iter().sum::<f64>() - shares[part];
            shares[part] = (best / weight.max(1e-12)).clamp(0.0, (1.0 - taken).max(0.0));
        }
        if shares.iter().zip(before).all(|(now, before)| (now - before).abs() < 1e-7) {
            break;
        }
    }
    let found = MEMORIES.into_iter().zip(shares).filter(|(_, share)| *share >= LEAST_SHARE);
    found.map(|(arrivals, share)| Memory { arrivals, share: (share * 1e4).round() / 1e4 }).collect()
}
