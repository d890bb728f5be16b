//! Quota pools: deployments of one model and SKU draw on one quota in a region, a data zone or a subscription (S 1, S 2).

use crate::catalog::quota::{Quota, QuotaPool};
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::resolve::joint::Joint;
use crate::scenario::resolve::limiter::limited_model;
use crate::units::diagnostic::Diagnostic;
use std::sync::Arc;

impl Joint<'_> {
    /// The tokens a minute that a deployment has of its pool: what it states, or an even part of what the others leave.
    pub(super) fn share_of_pool(
        &self,
        planned: &PlannedDeployment,
        pool: QuotaPool,
        tokens: u64,
        what: &str,
    ) -> Result<u64, Diagnostic> {
        let members: Vec<&PlannedDeployment> = self.members(planned, pool);
        let stated: u64 = members.iter().filter_map(|m| m.limit_tokens_per_minute).sum();
        let unstated = members.iter().filter(|m| m.limit_tokens_per_minute.is_none()).count();
        let left = tokens.checked_sub(stated);
        match (planned.limit_tokens_per_minute, left) {
            (Some(own), Some(_)) => Ok(own),
            (None, Some(left)) if left > 0 => Ok(left / unstated.max(1) as u64),
            (None, Some(_)) => Err(Diagnostic::error(
                "above-quota",
                format!(
                    "above quota: {what} · nothing is left for {} (quota {tokens})",
                    planned.name
                ),
            )
            .at(planned.sku.place.clone())
            .hint("lower the limits of the others, or name a higher quota_tier once you have it")),
            (_, None) => {
                let together = if members.len() > 1 { " together" } else { "" };
                Err(Diagnostic::error(
                    "above-quota",
                    format!("above quota: {what} · {stated} tokens per minute{together} (quota {tokens})"),
                )
                .at(planned.sku.place.clone())
                .hint(
                    "lower limit_tokens_per_minute, or name a higher quota_tier once you have it; what a \
                     usage list shows beyond the tier is stated in subscription.quota",
                ))
            }
        }
    }

    /// Refuses stated requests a minute that are above the quota, those of the other deployments that draw on it included.
    pub(super) fn requests_within(
        &self,
        planned: &PlannedDeployment,
        quota: &Quota,
        requests: u64,
        what: &str,
    ) -> Result<(), Diagnostic> {
        let members = self.members(planned, quota.pool);
        let stated: u64 = members.iter().filter_map(|m| m.options.limits.requests_per_minute).sum();
        if stated <= requests {
            return Ok(());
        }
        let together = if members.len() > 1 { " together" } else { "" };
        let message = format!(
            "above quota: {what} · {stated} requests per minute{together} (quota {requests})"
        );
        Err(Diagnostic::error("above-quota", message)
            .at(planned.sku.place.clone())
            .hint("lower limit_requests_per_minute, or name a higher quota_tier once you have it"))
    }

    /// One set of windows for the models behind one router: the index of the first of them.
    pub(super) fn pool(&self, index: usize) -> u16 {
        let router = |index: usize| {
            self.candidate.deployments[index].options.routed.as_ref().map(|routed| &routed.name)
        };
        let first =
            (0..self.candidate.deployments.len()).find(|other| router(*other) == router(index));
        first.unwrap_or(index) as u16
    }

    /// Whose quota a deployment draws on: the model's, whatever version of it and however it is
    /// spelled.
    fn quota_of(&self, planned: &PlannedDeployment) -> Arc<str> {
        let name = limited_model(planned);
        self.catalog.model(name).map_or_else(|_| name.into(), |model| model.id.clone())
    }

    /// The deployments that draw on the quota of one, itself among them. A router counts once.
    fn members(&self, planned: &PlannedDeployment, pool: QuotaPool) -> Vec<&PlannedDeployment> {
        let zone = |of: &PlannedDeployment| {
            self.catalog.region(&of.region.name).ok().and_then(|region| region.data_zone.clone())
        };
        let router = |of: &PlannedDeployment| of.options.routed.as_ref().map(|r| r.name.clone());
        let mut members: Vec<&PlannedDeployment> = Vec::new();
        for other in &self.candidate.deployments {
            let near = match pool {
                QuotaPool::Region => other.region.name == planned.region.name,
                QuotaPool::DataZone => zone(other) == zone(planned),
                QuotaPool::Subscription => true,
            };
            let same = other.sku.name == planned.sku.name
                && self.quota_of(other) == self.quota_of(planned);
            let seen = router(other).is_some()
                && members.iter().any(|member| router(member) == router(other));
            if near && same && !seen {
                members.push(other);
            }
        }
        members
    }
}
