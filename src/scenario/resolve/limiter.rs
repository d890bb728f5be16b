//! The limits of a Standard deployment.

use crate::catalog::sku::Sku;
use crate::engine::setup::Limiter;
use crate::scenario::candidate::PlannedDeployment;
use crate::scenario::resolve::deployment::Joint;
use crate::units::diagnostic::Diagnostic;
use crate::units::time::SECOND_US;

impl Joint<'_> {
    pub(super) fn limiter(
        &mut self,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<Limiter, Diagnostic> {
        let (model, tier) = (&*planned.model.name, &self.scenario.quota_tier);
        let quota = self
            .catalog
            .quota(model, &sku.name, &tier.name, self.on)
            .map_err(|error| error.at(tier.place.clone()))?;
        let what = format!("{model}, {}, {}", sku.name, tier.name);
        let mut limiter =
            Limiter::documented(self.parameter("standard-assumed-output-tokens")? as u32);
        limiter.request_window_us = self.parameter("standard-request-window")? * SECOND_US;
        let own = quota.tokens_per_minute.map(|tokens| {
            self.facts.note(format!("token quota of {what}"), "tokens per minute", tokens)
        });
        limiter.limit_tokens_per_minute = planned.limit_tokens_per_minute.or(own);
        if let (Some(asked), Some(own)) = (planned.limit_tokens_per_minute, own)
            && asked > own
        {
            return Err(Diagnostic::error(
                "above-quota",
                format!("above quota: {what} · {asked} tokens per minute (quota {own})"),
            )
            .at(planned.sku.place.clone())
            .hint("lower limit_tokens_per_minute, or name a higher quota_tier once you have it"));
        }
        if let Some((requests, window_s)) = quota.requests_per_window {
            let count = self.facts.note(format!("request quota of {what}"), "requests", requests);
            limiter.request_window_us = u64::from(window_s) * SECOND_US;
            limiter.limit_requests_per_minute = Some(count * 60 / u64::from(window_s));
        } else if let Some(requests) = quota.requests_per_minute {
            let count = self.facts.note(
                format!("request quota of {what}"),
                "requests per minute",
                requests,
            );
            // A deployment that takes part of the token quota gets that part of the request quota (S 3).
            limiter.limit_requests_per_minute =
                Some(match (planned.limit_tokens_per_minute, own) {
                    (Some(part), Some(own)) if own > 0 => count * part / own,
                    _ => count,
                });
        }
        if limiter.limit_tokens_per_minute.is_none() && limiter.limit_requests_per_minute.is_none()
        {
            return Err(Diagnostic::error("no-quota", format!("no quota stated: {what}"))
                .at(tier.place.clone())
                .hint("state limit_tokens_per_minute"));
        }
        Ok(limiter)
    }
}
