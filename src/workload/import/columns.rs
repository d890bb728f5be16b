//! Columns under construction.

use crate::workload::import::yielded::{Attributes, Labels};
use std::collections::BTreeMap;

/// A column that some rows lack.
#[derive(Debug, Default)]
pub(super) struct Sparse {
    pub(super) values: Vec<u32>,
    /// Rows that lack it.
    pub(super) absent: u64,
    /// Whether any row ever had it.
    pub(super) stated: bool,
}

impl Sparse {
    #[inline]
    pub(super) fn push(&mut self, count_before: usize, value: Option<u32>, fill: u32) {
        match value {
            None if self.values.is_empty() => self.absent += 1,
            None => {
                self.absent += 1;
                self.values.push(fill);
            }
            Some(value) => {
                self.stated = true;
                if self.values.len() < count_before {
                    self.values.resize(count_before, fill);
                }
                self.values.push(value);
            }
        }
    }

    /// Appends `rows` values, or that many absent ones.
    #[cfg(feature = "tables")]
    pub(super) fn append(
        &mut self,
        count_before: usize,
        rows: usize,
        values: Option<Vec<u32>>,
        fill: u32,
    ) {
        match values {
            Some(values) if rows > 0 => {
                self.stated = true;
                self.values.resize(count_before, fill);
                self.values.extend(values);
            }
            _ => {
                self.absent += rows as u64;
                if !self.values.is_empty() {
                    self.values.resize(count_before + rows, fill);
                }
            }
        }
    }
}

/// Names of one column, each stored once.
#[derive(Debug, Default)]
pub(super) struct Names {
    ids: BTreeMap<String, u32>,
    /// Whether names that differ in the case of letters alone are one: the platform does not tell
    /// them apart.
    any_case: bool,
    pub(super) labels: Labels,
}

impl Names {
    pub(super) fn push(&mut self, name: &str) {
        let id = self.ids.get(name).copied().unwrap_or_else(|| self.add(name));
        self.labels.of.push(id);
    }

    /// The number of a spelling that was not there before.
    #[cold]
    fn add(&mut self, name: &str) -> u32 {
        let plain = name.to_ascii_lowercase();
        let known = if self.any_case { self.ids.get(&plain).copied() } else { None };
        let id = known.unwrap_or_else(|| {
            self.labels.names.push(name.to_owned());
            self.labels.names.len() as u32 - 1
        });
        if self.any_case {
            self.ids.insert(plain, id);
        }
        self.ids.insert(name.to_owned(), id);
        id
    }
}

#[derive(Debug)]
pub(super) struct FactColumns {
    pub(super) client: Names,
    pub(super) session: Names,
    pub(super) deployment: Names,
    pub(super) model: Names,
    pub(super) status: Vec<u16>,
}

impl Default for FactColumns {
    fn default() -> Self {
        let one = || Names { any_case: true, ..Names::default() };
        Self {
            client: Names::default(),
            session: Names::default(),
            deployment: one(),
            model: one(),
            status: Vec::new(),
        }
    }
}

impl FactColumns {
    /// Columns in which no row states anything are none.
    pub(super) fn attributes(self) -> Attributes {
        let known = |names: Names| {
            (names.labels.names.iter().any(|name| !name.is_empty())).then_some(names.labels)
        };
        Attributes {
            client: known(self.client),
            session: known(self.session),
            deployment: known(self.deployment),
            model: known(self.model),
            status: self.status.iter().any(|status| *status != 0).then_some(self.status),
        }
    }
}

/// Puts a column into an order of its indices. An absent column stays absent.
pub(super) fn arrange<T: Copy>(column: &mut Vec<T>, order: &[u32]) {
    if !column.is_empty() {
        *column = order.iter().map(|at| column[*at as usize]).collect();
    }
}
