//! `[slo]` and `[workload.slo]`.

use serde::Deserialize;
use toml::Spanned;

/// Service-level objectives of all workloads. Absent ones do not bind.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SloTable {
    /// Most calls that may end in a 429 after the client's own retries, such as `"0.1 %"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub throttled_share: Option<Spanned<String>>,
    /// Most calls that may end in any error after the client's own retries.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub failed_share: Option<Spanned<String>>,
    /// Most calls that may be answered after their deadline (`calls.batch`); none when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub late_share: Option<Spanned<String>>,
    /// Bounds on the time a call waits for admission.
    #[serde(default)]
    pub added_wait: PercentileTable,
    /// Bounds on the time to the first token.
    #[serde(default)]
    pub first_token: PercentileTable,
    /// Bounds on the time to the complete answer.
    #[serde(default)]
    pub latency: PercentileTable,
    /// Time within which every answer must be complete, such as `"24 h"` for work that can wait.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub deadline: Option<Spanned<String>>,
    /// What may go down without an objective being broken.
    pub survives_outage: Option<OutageTable>,
}

/// Bounds by percentile, as durations.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PercentileTable {
    /// Median.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub p50: Option<Spanned<String>>,
    /// 95th percentile.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub p95: Option<Spanned<String>>,
    /// 99th percentile.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub p99: Option<Spanned<String>>,
}

/// An outage that must be survived.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OutageTable {
    /// What goes down: `"region"`, each region of a candidate in turn.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub of: Spanned<String>,
    /// How long, at the busiest time; the whole window when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub lasts: Option<Spanned<String>>,
}
