//! `ptuplan trace forecast`.

use crate::cli::common::Common;
use crate::cli::exit::{Failure, Verdict};
use crate::cli::trace_files::TraceFiles;
use clap::Args;

/// `ptuplan trace forecast`.
#[derive(Args, Clone, Debug)]
pub(super) struct ForecastArguments {
    #[command(flatten)]
    files: TraceFiles,
    /// Whole calendar months to look ahead, 1 to 36
    #[arg(long, value_name = "MONTHS", default_value = "6 months")]
    horizon: String,
}

#[cfg(not(feature = "forecast"))]
pub(super) fn run(command: &ForecastArguments, _common: &Common) -> Result<Verdict, Failure> {
    use crate::units::diagnostic::Diagnostic;
    let _ = (&command.files, &command.horizon);
    Err(Diagnostic::error("no-forecast", "forecasts are not built in")
        .hint("build with the feature `forecast`")
        .into())
}

#[cfg(feature = "forecast")]
pub(super) fn run(command: &ForecastArguments, common: &Common) -> Result<Verdict, Failure> {
    use crate::cli::common::Format;
    use crate::cli::output::{INK, print, unrendered, width};
    use crate::cli::trace_files::{names, open, zone};
    use crate::files::folder::Folder;
    use crate::report::forecast::{ForecastView, forecast_plot, forecast_text};
    use crate::report::json;
    use crate::units::diagnostic::Diagnostic;
    use crate::workload::forecast::{ForecastFault, forecast, history, months_of};
    use crate::workload::summary::summarize;

    let name = names(&command.files);
    let refuse = |fault: ForecastFault| {
        let hint = match fault {
            ForecastFault::NoDates => "give a log with instants, not times from a start",
            ForecastFault::TooShort(_) => {
                "daily totals of some months, such as an Azure Monitor or cost export, will do"
            }
            ForecastFault::Horizon(_) => "write for example --horizon \"6 months\"",
            ForecastFault::EndOfCalendar => "check the dates of the log",
            ForecastFault::NoModel(_) => "look at the days with `trace summarize --out DIR`",
        };
        Diagnostic::error("cannot-forecast", format!("cannot forecast {name}: {fault}")).hint(hint)
    };
    let months = months_of(&command.horizon).map_err(refuse)?;
    let zone = zone(&command.files)?;
    let folder = common.out.as_deref().map(Folder::open).transpose()?;
    let imported = open(&command.files, common)?;
    let history = history(&imported, &zone).map_err(refuse)?;
    let made = forecast(history, months).map_err(refuse)?;
    let view = ForecastView::of(&name, &made, &summarize(&imported, &zone));
    let document = json::bytes(&view).map_err(unrendered)?;
    if let Some(folder) = folder {
        let mut written = vec![("forecast.json".to_owned(), document.clone())];
        if let Some(plot) = forecast_plot(&view).map_err(unrendered)? {
            written.push(("forecast.svg".to_owned(), plot.svg));
            written.push(("forecast.png".to_owned(), plot.png));
        }
        folder.write(&written)?;
    }
    match common.format {
        Format::Json => print(&document)?,
        Format::Text | Format::Markdown => print(forecast_text(&view, INK, width()).as_bytes())?,
    }
    Ok(Verdict::Yes)
}
