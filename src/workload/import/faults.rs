//! Mistakes of a source, row by row: refused in full (up to a bound) when strict, counted by reason otherwise.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::workload::import::yielded::Skipped;
use std::collections::BTreeMap;
use std::sync::Arc;

/// At most this many mistakes of one file are shown one by one; the rest is counted.
pub(crate) const SHOWN: usize = 10;

/// A mistake in a row.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// Kebab-case name that reads as a fact.
    pub(crate) code: &'static str,
    /// Fields first.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: &'static str,
    /// The row, from 1: a row with several mistakes is left out once.
    pub(crate) row: u64,
    /// Line and column, from 1; column 0 is the whole line.
    pub(crate) line: u64,
    /// Column.
    pub(crate) column: u32,
}

/// All mistakes of one source.
#[derive(Clone, Debug)]
pub(crate) struct Faults {
    file: Arc<str>,
    strict: bool,
    shown: Vec<Diagnostic>,
    total: u64,
    /// The row of the last mistake.
    last_row: u64,
    left: BTreeMap<&'static str, Skipped>,
    reasons: BTreeMap<&'static str, Reason>,
}

/// Rows left out for one reason.
#[derive(Clone, Debug)]
struct Reason {
    rows: u64,
    hint: &'static str,
    /// The first of them.
    first: Vec<(Place, String)>,
}

/// Mistakes of one reason that are shown where rows are left out.
const FIRST: usize = 3;

impl Faults {
    pub(crate) fn new(file: &str, strict: bool) -> Self {
        Self {
            file: file.into(),
            strict,
            shown: Vec::new(),
            total: 0,
            last_row: 0,
            left: BTreeMap::new(),
            reasons: BTreeMap::new(),
        }
    }

    /// A place in the source.
    pub(crate) fn place(&self, line: u64, column: u32) -> Place {
        Place::new(Arc::clone(&self.file), u32::try_from(line).unwrap_or(u32::MAX), column)
    }

    /// Notes a row that cannot be used.
    #[cold]
    pub(crate) fn push(&mut self, fault: Fault) {
        let place = self.place(fault.line, fault.column);
        self.total += 1;
        if self.strict && self.shown.len() < SHOWN {
            self.shown.push(
                Diagnostic::error(fault.code, fault.message.clone())
                    .at(place.clone())
                    .hint(fault.hint),
            );
        }
        let again = fault.row > 0 && fault.row == self.last_row;
        self.last_row = fault.row;
        if again {
            return;
        }
        let reason = self.reasons.entry(fault.code).or_insert_with(|| Reason {
            rows: 0,
            hint: fault.hint,
            first: Vec::new(),
        });
        reason.rows += 1;
        if reason.first.len() < FIRST {
            reason.first.push((place, fault.message));
        }
    }

    /// Notes a row that is sound but no request of its own: counted, and no mistake.
    pub(crate) fn leave(&mut self, reason: &'static str, line: u64) {
        let first = self.place(line, 0);
        self.left.entry(reason).and_modify(|skipped| skipped.rows += 1).or_insert(Skipped {
            reason,
            rows: 1,
            first,
        });
    }

    /// Rows left out, by reason.
    pub(crate) fn skipped(&self) -> Vec<Skipped> {
        let skipped = |(reason, of): (&&'static str, &Reason)| {
            let first = of.first.first().map(|(place, _)| place.clone()).unwrap_or_default();
            Skipped { reason, rows: of.rows, first }
        };
        let mut all: Vec<Skipped> = self.reasons.iter().map(skipped).collect();
        all.extend(self.left.values().cloned());
        all.sort_by_key(|skipped| skipped.reason);
        all
    }

    /// Strict: every mistake as an error. Otherwise one warning a reason.
    pub(crate) fn close(self) -> Result<Diagnostics, Diagnostics> {
        if self.total == 0 {
            return Ok(Diagnostics::default());
        }
        if self.strict {
            let mut all = Diagnostics(self.shown);
            let unseen = self.total - all.0.len() as u64;
            if unseen > 0 {
                let whole = Place::new(self.file, 0, 0);
                all.push(
                    Diagnostic::error("more-mistakes", format!("and {unseen} more mistakes"))
                        .at(whole),
                );
            }
            return Err(all);
        }
        let warn = |(_, reason): (&str, Reason)| {
            let rows =
                if reason.rows == 1 { "1 row".into() } else { format!("{} rows", reason.rows) };
            let mut all = reason.first.into_iter();
            let (place, message) = all.next().unwrap_or_default();
            let more: Vec<String> = all
                .map(|(place, message)| {
                    if place.line > 0 {
                        format!("{message} (line {})", place.line)
                    } else {
                        message
                    }
                })
                .collect();
            let more =
                if more.is_empty() { String::new() } else { format!("; then {}", more.join("; ")) };
            Diagnostic::warning("rows-skipped", format!("{rows} left out, first: {message}{more}"))
                .at(place)
                .hint(reason.hint)
        };
        Ok(Diagnostics(self.reasons.into_iter().map(warn).collect()))
    }
}
