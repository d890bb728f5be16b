//! Records of a log, whatever the file: lines of JSON, one JSON document, or rows of CSV, all as JSON values with their line.

use crate::workload::import::bounded::{Budget, json};
use crate::workload::import::clock::Clock;
use crate::workload::import::collector::Collector;
use crate::workload::import::dates::DateVotes;
use crate::workload::import::number::{MAX_TOKENS, NumberFault, is_absent, scaled, tokens};
use crate::workload::import::statuses::status_of;
use crate::workload::import::zones::hint;
use serde::de::IgnoredAny;
use serde_json::Value;
use std::borrow::Cow;

/// One record.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// Line where it begins, from 1.
    pub(crate) line: u64,
    pub(crate) value: Value,
}

/// What all texts of some records, and the names of their columns, say of the order of dates.
pub(crate) fn date_votes(records: &[Record]) -> DateVotes {
    let mut votes = DateVotes::default();
    let maps = || records.iter().filter_map(|one| Some((one.line, one.value.as_object()?)));
    if let Some((_, first)) = maps().next() {
        first.keys().for_each(|name| votes.see_column(name));
    }
    for (line, map) in maps() {
        map.values().filter_map(Value::as_str).for_each(|text| votes.see(text, line));
    }
    votes
}

/// The records of a JSON file: a value a line, or one document. Lines that do not parse are noted.
pub(crate) fn json_records(text: &str, collector: &mut Collector) -> Vec<Record> {
    let by_line = text.lines().find(|line| !line.trim().is_empty());
    let by_line = by_line.is_some_and(|line| json(line, &Budget::of(line.len())).is_ok());
    let budget = Budget::of(text.len());
    if !by_line {
        return match json(text, &budget) {
            Ok(value) => vec![Record { line: 1, value }],
            Err(error) => {
                if let Some(records) = several(text, &budget) {
                    return records;
                }
                collector.begin_row();
                let (code, message) = if error.is_eof() {
                    ("half-written-row", "half-written JSON document".to_owned())
                } else {
                    ("not-json", format!("not JSON: {error}"))
                };
                let at = (error.line() as u64, error.column() as u32);
                collector.fault(code, message, "fetch the file again", at);
                Vec::new()
            }
        };
    }
    let mut records = Vec::new();
    let last = text.lines().count() as u64;
    for (line, text) in (1..).zip(text.lines()) {
        if text.trim().is_empty() {
            continue;
        }
        match json(text, &budget) {
            Ok(value) => records.push(Record { line, value }),
            Err(error) => {
                let row = collector.begin_row();
                let at = (line, error.column() as u32);
                if line == last && error.is_eof() {
                    let message = format!("half-written last row: row {row}");
                    let hint = "the log was cut while being written";
                    collector.fault("half-written-row", message, hint, at);
                } else {
                    let message = format!("not JSON: row {row}: {error}");
                    collector.fault("not-json", message, "one JSON object a line", at);
                }
            }
        }
    }
    records
}

/// Documents one after the other, as a tool that pages writes them into one file; none where the
/// text is anything else.
fn several(text: &str, budget: &Budget) -> Option<Vec<Record>> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let (mut records, mut line, mut start) = (Vec::new(), 1, 0);
    while let Some(document) = stream.next() {
        document.ok()?;
        let end = stream.byte_offset();
        let own = text.get(start..end)?;
        let lead = &own[..own.len() - own.trim_start().len()];
        let lines = |text: &str| u64::try_from(text.matches('\n').count()).unwrap_or(0);
        records.push(Record { line: line + lines(lead), value: json(own, budget).ok()? });
        line += lines(own);
        start = end;
    }
    Some(records)
}

/// The member of an object under the first of these names it has; letter case does not matter. Null is absent.
pub(crate) fn field<'a>(value: &'a Value, names: &[&str]) -> Option<&'a Value> {
    let map = value.as_object()?;
    names.iter().find_map(|name| {
        map.get(*name)
            .or_else(|| {
                let mut found = map.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
                found.next().map(|(_, value)| value)
            })
            .filter(|value| !value.is_null() && value.as_str() != Some(""))
    })
}

/// Whether an object has a member of that name, empty or not.
pub(crate) fn has(value: &Value, name: &str) -> bool {
    value.as_object().is_some_and(|map| map.keys().any(|key| key.eq_ignore_ascii_case(name)))
}

/// The member at a path of names.
pub(crate) fn path<'a>(value: &'a Value, names: &[&str]) -> Option<&'a Value> {
    names.iter().try_fold(value, |value, name| field(value, &[name]))
}

/// A member as text.
pub(crate) fn text<'a>(value: &'a Value, names: &[&str]) -> Option<Cow<'a, str>> {
    plain_text(field(value, names)?)
}

/// The member at a path with dots (`usage.prompt_tokens`); a member whose own name has the dots comes
/// first, also inside another.
pub(crate) fn at_path<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let inside = |(at, _): (usize, &str)| at_path(field(value, &[&name[..at]])?, &name[at + 1..]);
    field(value, &[name]).or_else(|| name.match_indices('.').find_map(inside))
}

/// A value as text: strings as they are, numbers and booleans in their own spelling.
pub(crate) fn plain_text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        other @ (Value::Number(_) | Value::Bool(_)) => Some(Cow::Owned(other.to_string())),
        _ => None,
    }
}

/// A member that is an object, also when it arrives as JSON inside a string.
pub(crate) fn object<'a>(value: &'a Value, names: &[&str]) -> Option<Cow<'a, Value>> {
    match field(value, names)? {
        Value::String(text) => serde_json::from_str(text).ok().map(Cow::Owned),
        other => Some(Cow::Borrowed(other)),
    }
    .filter(|value| value.is_object())
}

/// A number of tokens: absent, sound or not. Numbers inside strings count, and lists are summed.
pub(crate) fn count(value: &Value) -> Result<u32, NumberFault> {
    match value {
        Value::Number(number) => tokens(number.to_string().as_bytes()),
        Value::String(text) => tokens(text.trim().as_bytes()),
        Value::Array(list) => list.iter().try_fold(0_u32, |sum, part| {
            let sum = sum.checked_add(count(part)?).ok_or(NumberFault::TooLarge)?;
            if u64::from(sum) > MAX_TOKENS { Err(NumberFault::TooLarge) } else { Ok(sum) }
        }),
        _ => Err(NumberFault::NotANumber),
    }
}

/// A member as a total, which may be fractional or larger than a request can be.
pub(crate) fn total(value: &Value, names: &[&str]) -> Option<f64> {
    amount(field(value, names)?)
}

/// The same at a path with dots.
pub(crate) fn total_at(value: &Value, name: &str) -> Option<f64> {
    amount(at_path(value, name)?)
}

fn amount(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|value: &f64| value.is_finite())
}

/// A member as an HTTP status, 0 when it is none: a number or a word.
pub(crate) fn status(value: &Value, names: &[&str]) -> u16 {
    text(value, names).and_then(|text| status_of(&text)).unwrap_or(0)
}

/// The names of a record's members, those of objects inside it as paths with dots.
pub(crate) fn paths(value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    gather(value, "", 0, &mut all);
    all
}

fn gather(value: &Value, head: &str, depth: usize, into: &mut Vec<String>) {
    let Some(map) = value.as_object() else { return };
    for (name, value) in map {
        let path = if head.is_empty() { name.clone() } else { format!("{head}.{name}") };
        if value.is_object() && depth < 3 {
            gather(value, &path, depth + 1, into);
        } else {
            into.push(path);
        }
    }
}

/// What every request-level importer needs: the collector, a clock, and readers that note what they cannot read.
pub(crate) struct Desk<'a> {
    pub(crate) collector: &'a mut Collector,
    pub(crate) clock: Clock,
    pub(crate) line: u64,
    sound: bool,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(collector: &'a mut Collector) -> Self {
        let clock = Clock::new(collector.date_order, collector.utc);
        Self { collector, clock, line: 0, sound: true }
    }

    /// Begins a record.
    pub(crate) fn begin(&mut self, line: u64) {
        self.collector.begin_row();
        self.line = line;
        self.sound = true;
    }

    /// Whether every reading of this record succeeded.
    pub(crate) fn is_sound(&self) -> bool {
        self.sound
    }

    /// Notes a mistake of this record.
    pub(crate) fn refuse(&mut self, code: &'static str, message: String, hint: &'static str) {
        self.sound = false;
        self.collector.fault(code, message, hint, (self.line, 0));
    }

    /// Passes over a record that is sound but no request of its own.
    pub(crate) fn leave(&mut self, reason: &'static str) {
        self.sound = false;
        self.collector.faults.leave(reason, self.line);
    }

    /// Notes what the times said of their zones.
    pub(crate) fn end(self) {
        self.collector.check_zones(&self.clock);
    }

    /// The total in a table's cell; none where the cell is empty or says that nobody knows it.
    /// Anything else that is no total is a mistake of the row.
    pub(crate) fn total(&mut self, value: &Value, name: &str) -> Option<f64> {
        let text = at_path(value, name).and_then(plain_text).unwrap_or_default();
        if is_absent(text.as_bytes()) {
            self.collector.note_absent(text.as_bytes(), self.line);
            return None;
        }
        let amount = total_at(value, name);
        if amount.is_none() && !text.trim().is_empty() {
            self.bad(NumberFault::NotANumber, name, &text);
        }
        if amount.is_some_and(|amount| amount < 0.0) {
            let message = format!("negative total: {name} is {text}");
            self.refuse("negative-number", message, "a count is 0 or more");
        }
        amount
    }

    /// Tokens, none where the source does not state them.
    pub(crate) fn tokens(&mut self, value: Option<&Value>, what: &str) -> Option<u32> {
        let value = value?;
        if let Some(text) = value.as_str().filter(|text| is_absent(text.as_bytes())) {
            self.collector.note_absent(text.as_bytes(), self.line);
            return None;
        }
        match count(value) {
            Ok(count) => Some(count),
            Err(NumberFault::Empty) => None,
            Err(fault) => {
                let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                self.collector.bad_number(fault, what, shown.as_bytes(), (self.line, 0));
                self.sound = false;
                None
            }
        }
    }

    /// Tokens in thousands or millions.
    pub(crate) fn tokens_in(&mut self, value: &Value, what: &str, factor: u32) -> Option<u32> {
        let text = at_path(value, what).and_then(plain_text)?;
        if is_absent(text.as_bytes()) {
            self.collector.note_absent(text.as_bytes(), self.line);
            return None;
        }
        let scale = i64::from(factor) * 1_000;
        match scaled(text.as_bytes(), scale).map(|milli| (milli + 500).div_euclid(1_000)) {
            Ok(count) => {
                let fault = match u32::try_from(count) {
                    Ok(tokens) if u64::from(tokens) <= MAX_TOKENS => return Some(tokens),
                    _ if count < 0 => NumberFault::Negative,
                    _ => NumberFault::TooLarge,
                };
                self.bad(fault, what, &text);
            }
            Err(NumberFault::Empty) => {}
            Err(fault) => self.bad(fault, what, &text),
        }
        None
    }

    /// Notes a number that cannot be read.
    pub(crate) fn bad(&mut self, fault: NumberFault, what: &str, text: &str) {
        self.sound = false;
        self.collector.bad_number(fault, what, text.as_bytes(), (self.line, 0));
    }

    /// A time; its absence is a mistake. A single name may be a path with dots.
    pub(crate) fn time(&mut self, value: &Value, names: &[&str]) -> i64 {
        let one = if let [name] = names { at_path(value, name) } else { field(value, names) };
        let Some(text) = one.and_then(plain_text) else {
            self.refuse(
                "missing-value",
                format!("missing value: {}", names[0]),
                "a request needs its time",
            );
            return 0;
        };
        let read = self.clock.read(text.trim().as_bytes());
        read.unwrap_or_else(|| {
            let message = format!("not a time: {} is \"{text}\"", names[0]);
            self.refuse("not-a-time", message, hint(&text));
            0
        })
    }
}
