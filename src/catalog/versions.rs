//! Which versions of a model are offered as a SKU in a region.

use crate::catalog::Catalog;
use jiff::civil::Date;

impl Catalog {
    /// The versions offered on a day, oldest first; those of the model's card where no list names any for the SKU in the region.
    pub fn versions_of(&self, model: &str, sku: &str, region: &str, on: Date) -> Vec<String> {
        let Ok(model) = self.model(model) else { return Vec::new() };
        let rows = self.tables.availability.with_prefix(&[&model.id]);
        let offered = rows.iter().filter(|row| {
            row.key(2) == sku
                && row.key(4) == region
                && row.key(3) == "standard"
                && row.in_force(on)
        });
        // A row may list several versions that are offered alike.
        let mut versions: Vec<String> = offered
            .flat_map(|row| row.key(1).split('|'))
            .filter(|version| !version.is_empty())
            .map(ToOwned::to_owned)
            .collect();
        if versions.is_empty() {
            versions = model.versions.iter().map(ToString::to_string).collect();
        }
        versions.sort_unstable();
        versions.dedup();
        versions
    }
}
