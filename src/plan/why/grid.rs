//! Results around the choice at every point of a small grid, for sliders. Every point is a run: nothing is interpolated.

use crate::plan::candidates::candidate::candidate;
use crate::plan::candidates::family::Family;
use crate::plan::evaluate::ahead::AskedAhead;
use crate::plan::evaluate::evaluate::{Evaluated, Group, evaluate_all, group_of};
use crate::plan::future::Future;
use crate::plan::question::Question;
use crate::plan::session::Session;
use crate::plan::workers::Workers;
use crate::scenario::question::named::Payment;
use crate::units::diagnostic::Diagnostics;
use crate::units::ptu::Ptu;

/// Grid steps of size looked at on each side of the choice.
const STEPS: usize = 2;
/// Sizes of the whole range, from none to what the peak needs, that are looked at in addition.
const SIZES: usize = 10;
/// Traffic against the most likely one.
const GROWTH: [f64; 7] = [-0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0];
/// Cached shares offered in addition to the scenario's own.
const CACHED: [f64; 3] = [0.0, 0.3, 0.6];

/// Results on a grid of sizes, growth, cached share and payment; the last axis changes fastest.
#[derive(Clone, Debug)]
pub struct WhatIfGrid {
    /// Sizes, PTUs or instances; 0 is what has none.
    pub sizes: Vec<Ptu>,
    /// Whether the sizes are instances of managed compute.
    pub instances: bool,
    /// What has no size, such as `pay-as-you-go`.
    pub unsized_name: String,
    /// Change of traffic, shares.
    pub growth: Vec<f64>,
    /// Cached shares of the input.
    pub cached: Vec<f64>,
    /// Ways to pay.
    pub payments: Vec<Payment>,
    /// Position of the choice on each axis.
    pub choice: [usize; 4],
    /// The points; none where a candidate could not be had, and where traffic and cached share both differ from the question:
    /// those places are not simulated.
    pub points: Vec<Option<Evaluated>>,
}

/// What the points of a grid are of.
struct GridAxes<'f> {
    family: &'f Family,
    /// Which of its sizes is in the middle.
    middle: Ptu,
    /// What has no size, where there is such a family.
    standard: Option<&'f Family>,
    sizes: Vec<Ptu>,
    /// The candidates of each size.
    groups: Vec<Group>,
    payments: Vec<Payment>,
    cached: Vec<f64>,
    /// The cached share of the question.
    own: f64,
    /// By growth and cached share; none where that is not simulated.
    futures: Vec<Option<Future>>,
}

/// What is simulated, for whoever does it ahead.
pub(crate) fn ahead_of_grid(
    question: Question<'_>,
    families: &[Family],
    candidates: &[Evaluated],
    choice: usize,
) -> AskedAhead {
    let axes = axes(question, families, candidates, choice);
    axes.map_or_else(AskedAhead::default, |axes| {
        AskedAhead::of(&axes.groups, axes.futures.into_iter().flatten().collect())
    })
}

/// None when no family has sizes.
fn axes<'f>(
    question: Question<'_>,
    families: &'f [Family],
    candidates: &[Evaluated],
    choice: usize,
) -> Option<GridAxes<'f>> {
    let scenario = question.scenario;
    // Around the choice, or around the best candidate with a size where the choice has none.
    let family_of =
        |one: &Evaluated| families.iter().find(|f| f.is_sized() && f.id() == one.family_id);
    let centre = [&candidates[choice]]
        .into_iter()
        .chain(candidates)
        .filter(|one| one.figures.is_some())
        .find_map(|one| Some((family_of(one)?, one)));
    let (family, centre) = centre?;
    let chosen = &candidates[choice];
    let unsized_families = || families.iter().filter(|family| !family.is_sized());
    let own = unsized_families().find(|own| own.id() == chosen.family_id);
    let standard = own.or_else(|| unsized_families().next());
    let middle = family.size_of(&centre.candidate);
    let mut sizes: Vec<Ptu> =
        (1..=STEPS).flat_map(|step| family.neighbours(middle, step)).collect();
    sizes.push(middle);
    sizes.extend(whole_range(family, candidates));
    sizes.extend(standard.map(|_| 0));
    sizes.sort_unstable();
    sizes.dedup();
    let paid = scenario.allow.payments.clone();
    let payments = if family.has_ptu() { paid } else { vec![Payment::Hourly] };
    let groups: Vec<Group> = sizes
        .iter()
        .map(|size| match standard {
            Some(standard) if *size == 0 => group_of(scenario, standard, 0),
            _ => group_of(scenario, family, *size),
        })
        .collect();
    let likely = Future::most_likely(scenario);
    let own = likely.cached_share.unwrap_or_else(|| traced_share(question));
    let mut cached: Vec<f64> = CACHED.iter().copied().filter(|c| (c - own).abs() > 0.15).collect();
    cached.push(own);
    cached.sort_by(f64::total_cmp);
    let settings: Vec<(f64, f64)> =
        GROWTH.iter().flat_map(|growth| cached.iter().map(|share| (*growth, *share))).collect();
    // Only one of the two is moved at a time.
    let futures = settings.iter().map(|(growth, share)| {
        let same_share = (share - own).abs() <= f64::EPSILON;
        if growth.abs() > f64::EPSILON && !same_share {
            return None;
        }
        let mut future = likely.clone();
        future.level *= 1.0 + growth;
        if !same_share {
            future.cached_share = Some(*share);
        }
        Some(future)
    });
    let futures: Vec<Option<Future>> = futures.collect();
    Some(GridAxes { family, middle, standard, sizes, groups, payments, cached, own, futures })
}

/// The grid around `choice`. None when no family has sizes.
pub(crate) fn grid(
    session: &Session<'_>,
    families: &[Family],
    candidates: &[Evaluated],
    choice: usize,
    workers: &impl Workers,
) -> Result<Option<WhatIfGrid>, Diagnostics> {
    let question = session.question;
    let Some(axes) = axes(question, families, candidates, choice) else { return Ok(None) };
    let GridAxes { family, middle, standard, sizes, groups, payments, cached, own, futures } = axes;
    let plain = |family: &Family| candidate(family, 0, Payment::Hourly).is_pay_as_you_go();
    let unsized_name =
        standard.filter(|family| !plain(family)).map(|family| family.name.to_string());
    let first: Vec<_> = groups.iter().filter_map(|group| group.candidates.first()).collect();
    session.ahead("what-if grid", &first, &futures.iter().flatten().cloned().collect::<Vec<_>>());
    let columns = workers.map("what-if grid", &futures, |future| {
        let Some(future) = future else { return Ok(vec![Vec::new(); groups.len()]) };
        session.billed(question.scenario, future, |setting| evaluate_all(setting, groups.iter()))
    });
    let columns: Vec<Vec<Vec<Evaluated>>> = columns.into_iter().collect::<Result<_, _>>()?;
    let mut points = Vec::new();
    for size in 0..sizes.len() {
        for column in &columns {
            for payment in 0..payments.len() {
                // Pay-as-you-go costs the same however PTUs would be paid.
                let paid = column[size].get(payment).or(column[size].first());
                points.push(paid.filter(|one| one.figures.is_some()).cloned());
            }
        }
    }
    let chosen = &candidates[choice].candidate;
    let chosen_size = if chosen.size() == (0, 0) && standard.is_some() { 0 } else { middle };
    let position = [
        sizes.iter().position(|size| *size == chosen_size).unwrap_or(0),
        GROWTH.iter().position(|growth| growth.abs() <= f64::EPSILON).unwrap_or(0),
        cached.iter().position(|share| share.total_cmp(&own).is_eq()).unwrap_or(0),
        payments.iter().position(|payment| *payment == chosen.payment).unwrap_or(0),
    ];
    Ok(Some(WhatIfGrid {
        sizes,
        instances: family.has_machines(),
        unsized_name: unsized_name.unwrap_or_else(|| "pay-as-you-go".to_owned()),
        growth: GROWTH.to_vec(),
        cached,
        payments,
        choice: position,
        points,
    }))
}

/// Sizes spread over all that the search looked at, from the smallest to what the peak needs.
fn whole_range(family: &Family, candidates: &[Evaluated]) -> Vec<Ptu> {
    let own = candidates.iter().filter(|one| *one.family == *family.name && one.figures.is_some());
    let mut all: Vec<Ptu> = own.map(|one| family.size_of(&one.candidate)).collect();
    all.sort_unstable();
    all.dedup();
    if all.len() <= SIZES {
        return all;
    }
    (0..SIZES).filter_map(|at| all.get(at * (all.len() - 1) / (SIZES - 1)).copied()).collect()
}

/// The share of all input that the traces say is cached.
fn traced_share(question: Question<'_>) -> f64 {
    let sums = question.traces.iter().map(crate::workload::trace::Trace::token_sums);
    let (cached, input) = sums.fold((0, 0), |(cached, input), sums| {
        (cached + sums.cached_input_tokens.unwrap_or(0), input + sums.input_tokens)
    });
    if input == 0 { 0.0 } else { cached as f64 / input as f64 }
}
