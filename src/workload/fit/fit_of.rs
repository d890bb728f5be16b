//! The fit of an imported trace, as a spec.

use crate::units::time::{DAY_US, MINUTE_US};
use crate::workload::fit::arrivals::{ArrivalFit, candidates, dispersion};
use crate::workload::fit::goodness::{Comparison, of_gaps, of_lengths};
use crate::workload::fit::lengths::{LengthFit, fit as fit_lengths};
use crate::workload::import::Imported;
use crate::workload::summary::{bin_counts, rank_correlation};
use crate::workload::synth::{ClientSpec, Profile, Shape, SynthSpec};
use jiff::tz::TimeZone;
use std::borrow::Cow;
use toml::value::Datetime;

/// A bin of the rate's shape has at least this many arrivals on average, so that its chance is below a fifth of its size.
const BIN_ARRIVALS: f64 = 30.0;
const BINS_US: [u64; 4] = [MINUTE_US, 5 * MINUTE_US, 15 * MINUTE_US, 60 * MINUTE_US];

/// Why a trace cannot be fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FitFault {
    /// Too little to fit.
    #[error("too few requests to fit: {0} (at least 100)")]
    TooFew(usize),
    /// All requests come at once.
    #[error("all requests arrive at one time: there is no rate to fit")]
    NoTime,
}

/// What was fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Mean arrivals a minute.
    pub rate_per_minute: f64,
    /// Width of a bin of the rate's shape, microseconds.
    pub bin_us: u64,
    /// The rate bin by bin over the mean, as far as it lasts from bin to bin; as measured where that leaves most of its variance unexplained.
    pub shape: Vec<f64>,
    /// Whether the rate jumps from bin to bin, so that each bin's number of arrivals is kept.
    pub as_measured: bool,
    /// Arrival processes, the chosen one first.
    pub arrivals: Vec<ArrivalFit>,
    /// Requests at one stamp, where so many share theirs that the processes are of stamps; none otherwise.
    pub batch: Option<LengthFit>,
    /// Input tokens.
    pub input: LengthFit,
    /// Output tokens.
    pub output: LengthFit,
    /// Rank correlation of input and output.
    pub correlation: f64,
    /// Cached share of all input tokens; none where the trace does not know it.
    pub cached_share: Option<f64>,
    /// Length of the trace, first to last arrival.
    pub span_us: u64,
    /// Gaps, input and output tokens, measured and fitted.
    pub goodness: Vec<Comparison>,
}

/// Fits a trace of at least 100 requests.
pub fn fit(imported: &Imported) -> Result<Fit, FitFault> {
    let trace = &imported.trace;
    if trace.len() < 100 {
        return Err(FitFault::TooFew(trace.len()));
    }
    let first = trace.arrival_us[0];
    let span_us = trace.last_arrival_us() - first;
    if span_us == 0 {
        return Err(FitFault::NoTime);
    }
    let (times, sizes) = together(&trace.arrival_us);
    if times.len() < 20 {
        return Err(FitFault::TooFew(times.len()));
    }
    let rate_per_minute = trace.len() as f64 * MINUTE_US as f64 / span_us as f64;
    let bin_us = BINS_US
        .into_iter()
        .find(|bin_us| times.len() as f64 * *bin_us as f64 / span_us as f64 >= BIN_ARRIVALS)
        .unwrap_or(BINS_US[3]);
    let raw = raw_shape(&times, bin_us);
    let mut shape = persistent(&raw);
    let mut as_measured = false;
    let mut gaps = operational_gaps(&times, &shape, bin_us);
    let mut arrivals = candidates(&gaps);
    // Where process and lasting shape together leave most of the bins' variance unexplained, the rate jumps from bin to bin: keep it as measured.
    let per_bin = times.len() as f64 * bin_us as f64 / span_us as f64;
    let explained =
        arrivals.first().map_or(1.0, |best| dispersion(&best.process)) / per_bin + variance(&shape);
    let stands = arrivals.first().is_some_and(|first| first.standing.stands);
    let parametric = arrivals.first().is_some_and(|first| first.akaike.is_some());
    // So too where no process of few parameters stands for the gaps: their long memory is then the rate's.
    if variance(&raw) > 2.0 * explained || !(stands && parametric) {
        as_measured = true;
        gaps = operational_gaps(&times, &raw, bin_us);
        arrivals = candidates(&gaps);
        shape = raw.iter().map(|factor| (factor * 1e4).round() / 1e4).collect();
    }
    let sums = trace.token_sums();
    let (input, output) = (fit_lengths(&trace.input_tokens), fit_lengths(&trace.output_tokens));
    let goodness = vec![
        of_gaps(&gaps, arrivals.first()),
        of_lengths("input tokens", &trace.input_tokens, &input.spec),
        of_lengths("output tokens", &trace.output_tokens, &output.spec),
    ];
    Ok(Fit {
        rate_per_minute,
        bin_us,
        shape,
        as_measured,
        arrivals,
        batch: sizes.map(|sizes| fit_lengths(&sizes)),
        input,
        output,
        correlation: rank_correlation(&trace.input_tokens, &trace.output_tokens).unwrap_or(0.0),
        cached_share: sums
            .cached_input_tokens
            .map(|cached| cached as f64 / (sums.input_tokens as f64).max(1.0)),
        span_us,
        goodness,
    })
}

/// A share of requests above this at the stamp of the one before is no chance: stamps are coarse, or calls come in batches.
const SHARED_STAMPS: f64 = 0.3;

/// The times of the processes: the arrivals, or where many share their stamp the stamps, with the number of requests at each.
fn together(arrival_us: &[u64]) -> (Cow<'_, [u64]>, Option<Vec<u32>>) {
    let shared = arrival_us.windows(2).filter(|pair| pair[0] == pair[1]).count();
    if (shared as f64) < SHARED_STAMPS * arrival_us.len() as f64 {
        return (Cow::Borrowed(arrival_us), None);
    }
    let (mut times, mut sizes): (Vec<u64>, Vec<u32>) = (Vec::new(), Vec::new());
    for at in arrival_us {
        match sizes.last_mut() {
            Some(size) if times.last() == Some(at) => *size += 1,
            _ => {
                times.push(*at);
                sizes.push(1);
            }
        }
    }
    (Cow::Owned(times), Some(sizes))
}

fn variance(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count
}

/// The rate of every bin over the mean. The last bin is a part of one: it counts by its length.
fn raw_shape(arrival_us: &[u64], bin_us: u64) -> Vec<f64> {
    let counts = bin_counts(arrival_us, bin_us);
    let span = arrival_us[arrival_us.len() - 1] - arrival_us[0];
    let mean = arrival_us.len() as f64 / span as f64;
    let last = counts.len() - 1;
    let rate = |(bin, count): (usize, &u64)| {
        let length =
            if bin == last { (span - last as u64 * bin_us).max(bin_us / 4) } else { bin_us };
        *count as f64 / length as f64 / mean
    };
    counts.iter().enumerate().map(rate).collect()
}

/// Gaps with the shape of the rate taken out: each stretch of time counts by its rate.
fn operational_gaps(arrival_us: &[u64], shape: &[f64], bin_us: u64) -> Vec<f64> {
    let mut before = vec![0.0];
    for factor in shape {
        before.push(before[before.len() - 1] + factor * bin_us as f64);
    }
    let first = arrival_us[0];
    let at = |us: u64| {
        let bin = (((us - first) / bin_us) as usize).min(shape.len() - 1);
        before[bin] + shape[bin] * ((us - first) - bin as u64 * bin_us) as f64
    };
    let gaps: Vec<f64> = arrival_us.windows(2).map(|pair| at(pair[1]) - at(pair[0])).collect();
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    gaps.into_iter().map(|gap| gap / mean).collect()
}

/// Pulls the factors towards their mean by the share of their variance that does not last from one bin to the next: a change of the rate does, chance
/// and short bursts do not, and belong to the arrival process. The share is the factors' correlation with their neighbours; below two standard errors
/// there is no shape.
fn persistent(raw: &[f64]) -> Vec<f64> {
    let count = raw.len() as f64;
    let mean = raw.iter().sum::<f64>() / count;
    let variance = variance(raw);
    let lasting = raw.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum::<f64>()
        / (count - 1.0).max(1.0);
    let share = if variance > 0.0 { (lasting / variance).min(1.0) } else { 0.0 };
    let keep = if share > 2.0 / count.sqrt() { share.sqrt() } else { 0.0 };
    raw.iter().map(|factor| ((mean + (factor - mean) * keep) / mean * 1e4).round() / 1e4).collect()
}

impl Fit {
    /// The spec that makes traffic like the trace's, as long as the trace, from the same start (or 2026-01-01 where it has none).
    pub fn spec(&self, name: &str, imported: &Imported, seed: u64) -> SynthSpec {
        let start = imported.start.map(|start| start.to_zoned(TimeZone::UTC).datetime());
        let start = start.unwrap_or(jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0));
        let start: Option<Datetime> = start.to_string().parse().ok();
        let flat =
            self.shape.len() < 2 || self.shape.iter().all(|factor| (factor - 1.0).abs() < 1e-3);
        SynthSpec {
            start,
            length: Some(format!("{}us", self.span_us.max(1))),
            zone: Some("UTC".into()),
            seed,
            client: vec![ClientSpec {
                name: name.into(),
                rate_per_minute: Some(self.rate_per_minute),
                users: None,
                calls_per_user_per_day: None,
                active_share: None,
                arrivals: self.arrivals.first().map(|fit| fit.process.clone()).unwrap_or_default(),
                batch: self.batch.as_ref().map(|batch| batch.spec.clone()),
                input_tokens: self.input.spec.clone(),
                output_tokens: self.output.spec.clone(),
                // Spearman's correlation of a Gaussian copula is 6/π asin(ρ/2).
                correlation: (2.0 * (std::f64::consts::PI * self.correlation / 6.0).sin())
                    .clamp(-1.0, 1.0),
                max_output_tokens: None,
                max_input_tokens: None,
                cached_share: self.cached_share,
                profile: Profile {
                    shape: (!flat).then(|| Shape {
                        bin: format!("{} min", self.bin_us / MINUTE_US),
                        factors: self.shape.clone(),
                        exact: self.as_measured,
                    }),
                    ..Profile::default()
                },
                growth: None,
                surge: Vec::new(),
                session: None,
            }],
        }
    }

    /// Whether the trace is long enough for its shape to be a day's.
    pub fn covers_a_day(&self) -> bool {
        self.span_us >= DAY_US - DAY_US / 100
    }
}
