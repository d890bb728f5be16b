//! Which sizes of a family are simulated: all of a short grid, and of a long one those that can win.

use crate::engine::Replay;
use crate::plan::candidates::family::Family;
use crate::plan::evaluate::evaluate::{
    Evaluated, Group, evaluate, evaluate_on, group_of, is_failing, simulate_ahead,
};
use crate::plan::setting::Setting;
use crate::plan::workers::Workers;
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::question::named::Payment;
use crate::units::diagnostic::Diagnostics;
use crate::units::ptu::Ptu;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Sizes simulated before looking whether the peak is served. Fixed, so that the set of candidates does not depend on
/// the number of threads.
const SIZES_PER_BATCH: usize = 16;

/// The same for a first answer: as many as share a pass.
const FEW_PER_BATCH: usize = Replay::TOGETHER;

/// Sizes that are simulated however dear they get: finance wants the curve.
const CURVE_SIZES: usize = 64;
/// How much dearer than the best PTUs alone must be to be left out; above the margin of the contenders.
const CANNOT_WIN_MARGIN: Decimal = Decimal::from_parts(13, 0, 0, false, 1);

/// Tries sizes in batches until one serves the peak without a refusal. Where the grid is long, sizes whose PTUs alone cost
/// more than the best that was `found`, with a margin for uncertain futures, are left out: no larger one can win. The one
/// that serves the peak is then found by halving, because refusals end at one size (`tests/engine/laws.rs`).
pub(crate) fn sizes_up_to_the_peak(
    setting: Setting<'_>,
    family: &Family,
    found: &[Evaluated],
    workers: &impl Workers,
) -> Result<(Vec<Ptu>, Vec<Evaluated>), Diagnostics> {
    let mut grid = family.sizes(family.largest());
    let (mut sizes, mut evaluated): (Vec<Ptu>, Vec<Evaluated>) = (Vec::new(), Vec::new());
    loop {
        if sizes.len() >= CURVE_SIZES && cannot_win(&evaluated, found) {
            let rest: Vec<Ptu> = grid.collect();
            if let Some((size, results)) = serving_the_peak(setting, family, &rest)? {
                sizes.push(size);
                evaluated.extend(results);
            }
            return Ok((sizes, evaluated));
        }
        let batch: Vec<Ptu> = grid.by_ref().take(SIZES_PER_BATCH).collect();
        if batch.is_empty() {
            return Ok((sizes, evaluated));
        }
        let mut results = evaluate_sizes(setting, family, &batch, workers)?;
        let served = results.iter().position(|one| serves_the_peak(family, one));
        if let Some(index) = served {
            let own = family.size_of(&results[index].candidate);
            let last = batch.iter().position(|size| *size == own).unwrap_or(0);
            sizes.extend(&batch[..=last]);
            let keep = results.len() / batch.len() * (last + 1);
            results.truncate(keep);
            evaluated.append(&mut results);
            return Ok((sizes, evaluated));
        }
        sizes.extend(batch);
        evaluated.append(&mut results);
    }
}

/// Tries sizes that were found for another family. Of a long list evenly spread ones are tried
/// first, and then all between the cheapest feasible one of each payment and those tried next to
/// it: along its sizes the cost of PTUs with spillover falls and then rises, and what refuses too
/// much is too small.
pub(crate) fn sizes_that_can_win(
    setting: Setting<'_>,
    family: &Family,
    sizes: &[Ptu],
    workers: &impl Workers,
) -> Result<Vec<Evaluated>, Diagnostics> {
    let step = sizes.len().div_ceil(CURVE_SIZES);
    let spread = |index: usize| index.is_multiple_of(step) || index + 1 == sizes.len();
    let (first, between): (Vec<usize>, Vec<usize>) = (0..sizes.len()).partition(|ix| spread(*ix));
    let of = |indices: &[usize]| indices.iter().map(|ix| sizes[*ix]).collect::<Vec<_>>();
    let mut evaluated = evaluate_sizes(setting, family, &of(&first), workers)?;
    let mut best: BTreeMap<Payment, (Decimal, Ptu)> = BTreeMap::new();
    for one in evaluated.iter().filter(|one| one.is_feasible()) {
        let Some(figures) = &one.figures else { continue };
        let own = (figures.cost.monthly.amount(), family.size_of(&one.candidate));
        let known = best.entry(one.candidate.payment).or_insert(own);
        *known = (*known).min(own);
    }
    let near = |index: &usize| {
        best.values().any(|(_, best)| {
            let at = sizes.partition_point(|size| size < best);
            index.abs_diff(at) < step
        })
    };
    let near: Vec<usize> = between.into_iter().filter(near).collect();
    evaluated.extend(evaluate_sizes(setting, family, &of(&near), workers)?);
    // Stable: the payments of a size stay in their order.
    evaluated.sort_by_key(|one| family.size_of(&one.candidate));
    Ok(evaluated)
}

/// A few sizes, each at least half as large again as the one before, until one serves the peak.
pub(crate) fn few_sizes(
    setting: Setting<'_>,
    family: &Family,
) -> Result<Vec<Evaluated>, Diagnostics> {
    let mut next = 0;
    let mut grid = family.sizes(family.largest()).filter(|size| {
        let taken = *size >= next;
        if taken {
            next = size.saturating_add(size.div_ceil(2));
        }
        taken
    });
    let scenario = setting.question.scenario;
    let mut evaluated: Vec<Evaluated> = Vec::new();
    loop {
        let groups: Vec<Group> =
            grid.by_ref().take(FEW_PER_BATCH).map(|ptu| group_of(scenario, family, ptu)).collect();
        if groups.is_empty() {
            return Ok(evaluated);
        }
        simulate_ahead(setting, groups.iter());
        // One that fails too often is not waited for: others tell what is enough.
        for group in groups.iter().filter(|group| !is_given_up(setting, group)) {
            let results = evaluate(setting, group)?;
            let served = results.iter().any(|one| serves_the_peak(family, one));
            evaluated.extend(results);
            if served {
                return Ok(evaluated);
            }
        }
    }
}

/// Whether a size is left out of a first answer: more of its calls fail than may, which is found
/// before all of them are simulated. Hopeless sizes of PTUs alone cost nothing and stay.
fn is_given_up(setting: Setting<'_>, group: &Group) -> bool {
    let hopeless = |one| setting.gives_up_above_ppm(one).is_some();
    setting.gives_up
        && !group.candidates.first().is_some_and(hopeless)
        && is_failing(setting, group)
}

/// Whether a candidate serves its peak, or cannot be had at all. Calls wait for machines before they are refused: their peak
/// is served when every objective holds, since more of them only cost more, or when nobody waits.
fn serves_the_peak(family: &Family, one: &Evaluated) -> bool {
    one.figures.as_ref().is_none_or(|figures| {
        if figures.is_given_up {
            return false;
        }
        // What is served aside has no size.
        let sized = |planned: &PlannedDeployment| {
            planned.capacity_ptu.is_some() || planned.instances().is_some()
        };
        let mut pairs = one.candidate.deployments.iter().zip(&figures.deployments);
        let refuses_nobody =
            pairs.all(|(own, d)| !sized(own) || d.outcome.throttled + d.outcome.spilled_out == 0);
        let waits = family.has_machines() && figures.total.added_wait.p99_us > 0;
        (refuses_nobody && !waits) || (family.has_machines() && one.is_feasible())
    })
}

/// Whether the PTUs of the last size alone cost more than the best feasible candidate, however they are paid.
fn cannot_win(evaluated: &[Evaluated], found: &[Evaluated]) -> bool {
    let feasible = found.iter().chain(evaluated).filter(|one| one.is_feasible());
    let best = feasible.filter_map(|one| Some(one.figures.as_ref()?.cost.monthly.amount())).min();
    let Some(last) = evaluated.last() else { return false };
    let same =
        evaluated.iter().rev().take_while(|one| one.candidate.size() == last.candidate.size());
    let ptu = same.filter_map(|one| {
        let parts = &one.figures.as_ref()?.cost.monthly_parts;
        let own = parts.iter().filter(|part| !part.scales_with_traffic);
        Some(own.map(|part| part.monthly.amount()).sum::<Decimal>())
    });
    best.zip(ptu.min()).is_some_and(|(best, ptu)| ptu > best * CANNOT_WIN_MARGIN)
}

/// The first of some sizes that refuses nobody, with its candidates.
fn serving_the_peak(
    setting: Setting<'_>,
    family: &Family,
    sizes: &[Ptu],
) -> Result<Option<(Ptu, Vec<Evaluated>)>, Diagnostics> {
    let (mut from, mut until) = (0, sizes.len());
    let mut best = None;
    // Doubling first: the peak is nearer to the sizes that were tried than to the largest deployment.
    let mut step = 1;
    while from < until {
        let middle =
            if best.is_none() { (from + step).min(until) - 1 } else { from.midpoint(until) };
        let evaluated =
            evaluate(setting, &group_of(setting.question.scenario, family, sizes[middle]))?;
        if evaluated.first().is_some_and(|one| serves_the_peak(family, one)) {
            until = middle;
            best = Some((sizes[middle], evaluated));
        } else {
            from = middle + 1;
            step *= 2;
        }
    }
    Ok(best)
}

pub(crate) fn evaluate_sizes(
    setting: Setting<'_>,
    family: &Family,
    sizes: &[Ptu],
    workers: &impl Workers,
) -> Result<Vec<Evaluated>, Diagnostics> {
    let scenario = setting.question.scenario;
    let groups: Vec<Group> = sizes.iter().map(|ptu| group_of(scenario, family, *ptu)).collect();
    let groups: Vec<&Group> = groups.iter().collect();
    let evaluated = evaluate_on(setting, &family.name, &groups, workers)?;
    Ok(evaluated.into_iter().flatten().collect())
}
