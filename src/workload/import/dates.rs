//! Dates as the portal's regions write them: `11/20/2026, 9:00:03.118 AM`, `20.11.2026 09:00`, `2026/11/20 9:00`. Which
//! number is the day is decided by all dates of a file together, and said.

use jiff::civil::{Date, DateTime, Time};
use serde::Deserialize;
use std::borrow::Cow;

/// The order of the numbers in a date whose year comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// Month, day, year.
    Mdy,
    /// Day, month, year.
    Dmy,
    /// Year, month, day.
    Ymd,
}

impl DateOrder {
    /// The word used in options.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mdy => "mdy",
            Self::Dmy => "dmy",
            Self::Ymd => "ymd",
        }
    }

    /// In words.
    const fn words(self) -> &'static str {
        match self {
            Self::Mdy => "month/day/year",
            Self::Dmy => "day/month/year",
            Self::Ymd => "year/month/day",
        }
    }
}

/// Where a date has its year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Year {
    /// First, with four digits.
    First,
    /// Last, with four digits.
    Last,
    /// In two digits, last unless it is said to be first; and what is between the numbers.
    Short(char),
}

/// Years of two digits are of this century: no log of a model is older.
const CENTURY: u16 = 2_000;

/// The three numbers of a date, where its year is, and what follows them.
fn numbers(text: &str) -> Option<([u16; 3], Year, &str)> {
    let mut parts = [0_u16; 3];
    let mut digits = [0_usize; 3];
    let mut rest = text;
    let mut separator = None;
    for (ix, part) in parts.iter_mut().enumerate() {
        digits[ix] = rest.bytes().take_while(u8::is_ascii_digit).count();
        if !(1..=4).contains(&digits[ix]) {
            return None;
        }
        *part = rest[..digits[ix]].parse().ok()?;
        rest = &rest[digits[ix]..];
        if ix < 2 {
            let found = rest.chars().next().filter(|c| ['/', '.', '-'].contains(c))?;
            if *separator.get_or_insert(found) != found {
                return None;
            }
            rest = &rest[1..];
        }
    }
    let year = match digits {
        [4, 1..=2, 1..=2] => Year::First,
        [1..=2, 1..=2, 4] => Year::Last,
        [1..=2, 1..=2, 2] => Year::Short(separator?),
        _ => return None,
    };
    Some((parts, year, rest))
}

/// Words between a date and its time, in languages that have one.
const BETWEEN: [&str; 8] = ["klo", "kl.", "kl", "à", "г.,", "г.", "um", "alle"];
/// Halves of a day that come before the time: Chinese, Japanese and Korean.
const HALVES: [(&str, &str); 6] = [
    ("上午", "am"),
    ("下午", "pm"),
    ("午前", "am"),
    ("午後", "pm"),
    ("오전", "am"),
    ("오후", "pm"),
];

/// A text with plain spaces, and none after the dots of `20. 11. 2026`.
fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.contains(". ") {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(['\u{202f}', '\u{a0}'], " ").replace(". ", "."))
}

/// Date and time in a regional layout; a date alone is its midnight.
pub fn regional(text: &str, order: DateOrder) -> Option<DateTime> {
    let spaced = plain(text);
    let ([a, b, c], found, rest) = numbers(&spaced)?;
    let (year, month, day) = match (found, order) {
        (Year::First, _) => (a, b, c),
        (Year::Short(_), DateOrder::Ymd) => (CENTURY + a, b, c),
        (Year::Short(_), DateOrder::Dmy) => (CENTURY + c, b, a),
        (Year::Short(_), DateOrder::Mdy) => (CENTURY + c, a, b),
        (Year::Last, DateOrder::Dmy) => (c, b, a),
        (Year::Last, _) => (c, a, b),
    };
    let small = |value: u16| i8::try_from(value).ok();
    let date = Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?).ok()?;
    let rest = rest.trim_start_matches([',', '.']).trim();
    let rest = BETWEEN.iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest).trim();
    if rest.is_empty() {
        return Some(date.into());
    }
    let before = HALVES.iter().find_map(|(word, half)| Some((rest.strip_prefix(word)?, half)));
    let time = match before {
        Some((clock, half)) => time(&format!("{} {half}", clock.trim()))?,
        None => time(rest.trim_start_matches(['T', 't']))?,
    };
    Some(date.to_datetime(time))
}

/// `9:00:03.118 AM`, `09:00`, `21:00:03`.
pub(crate) fn time(text: &str) -> Option<Time> {
    let lower = text.to_ascii_lowercase().replace("a.m.", "am").replace("p.m.", "pm");
    let (clock, afternoon) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(clock), _) => (clock.trim(), Some(false)),
        (_, Some(clock)) => (clock.trim(), Some(true)),
        _ => (lower.trim(), None),
    };
    // `9.00.03`, in Finland and Denmark.
    let dotted = !clock.contains(':') && clock.contains('.');
    let clock = if dotted { clock.replacen('.', ":", 2) } else { clock.to_owned() };
    let mut parts = clock.split(':');
    let mut whole = || parts.next()?.parse::<i8>().ok();
    let (hour, minute) = (whole()?, whole()?);
    let (second, nanosecond) = match parts.next() {
        None => (0, 0),
        Some(text) => seconds(text)?,
    };
    let hour = match afternoon {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
    };
    Time::new(hour, minute, second, nanosecond).ok().filter(|_| parts.next().is_none())
}

/// Seconds and nanoseconds of `03.118`; further digits are cut.
fn seconds(text: &str) -> Option<(i8, i32)> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nine: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    Some((whole.parse().ok()?, nine.parse().ok()?))
}

/// What the dates of a file say of their order.
#[derive(Clone, Debug, Default)]
pub struct DateVotes {
    /// A date that fits one order only, and its line.
    month_first: Option<(String, u64)>,
    day_first: Option<(String, u64)>,
    /// Dates that fit both orders: the first, and all of them as days in both readings.
    open: Option<(String, u64)>,
    /// First and last day in both readings.
    spans: [Option<(Date, Date)>; 2],
    /// Whether some of them are no first day of a month, in both readings.
    no_firsts: [bool; 2],
    /// Whether a column is called one of months.
    of_months: bool,
    dots: bool,
    half_days: bool,
    /// A date with its year in two digits, and its line.
    short: Option<(String, u64)>,
    /// One of them with dashes, which may have its year first, and its line.
    dashed: Option<(String, u64)>,
}

impl DateVotes {
    /// Looks at one text of the file, if it is a date with its year last.
    pub fn see(&mut self, text: &str, line: u64) {
        let bytes = text.as_bytes();
        if bytes.len() < 6 || !bytes[0].is_ascii_digit() || bytes.len() > 40 {
            return;
        }
        let text = &*plain(text);
        let Some(([a, b, year], found, rest)) = numbers(text) else { return };
        let note = || Some((text.to_owned(), line));
        let year = match found {
            Year::Last => year,
            Year::Short(between) if is_short_date(text, between, rest) => {
                self.short = self.short.take().or_else(note);
                if between == '-' {
                    self.dashed = self.dashed.take().or_else(note);
                }
                CENTURY + year
            }
            Year::First | Year::Short(_) => return,
        };
        match (a > 12, b > 12) {
            (true, true) => return,
            (true, false) => self.day_first = self.day_first.take().or_else(note),
            (false, true) => self.month_first = self.month_first.take().or_else(note),
            (false, false) => self.open = self.open.take().or_else(note),
        }
        self.dots |= text.as_bytes().get(1) == Some(&b'.') || text.as_bytes().get(2) == Some(&b'.');
        let lower = rest.to_ascii_lowercase();
        self.half_days |= lower.ends_with('m') && (lower.contains("am") || lower.contains("pm"));
        for (span, (month, day)) in self.spans.iter_mut().zip([(a, b), (b, a)]) {
            let small = |value: u16| i8::try_from(value).unwrap_or(0);
            let year = i16::try_from(year).unwrap_or(0);
            let Ok(date) = Date::new(year, small(month), small(day)) else { continue };
            let (first, last) = span.unwrap_or((date, date));
            *span = Some((first.min(date), last.max(date)));
        }
        self.no_firsts = [self.no_firsts[0] || b != 1, self.no_firsts[1] || a != 1];
    }

    /// Notes the name of a column: a `month` has the first days of months.
    pub fn see_column(&mut self, name: &str) {
        let name = name.to_lowercase();
        let words = ["month", "monat", "mois", "mes", "mese"];
        self.of_months |=
            name.split(|c: char| !c.is_alphabetic()).any(|word| words.contains(&word));
    }

    /// Whether no date with its year last was seen.
    pub fn is_empty(&self) -> bool {
        self.month_first.is_none() && self.day_first.is_none() && self.open.is_none()
    }

    /// The order that some date of the file fits alone; none where all fit both, or none is such.
    pub const fn sure(&self) -> Option<DateOrder> {
        match (&self.month_first, &self.day_first) {
            (Some(_), None) => Some(DateOrder::Mdy),
            (None, Some(_)) => Some(DateOrder::Dmy),
            _ => None,
        }
    }

    /// The order of the file's dates and what to say about it; an error where they contradict each
    /// other, or may have their year at either end.
    pub fn decide(&self) -> Result<(DateOrder, Option<String>), String> {
        if let Some((text, line)) = &self.dashed {
            return Err(format!(
                "dates that could begin or end with their year: \"{text}\" in line {line}"
            ));
        }
        let (order, said) = self.decided()?;
        let century = self.short.as_ref().map_or("", |_| "; their years are of 2000 to 2099");
        Ok((order, said.map(|said| said + century)))
    }

    fn decided(&self) -> Result<(DateOrder, Option<String>), String> {
        let said = |order: DateOrder, (text, line): &(String, u64)| {
            let sure = format!("dates are read as {}: \"{text}\" in line {line}", order.words());
            Some(format!("{sure} fits no other order"))
        };
        match (&self.month_first, &self.day_first, &self.open) {
            (Some((month, at)), Some((day, there)), _) => Err(format!(
                "dates in two orders: \"{month}\" in line {at} has the month first, \"{day}\" in line {there} the day"
            )),
            (Some(sure), None, _) => Ok((DateOrder::Mdy, said(DateOrder::Mdy, sure))),
            (None, Some(sure), _) => Ok((DateOrder::Dmy, said(DateOrder::Dmy, sure))),
            (None, None, None) => Ok((DateOrder::Mdy, None)),
            (None, None, Some((text, _))) => {
                let (order, why) = self.likelier();
                let other = if order == DateOrder::Mdy { DateOrder::Dmy } else { DateOrder::Mdy };
                Ok((
                    order,
                    Some(format!(
                        "dates such as \"{text}\" are read as {}, {why}; every date of the file fits {} too: state --dates {} if that is meant",
                        order.words(),
                        other.words(),
                        other.as_str()
                    )),
                ))
            }
        }
    }

    /// Where all dates fit both orders: dots put the day first, AM and PM the month; else the reading that spans fewer days.
    fn likelier(&self) -> (DateOrder, &'static str) {
        let days = |span: Option<(Date, Date)>| {
            span.map_or(i64::MAX, |(first, last)| {
                last.since(first).map_or(i64::MAX, |span| i64::from(span.get_days()))
            })
        };
        let (month_first, day_first) = (days(self.spans[0]), days(self.spans[1]));
        let [others_by_month, others_by_day] = self.no_firsts;
        if self.of_months && others_by_month != others_by_day {
            let order = if others_by_day { DateOrder::Mdy } else { DateOrder::Dmy };
            (order, "which makes them the first days of months")
        } else if self.dots {
            (DateOrder::Dmy, "as dates with dots are")
        } else if month_first < day_first {
            (DateOrder::Mdy, "which puts them closest together")
        } else if day_first < month_first {
            (DateOrder::Dmy, "which puts them closest together")
        } else if self.half_days {
            (DateOrder::Mdy, "as times with AM and PM are")
        } else {
            (DateOrder::Mdy, "the portal's default")
        }
    }
}

/// Whether a text with three short numbers is a date: a time follows, or it is nothing but what a
/// version or an address is not.
fn is_short_date(text: &str, between: char, rest: &str) -> bool {
    let alone = rest.is_empty() && (between != '.' || text.len() == 8);
    let timed = || {
        [DateOrder::Mdy, DateOrder::Dmy, DateOrder::Ymd]
            .into_iter()
            .any(|order| regional(text, order).is_some())
    };
    (alone || rest.starts_with([',', ' ', 'T'])) && timed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regional_layouts_agree() {
        let wanted = "2026-11-20T21:00:03.118".parse().ok();
        for (text, order) in [
            ("11/20/2026, 9:00:03.118 PM", DateOrder::Mdy),
            ("11/20/2026, 9:00:03.118\u{202f}PM", DateOrder::Mdy),
            ("20/11/2026, 21:00:03.118", DateOrder::Dmy),
            ("20/11/2026, 9:00:03.118 p.m.", DateOrder::Dmy),
            ("20.11.2026, 21:00:03,118", DateOrder::Dmy),
            ("20-11-2026 21:00:03.118", DateOrder::Dmy),
            ("2026/11/20 21:00:03.118", DateOrder::Mdy),
            ("2026/11/20, 9:00:03.118 PM", DateOrder::Dmy),
            ("20.11.2026 klo 21.00.03.118", DateOrder::Dmy),
            ("20.11.2026 21.00.03,118", DateOrder::Dmy),
            ("20. 11. 2026 21:00:03.118", DateOrder::Dmy),
            ("20/11/2026 à 21:00:03.118", DateOrder::Dmy),
            ("20/11/2026, 9:00:03.118 p. m.", DateOrder::Dmy),
            ("20.11.2026 г., 21:00:03.118", DateOrder::Dmy),
            ("2026. 11. 20. 21:00:03.118", DateOrder::Mdy),
            ("2026. 11. 20. 오후 9:00:03.118", DateOrder::Mdy),
            ("2026/11/20 下午9:00:03.118", DateOrder::Mdy),
            ("2026-11-20 kl. 21:00:03.118", DateOrder::Mdy),
        ] {
            assert_eq!(regional(text, order), wanted, "{text}");
        }
        assert_eq!(regional("11/20/2026, 12:30 AM", DateOrder::Mdy).map(DateTime::hour), Some(0));
        for text in ["13/13/2026", "11/20/2026 25:00", "11/20/2026 0:30 AM", "1/2/3", "11.20/2026"]
        {
            assert_eq!(regional(text, DateOrder::Mdy), None, "{text}");
        }
    }

    #[test]
    fn all_dates_of_a_file_decide_their_order_together() {
        let decide = |dates: &[&str]| {
            let mut votes = DateVotes::default();
            dates.iter().zip(2..).for_each(|(date, line)| votes.see(date, line));
            votes.decide().map(|(order, said)| (order, said.unwrap_or_default()))
        };
        let (order, said) = decide(&["05/06/2026", "13/06/2026"]).unwrap();
        assert_eq!(order, DateOrder::Dmy);
        assert!(said.contains("\"13/06/2026\" in line 3 fits no other order"), "{said}");
        assert_eq!(decide(&["05/06/2026", "05/13/2026"]).unwrap().0, DateOrder::Mdy);
        // Three days in a row, or the first of three months.
        let (order, said) = decide(&["11/01/2026", "11/02/2026", "11/03/2026"]).unwrap();
        assert_eq!(order, DateOrder::Mdy);
        assert!(said.contains("state --dates dmy"), "{said}");
        assert_eq!(decide(&["01/11/2026", "02/11/2026"]).unwrap().0, DateOrder::Dmy);
        assert_eq!(decide(&["05.06.2026"]).unwrap().0, DateOrder::Dmy);
        assert!(decide(&["13/06/2026", "06/13/2026"]).unwrap_err().contains("two orders"));
        assert_eq!(decide(&["2026-06-13", "text"]).unwrap().1, "");
    }

    #[test]
    fn years_of_two_digits_are_read_where_their_place_is_sure() {
        let wanted = "2026-11-20T14:05:00".parse().ok();
        for (text, order) in [
            ("11/20/26 14:05", DateOrder::Mdy),
            ("11/20/26, 2:05 PM", DateOrder::Mdy),
            ("20.11.26 14:05", DateOrder::Dmy),
            ("26-11-20 14:05", DateOrder::Ymd),
        ] {
            assert_eq!(regional(text, order), wanted, "{text}");
        }
        let decide = |dates: &[&str]| {
            let mut votes = DateVotes::default();
            dates.iter().zip(2..).for_each(|(date, line)| votes.see(date, line));
            votes.decide().map(|(order, said)| (order, said.unwrap_or_default()))
        };
        let (order, said) = decide(&["11/20/26 14:05"]).unwrap();
        assert_eq!(order, DateOrder::Mdy);
        assert!(said.ends_with("years are of 2000 to 2099"), "{said}");
        assert_eq!(decide(&["20.11.26 14:05"]).unwrap().0, DateOrder::Dmy);
        assert!(decide(&["26-11-20 14:05"]).unwrap_err().contains("begin or end with their year"));
        // Versions and addresses are none.
        assert_eq!(decide(&["1.25.13", "10.0.0.1", "12-25-x", "1/2/34/5"]).unwrap().1, "");
    }
}
