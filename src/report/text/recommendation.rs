//! `recommend` for the terminal: what to buy, why, and the options, in 80 columns.

use crate::report::text::layout::{Ink, Tone, paragraph};
use crate::report::text::terms::terms;
use crate::report::text::{explanation, glance, horizon};
use crate::report::view::{CandidateView, RecommendationView, ScenarioView, SeriesView};
use crate::report::words::{answer, numbers};
use rust_decimal::Decimal;

/// The answer of `recommend` as text of `width` columns (80 at least).
pub fn recommendation(view: &RecommendationView, ink: Ink, width: usize) -> String {
    let width = width.max(80);
    let mut out = question(&view.scenario, ink, width);
    out += &glance::glance(&view.glance, ink, width);
    out += &glance::serves(view, ink, width);
    out += &glance::options(view, ink, width);
    out += &glance::requests(view, ink, width);
    out += &glance::failures(&view.failures, window_s(&view.series), ink, width);
    out += &nearest(view, ink, width);
    out += &horizon::served(view, ink, width);
    out += &horizon::ways(view, ink, width);
    out += &terms(&view.bill.terms, &view.bill.currency, ink, width);
    out += &explanation::sections(view, ink, width);
    out += &assumed(view.assumptions.len(), &view.attributions, ink, width);
    out += &filled_in(&view.scenario, ink, width);
    out
}

/// Length of the simulated window; a day where no series says.
pub(crate) fn window_s(series: &[SeriesView]) -> f64 {
    let length = |one: &SeriesView| one.step_s as f64 * one.offered_per_minute.len() as f64;
    series.iter().map(length).fold(0.0, f64::max).max(60.0)
}

/// What was filled in of the traffic.
pub(crate) fn filled_in(scenario: &ScenarioView, ink: Ink, width: usize) -> String {
    let mut out = String::new();
    for workload in &scenario.workloads {
        for assumed in &workload.assumed {
            let text = format!("Assumed of the traffic of {}: {assumed}.", workload.name);
            out += &paragraph(ink, Tone::Dim, &text, width);
        }
    }
    out
}

/// The scenario's name and frame.
pub(crate) fn question(scenario: &ScenarioView, ink: Ink, width: usize) -> String {
    let mut out = paragraph(ink, Tone::Heading, &scenario.name, width);
    let frame = format!(
        "{} to {} ({}), {}; {} simulated, {}{}; seed {}",
        day(&scenario.start),
        day(&scenario.until),
        scenario.zone,
        scenario.region,
        scenario.simulated,
        scenario.starts,
        match scenario.repetitions {
            1 => String::new(),
            times => format!(", repeated {} times", numbers::count(times)),
        },
        scenario.seed
    );
    out += &paragraph(ink, Tone::Dim, &frame, width);
    out += &ink.line(Tone::Plain, "");
    out
}

/// What the result depends on that is not published, and who made the traces.
pub(crate) fn assumed(assumed: usize, attributions: &[String], ink: Ink, width: usize) -> String {
    let mut out = ink.line(Tone::Plain, "");
    if assumed > 0 {
        let values = if assumed == 1 { "value that is" } else { "values that are" };
        let text = format!("Depends on {assumed} {values} not published; the report lists them.");
        out += &paragraph(ink, Tone::Dim, &text, width);
    }
    for attribution in attributions {
        out += &paragraph(ink, Tone::Dim, attribution, width);
    }
    out
}

/// What a column of costs means where futures were drawn from ranges.
pub(crate) const FUTURES: &str = "In the order of expected cost, the mean over all futures. What was simulated in the most likely future only takes the change of the nearest size that was simulated in all of them.";

/// The cheapest infeasible candidate that was simulated and why, which is what a reader asks next.
fn nearest(view: &RecommendationView, ink: Ink, width: usize) -> String {
    if view.choice.is_none() {
        // The first lines and the options say what is nearest.
        return String::new();
    }
    let price = |c: &&CandidateView| c.monthly_cost.p50.parse::<Decimal>().unwrap_or(Decimal::MAX);
    let refused = view.candidates.iter().filter(|c| !c.feasible && !c.monthly_cost.p50.is_empty());
    let Some(cheapest) = refused.min_by_key(price) else { return String::new() };
    let cost = &cheapest.monthly_cost;
    let text = format!(
        "The cheapest infeasible candidate is {} at {} a month: {}.",
        answer::label_in(view, cheapest),
        numbers::money(&cost.p50, &cost.currency),
        cheapest.reasons.join("; ").trim_end_matches('.')
    );
    ink.line(Tone::Plain, "") + &paragraph(ink, Tone::Dim, &text, width)
}

/// The civil day at the front of an instant.
pub(crate) fn day(instant: &str) -> &str {
    instant.get(..10).filter(|day| day.as_bytes()[4] == b'-').unwrap_or(instant)
}
