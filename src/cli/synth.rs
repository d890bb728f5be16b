//! `ptuplan synth`.

use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict};
use crate::cli::output::{INK, print, unrendered, width};
use crate::files::read::text;
use crate::files::trace::write_trace;
use crate::report::json;
use crate::report::traffic::{TrafficView, summary_text};
use crate::workload::summary::summarize;
use crate::workload::synth::{generate, parse};
use clap::Args;
use jiff::tz::TimeZone;
use std::path::PathBuf;

/// A spec of synthetic traffic and where to write the trace.
#[derive(Args, Clone, Debug)]
pub(super) struct SynthArguments {
    /// Spec of the traffic (TOML)
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// Trace to write: .trace (read back fastest), .csv, or .parquet where built in
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(command: &SynthArguments, common: &Common) -> Result<Verdict, Failure> {
    let name = command.spec.to_string_lossy();
    let text = text("spec", &command.spec)?;
    let mut spec = parse(&name, &text)?;
    if let Some(seed) = common.seed {
        spec.seed = seed;
    }
    let imported = generate(&spec)?;
    if let Some(path) = &command.output {
        write_trace(path, &imported)?;
    }
    let zone = TimeZone::get(spec.zone.as_deref().unwrap_or("UTC")).unwrap_or(TimeZone::UTC);
    let view = TrafficView::of(&name, &imported, &summarize(&imported, &zone));
    match common.format {
        Format::Json => print(&json::bytes(&view).map_err(unrendered)?)?,
        Format::Text | Format::Markdown => print(summary_text(&view, INK, width()).as_bytes())?,
    }
    Ok(Verdict::Yes)
}
