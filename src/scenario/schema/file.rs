//! The whole file.

use crate::billing::agreement::table::TermsTable;
use crate::scenario::question::require::RequireTable;
use crate::scenario::schema::event::EventTable;
use crate::scenario::schema::what_if::WhatIfTable;
use crate::scenario::schema::{
    AllowTable, HorizonTable, SloTable, SubscriptionTable, TodayTable, UncertainTable,
    WorkloadTable,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::value::Datetime;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// A name for titles.
    pub name: String,
    /// First civil day of the billed period, in `zone`.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub start: Spanned<Datetime>,
    /// Length of the billed period, such as `"1 month"`.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub length: Spanned<String>,
    /// IANA time zone of `start`.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub zone: Spanned<String>,
    /// Length of the window that is simulated and stands for every like window of the period; all of it when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub simulate: Option<Spanned<String>>,
    /// Azure region of the deployments.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub region: Spanned<String>,
    /// Seed of all random draws; 0 when absent.
    #[serde(default)]
    pub seed: u64,
    /// The streams of requests.
    pub workload: Vec<WorkloadTable>,
    /// Service-level objectives.
    #[serde(default)]
    pub slo: SloTable,
    /// What may be bought.
    pub allow: AllowTable,
    /// The subscription that pays.
    pub subscription: SubscriptionTable,
    /// What every deployment must keep to, whatever it costs.
    pub require: Option<RequireTable>,
    /// What is deployed now: always a candidate, and what `simulate` runs.
    pub today: Option<TodayTable>,
    /// What happens while it runs.
    #[serde(default)]
    pub event: Vec<EventTable>,
    /// What is not known for certain.
    pub uncertain: Option<UncertainTable>,
    /// The same question under other circumstances, by name.
    #[serde(default)]
    pub what_if: Vec<WhatIfTable>,
    /// How far the plan looks ahead.
    pub horizon: Option<HorizonTable>,
    /// Commercial terms: discounts, currency, reservations owned, budgets; list prices in US dollars when absent.
    #[serde(default)]
    pub terms: TermsTable,
    /// Values for named catalogue parameters, overriding their defaults.
    #[serde(default)]
    #[cfg_attr(feature = "report", schemars(with = "BTreeMap<String, serde_json::Value>"))]
    pub parameters: BTreeMap<String, Spanned<toml::Value>>,
}
