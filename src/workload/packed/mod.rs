//! The program's own trace file: a log is parsed once, kept as small columns of integers, and read back several times faster than Parquet.
//!
//! ```text
//! head    "PTUTRACE", version, 0                                       16 bytes
//! block   one stretch of at most 2^18 requests, column after column: times since the request before, tokens, names
//! …       each value in as many bytes (0 to 4) as the largest of its column in its block needs, little-endian
//! foot    JSON: what the trace is, and of every block place, times, widths and checksum (CRC-32)
//! tail    length and checksum of the foot, version, "PTUTRACE"         24 bytes
//! ```
//!
//! All that an import knows is kept: start, output limits, cached input, clients, sessions, deployments, models, statuses, and what was
//! assumed. Nothing is read that its checksum does not vouch for. A file is written and read in order or block by block, so that a trace
//! larger than memory can be made and played.

mod block;
mod foot;
mod read;
mod write;

pub use crate::workload::packed::foot::Shape;
pub use crate::workload::packed::read::{PackedTrace, Source, is_packed, read_packed};
pub use crate::workload::packed::write::{PackedWriter, write_packed};
