//! `ptuplan diff`.

use crate::catalog::Catalog;
use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict};
use crate::cli::input;
use crate::cli::output::{INK, print, unrendered};
use crate::cli::workers::Pool;
use crate::plan::change::{ScenarioChange, change};
use crate::report;
use crate::units::diagnostic::Diagnostic;
use clap::Args;
use rust_decimal::Decimal;
use std::path::Path;
use std::path::PathBuf;

/// The word that stands for the catalogue the program carries.
const EMBEDDED: &str = "embedded";

pub(super) fn run(command: &DiffArguments, common: &Common) -> Result<Verdict, Failure> {
    let limit = command.fail_above.as_deref().map(share).transpose()?;
    let old = catalog(&command.old)?;
    let new = catalog(&command.new)?;
    let pool = Pool::new(common)?;
    let mut changes: Vec<ScenarioChange> = Vec::new();
    for path in &command.scenarios {
        let scenario = input::scenario(path, common)?;
        let traces = input::traces(&scenario, path, common)?;
        changes.push(change(&scenario, &traces, [&old, &new], &pool)?);
    }
    match common.format {
        Format::Json => {
            print(&report::json::bytes(&report::change::json(&changes)).map_err(unrendered)?)?;
        }
        Format::Markdown => print(report::change::markdown(&changes).as_bytes())?,
        Format::Text => print(report::change::text(&changes, INK).as_bytes())?,
    }
    let above = |change: &ScenarioChange| limit.is_some_and(|limit| change.rises_above(limit));
    Ok(if changes.iter().any(above) { Verdict::No } else { Verdict::Yes })
}

fn catalog(path: &Path) -> Result<Catalog, Failure> {
    if path == Path::new(EMBEDDED) { Ok(Catalog::embedded()?) } else { input::catalog_at(path) }
}

/// `5%` as 0.05.
fn share(text: &str) -> Result<Decimal, Failure> {
    let number = text.trim().strip_suffix('%').and_then(|number| number.trim().parse().ok());
    number
        .filter(|percent: &Decimal| !percent.is_sign_negative())
        .map(|percent| percent / Decimal::ONE_HUNDRED)
        .ok_or_else(|| {
            Diagnostic::error("percent-unreadable", format!("--fail-above cannot be `{text}`"))
                .hint("write a percentage such as 5%")
                .into()
        })
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
