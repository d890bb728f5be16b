//! `client = …` of a workload.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use toml::Spanned;

/// The retry policy of a workload's client.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema), schemars(untagged))]
pub enum ClientWritten {
    /// A policy of the catalogue: `"openai-python-3.57"`.
    Named(String),
    /// One that the scenario states: `{ retries = 5, first_delay = "30 ms", growth = 1 }`.
    Stated(Box<ClientTable>),
}

/// A stated retry policy. What is absent is as `like` has it; without `like` the delay doubles, without jitter, and headers are ignored.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ClientTable {
    /// A policy of the catalogue that it differs from.
    pub like: Option<String>,
    /// Retries after the first attempt.
    #[serde(alias = "max_retries")]
    #[cfg_attr(feature = "report", schemars(with = "Option<u32>"))]
    pub retries: Option<Spanned<u32>>,
    /// First back-off delay, such as `"1 s"`; that of the second retry where the first is made at
    /// once. Without `like` it is 0 where it is absent: all retries that no header delays are made
    /// at once.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub first_delay: Option<Spanned<String>>,
    /// What a delay is multiplied by with each retry, such as 2 or 1.5.
    #[cfg_attr(feature = "report", schemars(with = "Option<f64>"))]
    pub growth: Option<Spanned<f64>>,
    /// Longest back-off delay, such as `"60 s"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub longest_delay: Option<Spanned<String>>,
    /// Whether the first retry comes without delay.
    pub first_retry_at_once: Option<bool>,
    /// The delay is cut by up to this share, such as `"25 %"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub jitter: Option<Spanned<String>>,
    /// The delay is lengthened by up to this share.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub jitter_up: Option<Spanned<String>>,
    /// Up to this is added to every wait, such as `"750 ms"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub jitter_added: Option<Spanned<String>>,
    /// `"retry-after-ms"`, `"retry-after"` or `"nothing"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub reads: Option<Spanned<String>>,
    /// A header up to this is honoured, such as `"120 s"`; any where `reads` is stated and this is not.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub honours_up_to: Option<Spanned<String>>,
    /// What it does with a longer one: `"back-off"`, `"give-up"` or `"clamp"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub above: Option<Spanned<String>>,
    /// Whether a header `"replaces"` the back-off, or the `"longer"` of both is waited.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub header: Option<Spanned<String>>,
    /// Whether a 429 without a header that it reads is not retried.
    pub needs_header_for_429: Option<bool>,
    /// What it tries again after, such as `["429", "5xx"]`.
    #[cfg_attr(feature = "report", schemars(with = "Option<Vec<String>>"))]
    pub statuses: Option<Spanned<Vec<String>>>,
}

impl<'de> Deserialize<'de> for ClientWritten {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

/// By hand, so that a mistake in the table is told at its place.
struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = ClientWritten;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the name of a client or a table such as { retries = 5, first_delay = \"30 ms\" }",
        )
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<ClientWritten, E> {
        Ok(ClientWritten::Named(name.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ClientWritten, A::Error> {
        let table = ClientTable::deserialize(MapAccessDeserializer::new(map))?;
        Ok(ClientWritten::Stated(Box::new(table)))
    }
}
