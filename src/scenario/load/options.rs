//! All of it for one deployment.

use crate::scenario::load::Check;
use crate::scenario::load::compute::compute;
use crate::scenario::load::latency::latency;
use crate::scenario::question::compute::ComputeOptions;
use crate::scenario::question::latency::LatencyOptions;
use crate::scenario::question::limits::LimitOptions;
use crate::scenario::question::options::DeploymentOptions;
use crate::scenario::schema::DeploymentTable;
use crate::scenario::schema::batch::BatchOptions;
use crate::scenario::schema::compute::ComputeTable;
use crate::scenario::schema::latency::LatencyTable;

impl Check<'_> {
    /// The options of a deployment. What is wrong is reported and left out.
    pub(in crate::scenario) fn options(&mut self, table: &DeploymentTable) -> DeploymentOptions {
        let mut options = DeploymentOptions {
            fine_tuned: table.fine_tuned,
            batch: table.batch.as_ref().map(BatchOptions::from).unwrap_or_default(),
            ..DeploymentOptions::default()
        };
        options.limits = LimitOptions {
            requests_per_minute: table.limit_requests_per_minute,
            profile: table.limiter.as_ref().map(|name| self.named(name)),
            dynamic_quota: table.dynamic_quota,
            granted: None,
            priority_by_default: self.priority_by_default(table),
        };
        options.compute = table.compute.as_ref().and_then(|written| self.compute_options(written));
        options.latency =
            table.latency.as_ref().map(|written| self.latency_options(written)).unwrap_or_default();
        options
    }

    /// Machines; none where something is wrong with them.
    pub(in crate::scenario) fn compute_options(
        &mut self,
        written: &ComputeTable,
    ) -> Option<ComputeOptions> {
        let checked = compute(written, |span| self.place(span));
        checked.map_err(|wrong| self.all_wrong(wrong)).ok()
    }

    /// Times of answers; the catalogue's where something is wrong with them.
    pub(in crate::scenario) fn latency_options(
        &mut self,
        written: &LatencyTable,
    ) -> LatencyOptions {
        latency(written).map_err(|wrong| self.all_wrong(wrong)).unwrap_or_default()
    }

    fn priority_by_default(&mut self, table: &DeploymentTable) -> bool {
        let Some(tier) = &table.service_tier else { return false };
        match tier.get_ref().as_str() {
            "priority" => true,
            "default" => false,
            other => {
                self.wrong(
                    "unknown-service-tier",
                    tier.span(),
                    format!("unknown service tier of a deployment: {other}"),
                    "\"default\" or \"priority\"; flex is asked for by the call",
                );
                false
            }
        }
    }
}
