//! stdout and report files. A folder of files is written whole or not at all.

use crate::cli::exit::Failure;
use crate::report::text::layout::Ink;
use crate::units::diagnostic::Diagnostic;
use rust_decimal::Decimal;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes a result to stdout. A reader that closed the pipe has seen enough.
pub(super) fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Diagnostic::error("cannot-write", format!("cannot write to stdout: {error}"))
                .into())
        }
        _ => Ok(()),
    }
}

/// Text is styled always: stdout drops the styles where the terminal, a pipe or `NO_COLOR` asks for it.
pub(super) const INK: Ink = Ink::Ansi;

/// Columns of the terminal, 80 to 120; 80 where stdout is none.
pub(super) fn width() -> usize {
    let columns = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0);
    usize::from(columns.unwrap_or(80)).clamp(80, 120)
}

/// A form that could not be made: no user's mistake, but better said than lost.
pub(super) fn unrendered(error: impl std::error::Error) -> Failure {
    Diagnostic::error("cannot-render", format!("cannot render the result: {error}")).into()
}

/// Writes one file whole or not at all: beside its place under a passing name, then renamed.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    Folder::open(folder.unwrap_or(Path::new(".")))?.write(&[(name, bytes.to_vec())])
}

/// A folder that can be written, checked before a long run so that a bad path fails first.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Creates the folder if needed and proves that files can be made in it.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let cannot = |error: io::Error| {
            Diagnostic::error(
                "cannot-write",
                format!("cannot write to folder: {} ({error})", path.display()),
            )
            .hint("name a writable folder with --out DIR")
        };
        fs::create_dir_all(path).map_err(cannot)?;
        let probe = path.join(format!(".ptuplan-{}", std::process::id()));
        fs::write(&probe, b"").map_err(cannot)?;
        fs::remove_file(&probe).map_err(cannot)?;
        Ok(Self { path: path.to_owned() })
    }

    /// Writes all files: first beside their places under passing names, then renamed, so that no half-written file is
    /// left and a failure leaves the earlier report as it was.
    pub(super) fn write(&self, files: &[(String, Vec<u8>)]) -> Result<(), Failure> {
        let passing = |name: &str| self.path.join(format!(".{name}.{}", std::process::id()));
        let cannot = |name: &str, error: io::Error| {
            Failure::from(Diagnostic::error(
                "cannot-write",
                format!("cannot write: {} ({error})", self.path.join(name).display()),
            ))
        };
        let written = files.iter().try_for_each(|(name, bytes)| {
            fs::write(passing(name), bytes).map_err(|error| cannot(name, error))
        });
        let renamed = written.and_then(|()| {
            files.iter().try_for_each(|(name, _)| {
                fs::rename(passing(name), self.path.join(name)).map_err(|error| cannot(name, error))
            })
        });
        if renamed.is_err() {
            for (name, _) in files {
                // What was renamed or never made is gone already.
                let _ = fs::remove_file(passing(name));
            }
        }
        renamed
    }

    /// The folder's path, for messages.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// A decimal; `_` may separate thousands and `%` means hundredths.
pub(super) fn number(text: &str) -> Result<Decimal, String> {
    let plain = text.trim().replace('_', "");
    let (digits, scale) = match plain.strip_suffix('%') {
        Some(percent) => (percent.trim_end(), Decimal::ONE_HUNDRED),
        None => (plain.as_str(), Decimal::ONE),
    };
    let value: Decimal = digits.parse().map_err(|_| "not a number".to_owned())?;
    Ok(value / scale)
}
