//! Parquet, through polars: traces in, result tables out. The only module that names polars (feature `tables`).
//!
//! A file is read in pieces of whole row groups, so that what is held is the trace's columns and one piece.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::workload::import::number::{MAX_TOKENS, NumberFault, tokens};
use crate::workload::import::table::{Mapping, format_notes};
use crate::workload::import::{
    ArrivalUnit, Clock, Collector, Facts, Imported, ReadSpec, Row, Zero,
};
use crate::workload::trace::Trace;
use polars::io::mmap::MmapBytesReader;
use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn, NamedFrom, ParquetReader, ParquetWriter, PolarsError,
    SerReader, Series, TimeUnit,
};
use std::fs::File;
use std::io::Cursor;
use std::path::Path;

/// Rows read at a time, rounded up to whole row groups by what the file has.
const PIECE_ROWS: usize = 1 << 21;

/// Reads a Parquet trace held in memory. `name` is how messages call it; lines in messages are rows.
pub fn read_parquet(name: &str, bytes: &[u8], spec: &ReadSpec) -> Result<Imported, Diagnostics> {
    let damaged = !(bytes.len() > 12 && bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    if damaged {
        return Err(cut_short(name).into());
    }
    read_source(name, Cursor::new(bytes), spec)
}

/// Reads the Parquet file at `path`, mapped into memory rather than copied.
pub fn read_parquet_file(
    name: &str,
    path: &Path,
    spec: &ReadSpec,
) -> Result<Imported, Diagnostics> {
    let file = File::open(path).map_err(|error| {
        let message = format!("cannot open {name}: {error}");
        Diagnostic::error("unreadable", message).at(Place::new(name, 0, 0))
    })?;
    read_source(name, file, spec)
}

fn cut_short(name: &str) -> Diagnostic {
    Diagnostic::error("parquet-cut-short", "damaged Parquet file: it does not end as one")
        .at(Place::new(name, 0, 0))
        .hint("the file was cut short: fetch it again")
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
    mut source: impl MmapBytesReader,
    spec: &ReadSpec,
) -> Result<Imported, Diagnostics> {
    let fail = |error: &PolarsError| Diagnostics::from(damaged(name, error));
    let mut reader = ParquetReader::new(&mut source);
    let header: Vec<String> =
        reader.schema().map_err(|e| fail(&e))?.iter_names().map(ToString::to_string).collect();
    let metadata = reader.get_metadata().map_err(|e| fail(&e))?.clone();
    let mapping = Mapping::of_header(name, &header, spec.columns.as_ref())?;
    let mut collector = Collector::new(name, spec);
    format_notes(mapping.format, &mut collector);
    let zero = if mapping.unit == ArrivalUnit::Timestamp {
        Zero::FirstArrival
    } else {
        Zero::Source { unit: mapping.unit.as_str() }
    };
    let wanted: Vec<String> = mapping.used().into_iter().map(|ix| header[ix].clone()).collect();
    let mut clock = Clock::default();
    let mut group_rows = Vec::with_capacity(metadata.row_groups.len());
    for group in &metadata.row_groups {
        group_rows.push(group.num_rows());
    }
    for (from, rows) in pieces(&group_rows) {
        let mut reader = ParquetReader::new(&mut source);
        reader.set_metadata(metadata.clone());
        let frame = reader
            .with_columns(Some(wanted.clone()))
            .with_slice(Some((from, rows)))
            .finish()
            .map_err(|e| fail(&e))?;
        read_frame(&frame, &header, &mapping, zero, &mut clock, &mut collector)
            .map_err(|diagnostic| diagnostic.at(Place::new(name, 0, 0)))?;
    }
    if mapping.unit == ArrivalUnit::Timestamp {
        collector.check_zones(&clock);
    }
    let zero = collector.unix_or(zero);
    collector.finish(mapping.format.to_string(), zero)
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

/// A token or time cell: a number, nothing, or a fault.
type Cell = Result<i64, NumberFault>;

fn read_frame(
    frame: &DataFrame,
    header: &[String],
    mapping: &Mapping,
    zero: Zero,
    clock: &mut Clock,
    collector: &mut Collector,
) -> Result<(), Diagnostic> {
    let column = |ix: usize| -> Result<&Column, Diagnostic> {
        frame.column(&header[ix]).map_err(|error| not_readable(&header[ix], &error))
    };
    let arrival = arrivals(column(mapping.arrival)?, mapping.unit, clock)?;
    let required = |ix: usize| column(ix).and_then(counts);
    let optional = |ix: Option<usize>| ix.map(required).transpose();
    let (input, output) = (required(mapping.input)?, required(mapping.output)?);
    let (cached, limit) = (optional(mapping.cached)?, optional(mapping.limit)?);
    let names = |ix: Option<usize>| ix.map(|ix| column(ix).and_then(texts)).transpose();
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
        let input_tokens = read(input[row], mapping.input, collector) as u32;
        let output_tokens = read(output[row], mapping.output, collector) as u32;
        let mut if_known = |cells: &Option<Vec<Cell>>, ix: Option<usize>, collector: &mut _| match (
            cells.as_ref()?[row],
            ix?,
        ) {
            (Err(NumberFault::Empty), _) => None,
            (cell, ix) => Some(read(cell, ix, collector) as u32),
        };
        let cached_input_tokens = if_known(&cached, mapping.cached, collector);
        let max_output_tokens = if_known(&limit, mapping.limit, collector);
        let request =
            Row { arrival_us, input_tokens, cached_input_tokens, output_tokens, max_output_tokens };
        if sound && collector.push(request, zero, at) && stated {
            let name = |which: usize| {
                facts[which].as_ref().map_or("", |names| names[row].as_deref().unwrap_or(""))
            };
            collector.push_facts(Facts {
                client: name(0),
                session: name(1),
                deployment: name(2),
                model: name(3),
                status: 0,
            });
        }
    }
    Ok(())
}

fn not_readable(name: &str, error: &PolarsError) -> Diagnostic {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    Diagnostic::error("column-not-readable", format!("unreadable column: {name}: {first}"))
        .hint("write it again with plain integer columns")
}

/// Whole numbers of a column; a fraction is not one.
fn counts(column: &Column) -> Result<Vec<Cell>, Diagnostic> {
    let fail = |error: PolarsError| not_readable(column.name(), &error);
    let bounded = |value: i64| match value {
        i64::MIN..0 => Err(NumberFault::Negative),
        value if value as u64 > MAX_TOKENS => Err(NumberFault::TooLarge),
        value => Ok(value),
    };
    let series = column.as_materialized_series();
    Ok(match series.dtype() {
        DataType::UInt32 => series
            .u32()
            .map_err(fail)?
            .iter()
            .map(|v| v.map_or(Err(NumberFault::Empty), |v| bounded(i64::from(v))))
            .collect(),
        DataType::Float32 | DataType::Float64 => series
            .cast(&DataType::Float64)
            .map_err(fail)?
            .f64()
            .map_err(fail)?
            .iter()
            .map(|v| match v {
                None => Err(NumberFault::Empty),
                Some(v) if v.is_nan() => Err(NumberFault::Empty),
                Some(v) if v.fract() != 0.0 => Err(NumberFault::NotANumber),
                Some(v) => bounded(v as i64),
            })
            .collect(),
        DataType::String => series
            .str()
            .map_err(fail)?
            .iter()
            .map(|v| tokens(v.unwrap_or_default().as_bytes()).map(i64::from))
            .collect(),
        _ => series
            .cast(&DataType::Int64)
            .map_err(fail)?
            .i64()
            .map_err(fail)?
            .iter()
            .map(|v| v.map_or(Err(NumberFault::Empty), bounded))
            .collect(),
    })
}

/// Arrivals in microseconds.
fn arrivals(
    column: &Column,
    unit: ArrivalUnit,
    clock: &mut Clock,
) -> Result<Vec<Cell>, Diagnostic> {
    let fail = |error: PolarsError| not_readable(column.name(), &error);
    let series = column.as_materialized_series();
    let scale_us = unit.scale_us();
    match (series.dtype(), unit) {
        (DataType::Datetime(time_unit, zone), ArrivalUnit::Timestamp) => {
            let rows = series.len() as u64;
            if zone.is_some() {
                clock.stated += rows;
            } else {
                clock.unstated += rows;
            }
            let (numerator, denominator) = match time_unit {
                TimeUnit::Nanoseconds => (1, 1_000),
                TimeUnit::Microseconds => (1, 1),
                TimeUnit::Milliseconds => (1_000, 1),
            };
            let physical = series.to_physical_repr();
            let read = |v: Option<i64>| {
                v.map(|v| v.div_euclid(denominator) * numerator).ok_or(NumberFault::Empty)
            };
            Ok(physical.i64().map_err(fail)?.iter().map(read).collect())
        }
        (DataType::String, ArrivalUnit::Timestamp) => {
            let read = |v: Option<&str>| match v {
                None | Some("") => Err(NumberFault::Empty),
                Some(text) => clock.read(text.as_bytes()).ok_or(NumberFault::NotANumber),
            };
            Ok(series.str().map_err(fail)?.iter().map(read).collect())
        }
        (found, ArrivalUnit::Timestamp) => {
            let message = format!("not a time: column {} has numbers ({found})", column.name());
            Err(Diagnostic::error("not-a-time", message).hint("state arrival_unit: s, ms or us"))
        }
        (DataType::Float32 | DataType::Float64, _) => {
            let wide = series.cast(&DataType::Float64).map_err(fail)?;
            let read = |v: Option<f64>| match v {
                None => Err(NumberFault::Empty),
                // A double holds microseconds of nine thousand years to the half; rounding undoes its binary fraction.
                Some(v) if v.is_finite() => Ok((v * scale_us as f64).round() as i64),
                Some(_) => Err(NumberFault::NotANumber),
            };
            Ok(wide.f64().map_err(fail)?.iter().map(read).collect())
        }
        _ => {
            let whole = series.cast(&DataType::Int64).map_err(fail)?;
            let read = |v: Option<i64>| {
                v.ok_or(NumberFault::Empty)?.checked_mul(scale_us).ok_or(NumberFault::TooLarge)
            };
            Ok(whole.i64().map_err(fail)?.iter().map(read).collect())
        }
    }
}

fn texts(column: &Column) -> Result<Vec<Option<String>>, Diagnostic> {
    let fail = |error: PolarsError| not_readable(column.name(), &error);
    let text = column.as_materialized_series().cast(&DataType::String).map_err(fail)?;
    Ok(text.str().map_err(fail)?.iter().map(|v| v.map(str::to_owned)).collect())
}

/// A column of a result table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// Text; exact amounts are text too.
    Text(Vec<Option<String>>),
    /// Whole numbers.
    Integer(Vec<Option<i64>>),
    /// Measures.
    Float(Vec<Option<f64>>),
    /// Instants, microseconds since the epoch.
    Instant(Vec<Option<i64>>),
}

/// A table as the bytes of a Parquet file (zstd). Equal tables give equal bytes. Columns must have one length and different names.
pub fn write_parquet(columns: Vec<(String, Cells)>) -> Result<Vec<u8>, Diagnostic> {
    let fail = |error: PolarsError| {
        Diagnostic::error("parquet-not-written", format!("Parquet not written: {error}"))
    };
    let mut height = 0;
    let mut built: Vec<Column> = Vec::with_capacity(columns.len());
    for (name, cells) in columns {
        let name = name.as_str().into();
        let series = match cells {
            Cells::Text(values) => Series::new(name, values),
            Cells::Integer(values) => Series::new(name, values),
            Cells::Float(values) => Series::new(name, values),
            Cells::Instant(values) => Series::new(name, values)
                .cast(&DataType::Datetime(TimeUnit::Microseconds, None))
                .map_err(fail)?,
        };
        height = series.len();
        built.push(series.into_column());
    }
    let mut frame = DataFrame::new(height, built).map_err(fail)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).map_err(fail)?;
    Ok(bytes)
}

/// A trace as Parquet in the program's own columns; [`read_parquet`] gives it back.
pub fn write_trace(trace: &Trace) -> Result<Vec<u8>, Diagnostic> {
    let fail = |error: PolarsError| {
        Diagnostic::error("parquet-not-written", format!("Parquet not written: {error}"))
    };
    let mut columns = vec![
        Series::new("arrival_us".into(), &trace.arrival_us).into_column(),
        Series::new("input_tokens".into(), &trace.input_tokens).into_column(),
    ];
    if let Some(cached) = &trace.cached_input_tokens {
        columns.push(Series::new("cached_input_tokens".into(), cached).into_column());
    }
    columns.push(Series::new("output_tokens".into(), &trace.output_tokens).into_column());
    if let Some(limit) = &trace.max_output_tokens {
        let stated = |v: &u32| (*v != Trace::NO_LIMIT).then_some(*v);
        let limit: Vec<Option<u32>> = limit.iter().map(stated).collect();
        columns.push(Series::new("max_output_tokens".into(), limit).into_column());
    }
    let mut frame = DataFrame::new(trace.len(), columns).map_err(fail)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).map_err(fail)?;
    Ok(bytes)
}
