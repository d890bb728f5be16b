//! The folder of a run, for what is dropped on the page: nobody else can read it, and it goes with
//! the run. One whose run was killed is removed by the next.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use tempfile::{Builder, TempDir};

const PREFIX: &str = "ptuplan-open-";
/// A file that a run holds locked for as long as it lives, however it ends.
const RUNNING: &str = ".running";

/// A folder that is removed in the end.
#[derive(Debug)]
pub(super) struct RunFolder {
    folder: TempDir,
    running: File,
}

impl RunFolder {
    /// A new one in a folder for such, from which those of runs that are no more are removed.
    pub(super) fn new(among: &Path) -> io::Result<Self> {
        remove_left(among);
        let mut builder = Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = builder.tempdir_in(among)?;
        // It has its name once it is locked: no other run finds it unlocked before.
        let starting = folder.path().join(".starting");
        let running = File::create_new(&starting)?;
        if running.lock().is_ok() {
            fs::rename(starting, folder.path().join(RUNNING))?;
        }
        Ok(Self { folder, running })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Removes it with all that is in it.
    pub(super) fn close(self) -> io::Result<()> {
        // Some systems remove no file that is open.
        drop(self.running);
        self.folder.close()
    }
}

/// Removes what runs left that were killed. What cannot be looked at is another user's.
fn remove_left(among: &Path) {
    for entry in fs::read_dir(among).into_iter().flatten().flatten() {
        let running = entry.path().join(RUNNING);
        // What is no plain file may wait for whoever opens it.
        let is_own = entry.file_name().to_string_lossy().starts_with(PREFIX)
            && entry.file_type().is_ok_and(|kind| kind.is_dir())
            && fs::symlink_metadata(&running).is_ok_and(|own| own.is_file());
        let Some(running) = is_own.then(|| File::open(running).ok()).flatten() else { continue };
        match running.try_lock() {
            Ok(()) => {
                drop(running);
                let _ = fs::remove_dir_all(entry.path());
            }
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_a_killed_run_left_is_removed_and_what_another_has_stays() {
        let among = tempfile::tempdir().unwrap();
        let alive = RunFolder::new(among.path()).unwrap();
        let killed = among.path().join("ptuplan-open-killed");
        fs::create_dir(&killed).unwrap();
        fs::write(killed.join(RUNNING), "").unwrap();
        fs::write(killed.join("log.csv"), "x").unwrap();
        let next = RunFolder::new(among.path()).unwrap();
        assert!(!killed.exists());
        assert!(alive.path().is_dir() && next.path().is_dir());
        next.close().unwrap();
        alive.close().unwrap();
        assert_eq!(fs::read_dir(among.path()).unwrap().count(), 0);
    }
}
