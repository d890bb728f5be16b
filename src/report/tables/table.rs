//! A table before it is bytes: named columns of one kind each, and rows of text.

use crate::units::escape::for_spreadsheet;
use std::borrow::Cow;

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// As CSV.
    #[error("CSV: {0}")]
    Csv(#[from] csv::Error),
    /// As Parquet.
    #[error("{0}")]
    Parquet(#[from] crate::units::diagnostic::Diagnostic),
}

/// What a column holds. Empty text is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words, perhaps a user's.
    Words,
    /// An exact decimal: text in every form, so that no digit is lost.
    Amount,
    /// A whole number.
    Whole,
    /// A measure.
    Measure,
    /// An instant in UTC.
    Instant,
}

/// The cells of a column by their kind; none where there is no value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// Words and exact decimals.
    Text(Vec<Option<String>>),
    /// Whole numbers.
    Integer(Vec<Option<i64>>),
    /// Measures.
    Float(Vec<Option<f64>>),
    /// Instants, microseconds since 1970 in UTC.
    Instant(Vec<Option<i64>>),
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// The name of its file, without an ending.
    pub name: &'static str,
    pub(super) columns: Vec<(&'static str, Kind)>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    /// How many rows it has.
    pub fn height(&self) -> usize {
        self.rows.len()
    }

    /// As CSV with a line of headings. Words that a spreadsheet would take for a formula get an apostrophe in front.
    pub fn csv(&self) -> Result<Vec<u8>, TableError> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.columns.iter().map(|(name, _)| name))?;
        for row in &self.rows {
            writer.write_record(row.iter().zip(&self.columns).map(|(cell, (_, kind))| {
                let cell = match kind {
                    Kind::Words => for_spreadsheet(cell),
                    _ => Cow::Borrowed(cell.as_str()),
                };
                cell.into_owned()
            }))?;
        }
        Ok(writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?)
    }

    /// Its columns with typed cells: exact amounts as text, instants as instants. Nothing is added to words: no program
    /// computes them.
    pub fn columns(&self) -> impl Iterator<Item = (&'static str, Cells)> {
        self.columns.iter().enumerate().map(|(index, (name, kind))| {
            let cells = || self.rows.iter().map(move |row| row[index].as_str());
            let cells = match kind {
                Kind::Words | Kind::Amount => Cells::Text(
                    cells().map(|cell| (!cell.is_empty()).then(|| cell.to_owned())).collect(),
                ),
                Kind::Whole => Cells::Integer(cells().map(|cell| cell.parse().ok()).collect()),
                Kind::Measure => Cells::Float(cells().map(|cell| cell.parse().ok()).collect()),
                Kind::Instant => Cells::Instant(
                    cells()
                        .map(|cell| Some(cell.parse::<jiff::Timestamp>().ok()?.as_microsecond()))
                        .collect(),
                ),
            };
            (*name, cells)
        })
    }

    /// As a Parquet file, with the cells of [`Table::columns`].
    #[cfg(feature = "tables")]
    pub fn parquet(&self) -> Result<Vec<u8>, TableError> {
        use crate::workload::tables::{Cells as Written, write_parquet};
        let column = |(name, cells): (&'static str, Cells)| {
            let written = match cells {
                Cells::Text(cells) => Written::Text(cells),
                Cells::Integer(cells) => Written::Integer(cells),
                Cells::Float(cells) => Written::Float(cells),
                Cells::Instant(cells) => Written::Instant(cells),
            };
            (name.to_owned(), written)
        };
        Ok(write_parquet(self.columns().map(column).collect())?)
    }
}

/// A measure that may be missing.
pub(super) fn maybe(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
