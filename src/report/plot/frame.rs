//! What every plot shares: axes, grid and labels of one look, a line over its area, a level across.

use crate::report::plot::canvas::{
    AXIS, Area, BLUE, DARK, GRID, MUTED, PlotError, SKY, bold, px, stroke, text,
};
use crate::report::plot::time_axis;
use crate::report::plot::value_axis::Values;
use plotters::coord::ranged1d::{AsRangedCoord, ValueFormatter};
use plotters::prelude::*;

/// Axes to draw in.
pub(super) struct Axes<'t> {
    /// Space above, in SVG units; a heading stands in it.
    pub(super) top: f64,
    pub(super) heading: &'t str,
    /// Largest value of the y axis, which starts at 0.
    pub(super) highest: f64,
    pub(super) x_title: &'t str,
    pub(super) y_title: String,
    pub(super) x_label: &'t dyn Fn(&f64) -> String,
    pub(super) y_label: &'t dyn Fn(&f64) -> String,
    pub(super) y_ticks: usize,
}

/// A chart of two axes of numbers.
pub(super) type Framed<'a, DB, X> =
    ChartContext<'a, DB, Cartesian2d<<X as AsRangedCoord>::CoordDescType, Values>>;

/// Draws the axes over `x` and gives the chart to draw series in.
pub(super) fn axes<'a, DB: DrawingBackend, X>(
    area: &'a Area<DB>,
    x: X,
    axes: &Axes<'_>,
    scale: f64,
) -> Result<Framed<'a, DB, X>, PlotError>
where
    X: AsRangedCoord<Value = f64>,
    X::CoordDescType: ValueFormatter<f64>,
{
    if !axes.heading.is_empty() {
        area.draw_text(axes.heading, &bold(13.0, scale, DARK), (0, px(6.0, scale)))
            .map_err(PlotError::new)?;
    }
    let mut chart = ChartBuilder::on(area)
        .margin_top(px(axes.top, scale))
        .margin_right(px(18.0, scale))
        .x_label_area_size(px(46.0, scale))
        .y_label_area_size(px(74.0, scale))
        .build_cartesian_2d(x, Values { from: 0.0, until: time_axis::top(axes.highest) })
        .map_err(PlotError::new)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(stroke(GRID, 1.0, scale))
        .axis_style(stroke(AXIS, 1.0, scale))
        .label_style(text(12.0, scale, MUTED))
        .axis_desc_style(text(12.0, scale, MUTED))
        .x_labels(10)
        .y_labels(axes.y_ticks)
        .x_desc(axes.x_title)
        .y_desc(axes.y_title.as_str())
        .x_label_formatter(&axes.x_label)
        .y_label_formatter(&axes.y_label)
        .draw()
        .map_err(PlotError::new)?;
    Ok(chart)
}

/// Axes of elapsed time over a window.
pub(super) fn over_time<'a, DB: DrawingBackend>(
    area: &'a Area<DB>,
    window_s: f64,
    framed: Axes<'_>,
    scale: f64,
) -> Result<Framed<'a, DB, time_axis::Elapsed>, PlotError> {
    let label = |at: &f64| time_axis::label(*at, window_s);
    let framed = Axes { x_label: &label, ..framed };
    axes(area, time_axis::Elapsed { window_s }, &framed, scale)
}

/// Fills below `points`.
pub(super) fn fill<DB: DrawingBackend, X: Ranged<ValueType = f64>>(
    chart: &mut ChartContext<'_, DB, Cartesian2d<X, Values>>,
    points: Vec<(f64, f64)>,
    strength: f64,
) -> Result<(), PlotError> {
    let area = AreaSeries::new(points, 0.0, SKY.mix(strength));
    chart.draw_series(area).map_err(PlotError::new)?;
    Ok(())
}

/// Draws a line through `points`.
pub(super) fn line<DB: DrawingBackend, X: Ranged<ValueType = f64>>(
    chart: &mut ChartContext<'_, DB, Cartesian2d<X, Values>>,
    points: Vec<(f64, f64)>,
    scale: f64,
) -> Result<(), PlotError> {
    let line = LineSeries::new(points, stroke(BLUE, 1.5, scale));
    chart.draw_series(line).map_err(PlotError::new)?;
    Ok(())
}

/// A dashed level from one end to the other; `dash` and `gap` in SVG units.
pub(super) fn level<DB: DrawingBackend, X: Ranged<ValueType = f64>>(
    chart: &mut ChartContext<'_, DB, Cartesian2d<X, Values>>,
    (from, until): (f64, f64),
    height: f64,
    colour: RGBColor,
    (dash, gap): (f64, f64),
    scale: f64,
) -> Result<(), PlotError> {
    chart
        .draw_series(DashedLineSeries::new(
            [(from, height), (until, height)],
            px(dash, scale),
            px(gap, scale),
            stroke(colour, 2.0, scale),
        ))
        .map_err(PlotError::new)?;
    Ok(())
}

/// Values at the start of their steps.
pub(super) fn stepped(values: impl Iterator<Item = f64>, step_s: f64) -> Vec<(f64, f64)> {
    values.enumerate().map(|(index, value)| (index as f64 * step_s, value)).collect()
}
