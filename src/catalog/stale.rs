//! What to look up again first: rows that nobody verified for a while, by how much they decide.

use crate::catalog::Catalog;
use crate::catalog::facts::name_of;
use crate::catalog::table::Row;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Tables by how much their rows decide, most first; tables that are not named decide less.
const DECIDING: [&str; 8] = [
    "prices.csv",
    "ptu_prices.csv",
    "promotions.csv",
    "throughput.csv",
    "ptu_grid.csv",
    "quotas.csv",
    "lifecycle.csv",
    "availability.csv",
];

/// Rows of one table from one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// Table file.
    pub table: &'static str,
    /// Id of the source.
    pub source: String,
    /// Where the source is, empty when it has no address.
    pub address: String,
    /// How many rows.
    pub rows: usize,
    /// How many of them are about a model that is used.
    pub used: usize,
    /// The day the oldest was verified.
    pub oldest: Date,
    /// The oldest row, by its keys; one that is used where there is one.
    pub example: String,
}

impl Catalog {
    /// Rows in force that were not verified within some days before a day, of models that are used first, then by how much their
    /// table decides, then the oldest.
    pub fn stale(&self, on: Date, days: i32, models: &[&str]) -> Vec<Stale> {
        let used: Vec<&str> =
            models.iter().filter_map(|name| Some(&*self.model(name).ok()?.id)).collect();
        let mut found: Vec<Stale> = Vec::new();
        for table in self.tables().iter() {
            let column = table.schema().keys.iter().position(|key| *key == "model");
            let is_used = |row: &Row| column.is_some_and(|column| used.contains(&row.key(column)));
            let mut groups: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
            let old = table.rows().iter().filter(|row| {
                let age = row.verified_on.until(on).map_or(0, |span| span.get_days());
                row.to.is_none_or(|to| to >= on) && age > days
            });
            for row in old {
                groups.entry(row.source()).or_default().push(row);
            }
            for (source, rows) in groups {
                let Some(oldest) = rows.iter().min_by_key(|row| (!is_used(row), row.verified_on))
                else {
                    continue;
                };
                found.push(Stale {
                    table: table.schema().file,
                    source: source.to_owned(),
                    address: self.source(source).map(|s| s.address.to_string()).unwrap_or_default(),
                    rows: rows.len(),
                    used: rows.iter().filter(|row| is_used(row)).count(),
                    oldest: rows
                        .iter()
                        .map(|row| row.verified_on)
                        .min()
                        .unwrap_or(oldest.verified_on),
                    example: name_of(oldest),
                });
            }
        }
        let weight = |table: &str| {
            DECIDING.iter().position(|known| *known == table).unwrap_or(DECIDING.len())
        };
        found.sort_by_key(|stale| {
            (stale.used == 0, weight(stale.table), stale.oldest, stale.source.clone())
        });
        found
    }
}
