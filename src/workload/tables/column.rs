//! A column of a frame, cell by cell: what each row says, or what is wrong with it.

use crate::units::diagnostic::Diagnostic;
use crate::workload::import::number::{MAX_TOKENS, NumberFault, tokens};
use crate::workload::import::{ArrivalUnit, Clock};
use polars::prelude::{Column, DataType, PolarsError, TimeUnit};

/// A token or time cell: a number, nothing, or a fault.
pub(super) type Cell = Result<i64, NumberFault>;

pub(super) fn not_readable(name: &str, error: &PolarsError) -> Diagnostic {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    Diagnostic::error("column-not-readable", format!("unreadable column: {name}: {first}"))
        .hint("write it again with plain integer columns")
}

/// Whole numbers of a column; a fraction is not one.
pub(super) fn counts(column: &Column) -> Result<Vec<Cell>, Diagnostic> {
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
pub(super) fn arrivals(
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

pub(super) fn texts(column: &Column) -> Result<Vec<Option<String>>, Diagnostic> {
    let fail = |error: PolarsError| not_readable(column.name(), &error);
    let text = column.as_materialized_series().cast(&DataType::String).map_err(fail)?;
    Ok(text.str().map_err(fail)?.iter().map(|v| v.map(str::to_owned)).collect())
}
