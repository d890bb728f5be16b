//! Service tiers of a Standard deployment.

use crate::catalog::availability::Availability;
use crate::catalog::price::TokenPriceQuery;
use crate::catalog::sku::Sku;
use crate::engine::rules::{FlexOffer, TierRequest, TierRules, UsageTier};
use crate::engine::work::ServiceTime;
use crate::ledger::usage::{ContextTier, ServiceTier};
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::resolve::joint::Joint;
use crate::units::diagnostic::Diagnostic;
use crate::units::time::{DAY_US, SECOND_US};
use crate::units::tokens::TokenClass;
use jiff::civil::Date;

/// Priority tokens above this share of the lowest of the 15 minutes before are served at the standard tier (S 38).
const PRIORITY_RAMP_PER_CENT: u64 = 150;

/// The month of usage tiers, as the engine counts it.
const MONTH_US: u64 = 30 * DAY_US;

/// Since when flex calls that cannot be served as such are answered 400 (S 40).
const FLEX_REFUSED_FROM: Date = jiff::civil::date(2026, 9, 25);

impl Joint<'_> {
    /// Priority and flex processing, where a caller asks for it or the deployment's default is priority (S 35-42).
    pub(super) fn tiers(&mut self, index: usize, sku: &Sku) -> Result<TierRules, Diagnostic> {
        let candidate = self.candidate;
        let planned = &candidate.deployments[index];
        let mut rules = TierRules::default();
        if let Some(workload) = self.asks(index, TierRequest::Flex) {
            let place = workload.model.place.clone();
            if let Err(missing) = self.offers_flex(planned) {
                if self.on < FLEX_REFUSED_FROM {
                    rules.flex = FlexOffer::FallsBack;
                } else {
                    rules.flex = FlexOffer::Invalid;
                    self.unserved.push(missing.at(place));
                }
            }
            rules.flex_refused_per_million =
                self.scaled_parameter("flex-capacity-refusals", 10_000)?;
        }
        let by_default = planned.options.limits.priority_by_default;
        let asked = self.asks(index, TierRequest::Priority).map(|w| w.model.place.clone());
        let Some(place) = asked.or_else(|| by_default.then(|| planned.sku.place.clone())) else {
            return Ok(rules);
        };
        let (model, region) = (&*planned.model.name, &planned.region.name);
        if !self.catalog.has_priority(model, &sku.name, region, self.on) {
            return Err(Diagnostic::error(
                "no-priority",
                format!("no priority processing: {model} · {} in {region}", sku.name),
            )
            .at(place)
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
            peak_downgrade_per_million: self.scaled_parameter("priority-peak-downgrade", 10_000)?,
            ramp_takes_all: &*self.choice("priority-ramp-downgrades")? == "all",
            spilled_at_standard: self.is_spilled_to(index)
                && &*self.choice("spillover-to-priority")? == "no",
            priority_by_default: by_default,
            ..rules
        })
    }

    /// Whether flex calls are served as such: a list names the model, and they have a price. What
    /// is missing where they are not. The platform answers those 400 since 2026-09-25; before, it
    /// served them at the standard tier (S 40).
    fn offers_flex(&mut self, planned: &PlannedDeployment) -> Result<(), Diagnostic> {
        let (model, sku) = (&*planned.model.name, &*planned.sku.name);
        let region = &*planned.region.name;
        let query = TokenPriceQuery {
            model,
            sku,
            region,
            tier: ServiceTier::Flex,
            context: ContextTier::Default,
            class: TokenClass::Output,
        };
        let what = format!("{model} · {sku} in {region}");
        let (said, hint) = match self.catalog.flex(model, sku, region, self.on) {
            Availability::Listed(evidence) => match self.catalog.token_price(&query, self.on) {
                Ok(_) => {
                    if let Some(evidence) = evidence {
                        let name = format!("flex of {what}");
                        self.facts.note_words(name, "listed".to_owned(), evidence);
                    }
                    return Ok(());
                }
                Err(error) => (format!("no flex processing: {what}: {}", error.message), None),
            },
            Availability::NotListed { why, .. } => (
                format!("no flex processing: {what}: {why}; every such call is answered 400"),
                None,
            ),
            Availability::Unknown { why, check, .. } => {
                (format!("no flex processing known: {what}: {why}"), Some(check))
            }
        };
        let hint = hint.unwrap_or_else(|| {
            "drop service_tier, or choose a model and SKU that offer it".to_owned()
        });
        Err(Diagnostic::error("no-flex", said).hint(hint))
    }

    /// Slower answers above a monthly use (S 20): of the model by all deployments together, as the platform counts a tenant's.
    pub(super) fn usage_tier(
        &mut self,
        planned: &PlannedDeployment,
    ) -> Result<Option<UsageTier>, Diagnostic> {
        let model = &*planned.model.name;
        let Some(tokens) = self.catalog.usage_tier_tokens(model, self.on) else { return Ok(None) };
        let per_cent = u64::from(self.small_parameter("usage-tier-slowdown")?);
        if per_cent <= 100 {
            return Ok(None);
        }
        let tokens = self.facts.note(format!("usage tier of {model}"), "tokens a month", tokens);
        // A window that stands for many has its part of the month's use.
        let window = self.scenario.window;
        let tokens = if window.repetitions > 1 && window.length_us < MONTH_US {
            // Less than the month's, as the window is shorter.
            let part = u128::from(tokens) * u128::from(window.length_us) / u128::from(MONTH_US);
            u64::try_from(part).unwrap_or(tokens)
        } else {
            tokens
        };
        let same = |other: &PlannedDeployment| other.model.name == planned.model.name;
        let pool = self.candidate.deployments.iter().position(same).unwrap_or(0) as u16;
        // The engine's check refuses what is beyond any factor.
        let slower_per_1024 = u32::try_from(per_cent * 1_024 / 100).unwrap_or(u32::MAX);
        Ok(Some(UsageTier { pool, tokens, slower_per_1024 }))
    }
}
