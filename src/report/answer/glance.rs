//! The whole of it.

use crate::report::answer::reasons::REASONS;
use crate::report::answer::{
    action, compared, depends, later, nothing, reasons, requests, sure, when,
};
use crate::report::view::horizon::HorizonView;
use crate::report::view::{
    CandidateView, FigureView, GlanceView, QuotaOptionView, RecommendationView, SpreadView,
};
use crate::report::words::numbers;

/// The answer at a glance, of a view that is complete but for it.
pub fn glance(view: &RecommendationView) -> GlanceView {
    let better = view.quota.better.and_then(|index| view.quota.options.get(index));
    let mut reasons = reasons::reasons(view, better);
    reasons.truncate(REASONS);
    GlanceView {
        action: action::action(view, better),
        check_first: check_first(view),
        answered: (view.choice.is_some() && later::can_hold(view)) || better.is_some(),
        figure: match (better, &view.choice) {
            (Some(option), _) => Some(of_option(view, option)),
            (None, Some(choice)) => Some(of_choice(view, choice)),
            (None, None) => nothing::figure(view, |one| {
                figure(view, &one.expected_monthly_cost, &one.monthly_cost)
            }),
        },
        compared: compared::compared(view, better),
        how_sure: sure::how_sure(view, better),
        depends_on: depends_on(view, better),
        reasons,
    }
}

/// What nobody states of what the answer needs, and what ends while it is needed.
fn check_first(view: &RecommendationView) -> String {
    let unknown = view.depends_on.iter().filter(|one| one.kind == depends::AVAILABILITY);
    let mut said: Vec<String> = unknown.map(|one| one.sentence.clone()).collect();
    if let Some((model, day)) = later::ends(view) {
        said.push(format!(
            "{}: calls after that day fail (410) unless another model takes over, and the figures \
             are as if it went on. To be safe, plan until {day} or name the model that follows.",
            model.short
        ));
    }
    said.join(" ")
}

fn of_choice(view: &RecommendationView, choice: &CandidateView) -> FigureView {
    if let Some(horizon) = when::several(view) {
        return of_horizon(view, horizon);
    }
    figure(view, &choice.expected_monthly_cost, &choice.monthly_cost)
}

fn of_option(view: &RecommendationView, option: &QuotaOptionView) -> FigureView {
    if let Some((horizon, total)) = when::several(view).zip(option.horizon_total.as_ref()) {
        let period = format!("over {} months", horizon.months.len());
        return FigureView {
            amount: total.clone(),
            band: format!("{period} from {} in {}", horizon.from, horizon.future),
            period,
            currency: horizon.currency.clone(),
            low: total.clone(),
            high: total.clone(),
        };
    }
    figure(view, &option.expected_monthly_cost, &option.monthly_cost)
}

/// The months of the horizon together: what the line items, the workbook and the budgets add up to.
fn of_horizon(view: &RecommendationView, horizon: &HorizonView) -> FigureView {
    let period = format!("over {} months", horizon.months.len());
    let amount = |text: &str| numbers::amount(text);
    let mut band = format!(
        "{period} from {} in {} ({} in an average month)",
        horizon.from,
        horizon.future,
        amount(&horizon.monthly)
    );
    let [low, high] = [amount(&horizon.p10), amount(&horizon.p90)];
    let drawn = view.outlook.confidence.as_ref().is_some_and(|known| known.more_than_luck);
    if low == high && drawn {
        band += "; the same at the 10th and the 90th percentile of demand";
    } else if low == high {
        band += "; no demand was declared uncertain";
    } else {
        band = format!("{band}; {low} to {high} from the 10th to the 90th percentile of demand");
    }
    FigureView {
        amount: horizon.total.clone(),
        period,
        currency: horizon.currency.clone(),
        low: horizon.p10.clone(),
        high: horizon.p90.clone(),
        band,
    }
}

fn figure(view: &RecommendationView, amount: &str, cost: &SpreadView) -> FigureView {
    FigureView {
        amount: amount.to_owned(),
        period: "a month".to_owned(),
        currency: cost.currency.clone(),
        low: cost.p10.clone(),
        high: cost.p90.clone(),
        band: band(view, cost),
    }
}

/// What the figure and its band are of; a spread of nothing is not printed as one.
fn band(view: &RecommendationView, cost: &SpreadView) -> String {
    let drawn = view.outlook.confidence.as_ref().is_some_and(|known| known.more_than_luck);
    let [low, high] = [&cost.p10, &cost.p90].map(|amount| numbers::amount(amount));
    let month = when::a_month(&view.scenario);
    let of = when::futures(view, cost.replications);
    match cost.replications {
        0 | 1 => format!("{month}, {of}"),
        _ if low == high && drawn => {
            format!("{month}, the same in every future simulated")
        }
        _ if low == high => {
            format!("{month}; nothing that moves the cost was declared uncertain")
        }
        _ => format!("{month}, {of}; {low} to {high} in 8 of 10 of them"),
    }
}

/// Dependencies named in the line at a glance; the section has all.
const NAMED: usize = 3;

fn depends_on(view: &RecommendationView, better: Option<&QuotaOptionView>) -> String {
    if view.choice.is_none() && view.depends_on.is_empty() && better.is_none() {
        // Without a choice nothing was varied: that nothing changes it would be no finding.
        return String::new();
    }
    // What is asked for stands first; quota of the plan without it is none of its needs.
    let asked = better.map(|one| format!("{} being granted", requests::short(view, &one.needs)));
    let own = view.depends_on.iter().filter(|one| better.is_none() || one.kind != depends::QUOTA);
    let all: Vec<&str> = asked.as_deref().into_iter().chain(own.map(|one| &*one.short)).collect();
    let named = &all[..all.len().min(NAMED)];
    let more = all.len() - named.len();
    let assumed = view.assumptions.len();
    let values = match assumed {
        0 => "published values alone".to_owned(),
        1 => "1 value that is not published".to_owned(),
        many => format!("{many} values that are not published"),
    };
    if named.is_empty() {
        return format!("{values}; nothing that was tried changes the answer");
    }
    let mut parts: Vec<String> = named.iter().map(|own| (*own).to_owned()).collect();
    if more > 0 {
        parts.push(format!("{more} more"));
    }
    if assumed > 0 {
        parts.push(values);
    }
    parts.join("; ")
}
