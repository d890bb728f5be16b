//! FLOOR 7. Arguments, files, terminal, progress, exit codes; no domain decision.
//!
//! stdout is the result and nothing else; stderr has progress, warnings and errors.

mod arguments;
mod catalog;
mod exit;
mod input;
mod output;
mod recommend;
mod simulate;
mod size;
mod sweep;
mod workers;

use arguments::{Arguments, Command};
use clap::Parser;
pub use exit::main;
use exit::{Failure, Verdict};

/// Runs one command.
fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let common = &arguments.common;
    match &arguments.command {
        Command::Recommend(command) => recommend::run(command, common),
        Command::Simulate(command) => simulate::run(command, common),
        Command::Sweep(command) => sweep::run(command, common),
        Command::Merge(command) => sweep::merge(command, common),
        Command::Size(command) => size::run(command, common),
        Command::Catalog(command) => catalog::run(command, common),
        Command::Completions { shell } => output::completions(*shell),
    }
}

fn parse() -> Result<Arguments, clap::Error> {
    Arguments::try_parse()
}
