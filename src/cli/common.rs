//! Arguments that every command takes.

use clap::{Args, ValueEnum};
use std::path::PathBuf;
/// What every command takes.
#[derive(Args, Clone, Debug)]
pub(super) struct Common {
    /// Form of the result on stdout
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Folder for report files, of commands that write such
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Catalogue to use instead of the embedded one
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Seed of all random draws, instead of the scenario's
    #[arg(long, global = true, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Ask about this `[[what_if]]` of the scenario instead
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) what_if: Option<String>,
    /// Threads to use; all cores when absent. Results do not depend on it
    #[arg(long, global = true, value_name = "N")]
    pub(super) jobs: Option<usize>,
    /// Memory that inputs may take, such as 4GB; three quarters of what is free when absent
    #[arg(long, global = true, value_name = "SIZE", value_parser = crate::units::memory::parse)]
    pub(super) max_memory: Option<u64>,
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
