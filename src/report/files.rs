//! What a run leaves behind: names and bytes. The command line writes them, all or none.

use crate::report::page::PageError;
use crate::report::plot::{PlotError, Rendered};
use crate::report::tables::Table;
use crate::report::view::{ComparedView, RecommendationView, SimulationView};
use crate::report::{json, markdown, page, plot, tables, workbook};
use crate::units::diagnostic::Diagnostics;
use crate::units::escape::for_line;

/// The file with what was left out or assumed of what is deployed.
pub const NOTES: &str = "notes.txt";

/// A file's name and bytes.
pub type File = (String, Vec<u8>);

/// Why a form could not be made. None of these is a user's mistake.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// JSON could not be written.
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A table could not be written.
    #[error("table: {0}")]
    Table(#[from] tables::TableError),
    /// The workbook could not be written.
    #[error("workbook: {0}")]
    Workbook(#[from] workbook::WorkbookError),
    /// The page could not be made.
    #[error("page: {0}")]
    Page(#[from] PageError),
    /// A plot could not be drawn.
    #[error(transparent)]
    Plot(#[from] PlotError),
}

/// How tables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableForm {
    /// For spreadsheets.
    Csv,
    /// For data tools; exact amounts are text.
    #[cfg(feature = "tables")]
    Parquet,
}

/// Every table in the given forms, under its own name.
pub fn tables(tables: &[Table], forms: &[TableForm]) -> Result<Vec<File>, ReportError> {
    let mut files = Vec::new();
    for table in tables {
        for form in forms {
            files.push(match form {
                TableForm::Csv => (format!("{}.csv", table.name), table.csv()?),
                #[cfg(feature = "tables")]
                TableForm::Parquet => (format!("{}.parquet", table.name), table.parquet()?),
            });
        }
    }
    Ok(files)
}

/// The files of `recommend`.
pub fn recommendation(view: &RecommendationView) -> Result<Vec<File>, ReportError> {
    let mut files = vec![
        ("report.html".to_owned(), page::recommendation(view)?),
        ("recommendation.json".to_owned(), json::bytes(view)?),
        ("summary.md".to_owned(), markdown::recommendation(view)),
        ("plan.xlsx".to_owned(), workbook::bytes(view)?),
        ("candidates.csv".to_owned(), tables::candidates(&view.candidates)?),
        ("line_items.csv".to_owned(), view.bill.focus_csv.clone()),
    ];
    add(&mut files, "load", plot::load(&view.series)?);
    add(&mut files, "utilization", plot::utilization(&view.series)?);
    add(&mut files, "cost_curve", plot::cost_curve(view)?);
    Ok(files)
}

/// The files of `simulate`.
pub fn simulation(view: &SimulationView) -> Result<Vec<File>, ReportError> {
    let mut files = vec![
        ("report.html".to_owned(), page::simulation(view)?),
        ("simulation.json".to_owned(), json::bytes(view)?),
        ("summary.md".to_owned(), markdown::simulation(view)),
        ("line_items.csv".to_owned(), view.bill.focus_csv.clone()),
    ];
    add(&mut files, "load", plot::load(&view.series)?);
    add(&mut files, "utilization", plot::utilization(&view.series)?);
    Ok(files)
}

/// The files of `compare`.
pub fn comparison(all: &[ComparedView]) -> Result<Vec<File>, ReportError> {
    Ok(vec![
        ("report.html".to_owned(), page::comparison(all)?),
        ("comparison.json".to_owned(), json::bytes(&all)?),
        ("summary.md".to_owned(), markdown::comparison(all)),
        ("comparison.xlsx".to_owned(), workbook::compared(all)?),
    ])
}

/// What was left out or assumed when files of what is deployed were read, a line each, all of it;
/// no file where that is nothing.
pub fn notes(notes: &Diagnostics) -> Option<File> {
    let mut text = String::new();
    let mut told: Vec<String> = Vec::new();
    for note in &notes.0 {
        let place = note.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
        let line = for_line(&format!("{}{place}", note.message)).to_string();
        // Scenarios that are compared share their files.
        if !told.contains(&line) {
            text += &line;
            text.push('\n');
            told.push(line);
        }
    }
    (!text.is_empty()).then(|| (NOTES.to_owned(), text.into_bytes()))
}

fn add(files: &mut Vec<File>, name: &str, plot: Option<Rendered>) {
    if let Some(plot) = plot {
        files.push((format!("{name}.svg"), plot.svg));
        files.push((format!("{name}.png"), plot.png));
    }
}
