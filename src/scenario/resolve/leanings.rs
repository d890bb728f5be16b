//! What the platform does not document, or documents in contradiction, and a deployment leans on beside what was looked up for
//! its limits, weights and times: each is a named parameter, told with every result in which it plays a part. What the engine
//! can do in more than one way is switched here; the rest is refused where a scenario wants it otherwise.

use crate::catalog::model::Model;
use crate::catalog::promotion::Promotions;
use crate::catalog::rules::{AppliesBy, ParameterValue};
use crate::catalog::sku::{BillingMode, Scope, Sku};
use crate::engine::rules::{ChangeKind, Estimate, FlexOffer, TierRequest};
use crate::engine::setup::{Admission, Deployment};
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::question::named::Payment;
use crate::scenario::resolve::joint::Joint;
use crate::units::diagnostic::Diagnostic;

/// Parts per million of one per cent.
const PER_CENT_PPM: u64 = 10_000;

impl Joint<'_> {
    /// Notes and applies what a deployment leans on.
    pub(super) fn leanings(
        &mut self,
        index: usize,
        sku: &Sku,
        deployment: &mut Deployment,
    ) -> Result<(), Diagnostic> {
        let (candidate, catalog) = (self.candidate, self.catalog);
        let planned = &candidate.deployments[index];
        let model = catalog.model(&planned.model.name)?;
        self.of_place(sku)?;
        self.of_latency(planned)?;
        match sku.billing {
            BillingMode::Ptu => self.of_provisioned(index, sku, deployment)?,
            BillingMode::Tokens | BillingMode::Developer => {
                self.of_tokens(index, sku, deployment)?;
            }
            _ => {}
        }
        self.of_model(model, planned, sku)
    }

    /// Where calls are processed.
    fn of_place(&mut self, sku: &Sku) -> Result<(), Diagnostic> {
        match sku.scope {
            Scope::DataZone => self.choice("data-zones").map(drop),
            Scope::Regional => self.choice("regional-locality").map(drop),
            Scope::Global => Ok(()),
        }
    }

    /// How a published target is read.
    fn of_latency(&mut self, planned: &PlannedDeployment) -> Result<(), Diagnostic> {
        let known = self.catalog.throughput(&planned.model.name, self.on);
        let target = known.is_ok_and(|known| known.latency_target_tokens_per_second.is_some());
        if target && planned.options.latency.tokens_per_second.is_none() {
            self.choice("latency-target-measure")?;
            self.choice("latency-target-window")?;
        }
        Ok(())
    }

    fn of_provisioned(
        &mut self,
        index: usize,
        sku: &Sku,
        deployment: &mut Deployment,
    ) -> Result<(), Diagnostic> {
        let candidate = self.candidate;
        let planned = &candidate.deployments[index];
        let rules = &mut deployment.rules;
        rules.failed_call_per_cent = self.parameter("provisioned-failed-call-cost")?;
        rules.retry_after_jitter_per_cent = self.parameter("retry-after-jitter")?;
        self.fixed("reasoning-token-weight")?;
        self.choice("call-shape-tiering")?;
        if self.callers(index).any(|workload| workload.rules.timeout_us.is_some()) {
            rules.keeps_cancelled = &*self.choice("provisioned-cancelled-call")? == "kept";
        }
        let above = &*self.choice("throttle-threshold")? == "above-100-percent";
        if let (true, Admission::Provisioned(bucket)) = (above, &mut deployment.admission) {
            // The least that is above: a microsecond of drain.
            bucket.burst_us += 1;
        }
        if self.scenario.ptu_quota.contains_key(&*sku.name) {
            self.choice("ptu-quota-pools")?;
        } else {
            self.choice("default-ptu-quota")?;
            self.choice("ptu-quota-default")?;
        }
        let grid = self.catalog.grid(&planned.model.name, &sku.name, self.on)?.value;
        if !grid.min_ptu.is_multiple_of(grid.increment_ptu) {
            self.choice("ptu-grid-anchor")?;
        }
        if planned.options.fine_tuned {
            self.choice("fine-tuned-ptu-throughput")?;
        }
        let scenario = self.scenario;
        let owned = &scenario.commercial.agreement.reservations;
        let buys = |payment: &Payment| *payment != Payment::Hourly;
        if owned.is_empty()
            && !buys(&candidate.payment)
            && !scenario.allow.payments.iter().any(buys)
        {
            return Ok(());
        }
        match sku.scope {
            Scope::Global => self.choice("global-reservation-region")?,
            _ => self.choice("reservation-price-regional")?,
        };
        if owned.len() > 1 {
            self.choice("reservation-overlap-order")?;
        }
        if owned.iter().any(|owned| owned.returned.is_some()) {
            self.parameter("reservation-cancellation-allowance")?;
            self.parameter("reservation-cancellation-fee")?;
            self.choice("reservation-refund-basis")?;
            self.choice("reservation-exchange")?;
        }
        Ok(())
    }

    fn of_tokens(
        &mut self,
        index: usize,
        sku: &Sku,
        deployment: &mut Deployment,
    ) -> Result<(), Diagnostic> {
        let candidate = self.candidate;
        let planned = &candidate.deployments[index];
        let rules = &mut deployment.rules;
        rules.refused_per_million = self.scaled_parameter("capacity-429-rate", PER_CENT_PPM)?;
        rules.retry_after_jitter_per_cent = self.parameter("retry-after-jitter")?;
        let counted = &*self.choice("cached-tokens-count-to-tpm")? == "yes";
        if !counted && rules.limits.estimate == Estimate::InputAndMaxOutput {
            rules.limits.estimate = Estimate::UncachedAndMaxOutput;
        }
        self.choice("billing-of-failed-calls")?;
        let life = &rules.lifetime;
        let ends = life.created_us > 0 || life.age_us_max.is_some() || life.idle_us_max.is_some();
        let down = rules.timeline.iter().any(|change| change.what == ChangeKind::Down);
        if ends || down || rules.tiers.flex == FlexOffer::Invalid {
            self.choice("billed-status-403-404")?;
        }
        let filtered = |workload: &crate::scenario::question::workload::Workload| {
            workload.calls.content_filter.is_some()
        };
        if self.callers(index).any(filtered) {
            self.fixed("filtered-completion-status")?;
        }
        if planned.limit_tokens_per_minute.is_none() {
            self.choice("quota-scope")?;
            self.choice("tier-upgrade-delay")?;
        }
        if rules.usage_tier.is_some() {
            self.choice("usage-tier-period")?;
        }
        if planned.options.routed.is_some() {
            self.choice("router-regions")?;
        }
        if self.asks(index, TierRequest::Flex).is_some() {
            self.fixed("flex-cached-share")?;
        }
        let by_default = planned.options.limits.priority_by_default;
        if sku.billing == BillingMode::Tokens
            && (by_default || self.asks(index, TierRequest::Priority).is_some())
        {
            self.choice("priority-models")?;
        }
        Ok(())
    }

    /// What the catalogue says that results about a model tell.
    fn of_model(
        &mut self,
        model: &Model,
        planned: &PlannedDeployment,
        sku: &Sku,
    ) -> Result<(), Diagnostic> {
        let tokens = sku.billing == BillingMode::Tokens;
        let quota = tokens && planned.limit_tokens_per_minute.is_none();
        if tokens && self.catalog.promoted_until(&model.id).is_some() {
            self.choice(Promotions::PARAMETER)?;
        }
        let catalog = self.catalog;
        for parameter in catalog.parameters() {
            let applies = parameter.applies_to.as_ref().filter(|to| to.is_of(model));
            let Some(applies) = applies else { continue };
            let by = match applies.by {
                None => true,
                Some(AppliesBy::Ptu) => sku.billing == BillingMode::Ptu,
                Some(AppliesBy::Quota) => quota,
            };
            if by && parameter.options.is_empty() {
                self.fixed(&parameter.name)?;
            } else if by {
                self.choice(&parameter.name)?;
            }
        }
        Ok(())
    }

    /// A parameter that nothing but its default is known to mean anything for.
    pub(super) fn fixed(&mut self, name: &str) -> Result<(), Diagnostic> {
        let parameter = self.catalog.parameter(name)?;
        let only = match &parameter.value {
            ParameterValue::Number(number) => number.to_string(),
            ParameterValue::Choice(choice) => choice.to_string(),
        };
        if let Some((text, place)) = self.scenario.parameters.get(name)
            && *text != only
        {
            return Err(Diagnostic::error(
                "cannot-be-simulated",
                format!("cannot be simulated: {name} = {text}"),
            )
            .at(place.clone())
            .hint(format!("the engine knows {only} only")));
        }
        let words = format!("always {only} {}", parameter.unit).trim_end().to_owned();
        self.facts.note_words(name.to_owned(), words, parameter.evidence.clone());
        Ok(())
    }
}
