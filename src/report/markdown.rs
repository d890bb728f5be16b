//! A short Markdown summary for pull requests and job summaries. Names from users are escaped: they are text there too.

use crate::report::text::recommendation;
use crate::report::view::{CandidateView, RecommendationView, SimulationView};
use crate::report::words::{answer, numbers};
use crate::units::escape::for_markdown as escape;

/// Candidates in the table.
const SHOWN: usize = 5;

/// The answer of `recommend`.
pub fn recommendation(view: &RecommendationView) -> Vec<u8> {
    let mut out = vec![
        format!("### Recommendation: {}", escape(&view.scenario.name)),
        String::new(),
        format!("**{}**", escape(&answer::recommendation(view))),
    ];
    if let Some(confidence) = answer::confidence(view) {
        out.push(String::new());
        out.push(escape(&confidence));
    }
    if !view.why.is_empty() {
        out.push(String::new());
        out.extend(view.why.iter().map(|why| format!("- {}", escape(why))));
    }
    let feasible = view.candidates.iter().filter(|c| c.feasible).count();
    let currency = view.candidates.first().map_or("", |c| c.monthly_cost.currency.as_str());
    if feasible > 0 {
        out.push(String::new());
        out.push(format!(
            "| # | Candidate | {} a month | Saw a 429 | Wait p95 | Wait p99 | PTU use |",
            escape(currency)
        ));
        out.push("|---:|:---|---:|---:|---:|---:|---:|".to_owned());
        let labels = answer::labels(&view.candidates);
        let rows = view.candidates.iter().zip(&labels).filter(|(c, _)| c.feasible).take(SHOWN);
        out.extend(rows.map(|(c, label)| row(c, label)));
    }
    out.push(String::new());
    out.push(format!(
        "{} candidates, {} feasible. {}",
        numbers::count(view.candidates.len() as u64),
        numbers::count(feasible as u64),
        frame(&view.scenario, view.assumptions.len())
    ));
    finish(&out)
}

/// The answer of `simulate`.
pub fn simulation(view: &SimulationView) -> Vec<u8> {
    let currency = &view.bill.currency;
    let mut out = vec![
        format!("### Simulation: {}", escape(&view.scenario.name)),
        String::new(),
        format!("**{}** for the period.", escape(&numbers::money(&view.bill.total, currency))),
    ];
    if !view.unmet.is_empty() {
        out.push(String::new());
        out.extend(view.unmet.iter().map(|unmet| format!("- missed: {}", escape(unmet))));
    }
    out.push(String::new());
    out.push(format!(
        "| Deployment | SKU | Attempts | Throttled | Mean use | Cost, {} |",
        escape(currency)
    ));
    out.push("|:---|:---|---:|---:|---:|---:|".to_owned());
    for d in &view.deployments {
        let utilization = d.utilization.map_or_else(|| "–".to_owned(), |u| numbers::share(u.mean));
        out.push(format!(
            "| {} | {} | {} | {} | {utilization} | {} |",
            escape(&d.name),
            escape(&d.sku),
            numbers::count(d.requests.offered),
            numbers::count(d.requests.throttled),
            numbers::cents(&d.cost)
        ));
    }
    out.push(String::new());
    out.push(frame(&view.scenario, view.assumptions.len()));
    finish(&out)
}

fn row(candidate: &CandidateView, label: &str) -> String {
    let seen = &candidate.measures;
    format!(
        "| {} | {} | {} | {} | {} | {} | {} |",
        candidate.rank,
        escape(label),
        numbers::amount(&candidate.expected_monthly_cost),
        numbers::share(seen.saw_throttle_share).replace('<', "&lt;"),
        numbers::wait(seen.added_wait_ms.p95).replace('<', "&lt;"),
        numbers::wait(seen.added_wait_ms.p99).replace('<', "&lt;"),
        seen.ptu_utilization.map_or_else(|| "–".to_owned(), |u| numbers::share(u.mean))
    )
}

fn frame(scenario: &crate::report::view::ScenarioView, assumed: usize) -> String {
    format!(
        "{} to {}, {}; {} simulated, counted {} times; seed {}; assumed values: {assumed}.",
        recommendation::day(&scenario.start),
        recommendation::day(&scenario.until),
        escape(&scenario.region),
        escape(&scenario.simulated),
        numbers::count(scenario.repetitions),
        scenario.seed
    )
}

fn finish(lines: &[String]) -> Vec<u8> {
    (lines.join("\n") + "\n").into_bytes()
}
