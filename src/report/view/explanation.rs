//! Why a recommendation is what it is, beyond its sentences: what the next block of PTUs is worth, and what others would say.

use serde::Serialize;

/// The explanation of a recommendation; its parts are empty where nothing is feasible.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct ExplanationView {
    /// The next smaller and the next larger size of the choice.
    pub marginal: Vec<MarginalView>,
    /// The decision tree of the platform's guide and the official calculator; none without a request.
    pub second_opinion: Option<SecondOpinionView>,
    /// Requirements that alone stand in the way, or where none does the cheapest pairs that are
    /// enough together; empty when something is feasible.
    pub relaxations: Vec<RelaxationView>,
    /// What was tried to give up and is not enough, each as the one change or the two that were
    /// made together; empty where something is enough, and where nothing was tried.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_enough: Vec<Vec<String>>,
    /// Where nothing is feasible: what to change so that the nearest candidates can be deployed,
    /// each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nearest: Vec<String>,
    /// Where nothing is feasible and no requirement alone stands in the way: the cheapest candidate
    /// that was simulated and breaks least, with what to allow for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closest: Option<ClosestView>,
}

/// A candidate that is not feasible, and what would have to be allowed for it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct ClosestView {
    /// Name of the candidate.
    pub candidate: String,
    /// What to change, all of it together.
    pub change: String,
    /// What it costs a month in the most likely future.
    pub monthly_cost: String,
    /// Currency of the cost.
    pub currency: String,
}

/// A requirement whose dropping makes something feasible, or two where no single one is enough.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct RelaxationView {
    /// What to change, with the figure it takes; two changes are joined by `and`.
    pub change: String,
    /// The two changes, each, where no single one is enough.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<String>,
    /// Whether it is a region to deploy in, where every requirement is kept.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub keeps_all: bool,
    /// The cheapest candidate that is feasible then.
    pub candidate: String,
    /// What it costs a month.
    pub monthly_cost: String,
    /// Currency.
    pub currency: String,
    /// The budget of a month that it breaks, where it is the budget alone that is raised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<String>,
}

/// The choice with one block of PTUs less or more.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct MarginalView {
    /// PTUs of that size.
    pub total_ptu: u32,
    /// How many fewer (below 0) or more than the choice.
    pub block_ptu: i64,
    /// What it costs a month above the choice; below 0 where it costs less.
    pub change: String,
    /// Currency of the change.
    pub currency: String,
    /// Whether it meets every objective and constraint.
    pub feasible: bool,
    /// Why not.
    pub reasons: Vec<String>,
}

/// What the guide's decision tree and the official calculator say.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct SecondOpinionView {
    /// The workload asked about: the largest.
    pub workload: String,
    /// The model asked about: the one the choice serves it with.
    pub model: String,
    /// The way through the tree.
    pub path: Vec<TreeStepView>,
    /// The SKU at its end.
    pub sku: String,
    /// Whether the choice serves the workload on that SKU first.
    pub agrees: bool,
    /// The official sizing of the busiest minute; none where the model has no PTUs.
    pub calculator: Option<CalculatorView>,
    /// Where the choice differs and why, in sentences.
    pub differences: Vec<String>,
}

/// A question of the tree with its answer.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct TreeStepView {
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// What the answer rests on.
    pub because: String,
}

/// What the official calculator sizes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct CalculatorView {
    /// Provisioned SKU.
    pub sku: String,
    /// Requests of the busiest minute.
    pub requests_per_minute: u64,
    /// PTUs before rounding.
    pub raw_ptu: String,
    /// PTUs that can be deployed.
    pub deployable_ptu: u32,
}
