//! Which candidates are worth more than one simulation: the best of each family and payment, and their neighbours in size.

use crate::engine::Replay;
use crate::plan::candidates::family::Family;
use crate::plan::candidates::identity::FamilyId;
use crate::plan::evaluate::evaluate::{Evaluated, Group, group_of};
use crate::scenario::question::named::Payment;
use crate::scenario::question::scenario::Scenario;
use crate::units::money::Money;
use crate::units::ptu::Ptu;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

/// How much dearer than the best a family's best may be in the most likely future to be replayed at all.
const MARGIN: f64 = 1.25;
/// How much dearer than the best it may be, once both are replayed, for its neighbours to be looked at: one grid step
/// changes the cost by less.
const CLOSE: f64 = 1.03;

/// What a candidate is expected to cost: its mean over the futures, or, where it was simulated once only, that cost times
/// what the futures did to the nearest size of its family and payment. None when it has no figures.
pub(crate) fn expected(candidates: &[Evaluated], index: usize) -> Option<f64> {
    let one = &candidates[index];
    let cost = one.figures.as_ref()?.cost.monthly.amount().to_f64()?;
    if let Some(spread) = &one.spread {
        return spread.mean.amount().to_f64();
    }
    let of = |one: &Evaluated| one.candidate.total_ptu() + one.candidate.total_instances();
    let size = |other: &Evaluated| of(other).abs_diff(of(one));
    let ratio = candidates
        .iter()
        .filter(|other| other.is_alike(one))
        .filter_map(|other| {
            let mean = other.spread.as_ref()?.mean.amount().to_f64()?;
            let single = other.figures.as_ref()?.cost.monthly.amount();
            (single > Decimal::ZERO).then_some((size(other), mean / single.to_f64()?))
        })
        .min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    Some(cost * ratio.map_or(1.0, |(_, ratio)| ratio))
}

/// [`expected`] as an amount: exact where the candidate was replayed, to a cent where it was not.
pub(crate) fn expected_cost(candidates: &[Evaluated], index: usize) -> Option<Money> {
    let one = &candidates[index];
    if let Some(spread) = &one.spread {
        return Some(spread.mean);
    }
    let certain = one.figures.as_ref()?.cost.monthly;
    let cost = Decimal::from_f64(expected(candidates, index)?)?;
    let is_certain = (cost - certain.amount()).abs() < Decimal::new(5, 3);
    Some(if is_certain { certain } else { Money::new(cost.round_dp(2), certain.currency()) })
}

/// The deployments to look at next, by family and size, that `done` does not have yet: the best of each family and payment
/// that lies within [`MARGIN`] of the very best, and, where it proves to lie within [`CLOSE`] of it, sizes around it.
///
/// Around one of them are its neighbours, one step away and two of the very best. Where it is the
/// outermost of the sizes replayed, also a size as far again outside as the replayed ones reach;
/// where replayed sizes lie apart on its sides, the middle of the gap. So a best that lies far from
/// the first guess is reached in few rounds and then closed in on. Where the best follows on sizes
/// that fail in too many futures, so will most of those after it: see [`after_refused`]. Where all
/// sizes that were simulated fail in too many futures, larger ones are looked at while they may
/// still win.
pub(crate) fn contenders(
    scenario: &Scenario,
    families: &[Family],
    candidates: &[Evaluated],
    done: &[(FamilyId, Ptu)],
) -> Vec<Group> {
    let costs: Vec<Option<f64>> = (0..candidates.len())
        .map(|index| candidates[index].is_feasible().then(|| expected(candidates, index)).flatten())
        .collect();
    let best = costs.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    if best.is_infinite() && done.is_empty() {
        return Vec::new();
    }
    let is_replayed = |index: usize| candidates[index].spread.is_some();
    let mut wanted: Vec<(usize, Ptu)> = Vec::new();
    let ids: Vec<FamilyId> = families.iter().map(Family::id).collect();
    for ((number, family), id) in families.iter().enumerate().zip(ids.iter().copied()) {
        if !family.is_sized() {
            wanted.push((number, 0));
            continue;
        }
        let replayed: Vec<Ptu> =
            done.iter().filter(|(own, _)| *own == id).map(|(_, size)| *size).collect();
        for payment in Payment::ALL.into_iter().chain([Payment::Mixed]) {
            let own = (0..candidates.len()).filter(|index| {
                let one = &candidates[*index];
                one.family_id == id && one.candidate.payment == payment
            });
            let own: Vec<usize> = own.collect();
            let leader = own
                .iter()
                .filter_map(|index| Some((costs[*index]?, *index)))
                .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let Some((cost, index)) = leader else {
                let larger = too_small(family, candidates, &own, best);
                wanted.extend(larger.map(|size| (number, size)));
                continue;
            };
            let is_best = cost <= best;
            let replayed_one = own.iter().any(|i| costs[*i].is_some() && is_replayed(*i));
            let far = cost > best * CLOSE && replayed_one;
            if cost > best * MARGIN || (far && !is_best) {
                continue;
            }
            let size = family.size_of(&candidates[index].candidate);
            // What was replayed already says nothing new: then it is the leader's turn.
            let instead = after_refused(family, candidates, &own, size);
            if let Some(size) = instead.filter(|size| !replayed.contains(size)) {
                wanted.push((number, size));
                continue;
            }
            wanted.push((number, size));
            if !is_best && !is_replayed(index) {
                continue;
            }
            let steps: &[usize] = if is_best { &[1, 2] } else { &[1] };
            for step in steps {
                wanted.extend(family.neighbours(size, *step).map(|size| (number, size)));
            }
            wanted.extend(further(family, size, &replayed).map(|size| (number, size)));
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    wanted
        .into_iter()
        .filter(|(number, size)| !done.contains(&(ids[*number], *size)))
        .map(|(number, size)| group_of(scenario, &families[number], size))
        .collect()
}

/// Sizes next to those of `groups`, of families of which several share a pass: what that pass
/// follows besides costs next to nothing, and who comes second today may be asked for next.
pub(crate) fn in_spare_lanes(
    scenario: &Scenario,
    families: &[Family],
    groups: &[Group],
) -> Vec<Group> {
    let mut spare = Vec::new();
    for family in families.iter().filter(|family| family.is_sized()) {
        let id = family.id();
        let own = groups.iter().filter(|group| group.id == id);
        let mut sizes: Vec<Ptu> =
            own.filter_map(|own| own.candidates.first()).map(|one| family.size_of(one)).collect();
        if sizes.len() < 2 {
            continue;
        }
        for turn in 0..Replay::spare_lanes(sizes.len()) {
            let (Some(least), Some(most)) = (sizes.iter().min(), sizes.iter().max()) else { break };
            let above = family.neighbours(*most, 1).filter(|size| size > most);
            let below = family.neighbours(*least, 1).filter(|size| size < least);
            // Above and below what was asked for in turn.
            let next = match turn % 2 {
                0 => above.chain(below).next(),
                _ => below.chain(above).next(),
            };
            let Some(next) = next else { break };
            sizes.push(next);
            spare.push(group_of(scenario, family, next));
        }
    }
    spare
}

/// Where `size` follows on sizes of its family and payment that were replayed and refused, and has
/// not been replayed: the one to replay instead. As far again above the refused ones as they reach,
/// until one holds; then the middle between the largest refused and the smallest that holds, since
/// a size above one that holds does so too.
fn after_refused(
    family: &Family,
    candidates: &[Evaluated],
    own: &[usize],
    size: Ptu,
) -> Option<Ptu> {
    let of = |index: &usize| family.size_of(&candidates[*index].candidate);
    let replayed = own.iter().filter(|index| candidates[**index].spread.is_some());
    let (held, refused): (Vec<usize>, Vec<usize>) =
        replayed.copied().partition(|index| candidates[*index].is_feasible());
    let largest = refused.iter().map(of).filter(|refused| *refused < size).max()?;
    let between = |index: &&usize| largest < of(index) && of(index) < size;
    if held.iter().any(|index| of(index) <= size) || own.iter().any(|index| between(&index)) {
        return None;
    }
    let Some(smallest) = held.iter().map(of).min() else {
        let reach = largest - refused.iter().map(of).min()?;
        let next = family.nearest(largest.saturating_add(reach));
        return (next > size).then_some(next);
    };
    let middle = family.nearest(largest + (smallest - largest) / 2);
    (size < middle && middle < smallest).then_some(middle)
}

/// Where even the largest simulated size of a family and payment fails in too many futures alone: a size an eighth larger,
/// or the next on the grid, while its share of the cost is not above what the best costs.
fn too_small(family: &Family, candidates: &[Evaluated], own: &[usize], best: f64) -> Option<Ptu> {
    let size = |index: &usize| family.size_of(&candidates[*index].candidate);
    let largest = own.iter().copied().max_by_key(size)?;
    let one = &candidates[largest];
    let refused =
        one.spread.is_some() && one.reasons.iter().all(|r| r.constraint.is_over_futures());
    let next = family.nearest(size(&largest).saturating_add((size(&largest) / 8).max(1)));
    let grown = f64::from(next) / f64::from(size(&largest).max(1));
    let cost = expected(candidates, largest)? * grown;
    (refused && next > size(&largest) && cost <= best * MARGIN).then_some(next)
}

/// Sizes worth a look beyond the neighbours of `size`, given those replayed so far.
fn further(family: &Family, size: Ptu, replayed: &[Ptu]) -> impl Iterator<Item = Ptu> + use<> {
    let below = replayed.iter().copied().filter(|other| *other < size).max();
    let above = replayed.iter().copied().filter(|other| *other > size).min();
    let known = replayed.contains(&size);
    let reach = replayed.iter().max().zip(replayed.iter().min()).map_or(0, |(max, min)| max - min);
    let middle = |a: Ptu, b: Ptu| family.nearest(a + (b - a) / 2);
    // Nobody has replayed a smaller, or a larger, one: as far again outside.
    let outside = match (known, below, above) {
        (true, None, _) => Some(family.nearest(size.saturating_sub(reach))),
        (true, _, None) => Some(family.nearest(size.saturating_add(reach))),
        _ => None,
    };
    let lower = below.map(|below| middle(below, size));
    let upper = above.map(|above| middle(size, above));
    [outside, lower, upper].into_iter().flatten()
}
