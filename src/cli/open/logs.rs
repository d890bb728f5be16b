//! Logs that are dropped on the page: taken into a folder of the run, recognised, summarised, and
//! kept as a trace file that a scenario can name.

use crate::cli::exit::Failure;
use crate::cli::init_traffic::{Playing, lasting, said_of};
use crate::cli::open::http::RefusedRequest;
use crate::cli::trace_files::columns;
use crate::files::trace::{import_in_pieces, read_files, write_trace};
use crate::report::traffic::TrafficView;
use crate::scenario::run::repetition::{WEEK_SLACK_US, WEEK_US, length_of};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::time::DAY_US;
use crate::workload::import::{Imported, ReadSpec};
use crate::workload::summary::summarize;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Letters of a file's name at most.
const NAME_LENGTH: usize = 120;
/// Names of a log that are offered to filter by, most frequent first.
const NAMES: usize = 40;

/// The logs of a run.
#[derive(Debug)]
pub(super) struct Logs {
    /// Trace files, by the names that scenarios give.
    pub(super) folder: PathBuf,
    taken: AtomicUsize,
}

/// Which log is to be read, and how.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    /// The number of a log that was sent.
    upload: Option<usize>,
    /// A log that is read where it is, relative to the scenario.
    path: Option<String>,
    /// Columns of a table of no known format, such as `arrival=time,input_tokens=in`.
    #[serde(default)]
    columns: String,
    /// The scenario's file: the trace must not hide a file beside it.
    beside: String,
}

/// A file's name that leads nowhere else, such as `log.csv`.
pub(super) fn plain_name(name: &str) -> Result<&str, RefusedRequest> {
    let odd = |letter: char| letter.is_control() || "/\\:*?\"<>|".contains(letter);
    let wrong = name.is_empty()
        || name.starts_with('.')
        || name.chars().count() > NAME_LENGTH
        || name.contains(odd);
    if wrong {
        return Err(RefusedRequest::new(400, "not a plain file name, such as log.csv"));
    }
    Ok(name)
}

/// A name from the header, where letters beyond ASCII are written as `%C3%A9`.
pub(super) fn decoded(text: &str) -> Result<String, RefusedRequest> {
    let wrong = || RefusedRequest::new(400, "not a file name");
    let mut bytes = Vec::new();
    let mut letters = text.bytes();
    while let Some(byte) = letters.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [letters.next().ok_or_else(wrong)?, letters.next().ok_or_else(wrong)?];
        let digits = std::str::from_utf8(&digits).map_err(|_| wrong())?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| wrong())?);
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}

impl Logs {
    /// None yet; trace files go into a folder.
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), taken: AtomicUsize::new(0) }
    }

    /// A place for a log that comes: its number and its file.
    pub(super) fn place(&self, name: &str) -> Result<(usize, PathBuf), RefusedRequest> {
        let number = self.taken.fetch_add(1, Ordering::Relaxed);
        let folder = self.own(number);
        let cannot = |error| RefusedRequest::new(500, format!("cannot keep the file: {error}"));
        fs::create_dir(&folder).map_err(cannot)?;
        Ok((number, folder.join(plain_name(name)?)))
    }

    fn own(&self, number: usize) -> PathBuf {
        self.folder.join(format!("log-{number}"))
    }

    fn file(&self, wanted: &Wanted) -> Result<PathBuf, Diagnostic> {
        let gone = || Diagnostic::error("no-such-log", "the log is not there any more");
        match (wanted.upload, &wanted.path) {
            (Some(number), None) => {
                let mut files = fs::read_dir(self.own(number)).map_err(|_| gone())?;
                files.next().and_then(Result::ok).map(|file| file.path()).ok_or_else(gone)
            }
            (None, Some(path)) => {
                let beside = Path::new(&wanted.beside).parent().unwrap_or(Path::new("."));
                Ok(beside.join(path))
            }
            _ => Err(gone().hint("drop the log on the page again")),
        }
    }

    /// Reads a log, keeps it as a trace file, and says what is in it.
    pub(super) fn read(&self, wanted: &Wanted) -> Result<Value, Diagnostics> {
        let file = self.file(wanted)?;
        let read = self.imported(wanted, &file);
        read.map_err(|mut wrong| {
            for hint in wrong.0.iter_mut().filter_map(|own| own.hint.as_mut()) {
                *hint = hint.replace("the current folder", "the scenario's folder");
            }
            named_as_sent(&self.folder, wrong)
        })
    }

    fn imported(&self, wanted: &Wanted, file: &Path) -> Result<Value, Diagnostics> {
        let written: Vec<String> = wanted.columns.split(',').map(str::to_owned).collect();
        let named = !wanted.columns.trim().is_empty();
        let told = |failure: Failure| failure.0;
        let columns = if named { columns(&written).map_err(told)? } else { None };
        let spec = ReadSpec { columns, ..ReadSpec::default() };
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = self.free_name(&stem, wanted);
        let trace = self.folder.join(&name);
        let source = [file.to_owned()];
        let in_pieces = import_in_pieces(&source, &trace, &spec)?;
        let report = if let Some(known) = in_pieces {
            (known.report, known.warnings)
        } else {
            let whole = read_files(&source, &spec)?;
            write_trace(&trace, &whole)?;
            (whole.report, whole.warnings)
        };
        let mut imported = read_files(&[trace], &ReadSpec::default())?;
        (imported.report, imported.warnings) = report;
        let shown = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(summary(&shown, &name, &imported))
    }

    /// A name for a trace file that neither a log before it nor a file beside the scenario has.
    fn free_name(&self, stem: &str, wanted: &Wanted) -> String {
        let beside = Path::new(&wanted.beside).parent().unwrap_or(Path::new("."));
        let free = |name: &String| !self.folder.join(name).exists() && !beside.join(name).exists();
        let again = (2..).map(|number: u32| format!("{stem}-{number}.trace"));
        let mut names = std::iter::once(format!("{stem}.trace")).chain(again);
        // The numbers do not end before the files do.
        names.find(free).unwrap_or_default()
    }
}

/// Diagnostics that name a file as it was sent, not where the run keeps it.
fn named_as_sent(folder: &Path, mut wrong: Diagnostics) -> Diagnostics {
    let folder = folder.to_string_lossy();
    let short = |text: &str| {
        let mut rest = text;
        let mut out = String::new();
        while let Some(at) = rest.find(&*folder) {
            out += &rest[..at];
            rest = rest[at + folder.len()..].trim_start_matches(['/', '\\']);
            let own = rest.strip_prefix("log-");
            let own = own.map(|own| own.trim_start_matches(|c: char| c.is_ascii_digit()));
            rest = own.map_or(rest, |own| own.trim_start_matches(['/', '\\']));
        }
        out + rest
    };
    for diagnostic in &mut wrong.0 {
        diagnostic.message = short(&diagnostic.message);
        if let Some(place) = &mut diagnostic.place {
            place.file = short(&place.file).into();
        }
    }
    wrong
}

/// How often each name of a log occurs, most frequent first.
fn names(labels: Option<&crate::workload::import::Labels>) -> Vec<Value> {
    let Some(labels) = labels else { return Vec::new() };
    let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
    for own in &labels.of {
        *counts.entry(*own).or_default() += 1;
    }
    let named = counts.into_iter().filter_map(|(own, count)| {
        let name = labels.names.get(usize::try_from(own).ok()?)?;
        (!name.is_empty()).then_some((std::cmp::Reverse(count), name.as_str()))
    });
    let mut named: Vec<_> = named.collect();
    named.sort_unstable();
    let shown = named.into_iter().take(NAMES);
    shown.map(|(count, name)| json!({ "name": name, "requests": count.0 })).collect()
}

/// Requests of a month that are simulated one by one while somebody changes the question.
const SIMULATED_LIVE: f64 = 5e6;

/// What a scenario says to play a log, and in words what of it is played: as `ptuplan init` writes
/// it, but of a log of weeks whose month would be very many requests the first stands for each.
fn playing(log: &Imported) -> (Value, Option<String>) {
    let playing = Playing::of(log);
    let Playing { one_day, repeat } = playing;
    let lasts_us = length_of(&log.trace);
    let of_month = log.trace.len() as f64 * 31.0 * DAY_US as f64 / lasts_us.max(1) as f64;
    if lasts_us + WEEK_SLACK_US >= WEEK_US && of_month > SIMULATED_LIVE {
        let keys = json!({ "repeat": "weeks", "simulate": "1 week", "length": "4 weeks" });
        let said = format!("the log lasts {}: its first week stands for each", lasting(lasts_us));
        return (keys, Some(said));
    }
    // TOML and JSON write a truth and a word alike.
    let repeat: Value = serde_json::from_str(repeat).unwrap_or_default();
    let keys = json!({ "repeat": repeat, "simulate": one_day.then_some("1 day") });
    (keys, said_of(playing, log, None))
}

fn summary(shown: &str, name: &str, imported: &Imported) -> Value {
    let view = TrafficView::of(shown, imported, &summarize(imported, &TimeZone::UTC));
    let of = &imported.attributes;
    let (playing, played) = playing(imported);
    let warnings: Vec<Value> = imported
        .warnings
        .0
        .iter()
        .map(|own| json!({ "severity": "warning", "message": own.message, "hint": own.hint }))
        .collect();
    json!({
        "file": shown,
        "trace": name,
        "lasts": lasting(length_of(&imported.trace)),
        "playing": playing,
        "played": played.into_iter().collect::<Vec<_>>(),
        "summary": view,
        "warnings": warnings,
        "names": {
            "deployment": names(of.deployment.as_ref()),
            "model": names(of.model.as_ref()),
            "client": names(of.client.as_ref()),
        },
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        for name in ["../x.csv", "a/b.csv", "a\\b.csv", ".hidden", "", "c:x", "x\n.csv"] {
            assert!(plain_name(name).is_err(), "{name}");
        }
        assert_eq!(decoded("caf%C3%A9 1.csv").unwrap(), "café 1.csv");
        assert_eq!(decoded("%2e%2e%2fx").unwrap(), "../x");
        assert!(decoded("%C3").is_err() && decoded("%zz").is_err() && decoded("%").is_err());
    }
}
