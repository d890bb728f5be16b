//! Utilization over the simulated window: served load as a share of capacity.

use crate::report::plot::canvas::{Area, BLUE, Drawing, PlotError, VERMILION, px, titled};
use crate::report::plot::frame::{self, Axes};
use crate::report::plot::legend::{self, Entry, Mark};
use crate::report::plot::time_axis;
use crate::report::view::SeriesView;
use plotters::prelude::*;

const PANELS: usize = 4;

pub(super) struct Utilization<'v> {
    pub(super) panels: Vec<(&'v SeriesView, f64)>,
}

/// Series with a capacity above zero, and that capacity.
pub(super) fn panels(series: &[SeriesView]) -> Vec<(&SeriesView, f64)> {
    series
        .iter()
        .filter(|s| s.used_per_minute.len() > 1)
        .filter_map(|s| s.capacity_per_minute.filter(|c| *c > 0.0).map(|c| (s, c)))
        .take(PANELS)
        .collect()
}

impl Drawing for Utilization<'_> {
    fn size(&self) -> (u32, u32) {
        (1200, 150 + 330 * self.panels.len() as u32)
    }

    fn title(&self) -> String {
        "Utilization".to_owned()
    }

    fn draw<DB: DrawingBackend>(&self, root: &Area<DB>, scale: f64) -> Result<(), PlotError> {
        let subtitle = "Served load as a share of capacity; the strip marks minutes in which attempts were throttled or spilled";
        let below = titled(root, &self.title(), subtitle, scale)?;
        let entries = [
            Entry { label: "utilization".into(), colour: BLUE, mark: Mark::Solid },
            Entry {
                label: "capacity, or the token limit".into(),
                colour: VERMILION,
                mark: Mark::Dashed,
            },
            Entry { label: "minutes with refusals".into(), colour: VERMILION, mark: Mark::Area },
        ];
        let used = legend::draw(&below, &entries, (0.0, 0.0), scale)?;
        let (_, body) = below.split_vertically(px(used + 4.0, scale));
        for (area, panel) in body.split_evenly((self.panels.len(), 1)).iter().zip(&self.panels) {
            draw_panel(area, panel.0, panel.1, scale)?;
        }
        Ok(())
    }
}

fn draw_panel<DB: DrawingBackend>(
    area: &Area<DB>,
    series: &SeriesView,
    capacity: f64,
    scale: f64,
) -> Result<(), PlotError> {
    let step = series.step_s as f64;
    let points = frame::stepped(series.used_per_minute.iter().map(|used| used / capacity), step);
    let window = step * points.len() as f64;
    let axes = Axes {
        top: 32.0,
        heading: &series.deployment,
        highest: points.iter().map(|p| p.1).fold(1.0, f64::max),
        x_title: time_axis::title(window),
        y_title: "share of capacity, %".into(),
        x_label: &|_| String::new(),
        y_label: &|y| format!("{:.0}%", y * 100.0),
        y_ticks: 6,
    };
    let mut chart = frame::over_time(area, window, axes, scale)?;
    let refusals =
        series.refused_per_minute.iter().enumerate().filter(|(_, refused)| **refused > 0.0);
    chart
        .draw_series(refusals.map(|(i, _)| {
            let from = i as f64 * step;
            Rectangle::new([(from, 0.0), (from + step, 0.04)], VERMILION.mix(0.6).filled())
        }))
        .map_err(PlotError::new)?;
    frame::fill(&mut chart, points.clone(), 0.25)?;
    frame::line(&mut chart, points, scale)?;
    frame::level(&mut chart, (0.0, window), 1.0, VERMILION, (10.0, 6.0), scale)
}
