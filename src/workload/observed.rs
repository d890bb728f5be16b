//! A log of attempts with what the service answered: each row one HTTP call, 429s included. What a
//! deployment is calibrated on.
//!
//! A table with a header. Needed: `arrival` (an instant), `status`, `input_tokens`. Read where
//! there: `output_tokens`, `cached_input_tokens`, `max_output_tokens`, `latency_ms`, `utilization`
//! (percent, of a provisioned deployment) and `retry_after_ms`. An empty cell is "not known". Any
//! other log is read as traffic is ([`import`](crate::workload::import)), where it states what each
//! call was answered.

use crate::units::code::Code;
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::time::MINUTE_US;
use crate::workload::import::{Clock, Dialect, Imported, ReadSpec, plain_text, read};
use crate::workload::trace::Trace;

/// Other names of the columns, as gateways and SDK logs write them.
const NAMES: [(&str, &[&str]); 9] = [
    ("arrival", &["timestamp", "time", "arrival_time", "timegenerated"]),
    ("status", &["status_code", "http_status", "resultcode", "response_code"]),
    ("input_tokens", &["prompt_tokens", "prompttokens"]),
    ("output_tokens", &["completion_tokens", "completiontokens"]),
    ("cached_input_tokens", &["cached_tokens"]),
    ("max_output_tokens", &["max_tokens", "max_completion_tokens"]),
    ("latency_ms", &["duration_ms", "durationms", "latency"]),
    ("utilization", &["utilization_percent", "azure_openai_deployment_utilization"]),
    ("retry_after_ms", &["retry-after-ms"]),
];

/// What is looked at to see how a table is written.
const HEAD_BYTES: usize = 1 << 14;

/// Mistakes told at once.
const MAX_TOLD: usize = 20;

/// Attempts with their answers, in order of arrival. Time 0 is the clock minute of the first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// The attempts; the output of a refused one is 0.
    pub trace: Trace,
    /// HTTP status of each.
    pub status: Vec<u16>,
    /// Time from arrival to the complete answer of each, milliseconds, where known.
    pub latency_ms: Vec<Option<u32>>,
    /// Measured utilization, percent: minute and value, in order; several of a minute are told apart by their order.
    pub utilization: Vec<(usize, f64)>,
    /// `retry-after-ms` of each 429, where known.
    pub retry_after_ms: Vec<Option<u32>>,
    /// Attempts whose input was not in the log: they were given that of the attempt before.
    pub filled: u64,
}

impl Observed {
    /// Minutes from the start to the last attempt, the last one included.
    pub fn minutes(&self) -> usize {
        usize::try_from(self.trace.last_arrival_us() / MINUTE_US).unwrap_or(usize::MAX) + 1
    }

    /// 429s of each minute.
    pub fn throttled_per_minute(&self) -> Vec<u32> {
        let mut minutes = vec![0; self.minutes()];
        for (at_us, status) in self.trace.arrival_us.iter().zip(&self.status) {
            let minute = usize::try_from(at_us / MINUTE_US).unwrap_or(usize::MAX);
            if let Some(count) = minutes.get_mut(minute).filter(|_| *status == 429) {
                *count += 1;
            }
        }
        minutes
    }
}

/// Reads a log of attempts, compressed or not. `name` is what messages call it.
///
/// # Errors
/// A log without the needed columns in which no importer finds answers either, and every row that is
/// not sound, with its line.
pub fn read_observed(name: &str, bytes: &[u8]) -> Result<Observed, Diagnostics> {
    let wrong = match plain_text(name, bytes).and_then(|text| of_table(name, &text)) {
        Ok(found) => return Ok(found),
        Err(wrong) => wrong,
    };
    // Rows that are told by their line are of such a table: only what it is not may be another log.
    let is_other = |own: &Diagnostic| OTHER_LOG.map(Code::from).contains(&own.code);
    if !wrong.0.iter().all(is_other) {
        return Err(wrong);
    }
    let imported = read(name, bytes, &ReadSpec::default()).ok();
    imported.and_then(of_traffic).ok_or(wrong)
}

/// Mistakes of what is no table of attempts.
const OTHER_LOG: [&str; 3] = ["log-unreadable", "missing-columns", "not-an-instant"];

/// Calls that an importer read, where it knows what each was answered.
fn of_traffic(imported: Imported) -> Option<Observed> {
    let status = imported.attributes.status?;
    let mut trace = imported.trace;
    if status.len() != trace.len() || status.contains(&0) {
        return None;
    }
    let minute_us = i64::try_from(MINUTE_US).unwrap_or(i64::MAX);
    let first_us = imported.start.map_or(0, |start| start.as_microsecond().rem_euclid(minute_us));
    let first_us = u64::try_from(first_us).unwrap_or(0);
    for ((at_us, output), status) in
        trace.arrival_us.iter_mut().zip(&mut trace.output_tokens).zip(&status)
    {
        *at_us += first_us;
        if *status >= 400 {
            *output = 0;
        }
    }
    let unknown = vec![None; status.len()];
    Some(Observed {
        trace,
        status,
        latency_ms: unknown.clone(),
        utilization: Vec::new(),
        retry_after_ms: unknown,
        filled: 0,
    })
}

/// What separates the cells, by the first rows.
fn delimiter(text: &[u8]) -> u8 {
    let head = &text[..text.len().min(HEAD_BYTES)];
    Dialect::of(&String::from_utf8_lossy(head)).delimiter
}

/// Reads a table of attempts.
fn of_table(name: &str, text: &[u8]) -> Result<Observed, Diagnostics> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).delimiter(delimiter(text)).from_reader(text);
    let header = reader.headers().map_err(|error| unreadable(name, 1, &error.to_string()))?.clone();
    let columns = Columns::of(name, &header)?;
    let mut clock = Clock::default();
    let mut rows: Vec<ObservedRow> = Vec::new();
    let mut wrong = Diagnostics::default();
    for (index, record) in reader.records().enumerate() {
        let line = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(2);
        let row = match record {
            Ok(record) => columns.row(&record, &mut clock),
            Err(error) => Err(("row-unreadable", error.to_string())),
        };
        match row {
            Ok(row) => rows.push(row),
            Err((code, message)) if wrong.0.len() < MAX_TOLD => {
                wrong.push(Diagnostic::error(code, message).at(Place::new(name, line, 0)));
            }
            Err(_) => {}
        }
    }
    wrong.or_ok(())?;
    if rows.is_empty() {
        return Err(Diagnostic::error("empty-log", format!("empty log: {name}"))
            .hint("a log of attempts needs rows, answered ones and 429s")
            .into());
    }
    rows.sort_by_key(|row| row.arrival_us);
    Ok(observed(&rows))
}

fn unreadable(name: &str, line: u32, error: &str) -> Diagnostics {
    Diagnostic::error("log-unreadable", format!("unreadable log: {error}"))
        .at(Place::new(name, line, 0))
        .into()
}

/// Where each column is.
struct Columns([Option<usize>; NAMES.len()]);

/// One row.
#[derive(Clone, Copy)]
struct ObservedRow {
    arrival_us: i64,
    status: u16,
    input: Option<u32>,
    output: Option<u32>,
    cached: Option<u32>,
    limit: Option<u32>,
    latency_ms: Option<u32>,
    utilization: Option<f64>,
    retry_after_ms: Option<u32>,
}

impl Columns {
    fn of(name: &str, header: &csv::StringRecord) -> Result<Self, Diagnostics> {
        let known = |cell: &str, wanted: &str, others: &[&str]| {
            let cell = cell.trim().to_ascii_lowercase();
            cell == wanted || others.contains(&&*cell)
        };
        let found = NAMES
            .map(|(wanted, others)| header.iter().position(|cell| known(cell, wanted, others)));
        let missing: Vec<&str> =
            (0..3).filter(|index| found[*index].is_none()).map(|index| NAMES[index].0).collect();
        if missing.is_empty() {
            return Ok(Self(found));
        }
        let message = format!("missing columns: {}", missing.join(", "));
        Err(Diagnostic::error("missing-columns", message)
            .at(Place::new(name, 1, 1))
            .hint(
                "a log of attempts has arrival, status and input_tokens, or is a log that `ptuplan \
                 trace formats` lists and that says what each call was answered; each row is one \
                 call, 429s included",
            )
            .into())
    }

    fn row(
        &self,
        record: &csv::StringRecord,
        clock: &mut Clock,
    ) -> Result<ObservedRow, (&'static str, String)> {
        let cell = |column: usize| {
            let text = self.0[column].and_then(|index| record.get(index)).map(str::trim);
            text.filter(|text| !text.is_empty())
        };
        let whole = |column: usize| -> Result<Option<u32>, (&'static str, String)> {
            let Some(text) = cell(column) else { return Ok(None) };
            // Milliseconds and tokens are whole in most logs, and fractions in some.
            match text.parse::<f64>() {
                Ok(value) if (0.0..=100_000_000.0).contains(&value) => {
                    Ok(u32::try_from(value.round() as i64).ok())
                }
                _ => Err(("not-a-count", format!("not a count: {} = {text}", NAMES[column].0))),
            }
        };
        let arrival = cell(0).unwrap_or_default();
        let arrival_us = clock
            .read(arrival.as_bytes())
            .ok_or_else(|| ("not-an-instant", format!("not an instant: {arrival}")))?;
        let status = cell(1).unwrap_or_default();
        let status: u16 = status
            .parse()
            .ok()
            .filter(|status| (100..600).contains(status))
            .ok_or_else(|| ("not-a-status", format!("not an HTTP status: {status}")))?;
        let utilization = cell(7).map(|text| text.trim_end_matches('%').trim().parse::<f64>());
        let utilization = utilization.transpose();
        let utilization =
            utilization.map_err(|_| ("not-a-share", "not a utilization in percent".to_owned()))?;
        let row = ObservedRow {
            arrival_us,
            status,
            input: whole(2)?,
            output: whole(3)?,
            cached: whole(4)?,
            limit: whole(5)?,
            latency_ms: whole(6)?,
            utilization: utilization.filter(|value| value.is_finite()),
            retry_after_ms: whole(8)?,
        };
        if row.cached.zip(row.input).is_some_and(|(cached, input)| cached > input) {
            return Err(("cached-above-input", "more cached input than input".to_owned()));
        }
        Ok(row)
    }
}

/// Columns of sorted rows.
fn observed(rows: &[ObservedRow]) -> Observed {
    let first = rows.first().map_or(0, |row| row.arrival_us);
    let start = first - first.rem_euclid(i64::try_from(MINUTE_US).unwrap_or(60_000_000));
    let mut found = Observed::default();
    let known = |of: fn(&ObservedRow) -> Option<u32>| rows.iter().any(|row| of(row).is_some());
    let (cached, limits) = (known(|row| row.cached), known(|row| row.limit));
    let mut cached = cached.then(Vec::new);
    let mut limits = limits.then(Vec::new);
    let mut last = rows.iter().find_map(|row| row.input).unwrap_or(0);
    for row in rows {
        let at_us = u64::try_from(row.arrival_us - start).unwrap_or(0);
        found.filled += u64::from(row.input.is_none());
        last = row.input.unwrap_or(last);
        found.trace.arrival_us.push(at_us);
        found.trace.input_tokens.push(last);
        found.trace.output_tokens.push(row.output.unwrap_or(0));
        if let Some(column) = &mut cached {
            column.push(row.cached.unwrap_or(0).min(last));
        }
        if let Some(column) = &mut limits {
            column.push(row.limit.unwrap_or(Trace::NO_LIMIT));
        }
        found.status.push(row.status);
        found.latency_ms.push(row.latency_ms);
        found.retry_after_ms.push(row.retry_after_ms);
        if let Some(value) = row.utilization {
            let minute = usize::try_from(at_us / MINUTE_US).unwrap_or(usize::MAX);
            found.utilization.push((minute, value));
        }
    }
    found.trace.cached_input_tokens = cached;
    found.trace.max_output_tokens = limits;
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_of_attempts_is_read() {
        let text = "Timestamp,status_code,prompt_tokens,completion_tokens,max_tokens,latency_ms\n\
                    2026-12-01T00:00:40Z,200,100,20,800,350.4\n\
                    2026-12-01T00:00:10Z,429,,,,\n\
                    2026-12-01T00:01:00Z,429,300,,,\n";
        let found = read_observed("log.csv", text.as_bytes()).unwrap();
        assert_eq!(found.trace.arrival_us, [10_000_000, 40_000_000, 60_000_000]);
        assert_eq!(found.trace.input_tokens, [100, 100, 300]);
        assert_eq!((found.filled, found.minutes()), (1, 2));
        assert_eq!(found.throttled_per_minute(), [1, 1]);
        assert_eq!(found.latency_ms, [None, Some(350), None]);
        assert_eq!(found.trace.max_output(1), Some(800));
    }

    #[test]
    fn a_log_of_another_kind_is_read_as_traffic_is() {
        // Three calls, the second refused: milliseconds from the start behind semicolons, the
        // program's own columns, and lines of JSON.
        let table = "arrival_ms;model;status;input_tokens;output_tokens\n\
                     10000;gpt-4.1;200;100;20\n40000;gpt-4.1;429;300;\n60000;gpt-4.1;200;50;9\n";
        let line = |at: &str, status: u16, input: u32, output: u32| {
            format!(
                "{{\"timestamp\":\"2026-12-01T00:{at}Z\",\"model\":\"gpt-4.1\",\
                 \"status_code\":{status},\"prompt_tokens\":{input},\
                 \"completion_tokens\":{output}}}\n"
            )
        };
        let lines =
            [line("00:10", 200, 100, 20), line("00:40", 429, 300, 0), line("01:00", 200, 50, 9)];
        let own = "arrival_us,status,input_tokens,output_tokens\n\
                   10000000,200,100,20\n40000000,429,300,\n60000000,200,50,9\n";
        for text in [table.to_owned(), own.to_owned(), lines.concat()] {
            let found = read_observed("log", text.as_bytes()).unwrap();
            assert_eq!(found.status, [200, 429, 200], "{text}");
            assert_eq!(found.trace.input_tokens, [100, 300, 50]);
            assert_eq!(found.trace.output_tokens, [20, 0, 9]);
            assert_eq!(found.throttled_per_minute(), [1, 0]);
        }
    }

    #[test]
    fn what_is_wrong_with_a_log_has_its_line() {
        let text = "arrival,status,input_tokens\n2026-12-01T00:00:10Z,200,1\nnoon,200,1\n2026-12-01T00:00:10Z,ok,1\n";
        let found = read_observed("log.csv", text.as_bytes()).unwrap_err().to_string();
        assert!(found.contains("not an instant: noon (log.csv:3"), "{found}");
        assert!(found.contains("not an HTTP status: ok (log.csv:4"), "{found}");
        let found = read_observed("log.csv", b"arrival,status\n").unwrap_err().to_string();
        assert!(found.contains("missing columns: input_tokens"), "{found}");
        assert!(read_observed("log.csv", b"arrival,status,input_tokens\n").is_err());
    }
}
