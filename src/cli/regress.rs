//! `ptuplan regress`.

use crate::billing::cases;
use crate::catalog::Catalog;
use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict, show};
use crate::cli::file::write_file;
use crate::cli::input;
use crate::cli::output::{INK, print, unrendered};
use crate::report;
use crate::report::regress::{Checked, pinned_files};
use crate::scenario::run::evaluate::{price, simulate};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use clap::Args;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

pub(super) fn run(command: &RegressArguments, common: &Common) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    let mut files = Vec::new();
    let mut seen = BTreeSet::new();
    for folder in &command.folders {
        cases_below(folder, &mut files, &mut seen)?;
    }
    files.sort();
    if files.is_empty() {
        let folders: Vec<String> =
            command.folders.iter().map(|folder| folder.display().to_string()).collect();
        return Err(Diagnostic::error(
            "nothing-to-check",
            format!("nothing to check: no TOML file below {}", folders.join(", ")),
        )
        .into());
    }
    let mut checked = Vec::new();
    let mut wrong = Diagnostics::default();
    for file in &files {
        let started = Instant::now();
        match check(file, &catalog, common) {
            Ok(case) => checked.push(Checked { took: started.elapsed(), ..case }),
            Err(Failure(mistakes)) => wrong.0.extend(mistakes.0),
        }
    }
    wrong.or_ok(()).map_err(Failure)?;
    if let Some(path) = &command.junit {
        write_file(path, &report::regress::junit(&checked).map_err(unrendered)?)?;
    }
    if common.format == Format::Json {
        print(&report::json::bytes(&report::regress::json(&checked)).map_err(unrendered)?)?;
    } else {
        print(report::regress::text(&checked, None, INK).as_bytes())?;
    }
    if command.accept {
        let mut written = Vec::new();
        for (path, text) in checked.iter().flat_map(|case| &case.accept) {
            write_file(Path::new(path), text.as_bytes())?;
            written.push(path.clone());
        }
        if common.format != Format::Json {
            print(report::regress::accepted_text(&written, INK).as_bytes())?;
        } else if !common.quiet {
            let told = written.iter().map(|path| {
                Diagnostic::warning(
                    "accepted",
                    format!("wrote {path}: read the difference before you commit it"),
                )
            });
            show(&Diagnostics(told.collect()));
        }
        return Ok(Verdict::Yes);
    }
    Ok(if checked.iter().all(Checked::passed) { Verdict::Yes } else { Verdict::No })
}

/// A rule case has a source and an expectation; every other file is a pinned scenario.
fn check(path: &Path, catalog: &Catalog, common: &Common) -> Result<Checked, Failure> {
    let file = path.to_string_lossy();
    let text = input::text("case", path)?;
    if cases::load::is_rule_case(&text) {
        let case = cases::load::load(&file, &text)?;
        return Ok(report::regress::rule_case(&case, &text, catalog)?);
    }
    let scenario = input::scenario(path, common)?;
    let Some(today) = &scenario.today else {
        return Err(Diagnostic::error(
            "nothing-to-bill",
            format!("nothing to bill: {file} has no [today] table"),
        )
        .hint("a pinned scenario says what is deployed")
        .into());
    };
    let traces = input::traces(&scenario, path, common)?;
    let simulated = simulate(&scenario, catalog, &traces, today)?;
    let bill = price(&scenario, catalog, &simulated, today.payment)?;
    let pinned = pinned_files(&file);
    let mut texts = [None, None];
    for (text, pinned) in texts.iter_mut().zip(&pinned) {
        if Path::new(pinned).exists() {
            *text = Some(input::text("pinned bill", Path::new(pinned))?);
        }
    }
    let [expected, bill_text] = &texts;
    Ok(report::regress::scenario(
        &file,
        &scenario.name,
        &bill,
        [expected.as_deref(), bill_text.as_deref()],
    )?)
}

/// The TOML files below a folder, the pinned ones left out. What is reached twice, by a link or as a folder within another, is
/// taken once; a folder that a link leads back to is not entered again.
fn cases_below(
    folder: &Path,
    files: &mut Vec<PathBuf>,
    seen: &mut BTreeSet<PathBuf>,
) -> Result<(), Failure> {
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
        let name = path.to_str().ok_or_else(|| input::not_text(&path))?;
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

/// `regress`.
#[derive(Args, Clone, Debug)]
pub(super) struct RegressArguments {
    /// Folders of rule cases and pinned scenarios, searched with their subfolders
    #[arg(value_name = "DIR", required = true)]
    pub(super) folders: Vec<PathBuf>,
    /// Write the result as XML for test reports (junit) too
    #[arg(long, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
    /// Write what came out as the new expectation
    #[arg(long)]
    pub(super) accept: bool,
}
