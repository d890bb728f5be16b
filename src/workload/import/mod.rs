//! Logs and traces as people have them, read into a [`Trace`](crate::workload::trace::Trace).
//!
//! [`read`] recognises a format by its content, or reads a table whose columns the caller names. Each importer hands its rows to one
//! collector, which checks, counts and orders them; so every format has the same diagnostics, leniency and report. To add a format: one file
//! here, one line in `reader.rs`, one sample with what must come out of it.

mod api_management;
mod azure_diagnostics;
mod azure_monitor;
pub(crate) mod buckets;
mod clock;
#[cfg(feature = "tables")]
pub(crate) mod collector;
#[cfg(not(feature = "tables"))]
mod collector;
mod columns;
mod cost;
mod csv_log;
mod faults;
mod finish;
mod helicone;
mod langfuse;
mod litellm;
pub(crate) mod number;
mod openai_usage;
mod otel;
mod pieces;
mod reader;
mod record;
mod research;
mod rows;
mod spec;
pub(crate) mod table;
mod yielded;

pub use buckets::{BucketArrivals, BucketModel};
#[cfg(feature = "tables")]
pub(crate) use clock::Clock;
#[cfg(feature = "tables")]
pub(crate) use collector::{Collector, Facts, Row, Zero};
pub use pieces::{NotInPieces, Sink};
#[cfg(feature = "tables")]
pub(crate) use reader::whole;
pub use reader::{log_formats, packed, pieces_from, read, read_all, read_from};
pub use spec::{ArrivalUnit, Columns, Format, ReadSpec};
pub use yielded::{Attributes, Imported, Labels, Report, Skipped};
