//! What a log says about the parameters of a deployment, for people and programs.

use crate::plan::calibrate::{Calibration, Fitted, ReadingVerdict, parameters_block};
use crate::report::plot::{self, PlotError, Rendered};
use crate::report::text::layout::{Ink, Tone, bullet, figures, paragraph, table_within, words};
use crate::report::words::numbers;
use serde::Serialize;

/// The answer of `calibrate`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct CalibrationView {
    /// The deployment.
    pub deployment: String,
    /// Attempts of the log.
    pub attempts: u64,
    /// 429s of the log.
    pub throttled: u64,
    /// Settings that were simulated.
    pub settings: usize,
    /// Every parameter that was tried.
    pub parameters: Vec<FittedView>,
    /// 429s of each minute: seen.
    pub seen_per_minute: Vec<u32>,
    /// 429s of each minute: predicted by the defaults.
    pub default_per_minute: Vec<u32>,
    /// 429s of each minute: predicted by the fit.
    pub fitted_per_minute: Vec<u32>,
    /// 429s predicted in the wrong minute, as a share of those seen: by the defaults and by the fit; none without 429s.
    pub misplaced: Option<[f64; 2]>,
    /// Mean error of the utilization, percentage points: by the defaults and by the fit; none where the log has none.
    pub utilization_error: Option<[f64; 2]>,
    /// Time of an answer, where the log has latencies.
    pub latency: Option<LatencyFitView>,
    /// Whether the best fit explains the log; where it does not, nothing is fitted.
    pub explained: bool,
    /// What the log cannot tell, in sentences.
    pub untold: Vec<String>,
    /// The block for a scenario file.
    pub scenario: String,
}

/// A parameter after the fit.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct FittedView {
    /// Its name.
    pub name: String,
    /// What is taken without a log.
    pub default: String,
    /// What explains the log best; the default where the log does not refute it.
    pub best: String,
    /// Whether the log refutes every other value that was tried.
    pub identified: bool,
    /// Every value that was tried, the best first.
    pub readings: Vec<ReadingView>,
}

/// A value and how well it explains the log.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct ReadingView {
    /// The value.
    pub value: String,
    /// 429s predicted in the wrong minute, plus percentage points of utilization.
    pub error: f64,
    /// Whether the log refutes it.
    pub refuted: bool,
}

/// Time of an answer, fitted.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct LatencyFitView {
    /// Time to the first token, milliseconds.
    pub first_token_ms: f64,
    /// Output tokens a second.
    pub tokens_per_second: f64,
    /// Share of the variance explained.
    pub explained: f64,
    /// Spread around it, a share of the mean.
    pub noise: f64,
    /// Answers it is fitted to.
    pub calls: usize,
}

impl CalibrationView {
    /// The view of a calibration.
    pub fn of(found: &Calibration) -> Self {
        let throttled: u64 = found.seen.iter().map(|count| u64::from(*count)).sum();
        let shares =
            [&found.by_default, &found.predicted].map(|predicted| found.misplaced(predicted));
        Self {
            deployment: found.deployment.clone(),
            attempts: found.attempts[0],
            throttled,
            settings: found.settings,
            parameters: found.parameters.iter().map(FittedView::of).collect(),
            seen_per_minute: found.seen.clone(),
            default_per_minute: found.by_default.clone(),
            fitted_per_minute: found.predicted.clone(),
            misplaced: (throttled > 0).then_some(shares),
            utilization_error: found.utilization_error,
            latency: found.latency.map(|latency| LatencyFitView {
                first_token_ms: latency.first_token_ms,
                tokens_per_second: latency.tokens_per_second,
                explained: latency.explained,
                noise: latency.noise,
                calls: latency.calls,
            }),
            explained: found.is_explained(),
            untold: found.untold.clone(),
            scenario: parameters_block(found),
        }
    }
}

impl FittedView {
    fn of(fitted: &Fitted) -> Self {
        let readings = fitted.readings.iter().map(|reading| ReadingView {
            value: reading.value.clone(),
            error: reading.loss,
            refuted: reading.verdict == ReadingVerdict::Refuted,
        });
        Self {
            name: fitted.name.clone(),
            default: fitted.default.clone(),
            best: fitted.best.clone(),
            identified: fitted.is_identified(),
            readings: readings.collect(),
        }
    }
}

/// The answer as text of `width` columns.
pub fn calibration_text(view: &CalibrationView, ink: Ink, width: usize) -> String {
    let title = format!(
        "{}: {} attempts, {} of them answered 429, {} settings simulated",
        view.deployment,
        numbers::count(view.attempts),
        numbers::count(view.throttled),
        view.settings
    );
    let mut out = paragraph(ink, Tone::Heading, &title, width);
    if !view.explained {
        for sentence in &view.untold {
            out += &paragraph(ink, Tone::Bad, sentence, width);
        }
    }
    if let Some([before, after]) = view.misplaced {
        let text = format!(
            "429s predicted in the wrong minute, of those seen: {} by the defaults, {} by the fit",
            numbers::share(before),
            numbers::share(after)
        );
        out += &bullet(ink, Tone::Plain, &text, width);
    }
    if let Some([before, after]) = view.utilization_error {
        let text = format!(
            "mean error of the utilization: {before:.1} points by the defaults, {after:.1} by the fit"
        );
        out += &bullet(ink, Tone::Plain, &text, width);
    }
    if let Some(latency) = &view.latency {
        let text = format!(
            "an answer takes {:.0} ms and then {:.0} tokens a second ({} of the variance of {} answers)",
            latency.first_token_ms,
            latency.tokens_per_second,
            numbers::share(latency.explained),
            numbers::count(latency.calls as u64)
        );
        out += &bullet(ink, Tone::Plain, &text, width);
    }
    out += "\n";
    let columns = [words("parameter", 36), words("value", 20), figures("error"), words("log", 40)];
    let mut rows = Vec::new();
    for parameter in &view.parameters {
        for (index, reading) in parameter.readings.iter().enumerate() {
            let name = if index == 0 { parameter.name.clone() } else { String::new() };
            let default = if reading.value == parameter.default { " (default)" } else { "" };
            let (tone, says) = match (reading.refuted, parameter.identified) {
                _ if !view.explained => (Tone::Plain, "says nothing of it"),
                (true, _) => (Tone::Plain, "refuted"),
                (false, true) => (Tone::Good, "explains it alone"),
                (false, false) => (Tone::Plain, "as good as others"),
            };
            let cells = vec![
                name,
                reading.value.clone(),
                numbers::number(reading.error),
                format!("{says}{default}"),
            ];
            rows.push((tone, cells));
        }
    }
    out += &table_within(ink, width, &columns, &rows);
    for sentence in view.untold.iter().filter(|_| view.explained) {
        out += &bullet(ink, Tone::Plain, sentence, width);
    }
    out += "\n";
    out += &view.scenario;
    out
}

/// 429s of each minute, seen and predicted; none for less than two minutes.
pub fn calibration_plot(view: &CalibrationView) -> Result<Option<Rendered>, PlotError> {
    plot::calibration(
        &view.deployment,
        [&view.seen_per_minute, &view.default_per_minute, &view.fitted_per_minute],
    )
}
