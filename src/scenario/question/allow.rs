//! What a plan may use: SKUs, commitments, regions, machines.

use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::compute::ComputeOptions;
use crate::scenario::question::latency::LatencyOptions;
use crate::scenario::question::named::{Named, Payment};
use crate::scenario::schema::batch::BatchOptions;
use std::sync::Arc;
/// Machines, checked.
#[derive(Clone, Debug, Hash)]
pub struct MachineOffer {
    /// The model they serve; any when none.
    pub model: Option<Named>,
    /// The machines, as one instance.
    pub compute: ComputeOptions,
    /// How long their answers take.
    pub latency: LatencyOptions,
    /// Instances at most, 1 or more.
    pub instances_max: u32,
}

/// Instances tried at most where the scenario states no limit.
pub(crate) const INSTANCES_MAX: u32 = 1_000;

impl MachineOffer {
    /// One instance in words, such as `2 x H100_80GB`.
    pub fn instance(&self) -> String {
        match self.compute.accelerators_per_instance {
            1 => self.compute.machine.name.to_string(),
            several => format!("{several} x {}", self.compute.machine.name),
        }
    }
}

/// What `[allow]` says beyond names of SKUs.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    /// Whether calls that must be answered at once may ask for priority processing.
    pub priority: bool,
    /// Whether calls that may wait may ask for flex processing.
    pub flex: bool,
    /// The queue of batch deployments.
    pub batch: BatchOptions,
    /// The models behind a router, each with its part of the calls.
    pub router: Vec<(Named, u32)>,
    /// Machines of managed compute.
    pub machines: Vec<Arc<MachineOffer>>,
}

impl Kinds {
    /// The same with what is not stated taken from what runs today.
    pub(crate) fn or_as_today(mut self, today: Option<&Candidate>) -> Self {
        let deployments = today.map_or(&[][..], |today| &today.deployments);
        let stated = self.batch != BatchOptions::default();
        for planned in deployments.iter().filter(|_| !stated) {
            if planned.options.batch != BatchOptions::default() {
                self.batch = planned.options.batch;
            }
        }
        if self.machines.is_empty() {
            for planned in deployments {
                let Some(compute) = &planned.options.compute else { continue };
                let compute = ComputeOptions { instances: 1, autoscale: None, ..compute.clone() };
                self.machines.push(Arc::new(MachineOffer {
                    model: Some(planned.model.clone()),
                    compute,
                    latency: planned.options.latency,
                    instances_max: INSTANCES_MAX,
                }));
            }
        }
        if self.router.is_empty() {
            let router = |planned: &crate::scenario::question::candidate::PlannedDeployment| {
                planned.options.routed.as_ref().map(|routed| routed.name.clone())
            };
            let first = deployments.iter().find_map(router);
            for planned in deployments.iter().filter(|own| first.is_some() && router(own) == first)
            {
                let weight = planned.options.routed.as_ref().map_or(0, |routed| routed.weight);
                self.router.push((planned.model.clone(), weight));
            }
        }
        self
    }
}

/// What may be bought.
#[derive(Clone, Debug)]
pub struct Allow {
    /// SKU names.
    pub skus: Vec<Named>,
    /// Ways to pay for PTUs.
    pub payments: Vec<Payment>,
    /// Whether provisioned deployments may spill over.
    pub spillover: bool,
    /// Whether provisioned deployments may be resized by the hour of the day.
    pub schedule: bool,
    /// Regions to deploy in instead of the scenario's.
    pub regions: Vec<Named>,
    /// Service tiers, queues, machines and routers.
    pub kinds: Kinds,
}
