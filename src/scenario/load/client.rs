//! The retry policy of a workload's client: a name of the catalogue, or one that the scenario states.

use crate::catalog::rules::{HeaderAbove, HeaderRead};
use crate::engine::MAX_RETRIES;
use crate::scenario::load::Check;
use crate::scenario::question::client::{ClientChanges, ClientChoice};
use crate::scenario::question::named::Named;
use crate::scenario::schema::{ClientTable, ClientWritten, WorkloadTable};
use crate::units::time::MILLISECOND_US;
use toml::Spanned;

/// The policy of a workload that states none: today's openai Python.
const DEFAULT: &str = "openai-python-3.57";

/// The statuses that a policy may name.
const STATUSES: [&str; 8] = ["408", "409", "429", "500", "502", "503", "504", "5xx"];

impl Check<'_> {
    /// The client of a workload.
    pub(super) fn client(&mut self, table: &WorkloadTable) -> ClientChoice {
        let Some(written) = &table.client else {
            let place = self.place(table.name.span());
            return ClientChoice::Named(Named { name: DEFAULT.into(), place });
        };
        let place = self.place(written.span());
        match written.get_ref() {
            ClientWritten::Named(name) => {
                ClientChoice::Named(Named { name: name.as_str().into(), place })
            }
            ClientWritten::Stated(stated) => {
                let like = stated.like.as_deref().map(Into::into);
                let changes = Box::new(self.changes(stated));
                ClientChoice::Stated { like, changes, place }
            }
        }
    }

    fn changes(&mut self, stated: &ClientTable) -> ClientChanges {
        let growth_percent = stated.growth.as_ref().and_then(|written| self.growth(written));
        ClientChanges {
            max_retries: stated.retries.as_ref().and_then(|written| self.retries(written)),
            initial_delay_ms: self.milliseconds("first_delay", stated.first_delay.as_ref()),
            max_delay_ms: self.milliseconds("longest_delay", stated.longest_delay.as_ref()),
            growth_percent,
            first_retry_at_once: stated.first_retry_at_once,
            jitter_percent: self.per_cent("jitter", stated.jitter.as_ref()),
            jitter_up_percent: self.per_cent("jitter_up", stated.jitter_up.as_ref()),
            jitter_added_ms: self.milliseconds("jitter_added", stated.jitter_added.as_ref()),
            reads: self.word("reads", stated.reads.as_ref(), &HeaderRead::WORDS),
            honours_up_to_ms: self.milliseconds("honours_up_to", stated.honours_up_to.as_ref()),
            above: self.word("above", stated.above.as_ref(), &HeaderAbove::WORDS),
            header_replaces: self.word(
                "header",
                stated.header.as_ref(),
                &[("replaces", true), ("longer", false)],
            ),
            needs_header_for_429: stated.needs_header_for_429,
            statuses: stated.statuses.as_ref().map(|written| self.statuses(written)),
        }
    }

    fn retries(&mut self, written: &Spanned<u32>) -> Option<u32> {
        let retries = *written.get_ref();
        if retries > MAX_RETRIES {
            let message = format!("retries of a client out of range: {retries}");
            let hint = format!("state {MAX_RETRIES} or fewer");
            self.wrong("retries-out-of-range", written.span(), message, hint);
            return None;
        }
        Some(retries)
    }

    fn milliseconds(&mut self, key: &str, written: Option<&Spanned<String>>) -> Option<u64> {
        self.duration(key, written).map(|us| us.div_ceil(MILLISECOND_US))
    }

    fn per_cent(&mut self, key: &str, written: Option<&Spanned<String>>) -> Option<u32> {
        written.and_then(|written| self.share(key, written)).map(|ppm| ppm / 10_000)
    }

    fn growth(&mut self, written: &Spanned<f64>) -> Option<u32> {
        let percent = (written.get_ref() * 100.0).round();
        if !(100.0..=10_000.0).contains(&percent) {
            self.wrong(
                "not-a-growth",
                written.span(),
                format!("not a growth: {}", written.get_ref()),
                "write 1 for a constant delay, 2 for one that doubles, at most 100",
            );
            return None;
        }
        // In the range that was just checked.
        u32::try_from(percent as i64).ok()
    }

    fn word<T: Copy>(
        &mut self,
        key: &str,
        written: Option<&Spanned<String>>,
        known: &[(&str, T)],
    ) -> Option<T> {
        let written = written?;
        let found = known.iter().find(|(word, _)| word == written.get_ref());
        if found.is_none() {
            let words: Vec<String> = known.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            self.wrong(
                "unknown-word",
                written.span(),
                format!("unknown {key} of a client: {}", written.get_ref()),
                format!("one of {}", words.join(", ")),
            );
        }
        found.map(|(_, value)| *value)
    }

    fn statuses(&mut self, written: &Spanned<Vec<String>>) -> Vec<std::sync::Arc<str>> {
        for unknown in written.get_ref().iter().filter(|status| !STATUSES.contains(&&***status)) {
            self.wrong(
                "unknown-status",
                written.span(),
                format!("unknown status of a client: {unknown}"),
                format!("of {}", STATUSES.join(", ")),
            );
        }
        written.get_ref().iter().map(|status| status.as_str().into()).collect()
    }
}
