//! `ptuplan explain`. A run is repeated from its scenario or usage file, which gives the same lines, and one is taken apart.

use super::arguments::{Common, ExplainArguments, Format};
use super::exit::{Failure, Verdict};
use super::input;
use super::output::{INK, print, unrendered};
use super::workers::Pool;
use crate::billing::bill::Bill;
use crate::billing::explain::usage_behind;
use crate::catalog::Catalog;
use crate::ledger::usage::Usage;
use crate::plan::recommend::recommend;
use crate::plan::search::Question;
use crate::report;
use crate::scenario::evaluate::{price, simulate};
use crate::scenario::terms::Commercial;
use crate::units::diagnostic::Diagnostic;
use std::path::Path;

pub(super) fn run(command: &ExplainArguments, common: &Common) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    let path = &command.run;
    let toml = path.extension().is_some_and(|extension| extension == "toml");
    let (usage, bill) = if toml {
        of_scenario(path, &catalog, common)?
    } else {
        let (recorded, bill) = super::price::billed(path, &Commercial::default(), &catalog)?;
        (recorded.usage, bill)
    };
    let line = command.line.checked_sub(1).and_then(|index| bill.line_items.get(index));
    let Some(line) = line else {
        return Err(Diagnostic::error("no-such-line", format!("no line {}", command.line))
            .hint(format!("the bill has lines 1 to {}", bill.line_items.len()))
            .into());
    };
    let behind = usage_behind(line, &usage);
    if common.format == Format::Json {
        let value = report::priced::explanation_json(command.line, line, &behind);
        print(&report::json::bytes(&value).map_err(unrendered)?)?;
    } else {
        print(report::priced::explanation(command.line, line, &behind, INK).as_bytes())?;
    }
    Ok(Verdict::Yes)
}

/// The bill whose lines `simulate` numbers; where nothing is deployed, the one `recommend` numbers.
fn of_scenario(path: &Path, catalog: &Catalog, common: &Common) -> Result<(Usage, Bill), Failure> {
    let scenario = input::scenario(path, common)?;
    let traces = input::traces(&scenario, path, common)?;
    let chosen = if let Some(today) = &scenario.today {
        today.clone()
    } else {
        let question = Question { scenario: &scenario, catalog, traces: &traces };
        let answer = recommend(question, &Pool::new(common)?)?;
        let index = answer.choice.ok_or_else(|| {
            Diagnostic::error("nothing-to-bill", "nothing to explain: no candidate is feasible")
        })?;
        answer.candidates[index].candidate.clone()
    };
    let simulated = simulate(&scenario, catalog, &traces, &chosen)?;
    let bill = price(&scenario, catalog, &simulated, chosen.payment)?;
    Ok((simulated.usage, bill))
}
