//! Totals over a minute, an hour or a day, and the requests they may have been.
//!
//! The sums of every bucket come out exactly: requests, input, cached input and output tokens. What lies below a bucket (when in the minute a call came,
//! how long each was, whether long input goes with long output) is the model's, not the source's, and every result says so.

use crate::units::diagnostic::Diagnostic;
use crate::units::luck::splitmix64;
use crate::units::memory;
use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::number::MAX_TOKENS;
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

/// Which calls a cell sums: those of one deployment, model and client that began in one bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CellKey {
    pub(crate) start_us: i64,
    pub(crate) deployment: String,
    pub(crate) client: String,
    /// What tells the models of one deployment apart; empty where the source does not.
    pub(crate) model: String,
}

/// One cell.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    pub(crate) totals: Totals,
    /// The model's name as it is shown.
    pub(crate) model: String,
    /// Length of the bucket, 0 where it is that of all.
    pub(crate) length_us: i64,
}

/// Totals by bucket, deployment, model and client.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    pub(crate) cells: BTreeMap<CellKey, Cell>,
    pub(crate) length_us: i64,
    /// A deployment with totals of two lengths that begin at one time, of which one has the other.
    pub(crate) twice: Option<(String, i64, i64)>,
}

/// What [`Buckets::spread`] had to fill in.
#[derive(Default)]
struct Filled {
    guessed: u64,
    stray: u64,
    uncached: u64,
    longest_us: i64,
}

impl Buckets {
    /// The cell with that key.
    pub(crate) fn cell_of(&mut self, key: CellKey, model: &str) -> &mut Cell {
        let cell = self.cells.entry(key).or_default();
        if cell.model.is_empty() {
            model.clone_into(&mut cell.model);
        }
        cell
    }

    /// The totals of a cell whose own length the source states.
    pub(crate) fn cell_over(&mut self, key: CellKey, model: &str, length_us: i64) -> &mut Totals {
        let name = key.deployment.clone();
        let cell = self.cells.entry(key).or_default();
        if cell.model.is_empty() {
            model.clone_into(&mut cell.model);
        }
        if cell.length_us > 0 && length_us > 0 && cell.length_us != length_us {
            self.twice.get_or_insert((name, cell.length_us, length_us));
        }
        cell.length_us = cell.length_us.max(length_us);
        &mut cell.totals
    }

    /// Turns every bucket into requests.
    pub(crate) fn spread(self, model: BucketModel, collector: &mut Collector) {
        let length_us = self.length_us.max(1);
        if let Err(diagnostic) = self.check(model) {
            let whole = collector.faults.place(0, 0);
            return collector.warnings.push(diagnostic.at(whole));
        }
        collector.zeros_are_meant = true;
        let mut filled = Filled::default();
        for (number, (key, cell)) in (0_u64..).zip(self.cells) {
            let length_us = if cell.length_us > 0 { cell.length_us } else { length_us };
            filled.longest_us = filled.longest_us.max(length_us);
            spread_cell((number, length_us), &key, &cell, model, &mut filled, collector);
        }
        let length_us = if filled.longest_us > 0 { filled.longest_us } else { length_us };
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
        if filled.guessed > 0 {
            collector.assumed.push(format!(
                "{} buckets state no requests: their number is input tokens over {} a request",
                filled.guessed,
                model.input_tokens_per_request.unwrap_or(0.0)
            ));
        }
        if filled.uncached > 0 {
            collector.assumed.push(format!(
                "{} cached input tokens lie in buckets with less input than that: they are counted \
                 neither as cached nor as further input",
                filled.uncached
            ));
        }
        if filled.stray > 0 {
            collector.assumed.push(format!(
                "{} buckets have tokens and no request: one request was put there",
                filled.stray
            ));
        }
    }
}

/// How many calls a cell had; none where neither the source nor the model says it.
fn calls(
    key: &CellKey,
    totals: &Totals,
    model: BucketModel,
    filled: &mut Filled,
    collector: &mut Collector,
) -> Option<f64> {
    match (totals.requests, model.input_tokens_per_request) {
        (Some(requests), _) => Some(requests),
        (None, Some(mean)) if mean > 0.0 => {
            filled.guessed += 1;
            Some((totals.input / mean).max(1.0))
        }
        (None, _) => {
            let whose = if key.deployment.is_empty() {
                "the number of calls of the totals".to_owned()
            } else {
                format!("the number of calls of {}", key.deployment)
            };
            let message = format!("requests not stated: {whose}");
            let hint = "state the mean input tokens of a request: --input-tokens-per-request N, in a scenario totals = { input_tokens_per_request = N }";
            collector.fault("requests-not-stated", message, hint, (0, 0));
            None
        }
    }
}

/// Turns one bucket into requests.
fn spread_cell(
    (number, length_us): (u64, i64),
    key: &CellKey,
    cell: &Cell,
    model: BucketModel,
    filled: &mut Filled,
    collector: &mut Collector,
) {
    let CellKey { start_us, deployment, client, .. } = key;
    let totals = cell.totals;
    let Some(requests) = calls(key, &totals, model, filled, collector) else { return };
    let answered = whole((requests - totals.failed).max(0.0));
    let (input, output) = (whole(totals.input), whole(totals.output));
    let stray = answered == 0 && input + output > 0;
    // Tokens are booked when a call ends, requests when it begins: a long call's tokens can fall into an empty minute.
    filled.stray += u64::from(stray);
    let count = if stray { 1 } else { answered };
    if input.max(output) > count.saturating_mul(MAX_TOKENS) {
        let message = format!(
            "more tokens than any context window: {count} calls of {deployment} have {input} input and {output} output tokens"
        );
        let hint = "is the number of calls right? Name its column: --columns requests=…, or state --input-tokens-per-request N";
        let place = collector.faults.place(0, 0);
        // Tokens are left out of no sum: it is an error also where rows may be.
        let found = Diagnostic::error("beyond-any-context-window", message).hint(hint);
        return collector.warnings.push(found.at(place));
    }
    let seed = splitmix64(collector.seed() ^ splitmix64(number ^ 0x6275_636B_6574));
    let lengths = Lengths {
        input: split(input, count, model.input_variation, seed ^ 1).unwrap_or_default(),
        output: split(output, count, model.output_variation, seed ^ 2).unwrap_or_default(),
    };
    let cached = totals.cached.map(|cached| share_out(whole(cached), &lengths.input));
    filled.uncached += totals.cached.map_or(0, |cached| whole(cached).saturating_sub(input));
    let failed = whole(totals.failed);
    let mut times: Vec<i64> = (0..count + failed)
        .map(|ix| start_us + place(model.arrivals, ix, count + failed, length_us, seed))
        .collect();
    times.sort_unstable();
    let facts = Facts { deployment, client, model: &cell.model, ..Facts::default() };
    // Failed calls are spread evenly among the answered ones.
    let mut answered_ix = 0_usize;
    for (ix, at) in (0_u64..).zip(times) {
        let fails =
            failed > 0 && (ix + 1) * failed / (count + failed) > ix * failed / (count + failed);
        let row = if fails || answered_ix >= lengths.input.len() {
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

/// Bytes a request takes while it is made: its columns, its names, its time and its share of the totals.
const REQUEST_BYTES: u64 = 80;
/// Requests that totals may make of few bytes, and more for each bucket: one a second of each. See [`memory`].
const FEW_REQUESTS: u64 = 1 << 22;
const REQUESTS_PER_BUCKET: u64 = 1 << 16;
/// Totals above this are no sums of tokens: a double tells them apart no more.
const HIGHEST_TOTAL: f64 = 9_007_199_254_740_992.0;

impl Buckets {
    /// Whether the totals can be sums of requests, and not of more of them than may be held.
    fn check(&self, model: BucketModel) -> Result<(), Diagnostic> {
        if let Some(fault) = model.fault() {
            return Err(Diagnostic::error("totals-not-understood", fault));
        }
        if let Some((name, one, other)) = &self.twice {
            let seconds = |us: &i64| us / 1_000_000;
            let message = format!(
                "totals of two lengths for one time: {name} has some over {} s and some over {} s",
                seconds(one),
                seconds(other)
            );
            return Err(Diagnostic::error("totals-twice", message).hint(
                "give the totals of one length only: the longer ones have the shorter ones in them",
            ));
        }
        self.check_parts()?;
        let mut requests = 0.0;
        for (key, cell) in &self.cells {
            let (deployment, totals) = (&key.deployment, &cell.totals);
            let found = totals.requests_under(model).unwrap_or(0.0);
            let amounts = [
                ("requests", found),
                ("failed requests", totals.failed),
                ("input tokens", totals.input),
                ("cached input tokens", totals.cached.unwrap_or(0.0)),
                ("output tokens", totals.output),
            ];
            // Sums of fractions may miss zero by their last digit.
            let odd = amounts.iter().find(|(_, amount)| !(-0.5..=HIGHEST_TOTAL).contains(amount));
            if let Some((what, amount)) = odd {
                let message = format!("no such total: {amount} {what} of {deployment}");
                return Err(Diagnostic::error("total-out-of-range", message)
                    .hint("a total is 0 or more, and at most 9,007,199,254,740,992"));
            }
            requests += found.max(totals.failed).max(1.0);
        }
        let what = format!("the {requests:.0} requests that its totals make");
        let count = u128::from(whole(requests.min(HIGHEST_TOTAL)));
        memory::check(&what, count, REQUEST_BYTES)?;
        let buckets = u64::try_from(self.cells.len()).unwrap_or(u64::MAX);
        let few = FEW_REQUESTS.saturating_add(REQUESTS_PER_BUCKET.saturating_mul(buckets));
        if !memory::is_stated() && count > u128::from(few) {
            let bytes = count.saturating_mul(REQUEST_BYTES.into());
            return Err(memory::too_large(few.saturating_mul(REQUEST_BYTES), &what, Some(bytes)));
        }
        Ok(())
    }
}

/// A total of at least this has all of nearly every call that it has a part of.
const LONG_US: i64 = 3_600_000_000;

const APART: &str = "cached input tokens are part of the input tokens: name the column that has \
    both; a source that counts cached tokens apart (Anthropic's models do) needs a column with \
    their sum";

impl Buckets {
    /// Whether what is part of something is no more than that, over all buckets of a deployment: in
    /// one bucket it may be, since calls are counted when they begin and tokens when they end.
    fn check_parts(&self) -> Result<(), Diagnostic> {
        let mut sums: BTreeMap<&str, Totals> = BTreeMap::new();
        for (key, cell) in &self.cells {
            // A call that begins in one hour and ends in the next is no reason for more than that.
            let length_us = if cell.length_us > 0 { cell.length_us } else { self.length_us };
            let (input, cached) = (cell.totals.input, cell.totals.cached.unwrap_or(0.0));
            if length_us >= LONG_US && cached > input + 0.5 {
                let message = format!(
                    "more cached input tokens than input tokens: {cached:.0} of {input:.0} in one \
                     total{}",
                    if key.deployment.is_empty() {
                        String::new()
                    } else {
                        format!(" of {}", key.deployment)
                    }
                );
                return Err(Diagnostic::error("part-above-whole", message).hint(APART));
            }
            let sum = sums.entry(&key.deployment).or_default();
            sum.input += cell.totals.input;
            sum.failed += cell.totals.failed;
            // Where a bucket states no requests nothing is known of all of them.
            let cached = cell.totals.cached.unwrap_or(0.0);
            sum.cached = Some(sum.cached.unwrap_or(0.0) + cached);
            let unknown = cell.totals.requests.unwrap_or(f64::INFINITY);
            sum.requests = Some(sum.requests.unwrap_or(0.0) + unknown);
        }
        for (deployment, sum) in sums {
            let parts = [
                ("cached input tokens", sum.cached.unwrap_or(0.0), "input tokens", sum.input),
                ("failed requests", sum.failed, "requests", sum.requests.unwrap_or(f64::INFINITY)),
            ];
            let odd = parts.into_iter().find(|(_, part, _, whole)| *part > *whole + 0.5);
            if let Some((what, part, of, whole)) = odd {
                let message = format!(
                    "more {what} than {of}: {part:.0} of {whole:.0}, {} in all",
                    if deployment.is_empty() { "the file" } else { deployment }
                );
                let hint = match what {
                    "cached input tokens" => APART.to_owned(),
                    _ => format!("{what} are part of {of}: name the column that has both"),
                };
                return Err(Diagnostic::error("part-above-whole", message).hint(hint));
            }
        }
        Ok(())
    }
}

impl Totals {
    /// How many requests they are; none where the source does not say and nothing was assumed.
    fn requests_under(&self, model: BucketModel) -> Option<f64> {
        match (self.requests, model.input_tokens_per_request) {
            (Some(requests), _) => Some(requests),
            (None, Some(mean)) if mean > 0.0 => Some((self.input / mean).max(1.0)),
            (None, _) => None,
        }
    }
}

/// A checked total as a whole number.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 2^53")]
fn whole(total: f64) -> u64 {
    total.clamp(0.0, HIGHEST_TOTAL).round() as u64
}

/// `total` in `count` whole parts, lognormal around their mean, whose sum is `total` exactly; none where a part would be
/// more than a request can have.
fn split(total: u64, count: u64, variation: f64, seed: u64) -> Option<Vec<u32>> {
    if total > count.saturating_mul(MAX_TOKENS) {
        return None;
    }
    let sigma = (variation * variation).ln_1p().sqrt();
    let weights: Vec<f64> =
        (0..count).map(|ix| (sigma * normal(splitmix64(seed ^ splitmix64(ix)))).exp()).collect();
    let sum: f64 = weights.iter().sum();
    #[allow(clippy::cast_precision_loss, reason = "a total is below 2^53")]
    let part = |weight: &f64| whole((total as f64 * weight / sum).floor()).min(MAX_TOKENS);
    let mut parts: Vec<u64> = weights.iter().map(part).collect();
    settle(&mut parts, total, |_| MAX_TOKENS);
    of_requests(&parts)
}

/// Cached tokens over requests in proportion to their input, none above it.
fn share_out(cached: u64, input: &[u32]) -> Vec<u32> {
    let sum: u64 = input.iter().map(|tokens| u64::from(*tokens)).sum();
    let cached = cached.min(sum);
    let share = |tokens: &u32| {
        let part = u128::from(*tokens) * u128::from(cached) / u128::from(sum.max(1));
        u64::try_from(part).unwrap_or(u64::MAX)
    };
    let mut parts: Vec<u64> = input.iter().map(share).collect();
    settle(&mut parts, cached, |ix| u64::from(input[ix]));
    of_requests(&parts).unwrap_or_default()
}

fn of_requests(parts: &[u64]) -> Option<Vec<u32>> {
    parts.iter().map(|part| u32::try_from(*part).ok()).collect()
}

/// Gives or takes tokens evenly, front to back, until the parts sum to `total` or no part has room below its `most`.
fn settle(parts: &mut [u64], total: u64, most: impl Fn(usize) -> u64) {
    loop {
        let sum: u64 = parts.iter().sum();
        let open = |ix: usize, part: u64| if sum < total { part < most(ix) } else { part > 0 };
        let count = parts.iter().enumerate().filter(|(ix, part)| open(*ix, **part)).count();
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        if sum == total || count == 0 {
            return;
        }
        // Each of them gets the same, the first ones what is left below that.
        let mut left = sum.abs_diff(total);
        let each = (left / count).max(1);
        for (ix, part) in parts.iter_mut().enumerate() {
            if left == 0 {
                break;
            }
            if !open(ix, *part) {
                continue;
            }
            let room = if sum < total { most(ix) - *part } else { *part };
            let step = each.min(room).min(left);
            *part = if sum < total { *part + step } else { *part - step };
            left -= step;
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
                let parts = split(total, count, variation, 42).unwrap();
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
