//! From what a plan knows beyond its ranking to the view: certainty, sensitivity, months, the what-if grid.

use crate::plan::constraints::constraint::Constraint;
use crate::plan::evaluate::spread::Spread;
use crate::plan::futures::uncertainty::Certainty;
use crate::plan::months::months::PlannedMonth;
use crate::plan::why::feasibility::FeasibilityFlip;
use crate::plan::why::grid::WhatIfGrid;
use crate::plan::why::sensitivity::Sensitivity;
use crate::report::view::horizon::HorizonView;
use crate::report::view::outlook::{
    BetweenView, ConfidenceView, GridAxisView, GridView, MonthView, ObjectiveChanceView, PairedView,
};
use crate::report::view::{FeasibilityView, SensitivityView, SpreadView};
use crate::report::words::constraint::constraint;
use crate::report::words::{months, numbers, refusal};
use crate::units::money::Money;

/// A cost over replications.
pub(super) fn spread(spread: &Spread) -> SpreadView {
    spread_of([spread.p10, spread.p50, spread.p90], spread.replications)
}

fn spread_of([p10, p50, p90]: [Money; 3], replications: u32) -> SpreadView {
    SpreadView {
        currency: p50.currency().to_string(),
        p10: p10.to_exact_string(),
        p50: p50.to_exact_string(),
        p90: p90.to_exact_string(),
        replications,
    }
}

/// How sure the choice is.
pub(super) fn confidence(certainty: &Certainty, choice: Option<&Spread>) -> ConfidenceView {
    let cost_between = choice.into_iter().flat_map(|spread| {
        [10, 50, 90].into_iter().zip(spread.between).map(|(percent, [low, high])| BetweenView {
            percent,
            low: low.to_exact_string(),
            high: high.to_exact_string(),
        })
    });
    let objective = |(objective, share): &(Constraint, f64)| ObjectiveChanceView {
        objective: constraint(objective),
        share: *share,
    };
    let paired = certainty.paired.iter().map(|pair| PairedView {
        other: pair.other.to_string(),
        cheaper_share: pair.cheaper_share,
        other_holds_share: pair.other_holds_share,
        saving: spread_of(pair.saving, certainty.replications),
    });
    ConfidenceView {
        best_share: certainty.best_share,
        near_share: certainty.near_share,
        kind_share: certainty.kind_share,
        more_than_luck: certainty.more_than_luck,
        replications: certainty.replications,
        hold_in: certainty.hold_in,
        hold_share: choice.map_or(0.0, |spread| spread.hold_share),
        hold_between: choice.map_or_else(Vec::new, |spread| spread.hold_between.to_vec()),
        cost_between: cost_between.collect(),
        replications_most: certainty.replications_most,
        tight: certainty.tight,
        interior: certainty.interior,
        objectives: certainty.objectives.iter().map(objective).collect(),
        paired: paired.collect(),
        regret_mean: certainty.regret_mean.to_exact_string(),
        regret_worst: certainty.regret_worst.to_exact_string(),
        least_worst: certainty.least_worst.to_string(),
        least_worst_cost: certainty.least_worst_cost.to_exact_string(),
    }
}

/// The effect of one input.
pub(super) fn sensitivity(effect: &Sensitivity) -> SensitivityView {
    let [low, high] = effect.values.clone();
    let [cost_low, cost_high] = effect.cost.map(|cost| cost.to_exact_string());
    let [best_low, best_high] = effect.best.clone().map(|best| best.to_string());
    SensitivityView {
        input: effect.input.clone(),
        low,
        high,
        cost_low,
        cost_high,
        flips_choice: effect.flips_choice,
        best_low,
        best_high,
    }
}

/// A flip of feasibility.
pub(super) fn feasibility(flip: &FeasibilityFlip) -> FeasibilityView {
    FeasibilityView {
        parameter: flip.parameter.to_string(),
        taken: flip.taken.clone(),
        other: flip.other.clone(),
        candidate: flip.candidate.to_string(),
        feasible: flip.feasible,
        monthly_cost: flip.monthly.map(|monthly| monthly.to_exact_string()),
        reason: flip.reason.as_ref().map(refusal::message),
        changes_choice: flip.changes_choice,
        words: flips(flip),
    }
}

/// The months of the purchase plan, with what changes in each and what it falls short of.
pub(super) fn months(months: &[PlannedMonth], horizon: Option<&HorizonView>) -> Vec<MonthView> {
    let plan = horizon.and_then(|own| own.courses.iter().find(|course| course.is_plan));
    let each = months.iter().map(|month| {
        let changes = plan.into_iter().flat_map(|plan| &plan.changes);
        let change = changes.filter(|change| change.month == month.month);
        let mut actions: Vec<String> =
            change.map(|change| format!("change to {}", change.to)).collect();
        actions.extend(month.actions.iter().map(months::action));
        let own = horizon.and_then(|own| own.months.iter().find(|one| one.month == month.month));
        let short = own.filter(|own| !own.broken.is_empty()).map(|own| own.broken.join("; "));
        actions.extend(short.map(|short| format!("not every objective can be kept: {short}")));
        MonthView {
            month: month.month.clone(),
            cost: spread_of(month.cost, 3),
            total_ptu: month.total_ptu,
            actions,
        }
    });
    each.collect()
}

/// The what-if grid.
pub(super) fn grid(grid: &WhatIfGrid) -> GridView {
    let axis = |key: &str, label: &str, values: Vec<String>| GridAxisView {
        key: key.into(),
        label: label.into(),
        values,
    };
    let percent = |share: &f64| format!("{:.0}%", share * 100.0);
    let (label, unit) = if grid.instances { ("Instances", "instances") } else { ("PTUs", "PTU") };
    let size = |size: &u32| match *size {
        0 => grid.unsized_name.clone(),
        1 if grid.instances => "1 instance".to_owned(),
        size => format!("{size} {unit}"),
    };
    let figures = || grid.points.iter().map(|point| point.as_ref()?.figures.as_ref());
    let first = figures().flatten().next();
    GridView {
        axes: vec![
            axis(
                if grid.instances { "instances" } else { "ptu" },
                label,
                grid.sizes.iter().map(size).collect(),
            ),
            axis(
                "growth",
                "Traffic, compared with the scenario",
                grid.growth.iter().map(|growth| change(*growth)).collect(),
            ),
            axis(
                "cached_share",
                "Cached share of input",
                grid.cached.iter().map(percent).collect(),
            ),
            axis(
                "commitment",
                "Commitment",
                grid.payments.iter().map(|payment| payment.as_str().to_owned()).collect(),
            ),
        ],
        choice: grid.choice.to_vec(),
        currency: first.map_or_else(String::new, |f| f.cost.monthly.currency().to_string()),
        monthly_cost: figures().map(|f| Some(f?.cost.monthly.to_exact_string())).collect(),
        saw_throttle_share: figures().map(|f| Some(f?.total.saw_throttle_share)).collect(),
        added_wait_ms_p99: figures()
            .map(|f| Some(f?.total.added_wait.p99_us as f64 / 1_000.0))
            .collect(),
        utilization_mean: figures().map(|f| Some(f?.utilization?.mean)).collect(),
        best: best(grid),
        feasible: grid.points.iter().map(|point| Some(point.as_ref()?.is_feasible())).collect(),
    }
}

/// A change of traffic in words.
fn change(growth: f64) -> String {
    match growth {
        0.0 => "unchanged".to_owned(),
        less if less < 0.0 => format!("\u{2212}{:.0}%", -less * 100.0),
        more => format!("+{:.0}%", more * 100.0),
    }
}

/// The cheapest feasible point of each point's place: of all sizes and commitments at its traffic and cached share.
fn best(grid: &WhatIfGrid) -> Vec<Option<usize>> {
    let payments = grid.payments.len().max(1);
    let places = grid.growth.len() * grid.cached.len();
    let place_of = |point: usize| point / payments % places.max(1);
    let mut cheapest: Vec<Option<(rust_decimal::Decimal, usize)>> = vec![None; places];
    for (index, point) in grid.points.iter().enumerate() {
        let Some(one) = point.as_ref().filter(|one| one.is_feasible()) else { continue };
        let Some(figures) = &one.figures else { continue };
        let cost = figures.cost.monthly.amount();
        let known = &mut cheapest[place_of(index)];
        if known.is_none_or(|(least, _)| cost < least) {
            *known = Some((cost, index));
        }
    }
    (0..grid.points.len()).map(|point| Some(cheapest[place_of(point)]?.1)).collect()
}

/// A flip in one sentence.
fn flips(flip: &FeasibilityFlip) -> String {
    let FeasibilityFlip { candidate, parameter, taken, other, .. } = flip;
    let cost = flip.monthly.map(|monthly| {
        let amount = monthly.amount().to_string();
        format!(" and costs {} a month", numbers::money(&amount, monthly.currency().as_str()))
    });
    let cost = cost.unwrap_or_default();
    let choice = if flip.changes_choice { "; the choice is then another" } else { "" };
    if flip.feasible {
        format!(
            "{candidate} is feasible{cost} with {parameter} = {taken}, which is not published; \
             with {other} it is infeasible{choice}."
        )
    } else {
        format!(
            "{candidate} is infeasible with {parameter} = {taken}, which is not published; \
             with {other} it is feasible{cost}{choice}."
        )
    }
}
