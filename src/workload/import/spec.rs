//! How to read a trace: the known formats, columns named by the user, strictness.

use crate::workload::import::dates::DateOrder;
use crate::workload::import::filter::Where;
use serde::Deserialize;
use std::fmt;

/// A format this program knows. Recognised by header or content; it need not be stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// The program's own: `arrival_us,input_tokens,cached_input_tokens,output_tokens,max_output_tokens`; cached and limit may be absent, and
    /// `arrival` as an instant may stand for `arrival_us`.
    Canonical,
    /// `timestamp` or `offset_s`, `prompt_tokens`, `completion_tokens`, and where known `cached_tokens`: a common shape of converted traces.
    PromptCompletion,
    /// Azure LLM inference traces of 2023 and 2024: `TIMESTAMP,ContextTokens,GeneratedTokens`.
    AzureLlm,
    /// Azure multimodal inference trace of 2025: the same with `NumImages`.
    AzureMultimodal,
    /// `BurstGPT`: seconds from midnight of the first day; 0 response tokens mark a failed call.
    BurstGpt,
    /// Columns named by the caller.
    Named,
    /// One request a row, in columns whose names are recognised.
    RequestLog,
}

impl Format {
    /// The name used in results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Canonical => "ptuplan",
            Self::PromptCompletion => "prompt-completion",
            Self::AzureLlm => "azure-llm-inference",
            Self::AzureMultimodal => "azure-multimodal-inference",
            Self::BurstGpt => "burstgpt",
            Self::Named => "named-columns",
            Self::RequestLog => "request-log",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the numbers of an arrival column mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ArrivalUnit {
    /// Seconds, fractions allowed.
    S,
    /// Milliseconds, fractions allowed.
    Ms,
    /// Microseconds.
    Us,
    /// Date and time; without a zone it is read as UTC.
    Timestamp,
}

impl ArrivalUnit {
    /// The word used in scenarios.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::S => "s",
            Self::Ms => "ms",
            Self::Us => "us",
            Self::Timestamp => "timestamp",
        }
    }

    /// Microseconds in one unit, 0 for a timestamp.
    pub(crate) const fn scale_us(self) -> i64 {
        match self {
            Self::S => 1_000_000,
            Self::Ms => 1_000,
            Self::Us => 1,
            Self::Timestamp => 0,
        }
    }
}

/// Columns of a table, by the names its header gives them (letter case does not matter). Members of objects inside a JSON
/// record are named by their path: `usage.prompt_tokens`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// Arrival.
    pub arrival: String,
    /// What the arrival's numbers mean; recognised by the values, and said, where absent.
    #[serde(default)]
    pub arrival_unit: Option<ArrivalUnit>,
    /// Input tokens, cached ones included. Needed unless `tokens = "none"` says that there are none.
    #[serde(default)]
    pub input_tokens: Option<String>,
    /// Cached input tokens.
    #[serde(default)]
    pub cached_input_tokens: Option<String>,
    /// Output tokens, reasoning included. Needed unless `tokens = "none"` says that there are none.
    #[serde(default)]
    pub output_tokens: Option<String>,
    /// Output limit of the request.
    #[serde(default)]
    pub max_output_tokens: Option<String>,
    /// Who called: a tenant, team or user.
    #[serde(default)]
    pub client: Option<String>,
    /// The conversation a request belongs to.
    #[serde(default)]
    pub session: Option<String>,
    /// The deployment that was called.
    #[serde(default)]
    pub deployment: Option<String>,
    /// The model that was called.
    #[serde(default)]
    pub model: Option<String>,
    /// HTTP status: calls with 429, 408 or 5xx are demand, with the tokens of a neighbour where they state none.
    #[serde(default)]
    pub status: Option<String>,
    /// How many calls a row sums: then rows are totals over a minute, an hour or a day, not requests.
    #[serde(default)]
    pub requests: Option<String>,
    /// Of these, how many failed.
    #[serde(default)]
    pub failed_requests: Option<String>,
    /// Bytes of the request, for logs without tokens: needs `bytes_per_token`.
    #[serde(default)]
    pub input_bytes: Option<String>,
    /// Bytes of the answer.
    #[serde(default)]
    pub output_bytes: Option<String>,
}

/// Which tokens a source has to state. A column of tokens that is absent, empty or 0 in every row stops an import, because
/// traffic without tokens costs nothing and meets every objective.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TokensStated {
    /// Input and output.
    #[default]
    Both,
    /// Input only: embeddings.
    Input,
    /// Neither: the calls alone are of interest.
    None,
}

/// How to read a trace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadSpec {
    /// The format's name, one of [`log_formats`](crate::workload::import::log_formats); none: recognised by content.
    pub format: Option<String>,
    /// Columns by name; none: a known format, recognised by its header and values.
    pub columns: Option<Columns>,
    /// Refuse the file for any mistake in it. Otherwise sound rows are kept, and the report says what was left out.
    pub strict: bool,
    /// The seed of the trace's luck.
    pub seed: u64,
    /// Bytes taken for a token, for logs that count bytes only; none refuses them.
    pub bytes_per_token: Option<u32>,
    /// How totals over a minute, an hour or a day become requests.
    pub model: BucketModel,
    /// Which tokens have to be stated.
    pub tokens: TokensStated,
    /// Which requests are kept; all when empty.
    pub keep: Where,
    /// Whether rows of a log that are like another in all that is read of them are left out;
    /// otherwise they are said.
    pub drop_identical: bool,
    /// The order of day, month and year in dates such as 05/06/2026; none: decided by the whole file.
    pub dates: Option<DateOrder>,
}

impl ReadSpec {
    /// Known formats, no tolerance: how a scenario's trace is read.
    pub fn strict() -> Self {
        Self { strict: true, ..Self::default() }
    }
}

/// How a bucket's total becomes requests.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct BucketModel {
    /// Standard deviation of input lengths over their mean (lognormal). 1 is near public conversation traces (0.9 to 1.3).
    pub input_variation: f64,
    /// The same for output lengths.
    pub output_variation: f64,
    /// Where in the bucket's time its calls lie.
    pub arrivals: BucketArrivals,
    /// Mean input tokens of a request, for sources that state tokens and no requests; none refuses them.
    pub input_tokens_per_request: Option<f64>,
}

/// How a bucket's calls lie in its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum BucketArrivals {
    /// At even distances: the calmest reading.
    Even,
    /// Each anywhere: a Poisson process, given its count.
    Uniform,
}

impl Default for BucketModel {
    fn default() -> Self {
        Self {
            input_variation: 1.0,
            output_variation: 1.0,
            arrivals: BucketArrivals::Uniform,
            input_tokens_per_request: None,
        }
    }
}

impl BucketModel {
    /// Why nothing can be made with these figures; none where something can.
    pub fn fault(&self) -> Option<String> {
        let variations = [
            ("input_variation", self.input_variation),
            ("output_variation", self.output_variation),
        ];
        let odd = variations.into_iter().find(|(_, v)| !(0.0..=20.0).contains(v));
        if let Some((name, value)) = odd {
            return Some(format!("{name} is {value}, not between 0 and 20"));
        }
        let mean = self.input_tokens_per_request.filter(|mean| !(*mean > 0.0 && *mean <= 1e7));
        mean.map(|mean| format!("input_tokens_per_request is {mean}, not a positive number"))
    }
}
