//! A bill of recorded usage beside what was billed, and the chain behind one of its lines.

use crate::report::view::TermsView;
use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `price`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PricedView {
    /// Currency of all amounts.
    pub currency: String,
    /// Sum of the billed costs.
    pub total: String,
    /// Sum of the effective (amortized) costs.
    pub effective: String,
    /// Sum at list prices.
    pub list: String,
    /// What the commercial terms make of it.
    pub terms: TermsView,
    /// The bill, summed by charge.
    pub line_items: Vec<ChargeView>,
    /// Every charge whose recorded amount could be compared.
    pub differences: Vec<BilledDifferenceView>,
    /// Rows that are no usage of models, such as taxes.
    pub not_billed_again: Vec<SkippedRowView>,
}

/// A charge of a bill, summed over the period.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ChargeView {
    /// What is counted.
    pub meter: String,
    /// Deployment, where one can be named.
    pub deployment: Option<String>,
    /// Workload, where one can be named.
    pub workload: Option<String>,
    /// Commitment that pays.
    pub commitment: Option<String>,
    /// `Used` or `Unused`, for commitments.
    pub status: Option<String>,
    /// Quantity in pricing units.
    pub quantity: Option<String>,
    /// Cost at list price.
    pub list_cost: Option<String>,
    /// Billed cost.
    pub billed_cost: Option<String>,
    /// Effective cost.
    pub effective_cost: Option<String>,
}

/// What was billed and what the rules give.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BilledDifferenceView {
    /// Day of the charge.
    pub date: String,
    /// Deployment, where one is named.
    pub deployment: Option<String>,
    /// Workload, where one is named.
    pub workload: Option<String>,
    /// What is counted.
    pub meter: String,
    /// What was billed; null where nothing was.
    pub billed: Option<String>,
    /// What the rules give; null where they give nothing.
    pub computed: Option<String>,
    /// Computed less billed.
    pub difference: String,
    /// Whether the invoice's rounding to whole cents (whole yen, thousandths of a dinar) explains the difference.
    pub is_rounding: bool,
}

/// A row that was not billed again.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SkippedRowView {
    /// The row, as `file:line`.
    pub place: String,
    /// Why.
    pub reason: String,
    /// What was billed for it, where stated.
    pub billed: Option<String>,
}

/// The answer of `explain`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExplanationView {
    /// Whose bill it is of: `plan`, `today` or `recorded`.
    pub bill_of: String,
    /// Number of the line, from 1.
    pub line: usize,
    /// First instant of the charge period.
    pub charge_period_start: String,
    /// First instant after it.
    pub charge_period_end: String,
    /// What is counted.
    pub meter: String,
    /// Deployment, where one is named.
    pub deployment: Option<String>,
    /// Workload, where one is named.
    pub workload: Option<String>,
    /// Commitment that pays.
    pub commitment: Option<String>,
    /// Quantity in pricing units.
    pub pricing_quantity: String,
    /// Pricing unit.
    pub pricing_unit: String,
    /// The price and where it is from; null for lines without one.
    pub price: Option<PriceView>,
    /// Cost at list price.
    pub list_cost: String,
    /// Billed cost.
    pub billed_cost: String,
    /// Effective cost.
    pub effective_cost: String,
    /// The usage records that the quantity sums.
    pub usage: Vec<UsageView>,
}

/// A price with its evidence.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PriceView {
    /// List price of one pricing unit.
    pub list_unit_price: String,
    /// Negotiated price of one pricing unit.
    pub contracted_unit_price: String,
    /// Since when it is in force.
    pub effective_from: String,
    /// `documented`, `observed` or `assumed`.
    pub status: String,
    /// When somebody last looked.
    pub verified_on: String,
    /// Its source.
    pub source: String,
    /// The row, as `file:line`.
    pub place: String,
}

/// A record of usage.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct UsageView {
    /// First instant.
    pub from: String,
    /// First instant after; null for an hour of tokens.
    pub until: Option<String>,
    /// What was used.
    pub what: String,
    /// Requests.
    pub requests: u64,
    /// Tokens, or units of what was used.
    pub count: u64,
}
