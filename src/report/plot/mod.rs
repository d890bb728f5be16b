//! Plots for documents: offered load against capacity, utilization, and cost over PTUs, as SVG and PNG.
//!
//! Both forms come from the same drawing code and the same embedded font, so they look alike on every machine; nothing is
//! asked of the system. Their bytes are the same on every processor with IEEE arithmetic: no product is fused with a sum
//! (Rust never does that by itself, and the rasteriser's wide code is its narrow code compiled again), no font is hinted,
//! ticks come from sums and products (`value_axis`), and PNG is packed by a library without machine code of its own.

mod calibration;
mod canvas;
mod cost_curve;
mod fit;
mod frame;
mod legend;
mod load;
mod rate;
mod time_axis;
mod utilization;
mod value_axis;

#[cfg(feature = "forecast")]
mod forecast;

pub use crate::report::plot::canvas::{PlotError, Rendered};

use crate::report::view::{RecommendationView, SeriesView};
use crate::workload::fit::Comparison;

/// Offered load against capacity, one panel per deployment. None without series.
pub fn load(series: &[SeriesView]) -> Result<Option<Rendered>, PlotError> {
    let panels = load::panels(series);
    if panels.is_empty() {
        return Ok(None);
    }
    canvas::render(&load::LoadPlot { panels }).map(Some)
}

/// Requests a minute of a trace. None for less than two minutes.
pub fn rate(name: &str, per_minute: &[f64]) -> Result<Option<Rendered>, PlotError> {
    if per_minute.len() < 2 {
        return Ok(None);
    }
    canvas::render(&rate::Rate { name, per_minute }).map(Some)
}

/// Measured and fitted distributions of gaps and lengths. None without any.
pub fn fit(name: &str, comparisons: &[Comparison]) -> Result<Option<Rendered>, PlotError> {
    if comparisons.iter().any(|c| c.measured.len() < 2 || c.fitted.len() < 2) {
        return Ok(None);
    }
    canvas::render(&fit::Fitted { name, comparisons }).map(Some)
}

#[cfg(feature = "forecast")]
/// Requests a day that were, and p10, p50 and p90 of those to come. None without either.
pub fn forecast(
    name: &str,
    history: &[f64],
    days: &[[f64; 3]],
) -> Result<Option<Rendered>, PlotError> {
    if history.is_empty() || days.is_empty() {
        return Ok(None);
    }
    canvas::render(&forecast::Forecast { name, history, days }).map(Some)
}

/// 429s of each minute: seen, predicted by the defaults and by a fit. None for less than two minutes.
pub fn calibration(name: &str, minutes: [&[u32]; 3]) -> Result<Option<Rendered>, PlotError> {
    if minutes.iter().any(|minutes| minutes.len() < 2) {
        return Ok(None);
    }
    canvas::render(&calibration::Calibrated { name, minutes }).map(Some)
}

/// Utilization of what has a capacity. None where nothing has.
pub fn utilization(series: &[SeriesView]) -> Result<Option<Rendered>, PlotError> {
    let panels = utilization::panels(series);
    if panels.is_empty() {
        return Ok(None);
    }
    canvas::render(&utilization::Utilization { panels }).map(Some)
}

/// Monthly cost over PTUs with the choice marked. None without a candidate with PTUs.
pub fn cost_curve(view: &RecommendationView) -> Result<Option<Rendered>, PlotError> {
    match cost_curve::CostCurve::of(view) {
        Some(curve) => canvas::render(&curve).map(Some),
        None => Ok(None),
    }
}
