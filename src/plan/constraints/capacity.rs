//! How much may be deployed: PTU quota with what is asked for (P R41), and what an Azure Policy denies.

use crate::catalog::Catalog;
use crate::plan::constraints::asked::{Asked, number};
use crate::plan::constraints::constraint::Constraint;
use crate::plan::constraints::grounds::Grounds;
use crate::plan::constraints::grounds::capacity::{CapacityGrounds, QuotaIncrease};
use crate::plan::evaluate::refusal::Refusal;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::facts::Facts;
use crate::scenario::question::policy::Resource;
use crate::scenario::question::require::{QuotaDay, QuotaRequest};
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::ptu::Ptu;
use jiff::ToSpan;
use jiff::civil::Date;
use std::borrow::Cow;
use std::sync::Arc;

/// The day a quota increase arrives.
fn arrives(
    scenario: &Scenario,
    catalog: &Catalog,
    request: &QuotaRequest,
    facts: &mut Facts,
) -> Result<Date, Diagnostic> {
    Ok(match request.day {
        QuotaDay::Arrives(day) => day,
        QuotaDay::Asked(day) => {
            let days = number(scenario, catalog, "ptu-quota-lead-time", facts)?;
            day.checked_add(i64::from(days).days()).unwrap_or(day)
        }
    })
}

/// The scenario with the PTU quota of a day: quota increases that have arrived by then count.
pub(crate) fn with_quota_on<'a>(
    scenario: &'a Scenario,
    catalog: &Catalog,
    day: Date,
) -> Result<Cow<'a, Scenario>, Diagnostics> {
    if scenario.require.quota_requests.is_empty() {
        return Ok(Cow::Borrowed(scenario));
    }
    let mut changed = scenario.clone();
    for request in &scenario.require.quota_requests {
        if arrives(scenario, catalog, request, &mut Facts::default())? <= day {
            // An increase of a quota that nobody limited limits nothing.
            if let Some(quota) = changed.ptu_quota.get_mut(&*request.sku) {
                *quota = request.ptu.max(*quota);
            }
        }
    }
    Ok(Cow::Owned(changed))
}

/// More PTUs than the quota of their SKU in a region: a limit on the sum over its deployments there (P R41).
pub(super) fn above_ptu_quota(
    scenario: &Scenario,
    catalog: &Catalog,
    candidate: &Candidate,
    facts: &mut Facts,
) -> Result<Vec<Refusal>, Diagnostic> {
    let mut refusals = Vec::new();
    for (sku, region, planned) in ptu_by_region(candidate) {
        let Some(quota) = scenario.ptu_quota.get(sku).filter(|quota| planned > **quota) else {
            continue;
        };
        let more = planned - quota;
        let days = number(scenario, catalog, "ptu-quota-lead-time", facts)?;
        let mut increase = QuotaIncrease::Takes { days };
        for request in &scenario.require.quota_requests {
            if *request.sku == *sku && request.ptu >= planned {
                let day = arrives(scenario, catalog, request, facts)?;
                increase = QuotaIncrease::Arrives { ptu: request.ptu, day };
            }
        }
        let (sku, quota): (Arc<str>, Ptu) = (sku.into(), *quota);
        let region: Option<Arc<str>> = (*scenario.region.name != *region).then(|| region.into());
        refusals.push(Refusal {
            constraint: Constraint::PtuQuota { sku: sku.clone(), region: region.clone(), quota },
            grounds: Grounds::Capacity(CapacityGrounds::AbovePtuQuota {
                sku,
                region,
                planned,
                quota,
                increase,
            }),
            excess: f64::from(more) / f64::from(quota).max(1.0),
        });
    }
    Ok(refusals)
}

/// PTUs of a candidate by SKU and region, each once, in order of first use.
pub(crate) fn ptu_by_region(candidate: &Candidate) -> Vec<(&str, &str, Ptu)> {
    let mut sums: Vec<(&str, &str, Ptu)> = Vec::new();
    for planned in &candidate.deployments {
        let Some(ptu) = planned.capacity_ptu else { continue };
        let (sku, region) = (&*planned.sku.name, &*planned.region.name);
        match sums.iter_mut().find(|own| (own.0, own.1) == (sku, region)) {
            Some(own) => own.2 = own.2.saturating_add(ptu),
            None => sums.push((sku, region, ptu)),
        }
    }
    sums
}

/// What an Azure Policy denies.
pub(super) fn denied(asked: &Asked<'_>) -> Vec<Refusal> {
    let Some(policies) = &asked.scenario.require.policies else { return Vec::new() };
    let resource = Resource {
        sku: &asked.sku.name,
        capacity: capacity(asked),
        model: &asked.model.id,
        format: &asked.model.provider,
    };
    let mut refusals = Vec::new();
    for policy in policies {
        let Some(conditions) = policy.refusal(&resource) else { continue };
        let smaller = policy.largest_capacity(&resource);
        refusals.push(Refusal {
            constraint: Constraint::Policy(policy.name.clone()),
            grounds: Grounds::Capacity(CapacityGrounds::Denied {
                policy: policy.name.clone(),
                deployment: asked.planned.name.clone(),
                conditions,
                most: smaller,
            }),
            excess: match (smaller, resource.capacity) {
                (Some(most), Some(own)) => (own - most) as f64 / most as f64,
                _ => f64::INFINITY,
            },
        });
    }
    refusals
}

/// `sku.capacity` of a deployment: PTUs, or thousands of tokens per minute.
fn capacity(asked: &Asked<'_>) -> Option<u64> {
    if let Some(ptu) = asked.planned.capacity_ptu {
        return Some(u64::from(ptu));
    }
    let tokens = asked.planned.limit_tokens_per_minute.or_else(|| {
        let (model, sku) = (&asked.model.id, &asked.sku.name);
        let own = asked.scenario.own_quota(model, sku, &asked.region.name);
        if let Some(own) = own {
            return Some(own.tokens_per_minute);
        }
        let tier = &asked.scenario.quota_tier.name;
        let on = asked.scenario.period.first_date();
        let quota = asked.catalog.quota(model, sku, tier, on).ok()?;
        Some(quota.tokens_per_minute?.value)
    })?;
    Some(tokens / 1_000)
}
