//! A table of dated facts: keys, a value, its unit and its evidence, one fact a row, sorted by key and first day.
//! A sorted table is its own index: all look-ups are binary searches.

use crate::units::dated::{Dated, Evidence, Status};
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use csv::StringRecord;
use jiff::civil::Date;
use std::cmp::Ordering;
use std::sync::Arc;

/// The columns after the keys, the same in every table.
pub const EVIDENCE_COLUMNS: [&str; 7] =
    ["value", "unit", "effective_from", "effective_to", "status", "source", "verified_on"];

/// Rows looked at one after the other before a search.
const FEW: usize = 4;

/// What the values of a table must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// Any text that is not empty.
    Text,
    /// A decimal number of at least 0.
    Decimal,
    /// A decimal number of at least 0, or `unknown` where the platform publishes none.
    DecimalOrUnknown,
}

/// The name and the columns of a table.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// File name, without folder.
    pub file: &'static str,
    /// Key columns; the rows are sorted by them.
    pub keys: &'static [&'static str],
    /// What a value must look like.
    pub value: ValueKind,
    /// What a row is called in messages, such as `price`.
    pub noun: &'static str,
}

/// One fact.
#[derive(Clone, Debug)]
pub struct Row {
    fields: StringRecord,
    key_count: u8,
    /// First day in force.
    pub from: Date,
    /// Last day in force, none while it still is.
    pub to: Option<Date>,
    /// How well it is known.
    pub status: Status,
    /// The day somebody last checked the source.
    pub verified_on: Date,
    /// Line in the file, from 1.
    pub line: u32,
}

impl Row {
    /// Key number `index`, in the order of the schema.
    pub fn key(&self, index: usize) -> &str {
        self.fields.get(index).unwrap_or_default()
    }

    /// All keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().take(usize::from(self.key_count))
    }

    /// The value as the file has it.
    pub fn value(&self) -> &str {
        self.fields.get(usize::from(self.key_count)).unwrap_or_default()
    }

    /// The unit as the file has it, empty for text.
    pub fn unit(&self) -> &str {
        self.fields.get(usize::from(self.key_count) + 1).unwrap_or_default()
    }

    /// The id of the source.
    pub fn source(&self) -> &str {
        self.fields.get(usize::from(self.key_count) + 5).unwrap_or_default()
    }

    /// Every field, as the file has it.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter()
    }

    /// Whether the fact is in force on a day.
    pub fn in_force(&self, on: Date) -> bool {
        self.from <= on && self.to.is_none_or(|to| on <= to)
    }

    fn compare(&self, prefix: &[&str]) -> Ordering {
        for (index, part) in prefix.iter().enumerate() {
            match self.key(index).cmp(part) {
                Ordering::Equal => {}
                unequal => return unequal,
            }
        }
        Ordering::Equal
    }

    fn order(&self, other: &Self) -> Ordering {
        self.keys().cmp(other.keys()).then(self.from.cmp(&other.from))
    }
}

/// A table and the file it came from.
#[derive(Clone, Debug)]
pub struct Table {
    schema: &'static Schema,
    file: Arc<str>,
    rows: Vec<Row>,
}

impl Table {
    /// The table without rows, for a file that is missing.
    pub(crate) fn empty(schema: &'static Schema) -> Self {
        Self { schema, file: schema.file.into(), rows: Vec::new() }
    }

    /// Reads a table; every mistake is reported, with line and column.
    pub fn parse(
        schema: &'static Schema,
        file: &str,
        text: &str,
        mistakes: &mut Diagnostics,
    ) -> Self {
        let file: Arc<str> = file.into();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut rows: Vec<Row> = Vec::with_capacity(text.len() / 100);
        let mut record = StringRecord::new();
        let mut header = false;
        loop {
            match reader.read_record(&mut record) {
                Ok(false) => break,
                Ok(true) => {}
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line) as u32;
                    mistakes.push(
                        Diagnostic::error("table-unreadable", error.to_string()).at(Place::new(
                            file.clone(),
                            line,
                            0,
                        )),
                    );
                    break;
                }
            }
            let start = record.position().map_or(0, |p| p.byte() as usize);
            let line = record.position().map_or(0, |p| p.line() as u32);
            let at = |field: usize| {
                Place::new(file.clone(), line, column_of_field(&text[start..], field))
            };
            if !header {
                header = true;
                check_header(schema, &record, &at, mistakes);
                if record.len() != schema.keys.len() + EVIDENCE_COLUMNS.len() {
                    return Self { schema, file, rows };
                }
            } else if let Some(row) = read_row(schema, &record, line, &at, mistakes) {
                if let Some(last) = rows.last() {
                    check_order(schema, last, &row, &file, mistakes);
                }
                rows.push(row);
            }
        }
        if !header {
            mistakes.push(
                Diagnostic::error("table-empty", format!("table without a header: {file}"))
                    .at(Place::new(file.clone(), 1, 0)),
            );
        }
        Self { schema, file, rows }
    }

    /// The columns and the name.
    pub fn schema(&self) -> &'static Schema {
        self.schema
    }

    /// The file, as the user named it.
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// All rows, sorted.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rows whose first keys are `prefix`.
    pub fn with_prefix(&self, prefix: &[&str]) -> &[Row] {
        let first = self.rows.partition_point(|row| row.compare(prefix) == Ordering::Less);
        let rest = &self.rows[first..];
        let is_own = |row: &Row| row.compare(prefix) == Ordering::Equal;
        // Few rows have all keys in common: the next is mostly another's.
        let few = rest.iter().take(FEW).take_while(|row| is_own(row)).count();
        let count = if few < FEW { few } else { rest.partition_point(is_own) };
        &rest[..count]
    }

    /// The row with exactly these keys that is in force on a day.
    pub fn in_force(&self, keys: &[&str], on: Date) -> Option<&Row> {
        self.with_prefix(keys).iter().find(|row| row.in_force(on))
    }

    /// The place of a row.
    pub fn place(&self, row: &Row) -> Place {
        Place::new(self.file.clone(), row.line, 0)
    }

    /// The evidence of a row.
    pub fn evidence(&self, row: &Row) -> Arc<Evidence> {
        Arc::new(Evidence {
            status: row.status,
            effective_from: row.from,
            effective_to: row.to,
            source: row.source().into(),
            verified_on: row.verified_on,
            place: self.place(row),
        })
    }

    /// A value with the evidence of a row.
    pub fn dated<T>(&self, row: &Row, value: T) -> Dated<T> {
        Dated { value, evidence: self.evidence(row) }
    }

    /// Why none of `rows`, all of one key, is in force on a day: the error that names the nearest date and its row.
    pub fn not_in_force(&self, rows: &[Row], what: &str, on: Date) -> Diagnostic {
        let noun = self.schema.noun;
        let code = "value-not-in-force";
        let first = rows.iter().min_by_key(|row| row.from);
        let last = rows.iter().filter_map(|row| row.to.map(|to| (to, row))).max_by_key(|x| x.0);
        match (first, last) {
            (Some(first), _) if on < first.from => Diagnostic::error(
                code,
                format!(
                    "{noun} not in force: {what} on {on} (first {}, {})",
                    first.from,
                    self.place(first)
                ),
            )
            .hint(format!(
                "start the scenario on or after {}, or add the earlier {noun}",
                first.from
            )),
            (Some(_), Some((to, row))) => Diagnostic::error(
                code,
                format!("{noun} not in force: {what} on {on} (last {to}, {})", self.place(row)),
            )
            .hint(format!("choose a day up to {to}, or add the later {noun}")),
            _ => Diagnostic::error("value-unknown", format!("no {noun}: {what}")),
        }
    }
}

/// The column of field `field` in the record that `text` starts with, from 1.
fn column_of_field(text: &str, field: usize) -> u32 {
    let mut quoted = false;
    let mut commas = 0;
    let mut column = 1;
    for c in text.chars() {
        if commas == field {
            break;
        }
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => commas += 1,
            '\n' if !quoted => return 0,
            _ => {}
        }
        column += 1;
    }
    column
}

fn check_header(
    schema: &Schema,
    record: &StringRecord,
    at: &dyn Fn(usize) -> Place,
    mistakes: &mut Diagnostics,
) {
    let wanted: Vec<&str> = schema.keys.iter().copied().chain(EVIDENCE_COLUMNS).collect();
    let found: Vec<&str> = record.iter().collect();
    for (index, name) in found.iter().enumerate() {
        if !wanted.contains(name) {
            mistakes.push(
                Diagnostic::error("unknown-column", format!("unknown column: {name}"))
                    .at(at(index))
                    .hint(format!("columns are {}", wanted.join(","))),
            );
        }
    }
    for name in &wanted {
        if !found.contains(name) {
            mistakes.push(
                Diagnostic::error("missing-column", format!("missing column: {name}")).at(at(0)),
            );
        }
    }
    if found != wanted && found.len() == wanted.len() && found.iter().all(|n| wanted.contains(n)) {
        mistakes.push(
            Diagnostic::error("columns-out-of-order", "columns are not in the usual order")
                .at(at(0))
                .hint(format!("columns are {}", wanted.join(","))),
        );
    }
}

fn read_row(
    schema: &Schema,
    record: &StringRecord,
    line: u32,
    at: &dyn Fn(usize) -> Place,
    mistakes: &mut Diagnostics,
) -> Option<Row> {
    let keys = schema.keys.len();
    if record.len() != keys + EVIDENCE_COLUMNS.len() {
        let message = format!(
            "wrong number of fields: {} instead of {}",
            record.len(),
            keys + EVIDENCE_COLUMNS.len()
        );
        mistakes.push(Diagnostic::error("wrong-field-count", message).at(at(0)));
        return None;
    }
    let field = |index: usize| record.get(index).unwrap_or_default();
    let mut date = |index: usize, optional: bool| -> Option<Option<Date>> {
        let text = field(keys + index);
        if optional && text.is_empty() {
            return Some(None);
        }
        let parsed = parse_date(text);
        if parsed.is_none() {
            mistakes.push(
                Diagnostic::error("bad-date", format!("not a date: `{text}`"))
                    .at(at(keys + index))
                    .hint("write dates as YYYY-MM-DD"),
            );
        }
        parsed.map(Some)
    };
    let from = date(2, false)??;
    let to = date(3, true)?;
    let verified_on = date(6, false)??;
    if to.is_some_and(|to| to < from) {
        let message = format!("ends before it starts: {from} to {}", field(keys + 3));
        mistakes.push(Diagnostic::error("ends-before-start", message).at(at(keys + 3)));
    }
    let status = match field(keys + 4) {
        "documented" => Status::Documented,
        "observed" => Status::Observed,
        "assumed" => Status::Assumed,
        other => {
            mistakes.push(
                Diagnostic::error("bad-status", format!("unknown status: `{other}`"))
                    .at(at(keys + 4))
                    .hint("statuses are documented, observed, assumed"),
            );
            return None;
        }
    };
    check_value(schema, field(keys), &|| at(keys), mistakes);
    if field(keys + 5).is_empty() {
        mistakes.push(Diagnostic::error("missing-source", "row without a source").at(at(keys + 5)));
    }
    Some(Row { fields: record.clone(), key_count: keys as u8, from, to, status, verified_on, line })
}

fn check_value(schema: &Schema, value: &str, at: &dyn Fn() -> Place, mistakes: &mut Diagnostics) {
    let good = match schema.value {
        ValueKind::Text => !value.is_empty(),
        ValueKind::DecimalOrUnknown if value == "unknown" => true,
        ValueKind::Decimal | ValueKind::DecimalOrUnknown => {
            value.parse::<rust_decimal::Decimal>().is_ok_and(|number| !number.is_sign_negative())
        }
    };
    if !good {
        let message = match schema.value {
            ValueKind::Text => "row without a value".to_owned(),
            _ => format!("not a number of at least 0: `{value}`"),
        };
        mistakes.push(Diagnostic::error("bad-value", message).at(at()));
    }
}

/// Rows of one key follow each other without overlap or gap; keys ascend.
fn check_order(
    schema: &Schema,
    last: &Row,
    row: &Row,
    file: &Arc<str>,
    mistakes: &mut Diagnostics,
) {
    let place = || Place::new(file.clone(), row.line, 1);
    let name = || row.keys().filter(|key| !key.is_empty()).collect::<Vec<_>>().join(" · ");
    let same_key = last.keys().eq(row.keys());
    if last.order(row) == Ordering::Greater {
        mistakes.push(
            Diagnostic::error("unsorted-keys", format!("out of order: {}", name()))
                .at(place())
                .hint(format!("rows are sorted by {} and first day", schema.keys.join(", "))),
        );
    } else if same_key && last.from == row.from {
        let message = format!("twice on {}: {} (also line {})", row.from, name(), last.line);
        mistakes.push(Diagnostic::error("duplicate-row", message).at(place()));
    } else if same_key {
        match last.to {
            None => {
                let message = format!(
                    "overlap: {} from {} while line {} has no end",
                    name(),
                    row.from,
                    last.line
                );
                let end = row.from.yesterday().unwrap_or(row.from);
                mistakes.push(
                    Diagnostic::error("overlap", message)
                        .at(place())
                        .hint(format!("set effective_to of line {} to {end}", last.line)),
                );
            }
            Some(to) if to >= row.from => {
                let message = format!(
                    "overlap: {} from {} while line {} lasts to {to}",
                    name(),
                    row.from,
                    last.line
                );
                mistakes.push(Diagnostic::error("overlap", message).at(place()));
            }
            Some(to) if to.tomorrow().is_ok_and(|next| next < row.from) => {
                let message = format!(
                    "gap: {} has no value between {to} and {} (line {})",
                    name(),
                    row.from,
                    last.line
                );
                mistakes.push(
                    Diagnostic::error("gap", message)
                        .at(place())
                        .hint("state what held in between, `unknown` if nobody knows"),
                );
            }
            Some(_) => {}
        }
    }
}

/// A civil date `YYYY-MM-DD`, in no other spelling.
fn parse_date(text: &str) -> Option<Date> {
    let number = |digits: &str| -> Option<i16> {
        let all = digits.bytes().all(|byte| byte.is_ascii_digit());
        if all { digits.parse().ok() } else { None }
    };
    // Every row has three of them: a general parser would take as long as all the rest of a row.
    let ([b'-', ..], [.., b'-']) = (text.as_bytes().get(4..7)?, text.as_bytes().get(5..8)?) else {
        return None;
    };
    let (year, month) = (number(text.get(..4)?)?, number(text.get(5..7)?)?);
    let day = number(text.get(8..)?).filter(|_| text.len() == 10)?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
