//! A candidate of the ranking with its figures.

use crate::report::view::{DeploymentView, PercentilesView, UtilizationView};
use serde::Serialize;

/// One candidate with its figures.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct CandidateView {
    /// Place in the ranking, from 1.
    pub rank: usize,
    /// Unique name, such as `GlobalProvisionedManaged 200 PTU + spillover, 1-year`.
    pub name: String,
    /// Shape without size and payment, such as `PTU with spillover (global)`.
    pub family: String,
    /// Its deployments.
    pub deployments: Vec<DeploymentView>,
    /// `hourly`, `1-month`, `1-year`, or `mixed` where part is reserved and the rest paid by the hour.
    pub commitment: String,
    /// The reservations behind its cost, those owned already included.
    pub reservations: Vec<ReservationView>,
    /// All deployed PTUs.
    pub total_ptu: u32,
    /// All instances of managed compute; absent where there are none.
    #[serde(skip_serializing_if = "is_zero")]
    pub total_instances: u32,
    /// Whether some deployment of it is of a provisioned SKU, also where its model has no sizes
    /// and it has no PTUs.
    #[serde(skip)]
    pub provisioned: bool,
    /// Whether it is pay-as-you-go alone.
    #[serde(skip)]
    pub pay_as_you_go: bool,
    /// What it is expected to cost a month, which the ranking goes by: the mean over the replications; for a candidate that was
    /// simulated once, its cost times what the replications did to the nearest size of its kind. Empty when not simulated.
    pub expected_monthly_cost: String,
    /// Cost of a month over the replications.
    pub monthly_cost: SpreadView,
    /// Cost by part: PTU-hours, reservation, tokens.
    pub cost_parts: Vec<CostPartView>,
    /// What users and operators see.
    pub measures: MeasuresView,
    /// Whether it meets every constraint.
    pub feasible: bool,
    /// Why not, or what is notable.
    pub reasons: Vec<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// A reservation.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct ReservationView {
    /// The SKU it covers.
    pub sku: String,
    /// The region it covers; none for every region.
    pub region: Option<String>,
    /// `1-month` or `1-year`.
    pub term: String,
    /// First day, UTC.
    pub start: String,
    /// Reserved PTUs.
    pub quantity_ptu: u32,
    /// `upfront` or `monthly`.
    pub payment: String,
    /// The last day of its term; null where it renews.
    pub until: Option<String>,
    /// Whether it is owned already.
    #[serde(skip_serializing_if = "is_false")]
    pub owned: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// A cost over the replications, as decimal strings of one currency.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct SpreadView {
    /// Currency.
    pub currency: String,
    /// 10th percentile.
    pub p10: String,
    /// Median.
    pub p50: String,
    /// 90th percentile.
    pub p90: String,
    /// Number of replications behind it.
    pub replications: u32,
}

/// A part of a cost.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct CostPartView {
    /// Meter or commitment.
    pub part: String,
    /// Amount.
    pub cost: String,
    /// Whether it grows with the number of requests, as token costs do and PTU-hours do not.
    pub scales_with_traffic: bool,
}

/// Measures over all workloads.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct MeasuresView {
    /// Calls.
    pub offered: u64,
    /// Calls that ended in an error after retries.
    pub failed: u64,
    /// Share of calls whose client saw at least one 429.
    pub saw_throttle_share: f64,
    /// Share of calls that ended in a 429.
    pub throttled_share: f64,
    /// Share of calls served by the spillover deployment.
    pub spilled_share: f64,
    /// Time from arrival to admission.
    pub added_wait_ms: PercentilesView,
    /// Utilization of the provisioned deployments together; none without any.
    pub ptu_utilization: Option<UtilizationView>,
    /// Whether its run was given up, because the PTUs are far too few: the shares are then what is
    /// exceeded; counts of calls, waits and use were not measured and are 0 or none.
    pub given_up: bool,
}
