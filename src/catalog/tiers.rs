//! Which models are served at a tier beside the standard one, and where. A price of a tier does not
//! make it offered.

use crate::catalog::Catalog;
use crate::catalog::availability::{Availability, best, dated};
use crate::catalog::table::Row;
use jiff::civil::Date;

impl Catalog {
    /// Whether a model is served at priority tier as a SKU in a region on a day (S 35).
    pub fn has_priority(&self, model: &str, sku: &str, region: &str, on: Date) -> bool {
        self.priority(model, sku, region, on).is_listed()
    }

    /// The same, with what the tables do not say: a row that names the region otherwise is no, and
    /// no row is unknown.
    pub fn priority(&self, model: &str, sku: &str, region: &str, on: Date) -> Availability {
        let (model, place) = match (self.model(model), self.region(region)) {
            (Ok(model), Ok(place)) => (model, place),
            (Err(error), _) | (_, Err(error)) => {
                return Availability::NotListed { why: error.message, evidence: None };
            }
        };
        let own = self.of_tier(&model.id, sku, "priority");
        let Some(row) = best(&own, place, |row| row.in_force(on)) else {
            let why = format!("no table that was read names {} at priority", model.id);
            let check = format!("see whether the page of priority processing names {}", model.id);
            return Availability::Unknown { why, check, evidence: None };
        };
        let evidence = Some(self.tables.availability.evidence(row));
        match row.value() {
            "listed" => Availability::Listed(evidence),
            other => {
                Availability::NotListed { why: format!("{other} ({})", row.source()), evidence }
            }
        }
    }

    /// Whether calls for flex are served as such by a model as a SKU in a region on a day (S 40).
    /// The list of models is closed: who is older and not on it is refused; of who is newer nobody
    /// knows.
    pub fn flex(&self, model: &str, sku: &str, region: &str, on: Date) -> Availability {
        let table = &self.tables.availability;
        let no = |why: String| Availability::NotListed { why, evidence: None };
        let (named, place) = match (self.named(model), self.region(region)) {
            (Ok(named), Ok(place)) => (named, place),
            (Err(error), _) | (_, Err(error)) => return no(error.message),
        };
        let own = self.of_tier(&named.model.id, sku, "flex");
        if let Some(row) = best(&own, place, |row| row.in_force(on)) {
            return match row.value() {
                "listed" => Availability::Listed(Some(table.evidence(row))),
                other => no(format!("{other} ({})", row.source())),
            };
        }
        let lists = || table.rows().iter().filter(|row| row.key(3) == "flex" && row.in_force(on));
        let Some(list) = lists().max_by_key(|row| dated(self, row)) else {
            return no(format!("no list of {on} names a model"));
        };
        let (day, source) = (dated(self, list), list.source());
        if named.model.launched.is_some_and(|launched| launched > day)
            && lists().any(|row| row.key(2) == sku)
        {
            let why = format!("{} is newer than the list of {day} ({source})", named.model.id);
            let check = format!("see whether the flex page of the documentation names {model}");
            return Availability::Unknown { why, check, evidence: None };
        }
        no(format!("not in the list of {day} ({source})"))
    }

    /// The rows about a tier of a model as a SKU.
    fn of_tier(&self, model: &str, sku: &str, tier: &str) -> Vec<&Row> {
        let rows = self.tables.availability.with_prefix(&[model]).iter();
        rows.filter(|row| row.key(2) == sku && row.key(3) == tier).collect()
    }
}
