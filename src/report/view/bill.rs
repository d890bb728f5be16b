//! A bill and its lines.

use crate::report::view::TermsView;
use serde::Serialize;

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
    /// What the commercial terms make of it.
    pub terms: TermsView,
    /// The lines.
    pub line_items: Vec<LineItemView>,
    /// The lines as a FOCUS file; empty where there is no bill.
    #[serde(skip)]
    pub focus_csv: Vec<u8>,
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
    /// The month it lies in by its first day, such as `2026-12`: of the plan, by first and last day where that is no calendar
    /// month; else of the calendar in the scenario's zone.
    pub month: String,
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
