//! Logs and traces as people have them, read into a [`Trace`](crate::workload::trace::Trace).
//!
//! [`read`] recognises a format by its content, or reads a table whose columns the caller names. Each importer hands its rows to one
//! collector, which checks, counts and orders them; so every format has the same diagnostics, leniency and report. To add a format: one file
//! here, one line in `reader.rs`, one sample with what must come out of it.

pub mod formats;

pub(crate) mod buckets;
mod clock;
mod columns;
mod csv_log;
mod faults;
mod finish;
pub(crate) mod number;
mod pieces;
mod reader;
mod record;
mod rows;
mod spec;
pub(crate) mod table;
mod yielded;

#[cfg(feature = "tables")]
pub(crate) mod collector;
#[cfg(not(feature = "tables"))]
mod collector;

#[cfg(feature = "tables")]
pub(crate) use crate::workload::import::clock::Clock;
#[cfg(feature = "tables")]
pub(crate) use crate::workload::import::collector::{Collector, Facts, Row, Zero};
pub use crate::workload::import::pieces::{NotInPieces, Sink};
#[cfg(feature = "tables")]
pub(crate) use crate::workload::import::reader::whole;
pub use crate::workload::import::reader::{
    log_formats, packed, pieces_from, read, read_all, read_from,
};
pub use crate::workload::import::spec::{ArrivalUnit, Columns, Format, ReadSpec};
pub use crate::workload::import::spec::{BucketArrivals, BucketModel};
pub use crate::workload::import::yielded::{Attributes, Imported, Labels, Report, Skipped};
