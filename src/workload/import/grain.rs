//! How long each total of a table is, where no column states it: by what its column of times is
//! called, else by the most common step between its times. Two neighbours that are far apart are a
//! gap, not the length of a total.

use crate::workload::import::names::letters;
use crate::workload::import::shape::span;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet};

const MINUTE_US: i64 = 60_000_000;
const HOUR_US: i64 = 60 * MINUTE_US;
const DAY_US: i64 = 24 * HOUR_US;
const WEEK_US: i64 = 7 * DAY_US;
/// The shortest month.
const MONTH_US: i64 = 28 * DAY_US;

/// Lengths that tools sum over, in microseconds.
const USUAL_US: [i64; 8] = [
    MINUTE_US,
    5 * MINUTE_US,
    10 * MINUTE_US,
    15 * MINUTE_US,
    30 * MINUTE_US,
    HOUR_US,
    6 * HOUR_US,
    12 * HOUR_US,
];

/// The length of a table's totals, and how it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grain {
    /// Microseconds; of months the shortest.
    pub(crate) us: i64,
    /// Whether each total is of a civil month.
    pub(crate) months: bool,
    /// How it is known, in words.
    why: String,
}

impl Grain {
    /// The grain of totals that begin at `starts`, in a column of this name.
    pub(crate) fn of(starts: &BTreeSet<i64>, column: &str) -> Self {
        if let Some((us, months)) = of_name(column, starts) {
            return Self { us, months, why: format!("as the column {column} is called") };
        }
        let steps = steps(starts);
        let by_steps = |us| Self {
            us,
            months: false,
            why: "the most common step between its times".to_owned(),
        };
        let alone = |us| Self {
            us,
            months: false,
            why: "its times are too far apart to tell it: name a column of hours or days if it is \
            another"
                .to_owned(),
        };
        if starts.iter().all(|at| at.rem_euclid(DAY_US) == 0) {
            if steps.keys().all(|step| *step >= MONTH_US) && !steps.is_empty() {
                let first_days = starts.iter().all(|at| is_first_of_month(*at));
                if first_days {
                    return Self { months: true, ..by_steps(MONTH_US) };
                }
            }
            // Days may be missing; totals that are never nearer than a week are of a week.
            return match steps.keys().next() {
                Some(step) if *step >= WEEK_US => by_steps(*step),
                Some(_) => by_steps(DAY_US),
                None => alone(DAY_US),
            };
        }
        let Some(smallest) = steps.keys().next().copied() else {
            return alone(usual_within(starts, HOUR_US).unwrap_or(HOUR_US));
        };
        let count: usize = steps.values().sum();
        let (common, times) = most_common(&steps);
        let regular = steps.keys().all(|step| step % common == 0);
        if times > 1 && times * 2 > count && regular {
            return by_steps(common);
        }
        by_steps(usual_within(starts, smallest).unwrap_or(smallest))
    }

    /// What is said of it.
    pub(crate) fn said(&self) -> String {
        let length = if self.months { "1 month".to_owned() } else { span(self.us) };
        format!("each row is taken for the total of {length} ({})", self.why)
    }

    /// The length of the total that begins there.
    pub(crate) fn length_us(&self, start_us: i64) -> i64 {
        if self.months { month_us(start_us).unwrap_or(self.us) } else { self.us }
    }
}

/// How often each distance of neighbours is there.
fn steps(starts: &BTreeSet<i64>) -> BTreeMap<i64, usize> {
    let mut steps = BTreeMap::new();
    for (a, b) in starts.iter().zip(starts.iter().skip(1)) {
        *steps.entry(b - a).or_default() += 1;
    }
    steps
}

/// The step that is there most often, the smallest of several; and how often.
fn most_common(steps: &BTreeMap<i64, usize>) -> (i64, usize) {
    let mut best = (HOUR_US, 0);
    for (step, times) in steps {
        if *times > best.1 {
            best = (*step, *times);
        }
    }
    best
}

/// The longest usual length up to `most_us` whose steps all times are on.
fn usual_within(starts: &BTreeSet<i64>, most_us: i64) -> Option<i64> {
    let aligned =
        |grain: &&i64| **grain <= most_us && starts.iter().all(|at| at.rem_euclid(**grain) == 0);
    USUAL_US.iter().rev().find(aligned).copied()
}

/// What a column's name says of its totals, where their times agree; and whether it is months.
fn of_name(column: &str, starts: &BTreeSet<i64>) -> Option<(i64, bool)> {
    let name = letters(column.rsplit('.').next().unwrap_or(column));
    let on = |us: i64| starts.iter().all(|at| at.rem_euclid(us) == 0);
    if name.contains("month") {
        return starts.iter().all(|at| is_first_of_month(*at)).then_some((MONTH_US, true));
    }
    let stepped = |us: i64| steps(starts).keys().all(|step| step % us == 0);
    if name.contains("week") {
        return (on(DAY_US) && stepped(WEEK_US)).then_some((WEEK_US, false));
    }
    let words = [("minute", MINUTE_US), ("hour", HOUR_US)];
    let (_, us) = words.into_iter().find(|(word, _)| name.contains(word))?;
    stepped(us).then_some((us, false))
}

fn civil(at_us: i64) -> Option<Date> {
    Some(Timestamp::from_microsecond(at_us).ok()?.to_zoned(TimeZone::UTC).date())
}

fn is_first_of_month(at_us: i64) -> bool {
    at_us.rem_euclid(DAY_US) == 0 && civil(at_us).is_some_and(|date| date.day() == 1)
}

/// Microseconds of the civil month that begins there.
pub(crate) fn month_us(start_us: i64) -> Option<i64> {
    let first = civil(start_us)?.first_of_month();
    let next = first.checked_add(1.month()).ok()?;
    Some(i64::from(first.until(next).ok()?.get_days()) * DAY_US)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grain(column: &str, texts: &[&str]) -> Grain {
        let at = |text: &&str| text.parse::<Timestamp>().unwrap().as_microsecond();
        Grain::of(&texts.iter().map(at).collect(), column)
    }

    #[test]
    fn a_gap_is_no_length() {
        let gap = ["2026-11-02T09:00:00Z", "2026-11-02T12:00:00Z", "2026-11-02T13:00:00Z"];
        assert_eq!(grain("time", &gap).us, HOUR_US);
        // Two totals whose neighbours are all missing.
        assert_eq!(grain("hour", &gap[..2]).us, HOUR_US);
        assert_eq!(grain("date_hour", &gap[..1]).us, HOUR_US);
        let midnights = ["2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z"];
        assert_eq!(grain("hour", &midnights).us, HOUR_US);
        assert_eq!(grain("time", &midnights).us, DAY_US);
        let thirds = ["2026-11-02T00:00:00Z", "2026-11-02T03:00:00Z", "2026-11-02T06:00:00Z"];
        assert_eq!(grain("time", &thirds).us, 3 * HOUR_US);
        // What a column is called is not believed where its times say otherwise.
        let quarters = ["2026-11-02T09:00:00Z", "2026-11-02T09:15:00Z", "2026-11-02T09:30:00Z"];
        assert_eq!(grain("hour", &quarters).us, 15 * MINUTE_US);
    }

    #[test]
    fn months_are_as_long_as_they_are() {
        let months = ["2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z"];
        let found = grain("date", &months);
        assert!(found.months && found.said().contains("the total of 1 month"));
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_microsecond();
        assert_eq!(found.length_us(at(months[0])), 30 * DAY_US);
        assert_eq!(found.length_us(at(months[1])), 31 * DAY_US);
        assert!(grain("month", &months[..1]).months && !grain("date", &months[..1]).months);
    }
}
