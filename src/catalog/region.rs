//! Azure regions: geography, cloud and data zone.

use crate::catalog::table::Table;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Name as the platform spells it in resource ids, such as `swedencentral`.
    pub name: Arc<str>,
    /// Country or group of countries whose data stays there.
    pub geography: Arc<str>,
    /// `public` or `us_government`.
    pub cloud: Arc<str>,
    /// The data zone the region belongs to (`us`, `eu`, `apac`, `us_gov`), none when it is in none.
    pub data_zone: Option<Arc<str>>,
}

/// Reads `regions.csv`.
pub(crate) fn read(table: &Table) -> BTreeMap<Arc<str>, Region> {
    let mut regions = BTreeMap::new();
    for rows in table.rows().chunk_by(|a, b| a.key(0) == b.key(0)) {
        let name: Arc<str> = rows[0].key(0).into();
        let attribute =
            |what: &str| rows.iter().rfind(|row| row.key(1) == what).map(|row| row.value().into());
        let region = Region {
            name: name.clone(),
            geography: attribute("geography").unwrap_or_else(|| "".into()),
            cloud: attribute("cloud").unwrap_or_else(|| "public".into()),
            data_zone: attribute("data_zone"),
        };
        regions.insert(name, region);
    }
    regions
}
