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
    pub(super) labels: Labels,
}

impl Names {
    pub(super) fn push(&mut self, name: &str) {
        let id = self.ids.get(name).copied().unwrap_or_else(|| {
            let id = self.labels.names.len() as u32;
            self.ids.insert(name.to_owned(), id);
            self.labels.names.push(name.to_owned());
            id
        });
        self.labels.of.push(id);
    }
}

#[derive(Debug, Default)]
pub(super) struct FactColumns {
    pub(super) client: Names,
    pub(super) session: Names,
    pub(super) deployment: Names,
    pub(super) model: Names,
    pub(super) status: Vec<u16>,
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
