//! What is not known, and how far the plan looks ahead.

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt::Formatter;
use toml::Spanned;

/// What is not known for certain, each as its least, most likely and greatest value, or as one value that is certain.
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
    #[cfg_attr(feature = "report", schemars(with = "Option<RangeValue>"))]
    pub traffic: Option<Spanned<RangeValue>>,
    /// Growth of the rate of requests from month to month.
    #[cfg_attr(feature = "report", schemars(with = "Option<RangeValue>"))]
    pub growth_per_month: Option<Spanned<RangeValue>>,
    /// Share of the input that is cached.
    #[cfg_attr(feature = "report", schemars(with = "Option<RangeValue>"))]
    pub cached_share: Option<Spanned<RangeValue>>,
    /// Factor on the input tokens of a request.
    #[cfg_attr(feature = "report", schemars(with = "Option<RangeValue>"))]
    pub input_length: Option<Spanned<RangeValue>>,
    /// Factor on the output tokens of a request.
    #[cfg_attr(feature = "report", schemars(with = "Option<RangeValue>"))]
    pub output_length: Option<Spanned<RangeValue>>,
    /// Factor on how long answers take.
    #[cfg_attr(feature = "report", schemars(with = "Option<RangeValue>"))]
    pub service_time: Option<Spanned<RangeValue>>,
    /// Factor on what tokens cost.
    #[cfg_attr(feature = "report", schemars(with = "Option<RangeValue>"))]
    pub token_price: Option<Spanned<RangeValue>>,
    /// Factor on what PTUs cost.
    #[cfg_attr(feature = "report", schemars(with = "Option<RangeValue>"))]
    pub ptu_price: Option<Spanned<RangeValue>>,
    /// Catalogue parameters by name.
    #[serde(default)]
    #[cfg_attr(feature = "report", schemars(with = "BTreeMap<String, RangeValue>"))]
    pub parameters: BTreeMap<String, Spanned<RangeValue>>,
}

/// A value that is certain, such as `"3 %"`, or a range of values.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema), schemars(untagged))]
pub enum RangeValue {
    /// Certain.
    Point(Quantity),
    /// Least, most likely and greatest value.
    Range(RangeTable),
}

impl<'de> Deserialize<'de> for RangeValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RangeVisitor)
    }
}

/// Tells a value from a table by its type, so that a mistake in the table is told as one.
struct RangeVisitor;

impl<'de> Visitor<'de> for RangeVisitor {
    type Value = RangeValue;

    fn expecting(&self, to: &mut Formatter<'_>) -> std::fmt::Result {
        to.write_str(
            "a number, a percentage or a table such as { low = 0.9, mode = 1, high = 1.2 }",
        )
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<RangeValue, E> {
        Ok(RangeValue::Point(Quantity::Number(value)))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<RangeValue, E> {
        let number = value.to_string().parse().map_err(E::custom)?;
        self.visit_f64(number)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<RangeValue, E> {
        Ok(RangeValue::Point(Quantity::Text(value.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RangeValue, A::Error> {
        RangeTable::deserialize(MapAccessDeserializer::new(map)).map(RangeValue::Range)
    }
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
