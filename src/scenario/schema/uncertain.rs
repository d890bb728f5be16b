//! What is not known, and how far the plan looks ahead.

use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// What is not known for certain, each as its least, most likely and greatest value.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UncertainTable {
    /// Futures drawn at most; fewer where the answer is clear sooner.
    #[cfg_attr(feature = "report", schemars(with = "Option<u32>"))]
    pub replications: Option<Spanned<u32>>,
    /// Share of futures in which every objective must hold; `"90 %"` when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub hold_in: Option<Spanned<String>>,
    /// Factor on the rate of requests.
    #[cfg_attr(feature = "report", schemars(with = "Option<RangeTable>"))]
    pub traffic: Option<Spanned<RangeTable>>,
    /// Growth of the rate of requests from month to month.
    #[cfg_attr(feature = "report", schemars(with = "Option<RangeTable>"))]
    pub growth_per_month: Option<Spanned<RangeTable>>,
    /// Share of the input that is cached.
    #[cfg_attr(feature = "report", schemars(with = "Option<RangeTable>"))]
    pub cached_share: Option<Spanned<RangeTable>>,
    /// Factor on the input tokens of a request.
    #[cfg_attr(feature = "report", schemars(with = "Option<RangeTable>"))]
    pub input_length: Option<Spanned<RangeTable>>,
    /// Factor on the output tokens of a request.
    #[cfg_attr(feature = "report", schemars(with = "Option<RangeTable>"))]
    pub output_length: Option<Spanned<RangeTable>>,
    /// Factor on how long answers take.
    #[cfg_attr(feature = "report", schemars(with = "Option<RangeTable>"))]
    pub service_time: Option<Spanned<RangeTable>>,
    /// Factor on what tokens cost.
    #[cfg_attr(feature = "report", schemars(with = "Option<RangeTable>"))]
    pub token_price: Option<Spanned<RangeTable>>,
    /// Factor on what PTUs cost.
    #[cfg_attr(feature = "report", schemars(with = "Option<RangeTable>"))]
    pub ptu_price: Option<Spanned<RangeTable>>,
    /// Catalogue parameters by name.
    #[serde(default)]
    #[cfg_attr(feature = "report", schemars(with = "BTreeMap<String, RangeTable>"))]
    pub parameters: BTreeMap<String, Spanned<RangeTable>>,
}

/// A triangular distribution. Shares and factors are numbers or percentages: `0.3` or `"30 %"`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RangeTable {
    /// Least possible.
    pub low: Quantity,
    /// Most likely.
    pub mode: Quantity,
    /// Greatest possible.
    pub high: Quantity,
}

/// A number, or a percentage in words.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Quantity {
    /// `0.3`
    Number(f64),
    /// `"30 %"`
    Text(String),
}

/// How far the plan looks ahead.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HorizonTable {
    /// Months from the period's start, 1 to 36.
    #[cfg_attr(feature = "report", schemars(with = "u32"))]
    pub months: Spanned<u32>,
}
