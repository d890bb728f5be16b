//! What a deployment is billed by beside tokens and PTUs.

use crate::catalog::sku::{BillingMode, Sku};
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::metered::MeterKind;
use crate::ledger::usage::ServiceTier;
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::resolve::joint::Joint;
use crate::units::diagnostic::Diagnostic;
use std::sync::Arc;

/// The other meters of one deployment; the default is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meters {
    /// Machines of managed compute, busy or idle (S 74).
    pub machines: Option<Machines>,
    /// Whether the hosting of a fine-tuned model is billed, from its creation to its deletion (S 57).
    pub hosting: bool,
    /// The router whose fee its input is charged, beside its own price (S 77).
    pub router: Option<Arc<DeploymentRef>>,
    /// Service tiers at which cached input is billed as input.
    pub uncached: Vec<ServiceTier>,
}

/// A machine meter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machines {
    /// Accelerators or cores.
    pub kind: MeterKind,
    /// Accelerator family or size of a virtual machine.
    pub machine: Arc<str>,
    /// Accelerators or cores of one instance.
    pub units_per_instance: u32,
}

impl Joint<'_> {
    pub(super) fn meters(
        &mut self,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<Meters, Diagnostic> {
        let machines = match sku.billing {
            BillingMode::ManagedCompute => Some(self.machines(planned, sku)?),
            _ => None,
        };
        let router = planned.options.routed.as_ref().map(|routed| {
            Arc::new(DeploymentRef {
                name: routed.name.clone(),
                model: routed.model.name.clone(),
                sku: planned.sku.name.clone(),
                region: planned.region.name.clone(),
                fine_tuned: false,
            })
        });
        // A developer deployment has no hosting fee, a provisioned one pays PTUs alone (S 57).
        let hosting = planned.options.fine_tuned && sku.billing == BillingMode::Tokens;
        let uncached = self.uncached(planned, sku)?;
        Ok(Meters { machines, hosting, router, uncached })
    }
}
