//! Requests a day: history, and the forecast with its band.

use crate::report::plot::canvas::{Area, BLUE, Drawing, ORANGE, PlotError, px, stroke, titled};
use crate::report::plot::frame::{self, Axes};
use crate::report::plot::legend::{self, Entry, Mark};
use crate::report::words::numbers;
use plotters::prelude::*;

pub(super) struct Forecast<'v> {
    pub(super) name: &'v str,
    /// Requests of each day that was.
    pub(super) history: &'v [f64],
    /// Requests of each day to come: p10, p50, p90.
    pub(super) days: &'v [[f64; 3]],
}

impl Drawing for Forecast<'_> {
    fn size(&self) -> (u32, u32) {
        (1200, 460)
    }

    fn title(&self) -> String {
        format!("Requests a day: {}", self.name)
    }

    fn draw<DB: DrawingBackend>(&self, root: &Area<DB>, scale: f64) -> Result<(), PlotError> {
        let subtitle = "What was, and what would come if it went on like this";
        let area = titled(root, &self.title(), subtitle, scale)?;
        let entries = [
            Entry { label: "history".into(), colour: BLUE, mark: Mark::Solid },
            Entry { label: "forecast, median".into(), colour: ORANGE, mark: Mark::Solid },
            Entry { label: "p10 to p90".into(), colour: ORANGE, mark: Mark::Area },
        ];
        legend::draw(&area, &entries, (0.0, 0.0), scale)?;
        let below = area.margin(px(20.0, scale), 0, 0, 0);
        let was = self.history.len();
        let all = was + self.days.len();
        // A band that explodes must not flatten the history: twice the largest median or day is room enough.
        let medians = self.days.iter().map(|day| day[1]);
        let largest = medians.chain(self.history.iter().copied()).fold(1.0, f64::max);
        let highest = self.days.iter().map(|day| day[2]).fold(largest, f64::max).min(2.0 * largest);
        let axes = Axes {
            top: 8.0,
            heading: "",
            highest,
            x_title: "days since the history begins",
            y_title: "requests a day".into(),
            x_label: &|x| format!("{x:.0}"),
            y_label: &|y| numbers::short(*y),
            y_ticks: 6,
        };
        let mut chart = frame::axes(&below, 0.0..all as f64, &axes, scale)?;
        let at = |ix: usize| (was + ix) as f64;
        let edge = |which: usize| {
            let days = self.days.iter().enumerate();
            days.map(move |(ix, day)| (at(ix), day[which].min(2.0 * largest)))
        };
        let mut band: Vec<(f64, f64)> = edge(2).collect();
        band.extend(edge(0).collect::<Vec<_>>().into_iter().rev());
        chart
            .draw_series(std::iter::once(Polygon::new(band, ORANGE.mix(0.25))))
            .map_err(PlotError::new)?;
        let days = self.history.iter().enumerate().map(|(ix, day)| (ix as f64, *day)).collect();
        frame::line(&mut chart, days, scale)?;
        let median = LineSeries::new(edge(1), stroke(ORANGE, 2.0, scale));
        chart.draw_series(median).map_err(PlotError::new)?;
        Ok(())
    }
}
