//! A trace in, in pieces of whole row groups.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::guard::guarded;
use crate::workload::import::number::NumberFault;
use crate::workload::import::table::{Mapping, format_notes, is_of_requests};
use crate::workload::import::{
    ArrivalUnit, Clock, Collector, Facts, Format, Imported, NotInPieces, ReadSpec, Row, Sink, Zero,
    read_from, whole,
};
use crate::workload::tables::column::{Cell, arrivals, counts, texts};
use crate::workload::tables::frame::{Column, Frame, Wanted};
use crate::workload::tables::opened::{Opened, check_rows, cut_short, open, said, unsound};
use crate::workload::tables::plain::plain;
use crate::workload::tables::text::text_of;
use crate::workload::tables::types::Kind;
use crate::workload::trace::Trace;
use polars_arrow::datatypes::ArrowDataType;
use polars_parquet::read::RowGroupMetadata;
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Rows read at a time, rounded up to whole row groups by what the file has: few enough that the memory of one piece serves the next.
const PIECE_ROWS: usize = 1 << 18;

/// Reads a Parquet table held in memory. `name` is how messages call it; lines in messages are rows.
pub fn read_parquet(name: &str, bytes: &[u8], spec: &ReadSpec) -> Result<Imported, Diagnostics> {
    let damaged = !(bytes.len() > 12 && bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    if damaged {
        return Err(cut_short(name).into());
    }
    read_any(name, Cursor::new(bytes), spec)
}

/// Reads the Parquet file at `path`: of a trace the columns that a trace has, a few row groups at a
/// time; any other log or export as the text that it would be.
pub fn read_parquet_file(
    name: &str,
    path: &Path,
    spec: &ReadSpec,
) -> Result<Imported, Diagnostics> {
    read_any(name, open(name, path)?, spec)
}

fn read_any(
    name: &str,
    mut source: impl Read + Seek,
    spec: &ReadSpec,
) -> Result<Imported, Diagnostics> {
    let opened = Opened::new(name, &mut source)?;
    if !is_trace(&opened, spec) {
        let unread = unread(name, &opened);
        let text = text_of(name, source, opened)?;
        let mut read = read_from(name, Cursor::new(text), spec);
        match &mut read {
            Ok(imported) => imported.warnings.0.extend(unread),
            Err(wrong) => wrong.0.extend(unread),
        }
        return read;
    }
    whole(read_source(name, source, opened, spec, None))
}

/// Columns that have no cells in text.
fn unread(name: &str, file: &Opened) -> Option<Diagnostic> {
    let nested = file.header.iter().zip(&file.kinds);
    let nested: Vec<&str> = nested
        .filter(|(_, kind)| matches!(kind, Kind::Other(_)))
        .map(|(column, _)| column.as_str())
        .collect();
    let message = format!("columns of nested values are not read: {}", nested.join(", "));
    (!nested.is_empty()).then(|| {
        Diagnostic::warning("columns-not-read", message).at(Place::new(name, 0, 0)).hint(
            "write their members as columns (pandas.json_normalize, polars unnest), or as JSON \
                 lines",
        )
    })
}

/// Whether a file is a table of requests that is taken column by column.
fn is_trace(file: &Opened, spec: &ReadSpec) -> bool {
    let numbers = |mapping: &Mapping| {
        let own = file.fields[mapping.arrival].as_ref();
        let text = own.is_some_and(|field| field.dtype == ArrowDataType::Utf8View);
        file.kinds[mapping.arrival] == Kind::Plain && !text
    };
    let Some(mapping) = is_of_requests(&file.header, spec) else { return false };
    // Members of structures are read as text, where every name of theirs is known.
    let inside = |ix: usize| {
        file.fields[ix]
            .as_ref()
            .is_some_and(|field| matches!(field.dtype, ArrowDataType::Struct(_)))
    };
    if mapping.used().into_iter().any(inside) {
        return false;
    }
    // Data frames write whole numbers as fractions where some are missing, and in text these take
    // a neighbour's.
    let fractions = |ix: usize| {
        let dtype = file.fields[ix].as_ref().map(|field| &field.dtype);
        matches!(dtype, Some(ArrowDataType::Float32 | ArrowDataType::Float64))
    };
    let gaps = fractions(mapping.input) || fractions(mapping.output);
    (mapping.unit != ArrivalUnit::Timestamp || !numbers(&mapping))
        && (mapping.format != Format::PromptCompletion || !gaps)
}

/// Reads the Parquet file at `path` and hands it on in pieces, as [`pieces_from`](crate::workload::import::pieces_from) does a table in text.
///
/// # Errors
/// As there.
pub fn parquet_pieces(
    name: &str,
    path: &Path,
    spec: &ReadSpec,
    sink: Sink<'_>,
) -> Result<Imported, NotInPieces> {
    let mut source = open(name, path)?;
    let opened = Opened::new(name, &mut source)?;
    if !is_trace(&opened, spec) {
        return Err(NotInPieces::NoTable);
    }
    read_source(name, source, opened, spec, Some(sink))
}

fn read_source(
    name: &str,
    source: impl Read + Seek,
    opened: Opened,
    spec: &ReadSpec,
    mut sink: Option<Sink<'_>>,
) -> Result<Imported, NotInPieces> {
    let mut reading = Reading::new(name, source, opened, spec)?;
    if sink.is_none() {
        reading.check_whole()?;
    }
    while reading.advance()? {
        reading.collector.deliver(reading.zero, &mut sink)?;
    }
    reading.end(sink)
}

/// Bytes that a value takes while it is read: as it was stored and as it is taken.
const DECODED_BYTES: u64 = 16;
/// Bytes that a request takes once it is read.
const REQUEST_BYTES: u64 = 24;

/// A Parquet file that is being read.
struct Reading<M> {
    name: String,
    source: M,
    length: u64,
    header: Vec<String>,
    kinds: Vec<Kind>,
    groups: Vec<RowGroupMetadata>,
    mapping: Mapping,
    wanted: Vec<Wanted>,
    zero: Zero,
    clock: Clock,
    collector: Collector,
    pieces: std::vec::IntoIter<Range<usize>>,
}

impl<M: Read + Seek> Reading<M> {
    fn new(name: &str, source: M, opened: Opened, spec: &ReadSpec) -> Result<Self, Diagnostics> {
        let Opened { header, kinds, fields, groups, length } = opened;
        let mapping = Mapping::of_header(name, &header, spec.columns.as_ref())?;
        if mapping.status.is_some() {
            let message = "does not apply: a status column of a Parquet file";
            return Err(Diagnostic::error("does-not-apply", message)
                .at(Place::new(name, 0, 0))
                .hint("leave it out, or convert the file to CSV: refused calls are then told apart")
                .into());
        }
        let mut collector = Collector::new(name, spec);
        format_notes(mapping.format, &mut collector);
        collector.zeros_are_meant = mapping.format == Format::Canonical;
        let instants = matches!(kinds[mapping.arrival], Kind::Instant | Kind::Date);
        let zero = if mapping.unit == ArrivalUnit::Timestamp || instants {
            Zero::FirstArrival
        } else {
            Zero::Source { unit: mapping.unit.as_str() }
        };
        let group_rows: Vec<usize> = groups.iter().map(RowGroupMetadata::num_rows).collect();
        let pieces = pieces(&group_rows);
        let largest = pieces.iter().map(|own| group_rows[own.clone()].iter().sum::<usize>()).max();
        let wanted = u64::try_from(mapping.used().len()).unwrap_or(u64::MAX);
        check_rows(name, largest.unwrap_or(0), wanted.saturating_mul(DECODED_BYTES), length)?;
        Ok(Self {
            name: name.to_owned(),
            source,
            length,
            wanted: mapping
                .used()
                .into_iter()
                .map(|ix| (ix, header[ix].clone(), fields[ix].clone()))
                .collect(),
            header,
            kinds,
            groups,
            mapping,
            zero,
            clock: Clock::default(),
            collector,
            pieces: pieces.into_iter(),
        })
    }

    /// Whether all of its requests may be held at once.
    fn check_whole(&self) -> Result<(), Diagnostics> {
        let rows = self.groups.iter().map(RowGroupMetadata::num_rows).sum();
        check_rows(&self.name, rows, REQUEST_BYTES, self.length)
    }

    /// Reads the next row groups into the collector; whether there were any.
    fn advance(&mut self) -> Result<bool, Diagnostics> {
        let Some(groups) = self.pieces.next() else { return Ok(false) };
        let Self { name, source, header, kinds, mapping, zero, clock, collector, .. } = self;
        let frame = guarded(|| Frame::read(source, &self.groups[groups], &self.wanted))
            .ok_or_else(|| unsound(name))?
            .map_err(|fault| said(name, fault))?;
        let file = Meaning { header, kinds, mapping };
        guarded(|| read_frame(&frame, &file, *zero, clock, collector))
            .ok_or_else(|| unsound(name))?
            .map_err(|diagnostic| diagnostic.at(Place::new(name.as_str(), 0, 0)))?;
        Ok(true)
    }

    fn end(mut self, sink: Option<Sink<'_>>) -> Result<Imported, NotInPieces> {
        self.collector.check_zones(&self.clock);
        self.collector.end(self.mapping.format.to_string(), self.zero, sink)
    }
}

/// A Parquet file that is played: pieces are taken out of it when they are needed.
pub struct ParquetTrace {
    reading: Option<Reading<File>>,
    path: PathBuf,
    spec: ReadSpec,
    rows: u64,
}

impl std::fmt::Debug for ParquetTrace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetTrace").field("path", &self.path).finish_non_exhaustive()
    }
}

impl ParquetTrace {
    /// Opens the file at `path`. Nothing of it but its metadata is read.
    pub fn open(name: &str, path: &Path, spec: &ReadSpec) -> Result<Self, Diagnostics> {
        let mut source = open(name, path)?;
        let opened = Opened::new(name, &mut source)?;
        if !is_trace(&opened, spec) {
            let message = "a Parquet file of a log is not played in pieces";
            return Err(Diagnostic::error("no-trace", message)
                .at(Place::new(name, 0, 0))
                .hint(format!(
                    "write it as a trace first: ptuplan trace import {name} -o FILE.trace"
                ))
                .into());
        }
        let reading = Reading::new(name, source, opened, spec)?;
        let rows: usize = reading.groups.iter().map(RowGroupMetadata::num_rows).sum();
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        Ok(Self { reading: Some(reading), path: path.to_owned(), spec: spec.clone(), rows })
    }

    /// Rows of the file.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The same file from its beginning.
    pub fn again(&self, name: &str) -> Result<Self, Diagnostics> {
        Self::open(name, &self.path, &self.spec)
    }

    /// The next requests; none at the end.
    ///
    /// # Errors
    /// A damaged file, rows that are not sound, and rows out of order, which only the whole file can put into one.
    pub fn piece(&mut self) -> Result<Option<Trace>, NotInPieces> {
        while let Some(reading) = &mut self.reading
            && reading.advance()?
        {
            if let Some(piece) = reading.collector.cut(reading.zero)? {
                return Ok(Some(piece.trace));
            }
        }
        Ok(None)
    }

    /// When the trace's time 0 is, known once the first piece was taken.
    pub fn start(&self) -> Option<jiff::Timestamp> {
        self.reading.as_ref().and_then(|reading| reading.collector.piece_start())
    }

    /// What is known of all requests once the last piece was taken: see [`parquet_pieces`].
    ///
    /// # Errors
    /// All that is wrong with the rows.
    pub fn known(&mut self) -> Result<Imported, NotInPieces> {
        match self.reading.take() {
            Some(reading) => reading.end(Some(&mut |_| Ok(()))),
            None => Ok(Imported::default()),
        }
    }
}

/// Row groups that are read together: those of at least [`PIECE_ROWS`] rows, but for the last.
fn pieces(group_rows: &[usize]) -> Vec<Range<usize>> {
    let (mut pieces, mut from, mut held) = (Vec::new(), 0, 0);
    for (ix, rows) in group_rows.iter().enumerate() {
        held += rows;
        if held >= PIECE_ROWS || ix + 1 == group_rows.len() && held > 0 {
            pieces.push(from..ix + 1);
            (from, held) = (ix + 1, 0);
        }
    }
    pieces
}

/// Tokens of a request, which were bounded when they were read.
fn of_request(tokens: i64) -> u32 {
    u32::try_from(tokens).unwrap_or(0)
}

/// What the columns of a file mean.
struct Meaning<'a> {
    header: &'a [String],
    kinds: &'a [Kind],
    mapping: &'a Mapping,
}

fn read_frame(
    frame: &Frame,
    file: &Meaning<'_>,
    zero: Zero,
    clock: &mut Clock,
    collector: &mut Collector,
) -> Result<(), Diagnostic> {
    let Meaning { header, kinds, mapping } = file;
    let read = |ix: usize| frame.columns.get(&ix);
    // What is wanted is told row by row.
    let as_they_are = mapping.used().into_iter().all(|ix| kinds[ix] == Kind::Plain);
    if as_they_are
        && !collector.filters()
        && let Some(columns) = plain(&read, mapping)
        && collector.push_columns(columns, zero)
    {
        return Ok(());
    }
    let column =
        |ix: usize| -> Result<&Column, Diagnostic> { read(ix).ok_or_else(|| unsound(&header[ix])) };
    let arrival = arrivals(column(mapping.arrival)?, &kinds[mapping.arrival], mapping.unit, clock)?;
    let required = |ix: usize| counts(column(ix)?, &kinds[ix]);
    let optional = |ix: Option<usize>| ix.map(required).transpose();
    let (input, output) = (required(mapping.input)?, required(mapping.output)?);
    let (cached, limit) = (optional(mapping.cached)?, optional(mapping.limit)?);
    let names = |ix: Option<usize>| ix.map(|ix| texts(column(ix)?, &kinds[ix])).transpose();
    let facts = [
        names(mapping.client)?,
        names(mapping.session)?,
        names(mapping.deployment)?,
        names(mapping.model)?,
    ];
    let stated = facts.iter().any(Option::is_some);
    for row in 0..frame.rows {
        let number = collector.begin_row();
        let at = (number, 0);
        let mut sound = true;
        let mut read = |cell: Cell, ix: usize, collector: &mut Collector| match cell {
            Ok(value) => value,
            Err(fault) => {
                collector.bad_number(fault, &header[ix], b"", at);
                sound = false;
                0
            }
        };
        let arrival_us = read(arrival[row], mapping.arrival, collector);
        let input_tokens = of_request(read(input[row], mapping.input, collector));
        let output_tokens = of_request(read(output[row], mapping.output, collector));
        let mut if_known = |cells: &Option<Vec<Cell>>, ix: Option<usize>, collector: &mut _| match (
            cells.as_ref()?[row],
            ix?,
        ) {
            (Err(NumberFault::Empty), _) => None,
            (cell, ix) => Some(of_request(read(cell, ix, collector))),
        };
        let cached_input_tokens = if_known(&cached, mapping.cached, collector);
        let max_output_tokens = if_known(&limit, mapping.limit, collector);
        let request =
            Row { arrival_us, input_tokens, cached_input_tokens, output_tokens, max_output_tokens };
        if !sound {
            continue;
        }
        let name = |which: usize| {
            facts[which].as_ref().map_or("", |names| names[row].as_deref().unwrap_or(""))
        };
        let of_row = Facts {
            client: name(0),
            session: name(1),
            deployment: name(2),
            model: name(3),
            status: 0,
        };
        if collector.wants(&of_row, number) && collector.push(request, zero, at) && stated {
            collector.push_facts(of_row);
        }
    }
    Ok(())
}
