//! A forecast for people, programs and scenario files.

use crate::report::plot::{self, PlotError, Rendered};
use crate::report::text::layout::{Ink, Tone, bullet, figures, table, words};
use crate::report::words::numbers::{count, share as percent};
use crate::workload::forecast::{Band, Forecast};
use crate::workload::summary::Summary;
use serde::Serialize;

/// A forecast.
#[derive(Clone, Debug, Serialize)]
pub struct ForecastView {
    /// The file or files.
    pub name: String,
    /// First whole day of the history.
    pub history_from: String,
    /// Whole days of the history.
    pub history_days: usize,
    /// Requests of each day of the history.
    pub history: Vec<u64>,
    /// Requests of each day after it.
    pub days: Vec<BandView>,
    /// Whole calendar months after it.
    pub months: Vec<MonthView>,
    /// Growth from month to month, shares.
    pub growth_per_month: BandView,
    /// The same as least, most likely and greatest.
    pub growth_range: [f64; 3],
    /// What the method would have said of the last days.
    pub back_test: BackTestView,
    /// The block for a scenario file.
    pub scenario: String,
}

/// Median and the bounds of a tenth on either side.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct BandView {
    /// A tenth lies below.
    pub p10: f64,
    /// Half lies below.
    pub p50: f64,
    /// A tenth lies above.
    pub p90: f64,
}

/// A month.
#[derive(Clone, Debug, Serialize)]
pub struct MonthView {
    /// Its first day.
    pub month: String,
    /// Requests.
    pub requests: BandView,
    /// Median input tokens, at the mean of a request so far.
    pub input_tokens: f64,
    /// Median output tokens, likewise.
    pub output_tokens: f64,
}

/// A back-test.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct BackTestView {
    /// Days held out.
    pub days: usize,
    /// Forecast sum over the real one, less 1.
    pub error_of_sum: f64,
    /// Mean size of a day's error, a share of the day.
    pub mean_error_of_day: f64,
    /// Share of days within p10 to p90.
    pub within_band: f64,
}

fn band(band: Band) -> BandView {
    BandView { p10: band.p10, p50: band.p50, p90: band.p90 }
}

impl ForecastView {
    /// Of a forecast and the summary of the trace it rests on.
    pub fn of(name: &str, forecast: &Forecast, summary: &Summary) -> Self {
        let test = forecast.back_test;
        let month = |month: &crate::workload::forecast::MonthDemand| MonthView {
            month: month.month.to_string(),
            requests: band(month.requests),
            input_tokens: month.requests.p50 * summary.input.mean,
            output_tokens: month.requests.p50 * summary.output.mean,
        };
        Self {
            name: name.into(),
            history_from: forecast.history.first.to_string(),
            history_days: forecast.history.requests.len(),
            history: forecast.history.requests.clone(),
            days: forecast.days.iter().map(|day| band(*day)).collect(),
            months: forecast.months.iter().map(month).collect(),
            growth_per_month: band(forecast.growth_per_month),
            growth_range: forecast.growth_range,
            back_test: BackTestView {
                days: test.days,
                error_of_sum: test.error_of_sum,
                mean_error_of_day: test.mean_error_of_day,
                within_band: test.within_band,
            },
            scenario: block(name, forecast),
        }
    }
}

/// The part of a scenario that plans with the forecast.
fn block(name: &str, forecast: &Forecast) -> String {
    let share = |value: f64| format!("\"{:.1}%\"", value * 100.0);
    let [low, mode, high] = forecast.growth_range.map(share);
    format!(
        "# From {} days of {name}, looking {} months ahead.\n[uncertain]\ngrowth_per_month = {{ low = {low}, mode = {mode}, high = {high} }}\n\n\
         [horizon]\nmonths = {}\n",
        forecast.history.requests.len(),
        forecast.months.len(),
        forecast.months.len()
    )
}

/// A forecast as text.
pub fn forecast_text(view: &ForecastView, ink: Ink, width: usize) -> String {
    let heading = format!(
        "Forecast of {}: {} whole days from {}",
        view.name, view.history_days, view.history_from
    );
    let mut out = ink.line(Tone::Heading, &heading);
    out += &ink.line(Tone::Plain, "");
    let whole = |value: f64| count(value.round() as u64);
    let rows: Vec<_> = view
        .months
        .iter()
        .map(|month| {
            let BandView { p10, p50, p90 } = month.requests;
            let row = vec![
                month.month[..7].to_owned(),
                whole(p10),
                whole(p50),
                whole(p90),
                whole(month.input_tokens),
                whole(month.output_tokens),
            ];
            (Tone::Plain, row)
        })
        .collect();
    let columns = [
        words("month", 8),
        figures("requests p10"),
        figures("p50"),
        figures("p90"),
        figures("input tokens"),
        figures("output tokens"),
    ];
    out += &table(ink, &columns, &rows);
    out += &ink.line(Tone::Plain, "");
    let BandView { p10, p50, p90 } = view.growth_per_month;
    let growth = [p10, p50, p90].map(percent);
    let growth = format!(
        "Growth a month: {} (p10 {}, p90 {}), over the mean day of the last 28",
        growth[1], growth[0], growth[2]
    );
    out += &bullet(ink, Tone::Plain, &growth, width);
    let test = view.back_test;
    let tested = format!(
        "Back-test, the last {} days held out: their sum is off by {}, a day by {} on average; {} of the days lie within p10 to p90 (80 % would be right)",
        test.days,
        percent(test.error_of_sum),
        percent(test.mean_error_of_day),
        percent(test.within_band)
    );
    out += &bullet(ink, Tone::Plain, &tested, width);
    let known = "Tokens are the mean of a request so far; a forecast knows no launch and no price";
    out += &bullet(ink, Tone::Dim, known, width);
    out += &ink.line(Tone::Plain, "");
    out += &ink.line(Tone::Heading, "For the scenario file");
    out += &ink.line(Tone::Plain, "");
    out + &view.scenario
}

/// The plot of history and forecast.
pub fn forecast_plot(view: &ForecastView) -> Result<Option<Rendered>, PlotError> {
    let history: Vec<f64> = view.history.iter().map(|day| *day as f64).collect();
    let days: Vec<[f64; 3]> = view.days.iter().map(|day| [day.p10, day.p50, day.p90]).collect();
    plot::forecast(&view.name, &history, &days)
}
