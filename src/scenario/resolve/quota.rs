//! PTU quota: a limit on the PTUs of a SKU in a region, whatever their models (P R41).

use crate::engine::rules::ChangeKind;
use crate::engine::setup::Deployment;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::ptu::Ptu;
use std::collections::BTreeMap;

/// Deployed PTUs by SKU and region, of SKUs with a quota.
fn planned<'a>(scenario: &Scenario, candidate: &'a Candidate) -> BTreeMap<(&'a str, &'a str), Ptu> {
    let mut sums: BTreeMap<(&str, &str), Ptu> = BTreeMap::new();
    for deployment in &candidate.deployments {
        if scenario.ptu_quota.contains_key(&*deployment.sku.name)
            && let Some(capacity_ptu) = deployment.capacity_ptu
        {
            let key = (&*deployment.sku.name, &*deployment.region.name);
            *sums.entry(key).or_default() += capacity_ptu;
        }
    }
    sums
}

/// The sizes at the start must be within the quotas.
pub(super) fn check_ptu_quota(scenario: &Scenario, candidate: &Candidate, wrong: &mut Diagnostics) {
    for ((sku, region), planned) in planned(scenario, candidate) {
        let quota = scenario.ptu_quota.get(sku).copied().unwrap_or(Ptu::MAX);
        if planned > quota {
            let elsewhere = *scenario.region.name != *region;
            let place = if elsewhere { format!(" in {region}") } else { String::new() };
            wrong.push(
                Diagnostic::error(
                    "above-ptu-quota",
                    format!("above PTU quota: {sku}{place} · {planned} PTU (quota {quota})"),
                )
                .hint("a quota increase takes several days: raise subscription.ptu_quota once you have it"),
            );
        }
    }
}

/// The quotas that resizes by events draw on. Deployments that are never resized need none, as schedules do: their most is
/// checked at the start; but where one of a pool is resized all of it count.
pub(super) fn ptu_quotas(
    scenario: &Scenario,
    candidate: &Candidate,
    deployments: &mut [Deployment],
) -> Vec<Ptu> {
    let mut quotas = Vec::new();
    for (sku, region) in planned(scenario, candidate).into_keys() {
        let Some(quota) = scenario.ptu_quota.get(sku) else { continue };
        let pool: Vec<usize> = candidate
            .deployments
            .iter()
            .enumerate()
            .filter(|(_, d)| *d.sku.name == *sku && *d.region.name == *region)
            .map(|(index, _)| index)
            .collect();
        let resized = |index: &usize| {
            let events = scenario.events.iter().filter(|e| e.is_of(&candidate.deployments[*index]));
            let mut changes = events.flat_map(|event| &event.changes);
            changes.any(|change| matches!(change.what, ChangeKind::Resize { .. }))
        };
        if !pool.iter().any(resized) {
            continue;
        }
        for index in pool {
            if let Some(deployment) = deployments.get_mut(index) {
                deployment.rules.ptu_quota = Some(quotas.len() as u16);
            }
        }
        quotas.push(*quota);
    }
    quotas
}
