//! The whole of it.

use crate::report::answer::reasons::REASONS;
use crate::report::answer::{action, compared, reasons, sure};
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
        answered: view.choice.is_some() || better.is_some(),
        figure: match (better, &view.choice) {
            (Some(option), _) => Some(of_option(option)),
            (None, Some(choice)) => Some(of_choice(view, choice)),
            (None, None) => None,
        },
        compared: compared::compared(view, better),
        how_sure: sure::how_sure(view, better),
        depends_on: depends_on(view),
        reasons,
    }
}

fn of_choice(view: &RecommendationView, choice: &CandidateView) -> FigureView {
    figure(view, &choice.expected_monthly_cost, &choice.monthly_cost)
}

fn of_option(option: &QuotaOptionView) -> FigureView {
    let cost = &option.monthly_cost;
    FigureView {
        amount: option.expected_monthly_cost.clone(),
        currency: cost.currency.clone(),
        low: cost.p10.clone(),
        high: cost.p90.clone(),
        band: band(cost, true),
    }
}

fn figure(view: &RecommendationView, amount: &str, cost: &SpreadView) -> FigureView {
    let drawn = view.outlook.confidence.as_ref().is_some_and(|known| known.more_than_luck);
    FigureView {
        amount: amount.to_owned(),
        currency: cost.currency.clone(),
        low: cost.p10.clone(),
        high: cost.p90.clone(),
        band: band(cost, drawn),
    }
}

/// What the band is; a spread of nothing is not printed as one.
fn band(cost: &SpreadView, drawn: bool) -> String {
    let [low, high] = [&cost.p10, &cost.p90].map(|amount| numbers::amount(amount));
    match cost.replications {
        0 | 1 => "a month, from one simulation".to_owned(),
        _ if low == high && drawn => "a month, the same in every future simulated".to_owned(),
        _ if low == high => {
            "a month; nothing that moves the cost was declared uncertain".to_owned()
        }
        count => format!(
            "a month; {low} to {high} in 8 of 10 of the {} futures simulated",
            numbers::count(u64::from(count))
        ),
    }
}

/// Dependencies named in the line at a glance; the section has all.
const NAMED: usize = 3;

fn depends_on(view: &RecommendationView) -> String {
    let named: Vec<&str> = view.depends_on.iter().take(NAMED).map(|one| &*one.short).collect();
    let more = view.depends_on.len().saturating_sub(NAMED);
    let assumed = view.assumptions.len();
    let values = match assumed {
        0 => "no value that is not published".to_owned(),
        1 => "1 value that is not published".to_owned(),
        many => format!("{many} values that are not published"),
    };
    match (named.is_empty(), more) {
        (true, _) => format!("{values}; nothing that was tried changes the answer"),
        (false, 0) => format!("{}; {values}", named.join("; ")),
        (false, more) => format!("{}; {more} more; {values}", named.join("; ")),
    }
}
