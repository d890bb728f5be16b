//! Files in as text or bytes, and lists of files. Every message names the file as the user did.

use crate::units::diagnostic::{Diagnostic, Diagnostics};
use std::fs;
use std::io;
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
        _ => "check that the file can be read",
    };
    Diagnostic::error("cannot-read", format!("cannot read {what}: {} ({error})", path.display()))
        .hint(hint)
        .into()
}

/// A text file, `what` it is in messages.
pub fn text(what: &str, path: &Path) -> Result<String, Diagnostics> {
    fs::read_to_string(path).map_err(|error| cannot_read(what, path, &error))
}

/// The bytes of a file.
pub fn read_bytes(what: &str, path: &Path) -> Result<Vec<u8>, Diagnostics> {
    fs::read(path).map_err(|error| cannot_read(what, path, &error))
}
