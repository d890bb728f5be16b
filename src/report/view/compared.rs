//! What several scenarios recommend, side by side.

use crate::report::view::{CandidateView, GlanceView, OptionView, QuotaNeedView};
use schemars::JsonSchema;
use serde::Serialize;

/// One scenario of a comparison.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ComparedView {
    /// The scenario's name, with that of the what-if.
    pub scenario: String,
    /// The what-if, none for the scenario as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_if: Option<String>,
    /// What it recommends, none when nothing is feasible.
    pub choice: Option<CandidateView>,
    /// Whether it keeps every objective and requirement in all months that are planned.
    pub feasible: bool,
    /// The cheapest pay-as-you-go candidate, feasible or not.
    pub pay_as_you_go: Option<CandidateView>,
    /// What runs today.
    pub today: Option<CandidateView>,
    /// Why.
    pub why: Vec<String>,
    /// The answer at a glance.
    pub glance: GlanceView,
    /// The ways to serve, each at its best size, best first.
    pub options: Vec<OptionView>,
    /// What quota the choice takes.
    pub quota: Vec<QuotaNeedView>,
}
