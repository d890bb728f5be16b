//! Columns of whole numbers without gaps, as most traces have: taken over as they are, without looking at each cell.

use crate::workload::import::ArrivalUnit;
use crate::workload::import::collector::PlainColumns;
use crate::workload::import::number::MAX_TOKENS;
use crate::workload::import::table::Mapping;
use crate::workload::tables::frame::Column;
use polars_arrow::datatypes::ArrowDataType;

/// The columns of a frame, none when any of them has to be read cell by cell: names, fractions, text, empty or absurd cells.
pub(super) fn plain<'f>(
    column: &impl Fn(usize) -> Option<&'f Column>,
    mapping: &Mapping,
) -> Option<PlainColumns> {
    let named = [mapping.client, mapping.session, mapping.deployment, mapping.model];
    if named.iter().any(Option::is_some) {
        return None;
    }
    let tokens = |ix: usize| tokens(column(ix)?);
    let optional = |ix: Option<usize>| match ix {
        None => Some(None),
        Some(ix) => tokens(ix).map(Some),
    };
    Some(PlainColumns {
        arrival_us: arrivals(column(mapping.arrival)?, mapping.unit)?,
        input_tokens: tokens(mapping.input)?,
        cached_input_tokens: optional(mapping.cached)?,
        output_tokens: tokens(mapping.output)?,
        max_output_tokens: optional(mapping.limit)?,
    })
}

/// Counts of tokens.
fn tokens(column: &Column) -> Option<Vec<u32>> {
    if column.null_count() > 0 {
        return None;
    }
    let most = i64::try_from(MAX_TOKENS).ok()?;
    let mut all = Vec::with_capacity(column.len());
    match column.dtype() {
        ArrowDataType::UInt32 => {
            for values in column.values::<u32>()? {
                if values.iter().any(|value| u64::from(*value) > MAX_TOKENS) {
                    return None;
                }
                all.extend_from_slice(values);
            }
        }
        ArrowDataType::Int64 => {
            for values in column.values::<i64>()? {
                if values.iter().any(|value| !(0..=most).contains(value)) {
                    return None;
                }
                all.extend(values.iter().map(|value| *value as u32));
            }
        }
        ArrowDataType::Int32 => {
            for values in column.values::<i32>()? {
                if values.iter().any(|value| !(0..=most).contains(&i64::from(*value))) {
                    return None;
                }
                all.extend(values.iter().map(|value| *value as u32));
            }
        }
        _ => return None,
    }
    Some(all)
}

/// Times from a start of the source's own, in microseconds.
fn arrivals(column: &Column, unit: ArrivalUnit) -> Option<Vec<i64>> {
    if column.null_count() > 0 || unit == ArrivalUnit::Timestamp {
        return None;
    }
    let scale_us = unit.scale_us();
    let mut all = Vec::with_capacity(column.len());
    match column.dtype() {
        ArrowDataType::UInt64 => {
            for value in column.values::<u64>()?.flatten() {
                all.push(i64::try_from(*value).ok()?.checked_mul(scale_us)?);
            }
        }
        ArrowDataType::Int64 => {
            for value in column.values::<i64>()?.flatten() {
                all.push(value.checked_mul(scale_us)?);
            }
        }
        _ => return None,
    }
    Some(all)
}
