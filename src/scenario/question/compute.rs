//! Managed compute that a scenario asks for.

use crate::scenario::question::named::Named;
use serde::{Deserialize, Serialize};
/// Machines, checked.
#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub struct ComputeOptions {
    /// Accelerator family or size of a virtual machine.
    pub machine: Named,
    /// Instances at the start.
    pub instances: u32,
    /// Accelerators of one instance.
    pub accelerators_per_instance: u32,
    /// Requests that one instance serves at a time.
    pub requests_per_instance: u32,
    /// Requests that may wait.
    pub queue: u32,
    /// Adds and removes instances.
    pub autoscale: Option<AutoscaleOptions>,
}

/// Autoscaling, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AutoscaleOptions {
    /// Fewest and most instances.
    pub min: u32,
    /// Most instances.
    pub max: u32,
    /// Requests per instance above which one is added.
    pub requests_per_instance: u32,
    /// Until an instance serves, microseconds.
    pub start_up_us: Option<u64>,
    /// Least time before a removal, microseconds.
    pub cool_down_us: Option<u64>,
}
