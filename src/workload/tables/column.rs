//! A column of a frame, cell by cell: what each row says, or what is wrong with it.

use crate::units::diagnostic::Diagnostic;
use crate::workload::import::number::{MAX_TOKENS, NumberFault, scaled, tokens};
use crate::workload::import::{ArrivalUnit, Clock};
use crate::workload::tables::types::Kind;
use polars::prelude::{ArrowTimeUnit, Column, DataType, PolarsError, Series, TimeUnit};

/// A token or time cell: a number, nothing, or a fault.
pub(super) type Cell = Result<i64, NumberFault>;

const DAY_US: i64 = 86_400_000_000;

pub(super) fn not_readable(name: &str, error: &PolarsError) -> Diagnostic {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    Diagnostic::error("column-not-readable", format!("unreadable column: {name}: {first}"))
        .hint("write it again with plain integer columns")
}

/// A column of a type that says something else.
fn wrong_type(column: &Column, kind: &Kind, wanted: &str) -> Diagnostic {
    let found = match kind {
        Kind::Plain => column.dtype().to_string(),
        Kind::Instant => "points in time".to_owned(),
        Kind::Decimal(scale) => format!("decimals of {scale} places"),
        Kind::Span(_) => "lengths of time".to_owned(),
        Kind::Date => "dates".to_owned(),
        Kind::Other(name) => name.clone(),
    };
    let message = format!("not {wanted}: column {} holds {found}", column.name());
    Diagnostic::error("column-not-readable", message)
        .hint("name another column with --columns, or write it again with plain integer columns")
}

/// Whole numbers of a column; a fraction is not one.
pub(super) fn counts(column: &Column, kind: &Kind) -> Result<Vec<Cell>, Diagnostic> {
    let fail = |error: PolarsError| not_readable(column.name(), &error);
    let series = column.as_materialized_series();
    if let Kind::Decimal(scale) = kind {
        let whole = |value: i128| scaled_down(value, *scale, 1).ok_or(NumberFault::NotANumber);
        let cells = numbers(series).ok_or_else(|| wrong_type(column, kind, "counts of tokens"))?;
        let read = |v: Option<i128>| v.ok_or(NumberFault::Empty).and_then(whole).and_then(bounded);
        return Ok(cells.into_iter().map(read).collect());
    }
    if *kind != Kind::Plain {
        return Err(wrong_type(column, kind, "counts of tokens"));
    }
    Ok(match series.dtype() {
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
                Some(v) => whole_float(v).and_then(bounded),
            })
            .collect(),
        DataType::String => series
            .str()
            .map_err(fail)?
            .iter()
            .map(|v| tokens(v.unwrap_or_default().as_bytes()).map(i64::from))
            .collect(),
        DataType::Null => vec![Err(NumberFault::Empty); series.len()],
        _ => numbers(series)
            .ok_or_else(|| wrong_type(column, kind, "counts of tokens"))?
            .into_iter()
            .map(|v| v.ok_or(NumberFault::Empty).and_then(bounded))
            .collect(),
    })
}

/// A count that a request can have.
fn bounded(value: i128) -> Cell {
    match u64::try_from(value) {
        Err(_) if value < 0 => Err(NumberFault::Negative),
        Ok(count) if count <= MAX_TOKENS => i64::try_from(count).map_err(|_| NumberFault::TooLarge),
        _ => Err(NumberFault::TooLarge),
    }
}

/// A double without fraction as the number it is.
#[allow(clippy::cast_possible_truncation, reason = "bounded above")]
fn whole_float(value: f64) -> Result<i128, NumberFault> {
    if value.abs() < 1e30 { Ok(value as i128) } else { Err(NumberFault::TooLarge) }
}

/// The stored integers of a column, big-endian bytes included; none for anything else.
fn numbers(series: &Series) -> Option<Vec<Option<i128>>> {
    let wide = |value: Option<i64>| value.map(i128::from);
    match series.dtype() {
        DataType::UInt64 => Some(series.u64().ok()?.iter().map(|v| v.map(i128::from)).collect()),
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32 => {
            let all = series.cast(&DataType::Int64).ok()?;
            Some(all.i64().ok()?.iter().map(wide).collect())
        }
        DataType::Binary => {
            let cells = series.binary().ok()?.iter();
            cells.map(|cell| cell.map_or(Some(None), |bytes| big_endian(bytes).map(Some))).collect()
        }
        _ => None,
    }
}

/// A signed number of big-endian bytes; none where it leaves 128 bits.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    let fill = if negative { 0xff } else { 0 };
    let (more, last) = bytes.split_at(bytes.len().saturating_sub(16));
    let mut wide = [fill; 16];
    wide[16 - last.len()..].copy_from_slice(last);
    let value = i128::from_be_bytes(wide);
    (more.iter().all(|byte| *byte == fill) && (value < 0) == negative).then_some(value)
}

/// `value` times `times` over 10 to the power of `scale`; none where that is no whole number or leaves 128 bits.
fn scaled_down(value: i128, scale: u32, times: i128) -> Option<i128> {
    let divisor = 10_i128.checked_pow(scale)?;
    let product = value.checked_mul(times)?;
    (product % divisor == 0).then_some(product / divisor)
}

/// The same for times, cut to the microsecond.
fn cut_down(value: i128, scale: u32, times: i64) -> Cell {
    let product = value.checked_mul(i128::from(times)).ok_or(NumberFault::TooLarge)?;
    let cut = 10_i128.checked_pow(scale).map_or(0, |divisor| product.div_euclid(divisor));
    i64::try_from(cut).map_err(|_| NumberFault::TooLarge)
}

/// Arrivals in microseconds. A column that says what its numbers are is read in its own unit, whatever its name says.
pub(super) fn arrivals(
    column: &Column,
    kind: &Kind,
    unit: ArrivalUnit,
    clock: &mut Clock,
) -> Result<Vec<Cell>, Diagnostic> {
    let fail = |error: PolarsError| not_readable(column.name(), &error);
    let series = column.as_materialized_series();
    let stated = |convert: &dyn Fn(i128) -> Cell| -> Result<Vec<Cell>, Diagnostic> {
        let cells = numbers(series).ok_or_else(|| wrong_type(column, kind, "times"))?;
        Ok(cells.into_iter().map(|v| v.ok_or(NumberFault::Empty).and_then(convert)).collect())
    };
    match kind {
        Kind::Span(ArrowTimeUnit::Second) => return stated(&|v| cut_down(v, 0, 1_000_000)),
        Kind::Span(ArrowTimeUnit::Millisecond) => return stated(&|v| cut_down(v, 0, 1_000)),
        Kind::Span(ArrowTimeUnit::Microsecond) => return stated(&|v| cut_down(v, 0, 1)),
        Kind::Span(ArrowTimeUnit::Nanosecond) => return stated(&|v| cut_down(v, 3, 1)),
        Kind::Date => return stated(&|v| cut_down(v, 0, DAY_US)),
        Kind::Decimal(scale) if unit != ArrivalUnit::Timestamp => {
            return stated(&|v| cut_down(v, *scale, unit.scale_us()));
        }
        Kind::Decimal(_) | Kind::Other(_) => return Err(wrong_type(column, kind, "times")),
        Kind::Plain | Kind::Instant => {}
    }
    let scale_us = unit.scale_us();
    match (series.dtype(), unit) {
        (DataType::Datetime(time_unit, zone), _) => {
            let rows = u64::try_from(series.len()).unwrap_or(u64::MAX);
            if zone.is_some() {
                clock.stated += rows;
            } else {
                clock.unstated += rows;
            }
            let (scale, times) = match time_unit {
                TimeUnit::Nanoseconds => (3, 1),
                TimeUnit::Microseconds => (0, 1),
                TimeUnit::Milliseconds => (0, 1_000),
            };
            let physical = series.to_physical_repr();
            let read = |v: Option<i64>| cut_down(v.ok_or(NumberFault::Empty)?.into(), scale, times);
            Ok(physical.i64().map_err(fail)?.iter().map(read).collect())
        }
        (DataType::String, ArrivalUnit::Timestamp) => {
            let read = |v: Option<&str>| match v {
                None | Some("") => Err(NumberFault::Empty),
                Some(text) => clock.read(text.as_bytes()).ok_or(NumberFault::NotANumber),
            };
            Ok(series.str().map_err(fail)?.iter().map(read).collect())
        }
        (DataType::String, _) => {
            let read = |v: Option<&str>| scaled(v.unwrap_or_default().as_bytes(), scale_us);
            Ok(series.str().map_err(fail)?.iter().map(read).collect())
        }
        (DataType::Boolean | DataType::Binary, _) => Err(wrong_type(column, kind, "times")),
        (found, ArrivalUnit::Timestamp) => {
            let message = format!("not a time: column {} has numbers ({found})", column.name());
            Err(Diagnostic::error("not-a-time", message).hint("state arrival_unit: s, ms or us"))
        }
        (DataType::Float32 | DataType::Float64, _) => {
            let wide = series.cast(&DataType::Float64).map_err(fail)?;
            Ok(wide.f64().map_err(fail)?.iter().map(|v| float_us(v, scale_us)).collect())
        }
        (DataType::Null, _) => Ok(vec![Err(NumberFault::Empty); series.len()]),
        _ => stated(&|v| cut_down(v, 0, scale_us)),
    }
}

/// A double holds microseconds of nine thousand years to the half; rounding undoes its binary fraction.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "bounded above")]
fn float_us(value: Option<f64>, scale_us: i64) -> Cell {
    let value = value.ok_or(NumberFault::Empty)?;
    let us = (value * scale_us as f64).round();
    match us {
        us if us.is_nan() => Err(NumberFault::NotANumber),
        us if us.abs() < 9e18 => Ok(us as i64),
        _ => Err(NumberFault::TooLarge),
    }
}

pub(super) fn texts(column: &Column, kind: &Kind) -> Result<Vec<Option<String>>, Diagnostic> {
    let fail = |error: PolarsError| not_readable(column.name(), &error);
    if *kind != Kind::Plain || matches!(column.dtype(), DataType::Binary) {
        return Err(wrong_type(column, kind, "names"));
    }
    let text = column.as_materialized_series().cast(&DataType::String).map_err(fail)?;
    Ok(text.str().map_err(fail)?.iter().map(|v| v.map(str::to_owned)).collect())
}
