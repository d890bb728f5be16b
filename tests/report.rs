//! The forms of a result: bytes, escapes, figures and looks.

#![allow(
    clippy::pedantic,
    reason = "the library keeps to the pedantic lints, its tests to the others"
)]
#![cfg(feature = "report")]
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "report/actions.rs"]
mod actions;
#[path = "report/assets.rs"]
mod assets;
#[path = "report/browser.rs"]
mod browser;
#[path = "report/forms.rs"]
mod forms;
#[path = "report/headline.rs"]
mod headline;
#[path = "report/hostile.rs"]
mod hostile;
#[path = "report/keeps.rs"]
mod keeps;
#[path = "report/one_cost.rs"]
mod one_cost;
#[path = "report/page.rs"]
mod page;
#[path = "report/plots.rs"]
mod plots;
#[path = "report/real.rs"]
mod real;
#[path = "report/reference.rs"]
mod reference;
#[path = "report/sample.rs"]
mod sample;
#[path = "report/schemas.rs"]
mod schemas;
#[path = "report/tables.rs"]
mod tables;
#[path = "report/workbook.rs"]
mod workbook;

/// Says loudly that a check did not run, past the test harness, and why.
#[allow(clippy::print_stderr)]
fn skipped(check: &str, missing: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "\nSKIPPED: {check}: {missing} is not installed\n");
}
