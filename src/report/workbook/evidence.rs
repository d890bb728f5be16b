//! Assumed and dated values, traffic and the traces' makers.

use crate::report::view::{FactView, RecommendationView};
use crate::report::workbook::sheet::{Column, Styles, filter, table, text};
use rust_xlsxwriter::{Worksheet, XlsxError};

const COLUMNS: [Column; 6] = [
    ("Fact", 46.0, false),
    ("Value", 30.0, false),
    ("Status", 13.0, false),
    ("In force from", 14.0, false),
    ("Source", 60.0, false),
    ("Row", 34.0, false),
];

pub(super) fn write(
    sheet: &mut Worksheet,
    view: &RecommendationView,
    styles: &Styles,
) -> Result<(), XlsxError> {
    table(sheet, "Assumptions", &COLUMNS, 0, styles)?;
    let mut row = 0;
    for fact in view.assumptions.iter().chain(view.sources.iter().filter(|f| f.status != "assumed"))
    {
        row += 1;
        for (column, value) in cells(fact).into_iter().enumerate() {
            text(sheet, row, column as u16, value, Some(&styles.wrapped))?;
        }
    }
    filter(sheet, row, &COLUMNS)?;
    row += 2;
    text(sheet, row, 0, "Objectives and traffic", Some(&styles.heading))?;
    for objective in &view.scenario.objectives {
        row += 1;
        text(sheet, row, 0, objective, None)?;
    }
    for workload in &view.scenario.workloads {
        row += 1;
        text(sheet, row, 0, &workload.name, None)?;
        text(sheet, row, 1, &workload.model, None)?;
        text(sheet, row, 4, &workload.trace, None)?;
    }
    for attribution in &view.attributions {
        row += 1;
        text(sheet, row, 0, attribution, Some(&styles.note))?;
    }
    Ok(())
}

fn cells(fact: &FactView) -> [&str; 6] {
    [&fact.name, &fact.value, &fact.status, &fact.effective_from, &fact.source, &fact.place]
}
