//! What an import yields: the trace, what else the source knew of each request, and an account of every row.

use crate::units::diagnostic::{Diagnostics, Place};
use crate::workload::trace::Trace;
use jiff::Timestamp;

/// A source read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The requests.
    pub trace: Trace,
    /// The instant of the trace's time 0; none when the source gives times from a start it does not name.
    pub start: Option<Timestamp>,
    /// What else the source knew, in the order of the trace.
    pub attributes: Attributes,
    /// Rows read, skipped and assumed.
    pub report: Report,
    /// What the user should know; never errors.
    pub warnings: Diagnostics,
}

/// Facts of requests the simulation does not need: to split, filter and fit a trace by. Each column is as long as the trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    /// Tenant, team or user.
    pub client: Option<Labels>,
    /// Conversation.
    pub session: Option<Labels>,
    /// Deployment called.
    pub deployment: Option<Labels>,
    /// Model called.
    pub model: Option<Labels>,
    /// HTTP status, 0 where unknown.
    pub status: Option<Vec<u16>>,
}

/// A column of names, each stored once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// The names, in order of first appearance. The empty name stands for "not stated".
    pub names: Vec<String>,
    /// The name of each request, as an index into `names`.
    pub of: Vec<u32>,
}

impl Labels {
    /// The name of request `id`.
    pub fn name(&self, id: u32) -> &str {
        &self.names[self.of[id as usize] as usize]
    }
}

/// An account of every row of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The format, as recognised or as named.
    pub format: String,
    /// Rows of the source, sound or not.
    pub rows_read: u64,
    /// Requests of the trace. Without aggregates `rows_read` = `requests` + all skipped rows.
    pub requests: u64,
    /// Rows left out, by reason, sorted by reason.
    pub skipped: Vec<Skipped>,
    /// What the source does not say and this import filled in, one sentence each.
    pub assumed: Vec<String>,
}

impl Report {
    /// Rows left out, whatever the reason.
    pub fn rows_skipped(&self) -> u64 {
        self.skipped.iter().map(|skipped| skipped.rows).sum()
    }

    /// Rows of which nothing is in the trace: without those that were summed or joined to others.
    pub fn rows_left_out(&self) -> u64 {
        let used = ["gathered-into-buckets", "joined-row", "row-of-the-same-call"];
        let left = self.skipped.iter().filter(|skipped| !used.contains(&skipped.reason));
        left.map(|skipped| skipped.rows).sum()
    }
}

/// Rows left out for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Kebab-case reason.
    pub reason: &'static str,
    /// How many rows.
    pub rows: u64,
    /// The first of them.
    pub first: Place,
}
