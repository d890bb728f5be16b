//! Against what runs today, else against pay-as-you-go.

use crate::report::answer::when;
use crate::report::view::horizon::{HorizonView, PAY_AS_YOU_GO, WayToPayView};
use crate::report::view::{CandidateView, QuotaOptionView, RecommendationView};
use crate::report::words::answer;
use crate::report::words::letters;
use crate::report::words::{numbers, seen};
use rust_decimal::Decimal;

/// The comparison, in one sentence.
pub(super) fn compared(view: &RecommendationView, better: Option<&QuotaOptionView>) -> String {
    let own = match (better, &view.choice) {
        (Some(option), _) => Some(&option.expected_monthly_cost),
        (None, Some(choice)) => Some(&choice.expected_monthly_cost),
        (None, None) => None,
    };
    let Some(own) = own else { return nothing(view) };
    let months = when::several(view).zip(better.and_then(|one| one.horizon_total.as_ref()));
    if let Some((horizon, total)) = months {
        return without_quota(horizon, total);
    }
    let chosen = view.choice.as_ref().filter(|_| better.is_none());
    if let Some(horizon) = when::several(view).filter(|_| chosen.is_some()) {
        return over_months(view, horizon);
    }
    let today = view.candidates.iter().find(|c| c.name == "today");
    if let Some(today) = today {
        return against("today's deployments", "Today's deployments", own, today, chosen);
    }
    let standard = view.candidates.iter().find(|c| c.pay_as_you_go);
    match standard {
        Some(other) if chosen.is_some_and(|choice| choice.name == other.name) => {
            "What runs today is not stated in [today]; this is pay-as-you-go itself.".to_owned()
        }
        Some(other) => {
            let name = format!("pay-as-you-go ({})", answer::label_in(view, other));
            let capital = format!("Pay-as-you-go ({})", answer::label_in(view, other));
            against(&name, &capital, own, other, chosen)
        }
        None => "Nothing to compare with: [today] is not stated.".to_owned(),
    }
}

/// Over the horizon against pay-as-you-go, and against what runs today in the month for which that is simulated.
fn over_months(view: &RecommendationView, horizon: &HorizonView) -> String {
    let choice = view.choice.as_ref();
    let today = view.candidates.iter().find(|c| c.name == "today");
    let mut said = Vec::new();
    if let Some((today, choice)) = today.zip(choice) {
        let own = &choice.expected_monthly_cost;
        let of = when::month(&view.scenario);
        let text = against("today's deployments", "Today's deployments", own, today, Some(choice));
        said.push(format!("In {of}: {}", letters::small(&text)));
    }
    let standard = horizon.ways.iter().find(|way| way.way == PAY_AS_YOU_GO);
    if let Some(other) = standard {
        said.push(by_the_token(horizon, other));
    }
    if said.is_empty() {
        said.push("Nothing to compare with: [today] is not stated.".to_owned());
    }
    said.join(" ")
}

/// What is asked for against the plan without it, over all months.
fn without_quota(horizon: &HorizonView, total: &str) -> String {
    let months = horizon.months.len();
    let without = numbers::money(&horizon.total, &horizon.currency);
    let short = horizon.months.iter().filter(|month| !month.holds).count();
    if short > 0 {
        return format!(
            "Without it {without} over the {months} months, of which {short} fall short."
        );
    }
    let (Ok(own), Ok(other)) = (total.parse::<Decimal>(), horizon.total.parse::<Decimal>()) else {
        return String::new();
    };
    let gap = numbers::money(&(other - own).to_string(), &horizon.currency);
    format!("{gap} less over the {months} months than without it ({without}).")
}

fn by_the_token(horizon: &HorizonView, other: &WayToPayView) -> String {
    if other.is_plan {
        return "This is pay-as-you-go itself.".to_owned();
    }
    let (Ok(own), Ok(theirs)) = (horizon.total.parse::<Decimal>(), other.total.parse::<Decimal>())
    else {
        return String::new();
    };
    let gap = numbers::money(&(own - theirs).abs().to_string(), &horizon.currency);
    let total = numbers::amount(&other.total);
    let but = if other.feasible { "" } else { ", which breaks an objective or a constraint" };
    if own == theirs {
        let months = horizon.months.len();
        return format!("Costs the same as pay-as-you-go over the {months} months ({total}){but}.");
    }
    let than = if own < theirs { "less" } else { "more" };
    format!(
        "{gap} {than} than pay-as-you-go over the {} months ({total}){but}.",
        horizon.months.len()
    )
}

fn nothing(view: &RecommendationView) -> String {
    match view.candidates.iter().find(|c| c.name == "today") {
        Some(today) if today.expected_monthly_cost.is_empty() => {
            format!("Today's deployments were not simulated: {}.", why(today))
        }
        Some(today) => format!(
            "Today's deployments cost {} a month, but {}.",
            numbers::money(&today.expected_monthly_cost, &today.monthly_cost.currency),
            short_of(today, "")
        ),
        None => "What runs today is not stated in [today].".to_owned(),
    }
}

fn against(
    name: &str,
    capital: &str,
    own: &str,
    other: &CandidateView,
    chosen: Option<&CandidateView>,
) -> String {
    if chosen.is_some_and(|choice| choice.name == other.name) {
        return "This is what runs today.".to_owned();
    }
    let was = if other.name == "today" { "were" } else { "was" };
    let costs = (own.parse::<Decimal>(), other.expected_monthly_cost.parse::<Decimal>());
    let (Ok(own), Ok(theirs)) = costs else {
        return format!("{capital} {was} not simulated: {}.", why(other));
    };
    let (gap, currency) = (own - theirs, &other.monthly_cost.currency);
    let amount = numbers::money(&gap.abs().to_string(), currency);
    let total = numbers::amount(&other.expected_monthly_cost);
    let same = numbers::amount(&own.to_string()) == total;
    // Today's deployments are many, pay-as-you-go is one.
    let verb = if other.name == "today" { "" } else { "s" };
    match (same, gap.is_sign_negative(), other.feasible) {
        (true, _, true) => format!("Costs the same as {name} ({total})."),
        (true, _, false) => format!("Costs the same as {name}, which {}.", short_of(other, verb)),
        (false, true, true) => format!("{amount} a month less than {name} ({total})."),
        (false, true, false) => {
            format!("{amount} a month less than {name} ({total}), which {}.", short_of(other, verb))
        }
        (false, false, true) => format!("{amount} a month more than {name} ({total})."),
        (false, false, false) => {
            format!("{capital} cost{verb} {amount} less ({total}), but {}.", short_of(other, verb))
        }
    }
}

/// What a candidate does not do: the calls it fails, else the constraint it breaks; `verb` ends the
/// verb of one.
fn short_of(other: &CandidateView, verb: &str) -> String {
    let own = &other.measures;
    if own.throttled_share > 0.0 {
        return format!("throttle{verb} {} of calls", seen::share(own, own.throttled_share));
    }
    format!("break{verb} a constraint: {}", why(other))
}

fn why(other: &CandidateView) -> &str {
    other.reasons.first().map_or("no reason was recorded", |reason| reason.trim_end_matches('.'))
}
