//! A result: one view, in the forms it has on the command line, and as tables and a fragment for notebooks.

use crate::arrow::Table;
use crate::error::{error, unrendered, without_interpreter};
use ptuplan::files::folder::Folder;
use ptuplan::report::files::{self, File, ReportError};
use ptuplan::report::text::layout::Ink;
use ptuplan::report::view::{ComparedView, RecommendationView, SimulationView};
use ptuplan::report::{json, notebook, tables, text};
use ptuplan::units::diagnostic::{Diagnostic, Diagnostics};
use pyo3::prelude::*;
use serde::Serialize;
use std::path::PathBuf;

/// What is held of a result.
pub(crate) enum View {
    /// Of `recommend`.
    Recommendation(Box<RecommendationView>),
    /// Of `simulate`.
    Simulation(Box<SimulationView>),
    /// Of `compare`.
    Comparison(Vec<ComparedView>),
    /// Of all else: its JSON, its text and its files.
    Plain { json: Vec<u8>, text: String, files: Vec<File> },
}

impl View {
    /// A view that has no form of its own beside JSON and text.
    pub(crate) fn plain<V: Serialize>(view: &V, text: String) -> Result<Self, Diagnostics> {
        let json = json::bytes(view).map_err(unrendered)?;
        Ok(Self::Plain { json, text, files: Vec::new() })
    }

    fn json(&self) -> Result<Vec<u8>, ReportError> {
        Ok(match self {
            Self::Recommendation(view) => json::bytes(view)?,
            Self::Simulation(view) => json::bytes(view)?,
            Self::Comparison(all) => json::bytes(all)?,
            Self::Plain { json, .. } => json.clone(),
        })
    }

    fn text(&self, width: usize) -> String {
        match self {
            Self::Recommendation(view) => {
                text::recommendation::recommendation(view, Ink::Plain, width)
            }
            Self::Simulation(view) => text::simulation::simulation(view, Ink::Plain, width),
            Self::Comparison(all) => text::compared::text(all, Ink::Plain, width),
            Self::Plain { text, .. } => text.clone(),
        }
    }

    fn files(&self) -> Result<Vec<File>, ReportError> {
        match self {
            Self::Recommendation(view) => files::recommendation(view),
            Self::Simulation(view) => files::simulation(view),
            Self::Comparison(all) => files::comparison(all),
            Self::Plain { files, .. } => Ok(files.clone()),
        }
    }

    fn html(&self) -> Result<String, ReportError> {
        match self {
            Self::Recommendation(view) => notebook::recommendation(view),
            Self::Simulation(view) => notebook::simulation(view),
            other => Ok(notebook::text(&other.text(WIDTH))),
        }
    }

    fn tables(&self) -> Result<Vec<tables::Table>, ReportError> {
        Ok(match self {
            Self::Recommendation(view) => tables::of_recommendation(view)?,
            Self::Simulation(view) => tables::of_simulation(view)?,
            _ => Vec::new(),
        })
    }
}

/// Columns of text where nobody says otherwise, as on the command line where no terminal is.
const WIDTH: usize = 80;

/// A result of the library.
#[pyclass(frozen, module = "ptuplan._native")]
pub(crate) struct Answer {
    view: View,
    /// Whether the answer is yes: the exit code 0 of the command line.
    #[pyo3(get)]
    ok: bool,
}

impl Answer {
    pub(crate) fn new(view: View, ok: bool) -> Self {
        Self { view, ok }
    }
}

#[pymethods]
impl Answer {
    /// The JSON document, byte for byte that of the command line.
    fn json(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
        without_interpreter(py, || self.view.json().map_err(unrendered))
    }

    /// The text of the command line.
    #[pyo3(signature = (width = WIDTH))]
    fn text(&self, width: usize) -> String {
        self.view.text(width)
    }

    /// A fragment of HTML for notebooks.
    fn html(&self, py: Python<'_>) -> PyResult<String> {
        without_interpreter(py, || self.view.html().map_err(unrendered))
    }

    /// The tables, by name.
    fn tables(&self) -> PyResult<Vec<(&'static str, Table)>> {
        let tables = self.view.tables().map_err(|failed| error(unrendered(failed)))?;
        tables.iter().map(|table| Ok((table.name, Table::of(table)?))).collect()
    }

    /// Writes the folder of the command line, all files or none; the names of the files.
    fn report(&self, py: Python<'_>, path: PathBuf) -> PyResult<Vec<String>> {
        without_interpreter(py, || {
            let files = self.view.files().map_err(unrendered)?;
            if files.is_empty() {
                let none = Diagnostic::error("no-report", "this result has no report files");
                return Err(none.hint("json() and text() have all of it").into());
            }
            Folder::open(&path)?.write(&files)?;
            Ok(files.into_iter().map(|(name, _)| name).collect())
        })
    }
}
