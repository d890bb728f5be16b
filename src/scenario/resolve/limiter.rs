//! The limits of a Standard deployment (S 1-20, S 68, S 72).

use crate::catalog::quota::{Quota, QuotaPool};
use crate::catalog::sku::{BillingMode, Sku};
use crate::engine::rules::{Estimate, Lowering, MoreLimits};
use crate::engine::setup::{Adds, Limiter, RefusedAdds, RetryHeader, TokenCheck};
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::question::limits::RateLimits;
use crate::scenario::question::quota::OwnQuota;
use crate::scenario::resolve::joint::Joint;
use crate::units::code::Code;
use crate::units::diagnostic::Diagnostic;
use crate::units::time::{HOUR_US, MILLISECOND_US, SECOND_US};

/// The profile of the platform's documents; what they leave open are parameters.
pub(crate) const DOCUMENTED: &str = "documented";

impl Joint<'_> {
    /// Its limits: what the scenario states, within the quota of the subscription. Limits under
    /// which no call is ever admitted are an error.
    pub(super) fn limiter(
        &mut self,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<(Limiter, MoreLimits), Diagnostic> {
        let (limiter, more) = self.limits(planned, sku)?;
        some_call_is_admitted(planned, &limiter, &more)?;
        Ok((limiter, more))
    }

    /// The limits, whatever they let through.
    fn limits(
        &mut self,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<(Limiter, MoreLimits), Diagnostic> {
        let (mut limiter, mut more) = self.profile(planned)?;
        if let Some(granted) = planned.options.limits.granted {
            self.grant(&mut limiter, &mut more, planned, sku, granted);
            return Ok((limiter, more));
        }
        let own = planned.limit_tokens_per_minute;
        let quota = match self.quota(planned, sku) {
            Ok(quota) => Some(quota),
            // Who states a limit, or a quota, knows it.
            Err(_) if own.is_some() || self.stated_quota(planned, sku).is_some() => None,
            Err(error) => return Err(error),
        };
        limiter.limit_tokens_per_minute = own;
        limiter.limit_requests_per_minute = planned.options.limits.requests_per_minute;
        let stated = self.stated_quota(planned, sku).cloned();
        let Some((quota, what)) = quota else {
            if let Some(stated) = stated {
                self.of_stated(&mut limiter, planned, &stated)?;
            }
            self.requests_of_units(&mut limiter, planned);
            return Ok((limiter, more));
        };
        let tier = quota.tokens_per_minute.clone().map(|tokens| {
            self.facts.note(format!("token quota of {what}"), "tokens per minute", tokens)
        });
        // What the subscription has for itself wins over what its tier's table says.
        let tokens = stated.as_ref().map(|own| own.tokens_per_minute).or(tier);
        if let Some(tokens) = tokens {
            limiter.limit_tokens_per_minute =
                Some(self.share_of_pool(planned, quota.pool, tokens, &what)?);
        }
        let part = limiter.limit_tokens_per_minute.zip(tier);
        self.requests(&mut limiter, planned, &quota, part, &what)?;
        if let Some(own) = &stated {
            requests_of_stated(&mut limiter, planned, own);
        }
        let listed = quota.requests_per_minute.is_some() || quota.requests_per_window.is_some();
        if listed && &*self.choice("rpm-of-tpm")? == "capacity-table" {
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
                .map(|count| u32::try_from(count).unwrap_or(u32::MAX));
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

    /// The quota that the scenario states for a deployment.
    fn stated_quota(&self, planned: &PlannedDeployment, sku: &Sku) -> Option<&OwnQuota> {
        let model = self.catalog.model(limited_model(planned)).ok()?;
        self.scenario.own_quota(&model.id, &sku.name, &planned.region.name)
    }

    /// The requests a minute that deployments may state together: those of the subscription's own quota, else what the tier
    /// gives for as many tokens.
    fn requests_of_own_quota(
        &self,
        planned: &PlannedDeployment,
        quota: &Quota,
        per_minute: u64,
    ) -> u64 {
        let model = self.catalog.model(limited_model(planned)).ok();
        let own = model.and_then(|model| {
            self.scenario.own_quota(&model.id, &planned.sku.name, &planned.region.name)
        });
        let Some(own) = own else { return per_minute };
        let of_tier = quota.tokens_per_minute.as_ref().map_or(0, |tokens| tokens.value);
        let in_proportion =
            u128::from(per_minute) * u128::from(own.tokens_per_minute) / u128::from(of_tier.max(1));
        let in_proportion = u64::try_from(in_proportion).unwrap_or(u64::MAX);
        own.requests_per_minute.unwrap_or(in_proportion.max(per_minute))
    }

    /// The limits of a stated quota, where the tier's table has none.
    fn of_stated(
        &self,
        limiter: &mut Limiter,
        planned: &PlannedDeployment,
        own: &OwnQuota,
    ) -> Result<(), Diagnostic> {
        let what = format!("{}, {}, this subscription", own.model.name, own.sku.name);
        let pool = QuotaPool::Region;
        let tokens = self.share_of_pool(planned, pool, own.tokens_per_minute, &what)?;
        limiter.limit_tokens_per_minute = Some(tokens);
        requests_of_stated(limiter, planned, own);
        Ok(())
    }

    /// The limits of a deployment whose quota is taken as granted; the windows are those of its own quota.
    fn grant(
        &mut self,
        limiter: &mut Limiter,
        more: &mut MoreLimits,
        planned: &PlannedDeployment,
        sku: &Sku,
        granted: RateLimits,
    ) {
        limiter.limit_tokens_per_minute = granted.tokens_per_minute;
        limiter.limit_requests_per_minute = granted.requests_per_minute;
        more.input_tokens_per_minute = granted.input_tokens_per_minute;
        more.output_tokens_per_minute = granted.output_tokens_per_minute;
        let Ok((quota, what)) = self.quota(planned, sku) else { return };
        if let Some((_, window_s)) = quota.requests_per_window {
            limiter.request_window_us = u64::from(window_s) * SECOND_US;
        }
        more.concurrent = quota.concurrent_requests.and_then(|limit| {
            u32::try_from(self.facts.note(
                format!("requests in service of {what}"),
                "requests",
                limit,
            ))
            .ok()
        });
    }

    /// How it counts, before any limit: as its profile says, and where that is silent as the parameters do.
    fn profile(
        &mut self,
        planned: &PlannedDeployment,
    ) -> Result<(Limiter, MoreLimits), Diagnostic> {
        let mut more = MoreLimits::default();
        if planned.options.limits.dynamic_quota {
            more.headroom_per_million = self.scaled_parameter("dynamic-quota-headroom", 10_000)?;
        }
        more.lowering = self.lowering()?;
        let named = planned.options.limits.profile.as_ref();
        let profile = match named {
            Some(named) => self
                .catalog
                .limiter_profile(&named.name)
                .map_err(|error| error.at(named.place.clone()))?,
            None => self.catalog.limiter_profile(DOCUMENTED)?,
        };
        if &*profile.name != DOCUMENTED {
            let name = profile.name.to_string();
            self.facts.note_words("limiter profile".to_owned(), name, profile.evidence.clone());
        }
        let assumed_output_tokens = match profile.assumed_output_tokens {
            Some(own) => own,
            None => self.small_parameter("standard-assumed-output-tokens")?,
        };
        let window_s = match profile.request_window_seconds {
            Some(own) => own.into(),
            None => self.parameter("standard-request-window")?,
        };
        let served = match profile.admits_overshoot {
            Some(own) => own,
            None => &*self.choice("standard-overshoot")? == "served",
        };
        more.sliding = match profile.slides {
            Some(own) => own,
            None => &*self.choice("standard-token-window")? == "sliding",
        };
        let step_ms = match profile.retry_after_step_ms {
            Some(own) => own,
            None => self.parameter("retry-after-resolution")?,
        };
        more.retry_after_step_us = step_ms.saturating_mul(MILLISECOND_US);
        if !profile.counts_input {
            more.estimate = Estimate::MaxOutput;
        }
        let refused = if profile.counts_refused {
            RefusedAdds {
                by_tokens: self.adds("standard-refused-by-tokens-adds")?,
                by_requests: self.adds("standard-refused-by-requests-adds")?,
                by_size: self.adds("standard-refused-by-size-adds")?,
            }
        } else {
            RefusedAdds::always(Adds::NOTHING)
        };
        let limiter = Limiter {
            request_window_us: window_s.saturating_mul(SECOND_US),
            check: if served { TokenCheck::BeforeAdding } else { TokenCheck::AfterAdding },
            refused,
            too_large_after_us: self
                .parameter("standard-larger-than-limit-retry-after")?
                .saturating_mul(SECOND_US),
            header: match &*self.choice("standard-retry-after-header")? {
                "milliseconds-only" => RetryHeader::Milliseconds,
                "seconds-only" => RetryHeader::Seconds,
                _ => RetryHeader::Both,
            },
            ..Limiter::documented(assumed_output_tokens)
        };
        Ok((limiter, more))
    }

    /// What a refused call adds, by the name of the parameter.
    fn adds(&mut self, name: &str) -> Result<Adds, Diagnostic> {
        Ok(match &*self.choice(name)? {
            "nothing" => Adds::NOTHING,
            "tokens" => Adds { request: false, tokens: true },
            "request-and-tokens" => Adds::BOTH,
            _ => Adds::REQUEST,
        })
    }

    /// The temporary lowering of the effective limit; none where its chance is nothing (S 18).
    fn lowering(&mut self) -> Result<Option<Lowering>, Diagnostic> {
        let chance = self.share_of("standard-lowering-chance")?;
        if chance == 0 {
            return Ok(None);
        }
        let hours = self.parameter("standard-lowering-hours")?;
        if hours == 0 {
            let message = "no length: standard-lowering-hours = 0";
            return Err(Diagnostic::error("no-length", message).hint("state 1 or more"));
        }
        Ok(Some(Lowering {
            chance_per_million: chance,
            to_per_million: self.share_of("standard-lowering-to")?,
            length_us: hours.saturating_mul(HOUR_US),
            seed: self.scenario.seed,
        }))
    }

    /// A parameter in per cent, in parts per million.
    fn share_of(&mut self, name: &str) -> Result<u32, Diagnostic> {
        let per_cent = self.small_parameter(name)?;
        if per_cent > 100 {
            let message = format!("not a share: {name} = {per_cent}");
            return Err(Diagnostic::error("not-a-share", message).hint("state 0 to 100"));
        }
        Ok(per_cent * 10_000)
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
                    && self.catalog.quota_is_by_agreement(model, sku_name, self.on) =>
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

    /// The requests of a quota that a deployment may make: the part that its tokens are of the quota's (S 3), unless it states its
    /// own, within the quota.
    fn requests(
        &mut self,
        limiter: &mut Limiter,
        planned: &PlannedDeployment,
        quota: &Quota,
        part: Option<(u64, u64)>,
        what: &str,
    ) -> Result<(), Diagnostic> {
        let per_minute = if let Some((requests, window_s)) = quota.requests_per_window.clone() {
            let count = self.facts.note(format!("request quota of {what}"), "requests", requests);
            limiter.request_window_us = u64::from(window_s) * SECOND_US;
            count.saturating_mul(60) / u64::from(window_s.max(1))
        } else if let Some(requests) = quota.requests_per_minute.clone() {
            let name = format!("request quota of {what}");
            self.facts.note(name, "requests per minute", requests)
        } else {
            return Ok(());
        };
        if let Some(own) = planned.options.limits.requests_per_minute {
            let allowed = self.requests_of_own_quota(planned, quota, per_minute);
            self.requests_within(planned, quota, allowed, what)?;
            limiter.limit_requests_per_minute = Some(own);
            return Ok(());
        }
        let own = match part {
            Some((part, all)) if all > 0 => {
                let own = u128::from(per_minute) * u128::from(part) / u128::from(all);
                u64::try_from(own).unwrap_or(u64::MAX)
            }
            _ => per_minute,
        };
        limiter.limit_requests_per_minute = Some(own);
        Ok(())
    }
}

/// The model whose quota limits a deployment: its router's, where it stands behind one.
pub(super) fn limited_model(planned: &PlannedDeployment) -> &str {
    planned.options.routed.as_ref().map_or(&planned.model.name, |routed| &routed.model.name)
}

/// Refuses limits under which no call is ever admitted: a quota of nothing, or a part of a quota so
/// small that it rounds to no request a minute (S 3). Nothing is rounded up instead: a deployment
/// has no more than its part.
fn some_call_is_admitted(
    planned: &PlannedDeployment,
    limiter: &Limiter,
    more: &MoreLimits,
) -> Result<(), Diagnostic> {
    let limits = [
        ("tokens", limiter.limit_tokens_per_minute),
        ("requests", limiter.limit_requests_per_minute),
        ("input tokens", more.input_tokens_per_minute),
        ("output tokens", more.output_tokens_per_minute),
    ];
    let Some((nothing, _)) = limits.into_iter().find(|(_, limit)| *limit == Some(0)) else {
        return Ok(());
    };
    let (model, sku) = (limited_model(planned), &planned.sku.name);
    let part = match limiter.limit_tokens_per_minute {
        Some(tokens) if tokens > 0 => format!(": its part of the quota is {tokens} tokens"),
        _ => String::new(),
    };
    let message = format!("no call is admitted: {model}, {sku} · 0 {nothing} per minute{part}");
    let hint = match planned.limit_tokens_per_minute {
        Some(_) if nothing == "requests" => {
            "raise limit_tokens_per_minute until a request goes with it, or state \
             limit_requests_per_minute"
        }
        None if !part.is_empty() => {
            "state limit_requests_per_minute, or lower the limits of the others"
        }
        _ => {
            "name the quota_tier or the agreement of the subscription, or state in \
              subscription.quota what it has"
        }
    };
    Err(Diagnostic::error("no-quota", message).at(planned.sku.place.clone()).hint(hint))
}

/// The part of the stated requests that goes with the deployment's part of the tokens.
fn requests_of_stated(limiter: &mut Limiter, planned: &PlannedDeployment, own: &OwnQuota) {
    let Some(requests) = own.requests_per_minute else { return };
    if planned.options.limits.requests_per_minute.is_some() {
        return;
    }
    let tokens = limiter.limit_tokens_per_minute.unwrap_or(own.tokens_per_minute);
    let part = u128::from(requests) * u128::from(tokens) / u128::from(own.tokens_per_minute.max(1));
    limiter.limit_requests_per_minute = u64::try_from(part).ok();
}
