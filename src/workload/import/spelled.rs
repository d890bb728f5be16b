//! Times with their month in words, as browsers, mail, web servers and log viewers write them: `Fri
//! Nov 20 2026 10:00:00 GMT+0100 (Central European Standard Time)`, `Fri, 20 Nov 2026 09:00:00
//! GMT`, `20/Nov/2026:09:00:00 +0000`, `Nov 20, 2026 @ 09:00:00.118`.

use crate::workload::import::dates::time;
use jiff::civil::{Date, DateTime, Time};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Date and time, and the offset from UTC in seconds if it is stated.
pub(crate) fn spelled(text: &str) -> Option<(DateTime, Option<i32>)> {
    if !(8..=80).contains(&text.len()) || !text.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    // The name of a zone in brackets repeats its offset.
    let text = text.split('(').next()?.replace(['\u{202f}', '\u{a0}'], " ");
    let mut seen = Words::default();
    for word in text.split([' ', ',', '@']).filter(|word| !word.is_empty()) {
        seen.take(word)?;
    }
    let time = match (&seen.clock, seen.half) {
        (None, None) => Time::midnight(),
        (Some(clock), half) => time(&format!("{clock}{}", half.unwrap_or_default()))?,
        (None, Some(_)) => return None,
    };
    // `Nov 2026` is a month.
    let day = seen.day.or_else(|| seen.clock.is_none().then_some(1))?;
    let date = Date::new(seen.year?, seen.month?, day).ok()?;
    Some((date.to_datetime(time), seen.offset))
}

/// What the words of a time say.
#[derive(Default)]
struct Words {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    clock: Option<String>,
    half: Option<&'static str>,
    offset: Option<i32>,
}

impl Words {
    /// Takes one word; none where it is no part of a time, or a part that was there before.
    fn take(&mut self, word: &str) -> Option<()> {
        let lower = word.to_ascii_lowercase();
        if self.month.is_none()
            && let Some(parts) = joined(&lower)
        {
            return self.take_all(&parts);
        }
        if let Some(offset) = offset(&lower) {
            return set(&mut self.offset, offset);
        }
        if lower.contains(':') {
            return self.take_clock(&lower);
        }
        match lower.trim_end_matches('.') {
            "at" => Some(()),
            "am" | "a.m" => set(&mut self.half, "am"),
            "pm" | "p.m" => set(&mut self.half, "pm"),
            plain if plain.bytes().all(|byte| byte.is_ascii_digit()) => self.number(plain),
            plain if named(plain, &WEEKDAYS).is_some() => Some(()),
            plain => set(&mut self.month, i8::try_from(named(plain, &MONTHS)? + 1).ok()?),
        }
    }

    /// `20-Nov-2026`, `20/Nov/2026:09:00:00`.
    fn take_all(&mut self, [day, month, rest]: &[&str; 3]) -> Option<()> {
        self.number(day)?;
        set(&mut self.month, i8::try_from(named(month, &MONTHS)? + 1).ok()?)?;
        let (year, clock) = rest.split_once(':').map_or((*rest, None), |(y, c)| (y, Some(c)));
        match (year.len(), clock) {
            (2, None) => set(&mut self.year, 2_000 + year.parse::<i16>().ok()?),
            (4, None) => self.number(year),
            (4, Some(clock)) => {
                self.number(year)?;
                self.take_clock(clock)
            }
            _ => None,
        }
    }

    fn take_clock(&mut self, clock: &str) -> Option<()> {
        let plain = clock.strip_suffix('z').unwrap_or(clock);
        if plain.len() < clock.len() {
            set(&mut self.offset, 0)?;
        }
        set(&mut self.clock, plain.to_owned())
    }

    /// Four digits are a year, fewer a day.
    fn number(&mut self, digits: &str) -> Option<()> {
        match digits.len() {
            4 => set(&mut self.year, digits.parse().ok()?),
            1 | 2 => set(&mut self.day, digits.parse().ok()?),
            _ => None,
        }
    }
}

fn set<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.is_none().then(|| *place = Some(value))
}

/// Day, month and year in one word.
fn joined(word: &str) -> Option<[&str; 3]> {
    let sign = ['-', '/'].into_iter().find(|sign| word.contains(*sign))?;
    let parts: Vec<&str> = word.splitn(3, sign).collect();
    let [day, month, year] = parts[..] else { return None };
    named(month, &MONTHS).map(|_| [day, month, year])
}

/// The place of a name that is written in full or with its first three letters or more.
fn named(word: &str, names: &[&str]) -> Option<usize> {
    (word.len() >= 3).then(|| names.iter().position(|name| name.starts_with(word)))?
}

/// `gmt`, `utc`, `z`, `+0100`, `gmt+0100`, `+01:00`, in seconds.
pub(crate) fn offset(word: &str) -> Option<i32> {
    let rest = ["gmt", "utc"].iter().find_map(|zone| word.strip_prefix(zone));
    let rest = match (rest, word) {
        (Some(""), _) | (_, "z") => return Some(0),
        (Some(rest), _) => rest,
        (None, word) => word,
    };
    let (sign, digits) = match rest.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.as_str(), "0"),
        4 => digits.split_at(2),
        _ => return None,
    };
    let seconds = hours.parse::<i32>().ok()? * 3_600 + minutes.parse::<i32>().ok()? * 60;
    Some(sign * seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_in_words_are_read_in_every_usual_layout() {
        let nine: DateTime = "2026-11-20T09:00:00".parse().unwrap();
        for (text, hour, offset) in [
            ("Fri Nov 20 2026 10:00:00 GMT+0100 (Central European Standard Time)", 1, Some(3_600)),
            ("Fri, 20 Nov 2026 09:00:00 GMT", 0, Some(0)),
            ("Fri, 20 Nov 2026 04:00:00 -0500", -5, Some(-18_000)),
            ("20/Nov/2026:09:00:00 +0000", 0, Some(0)),
            ("Fri Nov 20 09:00:00 2026", 0, None),
            ("20-Nov-2026 09:00:00", 0, None),
            ("20-NOV-26 09:00:00", 0, None),
            ("Nov 20, 2026 @ 09:00:00.000", 0, None),
            ("November 20, 2026, 9:00:00 AM", 0, None),
            ("Nov 20, 2026 at 9:00 a.m.", 0, None),
        ] {
            let wanted = nine + jiff::Span::new().hours(hour);
            assert_eq!(spelled(text), Some((wanted, offset)), "{text}");
        }
        let month: DateTime = "2026-11-01T00:00:00".parse().unwrap();
        assert_eq!(spelled("Nov 2026"), Some((month, None)));
        for text in [
            "Nov",
            "20 2026 09:00:00",
            "Nov 20 09:00:00",
            "2026-11-20T09:00:00 CET",
            "Nov 20 2026 20",
            "total of Nov 2026",
        ] {
            assert_eq!(spelled(text), None, "{text}");
        }
    }
}
