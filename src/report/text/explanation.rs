//! The parts of `recommend` for the terminal that follow its ranking: the guide and the calculator, and the months ahead.

use crate::report::text::layout::{Ink, Tone, bullet};
use crate::report::view::{QuotaOptionView, RecommendationView};
use crate::report::words::letters::without_quota;
use crate::report::words::numbers;

/// Months listed at most; the page and the workbook have them all.
const MONTHS: usize = 36;

/// What the guide's tree and the official calculator say, in lines for people.
pub(crate) fn opinion_lines(view: &RecommendationView) -> Vec<String> {
    let Some(opinion) = &view.outlook.explanation.second_opinion else { return Vec::new() };
    let mut lines: Vec<String> = opinion
        .path
        .iter()
        .map(|step| format!("{} {} ({})", step.question, step.answer, step.because))
        .collect();
    let better = view.quota.better.and_then(|index| view.quota.options.get(index));
    let agrees = match better {
        Some(option) if serves_as(option, &opinion.sku) => {
            ", as the answer with the quota asked for"
        }
        Some(_) if opinion.agrees => ", as the plan without the quota asked for",
        None if opinion.agrees => ", as the choice",
        _ => "",
    };
    lines.push(format!("The tree ends at {}{agrees}", opinion.sku));
    if let Some(calculator) = &opinion.calculator {
        lines.push(format!(
            "For {} the calculator asks for {} PTU of {} at the busiest minute of {} requests ({} before rounding)",
            opinion.model,
            numbers::count(u64::from(calculator.deployable_ptu)),
            calculator.sku,
            numbers::count(calculator.requests_per_minute),
            numbers::quantity(&calculator.raw_ptu)
        ));
    }
    let differences = opinion.differences.iter();
    lines.extend(differences.map(|said| match better {
        // The choice is the plan without the quota that the answer asks for.
        Some(_) => without_quota(said),
        None => said.clone(),
    }));
    lines
}

/// Whether quota is asked for to serve calls as a SKU first.
fn serves_as(option: &QuotaOptionView, sku: &str) -> bool {
    option.candidate.deployments.first().is_some_and(|own| own.sku == sku)
}

/// What to do month by month, in lines for people; empty where one month is planned.
pub(crate) fn month_lines(view: &RecommendationView) -> Vec<String> {
    let months = view.outlook.months.iter().filter(|month| !month.actions.is_empty());
    months
        .take(MONTHS)
        .map(|month| {
            format!(
                "{}: {}; {} a month",
                month.month,
                month.actions.join("; "),
                numbers::money(&month.cost.p50, &month.cost.currency)
            )
        })
        .collect()
}

/// Of which future the months are, which need not be the mean that the options name.
const MONTHS_TITLE: &str =
    "Month by month in the most likely future, where something is to be done";

/// Both as text.
pub(crate) fn sections(view: &RecommendationView, ink: Ink, width: usize) -> String {
    let mut out = String::new();
    for (title, lines) in [
        ("The guide's decision tree and the official calculator", opinion_lines(view)),
        (MONTHS_TITLE, month_lines(view)),
    ] {
        if lines.is_empty() {
            continue;
        }
        out += &ink.line(Tone::Plain, "");
        out += &ink.line(Tone::Heading, title);
        for line in lines {
            out += &bullet(ink, Tone::Plain, &line, width);
        }
    }
    out
}
