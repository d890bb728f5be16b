//! `plan.xlsx`: the plan as a workbook a planner can change.
//!
//! The first sheet is the answer at a glance. Two levers on the second (a further discount on PTUs, one on tokens) and every list price on the
//! sheet of line items are inputs; the totals, the months and the candidates are formulas over them. Each formula
//! carries its result for viewers that do not compute (`model` computes the same in Rust). With the levers at zero
//! the totals are the report's. Text from users is written as text and never as a formula.

mod answer;
mod candidates;
mod compared;
mod evidence;
mod lines;
mod model;
mod months;
mod sheet;
mod summary;
mod terms;

pub use crate::report::workbook::compared::compared;
pub use crate::report::workbook::model::Levers;

use crate::report::view::RecommendationView;
use crate::report::workbook::model::Model;
use crate::report::workbook::sheet::Styles;
use crate::units::escape::for_line;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

/// Why a workbook could not be written.
pub type WorkbookError = XlsxError;

/// The workbook of a recommendation with its levers at zero.
pub fn bytes(view: &RecommendationView) -> Result<Vec<u8>, WorkbookError> {
    bytes_with(view, Levers::default())
}

/// The workbook with levers set, as if a planner had typed them.
pub fn bytes_with(view: &RecommendationView, levers: Levers) -> Result<Vec<u8>, WorkbookError> {
    let model = Model::new(view, levers);
    let styles = Styles::of(&view.bill.currency);
    let mut workbook = Workbook::new();
    // A workbook says when it was made; ours says when its period starts, so that equal runs give equal bytes.
    let made = created(&view.scenario.start)?;
    let title = for_line(&view.scenario.name).chars().take(200).collect::<String>();
    workbook.set_properties(
        &DocProperties::new().set_title(title).set_author("ptuplan").set_creation_datetime(&made),
    );
    answer::write(workbook.add_worksheet(), view, &styles)?;
    summary::write(workbook.add_worksheet(), view, &model, &styles)?;
    candidates::write(workbook.add_worksheet(), view, &model, &styles)?;
    months::write(workbook.add_worksheet(), view, &model, &styles)?;
    lines::write(workbook.add_worksheet(), view, &model, &styles)?;
    terms::write(workbook.add_worksheet(), view, &styles)?;
    evidence::write(workbook.add_worksheet(), view, &styles)?;
    for (name, cell) in summary::NAMES {
        workbook.define_name(name, &format!("=Summary!{cell}"))?;
    }
    workbook.save_to_buffer()
}

fn created(start: &str) -> Result<ExcelDateTime, XlsxError> {
    let date = start.get(..10).and_then(|day| day.parse::<jiff::civil::Date>().ok());
    let (year, month, day) = date.map_or((2000, 1, 1), |d| (d.year(), d.month(), d.day()));
    ExcelDateTime::from_ymd(year.unsigned_abs(), month.unsigned_abs(), day.unsigned_abs())
}
