//! 429s of each minute: seen in a log, predicted by the defaults and by the fit.

use crate::report::plot::canvas::{Area, BLUE, Drawing, ORANGE, PlotError, px, stroke, titled};
use crate::report::plot::frame::{self, Axes};
use crate::report::plot::legend::{self, Entry, Mark};
use crate::report::words::numbers;
use plotters::prelude::*;

/// The defaults' line.
const GREY: RGBColor = RGBColor(150, 150, 150);

pub(super) struct Calibrated<'v> {
    pub(super) name: &'v str,
    /// Seen, by default, fitted.
    pub(super) minutes: [&'v [u32]; 3],
}

impl Drawing for Calibrated<'_> {
    fn size(&self) -> (u32, u32) {
        (1200, 460)
    }

    fn title(&self) -> String {
        format!("429s a minute: {}", self.name)
    }

    fn draw<DB: DrawingBackend>(&self, root: &Area<DB>, scale: f64) -> Result<(), PlotError> {
        let subtitle = "Seen in the log, and predicted for the same attempts";
        let area = titled(root, &self.title(), subtitle, scale)?;
        let entries = [
            Entry { label: "seen".into(), colour: BLUE, mark: Mark::Solid },
            Entry { label: "predicted by the fit".into(), colour: ORANGE, mark: Mark::Solid },
            Entry { label: "predicted by the defaults".into(), colour: GREY, mark: Mark::Solid },
        ];
        legend::draw(&area, &entries, (0.0, 0.0), scale)?;
        let below = area.margin(px(20.0, scale), 0, 0, 0);
        let all = self.minutes.iter().flat_map(|minutes| minutes.iter());
        let highest = f64::from(all.copied().max().unwrap_or(0).max(1));
        let axes = Axes {
            top: 8.0,
            heading: "",
            highest,
            x_title: "minutes since the log begins",
            y_title: "429s a minute".into(),
            x_label: &|x| format!("{x:.0}"),
            y_label: &|y| numbers::short(*y),
            y_ticks: 6,
        };
        let mut chart = frame::axes(&below, 0.0..self.minutes[0].len() as f64, &axes, scale)?;
        let points = |minutes: &[u32]| {
            let each = minutes.iter().enumerate();
            each.map(|(at, count)| (at as f64, f64::from(*count))).collect::<Vec<_>>()
        };
        for (minutes, colour, width) in [
            (self.minutes[1], GREY, 1.0),
            (self.minutes[0], BLUE, 2.5),
            (self.minutes[2], ORANGE, 1.2),
        ] {
            let line = LineSeries::new(points(minutes), stroke(colour, width, scale));
            chart.draw_series(line).map_err(PlotError::new)?;
        }
        Ok(())
    }
}
