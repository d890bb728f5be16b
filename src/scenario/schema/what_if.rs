//! A what-if as a scenario writes it.

use crate::scenario::schema::Quantity;
use crate::scenario::schema::traffic::SurgeTable;
use serde::Deserialize;
use toml::Spanned;
/// One what-if. What is absent stays as the scenario says.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WhatIfTable {
    /// Its name, unique in the file.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub name: Spanned<String>,
    /// The workload whose traffic changes; all of them when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub workload: Option<Spanned<String>>,
    /// Factor on the rate of requests.
    #[cfg_attr(feature = "report", schemars(with = "Option<f64>"))]
    pub scale: Option<Spanned<f64>>,
    /// Factor on input tokens.
    #[cfg_attr(feature = "report", schemars(with = "Option<f64>"))]
    pub input_length: Option<Spanned<f64>>,
    /// Factor on output tokens.
    #[cfg_attr(feature = "report", schemars(with = "Option<f64>"))]
    pub output_length: Option<Spanned<f64>>,
    /// Share of the input that is cached, in place of the traffic's own.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub cached_share: Option<Spanned<String>>,
    /// A launch or a spike inside the simulated window.
    #[serde(default)]
    pub surge: Vec<SurgeTable>,
    /// Growth from month to month, for certain, in place of `[uncertain]`'s; of all workloads.
    #[cfg_attr(feature = "report", schemars(with = "Option<Quantity>"))]
    pub growth_per_month: Option<Spanned<Quantity>>,
}
