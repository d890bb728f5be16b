//! Utilization over the simulated window: served load as a share of capacity.

use crate::report::plot::canvas::{
    AXIS, Area, BLUE, DARK, Drawing, GRID, MUTED, PlotError, SKY, VERMILION, bold, px, stroke,
    text, titled,
};
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
        let subtitle = "Served load as a share of capacity; the strip marks minutes in which attempts were refused or passed on";
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
    let points: Vec<_> = series
        .used_per_minute
        .iter()
        .enumerate()
        .map(|(i, used)| (i as f64 * step, used / capacity))
        .collect();
    let window = step * points.len() as f64;
    let highest = points.iter().map(|p| p.1).fold(1.0, f64::max);
    area.draw_text(&series.deployment, &bold(13.0, scale, DARK), (0, px(6.0, scale)))
        .map_err(PlotError::new)?;
    let mut chart = ChartBuilder::on(area)
        .margin_top(px(32.0, scale))
        .margin_right(px(16.0, scale))
        .x_label_area_size(px(46.0, scale))
        .y_label_area_size(px(74.0, scale))
        .build_cartesian_2d(time_axis::Elapsed { window_s: window }, 0.0..time_axis::top(highest))
        .map_err(PlotError::new)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(stroke(GRID, 1.0, scale))
        .axis_style(stroke(AXIS, 1.0, scale))
        .label_style(text(12.0, scale, MUTED))
        .axis_desc_style(text(12.0, scale, MUTED))
        .y_labels(6)
        .x_desc(time_axis::title(window))
        .y_desc("share of capacity, %")
        .x_label_formatter(&|x| time_axis::label(*x, window))
        .y_label_formatter(&|y| format!("{:.0} %", y * 100.0))
        .draw()
        .map_err(PlotError::new)?;
    let refusals =
        series.refused_per_minute.iter().enumerate().filter(|(_, refused)| **refused > 0.0);
    chart
        .draw_series(refusals.map(|(i, _)| {
            let from = i as f64 * step;
            Rectangle::new([(from, 0.0), (from + step, 0.04)], VERMILION.mix(0.6).filled())
        }))
        .map_err(PlotError::new)?;
    chart
        .draw_series(AreaSeries::new(points.clone(), 0.0, SKY.mix(0.25)))
        .map_err(PlotError::new)?;
    chart.draw_series(LineSeries::new(points, stroke(BLUE, 1.5, scale))).map_err(PlotError::new)?;
    chart
        .draw_series(DashedLineSeries::new(
            [(0.0, 1.0), (window, 1.0)],
            px(10.0, scale),
            px(6.0, scale),
            stroke(VERMILION, 2.0, scale),
        ))
        .map_err(PlotError::new)?;
    Ok(())
}
