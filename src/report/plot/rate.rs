//! Requests a minute over a trace.

use crate::report::plot::canvas::{
    AXIS, Area, BLUE, Drawing, GRID, MUTED, PlotError, SKY, px, stroke, text, titled,
};
use crate::report::plot::time_axis;
use plotters::prelude::*;

pub(super) struct Rate<'v> {
    pub(super) name: &'v str,
    /// Requests in each whole minute from the first arrival on.
    pub(super) per_minute: &'v [f64],
}

impl Drawing for Rate<'_> {
    fn size(&self) -> (u32, u32) {
        (1200, 460)
    }

    fn title(&self) -> String {
        format!("Requests a minute: {}", self.name)
    }

    fn draw<DB: DrawingBackend>(&self, root: &Area<DB>, scale: f64) -> Result<(), PlotError> {
        let subtitle = "Arrivals in each whole minute, counted from the first";
        let area = titled(root, &self.title(), subtitle, scale)?;
        let points: Vec<_> =
            self.per_minute.iter().enumerate().map(|(i, rate)| (i as f64 * 60.0, *rate)).collect();
        let window = 60.0 * points.len() as f64;
        let highest = points.iter().map(|p| p.1).fold(1.0, f64::max);
        let mut chart = ChartBuilder::on(&area)
            .margin_top(px(12.0, scale))
            .margin_right(px(16.0, scale))
            .x_label_area_size(px(46.0, scale))
            .y_label_area_size(px(74.0, scale))
            .build_cartesian_2d(
                time_axis::Elapsed { window_s: window },
                0.0..time_axis::top(highest),
            )
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
            .x_desc("time since the first request (hh:mm)")
            .y_desc("requests a minute")
            .x_label_formatter(&|x| time_axis::label(*x, window))
            .draw()
            .map_err(PlotError::new)?;
        chart
            .draw_series(AreaSeries::new(points.clone(), 0.0, SKY.mix(0.25)))
            .map_err(PlotError::new)?;
        chart
            .draw_series(LineSeries::new(points, stroke(BLUE, 1.5, scale)))
            .map_err(PlotError::new)?;
        Ok(())
    }
}
