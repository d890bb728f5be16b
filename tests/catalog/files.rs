//! The catalogue's files as text, and copies of them with one thing changed.

use ptuplan::catalog::Catalog;
use ptuplan::catalog::embedded;
use ptuplan::units::diagnostic::Diagnostics;

/// The embedded files, as `--data DIR` would read them.
pub(crate) fn files() -> Vec<(String, String)> {
    embedded::FILES
        .iter()
        .map(|(name, text)| (format!("mine/{name}"), (*text).to_owned()))
        .collect()
}

/// A copy of the catalogue with one file edited.
pub(crate) fn edited(
    name: &str,
    edit: impl FnOnce(&str) -> String,
) -> Result<Catalog, Diagnostics> {
    let mut files = files();
    let file = files.iter_mut().find(|(path, _)| path.ends_with(&format!("/{name}"))).unwrap();
    let text = edit(&file.1);
    assert!(
        text != file.1,
        "the edit changed nothing: a row of {name} that this test edits is another one now; \
         let the test name one that is there"
    );
    file.1 = text;
    Catalog::from_files(&files)
}

/// The line number, from 1, of the first line that starts with `start`.
pub(crate) fn line_of(name: &str, start: &str) -> usize {
    let (_, text) = embedded::FILES.iter().find(|(file, _)| *file == name).unwrap();
    let at = text.lines().position(|line| line.starts_with(start));
    at.unwrap_or_else(|| {
        panic!(
            "no line of {name} starts with `{start}`: the row of this test is another one now; \
             let the test name one that is there"
        )
    }) + 1
}

/// The lines that are gone from what is pinned, and those that take their place.
pub(crate) fn difference(pinned: &str, found: &str) -> String {
    let only = |mark: char, of: &str, other: &str| {
        of.lines()
            .filter(|line| other.lines().all(|known| known != *line))
            .map(|line| format!("{mark} {line}\n"))
            .collect::<String>()
    };
    only('-', pinned, found) + &only('+', found, pinned)
}
