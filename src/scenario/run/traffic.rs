//! From a workload's words to the trace that is replayed: read or made, cut, scaled and repeated. The caller opens files.

use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::workload::Workload;
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::workload::bundled as shelf;
use crate::workload::import::{self, Imported, ReadSpec, read};
use crate::workload::packed;
use crate::workload::synth::{SynthSpec, generate};
use crate::workload::trace::Trace;
use crate::workload::transform::{self, Seam, TransformFault};
use std::borrow::Cow;
use std::path::PathBuf;

/// What a trace is read from.
#[derive(Debug)]
pub enum Source {
    /// Text: CSV or another text format, recognised by its content.
    Text(Cow<'static, [u8]>),
    /// A trace file as `trace import` writes it, open.
    Packed(Box<dyn packed::Source>),
    /// A Parquet file.
    Parquet(PathBuf),
    /// A bundled trace.
    Bundled(&'static shelf::Bundled),
    /// A spec of synthetic traffic.
    Synthetic(Box<SynthSpec>),
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

/// Reads or makes the trace of a workload and transforms it. `name` is what messages call it.
pub fn trace(
    scenario: &Scenario,
    workload: &Workload,
    name: &str,
    source: Source,
) -> Result<Traffic, Diagnostics> {
    let place = &workload.traffic.trace.place;
    let (mut trace, warnings) = imported(scenario, workload, name, source)?;
    trace = transformed(scenario, workload, trace).map_err(|fault| cannot(name, place, &fault))?;
    if trace.is_empty() {
        return Err(empty(name, place));
    }
    Ok(Traffic { trace, warnings })
}

/// The same before it is repeated, as far as a [`Playback`](crate::scenario::run::playback::Playback) repeats it.
pub(crate) fn once(
    scenario: &Scenario,
    workload: &Workload,
    name: &str,
    source: Source,
) -> Result<(Trace, Vec<Diagnostic>), Diagnostics> {
    let place = &workload.traffic.trace.place;
    let (trace, warnings) = imported(scenario, workload, name, source)?;
    let trace = shaped(workload, trace).map_err(|fault| cannot(name, place, &fault))?;
    if trace.is_empty() {
        return Err(empty(name, place));
    }
    Ok((trace, warnings))
}

fn cannot(name: &str, place: &Place, fault: &TransformFault) -> Diagnostics {
    Diagnostic::error("cannot-transform", format!("cannot transform trace: {name}: {fault}"))
        .at(place.clone())
        .into()
}

fn empty(name: &str, place: &Place) -> Diagnostics {
    Diagnostic::error("empty-trace", format!("empty trace: {name}"))
        .at(place.clone())
        .hint("no request is left to replay: widen `slice` or raise `scale`")
        .into()
}

/// The requests as they are read or made, under the scenario's luck and output limits.
fn imported(
    scenario: &Scenario,
    workload: &Workload,
    name: &str,
    source: Source,
) -> Result<(Trace, Vec<Diagnostic>), Diagnostics> {
    let spec = read_spec(workload);
    let place = &workload.traffic.trace.place;
    let imported = match source {
        Source::Text(bytes) => read(name, &bytes, &spec)?,
        Source::Packed(file) => import::packed(name, file, &spec)?,
        Source::Bundled(bundled) => bundled.load()?,
        Source::Parquet(path) => parquet(name, &path, &spec)?,
        Source::Synthetic(spec) => synthetic(scenario, *spec).map_err(|mut wrong| {
            wrong.0.iter_mut().for_each(|d| d.place = d.place.take().or(Some(place.clone())));
            wrong
        })?,
    };
    let mut trace = imported.trace;
    trace.seed = scenario.seed;
    trace.assumed.extend(workload.traffic.notes.iter().cloned());
    if workload.max_output_tokens.is_some() {
        // The scenario's client sets its own limit on every request.
        trace.max_output_tokens = None;
    }
    Ok((trace, imported.warnings.0))
}

/// The requests of a spec, in the scenario's window where it states no period, by the scenario's luck.
fn synthetic(scenario: &Scenario, spec: SynthSpec) -> Result<Imported, Diagnostics> {
    let start = scenario.period.start().to_zoned(scenario.period.zone().clone());
    let mut spec = spec.within(&start, scenario.window.length_us);
    spec.seed = scenario.seed;
    generate(&spec)
}

fn one(factor: f64) -> bool {
    (factor - 1.0).abs() <= f64::EPSILON
}

/// The trace cut, stretched and scaled.
fn shaped(workload: &Workload, mut trace: Trace) -> Result<Trace, TransformFault> {
    let wanted = &workload.traffic;
    if let Some((from_us, until_us)) = wanted.slice_us {
        trace = transform::slice(&trace, from_us, until_us);
    }
    if !one(wanted.stretch) {
        trace = transform::stretch(&trace, wanted.stretch)?;
    }
    if !one(wanted.scale) {
        trace = transform::scale(&trace, wanted.scale)?;
    }
    Ok(trace)
}

/// Input tokens that are taken to be cached.
pub(crate) fn cached_share(trace: &Trace, ppm: u32) -> Vec<u32> {
    let cached = |input: &u32| (u64::from(*input) * u64::from(ppm) / 1_000_000) as u32;
    trace.input_tokens.iter().map(cached).collect()
}

fn transformed(
    scenario: &Scenario,
    workload: &Workload,
    trace: Trace,
) -> Result<Trace, TransformFault> {
    let wanted = &workload.traffic;
    let mut trace = shaped(workload, trace)?;
    if wanted.repeat {
        trace = transform::repeat(&trace, scenario.window.length_us, Seam::MeanGap)?;
    }
    for surge in &wanted.surges {
        trace = transform::surge(&trace, *surge)?;
    }
    if let Some(ppm) = wanted.cached_share_ppm
        && trace.cached_input_tokens.is_none()
    {
        trace.cached_input_tokens = Some(cached_share(&trace, ppm));
    }
    if let Some(change) = &wanted.change {
        if !one(change.scale) {
            trace = transform::scale(&trace, change.scale)?;
        }
        for surge in &change.surges {
            trace = transform::surge(&trace, *surge)?;
        }
        let limit = workload.max_output_tokens;
        trace = transform::lengthen(trace, change.input_length, change.output_length, limit);
        if let Some(share) = change.cached_share {
            trace = transform::cache(trace, share);
        }
    }
    Ok(trace)
}

pub(crate) fn read_spec(workload: &Workload) -> ReadSpec {
    ReadSpec {
        columns: workload.traffic.columns.clone(),
        model: workload.traffic.totals,
        ..ReadSpec::strict()
    }
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
