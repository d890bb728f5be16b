//! Totals over a minute, an hour or a day, and the requests they may have been.
//!
//! The sums of every bucket come out exactly: requests, input, cached input and output tokens. What lies below a bucket (when in the minute a call came,
//! how long each was, whether long input goes with long output) is the model's, not the source's, and every result says so.

use crate::units::luck::splitmix64;
use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::spec::{BucketArrivals, BucketModel};
use std::collections::BTreeMap;

/// Totals of one deployment over one bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Totals {
    pub(crate) requests: Option<f64>,
    /// Of the requests, those that failed for no fault of their own; they have no tokens in the totals.
    pub(crate) failed: f64,
    pub(crate) input: f64,
    pub(crate) cached: Option<f64>,
    pub(crate) output: f64,
}

/// Buckets by start and deployment.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    pub(crate) cells: BTreeMap<(i64, String), (Totals, String)>,
    pub(crate) length_us: i64,
}

impl Buckets {
    /// The cell of a bucket. The model name is kept where one is known.
    pub(crate) fn cell(&mut self, start_us: i64, deployment: &str, model: &str) -> &mut Totals {
        let (totals, name) = self.cells.entry((start_us, deployment.to_owned())).or_default();
        if name.is_empty() {
            model.clone_into(name);
        }
        totals
    }

    /// Turns every bucket into requests.
    pub(crate) fn spread(self, model: BucketModel, collector: &mut Collector) {
        let mut guessed = 0_u64;
        let mut stray = 0_u64;
        let length_us = self.length_us.max(1);
        for (number, ((start_us, deployment), (totals, name))) in (0_u64..).zip(self.cells) {
            let requests = match (totals.requests, model.input_tokens_per_request) {
                (Some(requests), _) => requests,
                (None, Some(mean)) if mean > 0.0 => {
                    guessed += 1;
                    (totals.input / mean).max(1.0)
                }
                (None, _) => {
                    let message = format!("requests not stated: {deployment}");
                    let hint = "state the mean input tokens of a request: --input-tokens-per-request N, in a scenario totals = { input_tokens_per_request = N }";
                    collector.fault("requests-not-stated", message, hint, (0, 0));
                    continue;
                }
            };
            let answered = (requests - totals.failed).max(0.0).round() as u64;
            let (input, output) = (totals.input.round() as u64, totals.output.round() as u64);
            if answered == 0 && input + output > 0 {
                // Tokens are booked when a call ends, requests when it begins: a long call's tokens can fall into an empty minute.
                stray += 1;
            }
            let seed = splitmix64(collector.seed() ^ splitmix64(number ^ 0x6275_636B_6574));
            let count = if answered == 0 && input + output > 0 { 1 } else { answered };
            let lengths = Lengths {
                input: split(input, count, model.input_variation, seed ^ 1),
                output: split(output, count, model.output_variation, seed ^ 2),
            };
            let cached =
                totals.cached.map(|cached| share_out(cached.round() as u64, &lengths.input));
            let failed = totals.failed.round() as u64;
            let mut times: Vec<i64> = (0..count + failed)
                .map(|ix| start_us + place(model.arrivals, ix, count + failed, length_us, seed))
                .collect();
            times.sort_unstable();
            let facts = Facts { deployment: &deployment, model: &name, ..Facts::default() };
            // Failed calls are spread evenly among the answered ones.
            let mut answered_ix = 0_usize;
            for (ix, at) in (0_u64..).zip(times) {
                let fails = failed > 0
                    && (ix + 1) * failed / (count + failed) > ix * failed / (count + failed);
                let row = if fails || answered_ix >= count as usize {
                    Row { arrival_us: at, ..Row::default() }
                } else {
                    answered_ix += 1;
                    Row {
                        arrival_us: at,
                        input_tokens: lengths.input[answered_ix - 1],
                        cached_input_tokens: cached.as_ref().map(|cached| cached[answered_ix - 1]),
                        output_tokens: lengths.output[answered_ix - 1],
                        max_output_tokens: None,
                    }
                };
                let status = if fails { 429 } else { 200 };
                collector.push_call(row, !fails, Facts { status, ..facts }, (0, 0));
            }
        }
        let arrivals = match model.arrivals {
            BucketArrivals::Even => "at even distances",
            BucketArrivals::Uniform => "uniformly",
        };
        collector.assumed.push(format!(
            "requests are made from totals over {} s, whose sums they keep: calls lie {arrivals} in a bucket, lengths are lognormal (variation {} input, {} output) \
             and independent; peaks within a bucket, length percentiles and correlations are the model's, not the source's, and with them PTU sizes, spillover, \
             refusals and waits; sums over a bucket and pay-as-you-go cost are the source's",
            length_us / 1_000_000, model.input_variation, model.output_variation
        ));
        if guessed > 0 {
            collector.assumed.push(format!(
                "{guessed} buckets state no requests: their number is input tokens over {} a request",
                model.input_tokens_per_request.unwrap_or(0.0)
            ));
        }
        if stray > 0 {
            collector.assumed.push(format!(
                "{stray} buckets have tokens and no request: one request was put there"
            ));
        }
    }
}

struct Lengths {
    input: Vec<u32>,
    output: Vec<u32>,
}

fn place(arrivals: BucketArrivals, ix: u64, count: u64, length_us: i64, seed: u64) -> i64 {
    let length = u128::from(length_us.unsigned_abs());
    match arrivals {
        BucketArrivals::Even => {
            (length * u128::from(2 * ix + 1) / u128::from(2 * count.max(1))) as i64
        }
        BucketArrivals::Uniform => {
            let draw = splitmix64(seed ^ splitmix64(ix ^ 0x7469_6D65));
            ((u128::from(draw) * length) >> 64) as i64
        }
    }
}

/// `total` in `count` whole parts, lognormal around their mean, whose sum is `total` exactly.
fn split(total: u64, count: u64, variation: f64, seed: u64) -> Vec<u32> {
    let sigma = (variation * variation).ln_1p().sqrt();
    let weights: Vec<f64> =
        (0..count).map(|ix| (sigma * normal(splitmix64(seed ^ splitmix64(ix)))).exp()).collect();
    let sum: f64 = weights.iter().sum();
    let mut parts: Vec<u64> =
        weights.iter().map(|weight| (total as f64 * weight / sum).floor() as u64).collect();
    settle(&mut parts, total, None);
    parts.into_iter().map(|part| part as u32).collect()
}

/// Cached tokens over requests in proportion to their input, none above it.
fn share_out(cached: u64, input: &[u32]) -> Vec<u32> {
    let sum: u64 = input.iter().map(|tokens| u64::from(*tokens)).sum();
    let cached = cached.min(sum);
    let share =
        |tokens: &u32| (u128::from(*tokens) * u128::from(cached) / u128::from(sum.max(1))) as u64;
    let mut parts: Vec<u64> = input.iter().map(share).collect();
    settle(&mut parts, cached, Some(input));
    parts.into_iter().map(|part| part as u32).collect()
}

/// Gives or takes single tokens, front to back, until the parts sum to `total`.
fn settle(parts: &mut [u64], total: u64, most: Option<&[u32]>) {
    let mut sum: u64 = parts.iter().sum();
    while sum != total && !parts.is_empty() {
        let before = sum;
        for (ix, part) in parts.iter_mut().enumerate() {
            let room = most.is_none_or(|most| *part < u64::from(most[ix]));
            if sum < total && room {
                *part += 1;
                sum += 1;
            } else if sum > total && *part > 0 {
                *part -= 1;
                sum -= 1;
            }
        }
        if sum == before {
            break;
        }
    }
}

/// A standard normal draw from 64 bits of luck: the quantile of their uniform.
fn normal(luck: u64) -> f64 {
    let uniform = ((luck >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0;
    crate::workload::quantile::normal(uniform)
}

/// Where a bucket's requests count from.
pub(crate) const BUCKET_ZERO: Zero = Zero::FirstArrival;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_sum_exactly_and_cached_stays_inside_input() {
        for (total, count) in [(0, 3), (5, 9), (184_223, 61), (10, 1), (1_000_000, 7)] {
            for variation in [0.0, 0.5, 2.0] {
                let parts = split(total, count, variation, 42);
                assert_eq!(parts.len() as u64, count);
                assert_eq!(parts.iter().map(|p| u64::from(*p)).sum::<u64>(), total);
                for cached in [0, total / 3, total, total + 5] {
                    let held = share_out(cached, &parts);
                    assert_eq!(held.iter().map(|p| u64::from(*p)).sum::<u64>(), cached.min(total));
                    assert!(held.iter().zip(&parts).all(|(cached, input)| cached <= input));
                }
            }
        }
    }
}
