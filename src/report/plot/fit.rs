//! Measured and fitted distributions, one panel each: the share of gaps or requests up to a value.

use crate::report::plot::canvas::{Area, BLUE, Drawing, ORANGE, PlotError, px, stroke, titled};
use crate::report::plot::frame::{self, Axes};
use crate::report::plot::legend::{self, Entry, Mark};
use crate::report::words::numbers;
use crate::workload::fit::Comparison;
use plotters::prelude::*;

pub(super) struct Fitted<'v> {
    pub(super) name: &'v str,
    pub(super) comparisons: &'v [Comparison],
}

/// Points of a distribution function over the logarithm of the value, which cannot be drawn for 0: `floor` stands for less.
fn points(quantiles: &[f64], floor: f64) -> Vec<(f64, f64)> {
    let last = (quantiles.len() - 1).max(1) as f64;
    let share = |ix: usize| 100.0 * ix as f64 / last;
    quantiles.iter().enumerate().map(|(ix, value)| (value.max(floor).log10(), share(ix))).collect()
}

impl Drawing for Fitted<'_> {
    fn size(&self) -> (u32, u32) {
        (1200, 440)
    }

    fn title(&self) -> String {
        format!("Measured and fitted: {}", self.name)
    }

    fn draw<DB: DrawingBackend>(&self, root: &Area<DB>, scale: f64) -> Result<(), PlotError> {
        let subtitle = "Share up to a value (logarithmic), in per cent; the lines lie on each other where the fit is good";
        let area = titled(root, &self.title(), subtitle, scale)?;
        let entries = [
            Entry { label: "measured".into(), colour: BLUE, mark: Mark::Solid },
            Entry { label: "drawn from the fit".into(), colour: ORANGE, mark: Mark::Dashed },
        ];
        legend::draw(&area, &entries, (0.0, 0.0), scale)?;
        let below = area.margin(px(20.0, scale), 0, 0, 0);
        let panels = below.split_evenly((1, self.comparisons.len().max(1)));
        for (panel, comparison) in panels.iter().zip(self.comparisons) {
            let measured = &comparison.measured;
            // The outermost half percent would leave the rest no room.
            let inner = |ix: usize| measured.get(ix).copied().unwrap_or(1.0);
            let floor = (inner(2) / 1.5).max(if comparison.name == "gaps" { 1e-4 } else { 0.5 });
            let ceiling = (inner(measured.len().saturating_sub(2)) * 1.5).max(floor * 10.0);
            let x_title = match comparison.name {
                "gaps" => "gap ÷ mean gap",
                name => name,
            };
            let axes = Axes {
                top: 26.0,
                heading: comparison.name,
                highest: 100.0,
                x_title,
                y_title: "share up to it, %".into(),
                x_label: &|x| power(*x),
                y_label: &|y| format!("{y:.0}"),
                y_ticks: 6,
            };
            let mut chart = frame::axes(panel, floor.log10()..ceiling.log10(), &axes, scale)?;
            let within = |all: Vec<(f64, f64)>| -> Vec<(f64, f64)> {
                all.into_iter().filter(|(x, _)| *x <= ceiling.log10()).collect()
            };
            frame::line(&mut chart, within(points(measured, floor)), scale)?;
            let dashes = DashedLineSeries::new(
                within(points(&comparison.fitted, floor)),
                px(7.0, scale),
                px(4.0, scale),
                stroke(ORANGE, 2.0, scale),
            );
            chart.draw_series(dashes).map_err(PlotError::new)?;
        }
        Ok(())
    }
}

/// A tick of a logarithmic axis: powers of ten only, others would crowd it.
fn power(exponent: f64) -> String {
    let whole = exponent.round();
    if (exponent - whole).abs() > 0.01 {
        return String::new();
    }
    if whole >= 0.0 {
        numbers::short(10_f64.powf(whole))
    } else {
        format!("{:.*}", -whole as usize, 10_f64.powf(whole))
    }
}
