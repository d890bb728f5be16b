//! The values of a rule case: names, instants, amounts, words. All mistakes are noted, each with its place.

use crate::billing::agreement::read::Mistake;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::{ContextTier, ServiceTier};
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place, nearest};
use crate::units::money::Money;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::value::Datetime;

/// Reads what stands in a rule case, and notes every mistake with its place.
pub(super) struct Reader<'a> {
    pub(super) file: Arc<str>,
    pub(super) text: &'a str,
    pub(super) diagnostics: Diagnostics,
    pub(super) deployments: BTreeMap<String, Arc<DeploymentRef>>,
}

impl Reader<'_> {
    /// What was read, or nothing and its mistakes.
    pub(super) fn or_mistakes<T: Default>(&mut self, read: Result<T, Vec<Mistake>>) -> T {
        read.unwrap_or_else(|mistakes| {
            for Mistake { code, span, message, hint } in mistakes {
                let place = self.place(&span);
                self.diagnostics.push(Diagnostic::error(code, message).at(place).hint(hint));
            }
            T::default()
        })
    }

    pub(super) fn deployment(&mut self, name: &Spanned<String>) -> Option<Arc<DeploymentRef>> {
        let found = self.deployments.get(name.get_ref()).cloned();
        if found.is_none() {
            let known: Vec<String> = self.deployments.keys().cloned().collect();
            self.unknown("deployment", name.get_ref(), name, known.iter().map(String::as_str));
        }
        found
    }

    pub(super) fn stretch(
        &mut self,
        from: Option<&Spanned<Datetime>>,
        until: Option<&Spanned<Datetime>>,
        period: &Range<Timestamp>,
    ) -> Option<Range<Timestamp>> {
        let from = match from {
            Some(from) => self.instant(from.get_ref(), &from.span())?,
            None => period.start,
        };
        let until = match until {
            Some(until) => self.instant(until.get_ref(), &until.span())?,
            None => period.end,
        };
        Some(from..until)
    }

    /// A UTC instant, or the midnight that begins a UTC day.
    pub(super) fn instant(&mut self, value: &Datetime, span: &Range<usize>) -> Option<Timestamp> {
        let text = value.to_string();
        let found = text.parse::<Timestamp>().ok().or_else(|| {
            let date: Date = text.parse().ok()?;
            TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()
        });
        if found.is_none() || (text.contains(' ') && !text.contains('Z')) {
            self.mistake_at("instant-unreadable", "write a date, or a time with `Z`", span);
        }
        found
    }

    pub(super) fn date(&mut self, value: &Datetime, span: &Range<usize>) -> Option<Date> {
        let found = value.to_string().parse::<Date>().ok();
        if found.is_none() {
            self.mistake_at("date-unreadable", "write a date such as 2026-12-01", span);
        }
        found
    }

    pub(super) fn money(&mut self, text: &Spanned<String>) -> Option<Money> {
        let found = text
            .get_ref()
            .split_once(' ')
            .and_then(|(amount, code)| Some(Money::new(amount.parse().ok()?, code.parse().ok()?)));
        if found.is_none() {
            self.mistake("amount-unreadable", "an amount reads like `2400 USD`", text);
        }
        found
    }

    /// The value of a word, `absent` when there is none.
    pub(super) fn word<T>(
        &mut self,
        word: Option<&Spanned<String>>,
        kind: &str,
        parse: impl Fn(&str) -> Option<T>,
        absent: T,
    ) -> T {
        let Some(word) = word else { return absent };
        parse(word.get_ref()).unwrap_or_else(|| {
            self.unknown(kind, word.get_ref(), word, []);
            absent
        })
    }

    /// The tiers of tokens; standard and default when absent.
    pub(super) fn tiers(
        &mut self,
        tier: Option<&Spanned<String>>,
        context: Option<&Spanned<String>>,
    ) -> (ServiceTier, ContextTier) {
        (
            self.word(tier, "tier", ServiceTier::parse, ServiceTier::Standard),
            self.word(context, "context tier", ContextTier::parse, ContextTier::Default),
        )
    }

    pub(super) fn unknown<'n, T>(
        &mut self,
        kind: &str,
        name: &str,
        at: &Spanned<T>,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        let mut diagnostic = Diagnostic::error("word-unknown", format!("unknown {kind} `{name}`"))
            .at(self.place(&at.span()));
        if let Some(near) = nearest(name, known) {
            diagnostic = diagnostic.hint(format!("did you mean `{near}`?"));
        }
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn mistake<T>(&mut self, code: &'static str, message: &str, at: &Spanned<T>) {
        self.mistake_at(code, message, &at.span());
    }

    pub(super) fn mistake_at(&mut self, code: &'static str, message: &str, span: &Range<usize>) {
        let place = self.place(span);
        self.diagnostics.push(Diagnostic::error(code, message).at(place));
    }

    pub(super) fn place(&self, span: &Range<usize>) -> Place {
        Place::at_offset(Arc::clone(&self.file), self.text, span.start)
    }
}
