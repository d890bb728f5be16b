//! Which candidates are worth more than one simulation: the best of each family and payment, and their neighbours in size.

use crate::plan::candidates::Family;
use crate::plan::search::{Evaluated, Group, group_of};
use crate::scenario::question::{Payment, Scenario};
use crate::units::ptu::Ptu;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

/// How much dearer than the best a family's best may be to be looked at further.
const MARGIN: f64 = 1.25;

/// What a candidate is expected to cost: its mean over the futures, or, where it was simulated once only, that cost times
/// what the futures did to the nearest size of its family and payment. None when it has no figures.
pub(crate) fn expected(candidates: &[Evaluated], index: usize) -> Option<f64> {
    let one = &candidates[index];
    let cost = one.figures.as_ref()?.cost.monthly.amount().to_f64()?;
    if let Some(spread) = &one.spread {
        return spread.mean.amount().to_f64();
    }
    let alike = |other: &&Evaluated| {
        other.family == one.family && other.candidate.payment == one.candidate.payment
    };
    let size = |other: &Evaluated| other.candidate.total_ptu().abs_diff(one.candidate.total_ptu());
    let ratio = candidates
        .iter()
        .filter(alike)
        .filter_map(|other| {
            let mean = other.spread.as_ref()?.mean.amount().to_f64()?;
            let single = other.figures.as_ref()?.cost.monthly.amount();
            (single > Decimal::ZERO).then_some((size(other), mean / single.to_f64()?))
        })
        .min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    Some(cost * ratio.map_or(1.0, |(_, ratio)| ratio))
}

/// The deployments to look at next, by family and size: those of [`MARGIN`] that `done` does not have yet. Neighbours are
/// one step away, two of the very best, and `reach` of one that has just come up.
pub(crate) fn contenders(
    scenario: &Scenario,
    families: &[Family],
    candidates: &[Evaluated],
    reach: usize,
    done: &[(Arc<str>, Ptu)],
) -> Vec<Group> {
    let costs: Vec<Option<f64>> = (0..candidates.len())
        .map(|index| candidates[index].is_feasible().then(|| expected(candidates, index)).flatten())
        .collect();
    let best = costs.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    if best.is_infinite() {
        return Vec::new();
    }
    let mut wanted: Vec<(usize, Ptu)> = Vec::new();
    for (number, family) in families.iter().enumerate() {
        if !family.is_sized() {
            wanted.push((number, 0));
            continue;
        }
        for payment in Payment::ALL.into_iter().chain([Payment::Mixed]) {
            let own = (0..candidates.len()).filter(|index| {
                let one = &candidates[*index];
                *one.family == *family.name && one.candidate.payment == payment
            });
            let leader = own
                .filter_map(|index| Some((costs[index]?, index)))
                .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let Some((cost, index)) = leader.filter(|(cost, _)| *cost <= best * MARGIN) else {
                continue;
            };
            let size = family.size_of(&candidates[index].candidate);
            let known = done.iter().any(|(name, ptu)| **name == *family.name && *ptu == size);
            let mut steps = vec![1];
            if cost <= best {
                steps.push(2);
            }
            // Where the best has moved to a size nobody has replayed yet, look further around it.
            if !known && !done.is_empty() {
                steps.push(reach);
            }
            wanted.push((number, size));
            for step in steps {
                wanted.extend(family.neighbours(size, step).map(|size| (number, size)));
            }
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    wanted
        .into_iter()
        .filter(|(number, size)| {
            !done.iter().any(|(name, ptu)| **name == *families[*number].name && ptu == size)
        })
        .map(|(number, size)| group_of(scenario, &families[number], size))
        .collect()
}
