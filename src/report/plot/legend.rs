//! A legend in one line, right above what it explains.

use crate::report::plot::canvas::{Area, MUTED, PlotError, px, stroke, text};
use plotters::prelude::*;

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A line.
    Solid,
    /// A dashed line.
    Dashed,
    /// A filled area.
    Area,
    /// A dot.
    Dot,
    /// A ring.
    Ring,
}

/// One entry.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) label: String,
    pub(super) colour: RGBColor,
    pub(super) mark: Mark,
}

/// Draws entries from `left` (in SVG units) at the height `top`, breaking lines before the right edge. Gives the height used.
pub(super) fn draw<DB: DrawingBackend>(
    area: &Area<DB>,
    entries: &[Entry],
    (left, top): (f64, f64),
    scale: f64,
) -> Result<f64, PlotError> {
    let style = text(12.0, scale, MUTED);
    let right = f64::from(area.dim_in_pixel().0) / scale - 12.0;
    let (mut x, mut y) = (left, top);
    for entry in entries {
        let width = area.estimate_text_size(&entry.label, &style).map_err(PlotError::new)?.0;
        let width = f64::from(width) / scale + 54.0;
        if x > left && x + width > right {
            x = left;
            y += 20.0;
        }
        let at = |dx: f64, dy: f64| (px(x + dx, scale), px(y + dy, scale));
        mark(area, entry, &at, scale).map_err(PlotError::new)?;
        area.draw_text(&entry.label, &style, at(30.0, 0.0)).map_err(PlotError::new)?;
        x += width;
    }
    Ok(y - top + 20.0)
}

fn mark<DB: DrawingBackend>(
    area: &Area<DB>,
    entry: &Entry,
    at: &dyn Fn(f64, f64) -> (i32, i32),
    scale: f64,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    let line = stroke(entry.colour, 2.0, scale);
    match entry.mark {
        Mark::Solid => area.draw(&PathElement::new(vec![at(0.0, 5.0), at(22.0, 5.0)], line)),
        Mark::Dashed => {
            area.draw(&PathElement::new(vec![at(0.0, 5.0), at(9.0, 5.0)], line))?;
            area.draw(&PathElement::new(vec![at(13.0, 5.0), at(22.0, 5.0)], line))
        }
        Mark::Area => area
            .draw(&Rectangle::new([at(0.0, 0.0), at(22.0, 10.0)], entry.colour.mix(0.35).filled())),
        Mark::Dot => area.draw(&Circle::new(at(11.0, 5.0), px(4.0, scale), entry.colour.filled())),
        Mark::Ring => area.draw(&Circle::new(at(11.0, 5.0), px(6.0, scale), line)),
    }
}
