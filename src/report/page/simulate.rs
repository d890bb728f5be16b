//! The page of `simulate`: what happened at each deployment and to each workload, and what it cost.

use crate::report::page::blocks::{Block, Page, Section, Tile, data, figures, row, table, words};
use crate::report::page::{evidence, measures};
use crate::report::view::SimulationView;
use crate::report::words::happenings::happenings;
use crate::report::words::numbers;

pub(super) fn page(view: &SimulationView) -> Page {
    let section =
        |id, title, intro: &str, blocks| Section { id, title, intro: intro.to_owned(), blocks };
    let mut sections = vec![
        section("deployments", "Deployments", &happenings(view).join(" "), vec![deployments(view)]),
        section(
            "load",
            "Load and service",
            "",
            measures::workloads(&view.workloads)
                .into_iter()
                .chain(measures::series(&view.series, &view.scenario))
                .collect(),
        ),
        section("traffic", "Traffic", "", evidence::traffic(&view.scenario)),
        section(
            "facts",
            "Assumptions and sources",
            "What is not published is assumed by name; everything else has a dated source.",
            evidence::facts(&view.assumptions, &view.sources, &view.attributions),
        ),
        section("bill", "Line items", "The bill of the whole period.", evidence::bill(&view.bill)),
    ];
    sections.retain(|section| !section.blocks.is_empty());
    let met = view.unmet.is_empty();
    Page {
        title: view.scenario.name.clone(),
        kind: "Simulation",
        headline: format!(
            "{} for the period{}",
            numbers::money(&view.bill.total, &view.bill.currency),
            if met { "; every objective is met." } else { "; objectives are missed." }
        ),
        answered: met,
        confidence: None,
        why_title: "Missed",
        why: view.unmet.clone(),
        frame: evidence::frame(&view.scenario),
        tiles: tiles(view),
        data: data(&mut sections),
        sections,
    }
}

fn tiles(view: &SimulationView) -> Vec<Tile> {
    let mut tiles = vec![Tile {
        label: "Cost of the period",
        value: numbers::money(&view.bill.total, &view.bill.currency),
        note: format!("billed {}", numbers::amount(&view.bill.billed)),
    }];
    for workload in view.workloads.iter().take(3) {
        tiles.push(Tile {
            label: "Calls that saw a 429",
            value: numbers::share(workload.saw_throttle_share),
            note: workload.name.clone(),
        });
        tiles.push(Tile {
            label: "Added wait, p99",
            value: numbers::wait(workload.added_wait_ms.p99),
            note: workload.name.clone(),
        });
    }
    tiles
}

fn deployments(view: &SimulationView) -> Block {
    let currency = &view.bill.currency;
    let columns = vec![
        words("Deployment"),
        words("SKU"),
        figures("PTUs"),
        figures(&format!("Cost, {currency}")),
        figures("Mean use"),
        figures("Attempts"),
        figures("Completed"),
        figures("Throttled"),
        figures("Spilled out"),
        figures("Spilled in"),
        figures("Failed"),
        words("Model"),
    ];
    let rows = view.deployments.iter().map(|d| {
        row(vec![
            d.name.clone(),
            d.sku.clone(),
            d.capacity_ptu.map_or_else(|| "–".to_owned(), |p| numbers::count(u64::from(p))),
            numbers::cents(&d.cost),
            d.utilization.map_or_else(|| "–".to_owned(), |u| numbers::share(u.mean)),
            numbers::count(d.requests.offered),
            numbers::count(d.requests.completed),
            numbers::count(d.requests.throttled),
            numbers::count(d.requests.spilled_out),
            numbers::count(d.requests.spilled_in),
            numbers::count(d.requests.failed),
            d.model.clone(),
        ])
    });
    Block::Table {
        table: table("Attempts over the window, cost of the period", columns, rows, ""),
        folded: false,
    }
}
