//! A CSV file by column names, with the place of every value.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::money::{Currency, Money};
use crate::workload::import::{DateOrder, DateVotes, line_of, regional};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// More mistakes than anybody reads.
const MAX_MISTAKES: usize = 50;

/// The longest stretch a row may state, and a file may have usage in: bills are made hour by hour.
pub(crate) const LONGEST_YEARS: i64 = 20;
/// The same as a duration.
pub(crate) const LONGEST: SignedDuration = SignedDuration::from_hours(LONGEST_YEARS * 366 * 24);

/// The rows of a CSV file.
pub(crate) struct Rows {
    file: Arc<str>,
    columns: BTreeMap<String, usize>,
    /// The same without case and underscores, as Athena, `BigQuery` and Databricks write the names
    /// of FOCUS.
    plain: BTreeMap<String, usize>,
    records: Vec<csv::StringRecord>,
    delimiter: u8,
    /// Whether lines end as Windows ends them.
    crlf: bool,
    /// The order of dates such as 11/20/2026, where the file has some and decides it.
    order: Option<DateOrder>,
}

/// Columns of instants.
const INSTANTS: [&str; 4] = ["ChargePeriodStart", "ChargePeriodEnd", "from", "until"];

/// One row, and where its mistakes go.
pub(crate) struct RowReader<'a> {
    rows: &'a Rows,
    record: &'a csv::StringRecord,
    diagnostics: &'a mut Diagnostics,
}

impl Rows {
    /// Reads a file whose header has at least `required`.
    pub(crate) fn read(file: &str, bytes: &[u8], required: &[&str]) -> Result<Self, Diagnostics> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let head = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let crlf = head.ends_with(b"\r");
        let unreadable = |error: csv::Error| {
            let line = error.position().map_or(0, |at| line(at, crlf));
            let (message, hint) = match error.kind() {
                csv::ErrorKind::UnequalLengths { expected_len, len, .. } => (
                    format!("a row of {len} cells under a header of {expected_len}"),
                    "put a cell that has the separator inside it in quotes, and give every row \
                     the cells of the header",
                ),
                _ => (error.to_string(), "export the file again as CSV in UTF-8"),
            };
            let place = Place::new(file, line, 0);
            Diagnostic::error("csv-unreadable", message).at(place).hint(hint)
        };
        let delimiter = delimiter(head, required);
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes);
        let header = reader.headers().map_err(unreadable)?;
        let columns: BTreeMap<String, usize> = header
            .iter()
            .enumerate()
            .map(|(index, name)| (name.trim().to_owned(), index))
            .collect();
        if let Some(twice) = header.iter().enumerate().find_map(|(index, name)| {
            let name = name.trim();
            (!name.is_empty() && columns.get(name) != Some(&index)).then_some(name)
        }) {
            let message = format!("two columns of one name: {twice}");
            return Err(Diagnostic::error("column-twice", message)
                .at(Place::new(file, 1, 0))
                .hint("rename one of them or leave it out: which one counts is not for us to say")
                .into());
        }
        let plain: BTreeMap<String, usize> =
            columns.iter().map(|(name, index)| (plain_column(name), *index)).collect();
        let missing: Vec<&str> = required
            .iter()
            .copied()
            .filter(|name| place(&columns, &plain, name).is_none())
            .collect();
        if !missing.is_empty() {
            let message = format!("columns missing: {}", missing.join(", "));
            return Err(Diagnostic::error("columns-missing", message)
                .at(Place::new(file, 1, 0))
                .hint(where_they_are(header))
                .into());
        }
        let records: Vec<csv::StringRecord> =
            reader.records().collect::<Result<_, _>>().map_err(unreadable)?;
        let mut votes = DateVotes::default();
        for column in INSTANTS.iter().filter_map(|name| place(&columns, &plain, name)) {
            for cell in records.iter().filter_map(|record| record.get(column)) {
                votes.see(cell.trim(), 0);
            }
        }
        let order = votes.sure();
        Ok(Self { file: file.into(), columns, plain, records, delimiter, crlf, order })
    }

    /// The names of the columns that begin with a text.
    pub(crate) fn columns_after<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.columns.keys().filter_map(move |name| name.strip_prefix(prefix))
    }

    /// Whether the file has a column.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.place(column).is_some()
    }

    fn place(&self, column: &str) -> Option<usize> {
        place(&self.columns, &self.plain, column)
    }

    /// Calls `read` for every row, up to a number of mistakes.
    pub(crate) fn each(
        &self,
        diagnostics: &mut Diagnostics,
        mut read: impl FnMut(&mut RowReader<'_>),
    ) {
        for record in &self.records {
            if diagnostics.0.len() >= MAX_MISTAKES {
                let message =
                    format!("more than {MAX_MISTAKES} mistakes: the rest of the file was not read");
                let place = Place::new(Arc::clone(&self.file), 0, 0);
                diagnostics.push(Diagnostic::error("more-mistakes", message).at(place));
                break;
            }
            read(&mut RowReader { rows: self, record, diagnostics });
        }
    }
}

impl<'a> RowReader<'a> {
    /// The file the row is of.
    pub(crate) const fn rows(&self) -> &'a Rows {
        self.rows
    }
    /// The text of a column; empty when the file has no such column.
    pub(crate) fn text(&self, column: &str) -> &str {
        let index = self.rows.place(column);
        index.and_then(|index| self.record.get(index)).unwrap_or_default().trim()
    }

    /// The place of a column's value.
    pub(crate) fn place(&self, column: &str) -> Place {
        let line = self.record.position().map_or(0, |at| line(at, self.rows.crlf));
        let field = self.rows.place(column).map_or(0, |index| number(index + 1));
        Place::new(Arc::clone(&self.rows.file), line, field)
    }

    /// The text of a column that must not be empty.
    pub(crate) fn required(&mut self, column: &str) -> Option<Arc<str>> {
        let text: Arc<str> = self.text(column).into();
        if text.is_empty() {
            self.mistake("value-missing", column, &format!("{column} is empty"));
            return None;
        }
        Some(text)
    }

    /// A value read from a text; `absent` when the text is empty.
    pub(crate) fn parsed<T>(
        &mut self,
        column: &str,
        absent: Option<T>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(column).to_owned();
        if text.is_empty() && absent.is_some() {
            return absent;
        }
        let value = parse(&text);
        if value.is_none() {
            let message = if text.is_empty() {
                format!("{column} is empty")
            } else {
                format!("{column} cannot be `{text}`")
            };
            self.mistake("value-unreadable", column, &message);
        }
        value
    }

    /// A word of a list; `absent` when the text is empty.
    pub(crate) fn one_of<T>(
        &mut self,
        column: &str,
        absent: T,
        parse: impl Fn(&str) -> Option<T>,
        words: &[&str],
    ) -> Option<T> {
        let value = self.parsed(column, Some(absent), parse);
        if value.is_none() {
            self.hint(|| format!("one of {}", words.join(", ")));
        }
        value
    }

    /// Says of what was just found wrong what to do about it, unless that was said.
    pub(crate) fn hint(&mut self, hint: impl FnOnce() -> String) {
        if let Some(wrong) = self.diagnostics.0.last_mut() {
            wrong.hint.get_or_insert_with(hint);
        }
    }

    /// A UTC instant; a date is its midnight.
    pub(crate) fn instant(&mut self, column: &str) -> Option<Timestamp> {
        let order = self.rows.order;
        let filled = !self.text(column).is_empty();
        let found = self.parsed(column, None, |text| instant(text, order));
        if let (None, true, Some(wrong)) = (found, filled, self.diagnostics.0.last_mut()) {
            wrong.hint = Some("write 2026-12-01 or 2026-12-01T09:00:00Z".to_owned());
        }
        found
    }

    /// Whether a stretch ends after it begins and lasts no longer than any recorded period does; `column` states its end.
    pub(crate) fn is_after(
        &mut self,
        from: Timestamp,
        until: Timestamp,
        column: &str,
    ) -> Option<()> {
        if until <= from {
            let message = format!("{column} is {until}, which is not after {from}");
            self.mistake("ends-before-it-begins", column, &message);
            return None;
        }
        if until.duration_since(from) > LONGEST {
            let message =
                format!("{column} is {until}, more than {LONGEST_YEARS} years after {from}");
            self.mistake("period-too-long", column, &message);
            return None;
        }
        Some(())
    }

    /// An exact number.
    pub(crate) fn decimal(&mut self, column: &str) -> Option<Decimal> {
        let decimal_comma = self.rows.delimiter == b';';
        self.parsed(column, None, |text| {
            let plain = text.replace('.', "").replace(',', ".");
            let text = if decimal_comma && text.contains(',') { plain.as_str() } else { text };
            text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())
        })
    }

    /// An amount, none when the column is empty.
    pub(crate) fn money(&mut self, column: &str, currency: &str) -> Option<Money> {
        if self.text(column).is_empty() {
            return None;
        }
        let amount = self.decimal(column)?;
        let code = |text: &str| text.to_uppercase().parse().ok();
        let Some(currency) = self.parsed(currency, Some(Currency::USD), code) else {
            self.hint(|| "write its three letters, such as USD or EUR".to_owned());
            return None;
        };
        Some(Money::new(amount, currency))
    }

    /// Reports a mistake in a column.
    pub(crate) fn mistake(&mut self, code: &'static str, column: &str, message: &str) {
        let place = self.place(column);
        self.diagnostics.push(Diagnostic::error(code, message).at(place));
    }
}

/// A column's name without case and underscores.
pub(crate) fn plain_column(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

/// Where a column is: under its own name, else under another spelling of it.
fn place(
    columns: &BTreeMap<String, usize>,
    plain: &BTreeMap<String, usize>,
    name: &str,
) -> Option<usize> {
    columns.get(name).or_else(|| plain.get(&plain_column(name))).copied()
}

/// A line's number as a place has it.
fn line(position: &csv::Position, crlf: bool) -> u32 {
    u32::try_from(line_of(position, crlf)).unwrap_or(u32::MAX)
}

/// The sign that parts the header into most of the columns that it must have; of equals the comma.
fn delimiter(header: &[u8], required: &[&str]) -> u8 {
    let header = String::from_utf8_lossy(header);
    let found = |sign: u8| {
        let names = header.split(char::from(sign));
        let known = |name: &&str| {
            let name = plain_column(name.trim().trim_matches('"'));
            required.iter().any(|column| plain_column(column) == name)
        };
        names.filter(known).count()
    };
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|sign| found(*sign)).unwrap_or(b',')
}

/// Where a file with the wanted columns comes from.
fn where_they_are(header: &csv::StringRecord) -> &'static str {
    let meters = ["metername", "meter", "meter name", "skumeter", "x_skumetername"];
    if header.iter().any(|name| meters.contains(&&*name.trim().to_lowercase())) {
        return "of Azure's exports this reads FOCUS: choose the dataset \"Cost and usage \
            details (FOCUS)\" with all its columns under Cost Management, Exports; `ptuplan \
            trace import` reads the others as traffic";
    }
    "a usage file has the columns deployment, model, sku, region, from, meter and count; of \
        Azure's exports this reads FOCUS"
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn instant(text: &str, order: Option<DateOrder>) -> Option<Timestamp> {
    let at = |civil: DateTime| TimeZone::UTC.to_timestamp(civil).ok();
    let plain = text.parse().ok().or_else(|| at(text.parse().ok()?)).or_else(|| {
        let date: Date = text.parse().ok()?;
        at(date.at(0, 0, 0, 0))
    });
    plain.or_else(|| at(regional(text, order?)?))
}
