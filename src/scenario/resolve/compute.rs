//! Managed compute (S 74).

use crate::catalog::sku::{Scope, Sku};
use crate::engine::rules::{Autoscale, ManagedCompute};
use crate::ledger::metered::MeterKind;
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::question::compute::ComputeOptions;
use crate::scenario::resolve::joint::Joint;
use crate::scenario::resolve::meters::Machines;
use crate::units::diagnostic::Diagnostic;
use crate::units::time::MINUTE_US;

impl Joint<'_> {
    /// The machines: how many requests they serve, how many wait, and how their number changes.
    pub(super) fn compute(
        &mut self,
        planned: &PlannedDeployment,
    ) -> Result<ManagedCompute, Diagnostic> {
        let compute = machines_of(planned)?;
        self.choice("managed-compute-models")?;
        let autoscale = match compute.autoscale {
            None => None,
            Some(scale) => Some(Autoscale {
                instances_min: scale.min,
                instances_max: scale.max,
                target_per_instance: scale.requests_per_instance,
                start_up_us: match scale.start_up_us {
                    Some(own) => own,
                    None => self.scaled_parameter("managed-compute-start-up", MINUTE_US)?,
                },
                cool_down_us: match scale.cool_down_us {
                    Some(own) => own,
                    None => self.scaled_parameter("managed-compute-cool-down", MINUTE_US)?,
                },
            }),
        };
        Ok(ManagedCompute {
            instances: compute.instances,
            concurrent_per_instance: compute.requests_per_instance,
            queue: compute.queue,
            autoscale,
        })
    }

    /// The meter that runs while an instance does: accelerators of a family, or cores of a virtual machine.
    pub(super) fn machines(
        &mut self,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<Machines, Diagnostic> {
        let compute = machines_of(planned)?;
        let (machine, place) = (&*compute.machine.name, &compute.machine.place);
        let region = &*planned.region.name;
        let virtual_machine = sku.scope == Scope::Regional;
        let (kind, region, os) =
            if virtual_machine { ("vm", region, "linux") } else { ("managed_compute", "*", "") };
        self.catalog
            .machine_price(kind, machine, region, os, self.on)
            .map_err(|error| error.at(place.clone()))?;
        if !virtual_machine {
            return Ok(Machines {
                kind: MeterKind::Accelerators,
                machine: compute.machine.name.clone(),
                units_per_instance: compute.accelerators_per_instance,
            });
        }
        let table = &self.catalog;
        let cores = table
            .machine_attribute(kind, machine, region, os, "vcpus", self.on)
            .and_then(|row| row.value().parse().ok());
        let Some(cores) = cores else {
            return Err(Diagnostic::error(
                "cores-unknown",
                format!("number of cores unknown: {machine} in {region}"),
            )
            .at(place.clone())
            .hint("choose another size or region"));
        };
        Ok(Machines {
            kind: MeterKind::VmCores,
            machine: compute.machine.name.clone(),
            units_per_instance: cores,
        })
    }
}

fn machines_of(planned: &PlannedDeployment) -> Result<&ComputeOptions, Diagnostic> {
    planned.options.compute.as_ref().ok_or_else(|| {
        Diagnostic::error(
            "no-machines",
            format!("no machines: {} · {}", planned.sku.name, planned.model.name),
        )
        .at(planned.sku.place.clone())
        .hint(
            "add compute = { machine = \"H100_80GB\", instances = 1, requests_per_instance = 16 }",
        )
    })
}
