//! From a workload's words to the trace that is replayed: read, cut, scaled and repeated. The caller opens files.

use crate::scenario::question::{Scenario, Workload};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::workload::bundled as shelf;
use crate::workload::import::{Imported, ReadSpec, read};
use crate::workload::trace::Trace;
use crate::workload::transform::{self, Seam, TransformFault};
use std::borrow::Cow;
use std::path::PathBuf;

/// What a trace is read from.
#[derive(Clone, Debug)]
pub enum Source {
    /// Text: CSV or another text format, recognised by its content.
    Text(Cow<'static, [u8]>),
    /// A Parquet file.
    Parquet(PathBuf),
    /// A bundled trace.
    Bundled(&'static shelf::Bundled),
}

/// A trace ready for replay.
#[derive(Clone, Debug)]
pub struct Traffic {
    /// The requests.
    pub trace: Trace,
    /// What the reader wants the user to know.
    pub warnings: Vec<Diagnostic>,
}

/// The bundled trace of that name.
pub fn bundled(name: &str) -> Option<Source> {
    shelf::get(name).map(Source::Bundled)
}

/// Names of the bundled traces.
pub fn bundled_names() -> Vec<&'static str> {
    shelf::ALL.iter().map(|bundled| bundled.name).collect()
}

/// Whom to credit for a trace, none for the user's own.
pub fn attribution(name: &str) -> Option<String> {
    shelf::get(name).map(|b| format!("{}: {} ({})", b.title, b.attribution, b.licence))
}

/// Reads and transforms the trace of a workload. `name` is what messages call it.
pub fn trace(
    scenario: &Scenario,
    workload: &Workload,
    name: &str,
    source: Source,
) -> Result<Traffic, Diagnostics> {
    let spec = read_spec(workload);
    let imported = match source {
        Source::Text(bytes) => read(name, &bytes, &spec)?,
        Source::Bundled(bundled) => bundled.load()?,
        Source::Parquet(path) => parquet(name, &path, &spec)?,
    };
    let mut trace = imported.trace;
    trace.seed = scenario.seed;
    if workload.max_output_tokens.is_some() {
        // The scenario's client sets its own limit on every request.
        trace.max_output_tokens = None;
    }
    let wanted = &workload.traffic;
    let refuse = |fault: TransformFault| {
        Diagnostic::error("cannot-transform", format!("cannot transform trace: {name}: {fault}"))
            .at(workload.traffic.trace.place.clone())
    };
    if let Some((from_us, until_us)) = wanted.slice_us {
        trace = transform::slice(&trace, from_us, until_us);
    }
    if (wanted.scale - 1.0).abs() > f64::EPSILON {
        trace = transform::scale(&trace, wanted.scale).map_err(refuse)?;
    }
    if wanted.repeat {
        trace =
            transform::repeat(&trace, scenario.window.length_us, Seam::MeanGap).map_err(refuse)?;
    }
    if let Some(ppm) = wanted.cached_share_ppm
        && trace.cached_input_tokens.is_none()
    {
        let cached = |input: &u32| (u64::from(*input) * u64::from(ppm) / 1_000_000) as u32;
        trace.cached_input_tokens = Some(trace.input_tokens.iter().map(cached).collect());
    }
    if trace.is_empty() {
        return Err(Diagnostic::error("empty-trace", format!("empty trace: {name}"))
            .at(workload.traffic.trace.place.clone())
            .hint("no request is left to replay: widen `slice` or raise `scale`")
            .into());
    }
    Ok(Traffic { trace, warnings: imported.warnings.0 })
}

fn read_spec(workload: &Workload) -> ReadSpec {
    ReadSpec { columns: workload.traffic.columns.clone(), ..ReadSpec::strict() }
}

#[cfg(feature = "tables")]
fn parquet(name: &str, path: &std::path::Path, spec: &ReadSpec) -> Result<Imported, Diagnostics> {
    crate::workload::tables::read_parquet_file(name, path, spec)
}

#[cfg(not(feature = "tables"))]
fn parquet(name: &str, _path: &std::path::Path, _spec: &ReadSpec) -> Result<Imported, Diagnostics> {
    Err(Diagnostic::error("no-parquet", format!("Parquet is not built in: {name}"))
        .hint("build with the feature `tables`, or give a CSV file")
        .into())
}
