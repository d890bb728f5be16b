//! `[slo]`.

use serde::Deserialize;
use toml::Spanned;

/// Service-level objectives. Absent ones do not bind.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SloTable {
    /// Most calls that may end in a 429 after the client's own retries, such as `"0.1 %"`.
    pub throttled_share: Option<Spanned<String>>,
    /// Most calls that may be answered after their deadline (`calls.batch`); none when absent.
    pub late_share: Option<Spanned<String>>,
    /// Bounds on the time a call waits for admission.
    #[serde(default)]
    pub added_wait: PercentileTable,
}

/// Bounds by percentile, as durations.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PercentileTable {
    /// Median.
    pub p50: Option<Spanned<String>>,
    /// 95th percentile.
    pub p95: Option<Spanned<String>>,
    /// 99th percentile.
    pub p99: Option<Spanned<String>>,
}
