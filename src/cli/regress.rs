//! `ptuplan regress`.

use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict, show};
use crate::cli::input;
use crate::cli::output::{INK, print, unrendered};
use crate::files::cases::{cases_in, check};
use crate::files::file::write_file;
use crate::report;
use crate::report::regress::Checked;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use clap::Args;
use std::path::{Path, PathBuf};
use std::time::Instant;

pub(super) fn run(command: &RegressArguments, common: &Common) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    let files = cases_in(&command.folders)?;
    let choices = input::choices(common);
    let mut checked = Vec::new();
    let mut wrong = Diagnostics::default();
    for file in &files {
        let started = Instant::now();
        match check(file, &catalog, &choices) {
            Ok(case) => checked.push(Checked { took: started.elapsed(), ..case }),
            Err(mistakes) => {
                checked.push(Checked {
                    took: started.elapsed(),
                    ..Checked::unchecked(&file.to_string_lossy(), &mistakes)
                });
                wrong.0.extend(mistakes.0);
            }
        }
    }
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
        return wrong.or_ok(Verdict::Yes).map_err(Failure);
    }
    wrong.or_ok(()).map_err(Failure)?;
    Ok(if checked.iter().all(Checked::passed) { Verdict::Yes } else { Verdict::No })
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
