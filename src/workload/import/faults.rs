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
    left: BTreeMap<&'static str, Skipped>,
    /// By code: rows, first place, first message, hint.
    reasons: BTreeMap<&'static str, (u64, Place, String, &'static str)>,
}

impl Faults {
    pub(crate) fn new(file: &str, strict: bool) -> Self {
        Self {
            file: file.into(),
            strict,
            shown: Vec::new(),
            total: 0,
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
        self.reasons.entry(fault.code).and_modify(|(rows, ..)| *rows += 1).or_insert((
            1,
            place,
            fault.message,
            fault.hint,
        ));
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
        let skipped = |(reason, (rows, first, ..)): (&&'static str, &(u64, Place, String, _))| {
            Skipped { reason, rows: *rows, first: first.clone() }
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
        let warn = |(_, (rows, place, message, hint)): (&str, (u64, Place, String, &str))| {
            let rows = if rows == 1 { "1 row".into() } else { format!("{rows} rows") };
            Diagnostic::warning("rows-skipped", format!("{rows} left out, first: {message}"))
                .at(place)
                .hint(hint)
        };
        Ok(Diagnostics(self.reasons.into_iter().map(warn).collect()))
    }
}
