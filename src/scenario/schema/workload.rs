//! `[[workload]]`.

use crate::scenario::schema::calls::CallsTable;

use crate::scenario::schema::traffic::TrafficTable;
use crate::scenario::schema::{ClientWritten, SloTable};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// One workload.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WorkloadTable {
    /// A name, unique in the file.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub name: Spanned<String>,
    /// Model id of the catalogue, or several: today's first, then the alternatives that may serve it instead.
    #[cfg_attr(feature = "report", schemars(with = "ModelNames"))]
    pub model: Spanned<ModelNames>,
    /// The share of calls an alternative may take, such as `{ "gpt-4.1-mini" = "30 %" }`; all where absent.
    #[serde(default)]
    #[cfg_attr(feature = "report", schemars(with = "BTreeMap<String, String>"))]
    pub model_share: BTreeMap<String, Spanned<String>>,
    /// Those of its models that are fine-tuned: every deployment of them serves the fine-tuned version. Those that `[today]`
    /// serves so when absent.
    #[serde(default)]
    #[cfg_attr(feature = "report", schemars(with = "Vec<String>"))]
    pub fine_tuned: Vec<Spanned<String>>,
    /// Where its requests come from.
    pub traffic: TrafficTable,
    /// Output limit the client sets on every request; the trace's own column when absent.
    pub max_output_tokens: Option<u32>,
    /// Retry policy: a name of the catalogue, or a table that states one. Today's openai Python when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<ClientWritten>"))]
    pub client: Option<Spanned<ClientWritten>>,
    /// Names of the deployments of `[today]` it calls, in order; each is followed by those it spills over to. When absent the
    /// first of its model that nothing spills over to; a batch deployment for calls that may wait.
    #[cfg_attr(feature = "report", schemars(with = "Option<Vec<String>>"))]
    pub route: Option<Vec<Spanned<String>>>,
    /// How it calls beyond that.
    pub calls: Option<CallsTable>,
    /// The team that pays for it.
    pub team: Option<String>,
    /// Tags to allocate its cost by.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Its own objectives; those of `[slo]` where it states none.
    pub slo: Option<SloTable>,
}

/// One model id, or several of which the first is today's.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum ModelNames {
    /// `"gpt-4.1"`
    One(String),
    /// `["gpt-4.1", "gpt-4.1-mini"]`
    Several(Vec<String>),
}

impl ModelNames {
    /// All names, today's first.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }
}
