//! A rule case as it is written.

use crate::billing::agreement::table::{ReservationTable, TermsTable};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::value::Datetime;

/// The whole file. The `expect` tables come last, so that accepting new values rewrites the end of the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// The rule in one sentence.
    pub name: String,
    /// Rule number and the document it is from.
    pub source: String,
    /// First day and first day after, UTC.
    pub period: Spanned<[Datetime; 2]>,
    /// Prices the case states; what it does not state comes from the catalogue.
    #[serde(default)]
    pub price: Vec<PriceTable>,
    /// Deployments and jobs the usage names.
    #[serde(default)]
    pub deployment: Vec<DeploymentTable>,
    /// Tokens.
    #[serde(default)]
    pub tokens: Vec<TokensTable>,
    /// Deployed PTUs.
    #[serde(default)]
    pub capacity: Vec<CapacityTable>,
    /// Other meters.
    #[serde(default)]
    pub metered: Vec<MeteredTable>,
    /// Fine-tuning jobs.
    #[serde(default)]
    pub job: Vec<JobTable>,
    /// Reservations.
    #[serde(default)]
    pub commitment: Vec<ReservationTable>,
    /// Commercial terms.
    #[serde(default)]
    pub terms: TermsTable,
    /// A reservation that is cancelled.
    pub cancellation: Option<CancellationTable>,
    /// A reservation that is exchanged.
    pub exchange: Option<ExchangeTable>,
    /// What must come out.
    pub expect: ExpectTable,
}

/// A price, such as `meter = "input"`, `price = "2.00 USD per 1M tokens"`. Absent fields match everything.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceTable {
    /// A token class, a metered kind, `ptu_hour`, `reservation_1_month`, `reservation_1_year` or `consumption_unit`.
    pub meter: Spanned<String>,
    /// Amount, currency and what it is for.
    pub price: Spanned<String>,
    /// Only this SKU.
    pub sku: Option<String>,
    /// Only this model.
    pub model: Option<String>,
    /// Only this region.
    pub region: Option<String>,
    /// Service tier of a token price; standard when absent.
    pub tier: Option<Spanned<String>>,
    /// Context tier of a token price; default when absent.
    pub context: Option<Spanned<String>>,
    /// Accelerator family, VM size or grader model.
    pub variant: Option<String>,
    /// First day; always when absent.
    pub from: Option<Spanned<Datetime>>,
}

/// A deployment or job.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeploymentTable {
    /// Its name.
    pub name: String,
    /// Model id.
    pub model: String,
    /// SKU name.
    pub sku: String,
    /// Azure region.
    pub region: String,
    /// Whether it serves a fine-tuned version of its model.
    #[serde(default)]
    pub fine_tuned: bool,
}

/// Tokens of one hour.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokensTable {
    /// The deployment.
    pub deployment: Spanned<String>,
    /// The workload; `case` when absent.
    pub workload: Option<String>,
    /// The hour; the period's first when absent.
    pub at: Option<Spanned<Datetime>>,
    /// Service tier served at; standard when absent.
    pub tier: Option<Spanned<String>>,
    /// Context tier; default when absent.
    pub context: Option<Spanned<String>>,
    /// Answer; completed when absent.
    pub answer: Option<Spanned<String>>,
    /// Counts by token class. `input` excludes cached input here.
    pub count: BTreeMap<String, Spanned<u64>>,
}

/// Deployed PTUs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapacityTable {
    /// The deployment.
    pub deployment: Spanned<String>,
    /// First instant; the period's when absent.
    pub from: Option<Spanned<Datetime>>,
    /// First instant after; the period's end when absent.
    pub until: Option<Spanned<Datetime>>,
    /// PTUs.
    pub ptu: u32,
}

/// Another meter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeteredTable {
    /// The deployment or job.
    pub deployment: Spanned<String>,
    /// The metered kind.
    pub meter: Spanned<String>,
    /// Accelerator family, VM size or grader model.
    pub variant: Option<String>,
    /// First instant; the period's when absent.
    pub from: Option<Spanned<Datetime>>,
    /// First instant after; the period's end when absent.
    pub until: Option<Spanned<Datetime>>,
    /// How many in all; else `running`.
    pub count: Option<u64>,
    /// How many at a time, from start to end.
    pub running: Option<u32>,
}

/// A fine-tuning job.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobTable {
    /// The job, a deployment of the case.
    pub deployment: Spanned<String>,
    /// Training tokens, for supervised and preference tuning.
    pub training_tokens: Option<u64>,
    /// Epochs.
    pub epochs: Option<u32>,
    /// Stretches of core training, for reinforcement tuning.
    #[serde(default)]
    pub trained: Vec<[Datetime; 2]>,
    /// `worked` (when absent), `free` or `service error`.
    pub ended: Option<Spanned<String>>,
    /// Last checkpoint before a service error.
    pub checkpoint: Option<Spanned<Datetime>>,
}

/// A cancellation (P R38).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancellationTable {
    /// The day.
    pub on: Spanned<Datetime>,
    /// Cost of the whole term at the price paid.
    pub term_cost: Spanned<String>,
    /// Cost of the whole term at today's price; as paid when absent.
    pub term_cost_today: Option<Spanned<String>>,
    /// Time left and time of the whole term, in one unit.
    pub remaining: [u64; 2],
    /// Of it, time that is paid but not used; all that remains when absent.
    pub prepaid: Option<[u64; 2]>,
    /// Commitment that may be cancelled in 365 days.
    pub allowance: Spanned<String>,
    /// Earlier cancellations by day.
    #[serde(default)]
    pub earlier: BTreeMap<String, Spanned<String>>,
}

/// An exchange (P R38).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangeTable {
    /// Cost of the whole old term.
    pub term_cost: Spanned<String>,
    /// Time left and time of the whole term, in one unit.
    pub remaining: [u64; 2],
    /// Cost of the whole new term.
    pub new_term_cost: Spanned<String>,
}

/// What must come out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectTable {
    /// Charges summed over the period: each must be there, and no other.
    #[serde(default)]
    pub line: Vec<ExpectedLine>,
    /// Codes of the errors that must be reported, instead of a bill.
    #[serde(default)]
    pub errors: Vec<String>,
    /// Terms of a commitment by id, first to last day.
    #[serde(default)]
    pub terms: BTreeMap<String, Vec<String>>,
    /// The cancelled commitment, refund and allowance left.
    pub cancellation: Option<BTreeMap<String, String>>,
}

/// A charge. Absent fields are not compared.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedLine {
    /// The meter's name on the bill.
    pub charge: String,
    /// The deployment.
    pub deployment: Option<String>,
    /// The workload.
    pub workload: Option<String>,
    /// The commitment.
    pub commitment: Option<String>,
    /// `Used` or `Unused`.
    pub status: Option<String>,
    /// How much, in the unit people read.
    pub quantity: Option<String>,
    /// List cost.
    pub list: Option<String>,
    /// Billed cost.
    pub billed: Option<String>,
    /// Effective cost.
    pub effective: Option<String>,
    /// Marketplace consumption units.
    pub units: Option<String>,
}
