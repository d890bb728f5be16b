//! Service tiers of a Standard deployment.

use crate::catalog::sku::Sku;
use crate::engine::rules::{TierRequest, TierRules};
use crate::engine::setup::ServiceTime;
use crate::scenario::candidate::PlannedDeployment;
use crate::scenario::resolve::deployment::Joint;
use crate::units::diagnostic::Diagnostic;
use crate::units::time::SECOND_US;

/// Priority tokens above this share of the lowest of the 15 minutes before are served at the standard tier (S 38).
const PRIORITY_RAMP_PER_CENT: u64 = 150;

impl Joint<'_> {
    /// Priority processing, where a workload asks for it (S 35-38).
    pub(super) fn tiers(
        &mut self,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<TierRules, Diagnostic> {
        let asked = self.scenario.workloads.iter().find(|workload| {
            workload.may_call(&planned.model.name) && workload.rules.tier == TierRequest::Priority
        });
        let Some(workload) = asked else { return Ok(TierRules::default()) };
        let (model, region) = (&*planned.model.name, &planned.region.name);
        if !self.catalog.has_priority(model, &sku.name, region, self.on) {
            return Err(Diagnostic::error(
                "no-priority",
                format!("no priority processing: {model} · {} in {region}", sku.name),
            )
            .at(workload.model.place.clone())
            .hint("drop service_tier, or choose a region and SKU that offer it"));
        }
        let standard = self.service(planned)?;
        let priority_service =
            self.catalog.priority_tokens_per_second(model, self.on).map(|speed| {
                let name = format!("priority target of {model}");
                let tokens_per_second = self.facts.note(name, "output tokens per second", speed);
                ServiceTime {
                    per_output_token_us: SECOND_US / u64::from(tokens_per_second.max(1)),
                    ..standard
                }
            });
        let above = self.catalog.priority_downgrade_above(model, self.on).map(|above| {
            self.facts.note(format!("priority of {model} up to"), "input tokens", above)
        });
        Ok(TierRules {
            priority_service,
            priority_input_tokens_max: above,
            ramp_per_cent: Some(PRIORITY_RAMP_PER_CENT),
            peak_downgrade_per_million: self.parameter("priority-peak-downgrade")? * 10_000,
            ..TierRules::default()
        })
    }
}
