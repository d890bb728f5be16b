//! A catalogue in a folder.

use crate::catalog::Catalog;
use crate::files::file::write_file;
use crate::files::read::{cannot_read, not_text, whole_text};
use crate::units::diagnostic::Diagnostics;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The embedded catalogue, or the one in a folder.
pub fn catalog(folder: Option<&Path>) -> Result<Catalog, Diagnostics> {
    folder.map_or_else(Catalog::embedded, catalog_at)
}

/// The catalogue in a folder: the tables themselves, or a copy of `data` that has them in `azure`.
pub fn catalog_at(folder: &Path) -> Result<Catalog, Diagnostics> {
    Catalog::from_files(&tables_at(folder)?)
}

/// Where the tables of a catalogue's folder are.
fn home(folder: &Path) -> PathBuf {
    let tables = folder.join("azure");
    if tables.is_dir() { tables } else { folder.to_owned() }
}

/// Names and texts of the tables in a folder.
fn tables_at(folder: &Path) -> Result<Vec<(String, String)>, Diagnostics> {
    let mut files = Vec::new();
    collect((folder, &home(folder)), &mut Vec::new(), &mut files)?;
    files.sort();
    Ok(files)
}

/// Puts tables by name in place of those of the catalogue in a folder, once all of it is known to
/// be a catalogue with them: what is wrong is told before anything is written.
pub fn replace_tables(folder: &Path, new: &BTreeMap<String, String>) -> Result<(), Diagnostics> {
    let mut files = tables_at(folder)?;
    let home = home(folder);
    let within = home.strip_prefix(folder).unwrap_or(Path::new("")).to_owned();
    for (name, text) in new {
        let name = within.join(name).to_string_lossy().into_owned();
        files.retain(|(known, _)| *known != name);
        files.push((name, text.clone()));
    }
    files.sort();
    Catalog::from_files(&files)?;
    for (name, text) in new {
        write_file(&home.join(name), text.as_bytes())?;
    }
    Ok(())
}

/// The folder below which folders are searched: the ones that lead there are remembered, since links can lead back.
fn enter(folder: &Path, open: &mut Vec<PathBuf>) -> io::Result<bool> {
    let real = fs::canonicalize(folder)?;
    if open.contains(&real) {
        return Ok(false);
    }
    open.push(real);
    Ok(true)
}

fn collect(
    (root, folder): (&Path, &Path),
    open: &mut Vec<PathBuf>,
    files: &mut Vec<(String, String)>,
) -> Result<(), Diagnostics> {
    let cannot = |path: &Path, error: &io::Error| cannot_read("catalogue", path, error);
    if !enter(folder, open).map_err(|error| cannot(folder, &error))? {
        return Ok(());
    }
    let entries = fs::read_dir(folder).map_err(|error| cannot(folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| cannot(folder, &error))?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            collect((root, &path), open, files)?;
        } else if matches!(extension, Some("csv" | "toml")) {
            let text = whole_text(&path).map_err(|error| cannot(&path, &error))?;
            let name = path.strip_prefix(root).unwrap_or(&path);
            let name = name.to_str().ok_or_else(|| not_text(&path))?;
            files.push((name.to_owned(), text));
        }
    }
    open.pop();
    Ok(())
}
