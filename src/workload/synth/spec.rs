//! The spec of synthetic traffic, as it is written.

use jiff::{Span, SpanRelativeTo};
use serde::{Deserialize, Serialize};
use toml::value::Datetime;

/// Traffic of one or more clients. On its own it states `start`, `length` and `zone`; inside a scenario they are the scenario's where absent.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SynthSpec {
    /// First civil day, or day and time, in `zone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub start: Option<Datetime>,
    /// How long, such as `"1 week"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<String>,
    /// IANA zone of `start` and of every profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Seed of all random draws; 0 when absent. Inside a scenario the scenario's takes its place.
    #[serde(default)]
    pub seed: u64,
    /// The clients.
    pub client: Vec<ClientSpec>,
}

/// One client: a population of like callers.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ClientSpec {
    /// Its name; it numbers the client's random streams.
    pub name: String,
    /// Mean arrivals a minute where profile and growth are 1 (sessions, where there are any; calls otherwise).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_per_minute: Option<f64>,
    /// Instead of a rate: how many people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<f64>,
    /// Instead of a rate: how often each of them calls a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls_per_user_per_day: Option<f64>,
    /// Of the users, the share that calls on a day, 0 to 1; all when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_share: Option<f64>,
    /// How arrivals cluster; Poisson when absent.
    #[serde(default)]
    pub arrivals: Arrivals,
    /// Calls (or sessions) that arrive together; one when absent. The rate counts each of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<LengthSpec>,
    /// Input tokens of a call (of a session's first call).
    pub input_tokens: LengthSpec,
    /// Output tokens of a call.
    pub output_tokens: LengthSpec,
    /// Correlation of the logarithms of input and output length, -1 to 1 (a Gaussian copula); 0 when absent.
    #[serde(default)]
    pub correlation: f64,
    /// Output limit every call states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<u32>,
    /// Longest input: longer draws are cut to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_input_tokens: Option<u32>,
    /// Share of input that the prompt cache holds, where there are no sessions: one of 0 to 1 for all calls, or a distribution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached_share: Option<CachedShare>,
    /// Seasons.
    #[serde(default, skip_serializing_if = "Profile::is_empty")]
    pub profile: Profile,
    /// Growth from the start on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth: Option<Growth>,
    /// Launches and spikes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub surge: Vec<Surge>,
    /// From some time on, other lengths or another cached share, where there are no sessions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub epoch: Vec<Epoch>,
    /// Conversations instead of single calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
}

/// How arrivals cluster in operational time, that is with seasons and growth taken out.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(tag = "process", rename_all = "lowercase", deny_unknown_fields)]
pub enum Arrivals {
    /// Independent arrivals: gap variation 1.
    #[default]
    Poisson,
    /// Gamma gaps of this coefficient of variation.
    Gamma {
        /// Standard deviation of the gaps over their mean.
        variation: f64,
    },
    /// Weibull gaps of this coefficient of variation.
    Weibull {
        /// Standard deviation of the gaps over their mean.
        variation: f64,
    },
    /// Poisson arrivals whose rate switches between calm and burst (a Markov-modulated Poisson process of two states).
    Mmpp {
        /// Rate in a burst over the calm rate.
        burst_factor: f64,
        /// Share of time in bursts.
        burst_share: f64,
        /// Mean arrivals of one burst at the mean rate: its length times the mean rate.
        burst_arrivals: f64,
    },
    /// Gaps as measured, in runs as measured: what `trace fit` writes where no process above stands for the trace.
    Measured {
        /// Gaps at evenly spaced standard normal scores from -4 to 4, never decreasing; their unit does not matter.
        gaps: Vec<f64>,
        /// How long short and long gaps last; what the shares leave of 1 is forgotten at once.
        #[serde(default)]
        memory: Vec<Memory>,
    },
}

/// A part of the scores' variance that lasts.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// Arrivals until a share of 1/e of it is left.
    pub arrivals: f64,
    /// Its share of the variance.
    pub share: f64,
}

/// A distribution of token counts.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum LengthSpec {
    /// Always the same.
    Fixed(u32),
    /// Lognormal by median and 99th percentile.
    Percentiles(Percentiles),
    /// Lognormal by mean and variation.
    Moments(Moments),
    /// A mixture of lognormals.
    Mixture(Mixture),
    /// Values at evenly spaced probabilities from 0 to 1 (a quantile table), drawn between neighbours.
    Quantiles(Quantiles),
}

/// A lognormal by two of its percentiles.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Percentiles {
    /// Median.
    pub p50: f64,
    /// 99th percentile.
    pub p99: f64,
}

/// A lognormal by its mean and coefficient of variation.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Moments {
    /// Mean.
    pub mean: f64,
    /// Standard deviation over mean.
    pub variation: f64,
}

/// Weighted lognormals.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Mixture {
    /// The parts; their weights need not sum to 1.
    pub mixture: Vec<Part>,
}

/// A part of a mixture.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Relative weight.
    pub weight: f64,
    /// Median.
    pub p50: f64,
    /// 99th percentile.
    pub p99: f64,
}

/// A quantile table.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Quantiles {
    /// Values at probabilities 0, 1/(n-1), …, 1; never decreasing.
    pub quantiles: Vec<f64>,
}

/// Seasons, as factors on the rate.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// 24 factors by civil hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<Vec<f64>>,
    /// 7 factors by weekday, Monday first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weekdays: Option<Vec<f64>>,
    /// Civil days that are holidays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "report", schemars(with = "Vec<String>"))]
    pub holidays: Vec<Datetime>,
    /// Factor on holidays, instead of the weekday's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holiday_factor: Option<f64>,
    /// A measured shape from the start on; past its end it begins again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
}

impl Profile {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A rate measured bin by bin.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Width of a bin, such as `"1 min"`.
    pub bin: String,
    /// The factors.
    pub factors: Vec<f64>,
    /// Whether every bin has its expected number of arrivals and not only on average: a rate that jumps from bin to bin is a record, not a rate.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exact: bool,
}

/// Growth of the rate. A month is 30.4375 days.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Growth {
    /// 1 + `per_month` × months.
    Linear {
        /// Share added a month.
        per_month: f64,
    },
    /// (1 + `per_month`) ^ months.
    Compound {
        /// Share added a month.
        per_month: f64,
    },
    /// From 1 to `ceiling` along a logistic curve.
    SCurve {
        /// Factor reached in the end.
        ceiling: f64,
        /// Months until half of the way.
        midpoint_months: f64,
        /// Months from 12 % to 88 % of the way, divided by 4.
        steepness_months: f64,
    },
    /// Factors month by month from the start on, such as a forecast's; the last one holds past their end.
    Monthly {
        /// The factors.
        factors: Vec<f64>,
    },
    /// `factor` from a day on.
    Step {
        /// The day.
        #[cfg_attr(feature = "report", schemars(with = "String"))]
        at: Datetime,
        /// The factor.
        factor: f64,
    },
}

/// A stretch of time with more (or less) traffic.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Surge {
    /// Civil day, or day and time, when it begins.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub at: Datetime,
    /// How long it lasts.
    pub length: String,
    /// Factor on the rate meanwhile.
    pub factor: f64,
}

/// Conversations: each call carries what was said before.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Mean turns of a conversation (geometric).
    pub turns: f64,
    /// Mean pause before the user's next turn, such as `"40 s"` (lognormal).
    pub think_time: String,
    /// Standard deviation of the pause over its mean; 1 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub think_variation: Option<f64>,
    /// Tokens the user adds each turn.
    pub message_tokens: LengthSpec,
    /// How long the prompt cache holds a conversation's context; none: nothing is cached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_ttl: Option<String>,
    /// An agent: several calls a turn, each with a tool's result added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<Agent>,
}

/// An agent's loop inside a turn.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// Mean calls a turn (geometric).
    pub calls_per_turn: f64,
    /// Mean time between two calls of a turn, such as `"3 s"` (exponential).
    pub call_gap: String,
    /// Tokens a tool's result adds.
    pub tool_tokens: LengthSpec,
}

/// From some time on, other lengths or other arrivals. What is absent stays as it was.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Epoch {
    /// How long after the start it begins, such as `"6 h"`; later than the epoch before it. Where the profile has a shape, epochs begin again with it.
    pub from: String,
    /// How arrivals cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrivals: Option<Arrivals>,
    /// Input tokens of a call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<LengthSpec>,
    /// Output tokens of a call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<LengthSpec>,
    /// Share of input that the prompt cache holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached_share: Option<CachedShare>,
}

/// How much of each call's input the prompt cache holds.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum CachedShare {
    /// The same share of every call, 0 to 1.
    Fixed(f64),
    /// A share of its own for each call.
    Spread(CachedSpread),
}

/// A distribution of the cached share.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CachedSpread {
    /// Shares of 0 to 1 at probabilities 0, 1/(n-1), …, 1, never decreasing; as many zeros as calls that the cache does not help.
    pub quantiles: Vec<f64>,
    /// Correlation of the share with the logarithm of the input, -1 to 1 (a Gaussian copula); 0 when absent.
    #[serde(default)]
    pub correlation: f64,
}

/// A length of time in microseconds: days have 24 hours here.
pub(crate) fn length_us(text: &str) -> Result<u64, String> {
    let span: Span = text.parse().map_err(|_| format!("\"{text}\" is no length of time"))?;
    let length = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| format!("\"{text}\" has no fixed length: write days or hours"))?;
    match u64::try_from(length.as_micros()) {
        Ok(us) if us > 0 => Ok(us),
        _ => Err(format!("\"{text}\" is not longer than nothing")),
    }
}
