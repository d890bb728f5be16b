//! Save: the scenario, the traces that it names, and the report, as the command line writes it.

use crate::cli::common::Common;
use crate::cli::exit::Failure;
use crate::cli::open::http::RefusedRequest;
use crate::cli::open::logs::plain_name;
use crate::cli::open::planner::{Planner, Written};
use crate::cli::output::unrendered;
use crate::cli::recommend::out;
use crate::files::file::write_file;
use crate::files::folder::Folder;
use crate::report::files;
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::fingerprint::Fingerprint;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// What is to be saved.
#[derive(Debug, Deserialize)]
pub(super) struct Save {
    #[serde(flatten)]
    pub(super) written: Written,
    /// The file that the page read, and the text that it had; none where there was no file.
    base: Option<Written>,
    /// The files that somebody has agreed to replace, as they were then.
    #[serde(default)]
    replace: Vec<There>,
    /// Whether it is only asked what would be in the way; nothing is written then.
    #[serde(default)]
    only_ask: bool,
}

/// A file that is there, and is neither what is to be saved nor what was read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct There {
    file: String,
    /// What it holds: another one when it is changed again.
    state: Fingerprint,
}

/// Why nothing was saved.
pub(super) enum NotSaved {
    /// The request is wrong.
    Refused(RefusedRequest),
    /// The scenario is wrong, or a file cannot be written.
    Wrong(Diagnostics),
    /// There are other files, that nobody has agreed to replace.
    Conflict(Vec<There>),
}

impl There {
    /// What is said of files that are in the way.
    pub(super) fn said(others: &[Self]) -> String {
        let names: Vec<&str> = others.iter().map(|there| there.file.as_str()).collect();
        match names.as_slice() {
            [one] => format!("{one} is another file, or was changed since"),
            _ => format!("{} are other files, or were changed since", names.join(", ")),
        }
    }
}

impl From<Diagnostics> for NotSaved {
    fn from(wrong: Diagnostics) -> Self {
        Self::Wrong(wrong)
    }
}

impl From<Failure> for NotSaved {
    fn from(failure: Failure) -> Self {
        Self::Wrong(failure.0)
    }
}

/// A file that a page may write: a `.toml` in the folder that the program was opened with.
pub(super) fn scenario_file(file: &str, folder: &Path) -> Result<PathBuf, RefusedRequest> {
    let path = Path::new(file);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    plain_name(name)?;
    let is_toml = path.extension().is_some_and(|extension| extension == "toml");
    let own = path.parent().unwrap_or(Path::new(""));
    if !is_toml || own != folder {
        return Err(RefusedRequest::new(
            400,
            "a scenario is a .toml file in the folder that was opened",
        ));
    }
    Ok(path.to_owned())
}

/// What is there instead of `bytes`, and is not what was read.
fn in_the_way(path: &Path, bytes: &[u8], base: Option<&str>) -> Option<There> {
    // What cannot be read is told when it is written.
    let there = fs::read(path).ok()?;
    if there == bytes || base.is_some_and(|base| base.as_bytes() == there) {
        return None;
    }
    Some(There { file: path.display().to_string(), state: Fingerprint::of(&there) })
}

/// Traces of the scenario that were dropped on the page: where they are, and where they are to be.
fn dropped(planner: &Planner, scenario: &Scenario, folder: &Path) -> Vec<(PathBuf, PathBuf)> {
    let names = scenario.workloads.iter().map(|workload| &*workload.traffic.trace.name);
    let mut names: Vec<&str> = names.filter(|name| plain_name(name).is_ok()).collect();
    names.sort_unstable();
    names.dedup();
    let places = names.into_iter().map(|name| (planner.uploads.join(name), folder.join(name)));
    places.filter(|(uploaded, _)| uploaded.is_file()).collect()
}

fn trace_bytes(uploaded: &Path, beside: &Path) -> Result<Vec<u8>, NotSaved> {
    fs::read(uploaded).map_err(|error| {
        let message = format!("cannot read trace: {} ({error})", beside.display());
        NotSaved::Wrong(Diagnostic::error("cannot-read", message).into())
    })
}

/// Writes everything; says what was written. Nothing is written as long as a file is in the way.
pub(super) fn save(planner: &Planner, save: &Save, folder: &Path) -> Result<Value, NotSaved> {
    let path = scenario_file(&save.written.file, folder).map_err(NotSaved::Refused)?;
    let scenario = planner.scenario(&save.written).map_err(NotSaved::Wrong)?;
    let text = save.written.text.as_bytes();
    let base = save.base.as_ref().filter(|base| base.file == save.written.file);
    let base = base.map(|base| base.text.as_str());
    let mut others: Vec<There> = in_the_way(&path, text, base).into_iter().collect();
    let dropped = dropped(planner, &scenario, folder);
    for (uploaded, beside) in &dropped {
        others.extend(in_the_way(beside, &trace_bytes(uploaded, beside)?, None));
    }
    // All of them are asked about: a page that is told the new ones alone would lose the others.
    if others.iter().any(|there| !save.replace.contains(there)) {
        return Err(NotSaved::Conflict(others));
    }
    if save.only_ask {
        return Ok(json!({ "has_report": planner.known(&save.written).is_some() }));
    }
    let mut written = vec![path.display().to_string()];
    for (uploaded, beside) in &dropped {
        write_file(beside, &trace_bytes(uploaded, beside)?)?;
        written.push(beside.display().to_string());
        // From now on the file beside the scenario is played, as the command line does. Where this
        // one cannot be removed it goes with the folder that it is in.
        let _ = fs::remove_file(uploaded);
    }
    write_file(&path, text)?;
    let report = match planner.known(&save.written) {
        Some(view) => {
            let folder = Folder::open(&out(&planner.common, &path))?;
            folder.write(&files::recommendation(&view).map_err(unrendered)?)?;
            written.push(folder.path().join("report.html").display().to_string());
            Some(folder.path().display().to_string())
        }
        None => None,
    };
    Ok(json!({ "written": written, "report": report, "command": command(&planner.common, &path) }))
}

/// The command that gives the same answer, and the same bytes.
pub(super) fn command(common: &Common, path: &Path) -> String {
    let quoted = |text: &str| {
        let plain = |c: char| c.is_alphanumeric() || "-_./\\:".contains(c);
        if text.chars().all(plain) {
            return text.to_owned();
        }
        format!("'{}'", text.replace('\'', "'\\''"))
    };
    let path_of = |path: &Path| quoted(&path.to_string_lossy());
    let more = [
        ("--data", common.data.as_deref().map(path_of)),
        ("--out", common.out.as_deref().map(path_of)),
        ("--seed", common.seed.map(|seed| seed.to_string())),
        ("--what-if", common.what_if.as_deref().map(quoted)),
    ];
    let more = more.into_iter().filter_map(|(flag, value)| Some(format!(" {flag} {}", value?)));
    format!("ptuplan recommend {}{}", path_of(path), more.collect::<String>())
}
