//! `[today]`.

use serde::Deserialize;
use toml::Spanned;

/// What is deployed now.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TodayTable {
    /// The deployments.
    pub deployments: Vec<DeploymentTable>,
    /// How provisioned ones are paid; `"hourly"` when absent.
    pub commitment: Option<Spanned<String>>,
}

/// One deployment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeploymentTable {
    /// A name, unique in the file; `sku/model` when absent.
    pub name: Option<Spanned<String>>,
    /// SKU name.
    pub sku: Spanned<String>,
    /// Model id.
    pub model: Spanned<String>,
    /// Azure region; the scenario's when absent.
    pub region: Option<Spanned<String>>,
    /// Deployed PTUs, for provisioned SKUs.
    pub capacity_ptu: Option<Spanned<u32>>,
    /// Token limit, for standard SKUs; the tier's quota when absent.
    pub limit_tokens_per_minute: Option<u64>,
    /// Name of the standard deployment that takes what this one refuses.
    pub spillover_to: Option<Spanned<String>>,
}
