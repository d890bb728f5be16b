//! A ZIP archive with one file, as portals give their downloads.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::memory;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// The part that every workbook has.
const OF_A_WORKBOOK: &str = "[Content_Types].xml";
/// How many names are shown.
const SHOWN: usize = 5;

/// The file of an archive that has one; none where it is a workbook, or no archive at all.
///
/// # Errors
/// An archive of several files, of archives, of more than may be held, and a damaged one.
pub(super) fn only_file(name: &str, bytes: &[u8]) -> Result<Option<Vec<u8>>, Diagnostics> {
    let wrong = |message: String, hint: &str| -> Diagnostics {
        Diagnostic::error("archive", message).at(Place::new(name, 0, 0)).hint(hint).into()
    };
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Ok(None) };
    let names: Vec<String> = (0..archive.len())
        .filter_map(|part| archive.name_for_index(part)?.ok().map(|name| name.to_string()))
        .collect();
    let workbook = |name: &String| name == OF_A_WORKBOOK || name.starts_with("xl/");
    if names.is_empty() || names.iter().any(workbook) {
        return Ok(None);
    }
    let files: Vec<&String> = names
        .iter()
        .filter(|name| !name.ends_with('/') && !name.starts_with("__MACOSX/"))
        .collect();
    let [file] = files[..] else {
        let shown: Vec<&str> = files.iter().take(SHOWN).map(|name| name.as_str()).collect();
        let message = format!("an archive of {} files: {}", files.len(), shown.join(", "));
        return Err(wrong(message, "unpack it, and give the files that belong together"));
    };
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let most = memory::limit_for_input(length);
    let mut unpacked = Vec::new();
    let own = archive.by_name(file).map_err(|error| error.to_string());
    let read = own.and_then(|own| {
        own.take(most.saturating_add(1)).read_to_end(&mut unpacked).map_err(|e| e.to_string())
    });
    read.map_err(|error| {
        wrong(format!("unreadable archive: {file}: {error}"), "unpack it, and give the file")
    })?;
    if u64::try_from(unpacked.len()).unwrap_or(u64::MAX) > most {
        return Err(memory::too_large(most, "the unpacked file", None)
            .at(Place::new(name, 0, 0))
            .into());
    }
    let again = [&b"PK\x03\x04"[..], b"\x1f\x8b", b"\x28\xb5\x2f\xfd"];
    if again.iter().any(|mark| unpacked.starts_with(mark)) {
        let message = format!("an archive of something packed once more: {file}");
        return Err(wrong(message, "unpack it, and give the file in it"));
    }
    Ok(Some(unpacked))
}
