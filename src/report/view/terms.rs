//! What the commercial terms make of a bill: list against contracted, budgets, the consumption commitment, who pays.

use serde::Serialize;

/// A bill under its terms.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct TermsView {
    /// What the figures of the bill are of: plan, period and future. Empty where they are of
    /// recorded usage.
    pub figures_of: String,
    /// Exchange rates and discounts that were applied, one sentence each.
    pub applied: Vec<String>,
    /// Cost at list prices; payments for commitments are left out, the usage they cover is in.
    pub list: String,
    /// The same at negotiated prices.
    pub contracted: String,
    /// Budgets, one entry for each month of a monthly one.
    pub budgets: Vec<BudgetView>,
    /// The consumption commitment (MACC), if one was stated.
    pub consumption_commitment: Option<LimitView>,
    /// The bill by owner, for each way to split it.
    pub allocation: Vec<AllocationView>,
}

/// A budget.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct BudgetView {
    /// Its name.
    pub name: String,
    /// First day it is for.
    pub from: String,
    /// How it stands.
    #[serde(flatten)]
    pub status: LimitView,
}

/// How a limit stands at the end of the bill.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct LimitView {
    /// The limit.
    pub limit: String,
    /// What counted towards it.
    pub spent: String,
    /// The limit less that; below 0 when over.
    pub left: String,
    /// The UTC day it is reached; none when it is not.
    pub reached_on: Option<String>,
}

/// A bill by owner.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct AllocationView {
    /// `workload`, `team`, `deployment` or `tag:NAME`.
    pub by: String,
    /// The parts; each cost sums exactly to the bill's.
    pub parts: Vec<PartView>,
}

/// One owner's part.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct PartView {
    /// The owner.
    pub owner: String,
    /// Billed cost.
    pub billed: String,
    /// Effective cost.
    pub effective: String,
}
