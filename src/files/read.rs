//! Files in as text or bytes, and lists of files. Every message names the file as the user did.

use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::memory;
use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The files of a folder whose names end in an extension, in order.
pub fn files_in(what: &str, folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Diagnostics> {
    let cannot = |error: io::Error| cannot_read(what, folder, &error);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        if path.is_file() && path.extension().is_some_and(|e| e.eq_ignore_ascii_case(extension)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A file whose name no result can repeat.
pub fn not_text(path: &Path) -> Diagnostics {
    Diagnostic::error("name-not-text", format!("the name is not UTF-8: {}", path.display()))
        .hint("rename the file: results name it")
        .into()
}

pub(super) fn cannot_read(what: &str, path: &Path, error: &io::Error) -> Diagnostics {
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "check the path; it is relative to the current folder",
        io::ErrorKind::InvalidData => "the file must be UTF-8 text",
        io::ErrorKind::FileTooLarge => "check that it is the file that is meant",
        _ => "check that the file can be read",
    };
    Diagnostic::error("cannot-read", format!("cannot read {what}: {} ({error})", path.display()))
        .hint(hint)
        .into()
}

/// A text file, `what` it is in messages.
pub fn text(what: &str, path: &Path) -> Result<String, Diagnostics> {
    whole_text(path).map_err(|error| cannot_read(what, path, &error))
}

/// The bytes of a file.
pub fn read_bytes(what: &str, path: &Path) -> Result<Vec<u8>, Diagnostics> {
    File::open(path).and_then(whole).map_err(|error| cannot_read(what, path, &error))
}

/// All bytes of a file. A device or a pipe may have no end, and a file more than may be held.
pub(super) fn whole(file: File) -> io::Result<Vec<u8>> {
    let most = memory::limit() / 2;
    // What the file says of its length spares copies; it is believed no further than it may be.
    let known = file.metadata().map_or(0, |known| known.len().min(most));
    let mut bytes = Vec::with_capacity(usize::try_from(known).unwrap_or(0));
    let read = file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(read).unwrap_or(u64::MAX) > most {
        let message = format!(
            "it has more than the {} that a file may: allow more with --max-memory",
            memory::size(most.into())
        );
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// The same as text.
pub(super) fn whole_text(path: &Path) -> io::Result<String> {
    String::from_utf8(whole(File::open(path)?)?)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}
