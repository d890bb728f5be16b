//! CSV exports of logs, row by row as JSON objects of strings, so that one importer serves both forms of a log.

use crate::workload::import::collector::Collector;
use crate::workload::import::dialect::Dialect;
use crate::workload::import::record::Record;
use crate::workload::import::rows::{note_long, note_read_error};
use crate::workload::import::table::column_twice;
use crate::workload::import::unwrap::clean_header;
use serde_json::{Map, Value};

/// The records under the first line that looks like a header. Lines before it (a portal's chart title and ranges) are passed over.
pub(crate) fn csv_records(text: &str, dialect: &Dialect, collector: &mut Collector) -> Vec<Record> {
    let mut reader = dialect.reader(text.as_bytes());
    let mut header: Vec<String> = Vec::new();
    let mut records = Vec::new();
    let mut short: Option<u64> = None;
    for row in reader.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                note_read_error(collector, &error, 0);
                break;
            }
        };
        let line = dialect.line(row.position());
        if header.is_empty() {
            if row.iter().map(str::trim).eq(dialect.last_line.iter().map(String::as_str)) {
                let zones;
                (header, zones) = clean_header(&dialect.header);
                let named = |(ix, name): &(usize, &String)| {
                    !name.is_empty() && header[..*ix].contains(name)
                };
                if let Some((_, name)) = header.iter().enumerate().find(named) {
                    let place = collector.faults.place(line, 0);
                    collector.warnings.push(column_twice(name).at(place));
                }
                collector.note_zones(&zones);
                collector.assumed.extend(dialect.assumed());
            }
            continue;
        }
        if let Some(line) = short.take() {
            note_short(line, false, collector);
        }
        // Workbooks end in rows of nothing.
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if row.len() < header.len() {
            short = Some(line);
            continue;
        }
        if row.iter().skip(header.len()).any(|cell| !cell.trim().is_empty()) {
            let number = collector.begin_row();
            note_long(collector, number, line);
            continue;
        }
        let cells = header.iter().zip(dialect.cells(&row)).map(|(name, cell)| {
            (name.clone(), if cell.is_empty() { Value::Null } else { Value::String(cell) })
        });
        records.push(Record { line, value: Value::Object(cells.collect::<Map<_, _>>()) });
    }
    if let Some(line) = short {
        note_short(line, true, collector);
    }
    records
}

fn note_short(line: u64, last: bool, collector: &mut Collector) {
    collector.begin_row();
    let (code, message, hint) = if last {
        ("half-written-row", "half-written last row", "the log was cut while being written")
    } else {
        ("too-few-columns", "too few columns", "every row has the columns of the header")
    };
    collector.fault(code, message.to_owned(), hint, (line, 0));
}
