//! The command line.

use super::catalog::CatalogArguments;
use super::examples;
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
    /// Ask about this `[[what_if]]` of the scenario instead
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) what_if: Option<String>,
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
    /// A pull-request comment (`diff` only)
    Markdown,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Search SKUs, PTU sizes, spillover and commitments; rank them; explain; write a report
    #[command(after_help = examples::RECOMMEND)]
    Recommend(RecommendArguments),
    /// Run the scenario's `[today]` deployments as written; measures and bill
    #[command(after_help = examples::SIMULATE)]
    Simulate(super::simulate::SimulateCommand),
    /// What several scenarios recommend, side by side
    #[command(after_help = examples::COMPARE)]
    Compare(super::compare::CompareCommand),
    /// Write a commented scenario to start from
    Init(super::init::InitCommand),
    /// Run one part of a sweep over sizes and replications, to be merged
    #[command(after_help = examples::SWEEP)]
    Sweep(super::sweep::SweepCommand),
    /// Put the parts of a sweep together; any split gives the same bytes
    #[command(after_help = examples::MERGE)]
    Merge(super::sweep::MergeCommand),
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
    /// Walk from a line item to its usage, price and source
    #[command(after_help = examples::EXPLAIN)]
    Explain(ExplainArguments),
    /// Summarize, import or fit traffic
    #[command(after_help = examples::TRACE)]
    Trace {
        /// What to do with it
        #[command(subcommand)]
        command: super::trace::TraceCommand,
    },
    /// Make synthetic traffic from a spec
    #[command(after_help = examples::SYNTH)]
    Synth(super::synth::SynthArguments),
    /// Print a shell completion script
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// `recommend`.
#[derive(Args, Clone, Debug)]
pub(super) struct RecommendArguments {
    /// Scenario file (TOML)
    #[arg(value_name = "SCENARIO")]
    pub(super) scenario: PathBuf,
    #[command(flatten)]
    pub(super) tables: super::table_files::TableArguments,
}

/// `price`.
#[derive(Args, Clone, Debug)]
pub(super) struct PriceArguments {
    /// Usage file (CSV)
    #[arg(value_name = "USAGE")]
    pub(super) usage: PathBuf,
    /// Commercial terms: a file with [terms], and [[workload]] tables with name, team and tags
    #[arg(long, value_name = "FILE", conflicts_with = "scenario")]
    pub(super) terms: Option<PathBuf>,
    /// Take the terms, teams and tags of a scenario file
    #[arg(long, value_name = "FILE")]
    pub(super) scenario: Option<PathBuf>,
    /// Split the bill by workload, team, deployment or tag:NAME; instead of what the terms say
    #[arg(long, value_name = "KEY", value_delimiter = ',')]
    pub(super) allocate_by: Vec<String>,
    /// Write the bill as FOCUS 1.2 rows too
    #[arg(long, value_name = "FILE", requires = "billing_account", requires = "subscription")]
    pub(super) focus: Option<PathBuf>,
    /// Billing account of the FOCUS rows
    #[arg(long, value_name = "ID")]
    pub(super) billing_account: Option<String>,
    /// Subscription of the FOCUS rows
    #[arg(long, value_name = "ID")]
    pub(super) subscription: Option<String>,
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

/// `diff`.
#[derive(Args, Clone, Debug)]
pub(super) struct DiffArguments {
    /// Catalogue before: a folder, or the word `embedded`
    #[arg(value_name = "OLD")]
    pub(super) old: PathBuf,
    /// Catalogue after
    #[arg(value_name = "NEW")]
    pub(super) new: PathBuf,
    /// Scenario files (TOML)
    #[arg(value_name = "SCENARIO", required = true)]
    pub(super) scenarios: Vec<PathBuf>,
    /// Exit 1 when the cost of a scenario rises by more than this, such as 5%
    #[arg(long, value_name = "PERCENT")]
    pub(super) fail_above: Option<String>,
}

/// `explain`.
#[derive(Args, Clone, Debug)]
pub(super) struct ExplainArguments {
    /// What was run: a scenario file (TOML) or a usage file (CSV)
    #[arg(value_name = "RUN")]
    pub(super) run: PathBuf,
    /// Number of the line item, as `line_items` and `line_items.csv` count them
    #[arg(value_name = "LINE")]
    pub(super) line: usize,
}
