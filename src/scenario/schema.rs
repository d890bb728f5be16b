//! A scenario file as it is written. Reads like the question: units in words, nothing said twice.
//! `load` checks it and makes a [`crate::scenario::question::Scenario`] of it.

use crate::scenario::calls::CallsTable;
use crate::scenario::events::EventTable;
use crate::workload::import::Columns;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::value::Datetime;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// A name for titles.
    pub name: String,
    /// First civil day of the billed period, in `zone`.
    pub start: Spanned<Datetime>,
    /// Length of the billed period, such as `"1 month"`.
    pub length: Spanned<String>,
    /// IANA time zone of `start`.
    pub zone: Spanned<String>,
    /// Length of the window that is simulated and stands for every like window of the period; all of it when absent.
    pub simulate: Option<Spanned<String>>,
    /// Azure region of the deployments.
    pub region: Spanned<String>,
    /// Seed of all luck; 0 when absent.
    #[serde(default)]
    pub seed: u64,
    /// The streams of requests.
    pub workload: Vec<WorkloadTable>,
    /// Service-level objectives.
    #[serde(default)]
    pub slo: SloTable,
    /// What may be bought.
    pub allow: AllowTable,
    /// The subscription that pays.
    pub subscription: SubscriptionTable,
    /// What is deployed now: always a candidate, and what `simulate` runs.
    pub today: Option<TodayTable>,
    /// What happens while it runs.
    #[serde(default)]
    pub event: Vec<EventTable>,
    /// What is not known for certain.
    pub uncertain: Option<UncertainTable>,
    /// How far the plan looks ahead.
    pub horizon: Option<HorizonTable>,
    /// Values for named catalogue parameters, overriding their defaults.
    #[serde(default)]
    pub parameters: BTreeMap<String, Spanned<toml::Value>>,
}

/// What is not known for certain, each as its least, most likely and greatest value.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UncertainTable {
    /// Futures drawn at most; fewer where the answer is clear sooner.
    pub replications: Option<Spanned<u32>>,
    /// Share of futures in which every objective must hold; `"90 %"` when absent.
    pub hold_in: Option<Spanned<String>>,
    /// Factor on the rate of requests.
    pub traffic: Option<Spanned<RangeTable>>,
    /// Growth of the rate of requests from month to month.
    pub growth_per_month: Option<Spanned<RangeTable>>,
    /// Share of the input that is cached.
    pub cached_share: Option<Spanned<RangeTable>>,
    /// Factor on the input tokens of a request.
    pub input_length: Option<Spanned<RangeTable>>,
    /// Factor on the output tokens of a request.
    pub output_length: Option<Spanned<RangeTable>>,
    /// Factor on what tokens cost.
    pub token_price: Option<Spanned<RangeTable>>,
    /// Factor on what PTUs cost.
    pub ptu_price: Option<Spanned<RangeTable>>,
    /// Catalogue parameters by name.
    #[serde(default)]
    pub parameters: BTreeMap<String, Spanned<RangeTable>>,
}

/// A triangular distribution. Shares and factors are numbers or percentages: `0.3` or `"30 %"`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RangeTable {
    /// Least possible.
    pub low: Quantity,
    /// Most likely.
    pub mode: Quantity,
    /// Greatest possible.
    pub high: Quantity,
}

/// A number, or a percentage in words.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Quantity {
    /// `0.3`
    Number(f64),
    /// `"30 %"`
    Text(String),
}

/// How far the plan looks ahead.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HorizonTable {
    /// Months from the period's start, 1 to 36.
    pub months: Spanned<u32>,
}

/// One workload.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkloadTable {
    /// A name, unique in the file.
    pub name: Spanned<String>,
    /// Model id of the catalogue.
    pub model: Spanned<String>,
    /// Where its requests come from.
    pub traffic: TrafficTable,
    /// Output limit the client sets on every request; the trace's own column when absent.
    pub max_output_tokens: Option<u32>,
    /// Client policy of the catalogue.
    pub client: Spanned<String>,
    /// How it calls beyond that.
    pub calls: Option<CallsTable>,
}

/// Where requests come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrafficTable {
    /// A bundled trace's name or a file, relative to the scenario.
    pub trace: Spanned<String>,
    /// Whether to play the trace again and again until the window ends.
    #[serde(default)]
    pub repeat: bool,
    /// Factor on the rate of requests; 1 when absent.
    pub scale: Option<Spanned<f64>>,
    /// Part of the trace to play, `["from", "until"]` from its start, such as `["0 s", "10 min"]`.
    pub slice: Option<Spanned<[String; 2]>>,
    /// Share of input tokens assumed to be cached where the trace does not say; 0 when absent.
    pub cached_share: Option<Spanned<String>>,
    /// Names of the trace's columns where they are none of the known formats.
    pub columns: Option<Columns>,
}

/// Service-level objectives. Absent ones do not bind.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SloTable {
    /// Most calls that may end in a 429 after the client's own retries, such as `"0.1 %"`.
    pub throttled_share: Option<Spanned<String>>,
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

/// What may be bought.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowTable {
    /// SKU names as the platform spells them.
    pub sku: Vec<Spanned<String>>,
    /// `"hourly"`, `"1-month"`, `"1-year"`.
    pub commitment: Vec<Spanned<String>>,
    /// Whether provisioned deployments may spill over to an allowed standard one.
    #[serde(default = "yes")]
    pub spillover: bool,
}

fn yes() -> bool {
    true
}

/// The subscription that pays.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionTable {
    /// Its quota tier, such as `"Tier 1"`.
    pub quota_tier: Spanned<String>,
    /// PTU quota by provisioned SKU; unlimited where absent.
    #[serde(default)]
    pub ptu_quota: BTreeMap<String, u32>,
}

/// What is deployed now.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TodayTable {
    /// The deployments.
    pub deployments: Vec<DeploymentTable>,
    /// How provisioned ones are paid; `"hourly"` when absent.
    pub commitment: Option<Spanned<String>>,
}

/// One deployment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeploymentTable {
    /// A name, unique in the file; `sku/model` when absent.
    pub name: Option<Spanned<String>>,
    /// SKU name.
    pub sku: Spanned<String>,
    /// Model id.
    pub model: Spanned<String>,
    /// Deployed PTUs, for provisioned SKUs.
    pub capacity_ptu: Option<Spanned<u32>>,
    /// Token limit, for standard SKUs; the tier's quota when absent.
    pub limit_tokens_per_minute: Option<u64>,
    /// Name of the standard deployment that takes what this one refuses.
    pub spillover_to: Option<Spanned<String>>,
}
