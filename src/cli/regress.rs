//! `ptuplan regress`.

use crate::billing::cases;
use crate::catalog::Catalog;
use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict};
use crate::cli::file::write_file;
use crate::cli::input;
use crate::cli::output::{INK, print, unrendered};
use crate::report;
use crate::report::regress::{Checked, pinned_files};
use crate::scenario::run::evaluate::{price, simulate};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};

pub(super) fn run(command: &RegressArguments, common: &Common) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    let mut files = Vec::new();
    cases_below(&command.folder, &mut Vec::new(), &mut files)?;
    files.sort();
    if files.is_empty() {
        return Err(Diagnostic::error(
            "nothing-to-check",
            format!("nothing to check: no TOML file below {}", command.folder.display()),
        )
        .into());
    }
    let mut checked = Vec::new();
    let mut wrong = Diagnostics::default();
    for file in &files {
        match check(file, &catalog, common) {
            Ok(case) => checked.push(case),
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
        print(report::regress::text(&checked, INK).as_bytes())?;
    }
    if command.accept {
        for (path, text) in checked.iter().flat_map(|case| &case.accept) {
            write_file(Path::new(path), text.as_bytes())?;
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

/// The TOML files below a folder, the pinned ones left out.
fn cases_below(
    folder: &Path,
    open: &mut Vec<PathBuf>,
    files: &mut Vec<PathBuf>,
) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| {
        Diagnostic::error(
            "cannot-read",
            format!("cannot read folder: {} ({error})", folder.display()),
        )
    };
    if !input::enter(folder, open).map_err(cannot)? {
        return Ok(());
    }
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        let name = path.to_str().ok_or_else(|| input::not_text(&path))?;
        let toml = path.extension().is_some_and(|extension| extension == "toml");
        if path.is_dir() {
            cases_below(&path, open, files)?;
        } else if toml && !name.ends_with(".expected.toml") {
            files.push(path);
        }
    }
    open.pop();
    Ok(())
}

/// `regress`.
#[derive(Args, Clone, Debug)]
pub(super) struct RegressArguments {
    /// Folder of rule cases and pinned scenarios, searched with its subfolders
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// Write the result as XML for test reports (junit) too
    #[arg(long, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
    /// Write what came out as the new expectation
    #[arg(long)]
    pub(super) accept: bool,
}
