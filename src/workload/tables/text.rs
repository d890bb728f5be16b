//! A Parquet file that is no trace, as the text that it would be: so every log and every bill meets
//! the reader of its kind.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::guard::guarded;
use crate::workload::tables::column::written;
use crate::workload::tables::frame::{Frame, Wanted};
use crate::workload::tables::opened::{Opened, check_rows, cut_short, said, unsound};
use polars_parquet::read::RowGroupMetadata;
use std::io::{Cursor, Read, Seek};

/// Bytes that a cell takes while a file becomes text: as it was stored, and as it is written.
const CELL_BYTES: u64 = 48;

/// A Parquet file held in memory as comma-separated text. Columns of nested values are left out.
///
/// # Errors
/// A damaged file, and one of more rows than may be held.
pub fn parquet_text(name: &str, bytes: &[u8]) -> Result<Vec<u8>, Diagnostics> {
    if !bytes.ends_with(b"PAR1") {
        return Err(cut_short(name).into());
    }
    let mut source = Cursor::new(bytes);
    let opened = Opened::new(name, &mut source)?;
    text_of(name, source, opened)
}

/// The same of a file that was opened.
pub(super) fn text_of(
    name: &str,
    mut source: impl Read + Seek,
    opened: Opened,
) -> Result<Vec<u8>, Diagnostics> {
    let Opened { header, kinds, fields, groups, length } = opened;
    let rows = groups.iter().map(RowGroupMetadata::num_rows).sum();
    let columns = u64::try_from(header.len()).unwrap_or(u64::MAX);
    check_rows(name, rows, columns.saturating_mul(CELL_BYTES), length)?;
    let wanted: Vec<Wanted> = header
        .iter()
        .zip(fields)
        .enumerate()
        .filter(|(_, (_, field))| field.is_some())
        .map(|(ix, (column, field))| (ix, column.clone(), field))
        .collect();
    let unwritten = |error: csv::Error| {
        Diagnostics::from(
            Diagnostic::error("parquet-unreadable", format!("unreadable Parquet file: {error}"))
                .at(Place::new(name, 0, 0)),
        )
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(wanted.iter().map(|(_, column, _)| column)).map_err(unwritten)?;
    for group in &groups {
        let frame = guarded(|| Frame::read(&mut source, std::slice::from_ref(group), &wanted))
            .ok_or_else(|| unsound(name))?
            .map_err(|fault| said(name, fault))?;
        let cells: Vec<Vec<Option<String>>> =
            frame.columns.iter().map(|(ix, column)| written(column, &kinds[*ix])).collect();
        for row in 0..frame.rows {
            let of_row = cells
                .iter()
                .map(|column| column.get(row).and_then(Option::as_deref).unwrap_or_default());
            writer.write_record(of_row).map_err(unwritten)?;
        }
    }
    writer.into_inner().map_err(|error| unwritten(error.into_error().into()))
}
