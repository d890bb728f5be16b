//! The search of one model, or of families whose models share a size: every size on the grid up to what the peak needs, each
//! paid in every allowed way.

use crate::plan::candidates::family::{Family, Resized};
use crate::plan::evaluate::evaluate::{Evaluated, Group, evaluate, group_of};
use crate::plan::evaluate::hours::is_asked;
use crate::plan::question::Question;
use crate::plan::search::autoscale::{autoscaled, neighbours};
use crate::plan::search::schedules::{Derived, improve, schedule};
use crate::plan::search::sizes::{
    evaluate_sizes, few_sizes, sizes_that_can_win, sizes_up_to_the_peak,
};
use crate::plan::setting::{Setting, SizesTried};
use crate::plan::workers::Workers;
use crate::scenario::question::schedule::Schedule;
use crate::scenario::resolve::parameter::{CAPACITY_RISK, number};
use crate::units::diagnostic::Diagnostics;
use crate::units::fingerprint::Fingerprint;
use crate::units::ptu::Ptu;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Sizes looked at on each side of a schedule that was derived.
const SIZES_AROUND: usize = 2;

/// The families that were looked at, and their candidates with figures.
#[derive(Debug)]
pub(crate) struct Searched {
    pub(crate) families: Vec<Family>,
    pub(crate) candidates: Vec<Evaluated>,
}

/// The candidates of families with one size each: today's deployments first, then family by family and size by size.
pub(crate) fn one_model(
    setting: Setting<'_>,
    mut families: Vec<Family>,
    workers: &impl Workers,
) -> Result<Searched, Diagnostics> {
    let scenario = setting.question.scenario;
    if setting.sizes == SizesTried::Few {
        return at_few_sizes(setting, families, workers);
    }
    let mut found = Vec::new();
    if let Some(today) = &scenario.today {
        found.extend(evaluate(setting, &Group::today(today))?);
    }
    // The largest size that the peak needs, by what is provisioned: families with spillover use the same sizes.
    let mut tried: Vec<(Fingerprint, Vec<Ptu>)> = Vec::new();
    for family in &families {
        if !family.is_sized() || family.lacks_grid() {
            found.extend(evaluate(setting, &group_of(scenario, family, 0))?);
            continue;
        }
        let provisioned = family.provisioning();
        let known = tried.iter().find(|(known, _)| *known == provisioned);
        let (sizes, evaluated) = match known {
            Some((_, sizes)) => {
                let sizes = sizes.clone();
                let evaluated = sizes_that_can_win(setting, family, &sizes, workers)?;
                (sizes, evaluated)
            }
            None => sizes_up_to_the_peak(setting, family, &found, workers)?,
        };
        if known.is_none() {
            tried.push((provisioned, sizes));
        }
        found.extend(evaluated);
    }
    for family in families.clone() {
        if !is_asked(scenario) || !family.has_ptu() || family.lacks_grid() {
            continue;
        }
        families.extend(by_the_hour(setting, &family, &mut found, workers)?);
        let Some(first) = schedule(scenario, &family, &found) else { continue };
        let cost = |one: &Derived| cost(setting, &one.of(&family), one.high_ptu);
        let best = improve(first, |one| one.neighbours(&family), cost, workers)?;
        let (family, size) = (best.of(&family), best.high_ptu);
        found.extend(evaluate_sizes(setting, &family, &around(&family, size), workers)?);
        families.push(family);
    }
    Ok(Searched { families, candidates: found })
}

/// The same for a first answer: families side by side, each at a few sizes, and no sizes by the
/// hour.
fn at_few_sizes(
    setting: Setting<'_>,
    families: Vec<Family>,
    workers: &impl Workers,
) -> Result<Searched, Diagnostics> {
    let scenario = setting.question.scenario;
    let each = workers.map("families", &families, |family| {
        if family.is_sized() && !family.lacks_grid() {
            few_sizes(setting, family)
        } else {
            evaluate(setting, &group_of(scenario, family, 0))
        }
    });
    // What runs today is most often one of the families, simulated by now.
    let mut found = match &scenario.today {
        Some(today) => evaluate(setting, &Group::today(today))?,
        None => Vec::new(),
    };
    for candidates in each {
        found.extend(candidates?);
    }
    Ok(Searched { families, candidates: found })
}

/// A size and those next to it.
fn around(family: &Family, size: Ptu) -> Vec<Ptu> {
    let near = (1..=SIZES_AROUND).flat_map(|step| family.neighbours(size, step));
    let mut sizes: Vec<Ptu> = near.chain([size]).collect();
    sizes.sort_unstable();
    sizes
}

/// A family in as many sizes a day as pay, with its candidates; none where two are enough.
fn by_the_hour(
    setting: Setting<'_>,
    family: &Family,
    found: &mut Vec<Evaluated>,
    workers: &impl Workers,
) -> Result<Option<Family>, Diagnostics> {
    let Question { scenario, catalog, .. } = setting.question;
    let minutes = number(scenario, catalog, CAPACITY_RISK)?.to_f64().unwrap_or(0.0);
    let Some(schedule) = autoscaled(scenario, family, found, minutes / 60.0) else {
        return Ok(None);
    };
    let resized = |one: &Schedule| family.resized(Resized::of(*one));
    let cost = |one: &Schedule| cost(setting, &resized(one), one.high_ptu());
    let schedule = improve(schedule, neighbours, cost, workers)?;
    if schedule.two_sizes().is_some() {
        return Ok(None);
    }
    let family = resized(&schedule);
    let sizes = around(&family, schedule.high_ptu());
    found.extend(evaluate_sizes(setting, &family, &sizes, workers)?);
    Ok(Some(family))
}

/// Whether a size of a family is infeasible, and what it costs in the cheapest way to pay.
fn cost(
    setting: Setting<'_>,
    family: &Family,
    size: Ptu,
) -> Result<Option<(bool, Decimal)>, Diagnostics> {
    let evaluated = evaluate(setting, &group_of(setting.question.scenario, family, size))?;
    let each = evaluated
        .iter()
        .filter_map(|one| Some((!one.is_feasible(), one.figures.as_ref()?.cost.monthly.amount())));
    Ok(each.min())
}
