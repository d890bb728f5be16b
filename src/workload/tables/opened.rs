//! A Parquet file before its rows are read: its columns, its row groups, its length; and what is
//! said where it is none.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::guard::guarded;
use crate::units::memory;
use crate::workload::tables::frame::Fault;
use crate::workload::tables::types::{Kind, Types};
use polars_arrow::datatypes::Field;
use polars_parquet::read::{RowGroupMetadata, read_metadata};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// What a file says of itself.
pub(super) struct Opened {
    pub(super) header: Vec<String>,
    pub(super) kinds: Vec<Kind>,
    /// As what each column is read; none for what is made of other columns.
    pub(super) fields: Vec<Option<Field>>,
    pub(super) groups: Vec<RowGroupMetadata>,
    /// Bytes of the file.
    pub(super) length: u64,
}

impl Opened {
    /// Reads the end of a file, where it says what it is.
    ///
    /// # Errors
    /// What is no Parquet file, and one whose words do not fit each other.
    pub(super) fn new(name: &str, source: &mut (impl Read + Seek)) -> Result<Self, Diagnostics> {
        let found = guarded(|| {
            let metadata = read_metadata(source).map_err(|error| error.to_string())?;
            Ok((Types::of(&metadata)?, metadata))
        });
        let (types, metadata) =
            found.ok_or_else(|| unsound(name))?.map_err(|text: String| damaged(name, &text))?;
        let Types { header, kinds, fields } = types;
        let length = source.seek(SeekFrom::End(0)).map_err(|e| unreadable(name, "read", &e))?;
        let rows = metadata.row_groups.iter().map(RowGroupMetadata::num_rows);
        if rows.clone().try_fold(0_usize, usize::checked_add) != Some(metadata.num_rows) {
            return Err(unsound(name).into());
        }
        Ok(Self { header, kinds, fields, groups: metadata.row_groups, length })
    }
}

pub(super) fn open(name: &str, path: &Path) -> Result<File, Diagnostics> {
    File::open(path).map_err(|error| unreadable(name, "open", &error).into())
}

pub(super) fn unreadable(name: &str, what: &str, error: &std::io::Error) -> Diagnostic {
    let message = format!("cannot {what} {name}: {error}");
    Diagnostic::error("unreadable", message).at(Place::new(name, 0, 0))
}

pub(super) fn cut_short(name: &str) -> Diagnostic {
    Diagnostic::error("parquet-cut-short", "damaged Parquet file: it does not end as one")
        .at(Place::new(name, 0, 0))
        .hint("the file was cut short: fetch it again")
}

/// A file that its reader cannot make sense of.
pub(super) fn unsound(name: &str) -> Diagnostic {
    Diagnostic::error(
        "parquet-damaged",
        "damaged Parquet file: what it says of itself does not fit",
    )
    .at(Place::new(name, 0, 0))
    .hint("fetch the file again, or write it again with plain integer columns")
}

fn damaged(name: &str, text: &str) -> Diagnostic {
    let first = text.lines().next().unwrap_or_default();
    if first.contains("out of specification") || first.contains("footer") || first.contains("EOF") {
        return cut_short(name);
    }
    Diagnostic::error("parquet-unreadable", format!("unreadable Parquet file: {first}"))
        .at(Place::new(name, 0, 0))
        .hint("write it again with plain integer columns")
}

/// What is said of a piece that cannot be read.
pub(super) fn said(name: &str, fault: Fault) -> Diagnostic {
    match fault {
        Fault::Unsound => unsound(name),
        Fault::Unreadable(text) => damaged(name, &text),
        Fault::File(error) => unreadable(name, "read", &error),
    }
}

/// Whether so many rows may be held of a file of so many bytes: equal ones take next to nothing
/// there.
pub(super) fn check_rows(
    name: &str,
    rows: usize,
    each: u64,
    length: u64,
) -> Result<(), Diagnostics> {
    let count = u128::try_from(rows).unwrap_or(u128::MAX);
    let checked = memory::check_input(&format!("its {rows} rows"), count, each, length);
    checked.map_err(|error| error.at(Place::new(name, 0, 0)).into())
}
