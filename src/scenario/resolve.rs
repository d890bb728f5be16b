//! The only joint of catalogue and engine: names become rules, dated values become integers.

use crate::catalog::Catalog;
use crate::catalog::ptu::Throughput;
use crate::catalog::sku::{BillingMode, Sku};
use crate::engine::rules::{StreamRules, TierRequest, TierRules};
use crate::engine::setup::{
    Admission, Bucket, Client, Deployment, DeploymentIx, Limiter, ServiceTime, Setup, Stream,
    Weights,
};
use crate::ledger::usage::{ContextTier, DeploymentRef, ServiceTier};
use crate::scenario::calls::prompt_cache;
use crate::scenario::candidate::{Candidate, PlannedDeployment};
use crate::scenario::facts::Facts;
use crate::scenario::question::{Scenario, Workload};
use crate::units::dated::{Evidence, Status};
use crate::units::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::units::ptu::{MAX_DEPLOYABLE_PTU, Ptu};
use crate::units::time::{MILLISECOND_US, SECOND_US};
use crate::units::tokens::TokenClass;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

/// A candidate in the engine's terms.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// What the engine runs.
    pub setup: Setup,
    /// What each deployment of the setup is, for the bill.
    pub deployments: Vec<Arc<DeploymentRef>>,
    /// PTUs of each deployment, none for standard ones.
    pub capacity_ptu: Vec<Option<Ptu>>,
    /// The dated values that were used.
    pub facts: Facts,
}

/// Codes of diagnostics that say a sound candidate cannot be had, rather than that the input is wrong.
const REFUSALS: [&str; 7] = [
    "above-ptu-quota",
    "above-quota",
    "no-grid",
    "no-priority",
    "no-quota",
    "no-weight",
    "not-available",
];

/// Whether all that is wrong with a candidate is that it cannot be had: a plan lists it with its reasons and goes on.
pub fn is_refusal(wrong: &Diagnostics) -> bool {
    wrong.0.iter().all(|diagnostic| REFUSALS.contains(&diagnostic.code))
}

/// Resolves a candidate on the first day of the scenario's period, or says everything that is wrong with it.
pub fn resolve(
    scenario: &Scenario,
    catalog: &Catalog,
    candidate: &Candidate,
) -> Result<Resolved, Diagnostics> {
    names(scenario, catalog)?;
    let mut wrong = Diagnostics::default();
    let mut facts = Facts::default();
    let on = scenario.period.first_date();
    let mut deployments = Vec::new();
    for planned in &candidate.deployments {
        match (Joint { scenario, catalog, on, facts: &mut facts }).deployment(planned) {
            Ok(deployment) => deployments.push(deployment),
            Err(error) => wrong.0.extend(error.0),
        }
    }
    let mut streams = Vec::new();
    for (workload, route) in scenario.workloads.iter().zip(&candidate.routes) {
        let client = client(catalog, &workload.client.name, &mut facts);
        let rules = stream_rules(scenario, catalog, workload, &mut facts);
        match client.and_then(|client| Ok((client, rules?))) {
            Ok((client, rules)) => streams.push(Stream {
                route: route.iter().map(|index| DeploymentIx(*index as u16)).collect(),
                client,
                max_output_tokens: workload.max_output_tokens,
                rules,
            }),
            Err(error) => wrong.push(error.at(workload.client.place.clone())),
        }
    }
    check_ptu_quota(scenario, candidate, &mut wrong);
    wrong.0.dedup();
    wrong.or_ok(())?;
    let refs = candidate.deployments.iter().map(|planned| {
        Arc::new(DeploymentRef {
            name: planned.name.clone(),
            model: planned.model.name.clone(),
            sku: planned.sku.name.clone(),
            region: scenario.region.name.clone(),
        })
    });
    Ok(Resolved {
        deployments: refs.collect(),
        capacity_ptu: candidate.deployments.iter().map(|planned| planned.capacity_ptu).collect(),
        setup: Setup {
            hour_phase_us: scenario.period.hour_phase_us(),
            deployments,
            streams,
            minute_series: true,
            ..Setup::new(scenario.window.length_us)
        },
        facts,
    })
}

/// Checks the names that every candidate shares.
fn names(scenario: &Scenario, catalog: &Catalog) -> Result<(), Diagnostics> {
    let mut wrong = Diagnostics::default();
    if let Err(error) = catalog.region(&scenario.region.name) {
        wrong.push(error.at(scenario.region.place.clone()));
    }
    let tier = &scenario.quota_tier;
    let mut tiers: Vec<&str> = catalog.quota_tiers().collect();
    tiers.sort_unstable();
    tiers.dedup();
    if !tiers.contains(&&*tier.name) {
        let hint = match nearest(&tier.name, tiers.iter().copied()) {
            Some(known) => format!("did you mean {known}?"),
            None => format!("one of {}", tiers.join(", ")),
        };
        wrong.push(
            Diagnostic::error("unknown-quota-tier", format!("unknown quota tier: {}", tier.name))
                .at(tier.place.clone())
                .hint(hint),
        );
    }
    wrong.or_ok(())
}

/// PTU quota is a limit on the sum over a SKU's deployments (P R41).
fn check_ptu_quota(scenario: &Scenario, candidate: &Candidate, wrong: &mut Diagnostics) {
    for (sku, quota) in &scenario.ptu_quota {
        let planned: Ptu = candidate
            .deployments
            .iter()
            .filter(|deployment| *deployment.sku.name == **sku)
            .filter_map(|deployment| deployment.capacity_ptu)
            .sum();
        if planned > *quota {
            wrong.push(
                Diagnostic::error(
                    "above-ptu-quota",
                    format!("above PTU quota: {sku} · {planned} PTU (quota {quota})"),
                )
                .hint("a quota increase takes several days: raise subscription.ptu_quota once you have it"),
            );
        }
    }
}

/// Priority tokens above this share of the lowest of the 15 minutes before are served at the standard tier (S 38).
const PRIORITY_RAMP_PER_CENT: u64 = 150;

/// The day from which the last deployment's answer is returned when all of a route refuse (P C5).
const LAST_ANSWER_FROM: Date = jiff::civil::date(2026, 6, 18);

/// How a workload calls, with what the catalogue and the calendar add.
fn stream_rules(
    scenario: &Scenario,
    catalog: &Catalog,
    workload: &Workload,
    facts: &mut Facts,
) -> Result<StreamRules, Diagnostic> {
    let mut rules = workload.rules.clone();
    if let Some(cache) = &workload.calls.prompt_cache {
        rules.prompt_cache = Some(prompt_cache(cache, catalog, facts)?);
    }
    let change = LAST_ANSWER_FROM.to_zoned(TimeZone::UTC).ok();
    let until_us = change.map_or(0, |change| {
        change.timestamp().as_microsecond() - scenario.period.start().as_microsecond()
    });
    rules.first_answer_until_us = u64::try_from(until_us).unwrap_or(0);
    Ok(rules)
}

/// The client policy of a name.
fn client(catalog: &Catalog, name: &str, facts: &mut Facts) -> Result<Client, Diagnostic> {
    let policy = catalog.client(name)?;
    let client = Client {
        max_retries: policy.max_retries,
        initial_delay_us: policy.initial_delay_ms * MILLISECOND_US,
        max_delay_us: policy.max_delay_ms * MILLISECOND_US,
        jitter_per_256: u64::from(policy.jitter_percent) * 256 / 100,
        honours_retry_after_up_to_us: policy.honours_retry_after_up_to_ms * MILLISECOND_US,
    };
    facts.note_words(
        format!("client policy {name}"),
        format!(
            "{} retries, {} ms doubling to {} ms less up to {} %, retry-after up to {} ms",
            policy.max_retries,
            policy.initial_delay_ms,
            policy.max_delay_ms,
            policy.jitter_percent,
            policy.honours_retry_after_up_to_ms
        ),
        policy.evidence.clone(),
    );
    Ok(client)
}

/// Everything one deployment is resolved from.
struct Joint<'a> {
    scenario: &'a Scenario,
    catalog: &'a Catalog,
    on: Date,
    facts: &'a mut Facts,
}

impl Joint<'_> {
    fn deployment(&mut self, planned: &PlannedDeployment) -> Result<Deployment, Diagnostics> {
        let mut wrong = Diagnostics::default();
        if let Err(error) = self.catalog.model(&planned.model.name) {
            wrong.push(error.at(planned.model.place.clone()));
        }
        let sku = match self.catalog.sku(&planned.sku.name) {
            Ok(sku) => Some(sku.clone()),
            Err(error) => {
                wrong.push(error.at(planned.sku.place.clone()));
                None
            }
        };
        wrong.or_ok(())?;
        let Some(sku) = sku else { return Err(Diagnostics::default()) };
        let region = &self.scenario.region.name;
        if !self.catalog.is_available(&planned.model.name, &sku.name, region, self.on) {
            return Err(Diagnostic::error(
                "not-available",
                format!("not available: {} · {} in {region}", planned.model.name, sku.name),
            )
            .at(planned.sku.place.clone())
            .hint("`ptuplan catalog show MODEL` lists the regions of each SKU")
            .into());
        }
        let admission = match sku.billing {
            BillingMode::Ptu => Admission::Provisioned(self.bucket(planned, &sku)?),
            BillingMode::Tokens => Admission::Standard(self.limiter(planned, &sku)?),
            _ => {
                return Err(Diagnostic::error(
                    "sku-not-simulated",
                    format!("cannot be simulated yet: {}", sku.name),
                )
                .at(planned.sku.place.clone())
                .into());
            }
        };
        let mut deployment = Deployment::new(admission, self.service(planned)?);
        deployment.max_input_tokens = self.max_input(planned, &sku)?;
        deployment.long_context_above_tokens = self.long_context(planned, &sku)?;
        let events = self.scenario.events.iter().filter(|event| event.is_of(&planned.name));
        deployment.rules.timeline = events.flat_map(|event| event.changes.clone()).collect();
        deployment.rules.timeline.sort_by_key(|change| change.at_us);
        if sku.billing == BillingMode::Tokens {
            deployment.rules.tiers = self.tiers(planned, &sku)?;
        }
        Ok(deployment)
    }

    /// A numeric parameter: the scenario's own value, else the catalogue's default.
    fn parameter(&mut self, name: &str) -> Result<u64, Diagnostic> {
        let parameter = self.catalog.parameter(name)?;
        let refuse = |what: &str| {
            Diagnostic::error("not-a-whole-number", format!("not a whole number: {name} = {what}"))
        };
        let (value, evidence) = match (self.scenario.parameters.get(name), parameter.number()) {
            (Some((text, place)), _) => {
                let value = text.parse().map_err(|_| refuse(text).at(place.clone()))?;
                let stated = Evidence {
                    status: Status::Assumed,
                    source: "the scenario".into(),
                    place: place.clone(),
                    ..(*parameter.evidence).clone()
                };
                (value, Arc::new(stated))
            }
            (None, Some(number)) => {
                let value =
                    number.value.to_u64().filter(|whole| Decimal::from(*whole) == number.value);
                (value.ok_or_else(|| refuse(&number.value.to_string()))?, number.evidence)
            }
            (None, None) => return Err(refuse("a choice")),
        };
        self.facts.note_words(name.to_owned(), format!("{value} {}", parameter.unit), evidence);
        Ok(value)
    }

    fn bucket(&mut self, planned: &PlannedDeployment, sku: &Sku) -> Result<Bucket, Diagnostic> {
        let (model, place) = (&*planned.model.name, &planned.sku.place);
        let Some(capacity_ptu) = planned.capacity_ptu else {
            return Err(Diagnostic::error(
                "no-capacity",
                format!("no capacity: {} · {model}", sku.name),
            )
            .at(place.clone())
            .hint("give capacity_ptu"));
        };
        let grid = self.catalog.grid(model, &sku.name, self.on).map_err(|e| e.at(place.clone()))?;
        let steps = format!("{} and up by {}", grid.value.min_ptu, grid.value.increment_ptu);
        if !grid.value.contains(capacity_ptu) || capacity_ptu > MAX_DEPLOYABLE_PTU {
            let below = grid.value.at_most(capacity_ptu.min(MAX_DEPLOYABLE_PTU));
            let above = grid.value.at_least(capacity_ptu);
            let sizes =
                below.map_or_else(|| above.to_string(), |below| format!("{below} or {above}"));
            return Err(Diagnostic::error(
                "off-the-grid",
                format!("off the grid: {} · {model} · {capacity_ptu} PTU ({steps})", sku.name),
            )
            .at(place.clone())
            .hint(format!("deploy {sizes} PTU")));
        }
        self.facts.note_words(
            format!("PTU sizes of {model}, {}", sku.name),
            steps,
            grid.evidence.clone(),
        );
        let throughput =
            self.catalog.throughput(model, self.on).map_err(|e| e.at(place.clone()))?;
        let tpm = self.facts.note(
            format!("input TPM per PTU of {model}"),
            "tokens per minute",
            throughput.input_tpm_per_ptu.clone(),
        );
        let weights = Weights {
            input: self.weight(&throughput, TokenClass::Input)?,
            cached_input: self.weight(&throughput, TokenClass::CachedInput)?,
            output: self.weight(&throughput, TokenClass::Output)?,
        };
        let assumed = self.parameter("provisioned-assumed-output-tokens")? as u32;
        let mut bucket = Bucket::new(capacity_ptu, tpm * Weights::SCALE, weights, assumed);
        bucket.burst_us = self.parameter("provisioned-burst")? * SECOND_US;
        Ok(bucket)
    }

    fn weight(&mut self, throughput: &Throughput, class: TokenClass) -> Result<u64, Diagnostic> {
        let Some(weight) = throughput.weight(ContextTier::Default, class) else {
            return Err(Diagnostic::error(
                "no-weight",
                format!("no PTU weight: {} · {class}", throughput.model),
            )
            .hint("the platform publishes none: this model cannot be sized on PTUs"));
        };
        self.facts.note_words(
            format!("PTU weight of {class} tokens, {}", throughput.model),
            format!("{} input tokens", Decimal::new(weight.value as i64, 2).normalize()),
            weight.evidence.clone(),
        );
        Ok(weight.value)
    }

    fn limiter(&mut self, planned: &PlannedDeployment, sku: &Sku) -> Result<Limiter, Diagnostic> {
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

    /// Time of an answer. Latency targets are documented for provisioned deployments only; a Standard one is assumed to
    /// do as well (P R24: best effort, no target).
    fn service(&mut self, planned: &PlannedDeployment) -> Result<ServiceTime, Diagnostic> {
        let model = &*planned.model.name;
        let first_token_us = self.parameter("first-token")? * MILLISECOND_US;
        let target = self
            .catalog
            .throughput(model, self.on)
            .ok()
            .and_then(|throughput| throughput.latency_target_tokens_per_second);
        let tokens_per_second = match target {
            Some(target) => self.facts.note(
                format!("latency target of {model}"),
                "output tokens per second",
                target,
            ),
            None => self.parameter("tokens-per-second-without-target")? as u32,
        };
        if tokens_per_second == 0 {
            return Err(Diagnostic::error(
                "no-speed",
                format!("no speed: {model} at 0 tokens per second"),
            ));
        }
        Ok(ServiceTime {
            first_token_us,
            per_output_token_us: SECOND_US / u64::from(tokens_per_second),
        })
    }

    /// Priority processing, where a workload asks for it (S 35-38).
    fn tiers(&mut self, planned: &PlannedDeployment, sku: &Sku) -> Result<TierRules, Diagnostic> {
        let asked = self.scenario.workloads.iter().find(|workload| {
            workload.model.name == planned.model.name
                && workload.rules.tier == TierRequest::Priority
        });
        let Some(workload) = asked else { return Ok(TierRules::default()) };
        let (model, region) = (&*planned.model.name, &self.scenario.region.name);
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

    /// The longest input the deployment takes, where the platform states one for provisioned deployments (P R9).
    fn max_input(
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
    fn long_context(
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
            &self.scenario.region.name,
            ServiceTier::Standard,
            self.on,
        )?;
        Ok(threshold.map(|threshold| {
            self.facts.note(format!("long context of {model} begins above"), "tokens", threshold)
        }))
    }
}
