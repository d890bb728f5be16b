//! The joint of simulated time and the calendar: a period of civil time in a zone, and its days and hours in UTC.
//! The engine knows none of this; it sees microseconds from the period's start.

use crate::units::time::HOUR_US;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};

/// The start of the UTC hour an instant lies in.
pub fn hour_of(instant: Timestamp) -> Timestamp {
    let past = instant.as_nanosecond().rem_euclid(NANOSECONDS_PER_HOUR);
    Timestamp::from_nanosecond(instant.as_nanosecond() - past).unwrap_or(instant)
}

const NANOSECONDS_PER_HOUR: i128 = 3_600 * 1_000_000_000;

/// A half-open stretch of time `start..until` in a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    start: Zoned,
    until: Zoned,
}

/// More months than any plan has.
const MAX_MONTHS: u32 = 1_200;

impl Period {
    /// The period of `length` from midnight of `date` in `zone`. None when it would be empty or leave the calendar.
    pub fn from_date(date: Date, length: Span, zone: &TimeZone) -> Option<Self> {
        let start = date.to_zoned(zone.clone()).ok()?;
        let until = start.checked_add(length).ok()?;
        (until > start).then_some(Self { start, until })
    }

    /// The first instant.
    pub fn start(&self) -> Timestamp {
        self.start.timestamp()
    }

    /// The first instant after the period.
    pub fn until(&self) -> Timestamp {
        self.until.timestamp()
    }

    /// The same time, cut where a calendar month begins.
    pub fn at_calendar_months(&self) -> Vec<Self> {
        let mut found = Vec::new();
        let mut start = self.start.clone();
        while start < self.until {
            let next = start.date().last_of_month().tomorrow();
            let next = next.and_then(|day| day.to_zoned(start.time_zone().clone()));
            let until =
                next.map_or_else(|_| self.until.clone(), |next| next.min(self.until.clone()));
            found.push(Self { start, until: until.clone() });
            start = until;
        }
        found
    }

    /// The first civil day, in the period's zone.
    pub fn first_date(&self) -> Date {
        self.start.date()
    }

    /// The civil day of the first instant after the period, in the period's zone.
    pub fn last_date(&self) -> Date {
        self.until.date()
    }

    /// The zone.
    pub fn zone(&self) -> &TimeZone {
        self.start.time_zone()
    }

    /// Microseconds from start to end.
    pub fn length_us(&self) -> u64 {
        (self.until().as_microsecond() - self.start().as_microsecond()) as u64
    }

    /// Its name: `2026-12` for a calendar month, else its first and last day.
    pub fn name(&self) -> String {
        let (first, next) = (self.first_date(), self.last_date());
        let whole = first.last_of_month().tomorrow().is_ok_and(|after| after == next);
        let month = first.first_of_month() == first && whole;
        if month {
            return format!("{:04}-{:02}", first.year(), first.month());
        }
        format!("{first} to {}", next.yesterday().unwrap_or(next).max(first))
    }

    /// How many calendar months the period is, when it is a whole number of them.
    pub fn whole_months(&self) -> Option<u64> {
        let span = self.start.until((jiff::Unit::Month, &self.until)).ok()?;
        let months = u64::try_from(span.get_months()).ok().filter(|months| *months > 0)?;
        (span.fieldwise() == Span::new().months(span.get_months()).fieldwise()).then_some(months)
    }

    /// The period in months, as a fraction of whole numbers: `(parts, of)`. A month is a calendar month counted from the
    /// period's first day, as the term of a reservation is; what is left counts by its share of the minutes of the month
    /// it lies in. So the price of a month is the price of a month, whatever the month and the zone.
    pub fn in_months(&self) -> (u64, u64) {
        let minutes = |from: &Zoned, until: &Zoned| {
            let seconds = until.timestamp().as_second() - from.timestamp().as_second();
            u64::try_from(seconds / 60).unwrap_or(0)
        };
        let (mut whole, mut from) = (0, self.start.clone());
        while let Ok(next) = self.start.checked_add(Span::new().months(i64::from(whole) + 1)) {
            if next > self.until || whole >= MAX_MONTHS {
                let month = minutes(&from, &next).max(1);
                let left = minutes(&from, &self.until);
                return match left {
                    0 => (u64::from(whole), 1),
                    left => (u64::from(whole) * month + left, month),
                };
            }
            (whole, from) = (whole + 1, next);
        }
        (u64::from(whole).max(1), 1)
    }

    /// The first `length_us` of the period's time from its start, whether it ends before or after the period. None when it
    /// would be empty or leave the calendar.
    pub fn first(&self, length_us: u64) -> Option<Self> {
        let length = jiff::SignedDuration::from_micros(i64::try_from(length_us).ok()?);
        let until = self.start.checked_add(length).ok()?;
        (until > self.start).then(|| Self { start: self.start.clone(), until })
    }

    /// The months of a stretch of `months` from the period's first day, one after the other; fewer where the calendar ends.
    pub fn months(&self, months: u32) -> Vec<Self> {
        let month = |index: u32| {
            let start = self.start.checked_add(Span::new().months(i64::from(index))).ok()?;
            let until = self.start.checked_add(Span::new().months(i64::from(index) + 1)).ok()?;
            (until > start).then_some(Self { start, until })
        };
        (0..months).map_while(month).collect()
    }

    /// The instant `offset_us` after the start.
    pub fn at(&self, offset_us: u64) -> Timestamp {
        Timestamp::from_microsecond(self.start().as_microsecond() + offset_us as i64)
            .unwrap_or(Timestamp::MAX)
    }

    /// How far the start lies after a full UTC hour, in microseconds. Hour bins add this so that they are UTC hours.
    pub fn hour_phase_us(&self) -> u64 {
        self.start().as_microsecond().rem_euclid(HOUR_US as i64) as u64
    }

    /// The UTC hour that hour bin `bin` stands for.
    pub fn hour_start(&self, bin: u32) -> Timestamp {
        let first = self.start().as_microsecond() - self.hour_phase_us() as i64;
        Timestamp::from_microsecond(first + i64::from(bin) * HOUR_US as i64)
            .unwrap_or(Timestamp::MAX)
    }
}

/// The UTC day of an instant. Bills and price dates are UTC, as the platform's are.
pub fn utc_date(instant: Timestamp) -> Date {
    instant.to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;

    #[test]
    fn a_month_in_stockholm_starts_at_23_utc_and_counts_its_summer_time() {
        let zone = TimeZone::get("Europe/Stockholm").unwrap();
        let march = Period::from_date(date(2026, 3, 1), 1.month(), &zone).unwrap();
        assert_eq!(march.length_us() / HOUR_US, 31 * 24 - 1);
        assert_eq!(march.hour_start(0).to_string(), "2026-02-28T23:00:00Z");
        assert_eq!(utc_date(march.start()), date(2026, 2, 28));
    }

    #[test]
    fn calendar_months_are_counted_only_when_whole() {
        let months = |span| Period::from_date(date(2026, 1, 31), span, &TimeZone::UTC).unwrap();
        assert_eq!(months(1.month()).whole_months(), None, "31 January to 28 February");
        let from_first = |span| Period::from_date(date(2026, 12, 1), span, &TimeZone::UTC).unwrap();
        assert_eq!(from_first(1.month()).whole_months(), Some(1));
        assert_eq!(from_first(1.year()).whole_months(), Some(12));
        assert_eq!(from_first(31.days()).whole_months(), Some(1));
        assert_eq!(from_first(2.weeks()).whole_months(), None);
    }

    #[test]
    fn a_month_has_the_name_of_the_calendar_only_where_it_is_one() {
        let of = |first: Date, span: Span| {
            Period::from_date(first, span, &TimeZone::get("Asia/Tokyo").unwrap()).unwrap().name()
        };
        assert_eq!(of(date(2026, 12, 1), 1.month()), "2026-12");
        assert_eq!(of(date(2026, 12, 15), 1.month()), "2026-12-15 to 2027-01-14");
        assert_eq!(of(date(2026, 12, 1), 45.days()), "2026-12-01 to 2027-01-14");
    }

    #[test]
    fn a_part_of_a_month_counts_by_its_minutes() {
        let of = |first: Date, span, zone: &str| {
            let zone = TimeZone::get(zone).unwrap();
            Period::from_date(first, span, &zone).unwrap().in_months()
        };
        let day = 24 * 60;
        assert_eq!(of(date(2026, 2, 1), 7.days(), "UTC"), (7 * day, 28 * day));
        assert_eq!(of(date(2026, 12, 1), 7.days(), "UTC"), (7 * day, 31 * day));
        assert_eq!(of(date(2028, 2, 1), 29.days(), "UTC"), (1, 1), "a leap day");
        assert_eq!(of(date(2026, 12, 1), 1.year(), "Asia/Tokyo"), (12, 1));
        let half = of(date(2027, 3, 1), 1.day(), "Europe/Stockholm");
        assert_eq!(half, (day, 31 * day - 60), "summer time begins in this month");
        assert_eq!(of(date(2026, 1, 31), 30.days(), "UTC"), (31 * day + 2 * day, 31 * day));
    }

    #[test]
    fn half_hour_zones_bin_by_utc_hours() {
        let zone = TimeZone::get("Asia/Kolkata").unwrap();
        let day = Period::from_date(date(2026, 3, 1), 1.day(), &zone).unwrap();
        assert_eq!(day.hour_phase_us(), HOUR_US / 2);
        assert_eq!(day.hour_start(0).to_string(), "2026-02-28T18:00:00Z");
    }
}
