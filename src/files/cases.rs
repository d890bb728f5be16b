//! Rule cases and pinned scenarios below folders, checked.

use crate::billing::cases;
use crate::catalog::Catalog;
use crate::files::read::{not_text, text};
use crate::files::scenario::{Choices, scenario};
use crate::files::traffic::{Folders, traces};
use crate::report;
use crate::report::regress::{Checked, pinned_files};
use crate::scenario::run::evaluate::{price, simulate};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The TOML files of cases below folders, in order.
///
/// # Errors
/// A folder that cannot be read, and none that holds a case.
pub fn cases_in(folders: &[PathBuf]) -> Result<Vec<PathBuf>, Diagnostics> {
    let mut files = Vec::new();
    let mut seen = BTreeSet::new();
    for folder in folders {
        cases_below(folder, &mut files, &mut seen)?;
    }
    files.sort();
    if files.is_empty() {
        let folders: Vec<String> =
            folders.iter().map(|folder| folder.display().to_string()).collect();
        return Err(Diagnostic::error(
            "nothing-to-check",
            format!("nothing to check: no TOML file below {}", folders.join(", ")),
        )
        .into());
    }
    Ok(files)
}

/// A rule case has a source and an expectation; every other file is a pinned scenario.
pub fn check(path: &Path, catalog: &Catalog, choices: &Choices) -> Result<Checked, Diagnostics> {
    let file = path.to_string_lossy();
    let written = text("case", path)?;
    if cases::load::is_rule_case(&written) {
        let case = cases::load::load(&file, &written)?;
        return Ok(report::regress::rule_case(&case, &written, catalog)?);
    }
    let scenario = scenario(path, catalog, choices)?;
    let Some(today) = &scenario.today else {
        return Err(Diagnostic::error(
            "nothing-to-bill",
            format!("nothing to bill: {file} has no [today] table"),
        )
        .hint("a pinned scenario says what is deployed")
        .into());
    };
    let (traces, _) = traces(&scenario, &Folders::of(path), Some(catalog))?;
    let simulated = simulate(&scenario, catalog, &traces, today)?;
    let bill = price(&scenario, catalog, &simulated, today.payment)?;
    let pinned = pinned_files(&file);
    let mut texts = [None, None];
    for (found, pinned) in texts.iter_mut().zip(&pinned) {
        if Path::new(pinned).exists() {
            *found = Some(text("pinned bill", Path::new(pinned))?);
        }
    }
    let [expected, bill_text] = &texts;
    report::regress::scenario(
        &file,
        &scenario.name,
        &bill,
        [expected.as_deref(), bill_text.as_deref()],
    )
}

/// The TOML files below a folder, the pinned ones left out. What is reached twice, by a link or as a folder within another, is
/// taken once; a folder that a link leads back to is not entered again.
fn cases_below(
    folder: &Path,
    files: &mut Vec<PathBuf>,
    seen: &mut BTreeSet<PathBuf>,
) -> Result<(), Diagnostics> {
    let cannot = |error: std::io::Error| {
        Diagnostic::error(
            "cannot-read",
            format!("cannot read folder: {} ({error})", folder.display()),
        )
    };
    if !seen.insert(fs::canonicalize(folder).map_err(cannot)?) {
        return Ok(());
    }
    let mut inside = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        inside.push((path.is_symlink(), path));
    }
    // What is there itself comes before what only leads to it.
    inside.sort();
    for (_, path) in inside {
        let name = path.to_str().ok_or_else(|| not_text(&path))?;
        let toml = path.extension().is_some_and(|extension| extension == "toml");
        if path.is_dir() {
            cases_below(&path, files, seen)?;
        } else if toml && !name.ends_with(".expected.toml") {
            let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
            if seen.insert(real) {
                files.push(path);
            }
        }
    }
    Ok(())
}
