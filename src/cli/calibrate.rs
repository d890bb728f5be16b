//! `ptuplan calibrate`.

use crate::cli::common::{Common, Format};
use crate::cli::exit::{Failure, Verdict};
use crate::cli::input;
use crate::cli::output::{INK, print, unrendered, width};
use crate::cli::workers::Pool;
use crate::files::folder::Folder;
use crate::files::read;
use crate::plan::calibrate::calibrate;
use crate::report::calibration::{CalibrationView, calibration_plot, calibration_text};
use crate::report::json;
use crate::workload::observed::read_observed;
use clap::Args;
use std::path::PathBuf;

/// `ptuplan calibrate`.
#[derive(Args, Clone, Debug)]
pub(super) struct CalibrateArguments {
    /// Scenario file: [today] is the deployment that wrote the log
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// Log of attempts, one row a call, 429s included: `arrival`, `status`, `input_tokens`, and
    /// where known `output_tokens`, `max_output_tokens`, `cached_input_tokens`, `latency_ms`,
    /// `utilization`; or any log of `trace formats` that says what each call was answered
    #[arg(long, value_name = "LOG")]
    observed: PathBuf,
}

pub(super) fn run(command: &CalibrateArguments, common: &Common) -> Result<Verdict, Failure> {
    let catalog = input::catalog(common)?;
    let scenario = input::scenario(&command.scenario, &catalog, common)?;
    let bytes = read::read_bytes("log", &command.observed)?;
    let observed = read_observed(&command.observed.to_string_lossy(), &bytes)?;
    let folder = common.out.as_deref().map(Folder::open).transpose()?;
    let found = calibrate(&scenario, &catalog, &observed, &Pool::new(common)?)?;
    let view = CalibrationView::of(&found);
    let document = json::bytes(&view).map_err(unrendered)?;
    if let Some(folder) = folder {
        let mut written = vec![
            ("calibration.json".to_owned(), document.clone()),
            ("parameters.toml".to_owned(), view.scenario.clone().into_bytes()),
        ];
        if let Some(plot) = calibration_plot(&view).map_err(unrendered)? {
            written.push(("calibration.svg".to_owned(), plot.svg));
            written.push(("calibration.png".to_owned(), plot.png));
        }
        folder.write(&written)?;
    }
    match common.format {
        Format::Json => print(&document)?,
        Format::Text | Format::Markdown => {
            print(calibration_text(&view, INK, width()).as_bytes())?;
        }
    }
    Ok(Verdict::Yes)
}
