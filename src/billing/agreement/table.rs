//! `[terms]` as it is written. What is absent is not agreed: list prices in US dollars, nothing owned, nothing watched.

use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::value::Datetime;

/// `[terms]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TermsTable {
    /// Currency of the bill, such as `"EUR"`; the US dollars of the price list when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub currency: Option<Spanned<String>>,
    /// Exchange rates into `currency`. There is none but those stated here.
    #[serde(default)]
    pub exchange: Vec<ExchangeTable>,
    /// Negotiated discounts; the first that applies to a price is used, no other.
    #[serde(default)]
    pub discount: Vec<DiscountTable>,
    /// Answers billed otherwise than the rules say: `"nothing"`, `"input"` or `"input and output"`.
    #[serde(default)]
    #[cfg_attr(feature = "report", schemars(with = "BTreeMap<String, String>"))]
    pub answers: BTreeMap<String, Spanned<String>>,
    /// Which deployments a reservation covers first: `"by-name"` (when absent), `"dearest-first"` or `"cheapest-first"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub coverage_order: Option<Spanned<String>>,
    /// Reservations already bought.
    #[serde(default)]
    pub reservation: Vec<ReservationTable>,
    /// What was cancelled earlier and still counts towards the yearly allowance.
    #[serde(default)]
    pub cancelled_earlier: Vec<CancelledTable>,
    /// Caps on what jobs of reinforcement tuning may cost: they stop there (S 53).
    #[serde(default)]
    pub job_cap: Vec<JobCapTable>,
    /// Budgets.
    #[serde(default)]
    pub budget: Vec<BudgetTable>,
    /// A Microsoft Azure consumption commitment (MACC) the bill counts towards.
    pub consumption_commitment: Option<ConsumptionTable>,
    /// Ways to split the bill: `"workload"`, `"team"`, `"deployment"` or `"tag:NAME"`.
    #[serde(default)]
    #[cfg_attr(feature = "report", schemars(with = "Vec<String>"))]
    pub allocate_by: Vec<Spanned<String>>,
}

/// An exchange rate.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExchangeTable {
    /// Currency of the price.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub of: Spanned<String>,
    /// First day; it holds until the next one begins.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub from: Spanned<Datetime>,
    /// Units of the bill's currency for one of `of`, as text.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub rate: Spanned<String>,
}

/// A discount. Absent fields apply to everything.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DiscountTable {
    /// Share taken off, such as `"5 %"`.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub share: Spanned<String>,
    /// Only this SKU.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub sku: Option<Spanned<String>>,
    /// Only this model.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub model: Option<Spanned<String>>,
    /// Only this meter: a token class such as `"output"`, `"ptu"`, `"reservation"`, or another such as `"hosting"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub meter: Option<Spanned<String>>,
    /// First day.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub from: Option<Spanned<Datetime>>,
    /// Last day.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub to: Option<Spanned<Datetime>>,
    /// Whether it lowers the price of reservations too; false when absent.
    #[serde(default)]
    pub reservations: bool,
}

/// A reservation.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReservationTable {
    /// Its id on the bill.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub id: Spanned<String>,
    /// The provisioned SKU it matches.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub sku: Spanned<String>,
    /// The region it matches; absent for Global SKUs, which match every region.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub region: Option<Spanned<String>>,
    /// Reserved PTUs.
    #[serde(alias = "ptu")]
    #[cfg_attr(feature = "report", schemars(with = "u32"))]
    pub quantity_ptu: Spanned<u32>,
    /// `"1-month"` or `"1-year"`.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub term: Spanned<String>,
    /// First day, in the scenario's zone; UTC in a file of terms alone.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub start: Spanned<Datetime>,
    /// `"upfront"` (when absent) or `"monthly"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub payment: Option<Spanned<String>>,
    /// Whether it renews when its term ends; false when absent.
    #[serde(default)]
    pub renews: bool,
    /// What one PTU was bought at for the whole term, such as `"2400 USD"`; the price list's when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub price: Option<Spanned<String>>,
    /// The day it is cancelled.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub cancelled: Option<Spanned<Datetime>>,
    /// What it is exchanged for.
    pub exchanged: Option<ExchangedTable>,
}

/// An exchange of a reservation for another.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExchangedTable {
    /// The day, on which the other begins.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub on: Spanned<Datetime>,
    /// Id of the reservation bought instead.
    #[serde(rename = "for")]
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub instead: Spanned<String>,
}

/// An earlier cancellation.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CancelledTable {
    /// The day.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub on: Spanned<Datetime>,
    /// What the rest of the term would have cost, such as `"12000 USD"`.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub commitment: Spanned<String>,
}

/// A cap on a job.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct JobCapTable {
    /// The job.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub job: Spanned<String>,
    /// The most its training and grading may cost, such as `"5000 USD"`.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub limit: Spanned<String>,
}

/// A budget. Provisioned capacity that several workloads share counts towards each by its part, as allocation splits it.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BudgetTable {
    /// Its name.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub name: Spanned<String>,
    /// The limit with its currency, such as `"50000 EUR"`.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub limit: Spanned<String>,
    /// `"billed"` (when absent) or `"effective"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub cost: Option<Spanned<String>>,
    /// `"period"` (when absent), the whole bill with every month of the horizon, or `"month"`: what the limit is for.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub per: Option<Spanned<String>>,
    /// Only this deployment.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub deployment: Option<Spanned<String>>,
    /// Only this workload.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub workload: Option<Spanned<String>>,
    /// Only this team.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub team: Option<Spanned<String>>,
}

/// A consumption commitment.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConsumptionTable {
    /// What was agreed, such as `"500000 USD"`.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub agreed: Spanned<String>,
    /// What was spent of it before the billed period; nothing when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub spent_before: Option<Spanned<String>>,
}
