//! What a reader needs in ten seconds, and what stands right behind it: options, quota, failures, dependencies.

use crate::report::view::{CandidateView, SpreadView};
use serde::Serialize;

/// The answer at a glance. Every form shows these lines, in this order, before anything else.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct GlanceView {
    /// What to do, in one sentence of at most 140 characters.
    pub action: String,
    /// Whether there is something to do that meets every objective, with the quota there is or with more of it.
    pub answered: bool,
    /// What to find out before anything is bought, because nothing that was read states it: that a deployment can be had.
    /// Empty where nothing is.
    pub check_first: String,
    /// What it costs; where no option meets every objective and requirement, what the nearest one
    /// costs that meets every objective; none where nothing does.
    pub figure: Option<FigureView>,
    /// Against what runs today, or against pay-as-you-go where nothing does.
    pub compared: String,
    /// How sure that is.
    pub how_sure: String,
    /// What it depends on: what would change the answer, and what to check first.
    pub depends_on: String,
    /// At most five reasons.
    pub reasons: Vec<String>,
}

impl GlanceView {
    /// The lines under the figure that have something to say, each with its label.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let all = [
            ("Compared", &self.compared),
            ("How sure", &self.how_sure),
            ("Depends on", &self.depends_on),
        ];
        all.into_iter().filter(|(_, said)| !said.is_empty())
    }
}

/// The label of [`GlanceView::check_first`] in every form.
pub const CHECK_FIRST: &str = "Check first";

/// A cost with its band.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct FigureView {
    /// The cost: of the horizon where that is several months, in the most likely future; else expected, of a month.
    pub amount: String,
    /// How long it is for: `a month` or `over 12 months`.
    pub period: String,
    /// Currency.
    pub currency: String,
    /// 10th percentile over the futures, or of demand where the cost is the horizon's.
    pub low: String,
    /// 90th percentile, likewise.
    pub high: String,
    /// What the band is, in words.
    pub band: String,
}

/// Calls of a workload, and what serves them.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct ServedView {
    /// Workload.
    pub workload: String,
    /// Share of the workload's calls.
    pub share: f64,
    /// The model that serves them, or the router in front of it.
    pub model: String,
    /// The model of the workload, where the plan moves the calls to another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<String>,
    /// SKU of the deployment that they reach first.
    pub sku: String,
    /// Whether they are sent in batches.
    pub batch: bool,
    /// What serves them in words, such as `55 PTU Global, spillover to GlobalStandard`.
    pub served_by: String,
}

/// A way to serve, at its best size.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct OptionView {
    /// Place among the options, from 1.
    pub rank: usize,
    /// What it is, without its size, such as `PTU and spillover, Global, 1-year`.
    pub option: String,
    /// `pay-as-you-go`, `ptu`, `ptu-and-spillover`, `batch`, `managed-compute`, `mixed`, `quota` or `today`.
    pub kind: String,
    /// Label of its best candidate.
    pub label: String,
    /// The label in short: where several models are served, the models alone that are served
    /// otherwise than by the choice.
    pub short: String,
    /// Name of its best candidate.
    pub candidate: String,
    /// Expected monthly cost; empty where it was not simulated.
    pub monthly_cost: String,
    /// Currency; empty where it was not simulated.
    pub currency: String,
    /// What it costs more than the choice a month; below 0 where less; none without a choice or figures.
    pub more: Option<String>,
    /// Whether it meets every objective and constraint, with the quota there is.
    pub feasible: bool,
    /// Why not, or what it takes.
    pub reasons: Vec<String>,
    /// Whether it is the choice.
    pub chosen: bool,
    /// Names of its other sizes, cheapest first.
    pub sizes: Vec<String>,
}

impl OptionView {
    /// The option where there is room for few words: how it differs from the choice, said to be so.
    pub fn told(&self) -> String {
        if self.short == self.label {
            return self.label.clone();
        }
        format!("with {}", self.short)
    }
}

/// What to ask the platform for.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct QuotaView {
    /// What the choice takes.
    pub choice: Vec<QuotaNeedView>,
    /// For every SKU on the list, the cheapest way to serve by it with quota enough, cheapest first.
    pub options: Vec<QuotaOptionView>,
    /// Place in `options` of the one that is short of quota and costs less than the choice; none where none does.
    pub better: Option<usize>,
    /// Whether with what the choice takes every month of the horizon holds; null where one month is
    /// planned.
    pub enough: Option<bool>,
}

/// A way to serve with quota enough.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct QuotaOptionView {
    /// The candidate with that quota.
    pub candidate: CandidateView,
    /// Expected monthly cost over the futures.
    pub expected_monthly_cost: String,
    /// Its spread.
    pub monthly_cost: SpreadView,
    /// What all months of the horizon cost in the most likely future; null where one month is
    /// planned.
    pub horizon_total: Option<String>,
    /// Share of the futures in which every objective holds.
    pub hold_share: f64,
    /// What it takes.
    pub needs: Vec<QuotaNeedView>,
    /// Whether there is less of anything than it takes.
    pub short: bool,
}

/// One figure of quota.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct QuotaNeedView {
    /// SKU.
    pub sku: String,
    /// Model; none where the quota is of all models.
    pub model: Option<String>,
    /// Region.
    pub region: String,
    /// `tokens_per_minute`, `requests_per_minute`, `input_tokens_per_minute`,
    /// `output_tokens_per_minute`, `enqueued_tokens` or `ptu`.
    pub kind: String,
    /// The least that is enough.
    pub needed: u64,
    /// What there is; none where it is not known.
    pub held: Option<u64>,
    /// The lowest tier that has enough.
    pub tier: Option<String>,
    /// The month of the greatest need; null where one month is planned.
    pub month: Option<String>,
    /// What to do about it, in words.
    pub ask: String,
}

/// Calls that failed, by workload and cause.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct FailureView {
    /// Workload.
    pub workload: String,
    /// HTTP status that the client saw in the end; 0 where it gave up itself.
    pub status: u16,
    /// Cause in words.
    pub cause: String,
    /// Deployment that gave the last answer.
    pub deployment: String,
    /// Calls.
    pub calls: u64,
    /// Share of the workload's calls.
    pub share: f64,
    /// First of them, seconds from the window's start.
    pub first_s: f64,
    /// Last of them.
    pub last_s: f64,
    /// Start of the minute with most of them.
    pub worst_minute_s: f64,
    /// How many failed in that minute.
    pub worst_minute_calls: u64,
    /// Minutes with any.
    pub minutes: u64,
    /// The objective that counts them; none where no objective does.
    pub objective: Option<String>,
}

/// Something the answer depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct DependencyView {
    /// `flip`, `retirement`, `availability`, `quota`, `promotion` or `assumption`.
    pub kind: String,
    /// In a few words, for the line at a glance.
    pub short: String,
    /// In a sentence.
    pub sentence: String,
    /// The last day of a model that is planned to answer calls after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_day: Option<String>,
}
