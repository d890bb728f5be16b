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
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// What is to be saved.
#[derive(Debug, Deserialize)]
pub(super) struct Save {
    #[serde(flatten)]
    pub(super) written: Written,
    /// The text that the file had when the page read it; none where there was no file.
    base: Option<String>,
    /// Whether a file that has changed since, or that is another one, is replaced.
    #[serde(default)]
    replace: bool,
}

/// Why nothing was saved.
pub(super) enum NotSaved {
    /// The request is wrong.
    Refused(RefusedRequest),
    /// The scenario is wrong, or a file cannot be written.
    Wrong(Diagnostics),
    /// There is another file.
    Conflict(String),
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

fn conflicts(path: &Path, bytes: &[u8], base: Option<&[u8]>) -> bool {
    // What cannot be read is told when it is written.
    fs::read(path).is_ok_and(|there| there != bytes && base.is_none_or(|base| base != there))
}

/// Writes everything; says what was written.
pub(super) fn save(planner: &Planner, save: &Save, folder: &Path) -> Result<Value, NotSaved> {
    let path = scenario_file(&save.written.file, folder).map_err(NotSaved::Refused)?;
    let scenario = planner.scenario(&save.written).map_err(NotSaved::Wrong)?;
    let text = save.written.text.as_bytes();
    let base = save.base.as_ref().map(String::as_bytes);
    if !save.replace && conflicts(&path, text, base) {
        let message = format!("{} is another file, or was changed since", path.display());
        return Err(NotSaved::Conflict(message));
    }
    let mut written = Vec::new();
    for workload in &scenario.workloads {
        let name = &*workload.traffic.trace.name;
        let uploaded = planner.uploads.join(name);
        if plain_name(name).is_err() || !uploaded.is_file() {
            continue;
        }
        let cannot = |error: std::io::Error| {
            let message = format!("cannot read trace: {name} ({error})");
            NotSaved::Wrong(Diagnostic::error("cannot-read", message).into())
        };
        let bytes = fs::read(&uploaded).map_err(cannot)?;
        let beside = folder.join(name);
        if !save.replace && conflicts(&beside, &bytes, None) {
            let message = format!("{} is another file", beside.display());
            return Err(NotSaved::Conflict(message));
        }
        write_file(&beside, &bytes)?;
        written.push(beside.display().to_string());
    }
    write_file(&path, text)?;
    written.insert(0, path.display().to_string());
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
