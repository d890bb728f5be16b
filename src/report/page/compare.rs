//! The page of `compare`: what each scenario recommends, side by side, with one picture.

use crate::report::page::blocks::{
    Block, Chart, Glance, Page, PageRow, Section, Table, data, figures, table, words,
};
use crate::report::text::compared::{cells, count, headline, name};
use crate::report::view::{ComparedView, OptionView};
use crate::report::words::numbers;
use serde_json::json;

/// Options listed of each scenario.
const OPTIONS: usize = 8;

pub(super) fn page(all: &[ComparedView]) -> Page {
    let mut sections = vec![Section {
        id: "scenarios",
        title: "Side by side",
        intro: "The choice of each scenario, what runs today and pay-as-you-go, in the same terms."
            .to_owned(),
        blocks: vec![Block::Table { table: side_by_side(all), folded: false }],
    }];
    sections.push(Section {
        id: "reasons",
        title: "Why, by scenario",
        intro: String::new(),
        blocks: all.iter().map(reasons).collect(),
    });
    sections.push(Section {
        id: "options",
        title: "Options, by scenario",
        intro: String::new(),
        blocks: all.iter().filter(|one| !one.options.is_empty()).map(options).collect(),
    });
    sections.retain(|section| !section.blocks.is_empty());
    let mut glance = Glance { figure: None, band: None, lines: Vec::new(), picture: picture(all) };
    Page {
        title: format!("{} compared", count(all.len())),
        kind: "Comparison",
        headline: headline(all),
        answered: all.iter().all(|one| one.choice.is_some()),
        why_title: "",
        why: Vec::new(),
        frame: Vec::new(),
        tiles: Vec::new(),
        data: data(&mut sections, &mut glance),
        glance,
        sections,
    }
}

/// The cost of each scenario's choice.
fn picture(all: &[ComparedView]) -> Option<Chart> {
    let bars: Vec<_> = all
        .iter()
        .filter_map(|one| {
            let choice = one.choice.as_ref()?;
            let cost = &choice.expected_monthly_cost;
            Some(json!({
                "name": name(one),
                "cost": numbers::for_axis(cost)?,
                "text": numbers::money(cost, &choice.monthly_cost.currency),
                "look": if one.what_if.is_none() { "choice" } else { "feasible" },
            }))
        })
        .collect();
    if bars.is_empty() {
        return None;
    }
    Some(Chart {
        id: "glance".to_owned(),
        title: "What a month costs".to_owned(),
        note: "The choice of each scenario; what-ifs are paler.".to_owned(),
        tall: false,
        zoom: false,
        table: side_by_side(all),
        data: json!({ "kind": "options", "unit": "a month", "bars": bars }),
    })
}

fn side_by_side(all: &[ComparedView]) -> Table {
    let rows = all.iter().map(|one| PageRow {
        cells: cells(all, one),
        tone: if one.choice.is_some() { "" } else { "dim" },
    });
    let columns = vec![
        words("Scenario"),
        words("Choice"),
        figures("A month"),
        figures("Today"),
        figures("Pay-as-you-go"),
        figures("Throttled in the end"),
    ];
    table("The scenarios side by side", columns, rows, "the JSON file")
}

fn reasons(one: &ComparedView) -> Block {
    let mut items = vec![format!("{}: {}", name(one), one.glance.action)];
    items.extend(one.glance.reasons.iter().cloned());
    Block::List { items }
}

fn options(one: &ComparedView) -> Block {
    let row = |option: &OptionView| PageRow {
        cells: vec![
            option.rank.to_string(),
            option.label.clone(),
            numbers::amount(&option.monthly_cost),
            crate::report::text::glance::difference(option),
            if option.feasible { "yes" } else { "no" }.to_owned(),
        ],
        tone: if option.chosen { "chosen" } else { "" },
    };
    let rows = one.options.iter().take(OPTIONS).map(row);
    let columns = vec![
        figures("#"),
        words("Option"),
        figures("A month"),
        figures("Against the choice"),
        words("Feasible"),
    ];
    Block::Table { table: table(&name(one), columns, rows, "the JSON file"), folded: false }
}
