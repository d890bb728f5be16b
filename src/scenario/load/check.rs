//! What every check of a part shares: the file, and the mistakes found so far.

use crate::scenario::azure::Traced;
use crate::scenario::load::{duration_us, share_ppm};
use crate::scenario::question::named::Named;
use crate::scenario::question::named::Wrong;
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;

/// A file under check.
pub(crate) struct Check<'a> {
    pub(super) file: Arc<str>,
    pub(super) text: &'a str,
    /// Tables that stand for those of the file: spans beyond its end are theirs.
    pub(super) imported: Option<&'a Traced>,
    pub(super) found: Diagnostics,
}

impl<'a> Check<'a> {
    /// Nothing checked, nothing found.
    pub(in crate::scenario) fn new(file: &str, text: &'a str) -> Self {
        Self { file: file.into(), text, imported: None, found: Diagnostics::default() }
    }
}

impl Check<'_> {
    /// What was checked, or all that was found wrong.
    pub(in crate::scenario) fn into_result<T>(self, checked: T) -> Result<T, Diagnostics> {
        self.found.or_ok(checked)
    }

    /// Adds what another check found.
    pub(in crate::scenario) fn add(&mut self, found: Diagnostics) {
        self.found.0.extend(found.0);
    }

    pub(in crate::scenario) fn place(&self, span: Range<usize>) -> Place {
        match self.imported {
            Some(imported) if span.start > self.text.len() => {
                imported.place(span.start - self.text.len() - 1)
            }
            _ => Place::at_offset(self.file.clone(), self.text, span.start),
        }
    }

    pub(in crate::scenario) fn wrong(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: String,
        hint: impl Into<String>,
    ) {
        let place = self.place(span);
        self.found.push(Diagnostic::error(code, message).at(place).hint(hint));
    }

    pub(in crate::scenario) fn all_wrong(&mut self, mistakes: Vec<Wrong>) {
        for (code, span, message, hint) in mistakes {
            self.wrong(code, span, message, hint);
        }
    }

    pub(in crate::scenario) fn named(&self, written: &Spanned<String>) -> Named {
        Named { name: written.get_ref().as_str().into(), place: self.place(written.span()) }
    }

    pub(in crate::scenario) fn share(
        &mut self,
        key: &str,
        written: &Spanned<String>,
    ) -> Option<u32> {
        let share = share_ppm(written.get_ref());
        if share.is_none() {
            self.wrong(
                "not-a-share",
                written.span(),
                format!("not a share: {key} = {}", written.get_ref()),
                "write between \"0 %\" and \"100 %\"",
            );
        }
        share
    }

    pub(in crate::scenario) fn duration(
        &mut self,
        key: &str,
        written: Option<&Spanned<String>>,
    ) -> Option<u64> {
        let written = written?;
        let duration = duration_us(written.get_ref());
        if duration.is_none() {
            self.wrong(
                "not-a-duration",
                written.span(),
                format!("not a duration: {key} = {}", written.get_ref()),
                "write for example \"2 s\" or \"300 ms\"",
            );
        }
        duration
    }
}
