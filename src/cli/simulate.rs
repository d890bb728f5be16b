//! `ptuplan simulate`.

use super::arguments::{Common, Format, ScenarioArgument};
use super::exit::{Failure, Verdict};
use super::input;
use super::output::{Folder, INK, print, unrendered, width};
use crate::report;
use crate::scenario::evaluate::{price, simulate};
use crate::units::diagnostic::Diagnostic;

pub(super) fn run(command: &ScenarioArgument, common: &Common) -> Result<Verdict, Failure> {
    let path = &command.scenario;
    let scenario = input::scenario(path, common)?;
    let Some(today) = &scenario.today else {
        return Err(Diagnostic::error(
            "nothing-to-simulate",
            format!("nothing to simulate: {} has no [today] table", path.display()),
        )
        .hint("say what is deployed in [today].deployments, or let `recommend` choose")
        .into());
    };
    let catalog = input::catalog(common)?;
    let traces = input::traces(&scenario, path, common)?;
    let folder = common.out.as_deref().map(Folder::open).transpose()?;
    let simulated = simulate(&scenario, &catalog, &traces, today)?;
    let bill = price(&scenario, &catalog, &simulated, today.payment)?;
    let view = report::build::simulation(&scenario, &traces, &simulated, &bill)?;
    if let Some(folder) = &folder {
        folder.write(&report::files::simulation(&view).map_err(unrendered)?)?;
    }
    match common.format {
        Format::Json => print(&report::json::bytes(&view).map_err(unrendered)?)?,
        Format::Text | Format::Markdown => {
            print(report::text_simulation::simulation(&view, INK, width()).as_bytes())?;
        }
    }
    Ok(if view.unmet.is_empty() { Verdict::Yes } else { Verdict::No })
}
