//! A table of another library as the text a file would have, so that it is read, checked and reported like any log:
//! columns are recognised by name, nulls are empty, instants are in UTC.

use crate::arrow::batches;
use crate::error::error;
use arrow_array::cast::AsArray;
use arrow_array::temporal_conversions::MICROSECONDS;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatchReader};
use arrow_schema::{DataType, TimeUnit};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ptuplan::units::diagnostic::{Diagnostic, Place};
use pyo3::prelude::*;
use std::fmt::{Display, Write};

/// Digits of a second that are kept: times are microseconds.
const NANOS_PER_MICRO: i64 = 1_000;

/// The table as CSV with a line of headings.
pub(crate) fn csv_of(table: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let reader = batches(table)?;
    let schema = reader.schema();
    let mut out = String::new();
    for (index, field) in schema.fields().iter().enumerate() {
        if !is_readable(field.data_type()) {
            let message =
                format!("column {}: no value can be read from {}", field.name(), field.data_type());
            let hint = "give numbers, text, booleans or instants; drop columns that are neither";
            let place = Place::new(field.name().as_str(), 0, 0);
            return Err(error(Diagnostic::error("wrong-type", message).at(place).hint(hint)));
        }
        comma(&mut out, index);
        quoted(&mut out, field.name());
    }
    out.push('\n');
    for batch in reader {
        let batch = batch.map_err(|wrong| {
            error(Diagnostic::error("unreadable", format!("the table cannot be read: {wrong}")))
        })?;
        let columns: Vec<ArrayRef> = batch.columns().iter().map(plain).collect();
        for row in 0..batch.num_rows() {
            for (index, column) in columns.iter().enumerate() {
                comma(&mut out, index);
                if !column.is_null(row) {
                    cell(&mut out, column, row);
                }
            }
            out.push('\n');
        }
    }
    Ok(out.into_bytes())
}

fn comma(out: &mut String, index: usize) {
    if index > 0 {
        out.push(',');
    }
}

fn quoted(out: &mut String, text: &str) {
    if text.contains([',', '"', '\n', '\r']) {
        out.push('"');
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(text);
    }
}

fn is_readable(kind: &DataType) -> bool {
    use DataType as T;
    match kind {
        T::Dictionary(_, values) => is_readable(values),
        T::Null
        | T::Boolean
        | T::Utf8
        | T::LargeUtf8
        | T::Utf8View
        | T::Timestamp(..)
        | T::Date32
        | T::Date64
        | T::Decimal128(..)
        | T::Float32
        | T::Float64 => true,
        other => other.is_integer(),
    }
}

/// Values of a dictionary in their places; every other column as it is.
fn plain(column: &ArrayRef) -> ArrayRef {
    match column.as_any_dictionary_opt() {
        None => column.clone(),
        Some(coded) if coded.values().is_empty() => {
            std::sync::Arc::new(arrow_array::StringArray::new_null(column.len()))
        }
        Some(coded) => {
            let keys = coded.normalized_keys();
            let (values, held) = (coded.values(), coded.keys());
            let names: arrow_array::StringArray = keys
                .iter()
                .enumerate()
                .map(|(row, key)| {
                    let there = !held.is_null(row) && *key < values.len() && !values.is_null(*key);
                    there.then(|| {
                        let mut text = String::new();
                        bare(&mut text, values, *key);
                        text
                    })
                })
                .collect();
            std::sync::Arc::new(names)
        }
    }
}

fn cell(out: &mut String, column: &ArrayRef, row: usize) {
    match column.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            let mut text = String::new();
            bare(&mut text, column, row);
            quoted(out, &text);
        }
        _ => bare(out, column, row),
    }
}

fn put(out: &mut String, value: impl Display) {
    // Writing into a text cannot fail.
    let _ = write!(out, "{value}");
}

macro_rules! number {
    ($out:expr, $column:expr, $row:expr, $kind:ty) => {
        put($out, $column.as_primitive::<$kind>().value($row))
    };
}

/// A value as it stands in a log.
fn bare(out: &mut String, column: &ArrayRef, row: usize) {
    match column.data_type() {
        DataType::Boolean => put(out, column.as_boolean().value(row)),
        DataType::Utf8 => out.push_str(column.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => out.push_str(column.as_string::<i64>().value(row)),
        DataType::Utf8View => out.push_str(column.as_string_view().value(row)),
        DataType::Int8 => number!(out, column, row, Int8Type),
        DataType::Int16 => number!(out, column, row, Int16Type),
        DataType::Int32 => number!(out, column, row, Int32Type),
        DataType::Int64 => number!(out, column, row, Int64Type),
        DataType::UInt8 => number!(out, column, row, UInt8Type),
        DataType::UInt16 => number!(out, column, row, UInt16Type),
        DataType::UInt32 => number!(out, column, row, UInt32Type),
        DataType::UInt64 => number!(out, column, row, UInt64Type),
        DataType::Float32 => number!(out, column, row, Float32Type),
        DataType::Float64 => number!(out, column, row, Float64Type),
        DataType::Decimal128(_, _) => {
            out.push_str(&column.as_primitive::<Decimal128Type>().value_as_string(row));
        }
        DataType::Date32 => {
            let days = i64::from(column.as_primitive::<Date32Type>().value(row));
            day(out, days);
        }
        DataType::Date64 => {
            let value = column.as_primitive::<Date64Type>().value(row);
            day(out, value.div_euclid(86_400_000));
        }
        DataType::Timestamp(unit, zone) => {
            let micros = match unit {
                TimeUnit::Second => {
                    let value = column.as_primitive::<TimestampSecondType>().value(row);
                    value.checked_mul(MICROSECONDS)
                }
                TimeUnit::Millisecond => {
                    let value = column.as_primitive::<TimestampMillisecondType>().value(row);
                    value.checked_mul(1_000)
                }
                TimeUnit::Microsecond => {
                    Some(column.as_primitive::<TimestampMicrosecondType>().value(row))
                }
                TimeUnit::Nanosecond => {
                    let value = column.as_primitive::<TimestampNanosecondType>().value(row);
                    Some(value.div_euclid(NANOS_PER_MICRO))
                }
            };
            instant(out, micros, zone.is_some());
        }
        _ => {}
    }
}

fn day(out: &mut String, days: i64) {
    let found = Date::constant(1970, 1, 1).checked_add(jiff::Span::new().days(days));
    match found {
        Ok(date) => put(out, date),
        Err(_) => out.push_str("beyond the calendar"),
    }
}

/// An instant in UTC; a clock time without a zone where the table states none: the reader says what it takes that for.
fn instant(out: &mut String, micros: Option<i64>, zoned: bool) {
    match micros.and_then(|micros| Timestamp::from_microsecond(micros).ok()) {
        Some(instant) if zoned => put(out, instant),
        Some(instant) => {
            put(out, instant.to_zoned(TimeZone::UTC).datetime());
        }
        None => out.push_str("beyond the calendar"),
    }
}
