//! Traffic: read, summarized, fitted, made, written.

use crate::answer::{Answer, View};
use crate::error::{error, unrendered, warn, without_interpreter};
use crate::rows::csv_of;
use jiff::tz::TimeZone;
use ptuplan::files::read::text;
use ptuplan::files::trace::{read_files, write_trace};
use ptuplan::report::json;
use ptuplan::report::text::layout::Ink;
use ptuplan::report::traffic::{
    FitView, FormatView, ImportView, TrafficView, fit_plot, fit_text, formats_text, import_text,
    rate_plot, summary_text,
};
use ptuplan::units::diagnostic::{Diagnostic, Diagnostics};
use ptuplan::workload::fit::fit as fitted;
use ptuplan::workload::import::{
    BucketModel, Columns, Imported, ReadSpec, TokensStated, Where, catalogue, read as read_table,
};
use ptuplan::workload::summary::summarize;
use ptuplan::workload::synth::{generate, parse, to_toml};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::path::PathBuf;

const WIDTH: usize = 80;

/// Traffic that was read or made.
#[pyclass(frozen, module = "ptuplan._native")]
pub(crate) struct Traffic {
    name: String,
    imported: Imported,
}

/// How a log is read.
fn spec_of(
    strict: bool,
    seed: Option<u64>,
    bytes_per_token: Option<u32>,
    input_tokens_per_request: Option<f64>,
    columns: Option<Vec<(String, String)>>,
    read_as: Option<String>,
    keep: &[String],
    tokens: &str,
) -> Result<ReadSpec, Diagnostics> {
    let columns = columns.map(|named| -> Result<Columns, Diagnostic> {
        let table: toml::Table =
            named.into_iter().map(|(name, column)| (name, column.into())).collect();
        table.try_into().map_err(|wrong: toml::de::Error| {
            let first = wrong.message().lines().next().unwrap_or_default().to_owned();
            Diagnostic::error("not-a-column", format!("columns not understood: {first}")).hint(
                "arrival, input_tokens and output_tokens are needed; arrival_unit is s, ms, us or timestamp",
            )
        })
    });
    Ok(ReadSpec {
        strict,
        seed: seed.unwrap_or(0),
        bytes_per_token,
        model: BucketModel { input_tokens_per_request, ..BucketModel::default() },
        columns: columns.transpose()?,
        format: read_as,
        keep: Where::parse(keep.iter().map(String::as_str))?,
        tokens: match tokens {
            "none" => TokensStated::None,
            "input" => TokensStated::Input,
            _ => TokensStated::Both,
        },
        drop_identical: false,
        dates: None,
    })
}

fn zone(name: &str) -> Result<TimeZone, Diagnostic> {
    TimeZone::get(name).map_err(|_| {
        Diagnostic::error("unknown-zone", format!("unknown time zone: {name}"))
            .hint("an IANA name such as Europe/Stockholm")
    })
}

#[pymethods]
impl Traffic {
    /// Reads files, or a table of another library.
    #[staticmethod]
    #[pyo3(signature = (files, table, *, strict = false, seed = None, bytes_per_token = None,
        input_tokens_per_request = None, columns = None, read_as = None, keep = vec![], tokens = "both"))]
    fn read(
        py: Python<'_>,
        files: Vec<PathBuf>,
        table: Option<Bound<'_, PyAny>>,
        strict: bool,
        seed: Option<u64>,
        bytes_per_token: Option<u32>,
        input_tokens_per_request: Option<f64>,
        columns: Option<Vec<(String, String)>>,
        read_as: Option<String>,
        keep: Vec<String>,
        tokens: &str,
    ) -> PyResult<Self> {
        let spec = spec_of(
            strict,
            seed,
            bytes_per_token,
            input_tokens_per_request,
            columns,
            read_as,
            &keep,
            tokens,
        );
        let spec = spec.map_err(error)?;
        let held = table.map(|table| csv_of(&table)).transpose()?;
        let found = without_interpreter(py, || {
            if let Some(csv) = held {
                let name = "table".to_owned();
                return Ok(Self { imported: read_table(&name, &csv, &spec)?, name });
            }
            let names: Vec<_> = files.iter().map(|path| path.to_string_lossy()).collect();
            Ok(Self { name: names.join(", "), imported: read_files(&files, &spec)? })
        })?;
        warn(py, &found.imported.warnings)?;
        Ok(found)
    }

    fn __len__(&self) -> usize {
        self.imported.trace.len()
    }

    /// How it is called in messages.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    /// What was read, left out and assumed.
    fn imported(&self) -> PyResult<Answer> {
        let view = ImportView::of(&self.imported.report);
        let text = import_text(&view, Ink::Plain, WIDTH).trim_start().to_owned();
        Ok(Answer::new(View::plain(&view, text).map_err(error)?, true))
    }

    /// Rates, peaks, burstiness, lengths.
    fn summarize(&self, py: Python<'_>, zone_name: &str) -> PyResult<Answer> {
        let zone = zone(zone_name).map_err(error)?;
        without_interpreter(py, || {
            let view =
                TrafficView::of(&self.name, &self.imported, &summarize(&self.imported, &zone));
            let document = json::bytes(&view).map_err(unrendered)?;
            let mut files = vec![("summary.json".to_owned(), document.clone())];
            if let Some(plot) = rate_plot(&self.name, &self.imported).map_err(unrendered)? {
                files.push(("rate.svg".to_owned(), plot.svg));
                files.push(("rate.png".to_owned(), plot.png));
            }
            let text = summary_text(&view, Ink::Plain, WIDTH);
            Ok(Answer::new(View::Plain { json: document, text, files }, true))
        })
    }

    /// The arrival process and lengths found, and the spec that makes traffic like it.
    fn fit(&self, py: Python<'_>, seed: u64) -> PyResult<(Answer, String)> {
        without_interpreter(py, || {
            let name = &self.name;
            let found = fitted(&self.imported).map_err(|fault| {
                Diagnostic::error("cannot-fit", format!("cannot fit {name}: {fault}"))
            })?;
            let spec = to_toml(&found.spec("fitted", &self.imported, seed))?;
            let view = FitView::of(name, &found, spec.clone());
            let document = json::bytes(&view).map_err(unrendered)?;
            let mut files = vec![("fit.json".to_owned(), document.clone())];
            if let Some(plot) = fit_plot(name, &found).map_err(unrendered)? {
                files.push(("fit.svg".to_owned(), plot.svg));
                files.push(("fit.png".to_owned(), plot.png));
            }
            let text = fit_text(name, &found, Ink::Plain);
            Ok((Answer::new(View::Plain { json: document, text, files }, true), spec))
        })
    }

    /// Writes it as a trace: `.trace` or `.csv`.
    fn write(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        without_interpreter(py, || write_trace(&path, &self.imported))
    }

    /// The columns as lists.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let trace = &self.imported.trace;
        let all = PyDict::new(py);
        all.set_item("arrival_us", &trace.arrival_us)?;
        all.set_item("input_tokens", &trace.input_tokens)?;
        all.set_item("output_tokens", &trace.output_tokens)?;
        if let Some(cached) = &trace.cached_input_tokens {
            all.set_item("cached_input_tokens", cached)?;
        }
        Ok(all)
    }
}

/// Traffic from a spec: its path, or its text under a name.
#[pyfunction]
pub(crate) fn synth(
    py: Python<'_>,
    path: PathBuf,
    written: Option<String>,
    seed: Option<u64>,
) -> PyResult<Traffic> {
    without_interpreter(py, || {
        let name = path.to_string_lossy().into_owned();
        let written = match written {
            Some(written) => written,
            None => text("spec", &path)?,
        };
        let mut spec = parse(&name, &written)?;
        if let Some(seed) = seed {
            spec.seed = seed;
        }
        Ok(Traffic { imported: generate(&spec)?, name })
    })
}

/// The formats that are recognised.
#[pyfunction]
pub(crate) fn formats() -> PyResult<Answer> {
    let views: Vec<FormatView> = catalogue().iter().map(FormatView::of).collect();
    let text = formats_text(&views);
    Ok(Answer::new(View::plain(&views, text).map_err(error)?, true))
}
