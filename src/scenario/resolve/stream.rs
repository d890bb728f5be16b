//! How a workload calls.

use crate::catalog::sku::BillingMode;
use crate::engine::rules::{RoutePolicy, StreamRules, TierRequest};
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::waits::Waits;
use crate::scenario::question::workload::Workload;
use crate::scenario::resolve::joint::Joint;
use crate::scenario::resolve::prompt_cache::prompt_cache;
use crate::units::diagnostic::Diagnostic;
use crate::units::time::SECOND_US;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The day from which the last deployment's answer is returned when all of a route refuse (P C5).
const LAST_ANSWER_FROM: Date = jiff::civil::date(2026, 6, 18);

/// The calls of one stream of a candidate: of a workload, or of a share of one that is served apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct StreamPart<'a> {
    /// Whose calls they are.
    pub(super) workload: &'a Workload,
    /// The deployments they go to, in order.
    pub(super) route: &'a [usize],
    /// The service tier they ask for.
    pub(super) tier: TierRequest,
    /// How long they may wait; none when they may not.
    pub(super) waits: Option<Waits>,
}

/// The streams of a candidate: one for each workload, then one for each split. A share of a workload's calls is made as the
/// others are, but for what the split says.
pub(super) fn parts<'a>(scenario: &'a Scenario, candidate: &'a Candidate) -> Vec<StreamPart<'a>> {
    let pairs = scenario.workloads.iter().zip(&candidate.routes);
    let whole = pairs.enumerate().map(|(index, (workload, route))| StreamPart {
        workload,
        route,
        tier: candidate.tiers.get(index).copied().flatten().unwrap_or(workload.rules.tier),
        waits: workload.waits.filter(Waits::is_all),
    });
    let splits = candidate.splits.iter().filter_map(|split| {
        let workload = scenario.workloads.get(split.workload)?;
        Some(StreamPart {
            workload,
            route: &split.route,
            tier: split.tier.unwrap_or(workload.rules.tier),
            waits: workload.waits.filter(|waits| waits.is_all() || split.waits),
        })
    });
    whole.chain(splits).collect()
}

impl Joint<'_> {
    /// How a workload calls the deployments of its route, with what the catalogue and the calendar add.
    pub(super) fn stream_rules(
        &mut self,
        part: &StreamPart<'_>,
    ) -> Result<StreamRules, Diagnostic> {
        let StreamPart { workload, route, tier, waits } = *part;
        self.check_route(part)?;
        let mut rules = workload.rules.clone();
        rules.tier = tier;
        rules.deadline_us = waits.and_then(|waits| waits.deadline_us);
        let calls = &workload.calls;
        if let Some(cache) = &calls.prompt_cache {
            let served_by = |index: &usize| &*self.candidate.deployments[*index].model.name;
            let writes = route
                .iter()
                .any(|index| self.catalog.bills_cache_writes(served_by(index), self.on));
            rules.prompt_cache = Some(prompt_cache(cache, writes, |name| self.parameter(name))?);
        }
        if let Some(filter) = &calls.content_filter {
            let lag_tokens = if filter.asynchronous {
                self.small_parameter("asynchronous-filter-lag")?
            } else {
                0
            };
            let (catalog, on) = (self.catalog, self.on);
            rules.filter = Some(crate::scenario::resolve::content_filter::resolve(
                filter, catalog, on, self.facts, lag_tokens,
            )?);
        }
        if waits.is_some() && rules.deadline_us.is_none() {
            rules.deadline_us = self.target_us(route)?;
        }
        if let Some(weights) = self.split(route) {
            rules.policy = RoutePolicy::Split(weights);
        }
        if self.spills(route)? {
            rules.first_answer_until_us = self.first_answer_until_us()?;
        }
        Ok(rules)
    }

    /// Whether a provisioned deployment of the route passes calls on, with what the documents say of such a pair (P R27, C6).
    fn spills(&mut self, route: &[usize]) -> Result<bool, Diagnostic> {
        let candidate = self.candidate;
        let mut spills = false;
        for pair in route.windows(2) {
            let [from, to] = [&candidate.deployments[pair[0]], &candidate.deployments[pair[1]]];
            let (from_sku, to_sku) =
                (self.catalog.sku(&from.sku.name)?, self.catalog.sku(&to.sku.name)?);
            if from_sku.billing != BillingMode::Ptu || to_sku.billing == BillingMode::Ptu {
                continue;
            }
            spills = true;
            let differs = from_sku.scope != to_sku.scope;
            if &*self.choice("spillover-zone-match")? == "required" && differs {
                let message =
                    format!("not available: spillover from {} to {}", from.sku.name, to.sku.name);
                return Err(Diagnostic::error("not-available", message)
                    .at(to.sku.place.clone())
                    .hint("spill over to a SKU of the same data zone (spillover-zone-match)"));
            }
        }
        Ok(spills)
    }

    /// Until when the first deployment's answer is returned where all of a route refuse (P C5): until the documents changed,
    /// unless the scenario says how it is.
    fn first_answer_until_us(&mut self) -> Result<u64, Diagnostic> {
        let name = "spillover-double-failure";
        let reading = self.choice(name)?;
        if self.scenario.parameters.contains_key(name) {
            return Ok(if &*reading == "provisioned-response" { u64::MAX } else { 0 });
        }
        let change = LAST_ANSWER_FROM.to_zoned(TimeZone::UTC).ok();
        let until_us = change.map_or(0, |change| {
            change.timestamp().as_microsecond() - self.scenario.period.start().as_microsecond()
        });
        Ok(u64::try_from(until_us).unwrap_or(0))
    }

    /// The platform's own target for a batch, where the route holds one (S 28).
    fn target_us(&mut self, route: &[usize]) -> Result<Option<u64>, Diagnostic> {
        for index in route {
            let sku = self.catalog.sku(&self.candidate.deployments[*index].sku.name)?;
            if sku.billing == BillingMode::Batch {
                let target = self.catalog.batch_completion_window(&sku.name, self.on)?;
                return Ok(Some(target.value * SECOND_US));
            }
        }
        Ok(None)
    }

    /// How a router divides the calls, where a route is the models behind one (S 76: by content, which is not simulated).
    fn split(&self, route: &[usize]) -> Option<Vec<u32>> {
        let routed = |index: &usize| self.candidate.deployments[*index].options.routed.as_ref();
        let name = &routed(route.first()?)?.name;
        let of_router = |index: &usize| routed(index).filter(|other| other.name == *name);
        route.iter().map(|index| of_router(index).map(|member| member.weight)).collect()
    }
}
