//! Lengths at which a deployment refuses or bills otherwise.

use crate::catalog::sku::{BillingMode, Sku};
use crate::ledger::usage::ServiceTier;
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::resolve::joint::Joint;
use crate::units::diagnostic::Diagnostic;

impl Joint<'_> {
    /// The longest input the deployment takes, where the platform states one for provisioned deployments (P R9).
    pub(super) fn max_input(
        &mut self,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<Option<u32>, Diagnostic> {
        let model = &*planned.model.name;
        if sku.billing != BillingMode::Ptu {
            return Ok(None);
        }
        let limit = self.catalog.throughput(model, self.on)?.max_input_tokens;
        Ok(limit.map(|limit| {
            self.facts.note(format!("longest input of {model} on PTUs"), "tokens", limit)
        }))
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
