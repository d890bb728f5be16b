//! Lengths at which a deployment refuses or bills otherwise.

use crate::catalog::sku::{BillingMode, Sku};
use crate::ledger::usage::ServiceTier;
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::resolve::joint::Joint;
use crate::units::diagnostic::Diagnostic;

impl Joint<'_> {
    /// The longest input the deployment takes: of the model, of its way to deploy, of the sizing tables (P R9).
    pub(super) fn max_input(&mut self, planned: &PlannedDeployment, sku: &Sku) -> Option<u32> {
        let model = &*planned.model.name;
        let limit = self.catalog.longest_input(model, &sku.name, self.on)?;
        let name = format!("longest input of {model} as {}", sku.name);
        let tokens = self.facts.note(name, "tokens", limit);
        Some(u32::try_from(tokens).unwrap_or(u32::MAX))
    }

    /// The length above which the whole request is billed at long-context prices.
    pub(super) fn long_context(
        &mut self,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<Option<u32>, Diagnostic> {
        if sku.billing != BillingMode::Tokens {
            return Ok(None);
        }
        let model = &*planned.model.name;
        let threshold = self.catalog.long_context_above(
            model,
            &sku.name,
            &planned.region.name,
            ServiceTier::Standard,
            self.on,
        )?;
        Ok(threshold.map(|threshold| {
            self.facts.note(format!("long context of {model} begins above"), "tokens", threshold)
        }))
    }
}
