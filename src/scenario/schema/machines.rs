//! Machines that managed compute may use, as a scenario writes them.

use crate::scenario::schema::latency::LatencyTable;
use serde::Deserialize;
use toml::Spanned;
/// `[[allow.compute]]`: machines whose number the plan searches.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MachinesTable {
    /// The model they serve; any model that managed compute offers when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub model: Option<Spanned<String>>,
    /// Accelerator family such as `"H100_80GB"`, or the size of a virtual machine.
    #[cfg_attr(feature = "report", schemars(with = "String"))]
    pub machine: Spanned<String>,
    /// Accelerators of one instance; 1 when absent. A virtual machine has what its size has.
    pub accelerators_per_instance: Option<u32>,
    /// Requests that one instance serves at a time: what was measured, or is taken to be.
    #[cfg_attr(feature = "report", schemars(with = "u32"))]
    pub requests_per_instance: Spanned<u32>,
    /// Requests that may wait for an instance; further ones get a 429. None wait when absent.
    #[serde(default)]
    pub queue: u32,
    /// Instances at most; 1,000 when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<u32>"))]
    pub instances_max: Option<Spanned<u32>>,
    /// How long their answers take; the catalogue's assumptions when absent.
    pub latency: Option<LatencyTable>,
}
