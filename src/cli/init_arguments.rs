//! The arguments of `ptuplan init`, and how what is said is written.

use crate::cli::azure::FileArguments;
use crate::cli::trace_files::Reading;
use crate::workload::bundled;
use clap::Args;
use jiff::civil::Date;
use std::path::PathBuf;

/// Trace taken when none is named.
pub(super) const TRACE: &str = "azure-2023-conversation";

/// Output limit of the calls of a bundled trace.
const OF_BUNDLED: u32 = 800;

/// `ptuplan init`. Nothing that decides a cost has a default: model, region and quota tier must be said.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct InitCommand {
    /// Ask for every value, as happens at a terminal when no flag is given
    #[arg(long)]
    pub(super) ask: bool,
    /// Start from what runs: lists of `az`, `terraform show -json`, ARM templates, compiled Bicep; or a folder of them.
    /// Several files join
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "ask")]
    pub(super) from: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) files: FileArguments,
    /// The agreement that batch quotas depend on, such as "Enterprise and MCA-E"; with --from
    #[arg(long, value_name = "AGREEMENT", requires = "from")]
    pub(super) agreement: Option<String>,
    /// Model, as the platform spells it
    #[arg(long, value_name = "MODEL")]
    pub(super) model: Option<String>,
    /// Azure region of the deployments
    #[arg(long, value_name = "REGION")]
    pub(super) region: Option<String>,
    /// Quota tier of the subscription, such as "Tier 1"
    #[arg(long, value_name = "TIER")]
    pub(super) quota_tier: Option<String>,
    /// First day of the bill
    #[arg(long, value_name = "DATE")]
    pub(super) start: Option<Date>,
    /// Name for titles; made from the model when absent
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// A log to start from: its format, days, deployments and models are told, and it becomes the traffic
    #[arg(long, value_name = "FILE", conflicts_with_all = ["trace", "from"])]
    pub(super) traffic: Option<PathBuf>,
    #[command(flatten)]
    pub(super) reading: Reading,
    /// A bundled trace, or a file relative to the scenario
    #[arg(long, default_value = TRACE)]
    pub(super) trace: String,
    /// Output limit that the client sets on every request; 800 for a bundled trace, and none for a
    /// log that states none
    #[arg(long, value_name = "N")]
    pub(super) max_output_tokens: Option<u32>,
    /// SKUs that may be bought, as the platform spells them; two global ones when absent
    #[arg(long, value_delimiter = ',')]
    pub(super) sku: Vec<String>,
    /// File to write; stdout when absent. An existing file is not touched
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  ptuplan init                       asks, at a terminal
  ptuplan init --model gpt-4.1 --region swedencentral --quota-tier \"Tier 1\" \\
      --start 2026-12-01 -o scenario.toml
  ptuplan init --traffic requests.csv --region swedencentral --quota-tier \"Tier 1\" \\
      --start 2026-12-01 -o scenario.toml
  ptuplan init --from deployments.json accounts.json usage.json models.json reservations.json \\
      --quota-tier \"Tier 2\" --start 2026-12-01 -o scenario.toml
  ptuplan init --from plan.json --quota-tier \"Tier 2\" --start 2026-12-01
                                     plan.json is what `terraform show -json plan.tfplan` prints";

/// The output limit as the scenario states it: as stated, that of a bundled trace, or a comment. A
/// limit that nobody set would cut the answers of a log, which cost money.
pub(super) fn output_limit(stated: Option<u32>, trace: &str) -> String {
    let bundled = || bundled::get(trace).map(|_| OF_BUNDLED);
    match stated.or_else(bundled) {
        Some(limit) => format!("max_output_tokens = {limit}"),
        None => format!("# max_output_tokens = {OF_BUNDLED}"),
    }
}

/// A TOML string.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
