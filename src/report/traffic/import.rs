//! What became of a source's rows.

use crate::report::text::layout::{Ink, Tone, bullet};
use crate::report::words::numbers::count;
use crate::workload::import::Report;
use serde::Serialize;

/// What an import did.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ImportView {
    /// Rows of the source.
    pub rows_read: u64,
    /// Requests made of them.
    pub requests: u64,
    /// Rows left out: reason, how many, where the first is.
    pub skipped: Vec<(String, u64, String)>,
    /// What was filled in.
    pub assumed: Vec<String>,
}

impl ImportView {
    /// Of an import's report.
    pub fn of(report: &Report) -> Self {
        let skipped = |s: &crate::workload::import::Skipped| {
            (s.reason.to_owned(), s.rows, s.first.to_string())
        };
        Self {
            rows_read: report.rows_read,
            requests: report.requests,
            skipped: report.skipped.iter().map(skipped).collect(),
            assumed: report.assumed.clone(),
        }
    }
}

/// `1 row`, `2 rows`.
pub(super) fn counted(number: u64, one: &str) -> String {
    format!("{} {one}{}", count(number), if number == 1 { "" } else { "s" })
}

fn reason_text(reason: &str) -> String {
    reason.replace('-', " ")
}

/// What an import did, as text.
pub fn import_text(view: &ImportView, ink: Ink, width: usize) -> String {
    let mut out = ink.line(Tone::Plain, "");
    out += &ink.line(
        Tone::Plain,
        &format!("{} read, {}", counted(view.rows_read, "row"), counted(view.requests, "request")),
    );
    for (reason, rows, first) in &view.skipped {
        out += &bullet(
            ink,
            Tone::Plain,
            &format!("{}: {} (first {first})", counted(*rows, "row"), reason_text(reason)),
            width,
        );
    }
    for assumed in &view.assumed {
        out += &bullet(ink, Tone::Dim, &format!("assumed: {assumed}"), width);
    }
    out
}
