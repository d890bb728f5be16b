//! What changed: rule cases against their expectations, and bills across two catalogues.

use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `regress`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RegressView {
    /// Every case.
    pub cases: Vec<CaseView>,
    /// How many did not pass.
    pub drifted: usize,
}

/// A rule case or a pinned scenario, checked.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CaseView {
    /// Its file.
    pub file: String,
    /// The rule or the scenario.
    pub name: String,
    /// Where the rule is from.
    pub source: String,
    /// Whether all is as expected.
    pub passed: bool,
    /// What is not.
    pub drift: Vec<DriftView>,
    /// The bill's lines that differ, as a text difference; empty when none does.
    pub bill_difference: String,
    /// Why it could not be checked; empty when it could.
    pub errors: String,
}

/// A value that is not as expected.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DriftView {
    /// Which value.
    pub what: String,
    /// As expected.
    pub expected: String,
    /// As it came out.
    pub got: String,
    /// Got less expected, for amounts.
    pub difference: Option<String>,
}

/// The answer of `diff`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ChangesView {
    /// One per scenario.
    pub scenarios: Vec<ScenarioChangeView>,
}

/// A scenario under two catalogues.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ScenarioChangeView {
    /// Its name.
    pub scenario: String,
    /// The candidate whose bills are compared.
    pub billed: String,
    /// Currency of all amounts.
    pub currency: String,
    /// The bill before.
    pub before: String,
    /// The bill after.
    pub after: String,
    /// After over before, in percent; null where nothing was billed before.
    pub change_percent: Option<String>,
    /// What other prices for the same quantities make of it.
    pub price_effect: String,
    /// What other quantities at the new prices make of it.
    pub volume_effect: String,
    /// Every charge.
    pub charges: Vec<ChargeChangeView>,
    /// What is recommended.
    pub recommendation: RecommendationChangeView,
}

/// A charge before and after.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ChargeChangeView {
    /// Deployment or commitment, meter and workload.
    pub charge: String,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
    /// The part of the change that prices make.
    pub price_effect: String,
    /// The part that quantities make.
    pub volume_effect: String,
}

/// What is recommended before and after.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RecommendationChangeView {
    /// Whether it is another.
    pub changed: bool,
    /// Before.
    pub before: ChoiceView,
    /// After.
    pub after: ChoiceView,
}

/// A choice in short.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ChoiceView {
    /// Its name; null when nothing is feasible.
    pub name: Option<String>,
    /// How it is paid.
    pub commitment: String,
    /// Cost of a month.
    pub monthly_cost: Option<String>,
}
