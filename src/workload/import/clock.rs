//! Points in time as logs write them. The fixed layouts of the known formats are read digit by digit; the calendar is asked once a day,
//! not once a row. Everything else goes through jiff.

use crate::workload::import::dates::{DateOrder, regional};
use crate::workload::import::digits::{Digits, digits};
use crate::workload::import::spelled::{offset, spelled};
use crate::workload::import::zones::Zones;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// What a time says about its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zone {
    /// Nothing.
    Unstated,
    /// An offset from UTC, in seconds.
    Offset(i32),
}

/// Reads times of one column.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    date: [u8; 10],
    midnight_us: i64,
    /// The order of dates whose year comes last; the month is first where nothing else was decided.
    order: Option<DateOrder>,
    /// Whether the column's name says that its times are UTC.
    utc: bool,
    /// Rows whose time stated no zone.
    pub(crate) unstated: u64,
    /// Rows whose time stated one.
    pub(crate) stated: u64,
    /// Offsets seen, at most two: to tell one zone from a mixture.
    pub(crate) offsets: Vec<i32>,
    /// The zones that times name, without an offset.
    pub(crate) zones: Zones,
}

impl Clock {
    /// A clock for dates in that order, of a column whose name says whether it is in UTC.
    pub(crate) fn new(order: Option<DateOrder>, utc: bool) -> Self {
        Self { order, utc, ..Self::default() }
    }

    /// Microseconds since the epoch; none when the text is no time. Times without zone are read as UTC; digits past the microsecond are cut.
    #[inline]
    pub(crate) fn read(&mut self, text: &[u8]) -> Option<i64> {
        let (us, zone) = match self.fixed(text) {
            Some(read) => read,
            None => self.slow(text)?,
        };
        match zone {
            Zone::Unstated if self.utc => self.stated += 1,
            Zone::Unstated => self.unstated += 1,
            Zone::Offset(offset) => {
                self.stated += 1;
                if self.offsets.len() < 2 && !self.offsets.contains(&offset) {
                    self.offsets.push(offset);
                }
            }
        }
        Some(us)
    }

    /// `YYYY-MM-DD[T ]HH:MM:SS[.fraction][Z|±HH[:]MM]`.
    #[inline]
    fn fixed(&mut self, text: &[u8]) -> Option<(i64, Zone)> {
        let (head, tail) = text.split_at_checked(19)?;
        let date: &[u8; 10] = head[..10].try_into().ok()?;
        if *date != self.date {
            self.midnight_us = midnight_us(date)?;
            self.date = *date;
        }
        let separators = matches!(head[10], b' ' | b'T') && head[13] == b':' && head[16] == b':';
        let two = |at: usize| -> Option<i64> {
            let (tens, ones) = (head[at].wrapping_sub(b'0'), head[at + 1].wrapping_sub(b'0'));
            (tens <= 9 && ones <= 9).then_some(i64::from(tens) * 10 + i64::from(ones))
        };
        let (hour, minute, second) = (two(11)?, two(14)?, two(17)?);
        if !separators || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let mut us = self.midnight_us + ((hour * 60 + minute) * 60 + second) * 1_000_000;
        let mut rest = tail;
        if let [b'.' | b',', digits @ ..] = rest {
            let mut place_value = 100_000;
            rest = digits;
            while let [digit @ b'0'..=b'9', tail @ ..] = rest {
                us += i64::from(digit - b'0') * place_value;
                place_value /= 10;
                rest = tail;
            }
        }
        match rest {
            [] => Some((us, Zone::Unstated)),
            b"Z" | b"z" | b"+00:00" | b"+00" => Some((us, Zone::Offset(0))),
            _ => None,
        }
    }
}

impl Clock {
    /// A layout that is not fixed, also with the name of its zone.
    #[cold]
    fn slow(&mut self, text: &[u8]) -> Option<(i64, Zone)> {
        let text = std::str::from_utf8(text).ok()?.trim();
        let order = self.order.unwrap_or(DateOrder::Mdy);
        if let Some(read) = slow(text, order) {
            return Some(read);
        }
        let (bare, name) = self.zones.named(text)?;
        let (us, Zone::Unstated) = slow(&bare, order)? else { return None };
        let civil = jiff::Timestamp::from_microsecond(us).ok()?.to_zoned(TimeZone::UTC).datetime();
        let (us, offset) = self.zones.instant(&name, civil)?;
        Some((us, Zone::Offset(offset)))
    }
}

fn midnight_us(date: &[u8; 10]) -> Option<i64> {
    let date: Date = std::str::from_utf8(date).ok()?.parse().ok()?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_microsecond())
}

/// Layouts that are not fixed: other offsets, the portal's regional layouts, spreadsheets' AM and PM, 20261120.
fn slow(text: &str, order: DateOrder) -> Option<(i64, Zone)> {
    let text = text.strip_suffix(" UTC").map_or_else(|| text.to_owned(), |head| format!("{head}Z"));
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some((instant.as_microsecond(), Zone::Offset(offset_s(&text))));
    }
    // Postgres writes "+02" where ISO 8601 wants "+02:00".
    if let [.., b':', _, _, b'+' | b'-', _, _] | [.., b'0'..=b'9', b'+' | b'-', _, _] =
        text.as_bytes()
        && let Ok(instant) = format!("{text}:00").parse::<Timestamp>()
    {
        return Some((instant.as_microsecond(), Zone::Offset(offset_s(&text))));
    }
    let zone = if text.ends_with('Z') { Zone::Offset(0) } else { Zone::Unstated };
    match civil_us(text.trim_end_matches('Z'), order) {
        Some(us) => Some((us, zone)),
        None => odd(&text).or_else(|| with_offset(&text, order)),
    }
}

/// A date, with or without a time of day, as in UTC.
fn civil_us(text: &str, order: DateOrder) -> Option<i64> {
    // jiff reads past the name of a zone in brackets.
    let plain = if text.contains('[') { None } else { text.parse::<DateTime>().ok() };
    let civil = plain.or_else(|| regional(text, order));
    let civil = civil.or_else(|| month(text))?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_microsecond())
}

/// The offset in a word of its own, once or twice: `2026-11-20 10:00:03 +0100`, as .NET, Ruby and
/// Git write it, `… GMT`, and Go's `… +0100 CET`.
fn with_offset(text: &str, order: DateOrder) -> Option<(i64, Zone)> {
    let of = |word: &str| offset(&word.to_ascii_lowercase());
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (head, word) = text.rsplit_once(' ')?;
    let (civil, seconds) = match (of(word), head.rsplit_once(' ')) {
        (Some(seconds), _) => (head, seconds),
        // A name after the offset repeats it.
        (None, Some((civil, first))) if word.bytes().all(|b| b.is_ascii_uppercase()) => {
            (civil, of(first)?)
        }
        _ => return None,
    };
    let us = civil_us(civil, order)?;
    Some((us - i64::from(seconds) * 1_000_000, Zone::Offset(seconds)))
}

/// One number, as Cost Management's query writes a day; or a month in words.
fn odd(text: &str) -> Option<(i64, Zone)> {
    let (civil, offset) = match digits(text) {
        Some(Digits::Instant(us)) => return Some((us, Zone::Offset(0))),
        Some(Digits::Civil(civil)) => (civil, None),
        None => spelled(text)?,
    };
    let us = civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_microsecond();
    match offset {
        Some(offset) => Some((us - i64::from(offset) * 1_000_000, Zone::Offset(offset))),
        None => Some((us, Zone::Unstated)),
    }
}

/// `2026-09`, as tables by the month write it: its first day.
fn month(text: &str) -> Option<DateTime> {
    let (year, month) = text.split_once('-')?;
    let digits =
        |part: &str, count| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) {
        return None;
    }
    Some(Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?.into())
}

/// The offset a time ends in, in seconds; 0 for `Z`.
fn offset_s(text: &str) -> i32 {
    let Some(at) = text.rfind(['+', '-']).filter(|at| *at > 10) else { return 0 };
    let digits: Vec<i32> =
        text[at + 1..].bytes().filter(u8::is_ascii_digit).map(|b| i32::from(b - b'0')).collect();
    let size = match digits[..] {
        [h1, h2, m1, m2, ..] => ((h1 * 10 + h2) * 60 + m1 * 10 + m2) * 60,
        [h1, h2] => (h1 * 10 + h2) * 3_600,
        _ => 0,
    };
    if text.as_bytes()[at] == b'-' { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us(text: &str) -> Option<i64> {
        Clock::default().read(text.as_bytes())
    }

    #[test]
    fn the_known_layouts_agree() {
        let noon = 1_700_158_546_680_590;
        for text in [
            "2023-11-16 18:15:46.6805900",
            "2023-11-16 18:15:46.680590+00:00",
            "2023-11-16 18:15:46.68059+00",
            "2023-11-16T18:15:46.68059Z",
            "2023-11-16 18:15:46.680590 UTC",
            "2023-11-16T20:15:46.680590+02:00",
            "2023-11-16 20:15:46.680590+02",
            "11/16/2023 6:15:46.680590 PM",
            "11/16/2023, 6:15:46.680590 PM",
            "11/16/2023 18:15:46.680590",
            "Thu Nov 16 2023 19:15:46.680590 GMT+0100 (Central European Standard Time)",
            "1700158546680590000",
            "2023-11-16 19:15:46.680590 +0100",
            "2023-11-16 18:15:46.680590 GMT",
            "2023-11-16 19:15:46.68059 +0100 CET",
            "2023-11-16 18:15:46.68059 +0000 UTC",
            "11/16/2023 7:15:46.680590 PM +01:00",
            "11/16/23 18:15:46.680590",
            "2023-11-16 19:15:46.680590 Europe/Stockholm",
            "2023-11-16T19:15:46.680590[Europe/Stockholm]",
            "2023-11-16 10:15:46.680590 PST",
            "11/16/2023 10:15:46.680590 AM (PST)",
            "Thu Nov 16 19:15:46.680590 CET 2023",
        ] {
            assert_eq!(us(text), Some(noon), "{text}");
        }
        assert_eq!(us("2023-11-16"), Some(1_700_092_800_000_000));
        assert_eq!(us("2023-11"), us("2023-11-01"));
        assert_eq!(us("11/16/2023"), Some(1_700_092_800_000_000));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "yesterday",
            "2023-13-01 00:00:00",
            "2023-13",
            "2023-1",
            "2023-11-16 24:00:00",
            "2023-11-16 18:15:46.68x",
            "2023-11-16 18:15:46 IST",
            "2023-11-16 18:15:46 CST",
            "2023-11-16 18:15:46 Europe/Nowhere",
            "2023-11-16 18:15:46Z PST",
            "12",
        ] {
            assert_eq!(us(text), None, "{text}");
        }
    }

    #[test]
    fn zones_are_told_apart() {
        let mut clock = Clock::default();
        for text in ["2023-11-16T18:15:46Z", "2023-11-16T18:15:46+02:00", "2023-11-16 18:15:46"] {
            clock.read(text.as_bytes()).unwrap();
        }
        assert_eq!((clock.stated, clock.unstated), (2, 1));
        assert_eq!(clock.offsets, [0, 7_200]);
    }
}
