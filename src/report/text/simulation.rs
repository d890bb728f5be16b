//! `simulate` for the terminal: deployments, workloads, the bill, and what was missed.

use crate::report::text::glance;
use crate::report::text::layout::{Ink, Tone, bullet, figures, paragraph, table, words};
use crate::report::text::recommendation::{assumed, filled_in, question, window_s};
use crate::report::text::terms::terms;
use crate::report::view::{BillView, DeploymentView, SimulationView, WorkloadView};
use crate::report::words::happenings::happenings;
use crate::report::words::{answer, numbers};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The answer of `simulate` as text of `width` columns (80 at least).
pub fn simulation(view: &SimulationView, ink: Ink, width: usize) -> String {
    let width = width.max(80);
    let mut out = question(&view.scenario, ink, width);
    out += &table(
        ink,
        &[
            words("deployment", 14),
            words("SKU", 24),
            figures("attempts"),
            figures("429"),
            figures("spilled"),
            figures("mean use"),
        ],
        &view.deployments.iter().map(deployment_row).collect::<Vec<_>>(),
    );
    out += &ink.line(Tone::Plain, "");
    out += &table(
        ink,
        &[
            words("workload", 14),
            figures("calls"),
            figures("failed"),
            figures("retries"),
            figures("saw 429"),
            figures("p95 wait"),
            figures("p99"),
            figures("p99 total"),
        ],
        &view.workloads.iter().map(workload_row).collect::<Vec<_>>(),
    );
    let happened = happenings(view);
    if !happened.is_empty() {
        out += &ink.line(Tone::Plain, "");
    }
    for sentence in happened {
        out += &bullet(ink, Tone::Plain, &sentence, width);
    }
    out += &glance::failures(&view.failures, window_s(&view.series), ink, width);
    out += &answers(view, ink, width);
    out += &ink.line(Tone::Plain, "");
    out += &bill(&view.bill, ink);
    out += &terms(&view.bill.terms, &view.bill.currency, ink, width);
    if view.unmet.is_empty() {
        if !view.scenario.objectives.is_empty() {
            let tone = if uncounted(view) == 0 { Tone::Good } else { Tone::Plain };
            out += &paragraph(ink, tone, &met(view), width);
        }
    } else {
        out += &ink.line(Tone::Bad, "Missed objectives and requirements");
        for unmet in &view.unmet {
            out += &bullet(ink, Tone::Bad, unmet, width);
        }
    }
    out += &assumed(view.assumptions.len(), &view.attributions, ink, width);
    out += &filled_in(&view.scenario, ink, width);
    out
}

/// The objectives that are met, by name: what no objective names is not met, it is not asked.
pub(crate) fn met(view: &SimulationView) -> String {
    let but = match uncounted(view) {
        0 => String::new(),
        1 => " 1 call fails that none of them counts.".to_owned(),
        calls => format!(" {} calls fail that none of them counts.", numbers::count(calls)),
    };
    let objectives = view.scenario.objectives.join("; ");
    format!("Met, and every requirement with them: {objectives}.{but}")
}

/// Calls that fail without an objective that counts them.
fn uncounted(view: &SimulationView) -> u64 {
    view.failures.iter().filter(|one| one.objective.is_none()).map(|one| one.calls).sum()
}

fn deployment_row(deployment: &DeploymentView) -> (Tone, Vec<String>) {
    let requests = &deployment.requests;
    let sku = deployment.capacity_ptu.map_or_else(
        || deployment.sku.clone(),
        |ptu| format!("{} PTU {}", numbers::count(u64::from(ptu)), answer::scope(deployment)),
    );
    let row = vec![
        deployment.name.clone(),
        sku,
        numbers::count(requests.offered),
        numbers::count(requests.throttled),
        numbers::count(requests.spilled_out),
        deployment.utilization.map_or_else(|| "–".to_owned(), |u| numbers::share(u.mean)),
    ];
    (Tone::Plain, row)
}

/// What each deployment answered to the requests asked about, one line an answer.
fn answers(view: &SimulationView, ink: Ink, width: usize) -> String {
    let mut out = String::new();
    let mut last = None;
    for answer in &view.answers {
        if last != Some((&answer.workload, answer.request)) {
            last = Some((&answer.workload, answer.request));
            let title = format!("\nRequest {} of {}", answer.request, answer.workload);
            out += &ink.line(Tone::Heading, &title);
        }
        let then = match (answer.passed_on, answer.retry_after_ms > 0.0) {
            (true, _) => "; passed on".to_owned(),
            (false, true) => format!("; retry after {}", numbers::wait(answer.retry_after_ms)),
            (false, false) => String::new(),
        };
        let line = format!(
            "{:.3} s, attempt {}: {} {}, {}{then}",
            answer.at_s,
            answer.attempt + 1,
            answer.deployment,
            answer.answer,
            answer.reason
        );
        out += &bullet(ink, Tone::Plain, &line, width);
    }
    out
}

fn workload_row(workload: &WorkloadView) -> (Tone, Vec<String>) {
    let row = vec![
        workload.name.clone(),
        numbers::count(workload.offered),
        numbers::count(workload.failed),
        numbers::count(workload.retries),
        numbers::share(workload.saw_throttle_share),
        numbers::wait(workload.added_wait_ms.p95),
        numbers::wait(workload.added_wait_ms.p99),
        workload.latency_ms.map_or_else(|| "–".to_owned(), |latency| numbers::wait(latency.p99)),
    ];
    (Tone::Plain, row)
}

/// The bill by resource and meter; the lines themselves are in `line_items.csv`.
fn bill(bill: &BillView, ink: Ink) -> String {
    let mut rows: Vec<_> = meters(bill)
        .into_iter()
        .map(|((resource, meter), cost)| {
            (
                Tone::Plain,
                vec![
                    resource.to_owned(),
                    meter.to_owned(),
                    numbers::invoice(&cost.to_string(), &bill.currency),
                ],
            )
        })
        .collect();
    let total = vec![
        "total".to_owned(),
        bill.currency.clone(),
        numbers::invoice(&bill.total, &bill.currency),
    ];
    rows.push((Tone::Heading, total));
    table(ink, &[words("bill", 28), words("meter", 30), figures("effective cost")], &rows)
}

/// Effective cost by resource and meter.
pub(crate) fn meters(bill: &BillView) -> BTreeMap<(&str, &str), Decimal> {
    let mut meters: BTreeMap<(&str, &str), Decimal> = BTreeMap::new();
    for line in &bill.line_items {
        let cost: Decimal = line.effective_cost.parse().unwrap_or_default();
        *meters.entry((&line.resource, &line.meter)).or_default() += cost;
    }
    meters
}
