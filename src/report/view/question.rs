//! The question in short, and the dated values an answer leans on.

use serde::Serialize;

/// The question in short.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct ScenarioView {
    /// Its name.
    pub name: String,
    /// First instant of the billed period.
    pub start: String,
    /// First instant after it.
    pub until: String,
    /// The zone of the scenario's dates.
    pub zone: String,
    /// Azure region.
    pub region: String,
    /// Length of the simulated window in words.
    pub simulated: String,
    /// What is in use when the window begins, in words.
    pub starts: String,
    /// How many such windows the period holds.
    pub repetitions: u64,
    /// Seed of all random draws.
    pub seed: u64,
    /// One line per workload: model, rate and lengths.
    pub workloads: Vec<TrafficView>,
    /// Objectives in words.
    pub objectives: Vec<String>,
}

/// The traffic of one workload.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct TrafficView {
    /// Workload.
    pub name: String,
    /// Model it calls.
    pub model: String,
    /// Trace.
    pub trace: String,
    /// Requests in the simulated window.
    pub requests: u64,
    /// Mean requests per minute.
    pub mean_requests_per_minute: f64,
    /// Requests in the busiest minute.
    pub peak_requests_per_minute: u64,
    /// Mean input tokens.
    pub mean_input_tokens: f64,
    /// Mean cached input tokens.
    pub mean_cached_input_tokens: f64,
    /// Mean output tokens.
    pub mean_output_tokens: f64,
    /// What the trace does not say and was filled in, and what depends on it; absent where nothing was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumed: Vec<String>,
}

/// A dated value behind a result.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct FactView {
    /// What it is.
    pub name: String,
    /// The value in words.
    pub value: String,
    /// `documented`, `observed` or `assumed`.
    pub status: String,
    /// Since when it is in force.
    pub effective_from: String,
    /// Its source.
    pub source: String,
    /// The row, as `file:line`.
    pub place: String,
}
