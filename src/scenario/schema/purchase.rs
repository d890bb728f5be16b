//! `[allow]` and `[subscription]`.

use crate::scenario::question::require::QuotaRequestTable;
use crate::scenario::schema::batch::BatchTable;
use crate::scenario::schema::machines::MachinesTable;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// What may be bought.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AllowTable {
    /// SKU names as the platform spells them.
    #[cfg_attr(feature = "report", schemars(with = "Vec<String>"))]
    pub sku: Vec<Spanned<String>>,
    /// Models that may serve every workload instead of its own; `"replacement"` is what the platform names to take the place
    /// of a model that ends.
    #[serde(default)]
    #[cfg_attr(feature = "report", schemars(with = "Vec<String>"))]
    pub model: Vec<Spanned<String>>,
    /// `"hourly"`, `"1-month"`, `"1-year"`.
    #[cfg_attr(feature = "report", schemars(with = "Vec<String>"))]
    pub commitment: Vec<Spanned<String>>,
    /// Whether provisioned deployments may spill over to an allowed standard one.
    #[serde(default = "yes")]
    pub spillover: bool,
    /// Whether provisioned deployments may be resized by the hour of the day.
    #[serde(default)]
    pub schedule: bool,
    /// Azure regions to deploy in instead of the scenario's.
    #[serde(default)]
    #[cfg_attr(feature = "report", schemars(with = "Vec<String>"))]
    pub region: Vec<Spanned<String>>,
    /// Service tiers to try on standard deployments: `"priority"` for calls that must be answered at once, `"flex"` for those
    /// that may wait.
    #[serde(default)]
    #[cfg_attr(feature = "report", schemars(with = "Vec<String>"))]
    pub service_tier: Vec<Spanned<String>>,
    /// The queue of batch deployments, where it is known better than the catalogue does; that of `[today]` when absent.
    pub batch: Option<BatchTable>,
    /// Machines that managed compute may run on; those of `[today]` when absent.
    #[serde(default)]
    pub compute: Vec<MachinesTable>,
    /// What a model router chooses among, each with its part of the calls, such as `{ "gpt-5" = 30, "gpt-5-mini" = 70 }`;
    /// what that of `[today]` does when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<BTreeMap<String, u32>>"))]
    pub router: Option<Spanned<BTreeMap<String, u32>>>,
}

fn yes() -> bool {
    true
}

/// The subscription that pays.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SubscriptionTable {
    /// Its quota tier, such as `"Tier 1"`.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub quota_tier: Spanned<String>,
    /// The agreement that batch quotas and those of some partners depend on, such as `"Enterprise and MCA-E"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub agreement: Option<Spanned<String>>,
    /// PTU quota by provisioned SKU, in each region; unlimited where absent.
    #[serde(default)]
    pub ptu_quota: BTreeMap<String, u32>,
    /// Token quotas of its own, such as `az cognitiveservices usage list` shows them; they win over the tier's.
    #[serde(default)]
    pub quota: Vec<OwnQuotaTable>,
    /// What it is, such as `"csp"` or `"enterprise"`: some cannot buy some models. Not checked when absent.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub kind: Option<Spanned<String>>,
    /// Models, or versions such as `"gpt-4o (2024-08-06)"`, that this subscription has deployed before: Deprecated versions
    /// are open to it. Those of `[today]` count too.
    #[serde(default)]
    #[cfg_attr(feature = "report", schemars(with = "Vec<String>"))]
    pub has_used: Vec<Spanned<String>>,
    /// Increases of PTU quota on their way.
    #[serde(default)]
    pub quota_request: Vec<QuotaRequestTable>,
}

/// A token quota of the subscription's own.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnQuotaTable {
    /// Model id.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub model: Spanned<String>,
    /// SKU name.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub sku: Spanned<String>,
    /// The region it holds in; every region, each with as much, when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub region: Option<Spanned<String>>,
    /// Tokens a minute of all deployments together.
    #[cfg_attr(feature = "report", schemars(with = "u64"))]
    pub tokens_per_minute: Spanned<u64>,
    /// Requests a minute of all deployments together; what the tier gives for as many tokens when absent.
    pub requests_per_minute: Option<u64>,
}
