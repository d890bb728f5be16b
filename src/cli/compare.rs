//! `ptuplan compare`: what each scenario and each of its what-ifs recommends, side by side.

use crate::cli::azure::TodayArguments;
use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict};
use crate::cli::input;
use crate::cli::output::{INK, print, unrendered, width};
use crate::cli::workers::Pool;
use crate::files::folder::Folder;
use crate::plan::question::Question;
use crate::plan::recommend::recommend_briefly;
use crate::report;
use crate::units::diagnostic::Diagnostics;
use clap::Args;
use std::path::PathBuf;

/// `ptuplan compare`.
#[derive(Args, Clone, Debug)]
pub(super) struct CompareCommand {
    /// Scenario files (TOML); each is followed by its what-ifs
    #[arg(value_name = "SCENARIO", required = true)]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    today: TodayArguments,
}

pub(super) fn run(command: &CompareCommand, common: &Common) -> Result<Verdict, Failure> {
    let folder = common.out.as_deref().map(Folder::open).transpose()?;
    let catalog = input::catalog(common)?;
    let pool = Pool::new(common)?;
    let (mut all, mut notes) = (Vec::new(), Diagnostics::default());
    for path in &command.scenarios {
        let out = common.out.as_deref();
        let (scenario, told) = command.today.scenario(path, &catalog, out, common)?;
        notes.0.extend(told.0);
        let what_ifs = scenario.what_ifs.iter();
        let what_ifs = what_ifs.map(|what_if| (Some(&*what_if.name), what_if.apply(&scenario)));
        for (what_if, scenario) in
            std::iter::once((None, scenario.clone())).chain(what_ifs.collect::<Vec<_>>())
        {
            let scenario = &scenario;
            let traces = input::traces(scenario, path, common)?;
            let question = Question { scenario, catalog: &catalog, traces: &traces };
            let answer = recommend_briefly(question, &pool)?;
            let view = report::compose::recommendation(question, &answer)?;
            all.push(report::compose::compared(view, what_if));
        }
    }
    if let Some(folder) = &folder {
        let mut files = report::files::comparison(&all).map_err(unrendered)?;
        files.extend(report::files::notes(&notes));
        folder.write(&files)?;
    }
    match common.format {
        Format::Json => print(&report::json::bytes(&all).map_err(unrendered)?)?,
        Format::Text | Format::Markdown => {
            {
                print(report::text::compared::text(&all, INK, width()).as_bytes())?;
                if let Some(folder) = &folder {
                    let page = folder.path().join("report.html");
                    print(format!("\nReport: {}\n", page.display()).as_bytes())?;
                }
            };
        }
    }
    let feasible = all.iter().all(|compared| compared.feasible);
    Ok(if feasible { Verdict::Yes } else { Verdict::No })
}
