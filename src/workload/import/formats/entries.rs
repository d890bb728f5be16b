//! What is said of each format. Every example is read as the format it stands for, by a test.

/// What is said of a format in `docs/formats.md` and by `ptuplan trace formats`.
#[derive(Clone, Copy, Debug)]
pub struct FormatEntry {
    /// Its name, as `--format` takes it.
    pub name: &'static str,
    /// What it is and where it comes from.
    pub title: &'static str,
    /// How it is recognised.
    pub recognised: &'static str,
    /// What it states of each request or total.
    pub has: &'static str,
    /// What is assumed because it does not state it.
    pub assumed: &'static str,
    /// A few lines that are read as this format.
    pub example: &'static str,
}

/// All formats, in the order of the page.
pub fn catalogue() -> &'static [FormatEntry] {
    ENTRIES
}

const ENTRIES: &[FormatEntry] = &[];
