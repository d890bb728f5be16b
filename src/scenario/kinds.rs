//! What `[allow]` says beyond names of SKUs: service tiers, the queue of batch deployments, machines of managed compute, and
//! what a model router chooses among. What it does not say is taken from what runs today, never invented.

use crate::scenario::candidate::Candidate;
use crate::scenario::load::Check;
use crate::scenario::question::{Named, Workload};
use crate::scenario::schema::AllowTable;
use crate::scenario::serving::{
    BatchOptions, ComputeOptions, ComputeTable, LatencyOptions, LatencyTable,
};
use serde::Deserialize;
use std::sync::Arc;
use toml::Spanned;

/// Instances tried at most where the scenario states no limit.
const INSTANCES_MAX: u32 = 1_000;

/// `[[allow.compute]]`: machines whose number the plan searches.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MachinesTable {
    /// The model they serve; any model that managed compute offers when absent.
    pub model: Option<Spanned<String>>,
    /// Accelerator family such as `"H100_80GB"`, or the size of a virtual machine.
    pub machine: Spanned<String>,
    /// Accelerators of one instance; 1 when absent. A virtual machine has what its size has.
    pub accelerators_per_instance: Option<u32>,
    /// Requests that one instance serves at a time: what was measured, or is taken to be.
    pub requests_per_instance: Spanned<u32>,
    /// Requests that may wait for an instance; further ones get a 429. None wait when absent.
    #[serde(default)]
    pub queue: u32,
    /// Instances at most; 1,000 when absent.
    pub instances_max: Option<Spanned<u32>>,
    /// How long their answers take; the catalogue's assumptions when absent.
    pub latency: Option<LatencyTable>,
}

/// Machines, checked.
#[derive(Clone, Debug)]
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
    pub(super) fn or_as_today(mut self, today: Option<&Candidate>) -> Self {
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
            let router = |planned: &crate::scenario::candidate::PlannedDeployment| {
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

/// The models that today's deployments of a workload serve fine-tuned: where the workload names none, those.
pub(super) fn tuned_today(workloads: &mut [Workload], today: Option<&Candidate>) {
    let Some(today) = today else { return };
    for (workload, route) in workloads.iter_mut().zip(&today.routes) {
        if !workload.fine_tuned.is_empty() {
            continue;
        }
        for planned in route.iter().filter_map(|index| today.deployments.get(*index)) {
            if planned.options.fine_tuned && workload.may_call(&planned.model.name) {
                workload.fine_tuned.push(planned.model.clone());
            }
        }
    }
}

impl Check<'_> {
    pub(super) fn kinds(&mut self, table: &AllowTable) -> Kinds {
        let mut kinds = Kinds {
            batch: table.batch.as_ref().map(BatchOptions::from).unwrap_or_default(),
            ..Kinds::default()
        };
        for word in &table.service_tier {
            match word.get_ref().as_str() {
                "priority" => kinds.priority = true,
                "flex" => kinds.flex = true,
                other => self.wrong(
                    "unknown-service-tier",
                    word.span(),
                    format!("unknown service tier: {other}"),
                    "one of \"priority\", \"flex\"; the standard tier is always tried",
                ),
            }
        }
        if let Some(models) = &table.router {
            let place = self.place(models.span());
            let named =
                |model: &String| Named { name: model.as_str().into(), place: place.clone() };
            let parts = models.get_ref().iter();
            kinds.router = parts.map(|(model, part)| (named(model), *part)).collect();
            if kinds.router.iter().all(|(_, part)| *part == 0) {
                self.wrong(
                    "router-without-models",
                    models.span(),
                    "router without models: allow.router".to_owned(),
                    "give each model its part of the calls, such as { \"gpt-5\" = 30, \"gpt-5-mini\" = 70 }",
                );
            }
        }
        for machines in &table.compute {
            kinds.machines.extend(self.machine_offer(machines).map(Arc::new));
        }
        kinds
    }

    fn machine_offer(&mut self, table: &MachinesTable) -> Option<MachineOffer> {
        let one = ComputeTable {
            machine: table.machine.clone(),
            instances: Spanned::new(table.machine.span(), 1),
            accelerators_per_instance: table.accelerators_per_instance,
            requests_per_instance: table.requests_per_instance.clone(),
            queue: table.queue,
            autoscale: None,
        };
        let compute = self.compute_options(&one);
        let latency = table.latency.as_ref().map(|latency| self.latency_options(latency));
        let instances_max =
            table.instances_max.as_ref().map_or(INSTANCES_MAX, |most| *most.get_ref());
        if let Some(most) = table.instances_max.as_ref().filter(|most| *most.get_ref() == 0) {
            let message = "nothing serves: instances_max = 0".to_owned();
            self.wrong("nothing-serves", most.span(), message, "state 1 or more");
        }
        Some(MachineOffer {
            model: table.model.as_ref().map(|model| self.named(model)),
            compute: compute?,
            latency: latency.unwrap_or_default(),
            instances_max,
        })
    }
}
