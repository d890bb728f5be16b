//! The embedded catalogue: what it says, and what it refuses.

#![allow(
    clippy::pedantic,
    reason = "the library keeps to the pedantic lints, its tests to the others"
)]
// A test says what it skipped, and fails by panicking.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::format_push_string)]

mod catalog {
    mod broken;
    mod decides;
    mod facts_of_november;
    mod figures;
    mod files;
    mod history;
    mod kept;
    mod retail;

    use ptuplan::catalog::Catalog;
    use std::sync::OnceLock;

    /// The embedded catalogue, read once.
    pub(crate) fn embedded() -> &'static Catalog {
        static CATALOG: OnceLock<Catalog> = OnceLock::new();
        CATALOG.get_or_init(|| Catalog::embedded().unwrap())
    }
}
