//! Logs and traces as people have them, read into a [`Trace`](crate::workload::trace::Trace).
//!
//! [`read`] recognises a format by its content, or reads a table whose columns the caller names. Each importer hands its rows to one
//! collector, which checks, counts and orders them; so every format has the same diagnostics, leniency and report. To add a format: one file
//! in `formats/`, a line in `formats/list.rs`, an entry in `formats/entries.rs`, one sample with what must come out of it.

pub mod formats;

#[cfg(feature = "workbooks")]
mod archive;
mod boundary;
pub(crate) mod bounded;
pub(crate) mod buckets;
mod clock;
mod column_words;
mod columns;
mod csv_log;
mod dates;
mod dialect;
mod digits;
mod extended;
mod faults;
mod filter;
mod finish;
mod grain;
mod ids;
mod lines;
mod names;
pub(crate) mod number;
mod one_model;
mod pieces;
mod reader;
mod recognise;
mod record;
mod rows;
mod ruled;
mod scales;
mod shape;
mod source;
mod spec;
mod spelled;
mod statuses;
pub(crate) mod table;
mod turned;
mod twins;
#[cfg(feature = "workbooks")]
mod unpacked;
mod unwrap;
#[cfg(feature = "workbooks")]
mod workbook;
mod yielded;
mod zones;

#[cfg(feature = "tables")]
pub(crate) mod collector;
#[cfg(not(feature = "tables"))]
mod collector;

pub(crate) use crate::workload::import::clock::Clock;
#[cfg(feature = "tables")]
pub(crate) use crate::workload::import::collector::{Collector, Facts, Row, Zero};
pub use crate::workload::import::dates::DateOrder;
pub use crate::workload::import::dates::{DateVotes, regional};
pub(crate) use crate::workload::import::dialect::Dialect;
pub use crate::workload::import::dialect::line_of;
pub use crate::workload::import::filter::only;
pub use crate::workload::import::filter::{Where, WhereKey, split};
pub use crate::workload::import::formats::entries::{FormatEntry, catalogue};
pub use crate::workload::import::formats::list::log_formats;
pub use crate::workload::import::pieces::{NotInPieces, Sink};
#[cfg(feature = "tables")]
pub(crate) use crate::workload::import::reader::whole;
pub use crate::workload::import::reader::{
    packed, pieces_from, plain_text, read, read_all, read_from,
};
pub use crate::workload::import::spec::{ArrivalUnit, Columns, Format, ReadSpec, TokensStated};
pub use crate::workload::import::spec::{BucketArrivals, BucketModel};
pub use crate::workload::import::yielded::{Attributes, Imported, Labels, Report, Skipped};
