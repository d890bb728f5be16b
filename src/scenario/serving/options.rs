//! All of it for one deployment.

use crate::scenario::load::Check;
use crate::scenario::question::Named;
use crate::scenario::schema::DeploymentTable;
use crate::scenario::serving::compute::compute;
use crate::scenario::serving::latency::latency;
use crate::scenario::serving::{
    BatchOptions, ComputeOptions, ComputeTable, LatencyOptions, LatencyTable, LimitOptions,
};
use std::sync::Arc;

/// What only some kinds of deployments have. The default is a plain deployment.
#[derive(Clone, Debug, Default)]
pub struct DeploymentOptions {
    /// Limits of a Standard deployment.
    pub limits: LimitOptions,
    /// Whether it serves a fine-tuned version of its model: hosting is billed, and 15 idle days delete it (S 57, S 58).
    pub fine_tuned: bool,
    /// The queue of a batch deployment.
    pub batch: BatchOptions,
    /// The machines of managed compute.
    pub compute: Option<ComputeOptions>,
    /// How long answers take.
    pub latency: LatencyOptions,
    /// The router in front of it.
    pub routed: Option<Routed>,
}

/// A model behind a router: one deployment to the platform and on the meter of its fee, several models in the bill (S 76, S 77).
#[derive(Clone, Debug)]
pub struct Routed {
    /// Name of the router's deployment.
    pub name: Arc<str>,
    /// Model id of the router.
    pub model: Named,
    /// Part of the calls that this model serves, against those of its siblings.
    pub weight: u32,
}

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
