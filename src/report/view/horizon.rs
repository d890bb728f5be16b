//! What the plan costs over its horizon, for every way to pay, and what to buy now, net of what is owned.

use serde::Serialize;

/// The horizon of a recommendation. All costs are amortized and in the bill's currency. Its months, the bill's line items and
/// the FOCUS rows sum exactly to `total`.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct HorizonView {
    /// First day.
    pub from: String,
    /// First day after it.
    pub until: String,
    /// Which future its costs are of.
    pub future: String,
    /// The currency.
    pub currency: String,
    /// Its cost in that future.
    pub total: String,
    /// What is invoiced within it in that future.
    pub billed: String,
    /// Its cost at the 10th percentile of demand.
    pub p10: String,
    /// Its cost at the 90th percentile of demand.
    pub p90: String,
    /// Cost of an average month of it.
    pub monthly: String,
    /// Its months, as a decimal where it is no whole number of them.
    pub month_count: String,
    /// Each month.
    pub months: Vec<MonthCostView>,
    /// Whether every month keeps every objective and requirement in that future.
    pub feasible: bool,
    /// The ways to serve over the months side by side, each for all of them or changed for another
    /// on the way; empty where one month is planned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub courses: Vec<CourseView>,
    /// Every way to pay side by side.
    pub ways: Vec<WayToPayView>,
    /// What to buy and when, net of what is owned.
    pub purchases: Vec<PurchaseView>,
    /// What is owned and what to do with it.
    pub owned: Vec<OwnedView>,
    /// What to buy and when, net of what is owned, such as `Keep 150 PTU; reserve 75 more now (1-year)`; empty where nothing
    /// is reserved.
    pub now: String,
    /// The same of the first day alone.
    pub first_day: String,
}

/// One month of the horizon.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct MonthCostView {
    /// The month, such as `2026-12`; its first and last day where it is no calendar month.
    pub month: String,
    /// Its cost.
    pub cost: String,
    /// What is invoiced in it.
    pub billed: String,
    /// Its cost at the 10th percentile of demand.
    pub p10: String,
    /// Its cost at the 90th percentile of demand.
    pub p90: String,
    /// Whether every objective and requirement holds in the most likely future.
    pub holds: bool,
    /// Whether every objective holds at the 10th percentile of demand, in the most likely future
    /// and at the 90th percentile; empty where one month is planned, of which more futures are
    /// simulated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holds_at: Vec<bool>,
    /// What it falls short of in the most likely future, and by how much.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub broken: Vec<String>,
}

/// A way to serve over the months of the horizon.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct CourseView {
    /// What runs in the first month, such as `150 PTU Global + spill`.
    pub first: String,
    /// What it is changed for, and when.
    pub changes: Vec<ChangeOfPlanView>,
    /// Cost of all months in the most likely future.
    pub total: String,
    /// The months in which it breaks an objective or a requirement in that future.
    pub failing: Vec<String>,
    /// What it falls short of in the first of them.
    pub broken: Vec<String>,
    /// Whether the plan is this.
    pub is_plan: bool,
}

/// A change of the kind of plan.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct ChangeOfPlanView {
    /// The month from whose first day on it runs.
    pub month: String,
    /// What then runs.
    pub to: String,
}

/// The way to pay that takes no PTUs.
pub const PAY_AS_YOU_GO: &str = "pay-as-you-go";

/// The horizon, paid in one way.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct WayToPayView {
    /// `pay-as-you-go`, `managed compute`, `by use` for a plan without PTUs that is neither alone, `hourly`, `1-month`,
    /// `1-year`, `best mix`, or `break-even` with the term that the policy reserves.
    pub way: String,
    /// How many times the cost of perfect foresight at the same prices it can be at most, whole terms counted; null where no
    /// such bound is known.
    pub at_most: Option<u32>,
    /// Cost of the horizon in the most likely future.
    pub total: String,
    /// At the 10th percentile of demand.
    pub p10: String,
    /// At the 90th percentile of demand.
    pub p90: String,
    /// All payments of the terms that begin within the horizon.
    pub committed: String,
    /// The last day on which one of these terms binds; null where nothing does.
    pub binds_until: Option<String>,
    /// Whether it keeps every objective in the most likely future.
    pub feasible: bool,
    /// Whether the plan is paid so.
    pub is_plan: bool,
}

/// A reservation to buy.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct PurchaseView {
    /// Its id on the bill.
    pub id: String,
    /// The day to buy it.
    pub on: String,
    /// Whether that is the first day of the plan.
    pub now: bool,
    /// Reserved PTUs.
    pub quantity_ptu: u32,
    /// `1-month` or `1-year`.
    pub term: String,
    /// The SKU.
    pub sku: String,
    /// The region; null for Global SKUs.
    pub region: Option<String>,
    /// Whether it renews.
    pub renews: bool,
}

/// A reservation that is owned.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct OwnedView {
    /// Its id.
    pub id: String,
    /// Reserved PTUs.
    pub quantity_ptu: u32,
    /// What to do with it, in words.
    pub advice: String,
    /// What that saves over the horizon; 0 where it is kept.
    pub saving: String,
}
