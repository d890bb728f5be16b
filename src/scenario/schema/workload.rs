//! `[[workload]]`.

use crate::scenario::calls::CallsTable;
use crate::workload::import::Columns;
use serde::Deserialize;
use toml::Spanned;

/// One workload.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkloadTable {
    /// A name, unique in the file.
    pub name: Spanned<String>,
    /// Model id of the catalogue.
    pub model: Spanned<String>,
    /// Where its requests come from.
    pub traffic: TrafficTable,
    /// Output limit the client sets on every request; the trace's own column when absent.
    pub max_output_tokens: Option<u32>,
    /// Client policy of the catalogue.
    pub client: Spanned<String>,
    /// How it calls beyond that.
    pub calls: Option<CallsTable>,
}

/// Where requests come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrafficTable {
    /// A bundled trace's name or a file, relative to the scenario.
    pub trace: Spanned<String>,
    /// Whether to play the trace again and again until the window ends.
    #[serde(default)]
    pub repeat: bool,
    /// Factor on the rate of requests; 1 when absent.
    pub scale: Option<Spanned<f64>>,
    /// Part of the trace to play, `["from", "until"]` from its start, such as `["0 s", "10 min"]`.
    pub slice: Option<Spanned<[String; 2]>>,
    /// Share of input tokens assumed to be cached where the trace does not say; 0 when absent.
    pub cached_share: Option<Spanned<String>>,
    /// Names of the trace's columns where they are none of the known formats.
    pub columns: Option<Columns>,
}
