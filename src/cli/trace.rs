//! `ptuplan trace summarize|import|transform|split|formats|forecast|fit`.

use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict, show};
use crate::cli::output::{INK, print, unrendered, width};
use crate::cli::trace_files::{TraceFiles, names, open, read_spec, zone};
use crate::files::file::write_file;
use crate::files::folder::Folder;
use crate::files::trace::{import_in_pieces, read_files, summarize_in_pieces, write_trace};
use crate::report::json;
use crate::report::traffic::{
    FitView, ImportView, TrafficView, fit_plot, fit_text, import_text, rate_plot, summary_text,
};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::workload::fit::fit;
use crate::workload::import::{Imported, ReadSpec, Report};
use crate::workload::summary::summarize;
use crate::workload::synth::to_toml;
use crate::workload::transform::{Coarsening, STEPS, Step, anonymise};
use clap::Subcommand;
use jiff::tz::TimeZone;
use std::path::{Path, PathBuf};

/// What to do with a trace.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum TraceCommand {
    /// Rates, peaks, burstiness, lengths, the shape of days and weeks
    Summarize(TraceFiles),
    /// Read a log, say what was read, left out and assumed, and write it as a trace
    Import {
        #[command(flatten)]
        files: TraceFiles,
        /// Trace to write: .trace (read back fastest), .csv, or .parquet where built in
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Replace names by numbers, drop the date, coarsen to seconds and 16 tokens
        #[arg(long)]
        anonymise: bool,
    },
    /// Scale, slice, stretch, thin, repeat, merge, add a surge, anonymise: in the order given
    Transform {
        /// A trace or log, or a bundled trace's name
        #[arg(value_name = "FILE")]
        input: PathBuf,
        /// What to do: scale=1.5, slice=1h..2h, stretch=0.5, thin=0.1, repeat=24h, surge=2h+30min*3, merge=FILE, anonymise
        #[arg(value_name = "STEP", required = true)]
        steps: Vec<String>,
        /// Trace to write: .trace (read back fastest), .csv, or .parquet where built in
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
        /// Refuse the files for any mistake in them, instead of leaving rows out
        #[arg(long)]
        strict: bool,
    },
    /// Write one trace for each deployment, model, client or session of a log
    Split {
        #[command(flatten)]
        files: TraceFiles,
        /// What tells the parts apart: deployment, model, client or session
        #[arg(long, value_name = "KEY", value_parser = ["deployment", "model", "client", "session"], default_value = "deployment")]
        by: String,
        /// Folder for the traces, which are named after the parts
        #[arg(long, short, value_name = "FOLDER")]
        output: PathBuf,
    },
    /// Formats that are recognised: how, what they have, what is assumed, and an example
    Formats {
        /// One format alone
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
    /// Requests of the months to come, with their uncertainty, and the block that plans with them
    Forecast(super::forecast::ForecastArguments),
    /// Find the arrival process and lengths; write the spec that makes traffic like it
    Fit {
        #[command(flatten)]
        files: TraceFiles,
        /// Spec to write for `synth`
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

impl TraceCommand {
    /// Whether it writes files to the folder of `--out`.
    pub(super) const fn writes_files(&self) -> bool {
        matches!(self, Self::Summarize(_) | Self::Forecast(_) | Self::Fit { .. })
    }
}

pub(super) fn run(command: &TraceCommand, common: &Common) -> Result<Verdict, Failure> {
    match command {
        TraceCommand::Summarize(files) => summarize_files(files, common),
        TraceCommand::Import { files, output, anonymise: hide } => {
            let written = match output {
                Some(path) if !hide => {
                    import_in_pieces(&files.files, path, &read_spec(files, common)?)?
                }
                _ => None,
            };
            let report = if let Some(known) = written {
                if !common.quiet {
                    show(&known.warnings);
                }
                known.report
            } else {
                import_whole(files, output.as_deref(), *hide, common)?
            };
            let view = ImportView::of(&report);
            match common.format {
                Format::Json => print(&json::bytes(&view).map_err(unrendered)?)?,
                Format::Text | Format::Markdown => {
                    print(import_text(&view, INK, width()).trim_start().as_bytes())?;
                }
            }
            Ok(Verdict::Yes)
        }
        TraceCommand::Forecast(command) => crate::cli::forecast::run(command, common),
        TraceCommand::Transform { input, steps, output, strict } => {
            transform_file(input, steps, output, *strict, common)
        }
        TraceCommand::Split { files, by, output } => {
            super::trace_parts::split_files(files, by, output, common)
        }
        TraceCommand::Formats { name } => super::trace_parts::formats(name.as_deref(), common),
        TraceCommand::Fit { files, output } => fit_files(files, output.as_deref(), common),
    }
}

/// Imports what has to be held as a whole.
fn import_whole(
    files: &TraceFiles,
    output: Option<&Path>,
    hide: bool,
    common: &Common,
) -> Result<Report, Failure> {
    let mut imported = open(files, common)?;
    if hide {
        let coarsening = Coarsening { step_us: 1_000_000, step_tokens: 16 };
        imported = anonymise(&imported, coarsening).map_err(|fault| {
            Diagnostic::error("cannot-transform", format!("cannot anonymise: {fault}"))
        })?;
    }
    if let Some(path) = output {
        write_trace(path, &imported)?;
    }
    Ok(imported.report)
}

/// Applies the steps in order, writes the trace and shows what it is now.
fn transform_file(
    input: &Path,
    steps: &[String],
    output: &Path,
    strict: bool,
    common: &Common,
) -> Result<Verdict, Failure> {
    let mut wrong = Diagnostics::default();
    let mut parsed = Vec::with_capacity(steps.len());
    for text in steps {
        match Step::parse(text) {
            Ok(step) => parsed.push(step),
            Err(message) => wrong.push(
                Diagnostic::error("not-a-step", message).hint(format!("the steps are {STEPS}")),
            ),
        }
    }
    wrong.or_ok(()).map_err(Failure)?;
    let spec = ReadSpec { strict, seed: common.seed.unwrap_or(0), ..ReadSpec::default() };
    let read = |path: &Path| -> Result<Imported, Failure> {
        let imported = read_files(&[path.to_owned()], &spec)?;
        if !common.quiet {
            show(&imported.warnings);
        }
        Ok(imported)
    };
    let mut imported = read(input)?;
    for (text, step) in steps.iter().zip(&parsed) {
        let other = match step {
            Step::Merge(file) => Some(read(Path::new(file))?),
            _ => None,
        };
        imported = step.apply(imported, other.as_ref()).map_err(|fault| {
            Diagnostic::error("cannot-transform", format!("cannot do {text}: {fault}"))
                .hint("steps are done in the order given, each on what the one before it left")
        })?;
    }
    if imported.trace.is_empty() {
        return Err(Diagnostic::error("empty-trace", "no request is left to write")
            .hint("widen the slice, or keep a larger share")
            .into());
    }
    write_trace(output, &imported)?;
    let name = output.to_string_lossy();
    let view = TrafficView::of(&name, &imported, &summarize(&imported, &TimeZone::UTC));
    match common.format {
        Format::Json => print(&json::bytes(&view).map_err(unrendered)?)?,
        Format::Text | Format::Markdown => print(summary_text(&view, INK, width()).as_bytes())?,
    }
    Ok(Verdict::Yes)
}

fn summarize_files(files: &TraceFiles, common: &Common) -> Result<Verdict, Failure> {
    let zone = zone(files)?;
    let folder = common.out.as_deref().map(Folder::open).transpose()?;
    // A plot needs every arrival.
    let spec = read_spec(files, common)?;
    let in_pieces =
        if folder.is_none() { summarize_in_pieces(&files.files, &spec, &zone)? } else { None };
    let (imported, summary) = if let Some((known, summary)) = in_pieces {
        if !common.quiet {
            show(&known.warnings);
        }
        (known, summary)
    } else {
        let imported = open(files, common)?;
        let summary = summarize(&imported, &zone);
        (imported, summary)
    };
    let view = TrafficView::of(&names(files), &imported, &summary);
    let document = json::bytes(&view).map_err(unrendered)?;
    if let Some(folder) = folder {
        let mut written = vec![("summary.json".to_owned(), document.clone())];
        if let Some(plot) = rate_plot(&names(files), &imported).map_err(unrendered)? {
            written.push(("rate.svg".to_owned(), plot.svg));
            written.push(("rate.png".to_owned(), plot.png));
        }
        folder.write(&written)?;
    }
    match common.format {
        Format::Json => print(&document)?,
        Format::Text | Format::Markdown => print(summary_text(&view, INK, width()).as_bytes())?,
    }
    Ok(Verdict::Yes)
}

fn fit_files(
    files: &TraceFiles,
    output: Option<&Path>,
    common: &Common,
) -> Result<Verdict, Failure> {
    let folder = common.out.as_deref().map(Folder::open).transpose()?;
    let imported = open(files, common)?;
    let name = names(files);
    let found = fit(&imported)
        .map_err(|fault| Diagnostic::error("cannot-fit", format!("cannot fit {name}: {fault}")))?;
    let spec = to_toml(&found.spec("fitted", &imported, common.seed.unwrap_or(0)))?;
    if let Some(path) = output {
        write_file(path, spec.as_bytes())?;
    }
    if let Some(folder) = folder {
        let view = FitView::of(&name, &found, spec.clone());
        let mut written = vec![("fit.json".to_owned(), json::bytes(&view).map_err(unrendered)?)];
        if let Some(plot) = fit_plot(&name, &found).map_err(unrendered)? {
            written.push(("fit.svg".to_owned(), plot.svg));
            written.push(("fit.png".to_owned(), plot.png));
        }
        folder.write(&written)?;
    }
    match common.format {
        Format::Json => {
            print(&json::bytes(&FitView::of(&name, &found, spec)).map_err(unrendered)?)?;
        }
        Format::Text | Format::Markdown => print(fit_text(&name, &found, INK).as_bytes())?,
    }
    Ok(Verdict::Yes)
}
