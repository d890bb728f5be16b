//! Ticks of an axis of elapsed time, at the hours and days people count in.

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use std::ops::Range;

/// An axis of seconds from 0 to the window's length.
pub(super) struct Elapsed {
    pub(super) window_s: f64,
}

impl Ranged for Elapsed {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let share = if self.window_s > 0.0 { value / self.window_s } else { 0.0 };
        limit.0 + (share * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        ticks(self.window_s)
    }

    fn range(&self) -> Range<f64> {
        0.0..self.window_s
    }
}

/// Seconds between ticks that people count in.
const STEPS_S: [u64; 14] =
    [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800];

/// At most about ten ticks over a window.
fn ticks(window_s: f64) -> Vec<f64> {
    let step = STEPS_S
        .iter()
        .map(|step| *step as f64)
        .find(|step| window_s / step <= 9.5)
        .unwrap_or_else(|| (window_s / 8.0 / 604_800.0).ceil() * 604_800.0);
    let count = (window_s / step).floor() as u32;
    (0..=count).map(|index| f64::from(index) * step).collect()
}

/// What the axis shows, with its unit.
pub(super) fn title(window_s: f64) -> &'static str {
    if window_s <= 172_800.0 {
        "time since the start of the window (hh:mm)"
    } else {
        "time since the start of the window (days)"
    }
}

/// The label of a tick.
pub(super) fn label(seconds: f64, window_s: f64) -> String {
    if window_s > 172_800.0 && seconds % 86_400.0 == 0.0 {
        return format!("day {:.0}", seconds / 86_400.0 + 1.0);
    }
    crate::report::words::numbers::elapsed(seconds, window_s)
}

/// The largest value of an axis that ends a little above `max`.
pub(super) fn top(max: f64) -> f64 {
    if max > 0.0 { max * 1.08 } else { 1.0 }
}
