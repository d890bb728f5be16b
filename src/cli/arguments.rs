//! The command line.

use super::catalog::CatalogArguments;
use super::size::SizeArguments;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Plans capacity and cost of Microsoft Foundry model deployments by simulating real traffic.
#[derive(Debug, Parser)]
#[command(name = "ptuplan", version, about, max_term_width = 100, after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) common: Common,
}

const EXAMPLES: &str = "\
Examples:
  ptuplan recommend scenarios/quickstart.toml
  ptuplan simulate scenarios/ptu-with-spillover.toml --format json
  ptuplan size --model gpt-5.2 --sku DataZoneProvisionedManaged --rpm 1000 --input 200 --output 20

Exit codes: 0 done; 1 done and the answer is no; 2 the input is wrong.";

/// What every command takes.
#[derive(Args, Clone, Debug)]
pub(super) struct Common {
    /// Form of the result on stdout
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Folder for report files
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Catalogue to use instead of the embedded one
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Seed of all luck, instead of the scenario's
    #[arg(long, global = true, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Threads to use; all cores when absent. Results do not depend on it
    #[arg(long, global = true, value_name = "N")]
    pub(super) jobs: Option<usize>,
    /// No progress and no warnings on stderr
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
}

/// Form of a result on stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Tables for people
    Text,
    /// One JSON document
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Search SKUs, PTU sizes, spillover and commitments; rank them; explain; write a report
    Recommend(ScenarioArgument),
    /// Run the scenario's `[today]` deployments as written; measures and bill
    Simulate(ScenarioArgument),
    /// Run one part of a sweep over sizes and replications, to be merged
    Sweep(super::sweep::SweepCommand),
    /// Put the parts of a sweep together; any split gives the same bytes
    Merge(super::sweep::MergeCommand),
    /// The official sizing formula: raw and deployable PTU of a call shape
    Size(SizeArguments),
    /// Models, SKUs, prices and their sources
    Catalog(CatalogArguments),
    /// Print a shell completion script
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// A scenario file.
#[derive(Args, Clone, Debug)]
pub(super) struct ScenarioArgument {
    /// Scenario file (TOML)
    #[arg(value_name = "SCENARIO")]
    pub(super) scenario: PathBuf,
}
