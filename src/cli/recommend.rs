//! `ptuplan recommend`.

use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict};
use crate::cli::input;
use crate::cli::output::{INK, print, unrendered, width};
use crate::cli::table_files::together;
use crate::cli::workers::Pool;
use crate::files::folder::Folder;
use crate::plan::question::Question;
use crate::plan::recommend::recommend;
use crate::report;
use clap::Args;
use std::path::{Path, PathBuf};

pub(super) fn run(command: &RecommendArguments, common: &Common) -> Result<Verdict, Failure> {
    let path = &command.scenario;
    let catalog = input::catalog(common)?;
    let out = out(common, path);
    let (scenario, notes) = command.today.scenario(path, &catalog, Some(&out), common)?;
    let traces = input::traces(&scenario, path, common)?;
    let folder = Folder::open(&out)?;
    let pool = Pool::new(common)?;
    let question = Question { scenario: &scenario, catalog: &catalog, traces: &traces };
    let answer = recommend(question, &pool)?;
    let view = report::compose::recommendation(question, &answer)?;
    input::tell_unread(&scenario, common);
    let tables =
        command.tables.files(&report::tables::of_recommendation(&view).map_err(unrendered)?)?;
    let mut files = together(report::files::recommendation(&view).map_err(unrendered)?, tables);
    files.extend(report::files::notes(&notes));
    folder.write(&files)?;
    match common.format {
        Format::Json => print(&report::json::bytes(&view).map_err(unrendered)?)?,
        Format::Text | Format::Markdown => {
            let page = folder.path().join("report.html");
            print(report::text::recommendation::recommendation(&view, INK, width()).as_bytes())?;
            print(format!("\nReport: {}\n", page.display()).as_bytes())?;
        }
    }
    Ok(if answer.is_feasible() { Verdict::Yes } else { Verdict::No })
}

/// `--out`, or `reports/` and the scenario's file name.
pub(super) fn out(common: &Common, scenario: &Path) -> PathBuf {
    common.out.clone().unwrap_or_else(|| {
        Path::new("reports").join(scenario.file_stem().unwrap_or(scenario.as_os_str()))
    })
}

/// `recommend`.
#[derive(Args, Clone, Debug)]
pub(super) struct RecommendArguments {
    /// Scenario file (TOML)
    #[arg(value_name = "SCENARIO")]
    pub(super) scenario: PathBuf,
    #[command(flatten)]
    pub(super) today: crate::cli::azure::TodayArguments,
    #[command(flatten)]
    pub(super) tables: super::table_files::TableArguments,
}
