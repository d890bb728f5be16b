//! Options that do not fit a deployment's SKU, and calls that do not fit their deployments.

use crate::catalog::sku::{BillingMode, Sku};
use crate::engine::rules::TierRequest;
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::question::workload::Workload;
use crate::scenario::resolve::joint::Joint;
use crate::scenario::resolve::stream::{StreamPart, parts};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::time::MINUTE_US;

impl Joint<'_> {
    /// Every option that says nothing about a deployment of this SKU.
    pub(super) fn check_options(planned: &PlannedDeployment, sku: &Sku) -> Result<(), Diagnostics> {
        use BillingMode::{Batch, Developer, ManagedCompute, Ptu, Tokens};
        let options = &planned.options;
        let limits = &options.limits;
        let batch = options.batch.limit_enqueued_tokens.is_some()
            || options.batch.tokens_per_minute.is_some();
        let standard: &[BillingMode] = &[Tokens, Developer];
        let mut wrong = Diagnostics::default();
        for (stated, name, fits) in [
            (planned.capacity_ptu.is_some(), "capacity_ptu", &[Ptu][..]),
            (planned.limit_tokens_per_minute.is_some(), "limit_tokens_per_minute", standard),
            (limits.requests_per_minute.is_some(), "limit_requests_per_minute", standard),
            (limits.profile.is_some(), "limiter", standard),
            (limits.dynamic_quota, "dynamic_quota", standard),
            (limits.priority_by_default, "service_tier", &[Tokens]),
            (options.fine_tuned, "fine_tuned", &[Tokens, Developer, Ptu]),
            (batch, "batch", &[Batch]),
            (options.compute.is_some(), "compute", &[ManagedCompute]),
            (options.routed.is_some(), "router", &[Tokens]),
        ] {
            if stated && !fits.contains(&sku.billing) {
                wrong.push(
                    Diagnostic::error(
                        "does-not-apply",
                        format!("does not apply: {name} of {} ({})", planned.name, sku.name),
                    )
                    .at(planned.sku.place.clone())
                    .hint("drop it, or choose another SKU"),
                );
            }
        }
        wrong.or_ok(())
    }

    /// Calls that cannot wait do not go to a batch deployment (S 28: hours, not seconds).
    pub(super) fn check_route(&self, part: &StreamPart<'_>) -> Result<(), Diagnostic> {
        let StreamPart { workload, route, waits, .. } = *part;
        for index in route {
            let planned = &self.candidate.deployments[*index];
            let sku = self.catalog.sku(&planned.sku.name)?;
            let timeout = workload.rules.timeout_us.is_some_and(|us| us < 60 * MINUTE_US);
            if sku.billing == BillingMode::Batch && (waits.is_none() || timeout) {
                return Err(Diagnostic::error(
                    "cannot-wait",
                    format!("cannot wait: {} calls {}, a batch deployment", workload.name, planned.name),
                )
                .at(workload.model.place.clone())
                .hint("say calls.batch = { within = \"24 h\" } and drop calls.timeout, or choose another deployment"));
            }
        }
        Ok(())
    }

    /// The workloads whose route holds a deployment.
    pub(super) fn callers(&self, index: usize) -> impl Iterator<Item = &'_ Workload> {
        let parts = parts(self.scenario, self.candidate).into_iter();
        parts.filter(move |part| part.route.contains(&index)).map(|part| part.workload)
    }

    /// Whether a provisioned deployment comes before this one in a route.
    pub(super) fn is_spilled_to(&self, index: usize) -> bool {
        let candidate = self.candidate;
        let splits = candidate.splits.iter().map(|split| &split.route);
        let mut routes = candidate.routes.iter().chain(splits);
        let provisioned = |other: &usize| candidate.deployments[*other].capacity_ptu.is_some();
        routes.any(|route| {
            let place = route.iter().position(|other| *other == index);
            place.is_some_and(|place| route[..place].iter().any(provisioned))
        })
    }

    /// The first workload that asks a deployment for a tier.
    pub(super) fn asks(&self, index: usize, tier: TierRequest) -> Option<&Workload> {
        let mut parts = parts(self.scenario, self.candidate).into_iter();
        let part = parts.find(|part| part.tier == tier && part.route.contains(&index))?;
        Some(part.workload)
    }
}
