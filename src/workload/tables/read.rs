//! A trace in, in pieces of whole row groups.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::guard::guarded;
use crate::workload::import::number::NumberFault;
use crate::workload::import::table::{Mapping, format_notes};
use crate::workload::import::{
    ArrivalUnit, Clock, Collector, Facts, Imported, NotInPieces, ReadSpec, Row, Sink, Zero, whole,
};
use crate::workload::tables::column::{Cell, arrivals, counts, not_readable, texts};
use crate::workload::tables::pages;
use crate::workload::tables::plain::plain;
use crate::workload::tables::types::{Kind, Types};
use crate::workload::trace::Trace;
use polars::io::mmap::MmapBytesReader;
use polars::prelude::{Column, DataFrame, FileMetadataRef, ParquetReader, PolarsError, SerReader};
use polars_parquet::read::RowGroupMetadata;
use std::fs::File;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// Rows read at a time, rounded up to whole row groups by what the file has: few enough that the memory of one piece serves the next.
const PIECE_ROWS: usize = 1 << 18;

/// Reads a Parquet trace held in memory. `name` is how messages call it; lines in messages are rows.
pub fn read_parquet(name: &str, bytes: &[u8], spec: &ReadSpec) -> Result<Imported, Diagnostics> {
    let damaged = !(bytes.len() > 12 && bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    if damaged {
        return Err(cut_short(name).into());
    }
    whole(read_source(name, Cursor::new(bytes), spec, None))
}

/// Reads the Parquet file at `path`, mapped into memory rather than copied.
pub fn read_parquet_file(
    name: &str,
    path: &Path,
    spec: &ReadSpec,
) -> Result<Imported, Diagnostics> {
    whole(read_source(name, open(name, path)?, spec, None))
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
    read_source(name, open(name, path)?, spec, Some(sink))
}

fn open(name: &str, path: &Path) -> Result<File, Diagnostics> {
    File::open(path).map_err(|error| {
        let message = format!("cannot open {name}: {error}");
        Diagnostic::error("unreadable", message).at(Place::new(name, 0, 0)).into()
    })
}

fn cut_short(name: &str) -> Diagnostic {
    Diagnostic::error("parquet-cut-short", "damaged Parquet file: it does not end as one")
        .at(Place::new(name, 0, 0))
        .hint("the file was cut short: fetch it again")
}

/// A file that its reader cannot make sense of.
fn unsound(name: &str) -> Diagnostic {
    Diagnostic::error(
        "parquet-damaged",
        "damaged Parquet file: what it says of itself does not fit",
    )
    .at(Place::new(name, 0, 0))
    .hint("fetch the file again, or write it again with plain integer columns")
}

fn damaged(name: &str, error: &PolarsError) -> Diagnostic {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    if first.contains("out of specification") || first.contains("footer") || first.contains("EOF") {
        return cut_short(name);
    }
    Diagnostic::error("parquet-unreadable", format!("unreadable Parquet file: {first}"))
        .at(Place::new(name, 0, 0))
        .hint("write it again with plain integer columns")
}

fn read_source(
    name: &str,
    source: impl MmapBytesReader,
    spec: &ReadSpec,
    mut sink: Option<Sink<'_>>,
) -> Result<Imported, NotInPieces> {
    let mut reading = Reading::new(name, source, spec)?;
    while reading.advance()? {
        reading.collector.deliver(reading.zero, &mut sink)?;
    }
    reading.end(sink)
}

/// A Parquet file that is being read.
struct Reading<M> {
    name: String,
    source: M,
    header: Vec<String>,
    kinds: Vec<Kind>,
    metadata: FileMetadataRef,
    mapping: Mapping,
    wanted: Vec<String>,
    zero: Zero,
    clock: Clock,
    collector: Collector,
    pieces: std::vec::IntoIter<(usize, usize)>,
}

impl<M: MmapBytesReader> Reading<M> {
    fn new(name: &str, mut source: M, spec: &ReadSpec) -> Result<Self, Diagnostics> {
        let fail = |error: &PolarsError| Diagnostics::from(damaged(name, error));
        let found = guarded(|| {
            let metadata = ParquetReader::new(&mut source).get_metadata()?.clone();
            Types::of(&metadata)
        });
        let Types { header, kinds, metadata } =
            found.ok_or_else(|| unsound(name))?.map_err(|e| fail(&e))?;
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
        let instants = matches!(kinds[mapping.arrival], Kind::Instant | Kind::Date);
        let zero = if mapping.unit == ArrivalUnit::Timestamp || instants {
            Zero::FirstArrival
        } else {
            Zero::Source { unit: mapping.unit.as_str() }
        };
        let group_rows: Vec<usize> =
            metadata.row_groups.iter().map(RowGroupMetadata::num_rows).collect();
        let rows = group_rows.iter().try_fold(0_usize, |sum, rows| sum.checked_add(*rows));
        if rows != Some(metadata.num_rows) {
            return Err(unsound(name).into());
        }
        Ok(Self {
            name: name.to_owned(),
            source,
            wanted: mapping.used().into_iter().map(|ix| header[ix].clone()).collect(),
            header,
            kinds,
            metadata,
            mapping,
            zero,
            clock: Clock::default(),
            collector,
            pieces: pieces(&group_rows).into_iter(),
        })
    }

    /// Reads the next row groups into the collector; whether there were any.
    fn advance(&mut self) -> Result<bool, Diagnostics> {
        let Some((from, rows)) = self.pieces.next() else { return Ok(false) };
        let Self { name, source, header, kinds, mapping, zero, clock, collector, .. } = self;
        let columns = self.wanted.clone();
        let metadata = self.metadata.clone();
        let sound = guarded(|| {
            let mut begun = 0;
            let groups = metadata.row_groups.iter().filter(|group| {
                begun += group.num_rows();
                begun > from && begun - group.num_rows() < from + rows
            });
            pages::sound(source, groups, &columns)
        });
        if sound != Some(true) {
            return Err(unsound(name).into());
        }
        let frame = guarded(|| {
            let mut reader = ParquetReader::new(source);
            reader.set_metadata(metadata);
            reader.with_columns(Some(columns)).with_slice(Some((from, rows))).finish()
        });
        let frame = frame.ok_or_else(|| unsound(name))?.map_err(|error| damaged(name, &error))?;
        if frame.height() != rows {
            return Err(unsound(name).into());
        }
        let file = Read { header, kinds, mapping };
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
        let reading = Reading::new(name, open(name, path)?, spec)?;
        let rows = u64::try_from(reading.metadata.num_rows).unwrap_or(u64::MAX);
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

/// Stretches of rows: whole row groups, together at least [`PIECE_ROWS`] but for the last.
fn pieces(group_rows: &[usize]) -> Vec<(usize, usize)> {
    let mut pieces = vec![(0, 0)];
    for rows in group_rows.iter().copied() {
        match pieces.last_mut() {
            Some((_, held)) if *held < PIECE_ROWS => *held += rows,
            Some((from, held)) => {
                let next = *from + *held;
                pieces.push((next, rows));
            }
            None => {}
        }
    }
    pieces.retain(|(_, rows)| *rows > 0);
    pieces
}

/// Tokens of a request, which were bounded when they were read.
fn of_request(tokens: i64) -> u32 {
    u32::try_from(tokens).unwrap_or(0)
}

/// What is read of a file.
struct Read<'a> {
    header: &'a [String],
    kinds: &'a [Kind],
    mapping: &'a Mapping,
}

fn read_frame(
    frame: &DataFrame,
    file: &Read<'_>,
    zero: Zero,
    clock: &mut Clock,
    collector: &mut Collector,
) -> Result<(), Diagnostic> {
    let Read { header, kinds, mapping } = file;
    let column = |ix: usize| -> Result<&Column, Diagnostic> {
        frame.column(&header[ix]).map_err(|error| not_readable(&header[ix], &error))
    };
    // What is wanted is told row by row.
    let as_they_are = mapping.used().into_iter().all(|ix| kinds[ix] == Kind::Plain);
    if as_they_are
        && !collector.filters()
        && let Some(columns) = plain(&column, mapping)
        && collector.push_columns(columns, zero)
    {
        return Ok(());
    }
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
    for row in 0..frame.height() {
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
