//! The second look: what the values of a table say about its rows, once its columns are known. A row is a call, or the sum
//! of many; taking one for the other invents requests, so a doubtful table is an error that shows both readings.

use crate::units::diagnostic::{Diagnostic, Place};
use crate::workload::import::clock::Clock;
use crate::workload::import::dates::DateOrder;
use crate::workload::import::digits::digits_us;
use crate::workload::import::names::Names;
use crate::workload::import::number::scaled;
use crate::workload::import::record::{Record, at_path, plain_text, total};
use crate::workload::import::spec::ArrivalUnit;
use std::collections::{BTreeMap, BTreeSet};

/// A day in microseconds.
const DAY_US: i64 = 86_400_000_000;
const MINUTE_US: i64 = 60_000_000;

/// What the rows of a table are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One call a row.
    Requests,
    /// Sums over buckets of that length.
    Totals,
    /// Could be either, and why the rows look like sums.
    Doubtful(String),
}

/// Looks at the values of a sample.
pub(crate) fn shape(sample: &[Record], names: &Names, order: Option<DateOrder>) -> Shape {
    if let Some(requests) = &names.requests {
        let counts = sample.iter().filter_map(|record| total(&record.value, &[requests]));
        // A log that counts each of its calls as one is a log.
        let many = counts.clone().any(|count| count > 1.0);
        if many || !names.tells_calls_apart() || counts.clone().next().is_none() {
            return Shape::Totals;
        }
    }
    let times = Times::of(sample, names, order);
    if let Some(why) = times.like_sums(names) {
        return Shape::Doubtful(why);
    }
    Shape::Requests
}

/// The times of a sample, by whatever tells rows of one time apart.
struct Times {
    /// Times by deployment, model and client.
    by_key: BTreeMap<String, Vec<i64>>,
    rows: usize,
    dates_only: bool,
}

impl Times {
    fn of(sample: &[Record], names: &Names, order: Option<DateOrder>) -> Self {
        let mut clock = Clock::new(order, true);
        let mut by_key: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        let (mut rows, mut dates_only) = (0, true);
        for record in sample {
            let Some(text) = at_path(&record.value, &names.arrival).and_then(plain_text) else {
                continue;
            };
            let text = text.trim();
            let Some(at) = instant(text, names.unit, &mut clock) else { continue };
            rows += 1;
            let number = text.parse::<f64>().is_ok();
            dates_only &= !number && text.len() <= 10 && text.contains(['-', '/', '.']);
            let key: Vec<String> = [&names.deployment, &names.model, &names.client]
                .into_iter()
                .flatten()
                .map(|name| {
                    let value = at_path(&record.value, name).and_then(plain_text);
                    value.unwrap_or_default().into_owned()
                })
                .collect();
            by_key.entry(key.join("\u{1f}")).or_default().push(at);
        }
        Self { by_key, rows, dates_only: dates_only && rows > 0 }
    }

    /// Why the rows look like sums over buckets; none where they do not.
    fn like_sums(&self, names: &Names) -> Option<String> {
        if self.dates_only {
            return Some("every time is a date without a time of day".into());
        }
        let all: BTreeSet<i64> = self.by_key.values().flatten().copied().collect();
        let on_grid = all.iter().all(|at| at.rem_euclid(MINUTE_US) == 0);
        let once = self
            .by_key
            .values()
            .all(|times| times.iter().collect::<BTreeSet<_>>().len() == times.len());
        let session = names.session.is_some() || names.status.is_some();
        if self.rows < 3 || all.len() < 3 || !on_grid || !once || session {
            return None;
        }
        let gaps: BTreeSet<i64> = all.iter().zip(all.iter().skip(1)).map(|(a, b)| b - a).collect();
        let step = *gaps.first()?;
        let regular = gaps.iter().all(|gap| gap % step == 0);
        let usual = [1, 5, 10, 15, 30, 60, 360, 720, 1_440].map(|minutes| minutes * MINUTE_US);
        if !regular || !usual.contains(&step) || all.len() < 3 {
            return None;
        }
        let each = if names.tells_calls_apart() { " of each model or client" } else { "" };
        Some(format!("there is one row{each} every {}", span(step)))
    }
}

fn instant(text: &str, unit: Option<ArrivalUnit>, clock: &mut Clock) -> Option<i64> {
    match unit {
        Some(ArrivalUnit::Timestamp) => clock.read(text.as_bytes()),
        Some(unit) => scaled(text.as_bytes(), unit.scale_us()).ok(),
        None => match text.parse::<f64>() {
            Ok(_) => {
                if text.len() > 6
                    && let Some(us) = digits_us(text)
                {
                    return Some(us);
                }
                let unit = unit_of_numbers([text].into_iter()).ok()?;
                scaled(text.as_bytes(), unit.scale_us()).ok()
            }
            Err(_) => clock.read(text.as_bytes()),
        },
    }
}

/// "1 minute", "5 minutes", "1 day".
pub(crate) fn span(us: i64) -> String {
    let of = |count: i64, one: &str| {
        if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
    };
    match us {
        us if us % DAY_US == 0 => of(us / DAY_US, "day"),
        us if us % (60 * MINUTE_US) == 0 => of(us / (60 * MINUTE_US), "hour"),
        us => of(us / MINUTE_US, "minute"),
    }
}

/// What a spreadsheet has in a cell of a day from 2009 to 2064: days since 1900.
const EXCEL_DAYS: std::ops::Range<f64> = 40_000.0..60_000.0;

/// Why numbers do not tell their unit, with one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UnitUntold {
    /// Parts of seconds finer than are read.
    Nanoseconds(String),
    /// As large as a spreadsheet's days, with parts.
    DaysOrSeconds(String),
    /// Whole and small.
    SecondsOrMilliseconds(String),
}

impl UnitUntold {
    /// The error of a file.
    pub(crate) fn diagnostic(&self, file: &str) -> Diagnostic {
        let (why, hint) = match self {
            Self::Nanoseconds(shown) => (
                format!("the time {shown} is in nanoseconds"),
                "divide the times by 1,000 and state arrival_unit=us in --columns: smaller parts \
                    than microseconds are not read",
            ),
            Self::DaysOrSeconds(shown) => (
                format!("times such as {shown} could be a spreadsheet's days or seconds"),
                "format the column as date and time (yyyy-mm-dd hh:mm:ss.000) and save it again; \
                    or state arrival_unit=s in --columns if they are seconds",
            ),
            Self::SecondsOrMilliseconds(shown) => (
                format!("times such as {shown} could be seconds or milliseconds"),
                "state it: arrival_unit=s, ms or us, in --columns or in a scenario's columns",
            ),
        };
        Diagnostic::error("unit-not-stated", format!("unit not stated: {why}"))
            .at(Place::new(file, 1, 0))
            .hint(hint)
    }
}

/// The unit of a column of numbers, by their size; instants have none here.
///
/// # Errors
/// Why the numbers do not tell.
pub(crate) fn unit_of_numbers<'a>(
    texts: impl Iterator<Item = &'a str>,
) -> Result<ArrivalUnit, UnitUntold> {
    let (mut largest, mut fraction, mut shown) = (0.0_f64, false, String::new());
    let mut least = f64::INFINITY;
    for text in texts {
        let Ok(value) = text.trim().parse::<f64>() else { continue };
        least = least.min(value);
        // A single zero is how programs write any whole number that may be absent; more digits are
        // parts of a second.
        let decimals = text.trim().split_once('.').map_or(0, |(_, decimals)| decimals.len());
        fraction |= decimals > 1 || value.fract() != 0.0;
        if value >= largest {
            largest = value;
            text.trim().clone_into(&mut shown);
        }
    }
    match largest {
        v if v >= 1e17 => Err(UnitUntold::Nanoseconds(shown)),
        v if v >= 1e14 => Ok(ArrivalUnit::Us),
        v if v >= 1e11 => Ok(ArrivalUnit::Ms),
        v if v >= 9e8 => Ok(ArrivalUnit::S),
        v if fraction && EXCEL_DAYS.contains(&least) && EXCEL_DAYS.contains(&v) => {
            Err(UnitUntold::DaysOrSeconds(shown))
        }
        _ if fraction => Ok(ArrivalUnit::S),
        _ => Err(UnitUntold::SecondsOrMilliseconds(shown)),
    }
}

/// The error that shows both readings. `counts` is a column of the file that is called like a count of calls.
pub(crate) fn doubtful(file: &str, why: &str, names: &Names, counts: Option<&str>) -> Diagnostic {
    let message = format!(
        "each row could be one call, or the total of many: {why}{}",
        if names.requests.is_none() { ", and no column is named that counts calls" } else { "" }
    );
    let totals = match counts {
        Some(column) => format!("name their count of calls, requests={column}, in --columns"),
        None => "name the column that counts calls, requests=…, in --columns, or state --input-tokens-per-request N".into(),
    };
    Diagnostic::error("doubtful-rows", message).at(Place::new(file, 1, 0)).hint(format!(
        "if each row is one call, say --read-as request-log (in a scenario format = \"request-log\"); if rows are totals, {totals}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn look(rows: &[(&str, &str)]) -> Shape {
        let sample: Vec<Record> = (2..)
            .zip(rows)
            .map(|(line, (at, model))| Record {
                line,
                value: json!({ "time": at, "model": model, "input_tokens": "5", "output_tokens": "1" }),
            })
            .collect();
        let names =
            Names::recognised(["time", "model", "input_tokens", "output_tokens"].into_iter());
        shape(&sample, &names.unwrap(), None)
    }

    #[test]
    fn one_row_a_minute_could_be_sums_and_several_in_one_are_calls() {
        let doubtful = look(&[
            ("2026-11-20T09:00:00Z", "a"),
            ("2026-11-20T09:01:00Z", "a"),
            ("2026-11-20T09:02:00Z", "a"),
        ]);
        assert!(matches!(&doubtful, Shape::Doubtful(why) if why.contains("every 1 minute")));
        let calls = look(&[
            ("2026-11-20T09:00:00Z", "a"),
            ("2026-11-20T09:00:00Z", "a"),
            ("2026-11-20T09:02:00Z", "a"),
        ]);
        assert_eq!(calls, Shape::Requests);
        let seconds = look(&[
            ("2026-11-20T09:00:00.12Z", "a"),
            ("2026-11-20T09:01:07Z", "a"),
            ("2026-11-20T09:02:00Z", "a"),
        ]);
        assert_eq!(seconds, Shape::Requests);
        assert!(matches!(look(&[("2026-11-20", "a")]), Shape::Doubtful(_)));
    }

    #[test]
    fn numbers_tell_their_unit_or_are_doubtful() {
        let unit = |texts: &[&str]| unit_of_numbers(texts.iter().copied());
        assert_eq!(unit(&["1795165200", "1795165201"]), Ok(ArrivalUnit::S));
        assert_eq!(unit(&["1795165200123"]), Ok(ArrivalUnit::Ms));
        assert_eq!(unit(&["1795165200123456"]), Ok(ArrivalUnit::Us));
        assert_eq!(unit(&["0.5", "7.25"]), Ok(ArrivalUnit::S));
        assert_eq!(unit(&["0.000000", "12.000000"]), Ok(ArrivalUnit::S));
        assert!(unit(&["0.0", "1500.0"]).is_err());
        assert_eq!(unit(&["0.52", "1.71", "45000.25"]), Ok(ArrivalUnit::S));
        let days = UnitUntold::DaysOrSeconds("46346.3751".to_owned());
        assert_eq!(unit(&["46346.375", "46346.3751"]), Err(days));
        let either = UnitUntold::SecondsOrMilliseconds("3000".to_owned());
        assert_eq!(unit(&["0", "3000"]), Err(either));
    }
}
