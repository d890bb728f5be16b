//! What a plan knows beyond its ranking: how certain it is, how it develops, and what other settings would give.
//! Every part may be empty; pages and workbooks leave out what is.

use crate::report::view::explanation::ExplanationView;
use crate::report::view::horizon::HorizonView;
use crate::report::view::{SpreadView, WorkloadView};
use serde::Serialize;

/// The outlook of a recommendation.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct OutlookView {
    /// How sure the choice is; none when there was one replication only.
    pub confidence: Option<ConfidenceView>,
    /// What the users of each workload see under the choice.
    pub workloads: Vec<WorkloadView>,
    /// Measures of the choice by weekday and hour.
    pub heat_maps: Vec<HeatMapView>,
    /// Cost of the choice month by month.
    pub months: Vec<MonthView>,
    /// What the plan costs over its horizon, month by month and for every way to pay; none when nothing is feasible.
    pub horizon: Option<HorizonView>,
    /// Simulated results around the choice, from which a page's sliders select.
    pub grid: Option<GridView>,
    /// What the next block of PTUs is worth, and what others would say.
    pub explanation: ExplanationView,
}

/// How sure a choice is.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct ConfidenceView {
    /// Share of the replications in which the choice was feasible and cheapest.
    pub best_share: f64,
    /// Share of the replications in which it was feasible and at most 1% more expensive than the cheapest.
    pub near_share: f64,
    /// Share of the replications in which the cheapest was of its kind: the same SKUs, models and commitment, of any size and
    /// in any region.
    pub kind_share: f64,
    /// Whether more than random draws was uncertain.
    pub more_than_luck: bool,
    /// Number of replications.
    pub replications: u32,
    /// Share of the replications in which every objective must hold.
    pub hold_in: f64,
    /// Share of the replications in which every objective and constraint held.
    pub hold_share: f64,
    /// Where that share lies for all possible futures, in about 95 of 100 cases: least and greatest.
    pub hold_between: Vec<f64>,
    /// Where the percentiles of the monthly cost lie for all possible futures, in about 95 of 100 cases.
    pub cost_between: Vec<BetweenView>,
    /// Replications that would have been made at most.
    pub replications_most: u32,
    /// Whether the order of the candidates was clear, or within 1%, when no more were made.
    pub tight: bool,
    /// Whether sizes on both sides of the best of each kind were compared, as far as there are such.
    pub interior: bool,
    /// Each objective with the share of the replications in which the choice met it.
    pub objectives: Vec<ObjectiveChanceView>,
    /// The choice against others, replication by replication.
    pub paired: Vec<PairedView>,
    /// What the choice costs a month above the best of each replication, on average; empty when not known.
    pub regret_mean: String,
    /// The same at worst.
    pub regret_worst: String,
    /// The feasible candidate that minimises the worst case: the cost of its most expensive replication.
    pub least_worst: String,
    /// Its cost there.
    pub least_worst_cost: String,
}

/// Where a percentile lies.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct BetweenView {
    /// The percentile: 10, 50 or 90.
    pub percent: u32,
    /// Lower end.
    pub low: String,
    /// Upper end.
    pub high: String,
}

/// How often an objective was met.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct ObjectiveChanceView {
    /// The objective in words.
    pub objective: String,
    /// Share of the replications.
    pub share: f64,
}

/// The choice against another candidate with the same random draws.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct PairedView {
    /// The other candidate.
    pub other: String,
    /// Share of the replications in which the choice costs less.
    pub cheaper_share: f64,
    /// Share of the replications in which the other keeps every objective.
    pub other_holds_share: f64,
    /// What the other costs more a month.
    pub saving: SpreadView,
}

/// A measure by weekday and hour of the scenario's zone.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct HeatMapView {
    /// What is measured, such as `PTU utilization` or `calls throttled`.
    pub measure: String,
    /// Deployment, or a workload; empty for all.
    pub subject: String,
    /// Seven rows from Monday to Sunday of 24 hours; shares of 1, none where the window holds no such hour.
    pub shares: Vec<Vec<Option<f64>>>,
}

/// The cost of one month.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct MonthView {
    /// The month, such as `2026-12`; its first and last day where it is no calendar month.
    pub month: String,
    /// Its cost: at the 10th percentile of demand, in the most likely future (`p50`) and at the 90th percentile.
    pub cost: SpreadView,
    /// PTUs deployed; 0 for pay-as-you-go.
    pub total_ptu: u32,
    /// What to do at its start: deploy, reserve, renew, resize.
    pub actions: Vec<String>,
}

/// Simulated results at every point of a grid. Nothing is interpolated: a point is a run or it is missing.
///
/// The columns hold one entry per point in row-major order: the last axis changes fastest. With the axes' lengths
/// `n0, n1, n2` the point of positions `i0, i1, i2` is entry `(i0 * n1 + i1) * n2 + i2`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct GridView {
    /// The axes, in the order of their sliders.
    pub axes: Vec<GridAxisView>,
    /// Position of the choice on each axis.
    pub choice: Vec<usize>,
    /// Currency of the costs.
    pub currency: String,
    /// Monthly cost; none where the point was not simulated.
    pub monthly_cost: Vec<Option<String>>,
    /// Share of calls whose client was throttled (429) at least once.
    pub saw_throttle_share: Vec<Option<f64>>,
    /// 99th percentile of the time from arrival to admission, milliseconds.
    pub added_wait_ms_p99: Vec<Option<f64>>,
    /// Mean PTU utilization, a share of 1; none without PTUs.
    pub utilization_mean: Vec<Option<f64>>,
    /// Whether every objective and constraint is met.
    pub feasible: Vec<Option<bool>>,
    /// The cheapest feasible point at the same traffic and cached share; none where none is feasible there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub best: Vec<Option<usize>>,
}

/// One axis of a grid.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct GridAxisView {
    /// `ptu`, `growth`, `cached_share` or `commitment`.
    pub key: String,
    /// Its name for people, such as `PTUs` or `Traffic growth`.
    pub label: String,
    /// Its values in words, in slider order, such as `100 PTU` or `+10 %`.
    pub values: Vec<String>,
}
