//! Parquet: traces in, result tables out. The only module that names polars, whose reader and writer of the format it uses
//! (feature `tables`).
//!
//! A file is read in pieces of whole row groups, and of these the columns that are wanted, so that what is held is the trace's
//! columns and one piece.

mod column;
mod frame;
mod opened;
mod pages;
mod plain;
mod read;
mod text;
mod types;
mod write;

pub use crate::workload::tables::read::{
    ParquetTrace, parquet_pieces, read_parquet, read_parquet_file,
};
pub use crate::workload::tables::text::parquet_text;
pub use crate::workload::tables::write::{Cells, write_parquet, write_trace};
