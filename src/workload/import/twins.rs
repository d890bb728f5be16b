//! Rows that are there twice: files, or parts of one, whose times overlap. A call is counted once,
//! and what is left out is said.

use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::fingerprint::Fingerprint;
use crate::workload::import::boundary::without_partial;
use crate::workload::import::collector::Collector;
use crate::workload::import::columns::arrange;
use crate::workload::import::ids::{Edge, Twins};
use crate::workload::import::number::counted;
use crate::workload::import::record::Record;
use std::collections::{BTreeMap, BTreeSet};

/// The records of several files, those that one file has in common with those before it only once.
pub(super) fn of_files(mut files: Vec<Vec<Record>>, collector: &mut Collector) -> Vec<Record> {
    if files.len() < 2 {
        return files.into_iter().flatten().collect();
    }
    without_partial(&mut files, collector);
    let mut before: BTreeMap<Fingerprint, u64> = BTreeMap::new();
    let (mut all, mut twice, mut first) = (Vec::new(), 0_u64, 0);
    for records in files {
        let mut own: BTreeMap<Fingerprint, u64> = BTreeMap::new();
        for record in records {
            let key = Fingerprint::of(&record.value.to_string());
            let count = own.entry(key).or_default();
            *count += 1;
            if *count <= before.get(&key).copied().unwrap_or(0) {
                if twice == 0 {
                    first = record.line;
                }
                twice += 1;
                collector.begin_row();
                collector.faults.leave("row-of-another-file", record.line);
            } else {
                all.push(record);
            }
        }
        for (key, count) in own {
            let most = before.entry(key).or_default();
            *most = (*most).max(count);
        }
    }
    if twice > 0 {
        let rows = counted(twice, "row");
        let message = format!(
            "{rows} of one file in another too (first in line {first}): each is taken once"
        );
        let place = collector.faults.place(0, 0);
        collector.warnings.push(Diagnostic::warning("rows-twice", message).at(place).hint(
            "the times of the files overlap; if these are different calls, import each file on its \
             own and merge the traces",
        ));
    }
    all
}

impl Collector {
    /// Takes rows out that are there twice: by id and time where the source has ids, else, if the
    /// caller says so, those that are alike in all that is read of them. Rows are in order of
    /// arrival.
    pub(super) fn drop_twins(&mut self) {
        let count = self.len();
        if !self.has_ids && !self.rows_are_told {
            return;
        }
        let (mut kept, mut begun): (Vec<u32>, bool) = (Vec::new(), false);
        let mut found = self.twins;
        let mut edge = std::mem::take(&mut self.edge);
        let mut from = 0;
        while from < count {
            let at = self.arrival_us[from];
            let until = from + self.arrival_us[from..].iter().take_while(|us| **us == at).count();
            if from > 0 || at != edge.at_us {
                edge = Edge { at_us: at, ..Edge::default() };
            }
            let goes_on = !(edge.ids.is_empty() && edge.rows.is_empty());
            // The last instant of a piece may go on in the next one.
            if until - from > 1 || goes_on || until == count {
                let left = self.twins_of(from..until, &mut edge, &mut found);
                if !left.is_empty() && !begun {
                    begun = true;
                    kept.extend((0..from).filter_map(|id| u32::try_from(id).ok()));
                }
                if self.any_left(&found) {
                    let stays = (from..until).filter(|id| !left.contains(id));
                    kept.extend(stays.filter_map(|id| u32::try_from(id).ok()));
                }
            } else if self.any_left(&found) {
                kept.extend(u32::try_from(from));
            }
            from = until;
        }
        if self.any_left(&found) {
            self.keep_rows(&kept);
        }
        (self.twins, self.edge) = (found, edge);
    }

    const fn any_left(&self, found: &Twins) -> bool {
        found.by_id > self.twins.by_id || found.left > self.twins.left
    }

    /// The rows of one time that are another's twin.
    fn twins_of(
        &self,
        run: std::ops::Range<usize>,
        edge: &mut Edge,
        found: &mut Twins,
    ) -> BTreeSet<usize> {
        let Edge { ids, rows, .. } = edge;
        let mut left = BTreeSet::new();
        for id in run {
            let own = self.row_ids.get(id).copied().unwrap_or(0);
            if own != 0 {
                if !ids.insert(own) {
                    found.by_id += 1;
                    left.insert(id);
                }
            } else if !rows.insert(self.told_of(id)) {
                // Calls of one whole second may well be alike.
                let fine = self.arrival_us[id].rem_euclid(1_000_000) != 0;
                found.alike += u64::from(fine || self.drop_alike);
                if self.drop_alike {
                    found.left += 1;
                    left.insert(id);
                }
            }
        }
        left
    }

    /// All that is read of a row but its time.
    fn told_of(&self, id: usize) -> [u32; 8] {
        let of = |column: &[u32]| column.get(id).copied().unwrap_or(0);
        let name =
            |names: Option<&super::columns::Names>| names.map_or(0, |names| of(&names.labels.of));
        let facts = self.facts.as_deref();
        [
            of(&self.input),
            of(&self.output),
            of(&self.cached.values),
            of(&self.limit.values),
            name(facts.map(|facts| &facts.client)),
            name(facts.map(|facts| &facts.session)),
            name(facts.map(|facts| &facts.deployment)),
            name(facts.map(|facts| &facts.model)),
        ]
    }

    fn keep_rows(&mut self, kept: &[u32]) {
        let (all, line) = (self.len(), 0);
        for _ in kept.len()..all {
            self.faults.leave("row-twice", line);
        }
        arrange(&mut self.arrival_us, kept);
        arrange(&mut self.input, kept);
        arrange(&mut self.output, kept);
        arrange(&mut self.cached.values, kept);
        arrange(&mut self.limit.values, kept);
        arrange(&mut self.row_ids, kept);
        if let Some(facts) = &mut self.facts {
            for names in
                [&mut facts.client, &mut facts.session, &mut facts.deployment, &mut facts.model]
            {
                arrange(&mut names.labels.of, kept);
            }
            arrange(&mut facts.status, kept);
        }
    }

    /// Says which rows were there twice.
    pub(super) fn say_twins(&self, warnings: &mut Diagnostics) {
        let Twins { by_id, alike, left } = self.twins;
        let place = self.faults.place(0, 0);
        let of = |message: String, hint: &str| {
            let found = if self.strict {
                Diagnostic::error("rows-twice", message)
            } else {
                Diagnostic::warning("rows-twice", message)
            };
            found.at(place.clone()).hint(hint)
        };
        if by_id > 0 {
            warnings.push(of(
                format!(
                    "{} with the id and time of another: each call is taken once",
                    counted(by_id, "row")
                ),
                "parts of the log overlap; `ptuplan trace import` takes each call once",
            ));
        }
        if left > 0 {
            self.say_left(left, warnings);
        } else if alike > 0 {
            let rows = counted(alike, "row");
            let message = format!(
                "{rows} like another to the microsecond: kept, as no column of ids tells whether \
                they are one call"
            );
            warnings.push(Diagnostic::warning("rows-alike", message).at(place.clone()).hint(
                "if parts of the log overlap, `ptuplan trace import --drop-identical` takes each \
                once, in a scenario traffic = { …, drop_identical = true }",
            ));
        }
    }

    fn say_left(&self, left: u64, warnings: &mut Diagnostics) {
        let message = format!(
            "{} like another in all that is read: left out, as asked",
            counted(left, "row")
        );
        let place = self.faults.place(0, 0);
        warnings.push(Diagnostic::warning("rows-twice", message).at(place));
    }
}
