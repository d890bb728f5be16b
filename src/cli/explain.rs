//! `ptuplan explain`. A run is repeated from its scenario or usage file, which gives the same lines, and one is taken apart.

use crate::billing::bill::Bill;
use crate::billing::explain::usage_behind;
use crate::catalog::Catalog;
use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict};
use crate::cli::input;
use crate::cli::output::{INK, print, unrendered};
use crate::cli::workers::Pool;
use crate::ledger::usage::Usage;
use crate::plan::question::Question;
use crate::plan::recommend::recommend;
use crate::report;
use crate::report::priced::BillOf;
use crate::scenario::load::terms::Commercial;
use crate::scenario::run::evaluate::{price, simulate};
use crate::units::diagnostic::Diagnostic;
use clap::Args;
use std::path::Path;
use std::path::PathBuf;

pub(super) fn run(command: &ExplainArguments, common: &Common) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    let path = &command.run;
    let toml = path.extension().is_some_and(|extension| extension == "toml");
    if path.is_dir() {
        return Err(Diagnostic::error("a-folder", format!("a folder: {}", path.display()))
            .hint("name the scenario that was asked, or a usage file such as its line_items.csv")
            .into());
    }
    if command.plan && !toml {
        return Err(Diagnostic::error("no-plan", format!("no plan: {}", path.display()))
            .hint("--plan is of a scenario; a usage file has what was recorded alone")
            .into());
    }
    let (usage, bill, whose) = if toml {
        of_scenario(path, &catalog, command.plan, common)?
    } else {
        let (recorded, bill) = crate::files::usage::billed(path, &Commercial::default(), &catalog)?;
        (recorded.usage, bill, BillOf::Recorded)
    };
    let line = command.line.checked_sub(1).and_then(|index| bill.line_items.get(index));
    let Some(line) = line else {
        return Err(Diagnostic::error("no-such-line", format!("no line {}", command.line))
            .hint(format!("the bill has lines 1 to {}", bill.line_items.len()))
            .into());
    };
    let behind = usage_behind(line, &usage);
    if common.format == Format::Json {
        let value = report::priced::explanation_json(command.line, line, &behind, whose);
        print(&report::json::bytes(&value).map_err(unrendered)?)?;
    } else {
        let text = report::priced::explanation(command.line, line, &behind, whose, INK);
        print(text.as_bytes())?;
    }
    Ok(Verdict::Yes)
}

/// The bill whose lines `simulate` numbers; the one `recommend` numbers where nothing is deployed,
/// or the plan is asked for.
fn of_scenario(
    path: &Path,
    catalog: &Catalog,
    plan: bool,
    common: &Common,
) -> Result<(Usage, Bill, BillOf), Failure> {
    let scenario = input::scenario(path, catalog, common)?;
    let traces = input::traces(&scenario, path, common)?;
    let today = scenario.today.as_ref().filter(|_| !plan);
    let whose = if today.is_some() { BillOf::Today } else { BillOf::Plan };
    let chosen = if let Some(today) = today {
        today.clone()
    } else {
        let question = Question { scenario: &scenario, catalog, traces: &traces };
        let answer = recommend(question, &Pool::new(common)?)?;
        // Its lines are those of every month of the plan.
        if let Some(horizon) = answer.horizon {
            return Ok((horizon.usage, horizon.bill, whose));
        }
        let index = answer.choice.ok_or_else(|| {
            Diagnostic::error("nothing-to-bill", "nothing to explain: no candidate is feasible")
        })?;
        answer.candidates[index].candidate.clone()
    };
    let simulated = simulate(&scenario, catalog, &traces, &chosen)?;
    let bill = price(&scenario, catalog, &simulated, chosen.payment)?;
    Ok((simulated.usage, bill, whose))
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
    /// Explain the plan that `recommend` writes, also where the scenario states what runs today
    #[arg(long)]
    pub(super) plan: bool,
}
