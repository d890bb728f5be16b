//! Offered load against capacity over the simulated window.

use crate::report::format;
use crate::report::plot::canvas::{
    AXIS, Area, BLUE, DARK, Drawing, GRID, MUTED, PlotError, SKY, VERMILION, bold, px, stroke,
    text, titled,
};
use crate::report::plot::legend::{self, Entry, Mark};
use crate::report::plot::time_axis;
use crate::report::view::SeriesView;
use plotters::prelude::*;

/// Panels drawn at most; a choice has two deployments as a rule.
const PANELS: usize = 4;

pub(super) struct Load<'v> {
    pub(super) panels: Vec<&'v SeriesView>,
}

/// Series with at least two points.
pub(super) fn panels(series: &[SeriesView]) -> Vec<&SeriesView> {
    series.iter().filter(|s| s.offered_per_minute.len() > 1).take(PANELS).collect()
}

impl Drawing for Load<'_> {
    fn size(&self) -> (u32, u32) {
        (1200, 150 + 330 * self.panels.len() as u32)
    }

    fn title(&self) -> String {
        "Offered load against capacity".to_owned()
    }

    fn draw<DB: DrawingBackend>(&self, root: &Area<DB>, scale: f64) -> Result<(), PlotError> {
        let subtitle = "Tokens per minute at each deployment. A call asks for its input and its output limit on arrival and gives back what it does not use";
        let below = titled(root, &self.title(), subtitle, scale)?;
        let entries = [
            Entry { label: "asked for on arrival".into(), colour: BLUE, mark: Mark::Solid },
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
    let at = |values: &[f64]| -> Vec<(f64, f64)> {
        values.iter().enumerate().map(|(i, v)| (i as f64 * step, *v)).collect()
    };
    let window = step * series.offered_per_minute.len() as f64;
    let highest = series.offered_per_minute.iter().chain(&series.used_per_minute).copied();
    let highest = highest.chain(series.capacity_per_minute).fold(0.0, f64::max);
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
        .y_desc(format!("{} / min", series.unit))
        .x_label_formatter(&|x| time_axis::label(*x, window))
        .y_label_formatter(&|y| format::short(*y))
        .draw()
        .map_err(PlotError::new)?;
    chart
        .draw_series(AreaSeries::new(at(&series.used_per_minute), 0.0, SKY.mix(0.35)))
        .map_err(PlotError::new)?;
    chart
        .draw_series(LineSeries::new(at(&series.offered_per_minute), stroke(BLUE, 1.5, scale)))
        .map_err(PlotError::new)?;
    if let Some(capacity) = series.capacity_per_minute {
        chart
            .draw_series(DashedLineSeries::new(
                [(0.0, capacity), (window, capacity)],
                px(10.0, scale),
                px(6.0, scale),
                stroke(VERMILION, 2.0, scale),
            ))
            .map_err(PlotError::new)?;
    }
    Ok(())
}
