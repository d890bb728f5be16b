//! Plots for documents: offered load against capacity, utilization, and cost over PTUs, as SVG and PNG.
//!
//! Both forms come from the same drawing code and the same embedded font, so they look alike on every machine;
//! nothing is asked of the system.

mod canvas;
mod cost_curve;
mod frame;
mod legend;
mod load;
mod rate;
mod time_axis;
mod utilization;

pub use canvas::{PlotError, Rendered};

use crate::report::view::{RecommendationView, SeriesView};

/// Offered load against capacity, one panel per deployment. None without series.
pub fn load(series: &[SeriesView]) -> Result<Option<Rendered>, PlotError> {
    let panels = load::panels(series);
    if panels.is_empty() {
        return Ok(None);
    }
    canvas::render(&load::Load { panels }).map(Some)
}

/// Requests a minute of a trace. None for less than two minutes.
pub fn rate(name: &str, per_minute: &[f64]) -> Result<Option<Rendered>, PlotError> {
    if per_minute.len() < 2 {
        return Ok(None);
    }
    canvas::render(&rate::Rate { name, per_minute }).map(Some)
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
