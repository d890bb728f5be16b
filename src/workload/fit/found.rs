//! What a fit found: clients, epochs, and what could not be fitted.

use crate::units::time::DAY_US;
use crate::workload::fit::arrivals::ArrivalFit;
use crate::workload::fit::epochs::EpochFit;
use crate::workload::fit::goodness::Comparison;
use crate::workload::fit::lengths::LengthFit;
use crate::workload::synth::Arrivals;
/// One client's part.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientFit {
    /// Its name in the trace; "others" for those too small to stand alone.
    pub name: String,
    /// Its requests fitted as if they were a trace.
    pub fit: Fit,
}

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

impl Fit {
    /// Whether the trace is long enough for its shape to be a day's.
    pub fn covers_a_day(&self) -> bool {
        self.span_us >= DAY_US - DAY_US / 100
    }
}
