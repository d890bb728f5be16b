//! FLOOR 7. Arguments, files, terminal, progress, exit codes; no domain decision.
//!
//! stdout is the result and nothing else; stderr has progress, warnings and errors.

mod arguments;
mod ask;
mod catalog;
mod compare;
mod diff;
mod examples;
mod exit;
mod explain;
mod forecast;
mod init;
mod input;
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
mod workers;

use crate::units::diagnostic::Diagnostic;
use arguments::{Arguments, Command, Format};
use clap::Parser;
pub use exit::main;
use exit::{Failure, Verdict};

/// Runs one command.
fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let common = &arguments.common;
    if common.format == Format::Markdown && !matches!(arguments.command, Command::Diff(_)) {
        return Err(Diagnostic::error("no-such-form", "only `diff` has a Markdown form")
            .hint("use --format text or --format json")
            .into());
    }
    match &arguments.command {
        Command::Recommend(command) => recommend::run(command, common),
        Command::Simulate(command) => simulate::run(command, common),
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
        Command::Trace { command } => trace::run(command, common),
        Command::Synth(command) => synth::run(command, common),
        Command::Completions { shell } => output::completions(*shell),
    }
}

fn parse() -> Result<Arguments, clap::Error> {
    Arguments::try_parse()
}
