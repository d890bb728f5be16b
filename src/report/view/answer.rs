//! The answers of `recommend` and `simulate`, and what they are made of beside deployments.

use crate::report::view::outlook::OutlookView;
use crate::report::view::{
    BillView, CandidateView, DependencyView, DeploymentView, FactView, FailureView, GlanceView,
    OptionView, QuotaView, ScenarioView, SeriesView, ServedView, WorkloadView,
};
use serde::Serialize;

/// The answer of `recommend`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct RecommendationView {
    /// Version of this form: the first number rises when a key goes or means something else, the
    /// second when one is added.
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
    /// Which readings of what is not published make a candidate feasible or infeasible; those that change the choice first.
    pub feasibility: Vec<FeasibilityView>,
    /// From which load or utilization a way to pay is worth it.
    pub break_even: Vec<BreakEvenView>,
    /// Cost over PTUs, one point per candidate with PTUs.
    pub cost_curve: Vec<CurvePointView>,
    /// Cost over instances of managed compute, one point per candidate with any; absent where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instance_curve: Vec<InstancePointView>,
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
    /// The answer at a glance.
    pub glance: GlanceView,
    /// What serves which workload under what the headline says; empty where nothing is proposed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub serves: Vec<ServedView>,
    /// The ways to serve, each at its best size, best first.
    pub options: Vec<OptionView>,
    /// What quota the choice takes, and what more of it would open.
    pub quota: QuotaView,
    /// Calls that fail under the choice, by workload and cause, whether or not an objective counts them.
    pub failures: Vec<FailureView>,
    /// What the answer depends on, the most important first.
    pub depends_on: Vec<DependencyView>,
    /// Certainty, months, heat maps and the grid of what-if results.
    #[serde(flatten)]
    pub outlook: OutlookView,
}

/// A candidate that another reading of a parameter makes feasible or infeasible.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct FeasibilityView {
    /// The parameter.
    pub parameter: String,
    /// What was taken for it.
    pub taken: String,
    /// The other reading.
    pub other: String,
    /// The candidate.
    pub candidate: String,
    /// Whether it is feasible under what was taken.
    pub feasible: bool,
    /// What it costs a month where it is feasible.
    pub monthly_cost: Option<String>,
    /// Why it is infeasible where it is.
    pub reason: Option<String>,
    /// Whether the choice is another one under the other reading.
    pub changes_choice: bool,
    /// All of this in one sentence.
    pub words: String,
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
    /// The best candidate at the low value.
    pub best_low: String,
    /// The best candidate at the high value.
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
    /// The model.
    pub model: String,
    /// `hourly`, `1-month` or `1-year`.
    pub commitment: String,
    /// Price of one PTU for the first month.
    pub ptu_month: String,
    /// Break-even utilization by prices and weights alone, for fresh input and for output, shares of 1. Above 1 it never pays.
    pub by_price: Vec<f64>,
    /// The same at the mix of tokens of this traffic; null without requests.
    pub this_traffic: Option<f64>,
    /// Why the two differ, where they do.
    pub why: String,
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
    /// Whether its run was given up: then more calls than `throttled_share` ended so.
    pub given_up: bool,
    /// Whether it meets every constraint.
    pub feasible: bool,
}

/// The answer of `simulate`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct SimulationView {
    /// Version of this form: the first number rises when a key goes or means something else, the
    /// second when one is added.
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
    /// Calls that failed, by workload and cause, whether or not an objective counts them.
    pub failures: Vec<FailureView>,
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
    /// How, such as `completed` or `throttled`; `not asked` where its circuit breaker was open.
    pub answer: String,
    /// Why, in words, with the figures it was decided by.
    pub reason: String,
    /// Tier it was asked for or served at.
    pub tier: String,
    /// Time in the deployment's own queue, or from the submission of a batch to its end, milliseconds.
    pub waited_ms: f64,
    /// What the answer asked the client to wait, milliseconds; 0 where it asked nothing.
    pub retry_after_ms: f64,
    /// Whether the request went on to the next deployment instead of back to the client.
    pub passed_on: bool,
}

/// A candidate on the cost curve of managed compute.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct InstancePointView {
    /// Its family.
    pub family: String,
    /// Instances.
    pub total_instances: u32,
    /// Monthly cost.
    pub monthly_cost: String,
    /// Share of calls that end in a 429.
    pub throttled_share: f64,
    /// Whether it meets every constraint.
    pub feasible: bool,
}
