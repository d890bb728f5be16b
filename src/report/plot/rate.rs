//! Requests a minute over a trace.

use crate::report::plot::canvas::{Area, Drawing, PlotError, titled};
use crate::report::plot::frame::{self, Axes};
use crate::report::words::numbers;
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
        let points = frame::stepped(self.per_minute.iter().copied(), 60.0);
        let window = 60.0 * points.len() as f64;
        let axes = Axes {
            top: 12.0,
            heading: "",
            highest: points.iter().map(|p| p.1).fold(1.0, f64::max),
            x_title: "time since the first request (hh:mm)",
            y_title: "requests a minute".into(),
            x_label: &|_| String::new(),
            y_label: &|y| numbers::short(*y),
            y_ticks: 6,
        };
        let mut chart = frame::over_time(&area, window, axes, scale)?;
        frame::fill(&mut chart, points.clone(), 0.25)?;
        frame::line(&mut chart, points, scale)
    }
}
