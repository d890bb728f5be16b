//! What `[allow]` says beyond names of SKUs: service tiers, the queue of batch deployments, machines of managed compute, and
//! what a model router chooses among. What it does not say is taken from what runs today, never invented.

use crate::scenario::load::Check;
use crate::scenario::question::allow::INSTANCES_MAX;
use crate::scenario::question::allow::{Kinds, MachineOffer};
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::named::Named;
use crate::scenario::question::workload::Workload;
use crate::scenario::schema::AllowTable;
use crate::scenario::schema::batch::BatchOptions;
use crate::scenario::schema::compute::ComputeTable;
use crate::scenario::schema::machines::MachinesTable;
use std::sync::Arc;
use toml::Spanned;

/// The models that today's deployments of a workload serve fine-tuned: where the workload names none, those.
pub(crate) fn tuned_today(workloads: &mut [Workload], today: Option<&Candidate>) {
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
    pub(crate) fn kinds(&mut self, table: &AllowTable) -> Kinds {
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
