//! Files in: scenarios, catalogues and traces. Every message names the file as the user did.

use crate::catalog::Catalog;
use crate::cli::common::Common;
use crate::cli::exit::{Failure, show};
use crate::cli::trace_files::LARGE_BYTES;
use crate::cli::trace_files::packed_head;
use crate::scenario::load::load;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::traffic::Synthetic;
use crate::scenario::question::workload::Workload;
use crate::scenario::run::images::with_images;
use crate::scenario::run::playback::Playback;
use crate::scenario::run::traffic;
use crate::units::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::workload::synth;
use crate::workload::trace::Trace;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The embedded catalogue, or the one of `--data DIR`. Its warnings are shown unless `--quiet`.
pub(super) fn catalog(common: &Common) -> Result<Catalog, Failure> {
    let catalog = match &common.data {
        None => Catalog::embedded()?,
        Some(folder) => catalog_at(folder)?,
    };
    Ok(catalog)
}

/// The catalogue in a folder: the tables themselves, or a copy of `data` that has them in `azure`.
pub(super) fn catalog_at(folder: &Path) -> Result<Catalog, Failure> {
    let mut files = Vec::new();
    let tables = folder.join("azure");
    let start = if tables.is_dir() { &tables } else { folder };
    collect((folder, start), &mut Vec::new(), &mut files)?;
    files.sort();
    Ok(Catalog::from_files(&files)?)
}

/// The folder below which folders are searched: the ones that lead there are remembered, since links can lead back.
pub(super) fn enter(folder: &Path, open: &mut Vec<PathBuf>) -> io::Result<bool> {
    let real = fs::canonicalize(folder)?;
    if open.contains(&real) {
        return Ok(false);
    }
    open.push(real);
    Ok(true)
}

fn collect(
    (root, folder): (&Path, &Path),
    open: &mut Vec<PathBuf>,
    files: &mut Vec<(String, String)>,
) -> Result<(), Failure> {
    let cannot = |path: &Path, error: &io::Error| cannot_read("catalogue", path, error);
    if !enter(folder, open).map_err(|error| cannot(folder, &error))? {
        return Ok(());
    }
    let entries = fs::read_dir(folder).map_err(|error| cannot(folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| cannot(folder, &error))?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            collect((root, &path), open, files)?;
        } else if matches!(extension, Some("csv" | "toml")) {
            let text = fs::read_to_string(&path).map_err(|error| cannot(&path, &error))?;
            let name = path.strip_prefix(root).unwrap_or(&path);
            let name = name.to_str().ok_or_else(|| not_text(&path))?;
            files.push((name.to_owned(), text));
        }
    }
    open.pop();
    Ok(())
}

/// The files of a folder whose names end in an extension, in order.
pub(super) fn files_in(
    what: &str,
    folder: &Path,
    extension: &str,
) -> Result<Vec<PathBuf>, Failure> {
    let cannot = |error: io::Error| cannot_read(what, folder, &error);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        if path.is_file() && path.extension().is_some_and(|e| e.eq_ignore_ascii_case(extension)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A file whose name no result can repeat.
pub(super) fn not_text(path: &Path) -> Failure {
    Diagnostic::error("name-not-text", format!("the name is not UTF-8: {}", path.display()))
        .hint("rename the file: results name it")
        .into()
}

fn cannot_read(what: &str, path: &Path, error: &io::Error) -> Failure {
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "check the path; it is relative to the current folder",
        io::ErrorKind::InvalidData => "the file must be UTF-8 text",
        _ => "check that the file can be read",
    };
    Diagnostic::error("cannot-read", format!("cannot read {what}: {} ({error})", path.display()))
        .hint(hint)
        .into()
}

/// A text file, `what` it is in messages.
pub(super) fn text(what: &str, path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| cannot_read(what, path, &error))
}

/// The bytes of a file.
pub(super) fn read_bytes(what: &str, path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| cannot_read(what, path, &error))
}

/// A scenario file, with `--seed` in place of its own, under the what-if of `--what-if`.
pub(super) fn scenario(path: &Path, common: &Common) -> Result<Scenario, Failure> {
    let text = fs::read_to_string(path).map_err(|error| cannot_read("scenario", path, &error))?;
    completed(load(&path.to_string_lossy(), &text)?, path, common)
}

/// A scenario with the files it names, under the command line's seed and what-if.
pub(super) fn completed(
    mut scenario: Scenario,
    path: &Path,
    common: &Common,
) -> Result<Scenario, Failure> {
    read_policy(&mut scenario, path)?;
    read_history(&mut scenario, path)?;
    if let Some(seed) = common.seed {
        scenario.seed = seed;
    }
    if let Some(name) = &common.what_if {
        scenario = scenario.what_if(name)?;
    }
    Ok(scenario)
}

/// The file of `require.policy`, relative to the scenario.
fn read_policy(scenario: &mut Scenario, path: &Path) -> Result<(), Failure> {
    let Some(policy) = scenario.require.policy.clone() else { return Ok(()) };
    let file = path.parent().unwrap_or(Path::new(".")).join(&*policy.name);
    let text = fs::read_to_string(&file).map_err(|error| {
        let message = format!("cannot read policy: {} ({error})", file.display());
        Diagnostics::from(
            Diagnostic::error("cannot-read", message)
                .at(policy.place)
                .hint("the path is relative to the scenario file"),
        )
    })?;
    scenario.require.read_policy(&file.to_string_lossy(), &text)?;
    Ok(())
}

/// The log of `traffic.forecast`, relative to the scenario.
fn read_history(scenario: &mut Scenario, path: &Path) -> Result<(), Failure> {
    let Some((workload, named)) = scenario.history()? else { return Ok(()) };
    let named = named.clone();
    let file = path.parent().unwrap_or(Path::new(".")).join(&*named.name);
    let spec = traffic::read_spec(workload);
    let history = crate::cli::trace_files::read_files(&[file], &spec)?;
    scenario.forecast(&named, &history)?;
    Ok(())
}

/// The traces of a scenario's workloads, in order; paths are relative to the scenario file.
pub(super) fn traces(
    scenario: &Scenario,
    path: &Path,
    common: &Common,
) -> Result<Vec<Trace>, Failure> {
    let folders = Folders { own: path.parent().unwrap_or(Path::new(".")), first: None };
    let pictured = scenario.workloads.iter().any(|workload| workload.calls.images.is_some());
    let catalog = if pictured { Some(catalog(common)?) } else { None };
    match traces_in(&folders, scenario, catalog.as_ref()) {
        Ok((traces, warnings)) => {
            if !common.quiet {
                show(&warnings);
            }
            Ok(traces)
        }
        Err(mut wrong) => {
            wrong.0.retain(|one| !common.quiet || one.severity == Severity::Error);
            Err(wrong.into())
        }
    }
}

/// Where the files are that a scenario names.
pub(super) struct Folders<'f> {
    /// The scenario's folder, which messages name.
    pub(super) own: &'f Path,
    /// A folder that is looked into first, for what is to be saved beside the scenario.
    pub(super) first: Option<&'f Path>,
}

impl Folders<'_> {
    /// A file's name in messages, and where it is.
    fn find(&self, name: &str) -> (PathBuf, PathBuf) {
        let named = self.own.join(name);
        let is_plain = Path::new(name).file_name().is_some_and(|own| own == name);
        let first = self.first.filter(|_| is_plain).map(|first| first.join(name));
        let at = first.filter(|at| at.is_file()).unwrap_or_else(|| named.clone());
        (named, at)
    }
}

/// The traces of a scenario's workloads and what is to be said of them; the catalogue where calls
/// have pictures. Warnings stand before the errors, where there are any.
pub(super) fn traces_in(
    folders: &Folders<'_>,
    scenario: &Scenario,
    catalog: Option<&Catalog>,
) -> Result<(Vec<Trace>, Diagnostics), Diagnostics> {
    let (mut wrong, mut warnings) = (Diagnostics::default(), Diagnostics::default());
    let mut traces = Vec::new();
    for workload in &scenario.workloads {
        let read = source(workload, folders)
            .and_then(|(name, source)| traffic::trace(scenario, workload, &name, source))
            .and_then(|mut traffic| {
                if let Some(catalog) = catalog {
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

/// The traffic of a scenario's workloads in pieces, in order.
pub(super) fn playbacks(
    scenario: &Scenario,
    path: &Path,
    common: &Common,
) -> Result<Vec<Playback>, Failure> {
    let folders = Folders { own: path.parent().unwrap_or(Path::new(".")), first: None };
    let mut wrong = Diagnostics::default();
    let mut playbacks = Vec::new();
    for workload in &scenario.workloads {
        match source(workload, &folders)
            .and_then(|(name, source)| Playback::new(scenario, workload, &name, source))
        {
            Ok(mut playback) => {
                if !common.quiet {
                    show(&Diagnostics(std::mem::take(&mut playback.warnings)));
                }
                playbacks.push(playback);
            }
            Err(error) => wrong.0.extend(error.0),
        }
    }
    wrong.or_ok(()).map_err(Failure)?;
    Ok(playbacks)
}

/// The same where a trace is too large to be held and can be played in pieces.
pub(super) fn large_playbacks(
    scenario: &Scenario,
    path: &Path,
    common: &Common,
) -> Option<Vec<Playback>> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let large = |workload: &Workload| {
        let file = fs::metadata(folder.join(&*workload.traffic.trace.name));
        workload.traffic.synthetic.is_none() && file.is_ok_and(|file| file.len() > LARGE_BYTES)
    };
    if !scenario.workloads.iter().any(large) {
        return None;
    }
    let playbacks = playbacks(scenario, path, common).ok()?;
    playbacks.iter().any(|playback| playback.requests() > HELD_REQUESTS).then_some(playbacks)
}

/// The bytes or the path of a workload's trace, and its name in messages.
fn source(
    workload: &Workload,
    folders: &Folders<'_>,
) -> Result<(String, traffic::Source), Diagnostics> {
    let named = &workload.traffic.trace;
    match &workload.traffic.synthetic {
        Some(Synthetic::Spec(spec)) => {
            return Ok((named.name.to_string(), traffic::Source::Synthetic(spec.clone())));
        }
        Some(Synthetic::File) => {
            let (named, path) = folders.find(&named.name);
            let name = named.to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).map_err(|e| cannot_open(workload, &named, &e))?;
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
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet")) {
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

/// A trace file stays open, to be read block by block; text is held.
fn open_trace(path: &Path) -> io::Result<traffic::Source> {
    let mut file = File::open(path)?;
    if packed_head(&mut file)? {
        return Ok(traffic::Source::Packed(Box::new(file)));
    }
    let mut bytes = Vec::with_capacity(file.metadata().map_or(0, |known| known.len() as usize));
    file.read_to_end(&mut bytes)?;
    Ok(traffic::Source::Text(bytes.into()))
}

fn cannot_open(workload: &Workload, path: &Path, error: &io::Error) -> Diagnostics {
    let known = traffic::bundled_names().join(", ");
    Diagnostic::error("cannot-read", format!("cannot read trace: {} ({error})", path.display()))
        .at(workload.traffic.trace.place.clone())
        .hint(format!("paths are relative to the scenario file; bundled traces: {known}"))
        .into()
}
