//! From a workload's words to the trace that is replayed: read or made, cut, scaled and repeated.
//! The caller opens files.

use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::workload::Workload;
use crate::scenario::run::named_models::{NamedModels, counted};
use crate::scenario::run::repetition::{
    Again, Expected, Lasting, TraceClock, again, check_length, length_of,
};
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::luck::splitmix64;
use crate::workload::bundled as shelf;
use crate::workload::import::{self, Attributes, Imported, ReadSpec, Where, only, read};
use crate::workload::packed;
use crate::workload::synth::{SynthSpec, generate};
use crate::workload::trace::Trace;
use crate::workload::transform::{self, TransformFault};
use std::borrow::Cow;
use std::mem::size_of;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

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
    /// What was read or made before.
    Whole(Whole),
}

impl Source {
    /// Whether its requests are made, not recorded.
    pub(crate) fn is_made(&self) -> bool {
        matches!(self, Self::Synthetic(_) | Self::Whole(Whole { origin: Provenance::Made, .. }))
    }
}

/// Where requests are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Provenance {
    Own,
    Bundled,
    Made,
}

/// All requests of a source, before a workload chooses, cuts or scales them.
#[derive(Clone, Debug)]
pub struct Whole {
    imported: Arc<Imported>,
    origin: Provenance,
}

impl Whole {
    /// Reads or makes the requests of a workload's source. `name` is what messages call it.
    ///
    /// # Errors
    /// Mistakes of the file or of the spec.
    pub fn of(
        scenario: &Scenario,
        workload: &Workload,
        name: &str,
        source: Source,
    ) -> Result<Self, Diagnostics> {
        let spec = ReadSpec { keep: Where::default(), ..read_spec(workload) };
        let place = &workload.traffic.trace.place;
        let (origin, imported) = match source {
            Source::Whole(whole) => return Ok(whole),
            Source::Text(bytes) => (Provenance::Own, read(name, &bytes, &spec)?),
            Source::Packed(file) => (Provenance::Own, import::packed(name, file, &spec)?),
            Source::Parquet(path) => (Provenance::Own, parquet(name, &path, &spec)?),
            Source::Bundled(bundled) => (Provenance::Bundled, bundled.load()?),
            Source::Synthetic(spec) => {
                let made = synthetic(scenario, *spec).map_err(|mut wrong| {
                    wrong.0.iter_mut().for_each(|d| {
                        d.place = d.place.take().or(Some(place.clone()));
                    });
                    wrong
                })?;
                (Provenance::Made, made)
            }
        };
        Ok(Self { imported: Arc::new(imported), origin })
    }

    /// What decides the requests of a workload beside the file that it names.
    pub fn decided_by(scenario: &Scenario, workload: &Workload) -> String {
        let spec = ReadSpec { keep: Where::default(), ..read_spec(workload) };
        let Some(made) = &workload.traffic.synthetic else { return format!("{spec:?}") };
        let start = scenario.period.start().to_zoned(scenario.period.zone().clone());
        format!("{made:?} {start} {} {}", scenario.window.length_us, scenario.seed)
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let Imported { trace, attributes, .. } = &*self.imported;
        let labels =
            [&attributes.client, &attributes.session, &attributes.deployment, &attributes.model];
        let columns = [&trace.cached_input_tokens, &trace.max_output_tokens];
        let counts = labels.iter().filter(|own| own.is_some()).count()
            + columns.iter().filter(|own| own.is_some()).count()
            + 2;
        trace.len() * (size_of::<u64>() + counts * size_of::<u32>())
    }
}

/// A trace ready for replay.
#[derive(Clone, Debug)]
pub struct Traffic {
    /// The requests.
    pub trace: Trace,
    /// What the reader wants the user to know.
    pub warnings: Vec<Diagnostic>,
    /// The models that the user's own trace names.
    pub models: NamedModels,
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
    let Read { mut trace, attributes, mut warnings, whole_us, clock, origin } =
        imported(scenario, workload, name, source)?;
    let models = counted(attributes.model.as_ref().filter(|_| origin != Provenance::Bundled));
    let whole_us = whole_us.map(|whole_us| shaped_length(workload, whole_us));
    trace = shaped(scenario, workload, trace).map_err(|fault| cannot(name, place, &fault))?;
    let expected = Expected::of(scenario, workload);
    let lasts_us = whole_us.unwrap_or_else(|| length_of(&trace));
    if origin != Provenance::Made && !trace.is_empty() {
        warnings.extend(check_length(&expected, name, lasts_us)?);
    }
    let again = again(&expected, Lasting { name, lasts_us, log_us: whole_us, clock })?;
    if let Some(again) = &again {
        warnings.extend(again.warning.clone());
        trace.assumed.extend(again.assumed.clone());
    }
    trace = transformed(scenario, workload, trace, again.as_ref())
        .map_err(|fault| cannot(name, place, &fault))?;
    if trace.is_empty() {
        return Err(empty(name, place));
    }
    warnings.extend(beyond_window(scenario, &trace, name, place));
    warnings.extend(cut_answers(workload, &trace, name, place));
    Ok(Traffic { trace, warnings, models })
}

/// Says how many calls come after the window and are not simulated.
fn beyond_window(
    scenario: &Scenario,
    trace: &Trace,
    name: &str,
    place: &Place,
) -> Option<Diagnostic> {
    let within = trace.arrival_us.partition_point(|at| *at < scenario.window.length_us);
    let beyond = trace.len() - within;
    let message = format!(
        "{beyond} of {} calls come after the simulated window and are left out: {name}",
        trace.len()
    );
    (beyond > 0).then(|| {
        Diagnostic::warning("beyond-window", message)
            .at(place.clone())
            .hint("lengthen `simulate` or `length`, or choose the part to play with `slice`")
    })
}

/// Says how many answers are longer than the output limit that their call has.
fn cut_answers(
    workload: &Workload,
    trace: &Trace,
    name: &str,
    place: &Place,
) -> Option<Diagnostic> {
    let ids = 0..u32::try_from(trace.len()).unwrap_or(u32::MAX);
    let limit = |id: u32| trace.max_output(id).or(workload.max_output_tokens);
    let long = |id: &u32| {
        let output = trace.output_tokens.get(*id as usize).copied().unwrap_or(0);
        limit(*id).is_some_and(|limit| output > limit)
    };
    let count = ids.filter(long).count();
    let message = format!(
        "{count} of {} answers are longer than the output limit of their call and are cut there: {name}",
        trace.len()
    );
    (count > 0).then(|| {
        Diagnostic::warning("answers-cut", message)
            .at(place.clone())
            .hint("raise max_output_tokens if the service gave these answers in full")
    })
}

/// The same before it is repeated, as far as a
/// [`Playback`](crate::scenario::run::playback::Playback) repeats it.
pub(crate) fn once(
    scenario: &Scenario,
    workload: &Workload,
    name: &str,
    source: Source,
) -> Result<Once, Diagnostics> {
    let place = &workload.traffic.trace.place;
    let Read { trace, warnings, whole_us, clock, .. } = imported(scenario, workload, name, source)?;
    let whole_us = whole_us.map(|whole_us| shaped_length(workload, whole_us));
    let trace = shaped(scenario, workload, trace).map_err(|fault| cannot(name, place, &fault))?;
    if trace.is_empty() {
        return Err(empty(name, place));
    }
    Ok(Once { trace, warnings, whole_us, clock })
}

/// A trace before it is repeated.
pub(crate) struct Once {
    pub(crate) trace: Trace,
    pub(crate) warnings: Vec<Diagnostic>,
    /// How long the log lasts that it is a part of, where it is a part of one.
    pub(crate) whole_us: Option<u64>,
    /// Whose times it has.
    pub(crate) clock: TraceClock,
}

/// What a source has.
struct Read {
    trace: Trace,
    attributes: Attributes,
    warnings: Vec<Diagnostic>,
    /// How long the log lasts, where only some of its requests are wanted: a deployment that was
    /// called in the morning alone is silent for the rest of each day that it is played again.
    whole_us: Option<u64>,
    /// Whose times it has.
    clock: TraceClock,
    origin: Provenance,
}

/// How long a log lasts once it is cut and stretched as its requests are.
fn shaped_length(workload: &Workload, lasts_us: u64) -> u64 {
    let wanted = &workload.traffic;
    let cut =
        wanted.slice_us.map(|(from_us, until_us)| until_us.min(lasts_us).saturating_sub(from_us));
    let lasts_us = cut.unwrap_or(lasts_us);
    if one(wanted.stretch) {
        return lasts_us;
    }
    let seconds = Duration::from_micros(lasts_us).as_secs_f64() * wanted.stretch;
    let stretched = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    u64::try_from(stretched.as_micros()).unwrap_or(u64::MAX)
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
) -> Result<Read, Diagnostics> {
    let place = &workload.traffic.trace.place;
    let Whole { imported, origin } = Whole::of(scenario, workload, name, source)?;
    let imported = Arc::unwrap_or_clone(imported);
    let keep = &workload.traffic.keep;
    let whole_us = (!keep.is_empty()).then(|| length_of(&imported.trace));
    let imported = only(imported, keep, place).map_err(|mut wrong| {
        for own in &mut wrong.0 {
            own.message = format!("{}: {name}", own.message);
        }
        wrong
    })?;
    let mut trace = imported.trace;
    trace.seed = seed(scenario, workload);
    trace.assumed.extend(workload.traffic.notes.iter().cloned());
    if workload.max_output_tokens.is_some() {
        // The scenario's client sets its own limit on every request.
        trace.max_output_tokens = None;
    }
    let clock = match imported.start {
        _ if origin != Provenance::Own => TraceClock::Sample,
        Some(_) => TraceClock::Known,
        None => TraceClock::Unknown,
    };
    let (attributes, warnings) = (imported.attributes, imported.warnings.0);
    Ok(Read { trace, attributes, warnings, whole_us, clock, origin })
}

/// The requests of a spec, in the scenario's window where it states no period, by the scenario's
/// luck.
fn synthetic(scenario: &Scenario, spec: SynthSpec) -> Result<Imported, Diagnostics> {
    let start = scenario.period.start().to_zoned(scenario.period.zone().clone());
    let mut spec = spec.within(&start, scenario.window.length_us);
    spec.seed = scenario.seed;
    generate(&spec)
}

fn one(factor: f64) -> bool {
    (factor - 1.0).abs() <= f64::EPSILON
}

/// How many workloads before it play the same requests: the same part of the same trace.
pub(crate) fn played_before(scenario: &Scenario, workload: &Workload) -> usize {
    let own = &workload.traffic;
    let before = scenario.workloads.iter().take_while(|other| other.name != workload.name);
    let same = |other: &&Workload| {
        let other = &other.traffic;
        other.trace.name == own.trace.name
            && other.synthetic.is_none()
            && other.keep == own.keep
            && other.slice_us == own.slice_us
    };
    if own.synthetic.is_some() { 0 } else { before.filter(same).count() }
}

/// The seed of a workload's requests: the scenario's, or another where the same ones are played
/// before.
pub(crate) fn seed(scenario: &Scenario, workload: &Workload) -> u64 {
    match u64::try_from(played_before(scenario, workload)) {
        Ok(0) | Err(_) => scenario.seed,
        Ok(before) => splitmix64(scenario.seed ^ splitmix64(before)),
    }
}

/// The trace cut, stretched and scaled. What is played before stands for other users of the same
/// kind: their calls do not come in the same microsecond.
fn shaped(
    scenario: &Scenario,
    workload: &Workload,
    mut trace: Trace,
) -> Result<Trace, TransformFault> {
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
    if played_before(scenario, workload) > 0 {
        trace = transform::apart(&trace);
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
    mut trace: Trace,
    again: Option<&Again>,
) -> Result<Trace, TransformFault> {
    let wanted = &workload.traffic;
    if let Some(again) = again {
        if let Some(cut_us) = again.cut_us {
            trace = transform::slice(&trace, 0, cut_us);
        }
        trace = transform::repeat(&trace, scenario.window.length_us, again.seam)?;
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
        keep: workload.traffic.keep.clone(),
        format: workload.traffic.format.clone(),
        tokens: workload.traffic.tokens,
        dates: workload.traffic.dates,
        bytes_per_token: workload.traffic.bytes_per_token,
        drop_identical: workload.traffic.drop_identical,
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
