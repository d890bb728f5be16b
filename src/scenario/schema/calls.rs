//! The keys of `calls`: batch, sessions, circuit breaker, prompt cache.

use crate::scenario::schema::content_filter::ContentFilterTable;
use serde::Deserialize;
use toml::Spanned;
/// `[workload.calls]`. What is absent does not apply.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CallsTable {
    /// The client gives up on an answer after this long, such as `"60 s"` (408, S 21).
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub timeout: Option<Spanned<String>>,
    /// Requests the client has out at one time; the others queue at the client.
    pub concurrency: Option<u32>,
    /// A closed loop: sessions that ask one request after the other.
    pub sessions: Option<SessionsTable>,
    /// `"ordered"` (default), `"weighted"`, `"least-loaded"` or `"fastest"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub routing: Option<Spanned<String>>,
    /// Weights of the route's deployments, for `routing = "weighted"`.
    pub weights: Option<Vec<u32>>,
    /// Leaves a deployment that keeps refusing alone for a while.
    pub breaker: Option<BreakerTable>,
    /// `"auto"` (default), `"default"`, `"priority"` or `"flex"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub service_tier: Option<Spanned<String>>,
    /// For calls that may wait: they are submitted to a batch deployment (S 27-34).
    pub batch: Option<BatchCallsTable>,
    /// Answers that the service makes of which it returns the best (legacy completions): the limits of a Standard deployment count the
    /// output limit so many times (S 13). The trace's output tokens are what is billed, all answers together.
    #[cfg_attr(feature = "report", schemars(with = "Option<u32>"))]
    pub best_of: Option<Spanned<u32>>,
    /// What the content filter finds in them.
    pub content_filter: Option<ContentFilterTable>,
    /// The prompt cache as a process, for traces that do not say what was cached.
    pub prompt_cache: Option<PromptCacheTable>,
    /// Images that the calls send, beside the input tokens of the traffic.
    pub images: Option<ImagesTable>,
}

/// Images of the calls: they become input tokens by the formula of the model's family.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ImagesTable {
    /// `"auto"` (default), `"low"`, `"high"` or `"original"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub detail: Option<Spanned<String>>,
    /// Width, pixels.
    #[cfg_attr(feature = "report", schemars(with = "u32"))]
    pub width: Spanned<u32>,
    /// Height, pixels.
    #[cfg_attr(feature = "report", schemars(with = "u32"))]
    pub height: Spanned<u32>,
    /// Images a call has on average; 1 when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<f64>"))]
    pub per_call: Option<Spanned<f64>>,
}

impl ImagesTable {
    /// The detail asked for.
    pub fn detail(&self) -> &str {
        self.detail.as_ref().map_or("auto", |detail| detail.get_ref())
    }

    /// Images a call has on average.
    pub fn per_call(&self) -> f64 {
        self.per_call.as_ref().map_or(1.0, |count| *count.get_ref())
    }

    /// The same in 1/1,000,000.
    pub fn per_call_ppm(&self) -> u64 {
        (self.per_call() * 1e6).round() as u64
    }
}

/// Calls that may wait.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BatchCallsTable {
    /// An answer is late when it is complete later than this after the call, such as `"12 h"`; the platform's target when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub within: Option<Spanned<String>>,
    /// The part of the calls that may wait, such as `"40 %"`; all when absent. Which ones is drawn at random, the same for every candidate.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub share: Option<Spanned<String>>,
}

/// A closed loop of sessions.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionsTable {
    /// How many at a time.
    pub count: u32,
    /// Pause between an answer and the next request.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub think: Spanned<String>,
}

/// A circuit breaker.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BreakerTable {
    /// Refusals in a row that open it.
    pub refusals: u32,
    /// How long it stays open.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub open: Spanned<String>,
}

/// The prompt cache as a process (S 61-65).
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PromptCacheTable {
    /// Different prefixes the requests share.
    pub prefixes: u32,
    /// Length of a prefix, tokens.
    pub prefix_tokens: u32,
    /// A prefix is forgotten after this long without use; the catalogue's idle time when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub lifetime: Option<Spanned<String>>,
    /// Share of calls beyond about 15 a minute per prefix that miss; the catalogue's assumption when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub overflow_missed: Option<Spanned<String>>,
}

/// Shortest cached match and its growth, tokens; calls a minute per prefix above which some miss (S 61, S 65).
pub(crate) const MIN_TOKENS: u32 = 1_024;

pub(crate) const STEP_TOKENS: u32 = 128;

pub(crate) const CALLS_PER_MINUTE: u32 = 15;
