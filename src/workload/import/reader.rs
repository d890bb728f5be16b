//! The way in: what is this file?

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::workload::import::spec::ReadSpec;
use crate::workload::import::table::read_table;
use crate::workload::import::yielded::Imported;
use flate2::bufread::MultiGzDecoder;
use std::io::{BufRead, BufReader};

/// Reads a source held in memory. `name` is how messages call it; the format is recognised by content, gzip included.
pub fn read(name: &str, bytes: &[u8], spec: &ReadSpec) -> Result<Imported, Diagnostics> {
    read_from(name, bytes, spec)
}

/// Reads a source as it streams in: only the columns of the trace are held.
pub fn read_from(
    name: &str,
    mut source: impl BufRead,
    spec: &ReadSpec,
) -> Result<Imported, Diagnostics> {
    let head = source.fill_buf().map_err(|error| {
        Diagnostic::error("unreadable", format!("unreadable: {error}")).at(Place::new(name, 0, 0))
    })?;
    match head {
        [0x1f, 0x8b, ..] => {
            let plain = BufReader::with_capacity(1 << 18, MultiGzDecoder::new(source));
            read_plain(name, plain, spec)
        }
        [b'P', b'A', b'R', b'1', ..] => Err(Diagnostic::error(
            "parquet-not-supported",
            "a Parquet file where text was expected",
        )
        .at(Place::new(name, 0, 0))
        .hint("read it with a build that has the \"tables\" feature, or convert it to CSV")
        .into()),
        _ => read_plain(name, source, spec),
    }
}

fn read_plain(name: &str, source: impl BufRead, spec: &ReadSpec) -> Result<Imported, Diagnostics> {
    read_table(name, source, spec)
}
