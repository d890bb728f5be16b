//! Trace files in and out, in the form their content or name asks for.

use crate::files::file::{save_with, write_file};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::workload::bundled;
use crate::workload::export::to_csv;
use crate::workload::import::{
    Imported, NotInPieces, ReadSpec, Sink, packed, pieces_from, read_all, read_from,
};
use crate::workload::packed::is_packed;
use crate::workload::packed::{PackedTrace, PackedWriter, Shape, write_packed};
use crate::workload::summary::{Summarizer, Summary};
use jiff::tz::TimeZone;
use std::fs::{self, File};
use std::io::Read;
use std::io::Seek;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

/// A file that is not larger holds fewer requests than are played in pieces.
pub(super) const LARGE_BYTES: u64 = 256 << 20;
/// Reads the files as one trace, in the form their content has.
pub fn read_files(paths: &[PathBuf], spec: &ReadSpec) -> Result<Imported, Diagnostics> {
    if let [path] = paths {
        if let Some(bundled) = path.to_str().and_then(bundled::get) {
            return bundled.load();
        }
        if is_parquet(path) {
            return parquet(path, spec);
        }
        let cannot = |error| Diagnostics::from(cannot_read(path, &error));
        let mut file = File::open(path).map_err(cannot)?;
        if packed_head(&mut file).map_err(cannot)? {
            return packed(&path.to_string_lossy(), file, spec);
        }
        // Read as it streams in: of a table only the columns are ever held.
        let source = BufReader::with_capacity(1 << 18, file);
        return read_from(&path.to_string_lossy(), source, spec);
    }
    let mut held = Vec::new();
    let mut wrong = Diagnostics::default();
    for path in paths {
        match fs::read(path) {
            Ok(bytes) => {
                let name = path.to_string_lossy().into_owned();
                match as_text(&name, bytes) {
                    Ok(bytes) => held.push((name, bytes)),
                    Err(unread) => wrong.0.extend(unread.0),
                }
            }
            Err(error) => wrong.push(cannot_read(path, &error)),
        }
    }
    wrong.or_ok(())?;
    let files: Vec<(&str, &[u8])> =
        held.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    read_all(&files, spec)
}

fn cannot_read(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error("cannot-read", format!("cannot read trace: {} ({error})", path.display()))
        .hint("check the path; it is relative to the current folder")
}

#[cfg(feature = "tables")]
fn parquet(path: &Path, spec: &ReadSpec) -> Result<Imported, Diagnostics> {
    crate::workload::tables::read_parquet_file(&path.to_string_lossy(), path, spec)
}

#[cfg(not(feature = "tables"))]
fn parquet(path: &Path, _spec: &ReadSpec) -> Result<Imported, Diagnostics> {
    Err(Diagnostic::error("no-parquet", format!("Parquet is not built in: {}", path.display()))
        .hint("build with the feature `tables`, or give a CSV file")
        .into())
}

/// Reads a table and writes it as a trace file, piece by piece, so that it need not fit into memory. Returns what is known of all requests but
/// the requests themselves, or none where the source has to be read whole: a log, rows out of order, several files, a bundled trace.
pub fn import_in_pieces(
    from: &[PathBuf],
    to: &Path,
    spec: &ReadSpec,
) -> Result<Option<Imported>, Diagnostics> {
    let [from] = from else { return Ok(None) };
    let bundled = from.to_str().is_some_and(|name| bundled::get(name).is_some());
    if bundled || !has_extension(to, "trace") || !from.is_file() {
        return Ok(None);
    }
    let mut found = None;
    let saved = save_with(to, |out| {
        let mut writer = PackedWriter::new(out, Shape::ALL)?;
        let sink = &mut |piece: Imported| writer.push(&piece.trace, &piece.attributes);
        match pieces(from, spec, sink) {
            Ok(known) => {
                writer.finish(&known)?;
                found = Some(Ok(known));
                Ok(())
            }
            Err(NotInPieces::Sink(error)) => Err(error),
            Err(error) => {
                found = Some(Err(error));
                Err(io::Error::other("not in pieces"))
            }
        }
    });
    match found {
        Some(Ok(known)) => saved.map(|()| Some(known)),
        Some(Err(NotInPieces::Wrong(wrong))) => Err(wrong),
        Some(Err(_)) => Ok(None),
        None => saved.map(|()| None),
    }
}

/// Summarizes a trace on disk without holding it: a trace file, or a large Parquet file. None where the source has to be read whole.
pub fn summarize_in_pieces(
    files: &[PathBuf],
    spec: &ReadSpec,
    zone: &TimeZone,
) -> Result<Option<(Imported, Summary)>, Diagnostics> {
    let [path] = files else { return Ok(None) };
    let mut summarizer = Summarizer::default();
    if fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() > LARGE_BYTES)
        && is_parquet(path)
    {
        let first = pieces(path, spec, &mut |piece| {
            summarizer.first(&piece);
            Ok(())
        });
        let known = match first {
            Ok(known) => known,
            Err(NotInPieces::Wrong(wrong)) => return Err(wrong),
            Err(_) => return Ok(None),
        };
        let again = pieces(path, spec, &mut |piece| {
            summarizer.second(&piece);
            Ok(())
        });
        again.map_err(|error| Diagnostic::error("unreadable", error.to_string()))?;
        let summary = summarizer.finish(&known, zone);
        return Ok(Some((known, summary)));
    }
    let Ok(mut file) = File::open(path) else { return Ok(None) };
    if !packed_head(&mut file).is_ok_and(|packed| packed) {
        return Ok(None);
    }
    let mut file = PackedTrace::open(&path.to_string_lossy(), file)?;
    for index in 0..file.blocks() {
        summarizer.first(&file.block(index)?);
    }
    for index in 0..file.blocks() {
        summarizer.second(&file.block(index)?);
    }
    let known = file.known();
    let summary = summarizer.finish(&known, zone);
    Ok(Some((known, summary)))
}

fn pieces(from: &Path, spec: &ReadSpec, sink: Sink<'_>) -> Result<Imported, NotInPieces> {
    let name = from.to_string_lossy();
    #[cfg(feature = "tables")]
    if is_parquet(from) {
        return crate::workload::tables::parquet_pieces(&name, from, spec, sink);
    }
    let file = File::open(from).map_err(|error| Diagnostics::from(cannot_read(from, &error)))?;
    pieces_from(&name, BufReader::with_capacity(1 << 18, file), spec, sink)
}

/// Writes a trace in the form its name asks for.
pub fn write_trace(path: &Path, imported: &Imported) -> Result<(), Diagnostics> {
    if has_extension(path, "trace") {
        return save_with(path, |out| write_packed(out, imported).map(drop));
    }
    let is_parquet = has_extension(path, "parquet");
    let bytes = if is_parquet { parquet_bytes(path, imported)? } else { to_csv(imported)? };
    write_file(path, &bytes)
}

#[cfg(feature = "tables")]
fn parquet_bytes(_path: &Path, imported: &Imported) -> Result<Vec<u8>, Diagnostics> {
    Ok(crate::workload::tables::write_trace(&imported.trace)?)
}

#[cfg(not(feature = "tables"))]
fn parquet_bytes(path: &Path, _imported: &Imported) -> Result<Vec<u8>, Diagnostics> {
    Err(Diagnostic::error("no-parquet", format!("Parquet is not built in: {}", path.display()))
        .hint("build with the feature `tables`, or write a .csv file")
        .into())
}

/// Whether a file is Parquet, by its name or its first bytes.
pub(super) fn is_parquet(path: &Path) -> bool {
    let mut head = Vec::new();
    has_extension(path, "parquet")
        || path.is_file()
            && File::open(path).and_then(|file| file.take(4).read_to_end(&mut head)).is_ok()
            && head == b"PAR1"
}

/// The bytes of a table: of a Parquet file those of the text that it would be.
#[cfg(feature = "tables")]
pub(super) fn as_text(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, Diagnostics> {
    if !bytes.starts_with(b"PAR1") {
        return Ok(bytes);
    }
    crate::workload::tables::parquet_text(name, &bytes)
}

#[cfg(not(feature = "tables"))]
#[allow(clippy::unnecessary_wraps, reason = "with the feature `tables` it may fail")]
pub(super) fn as_text(_name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, Diagnostics> {
    Ok(bytes)
}

/// Whether a file's name ends so, letter case aside.
fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
}

/// Whether a file is a trace file as `trace import` writes it; its beginning is looked at and not consumed.
pub(super) fn packed_head(file: &mut File) -> io::Result<bool> {
    // What cannot be read again, such as a pipe, is no trace file.
    if !file.metadata()?.is_file() {
        return Ok(false);
    }
    let mut head = Vec::new();
    Read::by_ref(file).take(16).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(is_packed(&head))
}
