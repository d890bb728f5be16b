//! What a result rests on: the frame of the run, the traffic, the dated facts and the bill's lines.

use crate::report::page::blocks::{Block, figures, row, table, words};
use crate::report::view::{BillView, FactView, ScenarioView};
use crate::report::words::numbers;

/// Label and value of everything that frames the run.
pub(super) fn frame(scenario: &ScenarioView) -> Vec<(&'static str, String)> {
    vec![
        (
            "Period",
            format!("{} to {}", numbers::moment(&scenario.start), numbers::moment(&scenario.until)),
        ),
        ("Time zone", scenario.zone.clone()),
        ("Region", scenario.region.clone()),
        ("Simulated window", format!("{}, {}", scenario.simulated, scenario.starts)),
        ("Windows in the period", numbers::count(scenario.repetitions)),
        ("Seed", scenario.seed.to_string()),
    ]
}

/// The workloads' traffic and the objectives.
pub(super) fn traffic(scenario: &ScenarioView) -> Vec<Block> {
    let columns = vec![
        words("Workload"),
        words("Model"),
        words("Trace"),
        figures("Requests"),
        figures("Mean a minute"),
        figures("Busiest minute"),
        figures("Mean input tokens"),
        figures("of these cached"),
        figures("Mean output tokens"),
    ];
    let rows = scenario.workloads.iter().map(|w| {
        row(vec![
            w.name.clone(),
            w.model.clone(),
            w.trace.clone(),
            numbers::count(w.requests),
            numbers::number(w.mean_requests_per_minute),
            numbers::count(w.peak_requests_per_minute),
            numbers::number(w.mean_input_tokens),
            numbers::number(w.mean_cached_input_tokens),
            numbers::number(w.mean_output_tokens),
        ])
    });
    let assumed = scenario.workloads.iter().flat_map(|w| {
        w.assumed.iter().map(|assumed| format!("Assumed of the traffic of {}: {assumed}", w.name))
    });
    let assumed: Vec<String> = assumed.collect();
    let caption = "What was asked in the simulated window";
    let mut blocks = vec![Block::Table { table: table(caption, columns, rows, ""), folded: false }];
    if !assumed.is_empty() {
        blocks.push(Block::List { items: assumed });
    }
    if !scenario.objectives.is_empty() {
        let items = scenario.objectives.iter().map(|o| format!("Objective: {o}")).collect();
        blocks.push(Block::List { items });
    }
    blocks
}

/// Assumed values, dated values, and who made the traces.
pub(super) fn facts(
    assumptions: &[FactView],
    sources: &[FactView],
    attributions: &[String],
) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !assumptions.is_empty() {
        blocks.push(Block::Table {
            table: fact_table("Assumed values", &assumptions.iter().collect::<Vec<_>>()),
            folded: false,
        });
    }
    let dated: Vec<_> = sources.iter().filter(|fact| fact.status != "assumed").collect();
    if !dated.is_empty() {
        let folded = dated.len() > 8;
        blocks.push(Block::Table { table: fact_table("Dated values", &dated), folded });
    }
    if !attributions.is_empty() {
        blocks.push(Block::List {
            items: attributions.iter().map(|a| format!("Trace: {a}")).collect(),
        });
    }
    blocks
}

fn fact_table(caption: &str, facts: &[&FactView]) -> crate::report::page::blocks::Table {
    let columns = vec![
        words("Fact"),
        words("Value"),
        words("Status"),
        words("In force from"),
        words("Source"),
        words("Row"),
    ];
    let rows = facts.iter().map(|f| {
        row(vec![
            f.name.clone(),
            f.value.clone(),
            f.status.clone(),
            f.effective_from.clone(),
            f.source.clone(),
            f.place.clone(),
        ])
    });
    table(caption, columns, rows, "the JSON file")
}

/// The lines of a bill.
pub(super) fn bill(bill: &BillView) -> Vec<Block> {
    let columns = vec![
        figures("Line"),
        words("From"),
        words("Until"),
        words("Resource"),
        words("Meter"),
        figures("Quantity"),
        words("Unit"),
        figures("List price"),
        figures("List cost"),
        figures("Billed cost"),
        figures("Effective cost"),
        words("Commitment"),
    ];
    let rows = bill.line_items.iter().map(|l| {
        row(vec![
            l.line.to_string(),
            numbers::moment(&l.charge_period_start),
            numbers::moment(&l.charge_period_end),
            l.resource.clone(),
            l.meter.clone(),
            numbers::quantity(&l.pricing_quantity),
            l.pricing_unit.clone(),
            numbers::quantity(&l.list_unit_price),
            numbers::invoice(&l.list_cost, &bill.currency),
            numbers::invoice(&l.billed_cost, &bill.currency),
            numbers::invoice(&l.effective_cost, &bill.currency),
            l.commitment_status.clone(),
        ])
    });
    let caption = format!(
        "{} lines in {}; billed {}, effective {}",
        numbers::count(bill.line_items.len() as u64),
        bill.currency,
        numbers::invoice(&bill.billed, &bill.currency),
        numbers::invoice(&bill.total, &bill.currency)
    );
    if bill.line_items.is_empty() {
        return Vec::new();
    }
    let caption = match &*bill.terms.figures_of {
        "" => caption,
        of => format!("{caption}; of {of}"),
    };
    let mut blocks = crate::report::page::terms::blocks(bill);
    let table = table(&caption, columns, rows, "line_items.csv");
    blocks.push(Block::Table { table, folded: true });
    blocks
}
