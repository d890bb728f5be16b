//! Logs and traces as people have them, read into a [`Trace`](crate::workload::trace::Trace).
//!
//! [`read`] recognises a format by its content, or reads a table whose columns the caller names. Each importer hands its rows to one
//! collector, which checks, counts and orders them; so every format has the same diagnostics, leniency and report.

mod clock;
mod collector;
mod faults;
pub(crate) mod number;
mod reader;
mod spec;
pub(crate) mod table;
mod yielded;

#[cfg(feature = "tables")]
pub(crate) use clock::Clock;
#[cfg(feature = "tables")]
pub(crate) use collector::{Collector, Facts, Row, Zero};
pub use reader::{read, read_from};
pub use spec::{ArrivalUnit, Columns, Format, ReadSpec};
pub use yielded::{Attributes, Imported, Labels, Report, Skipped};
