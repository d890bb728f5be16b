//! The embedded catalogue: what it says, and what it refuses.

// A test says what it skipped, and fails by panicking.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::format_push_string)]

mod catalog {
    mod broken;
    mod figures;
    mod files;
    mod history;
    mod kept;
    mod retail;
}
