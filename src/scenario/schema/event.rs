//! An event as a scenario writes it.

use crate::units::ptu::Ptu;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;
/// One event.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EventTable {
    /// When, from the start of the simulated window, such as `"6 h"`. A price change has a day instead: `from`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub at: Option<Spanned<String>>,
    /// The deployment it happens to; all of them when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub deployment: Option<Spanned<String>>,
    /// Only the deployments in this region, as in a region's outage.
    pub region: Option<String>,
    /// Only the deployments of this model, as in its retirement.
    pub model: Option<String>,
    /// `"outage"`, `"resize"`, `"limits"`, `"cancel-batch"`, `"create"`, `"delete"`, `"retirement"` or `"price"`.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub what: Spanned<String>,
    /// How long an outage lasts.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub lasts: Option<Spanned<String>>,
    /// The size a resize asks for.
    pub capacity_ptu: Option<Ptu>,
    /// Whether the platform has the capacity for a resize upwards (P R33: it can fail); true when absent.
    pub available: Option<bool>,
    /// Token limit from then on: a granted quota increase, or a temporary cut (S 18c).
    pub limit_tokens_per_minute: Option<u64>,
    /// Request limit from then on.
    pub limit_requests_per_minute: Option<u64>,
    /// First day of a price change; it is billed from then on.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub from: Option<Spanned<Datetime>>,
    /// Only prices of this SKU.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub sku: Option<Spanned<String>>,
    /// Only this meter: `"tokens"`, a class of tokens such as `"input"`, `"ptu-hour"`, `"1-month"`, `"1-year"` or another meter; all when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub meter: Option<Spanned<String>>,
    /// The new price as a share of the list's, such as `"80 %"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub factor: Option<Spanned<String>>,
    /// The new price itself, in the currency and unit of the list's.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub price: Option<Spanned<String>>,
}
