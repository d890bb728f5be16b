//! A column of a frame, cell by cell: what each row says, or what is wrong with it.

use crate::units::diagnostic::Diagnostic;
use crate::workload::import::number::{MAX_TOKENS, NumberFault, scaled, tokens};
use crate::workload::import::{ArrivalUnit, Clock};
use crate::workload::tables::frame::Column;
use crate::workload::tables::types::Kind;
use polars_arrow::array::{
    BinaryViewArray, BooleanArray, FixedSizeBinaryArray, PrimitiveArray, Utf8ViewArray,
};
use polars_arrow::datatypes::{ArrowDataType as T, TimeUnit};
use polars_arrow::types::NativeType;

/// A token or time cell: a number, nothing, or a fault.
pub(super) type Cell = Result<i64, NumberFault>;

const DAY_US: i64 = 86_400_000_000;

/// A column of a type that says something else.
fn wrong_type(column: &Column, kind: &Kind, wanted: &str) -> Diagnostic {
    let found = match kind {
        Kind::Plain => column.type_name(),
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
    let refused = || wrong_type(column, kind, "counts of tokens");
    if let Kind::Decimal(scale) = kind {
        let whole = |value: i128| scaled_down(value, *scale, 1).ok_or(NumberFault::NotANumber);
        let read = |v: Option<i128>| v.ok_or(NumberFault::Empty).and_then(whole).and_then(bounded);
        return Ok(numbers(column).ok_or_else(refused)?.into_iter().map(read).collect());
    }
    if *kind != Kind::Plain {
        return Err(refused());
    }
    let cells = match column.dtype() {
        T::Float32 | T::Float64 => floats(column).map(|cells| {
            let read = |v: Option<f64>| match v {
                None => Err(NumberFault::Empty),
                Some(v) if v.is_nan() => Err(NumberFault::Empty),
                Some(v) if v.fract() != 0.0 => Err(NumberFault::NotANumber),
                Some(v) => whole_float(v).and_then(bounded),
            };
            cells.into_iter().map(read).collect()
        }),
        T::Utf8View => words(column).map(|cells| {
            let read = |v: Option<&str>| tokens(v.unwrap_or_default().as_bytes()).map(i64::from);
            cells.into_iter().map(read).collect()
        }),
        T::Null => Some(vec![Err(NumberFault::Empty); column.len()]),
        // Bytes that no type calls a number are none: halves of a float are stored so.
        T::BinaryView | T::FixedSizeBinary(_) => None,
        _ => numbers(column).map(|cells| {
            let read = |v: Option<i128>| v.ok_or(NumberFault::Empty).and_then(bounded);
            cells.into_iter().map(read).collect()
        }),
    };
    cells.ok_or_else(refused)
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

/// Every cell of the arrays of a type.
fn cells<'c, A: 'static, R: 'c>(
    column: &'c Column,
    read: impl Fn(&'c A) -> Vec<Option<R>>,
) -> Option<Vec<Option<R>>> {
    Some(column.arrays::<A>()?.into_iter().flat_map(read).collect())
}

fn integers<N: NativeType + Into<i128>>(column: &Column) -> Option<Vec<Option<i128>>> {
    cells(column, |array: &PrimitiveArray<N>| {
        array.iter().map(|v| v.map(|v| (*v).into())).collect()
    })
}

fn floats(column: &Column) -> Option<Vec<Option<f64>>> {
    if *column.dtype() == T::Float32 {
        return cells(column, |array: &PrimitiveArray<f32>| {
            array.iter().map(|v| v.copied().map(f64::from)).collect()
        });
    }
    cells(column, |array: &PrimitiveArray<f64>| array.iter().map(Option::<&f64>::copied).collect())
}

fn words(column: &Column) -> Option<Vec<Option<&str>>> {
    cells(column, |array: &Utf8ViewArray| array.iter().collect())
}

/// The stored integers of a column, big-endian bytes included; none for anything else.
fn numbers(column: &Column) -> Option<Vec<Option<i128>>> {
    match column.dtype() {
        T::Int8 => integers::<i8>(column),
        T::Int16 => integers::<i16>(column),
        T::Int32 => integers::<i32>(column),
        T::Int64 => integers::<i64>(column),
        T::UInt8 => integers::<u8>(column),
        T::UInt16 => integers::<u16>(column),
        T::UInt32 => integers::<u32>(column),
        T::UInt64 => integers::<u64>(column),
        T::BinaryView => {
            all_big_endian(&cells(column, |array: &BinaryViewArray| array.iter().collect())?)
        }
        T::FixedSizeBinary(_) => {
            all_big_endian(&cells(column, |array: &FixedSizeBinaryArray| array.iter().collect())?)
        }
        _ => None,
    }
}

fn all_big_endian(cells: &[Option<&[u8]>]) -> Option<Vec<Option<i128>>> {
    cells.iter().map(|cell| cell.map_or(Some(None), |bytes| big_endian(bytes).map(Some))).collect()
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
    let refused = || wrong_type(column, kind, "times");
    let stated = |convert: &dyn Fn(i128) -> Cell| -> Result<Vec<Cell>, Diagnostic> {
        let cells = numbers(column).ok_or_else(refused)?;
        Ok(cells.into_iter().map(|v| v.ok_or(NumberFault::Empty).and_then(convert)).collect())
    };
    match kind {
        Kind::Span(unit) => return stated(&|v| in_us(v, *unit)),
        Kind::Date => return stated(&|v| cut_down(v, 0, DAY_US)),
        Kind::Decimal(scale) if unit != ArrivalUnit::Timestamp => {
            return stated(&|v| cut_down(v, *scale, unit.scale_us()));
        }
        Kind::Decimal(_) | Kind::Other(_) => return Err(refused()),
        Kind::Plain | Kind::Instant => {}
    }
    let scale_us = unit.scale_us();
    match (column.dtype(), unit) {
        (T::Timestamp(time_unit, zone), _) => {
            let rows = u64::try_from(column.len()).unwrap_or(u64::MAX);
            if zone.as_ref().is_some_and(|zone| !zone.is_empty()) {
                clock.stated += rows;
            } else {
                clock.unstated += rows;
            }
            let cells = integers::<i64>(column).ok_or_else(refused)?;
            let read = |v: Option<i128>| in_us(v.ok_or(NumberFault::Empty)?, *time_unit);
            Ok(cells.into_iter().map(read).collect())
        }
        (T::Utf8View, _) => {
            let mut read = |v: Option<&str>| match v {
                None | Some("") => Err(NumberFault::Empty),
                Some(text) if unit == ArrivalUnit::Timestamp => {
                    clock.read(text.as_bytes()).ok_or(NumberFault::NotANumber)
                }
                Some(text) => scaled(text.as_bytes(), scale_us),
            };
            Ok(words(column).ok_or_else(refused)?.into_iter().map(&mut read).collect())
        }
        (T::Boolean | T::BinaryView | T::FixedSizeBinary(_), _) => Err(refused()),
        (_, ArrivalUnit::Timestamp) => {
            let (name, found) = (column.name(), column.type_name());
            let message = format!("not a time: column {name} has numbers ({found})");
            Err(Diagnostic::error("not-a-time", message).hint("state arrival_unit: s, ms or us"))
        }
        (T::Float32 | T::Float64, _) => {
            let cells = floats(column).ok_or_else(refused)?;
            Ok(cells.into_iter().map(|v| float_us(v, scale_us)).collect())
        }
        (T::Null, _) => Ok(vec![Err(NumberFault::Empty); column.len()]),
        _ => stated(&|v| cut_down(v, 0, scale_us)),
    }
}

/// Times of a unit in microseconds.
fn in_us(value: i128, unit: TimeUnit) -> Cell {
    match unit {
        TimeUnit::Second => cut_down(value, 0, 1_000_000),
        TimeUnit::Millisecond => cut_down(value, 0, 1_000),
        TimeUnit::Microsecond => cut_down(value, 0, 1),
        TimeUnit::Nanosecond => cut_down(value, 3, 1),
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
    let refused = || wrong_type(column, kind, "names");
    if *kind != Kind::Plain {
        return Err(refused());
    }
    let texts = match column.dtype() {
        T::Utf8View => {
            words(column).map(|cells| cells.into_iter().map(|v| v.map(str::to_owned)).collect())
        }
        T::Boolean => cells(column, |array: &BooleanArray| {
            array.iter().map(|v| v.map(|v| v.to_string())).collect()
        }),
        // A float's name is the shortest that gives it back, in its own precision.
        T::Float32 => cells(column, |array: &PrimitiveArray<f32>| {
            array.iter().map(|v| v.map(|v| format!("{v:?}"))).collect()
        }),
        T::Float64 => cells(column, |array: &PrimitiveArray<f64>| {
            array.iter().map(|v| v.map(|v| format!("{v:?}"))).collect()
        }),
        T::Null => Some(vec![None; column.len()]),
        T::BinaryView | T::FixedSizeBinary(_) => None,
        _ => numbers(column)
            .map(|cells| cells.into_iter().map(|v| v.map(|v| v.to_string())).collect()),
    };
    texts.ok_or_else(refused)
}

/// What each cell would be in a table in text: times as ISO 8601, whole numbers without a fraction.
/// What cannot be written is empty.
pub(super) fn written(column: &Column, kind: &Kind) -> Vec<Option<String>> {
    let of_numbers = |write: &dyn Fn(i128) -> Option<String>| {
        let cells = numbers(column).unwrap_or_default();
        cells.into_iter().map(|value| value.and_then(write)).collect()
    };
    match (kind, column.dtype()) {
        (Kind::Other(_), _) => Vec::new(),
        (Kind::Date, _) => of_numbers(&|days| instant(cut_down(days, 0, DAY_US).ok()?, 10)),
        (Kind::Decimal(scale), _) => of_numbers(&|value| Some(decimal(value, *scale))),
        (Kind::Span(unit), _) => {
            of_numbers(&|value| Some(decimal(in_us(value, *unit).ok()?.into(), 6)))
        }
        (_, T::Timestamp(unit, zone)) => {
            // A time without a zone says none in text either.
            let end = usize::from(zone.as_ref().is_none_or(|zone| zone.is_empty()));
            let cells = integers::<i64>(column).unwrap_or_default();
            let write = |value: i128| {
                let mut text = instant(in_us(value, *unit).ok()?, usize::MAX)?;
                text.truncate(text.len() - end);
                Some(text)
            };
            cells.into_iter().map(|value| value.and_then(write)).collect()
        }
        (_, T::Float32 | T::Float64) => {
            let whole = |text: String| match text.strip_suffix(".0") {
                Some(whole) => whole.to_owned(),
                None if text == "NaN" => String::new(),
                None => text,
            };
            texts(column, kind).unwrap_or_default().into_iter().map(|v| v.map(whole)).collect()
        }
        (_, T::BinaryView) => cells(column, |array: &BinaryViewArray| {
            let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
            array.iter().map(|cell| cell.and_then(text)).collect()
        })
        .unwrap_or_default(),
        _ => texts(column, kind).unwrap_or_default(),
    }
}

/// The first characters of an instant in ISO 8601.
fn instant(us: i64, most: usize) -> Option<String> {
    let text = jiff::Timestamp::from_microsecond(us).ok()?.to_string();
    Some(text.chars().take(most).collect())
}

/// A whole number of 10 to the power of minus `scale`, as a decimal.
fn decimal(value: i128, scale: u32) -> String {
    let places = usize::try_from(scale).unwrap_or(0);
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    let part = part.trim_end_matches('0');
    let sign = if value < 0 { "-" } else { "" };
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}
