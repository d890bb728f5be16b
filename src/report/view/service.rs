//! Deployments and workloads as they served and were served.

use crate::report::view::KindView;
use serde::Serialize;

/// One deployment with its figures over the simulated window; its cost is of the whole period.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct DeploymentView {
    /// Name.
    pub name: String,
    /// SKU as the platform spells it.
    pub sku: String,
    /// Model id.
    pub model: String,
    /// Region.
    pub region: String,
    /// PTUs, for provisioned ones; the most of its schedule where it has one.
    pub capacity_ptu: Option<u32>,
    /// How it serves, where that is neither PTUs nor plain pay-as-you-go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<KindView>,
    /// When it has fewer PTUs, if ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ScheduleView>,
    /// Token limit, for standard ones.
    pub limit_tokens_per_minute: Option<u64>,
    /// Request limit, for standard ones.
    pub limit_requests_per_minute: Option<u64>,
    /// Name of the standard deployment that takes what this provisioned one throttles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spillover_to: Option<String>,
    /// Whether calls that ask for no tier are served with priority.
    #[serde(skip_serializing_if = "is_false")]
    pub priority_by_default: bool,
    /// Requests by what became of them.
    pub requests: RequestsView,
    /// Tokens served in the window; absent of candidates that are not the choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<TokensView>,
    /// Utilization, for provisioned ones and, as the part of its places that is taken, managed compute.
    pub utilization: Option<UtilizationView>,
    /// Instances over the window, for managed compute.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<InstancesView>,
    /// Scale-ups that failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed_resizes: Vec<FailedResizeView>,
    /// Its cost over the period; absent of candidates that are not the choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<String>,
}

/// A stretch of time with one number of instances.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct InstancesView {
    /// Its start, seconds from the window's start.
    pub from_s: f64,
    /// Its end.
    pub until_s: f64,
    /// Instances that served.
    pub count: u32,
}

/// A scale-up that failed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct FailedResizeView {
    /// When it would have been complete, seconds from the window's start.
    pub at_s: f64,
    /// The size asked for.
    pub capacity_ptu: u32,
    /// Why it failed: `quota` or `capacity`.
    pub short_of: String,
}

/// PTUs by the hour of the day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct ScheduleView {
    /// Local hours with all PTUs, such as `08-18 h` or `Mon-Fri 08-18 h`; `by the hour` where there
    /// are more than two sizes.
    pub hours: String,
    /// PTUs in the other hours; the least where there are more than two sizes.
    pub else_ptu: u32,
    /// Every stretch of hours with its size.
    pub sizes: Vec<StretchView>,
    /// Whether it is more than one stretch of more PTUs; absent where it is one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub by_the_hour: bool,
}

/// Hours in a row with one size.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct StretchView {
    /// Local hours, such as `08-18 h`; with their days where weekends differ.
    pub hours: String,
    /// PTUs.
    pub ptu: u32,
}

/// Attempts at one deployment.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct RequestsView {
    /// Attempts that arrived.
    pub offered: u64,
    /// Served.
    pub completed: u64,
    /// Answered 429.
    pub throttled: u64,
    /// Passed on.
    pub spilled_out: u64,
    /// Taken over.
    pub spilled_in: u64,
    /// Ended in another error.
    pub failed: u64,
}

/// Tokens served.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct TokensView {
    /// Input, cached included.
    pub input: u64,
    /// Of it, cached.
    pub cached_input: u64,
    /// Output.
    pub output: u64,
}

/// Utilization by minute, shares of 1.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct UtilizationView {
    /// Mean.
    pub mean: f64,
    /// 95th percentile of the minutes.
    pub p95: f64,
    /// Busiest minute.
    pub max: f64,
}

/// One workload with its figures over the simulated window.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct WorkloadView {
    /// Name.
    pub name: String,
    /// Calls.
    pub offered: u64,
    /// Served.
    pub completed: u64,
    /// Ended in an error.
    pub failed: u64,
    /// Retries made.
    pub retries: u64,
    /// Share that was throttled (429) at least once.
    pub saw_throttle_share: f64,
    /// Share that ended in one.
    pub throttled_share: f64,
    /// Share whose answer was complete after its deadline, for calls that have one.
    pub late_share: f64,
    /// Time from arrival to admission.
    pub added_wait_ms: PercentilesView,
    /// Mean time from arrival to admission, of the served calls, milliseconds.
    pub mean_wait_ms: f64,
    /// Served calls that waited for admission, on average over the window.
    pub mean_waiting: f64,
    /// Time from arrival to the first token; none where nothing was served.
    pub first_token_ms: Option<PercentilesView>,
    /// Time from arrival to completion; none where the simulation did not keep it.
    pub latency_ms: Option<PercentilesView>,
}

/// Percentiles of a time, in milliseconds.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct PercentilesView {
    /// Median.
    pub p50: f64,
    /// 95th percentile.
    pub p95: f64,
    /// 99th percentile.
    pub p99: f64,
}

/// A series of one deployment: value per step from the window's start.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct SeriesView {
    /// Deployment.
    pub deployment: String,
    /// Step between points, seconds.
    pub step_s: u64,
    /// Capacity in the unit of the loads, per minute; none when unlimited.
    pub capacity_per_minute: Option<f64>,
    /// `normalized tokens` or `estimated tokens`.
    pub unit: String,
    /// Load that asked for admission, per minute.
    pub offered_per_minute: Vec<f64>,
    /// What the calls that come here first use in the end, had each been served: in the unit of the loads, per minute of
    /// arrival. Admission does not know it. Empty where calls only come from another deployment.
    pub actual_per_minute: Vec<f64>,
    /// Load processed or admitted, per minute.
    pub used_per_minute: Vec<f64>,
    /// Attempts refused or passed on, per minute.
    pub refused_per_minute: Vec<f64>,
    /// Requests in service on average, for managed compute.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub in_service: Vec<f64>,
    /// Requests that its instances can serve.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<f64>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}
