//! `recommend` for the terminal: what to buy, why, and the ranking, in 80 columns.

use crate::report::text::explanation;
use crate::report::text::horizon;
use crate::report::text::layout::{Ink, Tone, bullet, figures, paragraph, table_within, words};
use crate::report::text::terms::terms;
use crate::report::view::{CandidateView, RecommendationView, ScenarioView};
use crate::report::words::{answer, numbers};
use rust_decimal::Decimal;

/// Candidates shown at most; the others are in `candidates.csv`.
const SHOWN: usize = 12;

/// The answer of `recommend` as text of `width` columns (80 at least).
pub fn recommendation(view: &RecommendationView, ink: Ink, width: usize) -> String {
    let width = width.max(80);
    let mut out = question(&view.scenario, ink, width);
    let tone = if view.choice.is_some() { Tone::Good } else { Tone::Bad };
    out += &paragraph(ink, tone, &answer::recommendation(view), width);
    if let Some(confidence) = answer::confidence(view) {
        out += &paragraph(ink, Tone::Dim, &confidence, width);
    }
    if !view.why.is_empty() {
        out += &ink.line(Tone::Plain, "");
        out += &ink.line(Tone::Heading, "Why");
        for why in &view.why {
            out += &bullet(ink, Tone::Plain, why, width);
        }
    }
    out += &ink.line(Tone::Plain, "");
    out += &ranking(view, ink, width);
    out += &refusals(view, ink, width);
    out += &horizon::ways(view, ink, width);
    out += &terms(&view.bill.terms, &view.bill.currency, ink);
    out += &explanation::sections(view, ink, width);
    out += &leanings(view.assumptions.len(), &view.attributions, ink, width);
    out += &filled_in(&view.scenario, ink, width);
    out
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
        "{} to {} ({}), {}; {} simulated{}; seed {}",
        day(&scenario.start),
        day(&scenario.until),
        scenario.zone,
        scenario.region,
        scenario.simulated,
        match scenario.repetitions {
            1 => String::new(),
            times => format!(", counted {} times", numbers::count(times)),
        },
        scenario.seed
    );
    out += &paragraph(ink, Tone::Dim, &frame, width);
    out += &ink.line(Tone::Plain, "");
    out
}

/// What the result leans on.
pub(crate) fn leanings(assumed: usize, attributions: &[String], ink: Ink, width: usize) -> String {
    let mut out = ink.line(Tone::Plain, "");
    if assumed > 0 {
        let values = if assumed == 1 { "value that is" } else { "values that are" };
        let text = format!("Leans on {assumed} {values} not published; the report lists them.");
        out += &paragraph(ink, Tone::Dim, &text, width);
    }
    for attribution in attributions {
        out += &paragraph(ink, Tone::Dim, attribution, width);
    }
    out
}

fn ranking(view: &RecommendationView, ink: Ink, width: usize) -> String {
    let labels = answer::labels(&view.candidates);
    let currency = view.candidates.first().map_or("", |c| c.monthly_cost.currency.as_str());
    let columns = [
        figures("#"),
        words("candidate", width),
        figures("a month"),
        figures("saw 429"),
        figures("p95"),
        figures("p99"),
        figures("PTU use"),
    ];
    let feasible = view.candidates.iter().filter(|c| c.feasible).count();
    let shown = if feasible > 0 { feasible.min(SHOWN) } else { SHOWN };
    let rows: Vec<_> = view
        .candidates
        .iter()
        .zip(&labels)
        .filter(|(c, _)| c.feasible || feasible == 0)
        .take(shown)
        .map(|(candidate, label)| (tone(view, candidate), row(candidate, label)))
        .collect();
    let mut out = table_within(ink, width, &columns, &rows);
    let rest = view.candidates.len().saturating_sub(rows.len());
    let refused = view.candidates.len() - feasible;
    let note = format!(
        "{} candidates, {} feasible; {}. Cost a month in {currency}; p95 and p99 of the time from arrival to admission.",
        numbers::count(view.candidates.len() as u64),
        numbers::count((view.candidates.len() - refused) as u64),
        if rest == 0 {
            "all are here".to_owned()
        } else {
            format!("{} more in candidates.csv", numbers::count(rest as u64))
        }
    );
    out += &paragraph(ink, Tone::Dim, &note, width);
    if answer::has_futures(&view.candidates) {
        out += &paragraph(ink, Tone::Dim, FUTURES, width);
    }
    out
}

/// What a column of costs means where futures were drawn from ranges.
pub(crate) const FUTURES: &str = "In the order of the cost to expect: the mean over all futures. Candidates that were no contenders were simulated in the most likely future only, and theirs follows the nearest contender's.";

fn row(candidate: &CandidateView, label: &str) -> Vec<String> {
    let measures = &candidate.measures;
    vec![
        candidate.rank.to_string(),
        label.to_owned(),
        numbers::amount(&candidate.expected_monthly_cost),
        numbers::share(measures.saw_throttle_share),
        numbers::wait(measures.added_wait_ms.p95),
        numbers::wait(measures.added_wait_ms.p99),
        measures.ptu_utilization.map_or_else(|| "–".to_owned(), |u| numbers::share(u.mean)),
    ]
}

fn tone(view: &RecommendationView, candidate: &CandidateView) -> Tone {
    let chosen = view.choice.as_ref().is_some_and(|choice| choice.name == candidate.name);
    if chosen {
        Tone::Good
    } else if candidate.feasible {
        Tone::Plain
    } else {
        Tone::Dim
    }
}

/// The cheapest refused candidate and why, which is what a reader asks next.
fn refusals(view: &RecommendationView, ink: Ink, width: usize) -> String {
    let price = |c: &&CandidateView| c.monthly_cost.p50.parse::<Decimal>().unwrap_or(Decimal::MAX);
    let Some(refused) = view.candidates.iter().filter(|c| !c.feasible).min_by_key(price) else {
        return String::new();
    };
    let cost = &refused.monthly_cost;
    let at = if cost.p50.is_empty() {
        String::new()
    } else {
        format!(", at {}", numbers::money(&cost.p50, &cost.currency))
    };
    let text = format!(
        "Cheapest refused{at}: {}: {}.",
        answer::label(refused),
        refused.reasons.join("; ").trim_end_matches('.')
    );
    paragraph(ink, Tone::Dim, &text, width)
}

/// The civil day at the front of an instant.
pub(crate) fn day(instant: &str) -> &str {
    instant.get(..10).filter(|day| day.as_bytes()[4] == b'-').unwrap_or(instant)
}
