//! What a call was given: a scenario by its path or its text, and traffic that is held already.

use crate::error::error;
use crate::rows::csv_of;
use ptuplan::catalog::Catalog;
use ptuplan::files;
use ptuplan::files::scenario::Choices;
use ptuplan::files::traffic::Folders;
use ptuplan::scenario::load::load;
use ptuplan::scenario::question::scenario::Scenario;
use ptuplan::scenario::question::workload::Workload;
use ptuplan::scenario::run::traffic::Source;
use ptuplan::units::diagnostic::{Diagnostic, Diagnostics, nearest};
use ptuplan::workload::trace::Trace;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Traffic instead of a workload's own.
#[derive(Clone, Debug)]
enum Held {
    /// A table, in the form a file would have.
    Table(Arc<[u8]>),
    /// A file.
    File(PathBuf),
}

/// A scenario and what goes with it, before anything is read.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    path: PathBuf,
    text: Option<String>,
    data: Option<PathBuf>,
    choices: Choices,
    /// By workload; the empty name is the only workload there is.
    traffic: Vec<(String, Held)>,
}

impl<'py> FromPyObject<'_, 'py> for Given {
    type Error = PyErr;

    /// From `_arguments.Asked` of the package.
    fn extract(asked: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let mut traffic = Vec::new();
        for item in asked.getattr("traffic")?.try_iter()? {
            let (name, path, table): (String, Option<PathBuf>, Option<Bound<'_, PyAny>>) =
                item?.extract()?;
            let held = match (path, table) {
                (Some(path), _) => Held::File(path),
                (None, Some(table)) => Held::Table(csv_of(&table)?.into()),
                (None, None) => continue,
            };
            traffic.push((name, held));
        }
        Ok(Self {
            path: asked.getattr("path")?.extract()?,
            text: asked.getattr("text")?.extract()?,
            data: asked.getattr("data")?.extract()?,
            choices: Choices {
                seed: asked.getattr("seed")?.extract()?,
                what_if: asked.getattr("what_if")?.extract()?,
            },
            traffic,
        })
    }
}

impl Given {
    /// The question as a worker takes it: with the text of its file, without traffic.
    pub(crate) fn sent<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let text = match &self.text {
            Some(text) => text.clone(),
            None => files::read::text("scenario", &self.path).map_err(error)?,
        };
        let given = PyDict::new(py);
        given.set_item("path", &self.path)?;
        given.set_item("text", text)?;
        given.set_item("data", &self.data)?;
        given.set_item("seed", self.choices.seed)?;
        given.set_item("what_if", &self.choices.what_if)?;
        py.import("ptuplan._arguments")?.getattr("Asked")?.call((), Some(&given))
    }

    /// The catalogue asked for.
    pub(crate) fn catalog(&self) -> Result<Catalog, Diagnostics> {
        files::catalog::catalog(self.data.as_deref())
    }

    /// Where the scenario is, for messages.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The scenario with the files it names.
    pub(crate) fn scenario(&self, catalog: &Catalog) -> Result<Scenario, Diagnostics> {
        let scenario = match &self.text {
            None => files::scenario::scenario(&self.path, catalog, &self.choices)?,
            Some(text) => {
                let scenario = load(&self.path.to_string_lossy(), text)?;
                files::scenario::completed(scenario, &self.path, catalog, &self.choices)?
            }
        };
        self.fits(&scenario)?;
        Ok(scenario)
    }

    /// Traffic must be of a workload that there is.
    fn fits(&self, scenario: &Scenario) -> Result<(), Diagnostics> {
        let mut wrong = Diagnostics::default();
        for (name, _) in &self.traffic {
            let known: Vec<&str> = scenario.workloads.iter().map(|own| &*own.name).collect();
            if name.is_empty() && known.len() > 1 {
                let message = "traffic of which workload? The scenario has several";
                let hint = format!("give a dict by workload: {}", known.join(", "));
                wrong.push(Diagnostic::error("traffic-of-whom", message).hint(hint));
            } else if !name.is_empty() && !known.contains(&name.as_str()) {
                let message = format!("unknown workload: {name}");
                let hint = match nearest(name, known.iter().copied()) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("the scenario has {}", known.join(", ")),
                };
                wrong.push(Diagnostic::error("unknown-workload", message).hint(hint));
            }
        }
        wrong.or_ok(())
    }

    fn held(&self, workload: &Workload) -> Option<Source> {
        let found =
            self.traffic.iter().find(|(name, _)| name.is_empty() || **name == *workload.name);
        match &found?.1 {
            Held::Table(csv) => Some(Source::Text(csv.to_vec().into())),
            // What cannot be opened was told before anything was simulated.
            Held::File(path) => files::traffic::file(path).ok(),
        }
    }

    /// Does something with where the traffic comes from.
    pub(crate) fn with_folders<T>(
        &self,
        work: impl FnOnce(&Folders<'_>) -> Result<T, Diagnostics>,
    ) -> Result<T, Diagnostics> {
        for (_, held) in &self.traffic {
            if let Held::File(path) = held {
                files::traffic::file(path)?;
            }
        }
        let given = |workload: &Workload| self.held(workload);
        work(&Folders { given: &given, ..Folders::of(&self.path) })
    }

    /// The traces of a scenario's workloads, and what their readers warn of.
    pub(crate) fn traces(
        &self,
        scenario: &Scenario,
        catalog: &Catalog,
    ) -> Result<(Vec<Trace>, Diagnostics), Diagnostics> {
        let pictured = scenario.workloads.iter().any(|workload| workload.calls.images.is_some());
        let catalog = pictured.then_some(catalog);
        self.with_folders(|folders| files::traffic::traces(scenario, folders, catalog))
    }
}
