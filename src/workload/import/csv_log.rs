//! CSV exports of logs, row by row as JSON objects of strings, so that one importer serves both forms of a log.

use crate::workload::import::collector::Collector;
use crate::workload::import::record::Record;
use crate::workload::import::rows::note_read_error;
use serde_json::{Map, Value};

/// The records under the first line that looks like a header. Lines before it (a portal's chart title and ranges) are passed over.
pub(crate) fn csv_records(text: &str, collector: &mut Collector) -> Vec<Record> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut header: Vec<String> = Vec::new();
    let width = width(text);
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
        let line = row.position().map_or(0, csv::Position::line);
        if header.is_empty() {
            if row.len() == width && is_header(&row) {
                header = row.iter().map(|name| name.trim().to_owned()).collect();
            }
            continue;
        }
        if let Some(line) = short.take() {
            collector.begin_row();
            let message = "too few columns".to_owned();
            collector.fault(
                "too-few-columns",
                message,
                "every row has the columns of the header",
                (line, 0),
            );
        }
        if row.len() < header.len() {
            short = Some(line);
            continue;
        }
        let cells = header.iter().zip(row.iter()).map(|(name, cell)| {
            let cell = cell.trim();
            let value = if cell.is_empty() { Value::Null } else { Value::String(cell.to_owned()) };
            (name.clone(), value)
        });
        records.push(Record { line, value: Value::Object(cells.collect::<Map<_, _>>()) });
    }
    if let Some(line) = short {
        collector.begin_row();
        let message = "half-written last row".to_owned();
        collector.fault(
            "half-written-row",
            message,
            "the log was cut while being written",
            (line, 0),
        );
    }
    records
}

/// Cells of the widest of the first rows: a portal's chart title and ranges are narrower than the table below them.
fn width(text: &str) -> usize {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().take(20).filter_map(Result::ok).map(|row| row.len()).max().unwrap_or(0)
}

/// A header has several filled cells, and none of them is a number.
fn is_header(row: &csv::StringRecord) -> bool {
    let filled = row.iter().filter(|cell| !cell.trim().is_empty()).count();
    filled >= 2
        && filled * 2 > row.len()
        && row.iter().all(|cell| cell.trim().parse::<f64>().is_err())
}
