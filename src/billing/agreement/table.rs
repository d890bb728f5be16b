//! `[terms]` as it is written. What is absent is not agreed: list prices in US dollars, nothing owned, nothing watched.

use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::value::Datetime;

/// `[terms]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsTable {
    /// Currency of the bill, such as `"EUR"`; the US dollars of the price list when absent.
    pub currency: Option<Spanned<String>>,
    /// Exchange rates into `currency`. There is none but those stated here.
    #[serde(default)]
    pub exchange: Vec<ExchangeTable>,
    /// Negotiated discounts; the first that applies to a price is used, no other.
    #[serde(default)]
    pub discount: Vec<DiscountTable>,
    /// Answers billed otherwise than the rules say: `"nothing"`, `"input"` or `"input and output"`.
    #[serde(default)]
    pub answers: BTreeMap<String, Spanned<String>>,
    /// Which deployments a reservation covers first: `"by-name"` (when absent), `"dearest-first"` or `"cheapest-first"`.
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
    pub allocate_by: Vec<Spanned<String>>,
}

/// An exchange rate.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangeTable {
    /// Currency of the price.
    pub of: Spanned<String>,
    /// First day; it holds until the next one begins.
    pub from: Spanned<Datetime>,
    /// Units of the bill's currency for one of `of`, as text.
    pub rate: Spanned<String>,
}

/// A discount. Absent fields apply to everything.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscountTable {
    /// Share taken off, such as `"5 %"`.
    pub share: Spanned<String>,
    /// Only this SKU.
    pub sku: Option<Spanned<String>>,
    /// Only this model.
    pub model: Option<Spanned<String>>,
    /// Only this meter: a token class such as `"output"`, `"ptu"`, `"reservation"`, or another such as `"hosting"`.
    pub meter: Option<Spanned<String>>,
    /// First day.
    pub from: Option<Spanned<Datetime>>,
    /// Last day.
    pub to: Option<Spanned<Datetime>>,
    /// Whether it lowers the price of reservations too; false when absent.
    #[serde(default)]
    pub reservations: bool,
}

/// A reservation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReservationTable {
    /// Its id on the bill.
    pub id: Spanned<String>,
    /// The provisioned SKU it matches.
    pub sku: Spanned<String>,
    /// The region it matches; absent for Global SKUs, which match every region.
    pub region: Option<Spanned<String>>,
    /// Reserved PTUs.
    #[serde(alias = "ptu")]
    pub quantity_ptu: Spanned<u32>,
    /// `"1-month"` or `"1-year"`.
    pub term: Spanned<String>,
    /// First day, in the scenario's zone; UTC in a file of terms alone.
    pub start: Spanned<Datetime>,
    /// `"upfront"` (when absent) or `"monthly"`.
    pub payment: Option<Spanned<String>>,
    /// Whether it renews when its term ends; false when absent.
    #[serde(default)]
    pub renews: bool,
    /// What one PTU was bought at for the whole term, such as `"2400 USD"`; the price list's when absent.
    pub price: Option<Spanned<String>>,
    /// The day it is cancelled.
    pub cancelled: Option<Spanned<Datetime>>,
    /// What it is exchanged for.
    pub exchanged: Option<ExchangedTable>,
}

/// An exchange of a reservation for another.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangedTable {
    /// The day, on which the other begins.
    pub on: Spanned<Datetime>,
    /// Id of the reservation bought instead.
    #[serde(rename = "for")]
    pub instead: Spanned<String>,
}

/// An earlier cancellation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelledTable {
    /// The day.
    pub on: Spanned<Datetime>,
    /// What the rest of the term would have cost, such as `"12000 USD"`.
    pub commitment: Spanned<String>,
}

/// A cap on a job.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobCapTable {
    /// The job.
    pub job: Spanned<String>,
    /// The most its training and grading may cost, such as `"5000 USD"`.
    pub limit: Spanned<String>,
}

/// A budget. Provisioned capacity that several workloads share counts towards each by its part, as allocation splits it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetTable {
    /// Its name.
    pub name: Spanned<String>,
    /// The limit with its currency, such as `"50000 EUR"`.
    pub limit: Spanned<String>,
    /// `"billed"` (when absent) or `"effective"`.
    pub cost: Option<Spanned<String>>,
    /// `"period"` (when absent) or `"month"`: what the limit is for.
    pub per: Option<Spanned<String>>,
    /// Only this deployment.
    pub deployment: Option<Spanned<String>>,
    /// Only this workload.
    pub workload: Option<Spanned<String>>,
    /// Only this team.
    pub team: Option<Spanned<String>>,
}

/// A consumption commitment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsumptionTable {
    /// What was agreed, such as `"500000 USD"`.
    pub agreed: Spanned<String>,
    /// What was spent of it before the billed period; nothing when absent.
    pub spent_before: Option<Spanned<String>>,
}
