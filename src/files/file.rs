//! One file out: whole or not at all, in the place its name leads to, with the permissions it had.

use crate::files::passing::{self, step};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes one file.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Diagnostics> {
    save_with(path, |out| out.write_all(bytes))
}

/// Writes a file as it is made: beside its place under a passing name, then renamed. What is no file (a device, a pipe) is
/// written to, never replaced; a link is followed.
pub fn save_with(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), Diagnostics> {
    save(path, write).map_err(|error| {
        let message = format!("cannot write: {} ({error})", path.display());
        let found = Diagnostic::error("cannot-write", message);
        match error.kind() {
            io::ErrorKind::PermissionDenied => {
                found.hint("name another file, or allow this one to be written")
            }
            io::ErrorKind::StorageFull => found.hint("make room, or name a file on another disk"),
            _ => found,
        }
        .into()
    })
}

fn save(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    let (place, kept) = match place(path)? {
        Place::Stream => {
            let mut out = BufWriter::new(OpenOptions::new().write(true).open(path)?);
            write(&mut out)?;
            return out.flush();
        }
        Place::File(place, kept) => (place, kept),
    };
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    passing::clean(folder);
    let passing = passing::path(folder);
    step();
    let written = File::create_new(&passing).and_then(|file| {
        let mut out = BufWriter::with_capacity(1 << 18, file);
        step();
        write(&mut out)?;
        step();
        out.flush()?;
        if let Some(kept) = &kept {
            keep(&passing, kept)?;
        }
        step();
        fs::rename(&passing, &place)
    });
    if written.is_err() {
        // What was never made is gone already.
        let _ = fs::remove_file(&passing);
    }
    step();
    written
}

/// Where the bytes go.
enum Place {
    /// A device, a pipe: there, as they come.
    Stream,
    /// A file; what is known of the one that is there.
    File(PathBuf, Option<fs::Metadata>),
}

fn place(path: &Path) -> io::Result<Place> {
    if path.file_name().is_none() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "no file name"));
    }
    // The process's own streams go by these names whatever they lead to.
    if path.starts_with("/dev") || path.starts_with("/proc") {
        return Ok(Place::Stream);
    }
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => {
            Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"))
        }
        Ok(found) if !found.is_file() => Ok(Place::Stream),
        Ok(found) if found.permissions().readonly() => {
            Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"))
        }
        Ok(found) => Ok(Place::File(fs::canonicalize(path)?, Some(found))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if path.is_symlink() {
                return Err(io::Error::new(error.kind(), "it is a link to nothing"));
            }
            Ok(Place::File(path.to_owned(), None))
        }
        Err(error) => Err(error),
    }
}

/// Gives a new file the permissions of the one it replaces, and its owner where that is allowed.
fn keep(passing: &Path, kept: &fs::Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, chown};
        let own = fs::metadata(passing)?;
        if (own.uid(), own.gid()) != (kept.uid(), kept.gid()) {
            let _ = chown(passing, Some(kept.uid()), Some(kept.gid()));
        }
    }
    fs::set_permissions(passing, kept.permissions())
}
