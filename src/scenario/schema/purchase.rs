//! `[allow]` and `[subscription]`.

use crate::scenario::require::QuotaRequestTable;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// What may be bought.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowTable {
    /// SKU names as the platform spells them.
    pub sku: Vec<Spanned<String>>,
    /// `"hourly"`, `"1-month"`, `"1-year"`.
    pub commitment: Vec<Spanned<String>>,
    /// Whether provisioned deployments may spill over to an allowed standard one.
    #[serde(default = "yes")]
    pub spillover: bool,
    /// Whether provisioned deployments may be resized by the hour of the day.
    #[serde(default)]
    pub schedule: bool,
    /// Azure regions to deploy in instead of the scenario's.
    #[serde(default)]
    pub region: Vec<Spanned<String>>,
}

fn yes() -> bool {
    true
}

/// The subscription that pays.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionTable {
    /// Its quota tier, such as `"Tier 1"`.
    pub quota_tier: Spanned<String>,
    /// The agreement that batch quotas and those of some partners depend on, such as `"Enterprise and MCA-E"`.
    pub agreement: Option<Spanned<String>>,
    /// PTU quota by provisioned SKU, in each region; unlimited where absent.
    #[serde(default)]
    pub ptu_quota: BTreeMap<String, u32>,
    /// What it is, such as `"csp"` or `"enterprise"`: some cannot buy some models. Not checked when absent.
    #[serde(rename = "type")]
    pub kind: Option<Spanned<String>>,
    /// Increases of PTU quota on their way.
    #[serde(default)]
    pub quota_request: Vec<QuotaRequestTable>,
}
