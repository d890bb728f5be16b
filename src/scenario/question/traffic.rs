//! The traffic of a workload, and changes of it.

use crate::scenario::question::named::Named;
use crate::workload::import::{BucketModel, Columns, DateOrder, TokensStated, Where};
use crate::workload::synth::SynthSpec;
use crate::workload::transform::Surge;
/// Where requests come from. The caller reads the trace: the library opens no file.
#[derive(Clone, Debug)]
pub struct Traffic {
    /// A bundled trace's name or a file.
    pub trace: Named,
    /// What to make the requests from, instead of a trace.
    pub synthetic: Option<Synthetic>,
    /// Part of the trace to play, microseconds from its start.
    pub slice_us: Option<(u64, u64)>,
    /// Factor on the time between requests.
    pub stretch: f64,
    /// Factor on the rate of requests.
    pub scale: f64,
    /// Whether and how to play it again until the window ends.
    pub repeat: Repeat,
    /// Stretches of the window with more or less traffic.
    pub surges: Vec<Surge>,
    /// Share of input assumed cached where the trace does not say, in 1/1,000,000.
    pub cached_share_ppm: Option<u32>,
    /// Names of the columns.
    pub columns: Option<Columns>,
    /// How totals become requests.
    pub totals: BucketModel,
    /// The requests of the trace to play.
    pub keep: Where,
    /// The trace's format, where it is not to be recognised.
    pub format: Option<String>,
    /// Which tokens it has to state.
    pub tokens: TokensStated,
    /// The order of its dates, where it is stated.
    pub dates: Option<DateOrder>,
    /// Bytes taken for a token.
    pub bytes_per_token: Option<u32>,
    /// Whether rows without ids that are like another are left out.
    pub drop_identical: bool,
    /// A log of past requests whose growth is to go on; none where growth is stated, or there is none.
    pub forecast: Option<Named>,
    /// What was taken from elsewhere to make it, one sentence each: results repeat it.
    pub notes: Vec<String>,
    /// What a what-if changes about it; none when the question is asked as written.
    pub change: Option<TrafficChange>,
}

/// Whether and how a trace is played again until the window ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeat {
    /// Not said: the trace has to last as long as the window.
    #[default]
    Unstated,
    /// Not said, where the question is what some calls meet: less than a day is played once.
    Sample,
    /// There is no traffic after its end.
    No,
    /// The whole of it at its times of day, where it has them.
    Whole,
    /// The whole of it without a pause: again a mean gap after its last request.
    EndToEnd,
    /// Its whole days, so that times of day stay; a part of a day once a day.
    Days,
    /// Its whole weeks, so that days of the week stay; a part of a week once a week.
    Weeks,
}

/// Synthetic traffic.
#[derive(Clone, Debug)]
pub enum Synthetic {
    /// Of a spec in a file, which is the workload's [`Traffic::trace`].
    File,
    /// Of a spec in the scenario.
    Spec(Box<SynthSpec>),
}

/// What is done to a workload's requests after everything its `traffic` asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct TrafficChange {
    /// Factor on the rate of requests.
    pub scale: f64,
    /// Factor on input tokens.
    pub input_length: f64,
    /// Factor on output tokens.
    pub output_length: f64,
    /// Share of the input that is cached, in place of the traffic's own.
    pub cached_share: Option<f64>,
    /// Launches and spikes.
    pub surges: Vec<Surge>,
}

impl Default for TrafficChange {
    fn default() -> Self {
        Self {
            scale: 1.0,
            input_length: 1.0,
            output_length: 1.0,
            cached_share: None,
            surges: Vec::new(),
        }
    }
}
