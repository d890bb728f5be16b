//! An axis of numbers with ticks at 1, 2 or 5 times a power of ten.
//!
//! Powers come from multiplication and division, which every processor rounds alike, and not from a library's logarithm,
//! which need not: so a plot has the same ticks, and the same bytes, everywhere.

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use std::ops::Range;

/// Powers of ten looked through at most.
const MOST_POWERS: usize = 300;

/// An axis from one number to a larger one.
pub(super) struct Values {
    pub(super) from: f64,
    pub(super) until: f64,
}

impl Ranged for Values {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let span = self.until - self.from;
        let share = if span > 0.0 { (value - self.from) / span } else { 0.0 };
        limit.0 + (share * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        ticks(self.from, self.until, hint.max_num_points())
    }

    fn range(&self) -> Range<f64> {
        self.from..self.until
    }
}

/// At most about `most` ticks from `from` to `until`.
fn ticks(from: f64, until: f64, most: usize) -> Vec<f64> {
    let (span, most) = (until - from, most as f64);
    if !span.is_finite() || span <= 0.0 || most < 1.0 {
        return Vec::new();
    }
    // The power of ten is kept as a quotient of whole numbers, so that a tick is one rounded division: 0.6, never 0.6000…01.
    let (mut up, mut down) = (1.0, 1.0);
    for _ in 0..MOST_POWERS {
        if span * down / up > most {
            if down > 1.0 {
                down /= 10.0;
            } else {
                up *= 10.0;
            }
        } else if span * down * 10.0 / up <= most {
            if up > 1.0 {
                up /= 10.0;
            } else {
                down *= 10.0;
            }
        } else {
            break;
        }
    }
    let parts = [5.0, 2.0].into_iter().find(|parts| span * down * parts / up <= most);
    down *= parts.unwrap_or(1.0);
    let (first, last) = ((from * down / up).ceil(), (until * down / up).floor());
    (0..=(last - first).max(0.0) as u32)
        .map(|index| (first + f64::from(index)) * up / down)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::ticks;

    #[test]
    fn ticks_are_round_and_not_too_many() {
        assert_eq!(ticks(0.0, 1.08, 6), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        assert_eq!(ticks(0.0, 0.031, 4), [0.0, 0.01, 0.02, 0.03]);
        assert_eq!(ticks(0.0, 212_000.0, 8), [0.0, 50_000.0, 100_000.0, 150_000.0, 200_000.0]);
        assert_eq!(ticks(13.0, 267.0, 10), [50.0, 100.0, 150.0, 200.0, 250.0]);
        for until in [1e-9, 0.37, 1.0, 7.0, 99.0, 1e3, 3.3e5, 8e12] {
            let found = ticks(0.0, until, 8);
            assert!((3..=9).contains(&found.len()), "{until}: {found:?}");
        }
    }

    #[test]
    fn an_axis_of_nothing_has_no_tick() {
        for (from, until) in [(0.0, 0.0), (1.0, 0.0), (0.0, f64::NAN), (0.0, f64::INFINITY)] {
            assert!(ticks(from, until, 8).is_empty());
        }
        assert!(ticks(0.0, 1.0, 0).is_empty());
    }
}
