//! A catalogue in a folder.

use crate::catalog::Catalog;
use crate::files::read::{cannot_read, not_text, whole_text};
use crate::units::diagnostic::Diagnostics;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The embedded catalogue, or the one in a folder.
pub fn catalog(folder: Option<&Path>) -> Result<Catalog, Diagnostics> {
    folder.map_or_else(Catalog::embedded, catalog_at)
}

/// The catalogue in a folder: the tables themselves, or a copy of `data` that has them in `azure`.
pub fn catalog_at(folder: &Path) -> Result<Catalog, Diagnostics> {
    let mut files = Vec::new();
    let tables = folder.join("azure");
    let start = if tables.is_dir() { &tables } else { folder };
    collect((folder, start), &mut Vec::new(), &mut files)?;
    files.sort();
    Catalog::from_files(&files)
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
