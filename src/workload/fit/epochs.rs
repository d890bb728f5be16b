//! Epochs: stretches of time between which lengths or cached shares differ by more than chance.
//!
//! A stretch is cut where the distributions on either side are farthest apart (Kolmogorov-Smirnov), then each part again, until no cut is
//! told from chance. So a change of lengths with the hour, a new prompt and a cache that fills are found without a model of any of them.

use crate::workload::fit::arrivals::chosen;
use crate::workload::fit::lengths::{LengthFit, fit as fit_lengths};
use crate::workload::quantile;
use crate::workload::summary::rank_correlation;
use crate::workload::synth::{Arrivals, CachedShare, CachedSpread, LengthSpec, cached_of_input};
use std::ops::Range;

/// Cuts tried of each stretch.
const CUTS: usize = 16;
/// Requests looked at of each stretch, evenly spaced.
const SAMPLE: usize = 16_384;
/// An epoch has at least this many requests, and at least this share of all.
const FEWEST: usize = 100;
const MOST_EPOCHS: usize = 64;
/// Fewer gaps tell no process from another.
const FEWEST_GAPS: usize = 200;
/// Distances below this make no difference to a plan.
const LEAST_DISTANCE: f64 = 0.05;
/// Distance times the root of the halved harmonic mean of both counts: chance reaches this once in 5,000 cuts.
const CHANCE: f64 = 2.15;
/// Shares of a cached share's table.
const TABLE: usize = 201;

/// Requests of one part of a trace, in order of arrival.
pub(crate) struct Columns<'a> {
    pub(crate) input: &'a [u32],
    pub(crate) cached: Option<&'a [u32]>,
    pub(crate) output: &'a [u32],
}

/// Lengths between two changes of them.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochFit {
    /// When it begins, microseconds after the start.
    pub from_us: u64,
    /// Requests in it.
    pub requests: u64,
    /// Input tokens.
    pub input: LengthSpec,
    /// Output tokens.
    pub output: LengthSpec,
    /// Cached share of the input; none where the trace does not know it.
    pub cached: Option<CachedShare>,
}

/// The epochs of lengths, the first from 0 on, and the rank correlation of input and output inside them.
pub(crate) fn epochs_of_lengths(
    columns: &Columns<'_>,
    from: impl Fn(usize) -> u64,
    whole: (&LengthFit, &LengthFit),
) -> (Vec<EpochFit>, f64) {
    let count = columns.input.len();
    let parts_per_million = |(cached, input): (&u32, &u32)| {
        (u64::from(*cached) * 1_000_000 / u64::from(*input).max(1)) as u32
    };
    let shares: Option<Vec<u32>> = columns
        .cached
        .map(|cached| cached.iter().zip(columns.input).map(parts_per_million).collect());
    let mut looked_at = vec![columns.input, columns.output];
    looked_at.extend(shares.as_deref());
    let ranges = ranges(&looked_at, FEWEST, from);
    let (mut found, mut correlation) = (Vec::new(), 0.0);
    for (from_us, range) in &ranges {
        let (input, output) = (&columns.input[range.clone()], &columns.output[range.clone()]);
        let weight = range.len() as f64 / count as f64;
        correlation += weight * rank_correlation(input, output).unwrap_or(0.0);
        let spec = |of: &[u32], whole: &LengthFit| {
            if ranges.len() == 1 { whole.spec.clone() } else { fit_lengths(of).spec }
        };
        let (input_spec, output_spec) = (spec(input, whole.0), spec(output, whole.1));
        let cached = shares.as_ref().zip(columns.cached).map(|(shares, cached)| {
            cached_share(&shares[range.clone()], input, &cached[range.clone()], &input_spec)
        });
        found.push(EpochFit {
            from_us: *from_us,
            requests: range.len() as u64,
            input: input_spec,
            output: output_spec,
            cached,
        });
    }
    (found, correlation)
}

/// The arrival processes of gaps between two changes of them, each with when it begins, the first from 0 on; one where they never change.
pub(crate) fn epochs_of_arrivals(
    gaps: &[f64],
    from: impl Fn(usize) -> u64,
    whole: &Arrivals,
) -> Vec<(u64, Arrivals)> {
    // Only their order counts.
    let column: Vec<u32> = gaps.iter().map(|gap| (gap * 1e5).min(4e9) as u32).collect();
    let ranges = ranges(&[&column], FEWEST_GAPS, from);
    if ranges.len() == 1 {
        return vec![(0, whole.clone())];
    }
    ranges.into_iter().map(|(from_us, range)| (from_us, chosen(&gaps[range]))).collect()
}

/// Ranges of requests between two cuts, each with when it begins.
fn ranges(
    columns: &[&[u32]],
    fewest: usize,
    from: impl Fn(usize) -> u64,
) -> Vec<(u64, Range<usize>)> {
    let count = columns.first().map_or(0, |column| column.len());
    let mut edges = Vec::new();
    cut(columns, 0, count, fewest.max(count / MOST_EPOCHS), &mut edges);
    let mut found: Vec<(u64, Range<usize>)> = vec![(0, 0..count)];
    for edge in edges {
        let from_us = from(edge);
        // At one stamp with the last one: no time to tell them apart by.
        if let Some(last) = found.last_mut().filter(|last| last.0 < from_us) {
            last.1.end = edge;
            found.push((from_us, edge..count));
        }
    }
    found
}

/// Notes the cuts between `from` and `until` in order.
fn cut(columns: &[&[u32]], from: usize, until: usize, least: usize, edges: &mut Vec<usize>) {
    let Some(at) = best_cut(columns, from, until, least) else { return };
    cut(columns, from, at, least, edges);
    edges.push(at);
    cut(columns, at, until, least, edges);
}

/// The cut whose sides differ most, if by more than chance.
fn best_cut(columns: &[&[u32]], from: usize, until: usize, least: usize) -> Option<usize> {
    let length = until - from;
    if length < 2 * least {
        return None;
    }
    let sampled = length.min(SAMPLE);
    let at = |nth: usize| from + nth * length / sampled;
    let mut best: Option<(f64, usize)> = None;
    for column in columns {
        let mut order: Vec<(u32, usize)> = (0..sampled).map(|n| (column[at(n)], n)).collect();
        order.sort_unstable();
        for part in 1..CUTS {
            let left = sampled * part / CUTS;
            let place = at(left);
            if place - from < least || until - place < least {
                continue;
            }
            let distance = distance(&order, left);
            let (a, b) = (left as f64, (sampled - left) as f64);
            let score = distance * (a * b / (a + b)).sqrt();
            if distance >= LEAST_DISTANCE
                && score >= CHANCE
                && best.is_none_or(|best| score > best.0)
            {
                best = Some((score, place));
            }
        }
    }
    best.map(|best| best.1)
}

/// The Kolmogorov-Smirnov distance of the first `left` values in time from the others. `order` has values and their places in time, sorted.
fn distance(order: &[(u32, usize)], left: usize) -> f64 {
    let (mut before, mut after, mut most) = (0_usize, 0_usize, 0.0_f64);
    let right = order.len() - left;
    for (ix, (value, place)) in order.iter().enumerate() {
        if *place < left {
            before += 1;
        } else {
            after += 1;
        }
        if order.get(ix + 1).is_none_or(|next| next.0 != *value) {
            most = most.max((before as f64 / left as f64 - after as f64 / right as f64).abs());
        }
    }
    most
}

/// The distribution of the cached share, and the correlation with the input at which as many tokens are cached as were.
fn cached_share(shares: &[u32], input: &[u32], cached: &[u32], spec: &LengthSpec) -> CachedShare {
    let sum = |column: &[u32]| column.iter().map(|tokens| u64::from(*tokens)).sum::<u64>() as f64;
    let target = sum(cached) / sum(input).max(1.0);
    let mut sorted = shares.to_vec();
    sorted.sort_unstable();
    if sorted.first() == sorted.last() {
        return CachedShare::Fixed((target * 1e4).round() / 1e4);
    }
    let quantiles = quantile::table(&sorted, TABLE)
        .into_iter()
        .map(|share| (share / 100.0).round() / 1e4)
        .collect::<Vec<f64>>();
    let (mut low, mut high) = (-0.99, 0.99);
    let made = |correlation| cached_of_input(spec, &quantiles, correlation).unwrap_or(target);
    for _ in 0..12 {
        let middle = f64::midpoint(low, high);
        if made(middle) < target { low = middle } else { high = middle }
    }
    let correlation = (f64::midpoint(low, high) * 1e3).round() / 1e3;
    CachedShare::Spread(CachedSpread { quantiles, correlation })
}
