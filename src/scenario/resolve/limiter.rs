//! The limits of a Standard deployment (S 1-20, S 68, S 72).

use crate::catalog::quota::Quota;
use crate::catalog::sku::{BillingMode, Sku};
use crate::engine::rules::{Estimate, MoreLimits};
use crate::engine::setup::{Limiter, TokenCheck};
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::resolve::joint::Joint;
use crate::units::code::Code;
use crate::units::diagnostic::Diagnostic;
use crate::units::time::SECOND_US;

/// The profile of the platform's documents; what they leave open are parameters.
const DOCUMENTED: &str = "documented";

impl Joint<'_> {
    /// Its limits: what the scenario states, within the quota of the subscription.
    pub(super) fn limiter(
        &mut self,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<(Limiter, MoreLimits), Diagnostic> {
        let (mut limiter, mut more) = self.profile(planned)?;
        let own = planned.limit_tokens_per_minute;
        let quota = match self.quota(planned, sku) {
            Ok(quota) => Some(quota),
            // Who states a limit knows it.
            Err(_) if own.is_some() => None,
            Err(error) => return Err(error),
        };
        limiter.limit_tokens_per_minute = own;
        limiter.limit_requests_per_minute = planned.options.limits.requests_per_minute;
        let Some((quota, what)) = quota else {
            self.requests_of_units(&mut limiter, planned);
            return Ok((limiter, more));
        };
        let tokens = quota.tokens_per_minute.clone().map(|tokens| {
            self.facts.note(format!("token quota of {what}"), "tokens per minute", tokens)
        });
        if let Some(tokens) = tokens {
            limiter.limit_tokens_per_minute =
                Some(self.share_of_pool(planned, &quota, tokens, &what)?);
        }
        let part = limiter.limit_tokens_per_minute.zip(tokens);
        self.requests(&mut limiter, planned, &quota, part, &what);
        let stated = quota.requests_per_minute.is_some() || quota.requests_per_window.is_some();
        if stated && &*self.choice("rpm-of-tpm")? == "capacity-table" {
            self.requests_of_units(&mut limiter, planned);
        }
        let mut note = |limit: Option<_>, name: &str, unit: &str| {
            limit.map(|limit| self.facts.note(format!("{name} of {what}"), unit, limit))
        };
        more.input_tokens_per_minute =
            note(quota.input_tokens_per_minute.clone(), "input quota", "input tokens per minute");
        more.output_tokens_per_minute = note(
            quota.output_tokens_per_minute.clone(),
            "output quota",
            "output tokens per minute",
        );
        more.concurrent =
            note(quota.concurrent_requests.clone(), "requests in service", "requests")
                .map(|count| count as u32);
        let unlimited = limiter.limit_tokens_per_minute.is_none()
            && limiter.limit_requests_per_minute.is_none()
            && more.input_tokens_per_minute.is_none();
        if unlimited {
            return Err(Diagnostic::error("no-quota", format!("no quota stated: {what}"))
                .at(self.scenario.quota_tier.place.clone())
                .hint("state limit_tokens_per_minute"));
        }
        Ok((limiter, more))
    }

    /// How it counts, before any limit.
    fn profile(
        &mut self,
        planned: &PlannedDeployment,
    ) -> Result<(Limiter, MoreLimits), Diagnostic> {
        let mut more = MoreLimits::default();
        if planned.options.limits.dynamic_quota {
            more.headroom_per_million = self.parameter("dynamic-quota-headroom")? * 10_000;
        }
        let named = planned.options.limits.profile.as_ref();
        if let Some(named) = named.filter(|named| &*named.name != DOCUMENTED) {
            let profile = self
                .catalog
                .limiter_profile(&named.name)
                .map_err(|error| error.at(named.place.clone()))?;
            self.facts.note_words(
                "limiter profile".to_owned(),
                profile.name.to_string(),
                profile.evidence.clone(),
            );
            let limiter = Limiter {
                request_window_us: u64::from(profile.request_window_seconds) * SECOND_US,
                check: overshoot(profile.admits_overshoot),
                counts_refused: profile.counts_refused,
                ..Limiter::documented(profile.assumed_output_tokens)
            };
            more.sliding = &*profile.token_window == "sliding";
            if !profile.counts_input {
                more.estimate = Estimate::MaxOutput;
            }
            more.retry_after_step_us = SECOND_US;
            return Ok((limiter, more));
        }
        let mut limiter =
            Limiter::documented(self.parameter("standard-assumed-output-tokens")? as u32);
        limiter.request_window_us = self.parameter("standard-request-window")? * SECOND_US;
        limiter.check = overshoot(&*self.choice("standard-overshoot")? == "served");
        more.sliding = &*self.choice("standard-token-window")? == "sliding";
        Ok((limiter, more))
    }

    /// The quota: of the subscription's tier, else of its agreement, else the one every subscription has. With its name.
    fn quota(
        &mut self,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<(Quota, String), Diagnostic> {
        let sku_name = if sku.billing == BillingMode::Developer {
            self.choice("developer-tier-quota")?;
            "GlobalStandard"
        } else {
            &*sku.name
        };
        let model = limited_model(planned);
        let tier = &self.scenario.quota_tier;
        let agreement = self.scenario.agreement.as_ref();
        let find = |tier: &str| self.catalog.quota(model, sku_name, tier, self.on);
        let wrong = match find(&tier.name) {
            Ok(quota) => return Ok((quota, format!("{model}, {sku_name}, {}", tier.name))),
            Err(wrong) => wrong,
        };
        for other in agreement.iter().map(|named| &*named.name).chain(["default"]) {
            if let Ok(quota) = find(other) {
                return Ok((quota, format!("{model}, {sku_name}, {other}")));
            }
        }
        let place = agreement.unwrap_or(tier).place.clone();
        let hint = match wrong.hint.as_deref() {
            Some(hint)
                if agreement.is_none()
                    && wrong.code == Code::NoQuota
                    && self.catalog.quota_is_by_agreement(model, sku_name) =>
            {
                format!("{hint}; state subscription.agreement")
            }
            Some(hint) => hint.to_owned(),
            None => "state limit_tokens_per_minute".to_owned(),
        };
        Err(wrong.at(place).hint(hint))
    }

    /// The requests that come with the tokens, where the model's capacity is known in units (S 3) and the scenario does not state
    /// them.
    fn requests_of_units(&mut self, limiter: &mut Limiter, planned: &PlannedDeployment) {
        let model = limited_model(planned);
        let unit = self.catalog.capacity_unit(model, self.on);
        let (Some((requests, tokens)), Some(own)) = (unit, limiter.limit_tokens_per_minute) else {
            return;
        };
        if planned.options.limits.requests_per_minute.is_some() {
            return;
        }
        let name = |what: &str| format!("{what} of a unit of capacity of {model}");
        let requests = self.facts.note(name("requests"), "requests per minute", requests);
        let tokens = self.facts.note(name("tokens"), "tokens per minute", tokens);
        limiter.limit_requests_per_minute = Some(own / tokens.max(1) * requests);
    }

    fn requests(
        &mut self,
        limiter: &mut Limiter,
        planned: &PlannedDeployment,
        quota: &Quota,
        part: Option<(u64, u64)>,
        what: &str,
    ) {
        let stated = planned.options.limits.requests_per_minute;
        if let Some((requests, window_s)) = quota.requests_per_window.clone() {
            let count = self.facts.note(format!("request quota of {what}"), "requests", requests);
            limiter.request_window_us = u64::from(window_s) * SECOND_US;
            let per_minute = count * 60 / u64::from(window_s);
            limiter.limit_requests_per_minute = Some(stated.unwrap_or(per_minute));
        } else if let Some(requests) = quota.requests_per_minute.clone() {
            let name = format!("request quota of {what}");
            let count = self.facts.note(name, "requests per minute", requests);
            // A deployment that takes part of the token quota gets that part of the request quota (S 3).
            let own = match part {
                Some((part, all)) if all > 0 => {
                    (u128::from(count) * u128::from(part) / u128::from(all)) as u64
                }
                _ => count,
            };
            limiter.limit_requests_per_minute = Some(stated.unwrap_or(own));
        }
    }
}

const fn overshoot(served: bool) -> TokenCheck {
    if served { TokenCheck::BeforeAdding } else { TokenCheck::AfterAdding }
}

/// The model whose quota limits a deployment: its router's, where it stands behind one.
pub(super) fn limited_model(planned: &PlannedDeployment) -> &str {
    planned.options.routed.as_ref().map_or(&planned.model.name, |routed| &routed.model.name)
}
