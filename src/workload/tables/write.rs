//! Tables out.

use crate::units::diagnostic::Diagnostic;
use crate::workload::trace::Trace;
use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn, NamedFrom, ParquetWriter, PolarsError, Series,
    TimeUnit,
};

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
