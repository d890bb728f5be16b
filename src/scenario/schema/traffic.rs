//! Traffic as a scenario writes it: a trace, a spec, surges.

use crate::workload::import::{BucketModel, Columns, DateOrder, TokensStated, Where};
use crate::workload::synth::SynthSpec;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use toml::Spanned;
/// Where requests come from. What is done to them, in this order: `slice`, `stretch`, `scale`, `repeat`, `surge`, `cached_share`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TrafficTable {
    /// A bundled trace's name or a file, relative to the scenario.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub trace: Option<Spanned<String>>,
    /// Instead of a trace: a spec of synthetic traffic as `ptuplan synth` takes it, a file relative to the scenario or
    /// written here. Its `start`, `length` and `zone` are the simulated window's where absent; its seed is the scenario's.
    #[cfg_attr(feature = "report", schemars(with = "Option<SynthTable>"))]
    pub synth: Option<Spanned<SynthTable>>,
    /// Part of the trace to play, `["from", "until"]` from its start, such as `["0 s", "10 min"]`.
    #[cfg_attr(feature = "report", schemars(with = "Option<[String; 2]>"))]
    pub slice: Option<Spanned<[String; 2]>>,
    /// The same requests in this many times the time: below 1 faster.
    #[cfg_attr(feature = "report", schemars(with = "Option<f64>"))]
    pub stretch: Option<Spanned<f64>>,
    /// Factor on the rate of requests; 1 when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<f64>"))]
    pub scale: Option<Spanned<f64>>,
    /// Whether to play the trace again and again until the window ends: `true` keeps the times of
    /// day of a log, so that one of a part of a day is played once a day; `"weeks"` or `"days"` its
    /// whole weeks or days, a part of one once in each; `"end-to-end"` all of it without a pause;
    /// `false` says that there is no traffic after its end. Must be stated where the trace is
    /// shorter than the window; `simulate` plays one of less than a day once and warns.
    #[cfg_attr(feature = "report", schemars(with = "Option<RepeatValue>"))]
    pub repeat: Option<Spanned<RepeatValue>>,
    /// Stretches of the window with more or less traffic.
    #[serde(default)]
    pub surge: Vec<SurgeTable>,
    /// Share of input tokens assumed to be cached where the trace does not say; 0 when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub cached_share: Option<Spanned<String>>,
    /// Names of the trace's columns where they are none of the known formats.
    pub columns: Option<Columns>,
    /// The requests of the trace to play, such as `{ deployment = "chat" }`; further `model`, `client`, `session`, and
    /// several names as a list. One export of several deployments can serve several workloads.
    #[serde(default, rename = "where")]
    #[cfg_attr(
        feature = "report",
        schemars(with = "std::collections::BTreeMap<String, serde_json::Value>")
    )]
    pub keep: Where,
    /// The trace's format instead of recognising it, a name of `ptuplan trace formats`.
    pub format: Option<String>,
    /// Which tokens the trace has to state: `"both"` when absent, `"input"` for embeddings, `"none"`.
    #[serde(default)]
    pub tokens: TokensStated,
    /// The order of dates such as 05/06/2026: `"mdy"`, `"dmy"` or `"ymd"`; decided by all dates of the file when absent.
    pub dates: Option<DateOrder>,
    /// Bytes taken for a token where the trace counts bytes only.
    #[cfg_attr(feature = "report", schemars(with = "Option<u32>"))]
    pub bytes_per_token: Option<Spanned<u32>>,
    /// Whether rows of a log without ids that are like another in all that is read of them are left
    /// out, where parts of the log overlap.
    #[serde(default)]
    pub drop_identical: bool,
    /// A log of past requests, a file relative to the scenario: growth from month to month is forecast from it.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub forecast: Option<Spanned<String>>,
    /// How totals over a minute, an hour or a day become requests, for traces that have no others.
    #[cfg_attr(feature = "report", schemars(with = "Option<BucketModel>"))]
    pub totals: Option<Spanned<BucketModel>>,
}

/// How a trace is repeated, as written.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum RepeatValue {
    /// `true` or `false`.
    Whole(bool),
    /// `"weeks"`, `"days"` or `"end-to-end"`.
    By(String),
}

/// A spec of synthetic traffic.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema), schemars(untagged))]
pub enum SynthTable {
    /// A file.
    File(String),
    /// The spec itself.
    Spec(Box<SynthSpec>),
}

impl<'de> Deserialize<'de> for SynthTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SynthVisitor)
    }
}

/// By hand, so that a mistake in the spec is told at its place.
pub(crate) struct SynthVisitor;

impl<'de> Visitor<'de> for SynthVisitor {
    type Value = SynthTable;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a file name or a spec with [[…synth.client]] tables")
    }

    fn visit_str<E: Error>(self, file: &str) -> Result<SynthTable, E> {
        Ok(SynthTable::File(file.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SynthTable, A::Error> {
        let spec = SynthSpec::deserialize(MapAccessDeserializer::new(map))?;
        Ok(SynthTable::Spec(Box::new(spec)))
    }
}

/// A stretch of the simulated window with `factor` times the traffic.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SurgeTable {
    /// When it begins, from the start of the window, such as `"9 h"`.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub at: Spanned<String>,
    /// How long it lasts.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub length: Spanned<String>,
    /// Factor on the rate meanwhile.
    #[cfg_attr(feature = "report", schemars(with = "f64"))]
    pub factor: Spanned<f64>,
}
