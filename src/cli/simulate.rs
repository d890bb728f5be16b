//! `ptuplan simulate`.

use crate::catalog::Catalog;
use crate::cli::azure::TodayArguments;
use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict};
use crate::cli::input;
use crate::cli::output::{INK, print, unrendered, width};
use crate::cli::table_files::{TableArguments, together};
use crate::engine::rules::LogScope;
use crate::files::folder::Folder;
use crate::plan::question::Question;
use crate::plan::run::CandidateRun;
use crate::report;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::evaluate::{Simulated, simulate_logged, simulate_pieces};
use crate::units::diagnostic::Diagnostic;
use crate::workload::demand::Demand;
use crate::workload::trace::Trace;
use clap::Args;
use std::path::PathBuf;

/// Requests explained at most: more is a log, not an explanation.
const MAX_EXPLAINED: usize = 1_000;

/// `ptuplan simulate`.
#[derive(Args, Clone, Debug)]
pub(super) struct SimulateCommand {
    /// Scenario file (TOML)
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// Show what each deployment answered to these requests, and why: their numbers in the trace, from 0
    #[arg(long, value_name = "N", value_delimiter = ',')]
    request: Vec<u32>,
    /// Play traces piece by piece instead of holding them; the result is the same. Done by itself for trace and Parquet files of more than
    /// 134 million requests
    #[arg(long, conflicts_with = "request")]
    stream: bool,
    #[command(flatten)]
    today: TodayArguments,
    #[command(flatten)]
    tables: TableArguments,
}

impl SimulateCommand {
    /// Refuses requests that no workload has.
    fn within(&self, traces: &[Trace]) -> Result<(), Failure> {
        let longest = traces.iter().map(Trace::len).max().unwrap_or(0);
        let beyond: Vec<String> = self
            .request
            .iter()
            .filter(|request| usize::try_from(**request).is_ok_and(|id| id >= longest))
            .map(u32::to_string)
            .collect();
        if beyond.is_empty() {
            return Ok(());
        }
        let message = format!("no such request: {}", beyond.join(", "));
        let last = longest.saturating_sub(1);
        let hint = format!("the calls are numbered from 0 to {last}");
        Err(Diagnostic::error("no-such-request", message).hint(hint).into())
    }

    /// Which requests the engine keeps a log of.
    fn log(&self, workloads: usize) -> Result<LogScope, Failure> {
        if self.request.is_empty() {
            return Ok(LogScope::Off);
        }
        if self.request.len() > MAX_EXPLAINED {
            let count = self.request.len();
            return Err(Diagnostic::error(
                "too-many-requests",
                format!("too many requests: {count}"),
            )
            .hint(format!("ask about at most {MAX_EXPLAINED}"))
            .into());
        }
        let of = |stream: usize| self.request.iter().map(move |request| (stream as u16, *request));
        let mut wanted: Vec<(u16, u32)> = (0..workloads).flat_map(of).collect();
        wanted.sort_unstable();
        wanted.dedup();
        Ok(LogScope::Requests(wanted))
    }
}

pub(super) fn run(command: &SimulateCommand, common: &Common) -> Result<Verdict, Failure> {
    let path = &command.scenario;
    let catalog = input::catalog(common)?;
    let out = common.out.as_deref();
    let (mut scenario, notes) = command.today.scenario(path, &catalog, out, common)?;
    scenario.plays_samples_once();
    let Some(today) = &scenario.today else {
        return Err(Diagnostic::error(
            "nothing-to-simulate",
            format!("nothing to simulate: {} has no [today] table", path.display()),
        )
        .hint("say what is deployed in [today].deployments, or let `recommend` choose")
        .into());
    };
    if command.tables.asked() && common.out.is_none() {
        return Err(Diagnostic::error("no-folder", "no folder for the tables")
            .hint("name one with --out DIR")
            .into());
    }
    let folder = common.out.as_deref().map(Folder::open).transpose()?;
    let Played { simulated, demands, traces } =
        played(command, &scenario, &catalog, today, common)?;
    let question = Question { scenario: &scenario, catalog: &catalog, traces: &traces };
    let run = CandidateRun::after(question, today, simulated)?;
    let view = report::compose::simulation_of(question, &demands, &run)?;
    input::tell_unread(&scenario, common);
    if let Some(folder) = &folder {
        let tables =
            command.tables.files(&report::tables::of_simulation(&view).map_err(unrendered)?)?;
        let mut files = together(report::files::simulation(&view).map_err(unrendered)?, tables);
        files.extend(report::files::notes(&notes));
        folder.write(&files)?;
    }
    match common.format {
        Format::Json => print(&report::json::bytes(&view).map_err(unrendered)?)?,
        Format::Text | Format::Markdown => {
            print(report::text::simulation::simulation(&view, INK, width()).as_bytes())?;
        }
    }
    Ok(if view.unmet.is_empty() { Verdict::Yes } else { Verdict::No })
}

/// What happened, and the traces where they are held.
struct Played {
    simulated: Simulated,
    demands: Vec<Demand>,
    traces: Vec<Trace>,
}

/// The candidate simulated over traces that are held, or that come in pieces where asked for or where they are too large.
fn played(
    command: &SimulateCommand,
    scenario: &Scenario,
    catalog: &Catalog,
    today: &Candidate,
    common: &Common,
) -> Result<Played, Failure> {
    let in_pieces = |(simulated, demands)| Played { simulated, demands, traces: Vec::new() };
    let path = &command.scenario;
    if command.stream {
        let mut playbacks = input::playbacks(scenario, path, common)?;
        return Ok(in_pieces(simulate_pieces(scenario, catalog, &mut playbacks, today)?));
    }
    if command.request.is_empty()
        && let Some(mut playbacks) = input::large_playbacks(scenario, path, common)
        && let Ok(done) = simulate_pieces(scenario, catalog, &mut playbacks, today)
    {
        return Ok(in_pieces(done));
    }
    let traces = input::traces(scenario, path, common)?;
    let log = command.log(scenario.workloads.len())?;
    command.within(&traces)?;
    let simulated = simulate_logged(scenario, catalog, &traces, today, log)?;
    let demands = traces.iter().map(|trace| Demand::of(trace, scenario.window.length_us)).collect();
    Ok(Played { simulated, demands, traces })
}
