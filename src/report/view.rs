//! What results look like to the outside: plain counterparts of the domain types, with the names scripts rely on.
//! Amounts are decimal strings, shares are numbers from 0 to 1, times say their unit. `build` fills them.

use crate::report::outlook::OutlookView;
use serde::Serialize;

/// Version of these structures; the minor part rises when a field is added.
pub const SCHEMA_VERSION: &str = "1.0";

/// The answer of `recommend`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct RecommendationView {
    /// [`SCHEMA_VERSION`].
    pub schema_version: &'static str,
    /// The question.
    pub scenario: ScenarioView,
    /// What to buy; none when nothing is feasible.
    pub choice: Option<CandidateView>,
    /// The next best, of another shape or size.
    pub runner_up: Option<CandidateView>,
    /// Why the choice wins, in sentences whose figures are all in this view.
    pub why: Vec<String>,
    /// All candidates, best first, infeasible ones last.
    pub candidates: Vec<CandidateView>,
    /// Names of the candidates that no other beats in both cost and throttled share.
    pub frontier: Vec<String>,
    /// What changes the cost of the choice, largest effect first.
    pub sensitivity: Vec<SensitivityView>,
    /// From which load or utilization a way to pay is worth it.
    pub break_even: Vec<BreakEvenView>,
    /// Cost over PTUs, one point per candidate with PTUs.
    pub cost_curve: Vec<CurvePointView>,
    /// The choice's deployments, minute by minute of the simulated window (thinned to at most 1,440 points).
    pub series: Vec<SeriesView>,
    /// The choice's bill.
    pub bill: BillView,
    /// Values that are not published, and what was taken for them.
    pub assumptions: Vec<FactView>,
    /// Dated values the bill and the engine leaned on.
    pub sources: Vec<FactView>,
    /// Who made the traces, as their licences ask.
    pub attributions: Vec<String>,
    /// Certainty, months, heat maps and the grid of what-if results.
    #[serde(flatten)]
    pub outlook: OutlookView,
}

/// The answer of `simulate`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct SimulationView {
    /// [`SCHEMA_VERSION`].
    pub schema_version: &'static str,
    /// The question.
    pub scenario: ScenarioView,
    /// Deployments in scenario order.
    pub deployments: Vec<DeploymentView>,
    /// Workloads in scenario order.
    pub workloads: Vec<WorkloadView>,
    /// The bill of the whole period.
    pub bill: BillView,
    /// Objectives that were not met.
    pub unmet: Vec<String>,
    /// What each deployment answered to the requests asked about, and why; empty when none was.
    pub answers: Vec<AnswerView>,
    /// Minute by minute.
    pub series: Vec<SeriesView>,
    /// Values that are not published.
    pub assumptions: Vec<FactView>,
    /// Dated values that were used.
    pub sources: Vec<FactView>,
    /// Who made the traces.
    pub attributions: Vec<String>,
}

/// One answer to one attempt of a request.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct AnswerView {
    /// Workload.
    pub workload: String,
    /// Number of the request in its trace, from 0.
    pub request: u32,
    /// Attempt of the client, from 0.
    pub attempt: u32,
    /// Time from the window's start, seconds.
    pub at_s: f64,
    /// Deployment that answered.
    pub deployment: String,
    /// How, such as `completed` or `throttled`.
    pub answer: String,
    /// Why, in words.
    pub reason: String,
    /// What the answer asked the client to wait, milliseconds; 0 where it asked nothing.
    pub retry_after_ms: f64,
    /// Whether the request went on to the next deployment instead of back to the client.
    pub passed_on: bool,
}

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
    /// How many such windows the period holds.
    pub repetitions: u64,
    /// Seed of all luck.
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
}

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
    /// `hourly`, `1-month` or `1-year`.
    pub commitment: String,
    /// All deployed PTUs.
    pub total_ptu: u32,
    /// Cost of a month.
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
    /// PTUs, for provisioned ones.
    pub capacity_ptu: Option<u32>,
    /// Token limit, for standard ones.
    pub limit_tokens_per_minute: Option<u64>,
    /// Request limit, for standard ones.
    pub limit_requests_per_minute: Option<u64>,
    /// Requests by what became of them.
    pub requests: RequestsView,
    /// Tokens served.
    pub tokens: TokensView,
    /// Utilization, for provisioned ones.
    pub utilization: Option<UtilizationView>,
    /// Its cost over the period.
    pub cost: String,
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
    /// Share that saw a 429.
    pub saw_throttle_share: f64,
    /// Share that ended in one.
    pub throttled_share: f64,
    /// Time from arrival to admission.
    pub added_wait_ms: PercentilesView,
    /// Time from arrival to completion; none where the simulation did not keep it.
    pub latency_ms: Option<PercentilesView>,
}

/// A bill.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct BillView {
    /// Currency of all amounts.
    pub currency: String,
    /// Sum of the billed costs.
    pub billed: String,
    /// Sum of the effective (amortized) costs; what candidates are compared by.
    pub total: String,
    /// The lines.
    pub line_items: Vec<LineItemView>,
}

/// A line of a bill, in FOCUS terms.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct LineItemView {
    /// Number of the line, from 1, for `explain`.
    pub line: usize,
    /// First instant of the charge period.
    pub charge_period_start: String,
    /// First instant after it.
    pub charge_period_end: String,
    /// `Usage` or `Purchase`.
    pub charge_category: String,
    /// Deployment, or the commitment of a purchase.
    pub resource: String,
    /// Workload, where one can be named.
    pub workload: String,
    /// Meter.
    pub meter: String,
    /// Quantity in pricing units.
    pub pricing_quantity: String,
    /// Pricing unit.
    pub pricing_unit: String,
    /// List price of one pricing unit.
    pub list_unit_price: String,
    /// Cost at list price.
    pub list_cost: String,
    /// Billed cost.
    pub billed_cost: String,
    /// Effective cost.
    pub effective_cost: String,
    /// `Used` or `Unused`, for commitments.
    pub commitment_status: String,
    /// Source of the price.
    pub source: String,
}

/// How a result moves with an input.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct SensitivityView {
    /// The input.
    pub input: String,
    /// Its low value in words.
    pub low: String,
    /// Its high value in words.
    pub high: String,
    /// Monthly cost of the choice at the low value.
    pub cost_low: String,
    /// Monthly cost of the choice at the high value.
    pub cost_high: String,
    /// Whether the choice changes within the range.
    pub flips_choice: bool,
    /// The best contender at the low value.
    pub best_low: String,
    /// The best contender at the high value.
    pub best_high: String,
}

/// Where a way to pay starts to be worth it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct BreakEvenView {
    /// What is compared.
    pub comparison: String,
    /// The break-even point in words.
    pub at: String,
    /// Where the choice stands.
    pub now: String,
}

/// A point of the cost curve.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct CurvePointView {
    /// Candidate family.
    pub family: String,
    /// Commitment.
    pub commitment: String,
    /// PTUs.
    pub total_ptu: u32,
    /// Median monthly cost.
    pub monthly_cost: String,
    /// Share of calls that ended in a 429.
    pub throttled_share: f64,
    /// Whether it meets every constraint.
    pub feasible: bool,
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
    /// Load worked off or admitted, per minute.
    pub used_per_minute: Vec<f64>,
    /// Attempts refused or passed on, per minute.
    pub refused_per_minute: Vec<f64>,
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
