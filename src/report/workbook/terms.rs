//! What the terms make of the bill, and every way to pay for it: rates and discounts applied, budgets, teams.

use crate::report::answer::later::course;
use crate::report::text::horizon::courses;
use crate::report::view::{LimitView, RecommendationView};
use crate::report::workbook::model::number;
use crate::report::workbook::sheet::{Cells, Column, Styles, table, text};
use rust_xlsxwriter::{Worksheet, XlsxError};

const COLUMNS: [Column; 7] = [
    ("What", 24.0, false),
    ("Name", 40.0, false),
    ("Cost or limit", 16.0, true),
    ("p10 or spent", 16.0, true),
    ("p90 or left", 16.0, true),
    ("Committed or billed", 18.0, true),
    ("Until or reached on", 20.0, false),
];

pub(super) fn write(
    sheet: &mut Worksheet,
    view: &RecommendationView,
    styles: &Styles,
) -> Result<(), XlsxError> {
    table(sheet, "Terms and ways to pay", &COLUMNS, 2, styles)?;
    let mut row = 1;
    for own in courses(view) {
        let mut cells = Cells::of(sheet, styles, row);
        let plan = if own.is_plan { " (the plan)" } else { "" };
        cells.text("way to serve")?.text(&format!("{}{plan}", course(own)))?;
        cells.money(number(&own.total))?.skip(3);
        let first = own.failing.first().map(|month| format!("falls short from {month}"));
        cells.text(first.as_deref().unwrap_or("every month holds"))?;
        row += 1;
    }
    if let Some(horizon) = &view.outlook.horizon {
        for way in &horizon.ways {
            let mut cells = Cells::of(sheet, styles, row);
            let plan = if way.is_plan { " (the plan)" } else { "" };
            let feasible = if way.feasible { "" } else { " (breaks an objective)" };
            cells.text("way to pay")?.text(&format!("{}{plan}{feasible}", way.way))?;
            cells.money(number(&way.total))?.money(number(&way.p10))?.money(number(&way.p90))?;
            cells.money(number(&way.committed))?;
            cells.text(way.binds_until.as_deref().unwrap_or("nothing"))?;
            row += 1;
        }
    }
    let terms = &view.bill.terms;
    let budgets = terms.budgets.iter().map(|b| (format!("{}, from {}", b.name, b.from), &b.status));
    let commitment = terms.consumption_commitment.iter();
    let limits = budgets.chain(commitment.map(|own| ("consumption commitment".to_owned(), own)));
    for (name, limit) in limits {
        let LimitView { limit, spent, left, reached_on } = limit;
        let mut cells = Cells::of(sheet, styles, row);
        cells.text("budget")?.text(&name)?;
        cells.money(number(limit))?.money(number(spent))?.money(number(left))?;
        cells.skip(1).text(reached_on.as_deref().unwrap_or("not reached"))?;
        row += 1;
    }
    for split in &terms.allocation {
        for part in &split.parts {
            let mut cells = Cells::of(sheet, styles, row);
            cells.text(&format!("by {}", split.by))?.text(&part.owner)?;
            cells.money(number(&part.effective))?.skip(2).money(number(&part.billed))?;
            row += 1;
        }
    }
    let of = (!terms.figures_of.is_empty()).then(|| format!("Figures of {}", terms.figures_of));
    for sentence in of.iter().chain(&terms.applied) {
        row += 1;
        text(sheet, row, 0, sentence, Some(&styles.note))?;
    }
    Ok(())
}
