//! The way in: a source of any form, whole or in pieces.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::workload::import::bounded::text_of;
use crate::workload::import::collector::Collector;
use crate::workload::import::csv_log::csv_records;
use crate::workload::import::dialect::Dialect;
use crate::workload::import::filter::only;
use crate::workload::import::pieces::{NotInPieces, Sink};
use crate::workload::import::recognise::{Known, read_log, recognise};
use crate::workload::import::record::{Record, date_votes, json_records};
use crate::workload::import::rows::{note_io_error, read_table};
use crate::workload::import::source::{READ_AS_1252, Source, is_json, of_bytes, plain, unreadable};
use crate::workload::import::spec::{ArrivalUnit, ReadSpec};
use crate::workload::import::twins::of_files;
use crate::workload::import::unwrap::{EARLIER_PAGES, MORE_PAGES, unwrapped};
use crate::workload::import::yielded::Imported;
use crate::workload::packed::{is_packed, read_packed};
use std::borrow::Cow;
use std::io::{BufRead, Cursor, Read, Seek};

/// Reads a source held in memory. `name` is how messages call it; the format is recognised by content, gzip included.
pub fn read(name: &str, bytes: &[u8], spec: &ReadSpec) -> Result<Imported, Diagnostics> {
    if is_packed(bytes) {
        return packed(name, Cursor::new(bytes), spec);
    }
    read_from(name, bytes, spec)
}

/// Reads a trace file as `trace import` writes it.
pub fn packed(
    name: &str,
    source: impl Read + Seek,
    spec: &ReadSpec,
) -> Result<Imported, Diagnostics> {
    if spec.columns.is_some() {
        return Err(Diagnostic::error("does-not-apply", "does not apply: columns of a trace file")
            .at(Place::new(name, 0, 0))
            .hint("drop them: a trace file knows its columns")
            .into());
    }
    let mut imported = read_packed(name, source)?;
    imported.trace.seed = spec.seed;
    only(imported, &spec.keep, &Place::new(name, 0, 0))
}

/// Reads a source as it streams in. Tables hold only the columns of the trace; logs are held as text while they are read.
pub fn read_from(
    name: &str,
    source: impl BufRead,
    spec: &ReadSpec,
) -> Result<Imported, Diagnostics> {
    let mut source = plain(name, source)?;
    if is_packed(source.head.as_bytes()) {
        let mut bytes = Vec::new();
        source.reader.read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
        return packed(name, Cursor::new(bytes), spec);
    }
    let mut collector = Collector::new(name, spec);
    collector.assumed.extend(source.said.take());
    match recognise(name, &source, spec, &mut collector)? {
        Known::Table(dialect, mapping) => {
            whole(read_table(source.reader, &dialect, &mapping, collector, None))
        }
        Known::Records => {
            let records = records(source, spec, &mut collector)?;
            read_log(name, records, collector, spec)
        }
    }
}

/// A table in text as it was before it was compressed, in UTF-8: for readers of other tables.
///
/// # Errors
/// A source that cannot be unpacked.
pub fn plain_text(name: &str, bytes: &[u8]) -> Result<Vec<u8>, Diagnostics> {
    let Source { mut reader, .. } = plain(name, bytes)?;
    let (bytes, cut) = text_of(&mut reader);
    match cut {
        Some(error) => Err(unreadable(name, &error)),
        None => Ok(of_bytes(&bytes).into_owned().into_bytes()),
    }
}

/// What was read without a sink, which only a mistake of the source can prevent.
pub(crate) fn whole(found: Result<Imported, NotInPieces>) -> Result<Imported, Diagnostics> {
    found.map_err(|error| match error {
        NotInPieces::Wrong(wrong) => wrong,
        other => Diagnostic::error("unreadable", other.to_string()).into(),
    })
}

/// Reads a table as it streams in and hands it on in pieces, so that it need not fit into memory. What is returned has the start, the names and
/// the report of all, and no requests.
///
/// # Errors
/// A source that is no table or not in order of arrival, what [`read_from`] refuses, and what the sink says. Pieces handed on before are void.
pub fn pieces_from(
    name: &str,
    source: impl BufRead,
    spec: &ReadSpec,
    sink: Sink<'_>,
) -> Result<Imported, NotInPieces> {
    let mut source = plain(name, source)?;
    if is_packed(source.head.as_bytes()) {
        return Err(NotInPieces::NoTable);
    }
    let mut collector = Collector::new(name, spec);
    collector.assumed.extend(source.said.take());
    match recognise(name, &source, spec, &mut collector)? {
        // Failed calls take their tokens from others, which may be in another piece.
        Known::Table(dialect, mapping) if mapping.status.is_none() => {
            read_table(source.reader, &dialect, &mapping, collector, Some(sink))
        }
        _ => Err(NotInPieces::NoTable),
    }
}

/// Reads several files of one log, such as API Management's two tables, which are joined, or the pages of one answer.
pub fn read_all(files: &[(&str, &[u8])], spec: &ReadSpec) -> Result<Imported, Diagnostics> {
    if let [(name, bytes)] = files {
        return read(name, bytes, spec);
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let all = names.join(", ");
    let mut collector = Collector::new(&all, spec);
    let mut records_of_all = Vec::with_capacity(files.len());
    for (name, bytes) in files {
        let mut source = plain(name, *bytes)?;
        collector.assumed.extend(source.said.take());
        if let Known::Table(_, mapping) = recognise(name, &source, spec, &mut collector)?
            && mapping.unit != ArrivalUnit::Timestamp
        {
            let error = Diagnostic::error(
                "cannot-join",
                "a table whose times count from a start of its own cannot be joined to other files",
            )
            .at(Place::new(*name, 0, 0))
            .hint("import each file on its own and merge the traces");
            return Err(error.into());
        }
        records_of_all.push(records(source, spec, &mut collector)?);
    }
    // Together they are all pages there are, if one of them is the last.
    let of = |code: &str| collector.warnings.0.iter().filter(|found| found.code == code).count();
    let last = of(MORE_PAGES) < files.len();
    collector
        .warnings
        .0
        .retain(|found| found.code != EARLIER_PAGES && (found.code != MORE_PAGES || !last));
    let records_of_all = of_files(records_of_all, &mut collector);
    read_log(&all, records_of_all, collector, spec)
}

/// All records of a log, and the order of its dates.
fn records(
    source: Source<'_>,
    spec: &ReadSpec,
    collector: &mut Collector,
) -> Result<Vec<Record>, Diagnostics> {
    let Source { head, mut reader, .. } = source;
    let (bytes, cut) = text_of(&mut reader);
    let text = of_bytes(&bytes);
    if matches!(text, Cow::Owned(_)) {
        collector.assume(READ_AS_1252.to_owned());
    }
    let text = text.trim_start_matches('\u{feff}');
    let records = if is_json(&head) {
        let records = json_records(text, collector);
        unwrapped(records, collector)
    } else {
        csv_records(text, &Dialect::of(&head), collector)
    };
    if let Some(error) = cut {
        note_io_error(collector, &error, text.lines().count() as u64);
    }
    if spec.dates.is_none() {
        decide_dates(&records, collector)?;
    }
    Ok(records)
}

/// The order of the dates, decided by all of them.
fn decide_dates(records: &[Record], collector: &mut Collector) -> Result<(), Diagnostics> {
    collector.decide_dates(&date_votes(records))
}
