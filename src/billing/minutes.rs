//! Minutes of the calendar that bills are made of.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::ops::Range;

/// Minutes in an hour.
pub(crate) const HOUR_MINUTES: i64 = 60;
/// Hours in a day.
pub(crate) const DAY_HOURS: i64 = 24;
/// Minutes in a day.
pub(crate) const DAY_MINUTES: i64 = DAY_HOURS * HOUR_MINUTES;

/// The minute an instant lies in, counted from the epoch. Adjacent stretches share no minute and leave none out.
pub(crate) fn minute_of(instant: Timestamp) -> i64 {
    instant.as_second().div_euclid(60)
}

/// The start of a minute.
pub(crate) fn minute_start(minute: i64) -> Timestamp {
    Timestamp::from_second(minute * 60).unwrap_or(Timestamp::MAX)
}

/// The minutes two ranges share.
pub(crate) fn shared_minutes(a: &Range<i64>, b: &Range<i64>) -> u64 {
    (a.end.min(b.end) - a.start.max(b.start)).max(0) as u64
}

/// The first minute of a UTC day, counted from the epoch.
pub(crate) fn day_start_minute(date: Date) -> i64 {
    TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).map_or(i64::MAX / 64, minute_of)
}
