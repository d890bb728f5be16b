//! FLOOR 8. Arguments, terminal, progress, exit codes; no domain decision.
//!
//! stdout is the result and nothing else; stderr has progress, warnings and errors.

mod ask;
mod azure;
mod calibrate;
mod catalog;
mod common;
mod compare;
mod diff;
mod examples;
mod exit;
mod explain;
mod export;
mod forecast;
mod init;
mod init_arguments;
mod init_choices;
mod init_from;
mod init_traffic;
mod input;
#[cfg(feature = "open")]
mod open;
mod output;
mod price;
mod recommend;
mod regress;
mod simulate;
mod size;
mod sweep;
mod synth;
mod table_files;
mod trace;
mod trace_files;
mod trace_parts;
mod workers;

use crate::catalog::Catalog;
use crate::cli::catalog::CatalogArguments;
use crate::cli::common::Common;
use crate::cli::diff::DiffArguments;
use crate::cli::exit::show;
use crate::cli::explain::ExplainArguments;
use crate::cli::export::ExportArguments;
use crate::cli::output::print;
use crate::cli::price::PriceArguments;
use crate::cli::recommend::RecommendArguments;
use crate::cli::regress::RegressArguments;
use crate::cli::size::SizeArguments;
use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;

use crate::cli::common::Format;
use crate::cli::exit::{Failure, Verdict};
use crate::files::free_memory;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::escape::for_line;
use crate::units::guard::is_guarded;
use crate::units::memory;
use std::io::{ErrorKind, Write};
use std::panic;

/// Runs one command.
fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let common = &arguments.common;
    match common.max_memory {
        Some(bytes) => memory::set_limit(bytes, true),
        None => memory::set_limit(free_memory::three_quarters(), false),
    }
    if common.format == Format::Markdown && !matches!(arguments.command, Command::Diff(_)) {
        return Err(Diagnostic::error("no-such-form", "only `diff` has a Markdown form")
            .hint("use --format text or --format json")
            .into());
    }
    if let Some(out) = common.out.as_ref().filter(|_| !arguments.command.writes_files()) {
        let named = format!("no files to write to {}: this command has none", out.display());
        return Err(Diagnostic::error("no-files", named)
            .hint("leave --out out; the result is printed, and > FILE keeps it")
            .into());
    }
    match &arguments.command {
        Command::Recommend(command) => recommend::run(command, common),
        Command::Simulate(command) => simulate::run(command, common),
        Command::Calibrate(command) => calibrate::run(command, common),
        Command::Compare(command) => compare::run(command, common),
        Command::Init(command) => init::run(command, common),
        Command::Sweep(command) => sweep::run(command, common),
        Command::Merge(command) => sweep::merge(command, common),
        Command::Size(command) => size::run(command, common),
        Command::Catalog(command) => catalog::run(command, common),
        Command::Price(command) => price::run(command, common),
        Command::Regress(command) => regress::run(command, common),
        Command::Diff(command) => diff::run(command, common),
        Command::Explain(command) => explain::run(command, common),
        Command::Export(command) => export::run(command, common),
        #[cfg(feature = "open")]
        Command::Open(command) => open::run(command, common),
        Command::Trace { command } => trace::run(command, common),
        Command::Synth(command) => synth::run(command, common),
        Command::Completions { shell } => completions(*shell),
    }
}

impl Command {
    /// Whether it writes files to the folder of `--out`.
    const fn writes_files(&self) -> bool {
        match self {
            Self::Recommend(_) | Self::Simulate(_) | Self::Calibrate(_) | Self::Compare(_) => true,
            Self::Trace { command } => command.writes_files(),
            #[cfg(feature = "open")]
            Self::Open(_) => true,
            _ => false,
        }
    }
}

fn parse() -> Result<Arguments, clap::Error> {
    Arguments::try_parse()
}

/// Plans capacity and cost of Microsoft Foundry model deployments by simulating real traffic.
#[derive(Debug, Parser)]
#[command(name = "ptuplan", version, about, max_term_width = 100, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

const EXAMPLES: &str = "\
Examples:
  ptuplan recommend scenarios/quickstart.toml
  ptuplan simulate scenarios/ptu-with-spillover.toml --format json
  ptuplan size --model gpt-5.2 --sku DataZoneProvisionedManaged --rpm 1000 --input 200 --output 20

Exit codes: 0 done; 1 done and the answer is no; 2 the input is wrong.";

/// The commands.
#[derive(Debug, Subcommand)]
enum Command {
    /// Search SKUs, PTU sizes, spillover and commitments; rank them; explain; write a report
    #[command(after_help = examples::RECOMMEND)]
    Recommend(RecommendArguments),
    /// Run the scenario's `[today]` deployments as written; measures and bill
    #[command(after_help = examples::SIMULATE)]
    Simulate(crate::cli::simulate::SimulateCommand),
    /// Fit what the platform does not publish to a log of attempts with statuses, 429s included
    #[command(after_help = examples::CALIBRATE)]
    Calibrate(crate::cli::calibrate::CalibrateArguments),
    /// What several scenarios recommend, side by side
    #[command(after_help = examples::COMPARE)]
    Compare(crate::cli::compare::CompareCommand),
    /// Write a commented scenario to start from
    Init(crate::cli::init_arguments::InitCommand),
    /// Run one part of a sweep over sizes and replications, to be merged
    #[command(after_help = examples::SWEEP)]
    Sweep(crate::cli::sweep::SweepCommand),
    /// Put the parts of a sweep together; any split gives the same bytes
    #[command(after_help = examples::MERGE)]
    Merge(crate::cli::sweep::MergeCommand),
    /// The official sizing formula: raw and deployable PTU of a call shape
    #[command(after_help = examples::SIZE)]
    Size(SizeArguments),
    /// Models, SKUs, prices and their sources
    #[command(after_help = examples::CATALOG)]
    Catalog(CatalogArguments),
    /// Bill recorded usage: our usage CSV or a FOCUS export; no simulation
    #[command(after_help = examples::PRICE)]
    Price(PriceArguments),
    /// Check rule cases and pinned scenarios against their expected bills
    #[command(after_help = examples::REGRESS)]
    Regress(RegressArguments),
    /// What a catalogue change does to the bills and recommendations of scenarios
    #[command(after_help = examples::DIFF)]
    Diff(DiffArguments),
    /// The plan of a run as code to deploy: Bicep, Terraform or a script
    #[command(after_help = examples::EXPORT)]
    Export(ExportArguments),
    /// Plan in the browser: the answer follows every change of the question; nothing leaves this machine
    #[cfg(feature = "open")]
    #[command(after_help = examples::OPEN)]
    Open(crate::cli::open::OpenCommand),
    /// Walk from a line item to its usage, price and source
    #[command(after_help = examples::EXPLAIN)]
    Explain(ExplainArguments),
    /// Summarize, import or fit traffic
    #[command(after_help = examples::TRACE)]
    Trace {
        /// What to do with it
        #[command(subcommand)]
        command: crate::cli::trace::TraceCommand,
    },
    /// Make synthetic traffic from a spec
    #[command(after_help = examples::SYNTH)]
    Synth(crate::cli::synth::SynthArguments),
    /// Print a shell completion script
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Parses the command line, runs it and says how it ended.
pub fn main() -> ExitCode {
    let arguments = match parse() {
        Ok(arguments) => arguments,
        // clap knows which of its messages are help, and where each belongs.
        Err(error) => {
            let wanted = !error.use_stderr();
            // A reader that closed the pipe has seen enough.
            let told = tell(&error).and_then(|()| match error.kind() {
                clap::error::ErrorKind::DisplayVersion => print_catalogue_day(),
                _ => Ok(()),
            });
            let seen = told.map_or_else(|e| e.kind() == ErrorKind::BrokenPipe, |()| true);
            return if wanted && seen { ExitCode::SUCCESS } else { ExitCode::from(2) };
        }
    };
    // What others' code panics on is caught where it is called and told as a mistake of the input.
    let spoken = panic::take_hook();
    panic::set_hook(Box::new(move |found| {
        if !is_guarded() {
            spoken(found);
        }
    }));
    match run(&arguments) {
        Ok(Verdict::Yes) => ExitCode::SUCCESS,
        Ok(Verdict::No) => ExitCode::from(1),
        Err(Failure(diagnostics)) => {
            show(&diagnostics);
            ExitCode::from(2)
        }
    }
}

/// Prints a message of clap. One that repeats what cannot stand on a terminal, or more than a line
/// of it, is shown as the messages of this program are.
fn tell(error: &clap::Error) -> std::io::Result<()> {
    let given = std::env::args_os().skip(1).map(|own| own.to_string_lossy().into_owned());
    if !error.use_stderr() || !given.into_iter().any(|own| is_odd(&own)) {
        return error.print();
    }
    let told = error.render().to_string();
    let lines = told.trim_start_matches("error: ").lines().map(for_line);
    let kept: Vec<_> = lines.filter(|line| !line.trim().is_empty()).collect();
    let (first, rest) = kept
        .split_first()
        .map_or_else(Default::default, |(first, rest)| (first.to_string(), rest.join("; ")));
    show(&Diagnostics::from(Diagnostic::error("arguments", first).hint(rest)));
    Ok(())
}

/// Whether an argument drives a terminal, or is longer than anything that is meant.
fn is_odd(argument: &str) -> bool {
    for_line(argument) != argument || argument.chars().count() > 200
}

/// Says which day the embedded catalogue is of: prices and limits are as true as it is young.
fn print_catalogue_day() -> std::io::Result<()> {
    let Ok(catalog) = Catalog::embedded() else { return Ok(()) };
    writeln!(std::io::stdout(), "catalogue of {}", catalog.as_of())
}

/// Prints the completion script of a shell.
fn completions(shell: clap_complete::Shell) -> Result<Verdict, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "ptuplan", &mut script);
    print(&script)?;
    Ok(Verdict::Yes)
}
