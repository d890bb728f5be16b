//! Tables out.

use crate::units::diagnostic::Diagnostic;
use crate::workload::trace::Trace;
use polars_arrow::array::{Array, PrimitiveArray, Utf8ViewArray};
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field, TimeUnit};
use polars_arrow::record_batch::RecordBatchT;
use polars_buffer::Buffer;
use polars_parquet::write::{
    CompressionOptions, FileWriter, StatisticsOptions, Version, WriteOptions, get_dtype_encoding,
    row_group_iter,
};
use std::sync::Arc;

/// A file has as many row groups of one size as have this many rows at the least.
const GROUP_ROWS: usize = 1 << 18;

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
    let built = |(name, cells): (String, Cells)| -> (String, Box<dyn Array>) {
        let array: Box<dyn Array> = match cells {
            Cells::Text(values) => Box::new(Utf8ViewArray::from_slice(values)),
            Cells::Integer(values) => Box::new(PrimitiveArray::<i64>::from(values)),
            Cells::Float(values) => Box::new(PrimitiveArray::<f64>::from(values)),
            Cells::Instant(values) => Box::new(
                PrimitiveArray::<i64>::from(values)
                    .to(ArrowDataType::Timestamp(TimeUnit::Microsecond, None)),
            ),
        };
        (name, array)
    };
    written(&columns.into_iter().map(built).collect::<Vec<_>>())
}

/// A trace as Parquet in the program's own columns; the reader of Parquet gives it back.
pub fn write_trace(trace: &Trace) -> Result<Vec<u8>, Diagnostic> {
    let mut columns: Vec<(String, Box<dyn Array>)> = Vec::new();
    let mut add = |name: &str, array: Box<dyn Array>| columns.push((name.to_owned(), array));
    let counts = |values: &[u32]| Box::new(PrimitiveArray::from_slice(values));
    add("arrival_us", Box::new(PrimitiveArray::from_slice(&trace.arrival_us)));
    add("input_tokens", counts(&trace.input_tokens));
    if let Some(cached) = &trace.cached_input_tokens {
        add("cached_input_tokens", counts(cached));
    }
    add("output_tokens", counts(&trace.output_tokens));
    if let Some(limit) = &trace.max_output_tokens {
        let stated = limit.iter().map(|v| (*v != Trace::NO_LIMIT).then_some(*v));
        add("max_output_tokens", Box::new(stated.collect::<PrimitiveArray<u32>>()));
    }
    written(&columns)
}

fn not_written(why: &impl std::fmt::Display) -> Diagnostic {
    Diagnostic::error("parquet-not-written", format!("Parquet not written: {why}"))
}

fn written(columns: &[(String, Box<dyn Array>)]) -> Result<Vec<u8>, Diagnostic> {
    let rows = columns.first().map_or(0, |(_, array)| array.len());
    if let Some((name, array)) = columns.iter().find(|(_, array)| array.len() != rows) {
        let why = format!("column {name} has {} rows, the first has {rows}", array.len());
        return Err(not_written(&why));
    }
    let field = |(name, array): &(String, Box<dyn Array>)| {
        Field::new(name.as_str().into(), array.dtype().clone(), true)
    };
    let fields: Vec<Field> = columns.iter().map(field).collect();
    let encodings: Buffer<_> =
        fields.iter().map(|field| get_dtype_encoding(&field.dtype)).collect();
    let schema: ArrowSchema = fields.into_iter().map(|field| (field.name.clone(), field)).collect();
    if schema.len() != columns.len() {
        return Err(not_written(&"two columns of one name"));
    }
    let options = WriteOptions {
        statistics: StatisticsOptions::default(),
        version: Version::V1,
        compression: CompressionOptions::Zstd(None),
        data_page_size: None,
    };
    let mut writer = FileWriter::try_new(Vec::new(), schema.clone(), options)
        .map_err(|error| not_written(&error))?;
    let types = writer.parquet_schema().fields().to_vec();
    let schema = Arc::new(schema);
    for (from, rows) in groups(rows) {
        let sliced = |(_, array): &(String, Box<dyn Array>)| array.sliced(from, rows);
        let arrays: Vec<Box<dyn Array>> = columns.iter().map(sliced).collect();
        let group = RecordBatchT::try_new(rows, Arc::clone(&schema), arrays)
            .map_err(|error| not_written(&error))?;
        let group = row_group_iter(group, encodings.clone(), types.clone(), options);
        let rows = u64::try_from(rows).map_err(|error| not_written(&error))?;
        writer.write(rows, group).map_err(|error| not_written(&error))?;
    }
    writer.end(None).map_err(|error| not_written(&error))?;
    Ok(writer.into_inner())
}

/// First row and rows of each row group.
fn groups(rows: usize) -> Vec<(usize, usize)> {
    let count = (rows / GROUP_ROWS).max(1);
    let size = rows / count;
    let group = |ix: usize| (ix * size, if ix + 1 == count { rows - ix * size } else { size });
    (0..count).map(group).filter(|(_, rows)| *rows > 0).collect()
}
