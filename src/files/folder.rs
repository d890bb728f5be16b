//! A folder of report files is one thing: a run leaves all of its own and none of an earlier run's.
//!
//! The new folder is made beside the old one, with everything in it that is not ours, and the two are exchanged in one step.
//! Where that cannot be, files are renamed one by one, and the list of files says that the folder is not whole until they
//! all are.

use crate::files::passing::{self, step};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use flate2::Crc;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The list of a run's files, beside them.
const LIST: &str = "ptuplan-files.json";
/// Entries of others that are taken along into a new folder; with more, files are renamed one by one.
const TAKEN_ALONG: usize = 1_000;
/// Files of reports before there was a list. No file of a later form is one of them.
const BEFORE_LISTS: [&str; 13] = [
    "report.html",
    "recommendation.json",
    "simulation.json",
    "summary.md",
    "plan.xlsx",
    "candidates.csv",
    "line_items.csv",
    "load.svg",
    "load.png",
    "utilization.svg",
    "utilization.png",
    "cost_curve.svg",
    "cost_curve.png",
];

/// What a run left in a folder.
#[derive(Debug, Default, Deserialize, Serialize)]
struct List {
    /// The program and its version.
    program: String,
    /// Fingerprint of the run's files.
    run: String,
    /// Whether every file is of this run. While files are being renamed it is not said.
    whole: bool,
    /// The files.
    files: Vec<Listed>,
}

/// A file of a run.
#[derive(Debug, Deserialize, Serialize)]
struct Listed {
    name: String,
    bytes: u64,
    crc32: String,
}

/// A folder that can be written, checked before a long run so that a bad path fails first.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    real: PathBuf,
}

impl Folder {
    /// Creates the folder if needed and proves that files can be made in it. What dead runs left there goes.
    pub fn open(path: &Path) -> Result<Self, Diagnostics> {
        let cannot = |error: io::Error| {
            Diagnostic::error(
                "cannot-write",
                format!("cannot write to folder: {} ({error})", path.display()),
            )
            .hint("name a writable folder with --out DIR")
        };
        fs::create_dir_all(path).map_err(cannot)?;
        let real = fs::canonicalize(path).map_err(cannot)?;
        passing::clean(&real);
        if let Some(parent) = real.parent() {
            passing::clean(parent);
        }
        let probe = passing::path(&real);
        fs::write(&probe, b"").map_err(cannot)?;
        fs::remove_file(&probe).map_err(cannot)?;
        Ok(Self { path: path.to_owned(), real })
    }

    /// The folder's path, for messages.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the files of a run, all or none.
    pub fn write(&self, files: &[(String, Vec<u8>)]) -> Result<(), Diagnostics> {
        let list = list(files);
        let before = self.before();
        let written = match self.exchange(files, &list, &before) {
            Ok(true) => Ok(()),
            Ok(false) => self.rename_each(files, &list, &before),
            Err(error) => Err(error),
        };
        written.map_err(|error| {
            let message = format!("cannot write: {} ({error})", self.path.display());
            Diagnostic::error("cannot-write", message)
                .hint("what was there before is there still; name another folder with --out DIR")
                .into()
        })
    }

    /// The files that an earlier run left here.
    fn before(&self) -> BTreeSet<String> {
        let known = fs::read(self.real.join(LIST)).ok();
        let known: Option<List> = known.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let mut names: BTreeSet<String> = match known {
            Some(list) => list.files.into_iter().map(|file| file.name).collect(),
            None if ["recommendation.json", "simulation.json"]
                .iter()
                .any(|name| self.real.join(name).is_file()) =>
            {
                BEFORE_LISTS.iter().map(|name| (*name).to_owned()).collect()
            }
            None => BTreeSet::new(),
        };
        // A list that was tampered with names no file elsewhere.
        names.retain(|name| Path::new(name).file_name().is_some_and(|file| file == name.as_str()));
        names
    }

    /// Makes the folder anew beside itself and exchanges the two. False where that cannot be done.
    fn exchange(
        &self,
        files: &[(String, Vec<u8>)],
        list: &[u8],
        before: &BTreeSet<String>,
    ) -> io::Result<bool> {
        let Some(parent) = self.real.parent() else { return Ok(false) };
        let here = std::env::current_dir().and_then(fs::canonicalize);
        // A shell that stands in the folder would stand in the old one.
        if here.is_ok_and(|here| here.starts_with(&self.real)) {
            return Ok(false);
        }
        let new = passing::path(parent);
        step();
        if fs::create_dir(&new).is_err() {
            return Ok(false);
        }
        let made = self.make(&new, files, list, before);
        let done = made.map(|made| made && exchanged(&new, &self.real));
        step();
        if matches!(done, Ok(true)) {
            // `new` is the old folder now. What others put there meanwhile is brought over.
            self.bring_over(&new, before);
        }
        let _ = fs::remove_dir_all(&new);
        step();
        done
    }

    /// Fills the new folder. False where something in the old one cannot be taken along.
    fn make(
        &self,
        new: &Path,
        files: &[(String, Vec<u8>)],
        list: &[u8],
        before: &BTreeSet<String>,
    ) -> io::Result<bool> {
        for (name, bytes) in files {
            step();
            fs::write(new.join(name), bytes)?;
        }
        step();
        fs::write(new.join(LIST), list)?;
        let mut room = TAKEN_ALONG;
        for entry in fs::read_dir(&self.real)? {
            let entry = entry?;
            let name = entry.file_name();
            if is_ours(&name, before) || new.join(&name).symlink_metadata().is_ok() {
                continue;
            }
            step();
            if !take_along(&entry.path(), &new.join(&name), &mut room)? {
                return Ok(false);
            }
        }
        let kept = fs::metadata(&self.real)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let own = fs::metadata(new)?;
            if (own.uid(), own.gid()) != (kept.uid(), kept.gid()) {
                return Ok(false);
            }
        }
        fs::set_permissions(new, kept.permissions())?;
        Ok(true)
    }

    fn bring_over(&self, old: &Path, before: &BTreeSet<String>) {
        let Ok(entries) = fs::read_dir(old) else { return };
        for entry in entries.flatten() {
            let place = self.real.join(entry.file_name());
            if !is_ours(&entry.file_name(), before) && place.symlink_metadata().is_err() {
                let _ = fs::rename(entry.path(), place);
            }
        }
    }

    /// Writes all files beside their places, then renames them. Until the last one is in place, the list of files says that
    /// the folder is not whole.
    fn rename_each(
        &self,
        files: &[(String, Vec<u8>)],
        whole: &[u8],
        before: &BTreeSet<String>,
    ) -> io::Result<()> {
        let mut passing = Vec::with_capacity(files.len());
        let put = |bytes: &[u8]| {
            let path = passing::path(&self.real);
            step();
            fs::write(&path, bytes).map(|()| path)
        };
        let written = files.iter().try_for_each(|(name, bytes)| {
            passing.push((put(bytes)?, name));
            Ok(())
        });
        let renamed = written.and_then(|()| {
            let unwhole = put(&unwhole(files, before))?;
            fs::rename(unwhole, self.real.join(LIST))?;
            for (path, name) in &passing {
                step();
                fs::rename(path, self.real.join(name))?;
            }
            for name in before.iter().filter(|name| files.iter().all(|(file, _)| file != *name)) {
                step();
                match fs::remove_file(self.real.join(name)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
            let whole = put(whole)?;
            step();
            fs::rename(whole, self.real.join(LIST))
        });
        if renamed.is_err() {
            for (path, _) in &passing {
                // What was renamed or never made is gone already.
                let _ = fs::remove_file(path);
            }
        }
        renamed
    }
}

fn is_ours(name: &OsString, before: &BTreeSet<String>) -> bool {
    name.to_str()
        .is_some_and(|name| name == LIST || before.contains(name) || passing::is_passing(name))
}

/// Links or copies what is not ours into the new folder. False for what can be neither, or is too much.
fn take_along(from: &Path, to: &Path, room: &mut usize) -> io::Result<bool> {
    let Some(left) = room.checked_sub(1) else { return Ok(false) };
    *room = left;
    let found = fs::symlink_metadata(from)?;
    if found.is_dir() {
        fs::create_dir(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            if !take_along(&entry.path(), &to.join(entry.file_name()), room)? {
                return Ok(false);
            }
        }
        fs::set_permissions(to, found.permissions())?;
        return Ok(true);
    }
    // A second name of the same file: nothing is copied, and nothing is lost whichever folder stays.
    Ok(fs::hard_link(from, to).is_ok())
}

#[cfg(target_os = "linux")]
fn exchanged(new: &Path, old: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    step();
    // A folder on another disk, or a disk that cannot exchange.
    renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn exchanged(_new: &Path, _old: &Path) -> bool {
    false
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// The list of a run's files as bytes.
fn list(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let listed = |(name, bytes): &(String, Vec<u8>)| Listed {
        name: name.clone(),
        bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        crc32: format!("{:08x}", crc(bytes)),
    };
    let files: Vec<Listed> = files.iter().map(listed).collect();
    let mut all = Crc::new();
    for file in &files {
        all.update(file.name.as_bytes());
        all.update(file.crc32.as_bytes());
    }
    let run = format!("{:08x}", all.sum());
    bytes(&List { run, whole: true, files, ..empty() })
}

/// The list while files are renamed: all that may be here, and that it is not whole.
fn unwhole(files: &[(String, Vec<u8>)], before: &BTreeSet<String>) -> Vec<u8> {
    let names = files.iter().map(|(name, _)| name.clone()).chain(before.iter().cloned());
    let names: BTreeSet<String> = names.collect();
    let listed = |name| Listed { name, bytes: 0, crc32: String::new() };
    bytes(&List { files: names.into_iter().map(listed).collect(), ..empty() })
}

fn empty() -> List {
    List { program: concat!("ptuplan ", env!("CARGO_PKG_VERSION")).to_owned(), ..List::default() }
}

fn bytes(list: &List) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(list).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
