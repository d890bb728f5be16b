//! What is odd about a catalogue that can be read: stale rows, ambiguous scopes, units that price nothing, history that moved.
//! Mistakes that make a catalogue unusable are found when it is read.

use crate::catalog::Catalog;
use crate::catalog::facts::name_of;
use crate::catalog::price::unit_price;
use crate::catalog::table::{Row, Table};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Days after which a value should be looked at again.
pub const VERIFIED_WITHIN_DAYS: i32 = 180;

impl Catalog {
    /// Everything worth a look on a day: errors first reported when read are not repeated. Stale rows are counted by source.
    pub fn check(&self, on: Date) -> Diagnostics {
        let mut found = Diagnostics(self.warnings().to_vec());
        self.check_units(&mut found);
        self.check_ambiguous_scopes(&mut found);
        self.check_endings(&mut found);
        self.check_unused_sources(&mut found);
        self.check_stale(on, &mut found);
        found
    }

    fn check_units(&self, found: &mut Diagnostics) {
        let tables = self.tables();
        for table in [&tables.prices, &tables.ptu_prices, &tables.finetune_prices] {
            for row in table.rows().iter().filter(|row| row.value() != "unknown") {
                if unit_price(row.value(), row.unit()).is_none() {
                    let message = format!("not a price: {} {}", row.value(), row.unit());
                    found.push(
                        Diagnostic::error("bad-unit", message)
                            .at(table.place(row))
                            .hint("units are CURRENCY/1M tokens, CURRENCY/PTU/hour and the like"),
                    );
                }
            }
        }
    }

    /// Two scopes of one kind that cover one region with prices of one key: a look-up there would be ambiguous.
    fn check_ambiguous_scopes(&self, found: &mut Diagnostics) {
        let scopes = &self.tables().price_scopes;
        let table = &self.tables().prices;
        let mut by_key: BTreeMap<Vec<&str>, Vec<&Row>> = BTreeMap::new();
        for row in table.rows() {
            let key = vec![row.key(0), row.key(2), row.key(3), row.key(4)];
            by_key.entry(key).or_default().push(row);
        }
        // One scope alone leaves no choice.
        let several = |rows: &&Vec<&Row>| rows.iter().any(|row| row.key(1) != rows[0].key(1));
        for rows in by_key.values().filter(several) {
            let mut seen: BTreeMap<(&str, &str), &Row> = BTreeMap::new();
            for row in rows {
                for member in scopes.with_prefix(&[row.key(1)]) {
                    let other = seen.insert((member.key(1), member.value()), row);
                    if let Some(other) = other
                        && other.key(1) != row.key(1)
                        && overlap(other, row)
                    {
                        found.push(ambiguous(table, other, row, member.key(1)));
                    }
                }
            }
        }
    }

    /// A price that ends while other classes of the same tokens go on: calls of the day after have
    /// no price.
    fn check_endings(&self, found: &mut Diagnostics) {
        let table = &self.tables().prices;
        for rows in table.rows().chunk_by(|a, b| a.keys().take(4).eq(b.keys().take(4))) {
            for of_class in rows.chunk_by(|a, b| a.key(4) == b.key(4)) {
                let Some(last) = of_class.last() else { continue };
                let Some((to, next)) = last.to.and_then(|to| Some((to, to.tomorrow().ok()?)))
                else {
                    continue;
                };
                let go_on: Vec<&str> =
                    rows.iter().filter(|row| row.in_force(next)).map(|row| row.key(4)).collect();
                if go_on.is_empty() {
                    continue;
                }
                let (go_on, name) = (go_on.join(", "), name_of(last));
                let message = format!(
                    "a price ends on {to} and nothing follows, while {go_on} has one: {name}"
                );
                found.push(
                    Diagnostic::warning("price-ends", message)
                        .at(table.place(last))
                        .hint("add the price that follows, or take the last day away"),
                );
            }
        }
    }

    fn check_unused_sources(&self, found: &mut Diagnostics) {
        let mut used: Vec<&str> = self
            .tables()
            .iter()
            .flat_map(|table| table.rows().iter().map(Row::source))
            .chain(self.rulebook.evidence().map(|(evidence, _)| &*evidence.source))
            .collect();
        used.sort_unstable();
        used.dedup();
        for (id, source) in self.sources() {
            if used.binary_search(&&**id).is_err() {
                found.push(
                    Diagnostic::warning("unused-source", format!("no row names this source: {id}"))
                        .at(source.place.clone()),
                );
            }
        }
    }

    fn check_stale(&self, on: Date, found: &mut Diagnostics) {
        for table in self.tables().iter() {
            let mut stale: BTreeMap<&str, (&Row, u32)> = BTreeMap::new();
            let current = |row: &&Row| row.to.is_none_or(|to| to >= on);
            for row in table.rows().iter().filter(current).filter(|row| is_stale(row, on)) {
                let entry = stale.entry(row.source()).or_insert((row, 0));
                entry.1 += 1;
                if row.verified_on < entry.0.verified_on {
                    entry.0 = row;
                }
            }
            for (source, (oldest, count)) in stale {
                let message = format!(
                    "not verified for {VERIFIED_WITHIN_DAYS} days: {count} of {} from {source}, oldest {} ({})",
                    table.schema().file,
                    oldest.verified_on,
                    name_of(oldest)
                );
                found.push(
                    Diagnostic::warning("unverified", message)
                        .at(table.place(oldest))
                        .hint("look the source up again and set verified_on"),
                );
            }
        }
    }
}

fn is_stale(row: &Row, on: Date) -> bool {
    row.verified_on.until(on).is_ok_and(|span| span.get_days() > VERIFIED_WITHIN_DAYS)
}

fn overlap(a: &Row, b: &Row) -> bool {
    a.to.is_none_or(|to| to >= b.from) && b.to.is_none_or(|to| to >= a.from)
}

fn ambiguous(table: &Table, first: &Row, second: &Row, region: &str) -> Diagnostic {
    Diagnostic::error(
        "price-ambiguous",
        format!(
            "two prices for {region}: {} and {} (line {})",
            name_of(second),
            first.key(1),
            first.line
        ),
    )
    .at(table.place(second))
    .hint("a region belongs to one scope of a kind per model")
}
