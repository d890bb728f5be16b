//! Where no option meets every objective and requirement: the nearest one, and what it breaks.

use crate::report::view::explanation::RelaxationView;
use crate::report::view::{CandidateView, FigureView, RecommendationView};
use crate::report::words::answer::label_in;
use crate::report::words::letters::capital;
use crate::report::words::{numbers, relaxed};
use rust_decimal::Decimal;

/// The cheapest candidate that is feasible once a requirement is dropped, or two, with what to
/// change.
pub(crate) fn nearest(view: &RecommendationView) -> Option<(&RelaxationView, &CandidateView)> {
    let found = view.outlook.explanation.relaxations.iter().filter_map(|one| {
        let candidate = view.candidates.iter().find(|c| c.name == one.candidate)?;
        let simulated = !candidate.expected_monthly_cost.is_empty();
        simulated.then_some((one, candidate))
    });
    let cost = |text: &str| text.parse::<Decimal>().unwrap_or(Decimal::MAX);
    // What is required is given up last.
    let key = |one: &RelaxationView| (!one.keeps_all, cost(&one.monthly_cost));
    found.min_by_key(|(one, _)| key(one)).filter(|_| view.choice.is_none())
}

/// What the nearest option costs, with what it breaks in its band.
pub(super) fn figure(
    view: &RecommendationView,
    of: impl Fn(&CandidateView) -> FigureView,
) -> Option<FigureView> {
    let (relaxed, candidate) = nearest(view)?;
    let mut figure = of(candidate);
    let breaks = match &relaxed.budget {
        Some(budget) => {
            format!("above the budget of {}", numbers::money(budget, &relaxed.currency))
        }
        None => format!("only if you {}", relaxed.change),
    };
    figure.band = format!("{}; {breaks}", figure.band);
    Some(figure)
}

/// What to do, longest first.
pub(super) fn actions(view: &RecommendationView) -> Vec<String> {
    let mut ways = Vec::new();
    if let Some((relaxed, candidate)) = nearest(view) {
        let cost = numbers::money(&relaxed.monthly_cost, &relaxed.currency);
        let named = label_in(view, candidate);
        let stands = match &relaxed.budget {
            Some(budget) => format!(
                "No option fits the budget of {} a month",
                numbers::money(budget, &relaxed.currency)
            ),
            None => format!("No option meets every requirement. To serve, {}", relaxed.change),
        };
        ways.push(format!("{stands}. The cheapest that meets every objective: {named}, {cost}."));
        ways.push(format!("{stands}. The cheapest that meets every objective costs {cost}."));
        ways.push(format!("{stands} ({cost} a month)."));
        ways.push(format!("{stands}."));
    }
    for one in &view.outlook.explanation.relaxations {
        let cost = numbers::money(&one.monthly_cost, &one.currency);
        let said = "No option meets every requirement. To serve";
        ways.push(format!("{said}, {} ({cost} a month).", one.change));
        ways.push(format!("{said}, {}.", one.change));
    }
    if let Some(closest) = &view.outlook.explanation.closest {
        let cost = numbers::money(&closest.monthly_cost, &closest.currency);
        let named = label(view, &closest.candidate);
        let change = &closest.change;
        let none = "No option meets every objective.";
        ways.push(format!("{none} Nearest: {named}, {cost} a month, if you {change}."));
        ways.push(format!("{none} The nearest, {cost} a month, would if you {change}."));
        ways.push(format!("{none} To come nearest, {change}."));
    }
    // What was tried and is not enough is no advice.
    let tried = &view.outlook.explanation.not_enough;
    if view.outlook.explanation.relaxations.is_empty() && !tried.is_empty() {
        let alone: Vec<String> =
            tried.iter().filter(|one| one.len() == 1).flatten().cloned().collect();
        let pairs = tried.iter().any(|one| one.len() > 1);
        let (together, also) = if pairs {
            (", nor two of them together", "alone and two together")
        } else {
            ("", "alone")
        };
        ways.push(format!(
            "Nothing that was tried is enough: not to {}{together}.",
            alone.join(", nor to ")
        ));
        let count = alone.len();
        ways.push(format!(
            "Nothing that was tried is enough: the reasons name {count} changes, tried {also}."
        ));
        return ways;
    }
    let changes = &view.outlook.explanation.nearest;
    let change = capital(&numbers::choice(changes));
    if !change.is_empty() {
        ways.push(format!("Nothing can be deployed as required. {change}."));
    }
    if let Some(first) = changes.first() {
        ways.push(format!("Nothing can be deployed as required. First, {first}."));
        ways.push("Nothing can be deployed as required: see what stands in the way.".to_owned());
    }
    ways.push("Nothing on the list meets every objective: see what stands in the way.".to_owned());
    ways
}

/// A candidate by its label, or by its name where it is none of the view's.
fn label(view: &RecommendationView, name: &str) -> String {
    let known = view.candidates.iter().find(|one| one.name == name);
    let label = known.map(|known| label_in(view, known)).filter(|label| !label.is_empty());
    label.unwrap_or_else(|| name.to_owned())
}

/// Each requirement, or pair of them, that is enough to give up, with what that costs.
pub(super) fn enough(view: &RecommendationView) -> Vec<String> {
    let each = view.outlook.explanation.relaxations.iter().map(|one| {
        let cost = numbers::money(&one.monthly_cost, &one.currency);
        let named = label(view, &one.candidate);
        let enough = relaxed::enough(!one.together.is_empty(), &one.change);
        format!("{enough}: {named} then costs {cost} a month.")
    });
    each.collect()
}

/// How sure that is: what was simulated at all.
pub(super) fn how_sure(view: &RecommendationView) -> String {
    let simulated = view.candidates.iter().any(|c| !c.expected_monthly_cost.is_empty());
    match (simulated, nearest(view)) {
        (false, _)
            if !view.outlook.explanation.not_enough.is_empty()
                || !view.outlook.explanation.relaxations.is_empty() =>
        {
            "No candidate can be deployed as asked: only what can be with the changes named here \
             was simulated."
                .to_owned()
        }
        (false, _) => "Nothing was simulated: no candidate can be deployed as required.".to_owned(),
        (true, Some((_, candidate))) => format!(
            "{} meets every objective in the most likely future, the only one that was simulated.",
            label_in(view, candidate)
        ),
        (true, None) => "No candidate that was simulated meets every objective.".to_owned(),
    }
}
