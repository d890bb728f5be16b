//! Times that are written as one number, told by how many digits it has: 20261120, 20261120090000,
//! 202611, nanoseconds since 1970, and .NET's ticks.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// .NET's ticks from 2000 to 2100, and those of 1970.
const TICKS: std::ops::Range<i64> = 630_822_816_000_000_000..662_380_416_000_000_000;
const TICKS_OF_1970: i64 = 621_355_968_000_000_000;
/// Nanoseconds since 1970 from 2001 to 2099.
const NANOSECONDS: std::ops::Range<i64> = 1_000_000_000_000_000_000..4_100_000_000_000_000_000;

/// What a number with the digits of a time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Digits {
    /// A date, with or without a time of day.
    Civil(DateTime),
    /// Microseconds since 1970.
    Instant(i64),
}

/// What a number is, if it has as many digits as a time.
pub(crate) fn digits(text: &str) -> Option<Digits> {
    if !(6..=19).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    match text.len() {
        18 if TICKS.contains(&number) => Some(Digits::Instant((number - TICKS_OF_1970) / 10)),
        19 if NANOSECONDS.contains(&number) => Some(Digits::Instant(number / 1_000)),
        6 | 8 | 12 | 14 | 17 => civil(text).map(Digits::Civil),
        _ => None,
    }
}

/// The same in microseconds, a date without zone as in UTC.
pub(crate) fn digits_us(text: &str) -> Option<i64> {
    match digits(text)? {
        Digits::Instant(us) => Some(us),
        Digits::Civil(civil) => {
            Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_microsecond())
        }
    }
}

/// `202611`, `20261120`, `202611200900`, `20261120090003` and the same with milliseconds.
fn civil(text: &str) -> Option<DateTime> {
    let part = |from: usize, until: usize| -> Option<i8> {
        match text.get(from..until) {
            Some(digits) => digits.parse().ok(),
            None => Some(0),
        }
    };
    let year: i16 = text.get(..4)?.parse().ok()?;
    let day = if text.len() == 6 { 1 } else { part(6, 8)? };
    let date = Date::new(year, part(4, 6)?, day).ok().filter(|_| (1990..2100).contains(&year))?;
    let milliseconds: i32 = text.get(14..17).map_or(Some(0), |digits| digits.parse().ok())?;
    let time = jiff::civil::Time::new(
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?,
        milliseconds * 1_000_000,
    );
    Some(date.to_datetime(time.ok()?))
}

/// What the numbers of a column are, where all of them have the digits of a time, in words; no
/// words where nobody doubts it. Six digits are a month where the column says so.
pub(crate) fn digits_of_times<'a>(
    texts: &(impl Iterator<Item = &'a str> + Clone),
    column: &str,
) -> Option<&'static str> {
    let length = texts.clone().next()?.len();
    let named = column.to_ascii_lowercase();
    let month = ["month", "period"].iter().any(|word| named.contains(word));
    let all = texts.clone().all(|text| text.len() == length && digits(text).is_some());
    match length {
        _ if !all => None,
        6 if !month => None,
        6 => Some("months, as the column is called"),
        8 => Some(""),
        18 => Some(".NET ticks"),
        19 => Some("nanoseconds since 1970"),
        _ => Some("dates with their times of day"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_the_digits_of_a_time_are_that_time() {
        let nine = digits_us("20261120090003");
        assert_eq!(nine, Some(1_795_165_203_000_000));
        assert_eq!(digits_us("20261120090003000"), nine);
        assert_eq!(digits_us("1795165203000000000"), nine);
        assert_eq!(digits_us("639307620030000000"), nine);
        assert_eq!(digits_us("202611"), digits_us("20261101"));
        for other in ["1795165203", "1795165203000", "1795165203000000", "20261320", "12", "9e18"] {
            assert_eq!(digits_us(other), None, "{other}");
        }
    }

    #[test]
    fn a_column_tells_what_six_digits_are() {
        let of = |column| digits_of_times(&["202609", "202610"].into_iter(), column);
        assert_eq!((of("usage_month").is_some(), of("offset")), (true, None));
        assert_eq!(digits_of_times(&["202609", "150"].into_iter(), "month"), None);
        assert_eq!(digits_of_times(&["20261120"].into_iter(), "day"), Some(""));
    }
}
