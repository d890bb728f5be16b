//! The page of `simulate`: what happened at each deployment and to each workload, and what it cost.

use crate::report::page::blocks::{
    Block, Glance, Page, Section, Tile, data, figures, row, table, words,
};
use crate::report::page::recommend::failure_blocks;
use crate::report::page::{evidence, measures};
use crate::report::text::recommendation::window_s;
use crate::report::view::SimulationView;
use crate::report::words::happenings::happenings;
use crate::report::words::numbers;

pub(super) fn page(view: &SimulationView) -> Page {
    let section =
        |id, title, intro: &str, blocks| Section { id, title, intro: intro.to_owned(), blocks };
    let mut sections = vec![
        section("deployments", "Deployments", &happenings(view).join(" "), vec![deployments(view)]),
        section(
            "failures",
            "Failures",
            "Calls that fail in the simulated window, whether or not an objective counts them.",
            failure_blocks(&view.failures, window_s(&view.series)),
        ),
        section(
            "load",
            "Load and service",
            measures::LOAD,
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
    let mut glance = glance(view);
    Page {
        title: view.scenario.name.clone(),
        kind: "Simulation",
        headline: headline(view),
        answered: met,
        why_title: "Missed objectives and requirements",
        why: view.unmet.clone(),
        frame: evidence::frame(&view.scenario),
        tiles: tiles(view),
        data: data(&mut sections, &mut glance),
        glance,
        sections,
    }
}

/// The cost, and whether what was asked is kept.
fn headline(view: &SimulationView) -> String {
    let cost = numbers::money(&view.bill.total, &view.bill.currency);
    let failed: u64 = view.failures.iter().map(|failure| failure.calls).sum();
    let lost = match failed {
        0 => String::new(),
        calls => format!(" {} calls of the simulated window fail.", numbers::count(calls)),
    };
    match (view.unmet.len(), view.scenario.objectives.is_empty()) {
        (0, true) => format!("{cost} for the period; no objective is stated.{lost}"),
        (0, false) => format!("{cost} for the period; the objectives stated are met.{lost}"),
        (1, _) => format!("{cost} for the period; 1 objective or requirement is missed.{lost}"),
        (many, _) => {
            format!("{cost} for the period; {many} objectives or requirements are missed.{lost}")
        }
    }
}

/// The objectives by name, under the headline.
fn glance(view: &SimulationView) -> Glance {
    let objectives = view.scenario.objectives.join("; ");
    let lines = if view.unmet.is_empty() && !objectives.is_empty() {
        vec![("Met", objectives)]
    } else {
        Vec::new()
    };
    Glance { figure: None, band: None, lines, picture: None }
}

fn tiles(view: &SimulationView) -> Vec<Tile> {
    let mut tiles = vec![Tile {
        label: "Cost of the period",
        value: numbers::money(&view.bill.total, &view.bill.currency),
        note: format!("billed {}", numbers::amount(&view.bill.billed)),
    }];
    for workload in view.workloads.iter().take(3) {
        tiles.push(Tile {
            label: "Calls throttled (429) at least once",
            value: numbers::share(workload.saw_throttle_share),
            note: workload.name.clone(),
        });
        tiles.push(Tile {
            label: "Queueing delay, p99",
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
            d.cost
                .as_deref()
                .map_or_else(String::new, |cost| numbers::invoice(cost, &view.bill.currency)),
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
