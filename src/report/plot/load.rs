//! Offered load against capacity over the simulated window.

use crate::report::plot::canvas::{
    Area, BLUE, Drawing, GREEN, PlotError, SKY, VERMILION, px, stroke, titled,
};
use crate::report::plot::frame::{self, Axes};
use crate::report::plot::legend::{self, Entry, Mark};
use crate::report::plot::time_axis;
use crate::report::view::SeriesView;
use crate::report::words::numbers;
use plotters::prelude::*;

/// Panels drawn at most; a choice has two deployments as a rule.
const PANELS: usize = 4;

pub(super) struct LoadPlot<'v> {
    pub(super) panels: Vec<&'v SeriesView>,
}

/// Series with at least two points.
pub(super) fn panels(series: &[SeriesView]) -> Vec<&SeriesView> {
    series.iter().filter(|s| s.offered_per_minute.len() > 1).take(PANELS).collect()
}

impl Drawing for LoadPlot<'_> {
    fn size(&self) -> (u32, u32) {
        (1200, 150 + 330 * self.panels.len() as u32)
    }

    fn title(&self) -> String {
        "Offered load against capacity".to_owned()
    }

    fn draw<DB: DrawingBackend>(&self, root: &Area<DB>, scale: f64) -> Result<(), PlotError> {
        let subtitle = "Tokens per minute at each deployment. A call asks for its input and its output limit on arrival; what it does not use is returned at its end";
        let below = titled(root, &self.title(), subtitle, scale)?;
        let entries = [
            Entry { label: "offered on arrival".into(), colour: BLUE, mark: Mark::Solid },
            Entry { label: "used in the end".into(), colour: GREEN, mark: Mark::Solid },
            Entry { label: "served".into(), colour: SKY, mark: Mark::Area },
            Entry {
                label: "capacity, or the token limit".into(),
                colour: VERMILION,
                mark: Mark::Dashed,
            },
        ];
        let used = legend::draw(&below, &entries, (0.0, 0.0), scale)?;
        let (_, body) = below.split_vertically(px(used + 4.0, scale));
        for (area, series) in body.split_evenly((self.panels.len(), 1)).iter().zip(&self.panels) {
            panel(area, series, scale)?;
        }
        Ok(())
    }
}

fn panel<DB: DrawingBackend>(
    area: &Area<DB>,
    series: &SeriesView,
    scale: f64,
) -> Result<(), PlotError> {
    let step = series.step_s as f64;
    let window = step * series.offered_per_minute.len() as f64;
    let highest = series.offered_per_minute.iter().chain(&series.used_per_minute).copied();
    let highest = highest.chain(series.capacity_per_minute).fold(0.0, f64::max);
    let axes = Axes {
        top: 32.0,
        heading: &series.deployment,
        highest,
        x_title: time_axis::title(window),
        y_title: format!("{} / min", series.unit),
        x_label: &|_| String::new(),
        y_label: &|y| numbers::short(*y),
        y_ticks: 6,
    };
    let mut chart = frame::over_time(area, window, axes, scale)?;
    let points = |values: &[f64]| frame::stepped(values.iter().copied(), step);
    frame::fill(&mut chart, points(&series.used_per_minute), 0.35)?;
    frame::line(&mut chart, points(&series.offered_per_minute), scale)?;
    let actual = LineSeries::new(points(&series.actual_per_minute), stroke(GREEN, 1.5, scale));
    chart.draw_series(actual).map_err(PlotError::new)?;
    match series.capacity_per_minute {
        Some(capacity) => {
            frame::level(&mut chart, (0.0, window), capacity, VERMILION, (10.0, 6.0), scale)
        }
        None => Ok(()),
    }
}
