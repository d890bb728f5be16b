//! The traffic of a scenario's workloads: held, or in pieces where it is too large for that.

use crate::catalog::Catalog;
use crate::files::kept::KeptTraffic;
use crate::files::read::{cannot_read, whole, whole_text};
use crate::files::trace::{LARGE_BYTES, is_parquet, packed_head};
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::traffic::Synthetic;
use crate::scenario::question::workload::Workload;
use crate::scenario::run::images::with_images;
use crate::scenario::run::named_models::of_other_models;
use crate::scenario::run::playback::Playback;
use crate::scenario::run::traffic::{self, Whole};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::workload::synth;
use crate::workload::trace::Trace;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Traffic that is held already instead of the file that a workload names, by the workload.
pub type Given<'a> = &'a dyn Fn(&Workload) -> Option<traffic::Source>;

/// Where the files are that a scenario names.
pub struct Folders<'f> {
    /// The scenario's folder, which messages name.
    pub own: &'f Path,
    /// A folder that is looked into first, for what is to be saved beside the scenario.
    pub first: Option<&'f Path>,
    /// What needs no file.
    pub given: Given<'f>,
    /// What was read for the question before, where one question comes after another.
    pub kept: Option<&'f KeptTraffic>,
}

impl<'f> Folders<'f> {
    /// The folder of a scenario's file.
    pub fn of(path: &'f Path) -> Self {
        Self {
            own: path.parent().unwrap_or(Path::new(".")),
            first: None,
            given: &|_| None,
            kept: None,
        }
    }

    /// A file's name in messages, and where it is.
    fn find(&self, name: &str) -> (PathBuf, PathBuf) {
        let named = self.own.join(name);
        let is_plain = Path::new(name).file_name().is_some_and(|own| own == name);
        let first = self.first.filter(|_| is_plain).map(|first| first.join(name));
        let at = first.filter(|at| at.is_file()).unwrap_or_else(|| named.clone());
        (named, at)
    }
}

/// The traces of a scenario's workloads, in order, and what is to be said of them; the catalogue
/// knows the models that traces name, and what pictures are. Warnings stand before the errors,
/// where there are any.
pub fn traces(
    scenario: &Scenario,
    folders: &Folders<'_>,
    catalog: Option<&Catalog>,
) -> Result<(Vec<Trace>, Diagnostics), Diagnostics> {
    let (mut wrong, mut warnings) = (Diagnostics::default(), Diagnostics::default());
    let mut traces = Vec::new();
    for workload in &scenario.workloads {
        let read = source_or_kept(scenario, workload, folders)
            .and_then(|(name, source)| traffic::trace(scenario, workload, &name, source))
            .and_then(|mut traffic| {
                if let Some(catalog) = catalog {
                    let others = of_other_models(workload, &traffic.models, catalog);
                    traffic.warnings.extend(others);
                    traffic.trace = with_images(scenario, catalog, workload, traffic.trace)?;
                }
                Ok(traffic)
            });
        match read {
            Ok(traffic) => {
                warnings.0.extend(traffic.warnings);
                traces.push(traffic.trace);
            }
            Err(error) => wrong.0.extend(error.0),
        }
    }
    if wrong.has_errors() {
        warnings.0.append(&mut wrong.0);
        return Err(warnings);
    }
    Ok((traces, warnings))
}

/// A trace of more requests than this is played in pieces where that can be: about 2 to 3 GB of columns.
const HELD_REQUESTS: u64 = 1 << 27;

/// The traffic of a scenario's workloads in pieces, in order, and what their readers warn of.
pub fn playbacks(
    scenario: &Scenario,
    folders: &Folders<'_>,
) -> Result<(Vec<Playback>, Diagnostics), Diagnostics> {
    let (mut wrong, mut warnings) = (Diagnostics::default(), Diagnostics::default());
    let mut playbacks = Vec::new();
    for workload in &scenario.workloads {
        match source(workload, folders)
            .and_then(|(name, source)| Playback::new(scenario, workload, &name, source))
        {
            Ok(mut playback) => {
                warnings.0.append(&mut playback.warnings);
                playbacks.push(playback);
            }
            Err(error) => wrong.0.extend(error.0),
        }
    }
    wrong.or_ok((playbacks, warnings))
}

/// The same where a trace is too large to be held and can be played in pieces.
pub fn large_playbacks(
    scenario: &Scenario,
    folders: &Folders<'_>,
) -> Option<(Vec<Playback>, Diagnostics)> {
    let large = |workload: &Workload| {
        let file = fs::metadata(folders.own.join(&*workload.traffic.trace.name));
        workload.traffic.synthetic.is_none()
            && (folders.given)(workload).is_none()
            && file.is_ok_and(|file| file.len() > LARGE_BYTES)
    };
    if !scenario.workloads.iter().any(large) {
        return None;
    }
    let (playbacks, warnings) = playbacks(scenario, folders).ok()?;
    let held = playbacks.iter().all(|playback| playback.requests() <= HELD_REQUESTS);
    (!held).then_some((playbacks, warnings))
}

/// [`source`], read or made already where it was for the question before.
fn source_or_kept(
    scenario: &Scenario,
    workload: &Workload,
    folders: &Folders<'_>,
) -> Result<(String, traffic::Source), Diagnostics> {
    let Some(kept) = folders.kept else { return source(workload, folders) };
    let (_, path) = folders.find(&workload.traffic.trace.name);
    let state = fs::metadata(&path).ok().map(|file| (file.len(), file.modified().ok()));
    let key = format!("{} {state:?} {}", path.display(), Whole::decided_by(scenario, workload));
    if let Some((name, whole)) = kept.get(&key) {
        return Ok((name, traffic::Source::Whole(whole)));
    }
    let (name, source) = source(workload, folders)?;
    let whole = Whole::of(scenario, workload, &name, source)?;
    kept.put(key, name.clone(), whole.clone());
    Ok((name, traffic::Source::Whole(whole)))
}

/// The bytes or the path of a workload's trace, and its name in messages.
fn source(
    workload: &Workload,
    folders: &Folders<'_>,
) -> Result<(String, traffic::Source), Diagnostics> {
    if let Some(given) = (folders.given)(workload) {
        return Ok((format!("traffic of {}", workload.name), given));
    }
    let named = &workload.traffic.trace;
    match &workload.traffic.synthetic {
        Some(Synthetic::Spec(spec)) => {
            return Ok((named.name.to_string(), traffic::Source::Synthetic(spec.clone())));
        }
        Some(Synthetic::File) => {
            let (named, path) = folders.find(&named.name);
            let name = named.to_string_lossy().into_owned();
            let text = whole_text(&path).map_err(|e| cannot_open(workload, &named, &e))?;
            let spec = synth::parse(&name, &text)?;
            return Ok((name, traffic::Source::Synthetic(Box::new(spec))));
        }
        None => {}
    }
    if let Some(bundled) = traffic::bundled(&named.name) {
        return Ok((named.name.to_string(), bundled));
    }
    let (named, path) = folders.find(&named.name);
    let name = named.to_string_lossy().into_owned();
    if is_parquet(&path) {
        if let Err(error) = fs::metadata(&path) {
            return Err(cannot_open(workload, &named, &error));
        }
        return Ok((name, traffic::Source::Parquet(path)));
    }
    match open_trace(&path) {
        Ok(source) => Ok((name, source)),
        Err(error) => Err(cannot_open(workload, &named, &error)),
    }
}

/// A traffic file instead of the one a workload names: Parquet, a trace file, or a log whose format is recognised.
///
/// # Errors
/// A file that cannot be read.
pub fn file(path: &Path) -> Result<traffic::Source, Diagnostics> {
    let found = if is_parquet(path) {
        fs::metadata(path).map(|_| traffic::Source::Parquet(path.to_owned()))
    } else {
        open_trace(path)
    };
    found.map_err(|error| cannot_read("traffic", path, &error))
}

/// A trace file stays open, to be read block by block; text is held.
fn open_trace(path: &Path) -> io::Result<traffic::Source> {
    let mut file = File::open(path)?;
    if packed_head(&mut file)? {
        return Ok(traffic::Source::Packed(Box::new(file)));
    }
    Ok(traffic::Source::Text(whole(file)?.into()))
}

fn cannot_open(workload: &Workload, path: &Path, error: &io::Error) -> Diagnostics {
    let known = traffic::bundled_names().join(", ");
    Diagnostic::error("cannot-read", format!("cannot read trace: {} ({error})", path.display()))
        .at(workload.traffic.trace.place.clone())
        .hint(format!("paths are relative to the scenario file; bundled traces: {known}"))
        .into()
}
