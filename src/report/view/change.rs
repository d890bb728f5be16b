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

/// The answer of `diff` for two catalogues.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ChangesView {
    /// The answer in a sentence for each currency.
    pub summary: Vec<String>,
    /// Whether a limit is broken, by which scenario; null where no limit was given.
    pub verdict: Option<VerdictView>,
    /// Rows and rules that the bills depend on and that differ.
    pub causes: Vec<CauseView>,
    /// One per scenario, the largest change first.
    pub scenarios: Vec<ScenarioChangeView>,
}

/// Whether a change keeps to the limits it was given.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VerdictView {
    /// Whether it does.
    pub passed: bool,
    /// What breaks which limit.
    pub broken: Vec<String>,
}

/// A value that differs between two catalogues.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CauseView {
    /// What it is.
    pub what: String,
    /// Before; null where the old catalogue has none.
    pub before: Option<String>,
    /// After; null where the new catalogue has none.
    pub after: Option<String>,
    /// Where it stands.
    pub place: String,
}

/// The answer of `diff --today`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DeployedChangesView {
    /// One per scenario.
    pub scenarios: Vec<DeployedChangeView>,
    /// Whether a limit is broken; null where none was given.
    pub verdict: Option<VerdictView>,
}

/// A scenario under two sets of deployments.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DeployedChangeView {
    /// Its name.
    pub scenario: String,
    /// The answer in a sentence.
    pub summary: String,
    /// Currency of all amounts.
    pub currency: String,
    /// Whether amounts are of a month; else of the whole period.
    pub monthly: bool,
    /// Cost before.
    pub before: String,
    /// Cost after.
    pub after: String,
    /// Share of calls that end in a 429, before and after; null where nothing is deployed.
    pub throttled_share: [Option<f64>; 2],
    /// Objectives that are missed after and were met before.
    pub newly_missed: Vec<String>,
    /// Objectives that are met after and were missed before.
    pub newly_met: Vec<String>,
    /// PTUs that no reservation covers, in the mean, before and after.
    pub uncovered_ptu: [String; 2],
    /// Quota that is needed, where it changes or is not enough.
    pub quota: Vec<String>,
    /// Deployments and commitments, the largest change first.
    pub deployments: Vec<DeployedPartView>,
    /// What was left out, assumed or renamed in the files before and after.
    pub notes: [Vec<String>; 2],
}

/// A deployment or a commitment before and after.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DeployedPartView {
    /// Its name.
    pub name: String,
    /// What it is and what becomes of it.
    pub what: String,
    /// Cost of capacity before and after.
    pub capacity: [String; 2],
    /// Cost of tokens before and after.
    pub tokens: [String; 2],
    /// Attempts offered to it in the simulated window, before and after.
    pub calls: [u64; 2],
    /// Why it costs what it does.
    pub why: String,
}

/// A scenario under two catalogues.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ScenarioChangeView {
    /// Its name.
    pub scenario: String,
    /// The candidate whose bills are compared.
    pub billed: String,
    /// How long the billed period is, such as `1 month`.
    pub period: String,
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
    /// What other rules make of it: other quantities for the same traffic, and charges that appear or disappear.
    pub rule_effect: String,
    /// Every charge.
    pub charges: Vec<ChargeChangeView>,
    /// What is recommended; null where bills alone were asked for.
    pub recommendation: Option<RecommendationChangeView>,
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
    /// The part that rules make: the traffic is the same on both sides.
    pub rule_effect: String,
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
