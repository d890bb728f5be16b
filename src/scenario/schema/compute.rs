//! Managed compute as a scenario writes it.

use serde::Deserialize;
use toml::Spanned;
/// Machines that serve a model.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ComputeTable {
    /// Accelerator family such as `"H100_80GB"`, or the size of a virtual machine.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub machine: Spanned<String>,
    /// Instances at the start.
    #[cfg_attr(feature = "report", schemars(with = "u32"))]
    pub instances: Spanned<u32>,
    /// Accelerators of one instance; 1 when absent. A virtual machine has what its size has.
    pub accelerators_per_instance: Option<u32>,
    /// Requests that one instance serves at a time.
    #[cfg_attr(feature = "report", schemars(with = "u32"))]
    pub requests_per_instance: Spanned<u32>,
    /// Requests that may wait for an instance; further ones get a 429. None wait when absent.
    #[serde(default)]
    pub queue: u32,
    /// Adds and removes instances.
    #[cfg_attr(feature = "report", schemars(with = "Option<AutoscaleTable>"))]
    pub autoscale: Option<Spanned<AutoscaleTable>>,
}

/// Autoscaling.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AutoscaleTable {
    /// Fewest instances, at least 1.
    pub min: u32,
    /// Most instances.
    pub max: u32,
    /// Requests, served and waiting, per instance above which one is added; what an instance serves when absent.
    pub requests_per_instance: Option<u32>,
    /// Time from the decision until an instance serves, such as `"10 min"`; the catalogue's assumption when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub start_up: Option<Spanned<String>>,
    /// Least time between a change and the removal of an instance; the catalogue's assumption when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub cool_down: Option<Spanned<String>>,
}
