//! The fit of an imported trace: of the whole, and of each of its clients.

use crate::units::time::{DAY_US, MINUTE_US, SECOND_US};
use crate::workload::fit::arrivals::{ArrivalFit, candidates, dispersion};
use crate::workload::fit::clients::{ClientFit, each_client};
use crate::workload::fit::epochs::{Columns, EpochFit, epochs_of_arrivals, epochs_of_lengths};
use crate::workload::fit::goodness::{Comparison, of_gaps, of_lengths};
use crate::workload::fit::lengths::{LengthFit, fit as fit_lengths};
use crate::workload::fit::rate::{
    Stretch, operational_gaps, persistent, raw_shape, together, variance,
};
use crate::workload::import::Imported;
use crate::workload::summary::rank_correlation;
use crate::workload::synth::Arrivals;

/// A bin of the rate's shape has at least this many arrivals on average, so that its chance is below a fifth of its size.
const BIN_ARRIVALS: f64 = 25.0;
const BINS_US: [u64; 4] = [MINUTE_US, 5 * MINUTE_US, 15 * MINUTE_US, 60 * MINUTE_US];
/// Bins of a record, where the rate is kept as measured, if there are at most so many of them.
const FINE_BINS_US: [u64; 2] = [10 * SECOND_US, 30 * SECOND_US];
const MOST_FINE_BINS: u64 = 1_500;

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
    /// Requests.
    pub requests: u64,
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
    /// When each process begins, microseconds after the start, and which; one, the chosen one, where gaps never change by more than chance.
    pub arrival_epochs: Vec<(u64, Arrivals)>,
    /// Requests at one stamp, where so many share theirs that the processes are of stamps; none otherwise.
    pub batch: Option<LengthFit>,
    /// Input tokens of all requests.
    pub input: LengthFit,
    /// Output tokens of all requests.
    pub output: LengthFit,
    /// Rank correlation of input and output.
    pub correlation: f64,
    /// Cached share of all input tokens; none where the trace does not know it.
    pub cached_share: Option<f64>,
    /// Lengths and cached shares between two changes of them; one where they never change by more than chance.
    pub epochs: Vec<EpochFit>,
    /// The same as `correlation`, inside the epochs.
    pub epoch_correlation: f64,
    /// Length of the trace, first to last arrival.
    pub span_us: u64,
    /// Gaps, input and output tokens, measured and fitted.
    pub goodness: Vec<Comparison>,
    /// Each client on its own, the small ones together; none where the trace names fewer than two. Where there are some, traffic is made from
    /// these.
    pub clients: Vec<ClientFit>,
}

/// Fits a trace of at least 100 requests.
pub fn fit(imported: &Imported) -> Result<Fit, FitFault> {
    let trace = &imported.trace;
    if trace.len() < 100 {
        return Err(FitFault::TooFew(trace.len()));
    }
    let from_us = trace.arrival_us[0];
    let span_us = trace.last_arrival_us() - from_us;
    if span_us == 0 {
        return Err(FitFault::NoTime);
    }
    let stretch = Stretch { from_us, span_us };
    let columns = Columns {
        input: &trace.input_tokens,
        cached: trace.cached_input_tokens.as_deref(),
        output: &trace.output_tokens,
    };
    let whole = fit_part(&trace.arrival_us, &columns, stretch)?;
    Ok(Fit { clients: each_client(imported, stretch), ..whole })
}

/// Fits requests that are a part of a trace.
pub(crate) fn fit_part(
    arrival_us: &[u64],
    columns: &Columns<'_>,
    stretch: Stretch,
) -> Result<Fit, FitFault> {
    let (times, sizes) = together(arrival_us);
    if times.len() < 20 {
        return Err(FitFault::TooFew(times.len()));
    }
    let span_us = stretch.span_us;
    let per_bin = |bin_us: u64| times.len() as f64 * bin_us as f64 / span_us as f64;
    let mut bin_us =
        BINS_US.into_iter().find(|bin_us| per_bin(*bin_us) >= BIN_ARRIVALS).unwrap_or(BINS_US[3]);
    let raw = raw_shape(&times, stretch, bin_us);
    let mut shape = persistent(&raw);
    let mut as_measured = false;
    let mut gaps = operational_gaps(&times, stretch, &shape, bin_us);
    let mut arrivals = candidates(&gaps);
    // Where process and lasting shape together leave most of the bins' variance unexplained, the rate jumps from bin to bin: keep it as measured.
    let explained = arrivals.first().map_or(1.0, |best| dispersion(&best.process))
        / per_bin(bin_us)
        + variance(&shape);
    let stands = arrivals.first().is_some_and(|first| first.standing.stands);
    let parametric = arrivals.first().is_some_and(|first| first.akaike.is_some());
    // So too where no process of few parameters stands for the gaps: their long memory is then the rate's.
    if variance(&raw) > 2.0 * explained || !(stands && parametric) {
        as_measured = true;
        let fine = FINE_BINS_US
            .into_iter()
            .find(|fine| per_bin(*fine) >= BIN_ARRIVALS && span_us / fine <= MOST_FINE_BINS);
        for width_us in [Some(bin_us), fine].into_iter().flatten() {
            bin_us = width_us;
            let raw = raw_shape(&times, stretch, bin_us);
            gaps = operational_gaps(&times, stretch, &raw, bin_us);
            arrivals = candidates(&gaps);
            shape = raw.iter().map(|factor| (factor * 1e4).round() / 1e4).collect();
            if arrivals.first().is_some_and(|first| first.standing.stands) {
                break;
            }
        }
    }
    let (input, output) = (fit_lengths(columns.input), fit_lengths(columns.output));
    let goodness = vec![
        of_gaps(&gaps, arrivals.first()),
        of_lengths("input tokens", columns.input, &input.spec),
        of_lengths("output tokens", columns.output, &output.spec),
    ];
    let sum = |column: &[u32]| column.iter().map(|tokens| u64::from(*tokens)).sum::<u64>() as f64;
    let since_start = |nth: usize| arrival_us[nth] - stretch.from_us;
    let (epochs, epoch_correlation) = epochs_of_lengths(columns, since_start, (&input, &output));
    let process = arrivals.first().map(|first| first.process.clone()).unwrap_or_default();
    let arrival_epochs = epochs_of_arrivals(&gaps, |nth| times[nth] - stretch.from_us, &process);
    Ok(Fit {
        requests: arrival_us.len() as u64,
        rate_per_minute: arrival_us.len() as f64 * MINUTE_US as f64 / span_us as f64,
        bin_us,
        shape,
        as_measured,
        arrivals,
        arrival_epochs,
        batch: sizes.map(|sizes| fit_lengths(&sizes)),
        correlation: rank_correlation(columns.input, columns.output).unwrap_or(0.0),
        cached_share: columns.cached.map(|cached| sum(cached) / sum(columns.input).max(1.0)),
        input,
        output,
        epochs,
        epoch_correlation,
        span_us,
        goodness,
        clients: Vec::new(),
    })
}

impl Fit {
    /// Whether the trace is long enough for its shape to be a day's.
    pub fn covers_a_day(&self) -> bool {
        self.span_us >= DAY_US - DAY_US / 100
    }
}
