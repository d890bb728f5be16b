//! `[today]`.

use crate::scenario::schema::batch::BatchTable;
use crate::scenario::schema::compute::ComputeTable;
use crate::scenario::schema::latency::LatencyTable;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// What is deployed now.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TodayTable {
    /// The deployments.
    pub deployments: Vec<DeploymentTable>,
    /// How provisioned ones are paid; `"hourly"` when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub commitment: Option<Spanned<String>>,
}

/// One deployment.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DeploymentTable {
    /// A name, unique in the file; `sku/model` when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub name: Option<Spanned<String>>,
    /// SKU name.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub sku: Spanned<String>,
    /// Model id.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub model: Spanned<String>,
    /// Azure region; the scenario's when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub region: Option<Spanned<String>>,
    /// Deployed PTUs, for provisioned SKUs.
    #[cfg_attr(feature = "report", schemars(with = "Option<u32>"))]
    pub capacity_ptu: Option<Spanned<u32>>,
    /// Token limit, for standard SKUs; the tier's quota when absent.
    pub limit_tokens_per_minute: Option<u64>,
    /// Request limit, for standard SKUs; the part of the quota that the token limit takes when absent.
    pub limit_requests_per_minute: Option<u64>,
    /// Limiter profile of the catalogue, for standard SKUs; `"documented"` when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub limiter: Option<Spanned<String>>,
    /// Whether dynamic quota is switched on, for standard SKUs.
    #[serde(default)]
    pub dynamic_quota: bool,
    /// `"priority"` serves calls that ask for no tier with priority, for standard SKUs; `"default"` when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub service_tier: Option<Spanned<String>>,
    /// Whether it serves a fine-tuned version of the model.
    #[serde(default)]
    pub fine_tuned: bool,
    /// The queue of a batch SKU.
    pub batch: Option<BatchTable>,
    /// The machines of managed compute.
    pub compute: Option<ComputeTable>,
    /// How long answers take, where that is known.
    pub latency: Option<LatencyTable>,
    /// For a model router: the models it chooses among, each with its part of the calls, such as `{ "gpt-5" = 30, "gpt-5-mini" = 70 }`.
    #[cfg_attr(feature = "report", schemars(with = "Option<BTreeMap<String, u32>>"))]
    pub router: Option<Spanned<BTreeMap<String, u32>>>,
    /// Name of the standard deployment that takes what this one refuses.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub spillover_to: Option<Spanned<String>>,
}
