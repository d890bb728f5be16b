//! One figure of quota: how much is needed, how much there is, and who has it.

use crate::catalog::Catalog;
use crate::catalog::quota::Quota;
use crate::plan::constraints::ptu_by_region;
use crate::plan::quota::limits::Limited;
use crate::scenario::question::candidate::{Candidate, PlannedDeployment};
use crate::scenario::question::limits::RateLimits;
use crate::scenario::question::scenario::Scenario;
use crate::units::ptu::Ptu;
use jiff::civil::Date;
use std::sync::Arc;

/// What a quota counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuotaKind {
    /// Tokens a minute.
    TokensPerMinute,
    /// Input tokens a minute, where they are counted apart.
    InputTokensPerMinute,
    /// Output tokens a minute, where they are counted apart.
    OutputTokensPerMinute,
    /// Requests a minute.
    RequestsPerMinute,
    /// Input tokens in the queue of a batch deployment.
    EnqueuedTokens,
    /// Deployed PTUs.
    Ptu,
}

/// A figure of quota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaNeed {
    /// SKU that the quota is of.
    pub sku: Arc<str>,
    /// Model; none where the quota is of all models, as that of PTUs is.
    pub model: Option<Arc<str>>,
    /// Region of the deployment; the pool may reach further.
    pub region: Arc<str>,
    /// What it counts.
    pub kind: QuotaKind,
    /// The least that is enough.
    pub needed: u64,
    /// What there is; none where it is not known.
    pub held: Option<u64>,
    /// The lowest quota tier that has enough; none where none has, or where tiers do not matter.
    pub tier: Option<Arc<str>>,
    /// The first day of the month in which it is needed, that of the greatest need; none where one
    /// month is planned.
    pub month: Option<Date>,
}

impl QuotaNeed {
    /// Whether more must be asked for than there is.
    pub fn is_short(&self) -> bool {
        self.held.is_some_and(|held| held < self.needed)
    }
}

/// The figures of a candidate, deployment by deployment and then PTUs by SKU and region.
pub(super) fn needs(
    scenario: &Scenario,
    catalog: &Catalog,
    candidate: &Candidate,
    limited: &[Limited],
) -> Vec<QuotaNeed> {
    let mut found = Vec::new();
    for own in limited {
        let Some(planned) = own.members.first().map(|first| &candidate.deployments[*first]) else {
            continue;
        };
        let tier = tier_with(scenario, catalog, planned, own.needed);
        let held = own.held.unwrap_or_default();
        for (kind, needed, held) in [
            (QuotaKind::TokensPerMinute, own.needed.tokens_per_minute, held.tokens_per_minute),
            (
                QuotaKind::InputTokensPerMinute,
                own.needed.input_tokens_per_minute,
                held.input_tokens_per_minute,
            ),
            (
                QuotaKind::OutputTokensPerMinute,
                own.needed.output_tokens_per_minute,
                held.output_tokens_per_minute,
            ),
            (
                QuotaKind::RequestsPerMinute,
                own.needed.requests_per_minute,
                held.requests_per_minute,
            ),
        ] {
            let Some(needed) = needed else { continue };
            found.push(QuotaNeed {
                sku: planned.sku.name.clone(),
                model: Some(model_of(planned)),
                region: planned.region.name.clone(),
                kind,
                needed,
                held,
                tier: tier.clone(),
                month: None,
            });
        }
    }
    for (sku, region, ptu) in ptu_by_region(candidate) {
        let held = scenario.ptu_quota.get(sku).copied().map(<u64 as From<Ptu>>::from);
        found.push(QuotaNeed {
            sku: sku.into(),
            model: None,
            region: region.into(),
            kind: QuotaKind::Ptu,
            needed: u64::from(ptu),
            held,
            tier: None,
            month: None,
        });
    }
    merged(found)
}

/// The model whose quota counts: its router's, where it stands behind one.
fn model_of(planned: &PlannedDeployment) -> Arc<str> {
    let routed = planned.options.routed.as_ref();
    routed.map_or(&planned.model.name, |routed| &routed.model.name).clone()
}

/// Deployments of one SKU and model in one region draw on one quota: their needs add up.
fn merged(needs: Vec<QuotaNeed>) -> Vec<QuotaNeed> {
    let mut sums: Vec<QuotaNeed> = Vec::new();
    for need in needs {
        let same = |own: &&mut QuotaNeed| {
            (&own.sku, &own.model, &own.region, own.kind)
                == (&need.sku, &need.model, &need.region, need.kind)
        };
        match sums.iter_mut().find(same) {
            Some(own) => {
                own.needed = own.needed.saturating_add(need.needed);
                own.held = own.held.zip(need.held).map(|(a, b)| a.saturating_add(b));
            }
            None => sums.push(need),
        }
    }
    sums
}

/// The greatest of each need over months, with the month it is of: the first of them.
pub(super) fn greatest(months: Vec<(Date, Vec<QuotaNeed>)>) -> Vec<QuotaNeed> {
    let mut found: Vec<QuotaNeed> = Vec::new();
    for (month, needs) in months {
        for need in needs {
            let need = QuotaNeed { month: Some(month), ..need };
            let same = |own: &&mut QuotaNeed| {
                (&own.sku, &own.model, &own.region, own.kind)
                    == (&need.sku, &need.model, &need.region, need.kind)
            };
            match found.iter_mut().find(same) {
                Some(own) if own.needed < need.needed => *own = need,
                Some(_) => {}
                None => found.push(need),
            }
        }
    }
    found
}

/// The lowest tier of the same cloud that has the limits; none where none has.
fn tier_with(
    scenario: &Scenario,
    catalog: &Catalog,
    planned: &PlannedDeployment,
    needed: RateLimits,
) -> Option<Arc<str>> {
    let on = scenario.period.first_date();
    let model = model_of(planned);
    let government = |tier: &str| tier.starts_with("Gov");
    let own = government(&scenario.quota_tier.name);
    let mut tiers: Vec<&str> =
        catalog.quota_tiers().filter(|tier| government(tier) == own).collect();
    tiers.sort_unstable();
    tiers.dedup();
    let enough = tiers.into_iter().filter_map(|tier| {
        let quota = catalog.quota(&model, &planned.sku.name, tier, on).ok()?;
        has(&quota, needed).then(|| (size_of(&quota), tier))
    });
    enough.min().map(|(_, tier)| tier.into())
}

fn size_of(quota: &Quota) -> u64 {
    let stated = [&quota.tokens_per_minute, &quota.input_tokens_per_minute];
    let tokens = stated.into_iter().flatten().map(|own| own.value).next();
    tokens.or(requests_of(quota)).unwrap_or(u64::MAX)
}

/// Requests a minute of a quota, also where it is stated for another window.
fn requests_of(quota: &Quota) -> Option<u64> {
    let window = quota.requests_per_window.as_ref();
    let of_window = window
        .map(|(count, seconds)| count.value.saturating_mul(60) / u64::from((*seconds).max(1)));
    quota.requests_per_minute.as_ref().map(|own| own.value).or(of_window)
}

/// Whether a quota has limits. One that states nothing of what is needed has it in no known amount.
fn has(quota: &Quota, needed: RateLimits) -> bool {
    let stated = |limit: &Option<crate::units::dated::Dated<u64>>| limit.as_ref().map(|l| l.value);
    let pairs = [
        (needed.tokens_per_minute, stated(&quota.tokens_per_minute)),
        (needed.input_tokens_per_minute, stated(&quota.input_tokens_per_minute)),
        (needed.output_tokens_per_minute, stated(&quota.output_tokens_per_minute)),
    ];
    let tokens = pairs.into_iter().all(|(needed, stated)| match (needed, stated) {
        (Some(needed), Some(stated)) => needed <= stated,
        (Some(_), None) => false,
        (None, _) => true,
    });
    let requests = match (needed.requests_per_minute, requests_of(quota)) {
        (Some(needed), Some(stated)) => needed <= stated,
        // Where a quota is stated in tokens alone, requests come with them.
        (_, None) | (None, _) => true,
    };
    tokens && requests
}
