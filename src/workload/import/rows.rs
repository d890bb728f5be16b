//! The rows of a table in text.

use crate::units::escape::from_spreadsheet;
use crate::units::memory;
use crate::workload::import::bounded::{Rows, too_large};
use crate::workload::import::clock::Clock;
use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::dialect::Dialect;
use crate::workload::import::number::{NumberFault, counted, is_absent, scaled, tokens};
use crate::workload::import::pieces::{NotInPieces, PIECE_ROWS, Sink};
use crate::workload::import::source::{READ_AS_1252, of_bytes};
use crate::workload::import::spec::{ArrivalUnit, Format};
use crate::workload::import::table::{Mapping, format_notes};
use crate::workload::import::unwrap::clean_header;
use crate::workload::import::yielded::Imported;
use crate::workload::import::zones::hint;
use csv::{ByteRecord, Reader};
use std::cell::Cell;
use std::io::{ErrorKind, Read};

/// Unix times from 2000-01-01 on: a column of seconds that starts here counts from 1970, not from the trace's start.
const UNIX_2000_US: i64 = 946_684_800_000_000;

/// Bytes of a request while a table is read, and once more while it is put in order.
const ROW_BYTES: u64 = 48;

/// Reads a table with a header in its first line, whole or into a sink, piece by piece.
pub(crate) fn read_table(
    source: impl Read,
    dialect: &Dialect,
    mapping: &Mapping,
    mut collector: Collector,
    sink: Option<Sink<'_>>,
) -> Result<Imported, NotInPieces> {
    let (source, row_bytes) = Rows::new(source);
    let mut reader = dialect.reader(source);
    let mut record = ByteRecord::new();
    match reader.read_byte_record(&mut record) {
        Ok(true) => {}
        Ok(false) => return Ok(collector.finish("csv".into(), Zero::FirstArrival)?),
        Err(error) => {
            note_read_error(&mut collector, &error, 1);
            return Ok(collector.finish("csv".into(), Zero::FirstArrival)?);
        }
    }
    let (header, zones) = clean_header(&dialect.header);
    collector.note_zones(&zones);
    format_notes(mapping.format, &mut collector);
    collector.zeros_are_meant = mapping.format == Format::Canonical;
    let logs = [Format::Named, Format::RequestLog, Format::PromptCompletion];
    collector.rows_are_told = logs.contains(&mapping.format);
    read_rows((&mut reader, &row_bytes, dialect), record, &header, mapping, collector, sink)
}

fn read_rows(
    (reader, row_bytes, dialect): (&mut Reader<impl Read>, &Cell<u64>, &Dialect),
    mut record: ByteRecord,
    header: &[String],
    mapping: &Mapping,
    mut collector: Collector,
    mut sink: Option<Sink<'_>>,
) -> Result<Imported, NotInPieces> {
    let most = if sink.is_some() { PIECE_ROWS } else { usize::MAX };
    // Of the requests' columns; names take their own.
    let held = usize::try_from(memory::limit() / ROW_BYTES).unwrap_or(usize::MAX);
    let mut clock = Clock::new(collector.date_order, collector.utc);
    let last_column = mapping.last_column();
    let scale_us = mapping.unit.scale_us();
    let zero = if mapping.unit == ArrivalUnit::Timestamp {
        Zero::FirstArrival
    } else {
        Zero::Source { unit: mapping.unit.as_str() }
    };
    let facts = mapping.names_facts() || collector.filters();
    let mut unanswered: u64 = 0;
    // A row that is too short: a mistake in the middle, half-written at the end.
    let mut short: Option<(u64, u64)> = None;
    let mut line = 1;
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                note_read_error(&mut collector, &error, line + 1);
                break;
            }
        }
        row_bytes.set(0);
        line = dialect.line(record.position());
        if let Some((row, line)) = short.take() {
            note_short(&mut collector, row, line, false);
        }
        let number = collector.begin_row();
        if record.len() <= last_column {
            short = Some((number, line));
            continue;
        }
        if record.len() > header.len() && is_too_long(&record, header.len()) {
            note_long(&mut collector, number, line);
            continue;
        }
        if facts && std::str::from_utf8(record.as_slice()).is_err() {
            collector.assume(READ_AS_1252.to_owned());
            record = record.iter().map(|cell| of_bytes(cell).into_owned().into_bytes()).collect();
        }
        let at = |column: usize| {
            let start = record.range(column).map_or(0, |range| range.start);
            (line, (start + column + 1) as u32)
        };
        let text = record.get(mapping.arrival).unwrap_or_default();
        let arrival = if scale_us > 0 {
            scaled(text, scale_us)
        } else {
            clock.read(text).ok_or(NumberFault::NotANumber)
        };
        let arrival_us = match arrival {
            Ok(us) => us,
            Err(fault) => {
                note_arrival(&mut collector, fault, text, mapping.unit, at(mapping.arrival));
                continue;
            }
        };
        let mut sound = true;
        let mut required = |column: usize, collector: &mut Collector| {
            let text = record.get(column).unwrap_or_default();
            tokens(text).unwrap_or_else(|fault| {
                collector.bad_number(fault, &header[column], text, at(column));
                sound = false;
                0
            })
        };
        let (mut input_tokens, mut output_tokens) = (0, 0);
        let given = [mapping.input, mapping.output].map(|column| filled(&record, column));
        if given != [true; 2] {
            note_absent(&record, [mapping.input, mapping.output], line, &mut collector);
            collector.next_lacks(!given[0], !given[1]);
        }
        // A failed call need not state tokens, and a streamed one may have none to state.
        let optional_tokens = mapping.status.is_some() || !collector.strict;
        let stated = !optional_tokens || given[0];
        if stated {
            input_tokens = required(mapping.input, &mut collector);
        }
        if !optional_tokens || given[1] {
            output_tokens = required(mapping.output, &mut collector);
        }
        let mut optional = |column: Option<usize>, collector: &mut Collector| {
            let column = column?;
            filled(&record, column).then(|| required(column, collector))
        };
        let cached_input_tokens = optional(mapping.cached, &mut collector);
        let max_output_tokens = optional(mapping.limit, &mut collector);
        if !sound {
            continue;
        }
        if let Some(id) = mapping.id {
            collector.next_id(record.get(id).unwrap_or_default());
        }
        let row =
            Row { arrival_us, input_tokens, cached_input_tokens, output_tokens, max_output_tokens };
        if facts {
            let status = mapping.status.map_or(0, |column| {
                let text = record.get(column).and_then(|text| std::str::from_utf8(text).ok());
                collector.status(text.unwrap_or_default(), line)
            });
            let facts = facts_of(mapping, &record, status);
            if mapping.status.is_some() {
                let place = at(mapping.arrival);
                collector.push_call_from(row, stated, facts, zero, place);
                continue;
            }
            if !collector.wants(&facts, line) {
                continue;
            }
            if collector.push(row, zero, at(mapping.arrival)) {
                unanswered += u64::from(output_tokens == 0);
                collector.push_facts(facts);
            }
        } else if collector.push(row, zero, at(mapping.arrival)) {
            unanswered += u64::from(output_tokens == 0);
        }
        if collector.len() >= most {
            collector.deliver(zero, &mut sink)?;
        }
        if collector.len() >= held {
            let what = format!("more than {held} requests");
            return Err(memory::too_large(memory::limit(), &what, None).into());
        }
    }
    if let Some((row, line)) = short {
        note_short(&mut collector, row, line, true);
    }
    if mapping.unit == ArrivalUnit::Timestamp {
        collector.check_zones(&clock);
    }
    if mapping.format == Format::BurstGpt && unanswered > 0 {
        collector.assumed.push(format!(
            "{} without response tokens failed at the source: kept as demand, with output 0",
            counted(unanswered, "call")
        ));
    }
    collector.end(mapping.format.to_string(), zero, sink)
}

/// Whether a cell has something to say.
#[inline]
fn filled(record: &ByteRecord, column: usize) -> bool {
    let digit = |text: &[u8]| text.first().is_some_and(u8::is_ascii_digit);
    let says = |text: &[u8]| !text.trim_ascii().is_empty() && !is_absent(text);
    record.get(column).is_some_and(|text| digit(text) || says(text))
}

/// Notes the cells that say that they are not known.
#[cold]
fn note_absent(record: &ByteRecord, columns: [usize; 2], line: u64, collector: &mut Collector) {
    for text in columns.into_iter().filter_map(|column| record.get(column)) {
        if is_absent(text) {
            collector.note_absent(text, line);
        }
    }
}

fn facts_of<'a>(mapping: &Mapping, record: &'a ByteRecord, status: u16) -> Facts<'a> {
    let text = |column: Option<usize>| {
        column
            .and_then(|column| record.get(column))
            .and_then(|text| std::str::from_utf8(text).ok())
            .unwrap_or_default()
            .trim()
    };
    // The program's own files guard names that a spreadsheet would take for formulas.
    let text = |column| from_spreadsheet(text(column));
    Facts {
        client: text(mapping.client),
        session: text(mapping.session),
        deployment: text(mapping.deployment),
        model: text(mapping.model),
        status,
    }
}

#[cold]
fn note_arrival(
    collector: &mut Collector,
    fault: NumberFault,
    text: &[u8],
    unit: ArrivalUnit,
    at: (u64, u32),
) {
    if fault == NumberFault::NotANumber && unit == ArrivalUnit::Timestamp && !text.is_empty() {
        let shown = String::from_utf8_lossy(&text[..text.len().min(40)]).into_owned();
        let message = format!("not a time: arrival is \"{shown}\"");
        collector.fault("not-a-time", message, hint(&shown), at);
    } else {
        let fault = if text.is_empty() { NumberFault::Empty } else { fault };
        collector.bad_number(fault, "arrival", text, at);
    }
}

#[cold]
fn note_short(collector: &mut Collector, row: u64, line: u64, last: bool) {
    let (code, message, hint) = if last {
        (
            "half-written-row",
            format!("half-written last row: row {row}"),
            "the log was cut while being written",
        )
    } else {
        (
            "too-few-columns",
            format!("too few columns in row {row}"),
            "every row has the columns of the header",
        )
    };
    collector.fault(code, message, hint, (line, 0));
}

/// Whether a row has something to say beyond the columns of the header.
#[cold]
fn is_too_long(record: &ByteRecord, columns: usize) -> bool {
    record.iter().skip(columns).any(|cell| !cell.trim_ascii().is_empty())
}

/// Notes a row with more cells than the header: its values stand under other names than their own.
#[cold]
pub(crate) fn note_long(collector: &mut Collector, row: u64, line: u64) {
    let message = format!("too many columns in row {row}");
    let hint = "put a cell that has the separator inside it, such as 1,200, in quotes";
    collector.fault("too-many-columns", message, hint, (line, 0));
}

/// A source that ends before its end: what came before is kept unless strict.
#[cold]
pub(crate) fn note_read_error(collector: &mut Collector, error: &csv::Error, line: u64) {
    match error.kind() {
        csv::ErrorKind::Io(error) => note_io_error(collector, error, line),
        _ => collector.fault(
            "unreadable-row",
            format!("unreadable row: {error}"),
            "is it a CSV file?",
            (line, 0),
        ),
    }
}

/// The same for a plain reader.
#[cold]
pub(crate) fn note_io_error(collector: &mut Collector, error: &std::io::Error, line: u64) {
    if error.kind() == ErrorKind::FileTooLarge {
        let place = collector.faults.place(line, 0);
        return collector.warnings.push(too_large(&place.file).at(place));
    }
    let row = collector.begin_row();
    if error.kind() == ErrorKind::UnexpectedEof {
        let message = format!("compressed file cut short: it ends inside row {row}");
        collector.fault("gzip-cut-short", message, "fetch the file again", (line, 0));
    } else {
        let message = format!("unreadable from row {row} on: {error}");
        collector.fault("unreadable", message, "fetch the file again", (line, 0));
    }
}

impl Collector {
    /// Numbers that start after the year 2000 count from 1970: instants, not times from the trace's start.
    pub(crate) fn unix_or(&mut self, zero: Zero) -> Zero {
        if zero != Zero::FirstArrival && self.first_arrival_us() >= Some(UNIX_2000_US) {
            self.assumed.push("arrivals read as time since 1970 (Unix time)".into());
            return Zero::FirstArrival;
        }
        zero
    }
}
