//! What the months after the first bring: a change of the plan, and the month in which it falls
//! short.

use crate::report::answer::{requests, when};
use crate::report::view::DependencyView;
use crate::report::view::RecommendationView;
use crate::report::view::horizon::{ChangeOfPlanView, CourseView, HorizonView};
use crate::report::words::numbers;

/// The first month that breaks an objective or a requirement; none where all hold.
pub(super) fn first_failing(view: &RecommendationView) -> Option<&str> {
    let horizon = when::several(view)?;
    horizon.months.iter().find(|month| !month.holds).map(|month| &*month.month)
}

/// Whether the plan holds in all its months.
pub(super) fn holds(view: &RecommendationView) -> bool {
    view.outlook.horizon.as_ref().is_none_or(|horizon| horizon.feasible)
}

/// Whether all of it holds once what it takes is asked for.
pub(super) fn can_hold(view: &RecommendationView) -> bool {
    holds(view) || (view.quota.enough == Some(true) && !short(view).is_empty())
}

/// What of the choice's needs is short or unknown, in words; empty where nothing is.
fn short(view: &RecommendationView) -> String {
    requests::short(view, &view.quota.choice)
}

fn plan(horizon: &HorizonView) -> Option<&CourseView> {
    horizon.courses.iter().find(|course| course.is_plan)
}

/// What a headline says beside the first month, longest first; one empty form where that is all
/// there is.
pub(super) fn headline(view: &RecommendationView) -> Vec<String> {
    let mut forms = vec![String::new(), String::new()];
    let Some(horizon) = when::several(view) else { return vec![String::new()] };
    let mut add = |long: String, short: String| {
        forms[0].push_str(&long);
        forms[1].push_str(&short);
    };
    for change in plan(horizon).iter().flat_map(|own| &own.changes) {
        let month = when::named(&change.month);
        add(format!("; change to {} in {month}", change.to), format!("; change in {month}"));
    }
    if let Some(month) = first_failing(view).map(when::named) {
        let asked = short(view);
        if can_hold(view) {
            add(
                format!("; by {month} ask for {asked}"),
                format!("; by {month} ask for more quota"),
            );
        } else {
            add(
                format!("; from {month} on it falls short, and nothing that was tried serves"),
                format!("; it falls short from {month} on"),
            );
        }
    }
    forms.dedup();
    forms
}

/// What the months decide, for the first reasons: what falls short and when, and the ways to serve
/// them side by side.
pub(super) fn reasons(view: &RecommendationView) -> Vec<String> {
    let Some(horizon) = when::several(view) else { return Vec::new() };
    let mut said = Vec::new();
    let failing: Vec<_> = horizon.months.iter().filter(|month| !month.holds).collect();
    if let Some(first) = failing.first() {
        let broken = first.broken.join("; ");
        let wanted = if can_hold(view) {
            format!(" Enough for every month: {}.", short(view))
        } else {
            String::new()
        };
        said.push(format!(
            "In {} of {} months the plan falls short, first in {}: {}.{wanted}",
            failing.len(),
            horizon.months.len(),
            when::named(&first.month),
            broken.trim_end_matches('.')
        ));
    }
    said.extend(against_others(view, horizon));
    said
}

/// The plan against the other ways through the months, where it is not what the first month alone
/// would choose.
fn against_others(view: &RecommendationView, horizon: &HorizonView) -> Option<String> {
    let own = plan(horizon)?;
    let currency = &horizon.currency;
    let whole = |one: &&CourseView| one.changes.is_empty() && !one.is_plan;
    // To stay with what runs first is what the change is measured by.
    let stays = |one: &&CourseView| one.first == own.first;
    let others = || horizon.courses.iter().filter(whole);
    let other = others().find(stays).or_else(|| others().min_by_key(|one| one.failing.len()))?;
    let cheapest = view.candidates.iter().filter(|one| one.feasible).min_by_key(|one| {
        one.expected_monthly_cost.parse::<rust_decimal::Decimal>().unwrap_or_default()
    });
    let is_first_best = cheapest.zip(view.choice.as_ref()).is_some_and(|(a, b)| a.name == b.name);
    if own.changes.is_empty() && is_first_best {
        return None;
    }
    let months = horizon.months.len();
    let total = numbers::money(&own.total, currency);
    let theirs = numbers::money(&other.total, currency);
    let amount = |text: &str| text.parse::<rust_decimal::Decimal>().unwrap_or_default();
    let falls_short = match other.failing.first() {
        Some(month) => format!(" and falls short from {} on", when::named(month)),
        None if amount(&other.total) < amount(&own.total) => {
            " in the most likely future, and costs more or falls short over all futures".to_owned()
        }
        None => String::new(),
    };
    Some(format!(
        "Over the {months} months {} costs {total}; {} throughout costs {theirs}{falls_short}.",
        course(own),
        course(other)
    ))
}

/// A way through the months in words, such as `GlobalStandard, then 150 PTU Global from April
/// 2027`.
pub(crate) fn course(own: &CourseView) -> String {
    let change = |change: &ChangeOfPlanView| {
        format!(", then {} from {}", change.to, when::named(&change.month))
    };
    std::iter::once(own.first.clone()).chain(own.changes.iter().map(change)).collect()
}

/// The plan in words where it changes on the way.
pub(super) fn changed(horizon: &HorizonView) -> Option<String> {
    plan(horizon).filter(|own| !own.changes.is_empty()).map(course)
}

/// The first of the models that answer calls after their last day, and that day.
pub(super) fn ends(view: &RecommendationView) -> Option<(&DependencyView, &str)> {
    let ends = view.depends_on.iter().filter_map(|one| Some((one, one.last_day.as_deref()?)));
    ends.min_by_key(|(_, day)| *day)
}

/// How sure the months after the first are.
pub(super) fn how_sure(view: &RecommendationView) -> Option<String> {
    let horizon = when::several(view)?;
    let count = horizon.months.len();
    let failing: Vec<_> = horizon.months.iter().filter(|month| !month.holds).collect();
    if let Some((_, day)) = ends(view).filter(|_| failing.is_empty()) {
        // A month is named by its year and number, which are how its days begin.
        let whole = horizon.months.iter().filter(|month| !day.starts_with(&*month.month));
        let before = whole.filter(|month| *month.month < *day).count();
        let hold = match before {
            0 => format!("None of the {count} months is served to its end"),
            1 => format!("The first of {count} months holds in the most likely future"),
            _ => format!("The first {before} of {count} months hold in the most likely future"),
        };
        return Some(format!(
            "{hold}: a model retires after {day}, and what follows is planned as if it went on."
        ));
    }
    if let Some(first) = failing.first() {
        return Some(format!(
            "In the most likely future it holds in {} of {count} months and fails first in {}.",
            count - failing.len(),
            when::named(&first.month)
        ));
    }
    let high = horizon.months.iter().find(|month| month.holds_at.last() == Some(&false));
    let high = high.map_or_else(String::new, |month| {
        format!(
            "; at the 90th percentile of demand an objective fails first in {}",
            when::named(&month.month)
        )
    });
    Some(format!("All {count} months hold in the most likely future{high}."))
}
