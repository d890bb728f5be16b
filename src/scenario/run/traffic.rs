//! From a workload's words to the trace that is replayed: read or made, cut, scaled and repeated.
//! The caller opens files.

use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::traffic::Repeat;
use crate::scenario::question::workload::Workload;
use crate::scenario::run::named_models::{NamedModels, counted};
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::luck::splitmix64;
use crate::workload::bundled as shelf;
use crate::workload::import::{self, Attributes, Imported, ReadSpec, Where, only, read};
use crate::workload::packed;
use crate::workload::synth::{SynthSpec, generate};
use crate::workload::trace::Trace;
use crate::workload::transform::{self, Seam, TransformFault};
use std::borrow::Cow;
use std::path::PathBuf;
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
    let made = matches!(source, Source::Synthetic(_));
    let own = !matches!(source, Source::Bundled(_));
    let Read { mut trace, attributes, mut warnings, whole_us } =
        imported(scenario, workload, name, source)?;
    let models = counted(attributes.model.as_ref().filter(|_| own));
    let whole_us = whole_us.map(|whole_us| shaped_length(workload, whole_us));
    trace = shaped(scenario, workload, trace).map_err(|fault| cannot(name, place, &fault))?;
    if !made && !trace.is_empty() {
        let expected = Expected::of(scenario, workload);
        let lasts_us = whole_us.unwrap_or_else(|| length_of(&trace));
        warnings.extend(check_length(&expected, name, lasts_us)?);
    }
    trace = transformed(scenario, workload, trace, whole_us)
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
    let Read { trace, warnings, whole_us, .. } = imported(scenario, workload, name, source)?;
    let whole_us = whole_us.map(|whole_us| shaped_length(workload, whole_us));
    let trace = shaped(scenario, workload, trace).map_err(|fault| cannot(name, place, &fault))?;
    if trace.is_empty() {
        return Err(empty(name, place));
    }
    Ok(Once { trace, warnings, whole_us })
}

/// A trace before it is repeated.
pub(crate) struct Once {
    pub(crate) trace: Trace,
    pub(crate) warnings: Vec<Diagnostic>,
    /// How long the log lasts that it is a part of, where it is a part of one.
    pub(crate) whole_us: Option<u64>,
}

/// What a source has.
struct Read {
    trace: Trace,
    attributes: Attributes,
    warnings: Vec<Diagnostic>,
    /// How long the log lasts, where only some of its requests are wanted: a deployment that was
    /// called in the morning alone is silent for the rest of each day that it is played again.
    whole_us: Option<u64>,
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

/// How long a trace lasts: until its last request, and the mean gap after it.
pub(crate) fn length_of(trace: &Trace) -> u64 {
    let last = trace.arrival_us.last().copied().unwrap_or(0);
    let first = trace.arrival_us.first().copied().unwrap_or(0);
    let gaps = u64::try_from(trace.len().saturating_sub(1).max(1)).unwrap_or(u64::MAX);
    last.saturating_add((last - first).div_ceil(gaps))
}

/// A trace that lasts a smaller part of the window than this needs a decision, in 1/1,000.
const LONG_ENOUGH: u128 = 950;
/// One that lasts a smaller part than this is worth a word.
const AS_GOOD_AS_ALL: u128 = 995;
/// Of one that is to be repeated and lasts more than this, some is never played.
const LONGER_THAN_ALL: u128 = 1_005;

/// How long a workload's trace has to last.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    window_us: u64,
    repeat: Repeat,
    place: Place,
}

impl Expected {
    /// Of a workload.
    pub(crate) fn of(scenario: &Scenario, workload: &Workload) -> Self {
        let traffic = &workload.traffic;
        let window_us = scenario.window.length_us;
        Self { window_us, repeat: traffic.repeat, place: traffic.trace.place.clone() }
    }
}

/// Refuses a trace that ends long before the window does, unless the scenario says what comes after
/// it; and says so where a little is missing.
///
/// # Errors
/// A trace that is shorter than the window, and no `repeat`.
pub(crate) fn check_length(
    expected: &Expected,
    name: &str,
    played_us: u64,
) -> Result<Option<Diagnostic>, Diagnostics> {
    let Expected { window_us, repeat, place } = expected;
    let (window_us, repeat, place) = (*window_us, *repeat, place.clone());
    let share = u128::from(played_us) * 1_000 / u128::from(window_us.max(1));
    let repeats = !matches!(repeat, Repeat::Unstated | Repeat::No);
    if repeats && share > LONGER_THAN_ALL {
        return Ok(Some(beyond_repeated(window_us, played_us, name).at(place)));
    }
    if share >= AS_GOOD_AS_ALL || !matches!(repeat, Repeat::Unstated | Repeat::No) {
        return Ok(None);
    }
    let (mut lasts, mut of) = (in_days(played_us), in_days(window_us));
    if lasts == of {
        let minutes = |us: u64| format!("{} minutes", us / 60_000_000);
        (lasts, of) = (minutes(played_us), minutes(window_us));
    }
    let message = format!("trace shorter than the window: {name} lasts {lasts} of {of}");
    let hint = "write repeat = \"weeks\" to play its whole weeks again and again, \"days\" for its whole days, true for the whole of it; \
                repeat = false says that there is no traffic after it";
    if repeat == Repeat::Unstated && share < LONG_ENOUGH {
        return Err(Diagnostic::error("trace-shorter-than-window", message)
            .at(place)
            .hint(hint)
            .into());
    }
    let warning = format!("{message}; the rest has no traffic");
    Ok(Some(Diagnostic::warning("trace-shorter-than-window", warning).at(place).hint(hint)))
}

/// Says how much of a trace that is to be repeated is not even played once.
fn beyond_repeated(window_us: u64, lasts_us: u64, name: &str) -> Diagnostic {
    let (lasts, of) = (in_days(lasts_us), in_days(window_us));
    let left = in_days(lasts_us - window_us);
    let message = format!(
        "the simulated window plays the first {of} of the {lasts} of {name}: {left} are left out"
    );
    Diagnostic::warning("beyond-window", message).hint(
        "leave `simulate` out and all of the billed period is simulated, or choose the part to \
            play with `slice`",
    )
}

/// "28 days", "5.5 hours".
fn in_days(us: u64) -> String {
    let tenths = |unit: u64| (us + unit / 20) / (unit / 10);
    let of = |tenths: u64, one: &str| {
        let plural = if tenths == 10 { "" } else { "s" };
        let fraction =
            if tenths.is_multiple_of(10) { String::new() } else { format!(".{}", tenths % 10) };
        format!("{}{fraction} {one}{plural}", tenths / 10)
    };
    if us >= DAY_US {
        of(tenths(DAY_US), "day")
    } else if us >= DAY_US / 24 {
        of(tenths(DAY_US / 24), "hour")
    } else {
        of(tenths(60_000_000), "minute")
    }
}

const DAY_US: u64 = 86_400_000_000;

/// How a trace is played again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Again {
    /// Where a repetition ends.
    pub(crate) seam: Seam,
    /// The part that is played, where it is not the whole.
    pub(crate) whole_us: Option<u64>,
}

/// How the trace is played again, which may be a part of a log that lasts longer; none where it is
/// not.
fn again(
    repeat: Repeat,
    trace: &Trace,
    whole_us: Option<u64>,
) -> Result<Option<Again>, TransformFault> {
    match (repeat, whole_us) {
        (Repeat::Whole, Some(whole_us)) => {
            Ok(Some(Again { seam: Seam::Period(whole_us), whole_us: None }))
        }
        _ => again_of(repeat, whole_us.unwrap_or_else(|| length_of(trace))),
    }
}

/// The same of a trace that lasts so long.
pub(crate) fn again_of(repeat: Repeat, lasts_us: u64) -> Result<Option<Again>, TransformFault> {
    let unit_us = match repeat {
        Repeat::Unstated | Repeat::No => return Ok(None),
        Repeat::Whole => return Ok(Some(Again { seam: Seam::MeanGap, whole_us: None })),
        Repeat::Days => DAY_US,
        Repeat::Weeks => 7 * DAY_US,
    };
    // The last day of a week may end early: what is nearly whole is whole.
    let slack_us = unit_us / 14;
    let whole_us = lasts_us.saturating_add(slack_us) / unit_us * unit_us;
    if whole_us == 0 {
        return Err(TransformFault::PeriodTooShort { period_us: unit_us, last_us: lasts_us });
    }
    Ok(Some(Again { seam: Seam::Period(whole_us), whole_us: Some(whole_us) }))
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
    let spec = ReadSpec { keep: Where::default(), ..read_spec(workload) };
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
    let keep = &workload.traffic.keep;
    let whole_us = (!keep.is_empty()).then(|| length_of(&imported.trace));
    let imported = only(imported, keep, &Place::new(name, 0, 0))?;
    let mut trace = imported.trace;
    trace.seed = seed(scenario, workload);
    trace.assumed.extend(workload.traffic.notes.iter().cloned());
    if workload.max_output_tokens.is_some() {
        // The scenario's client sets its own limit on every request.
        trace.max_output_tokens = None;
    }
    let (attributes, warnings) = (imported.attributes, imported.warnings.0);
    Ok(Read { trace, attributes, warnings, whole_us })
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
    whole_us: Option<u64>,
) -> Result<Trace, TransformFault> {
    let wanted = &workload.traffic;
    if let Some(again) = again(wanted.repeat, &trace, whole_us)? {
        if let Some(whole_us) = again.whole_us {
            trace = transform::slice(&trace, 0, whole_us);
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
