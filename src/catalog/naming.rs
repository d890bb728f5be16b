//! Which row says what a spelling of a model stands for.

use crate::catalog::Catalog;
use crate::units::dated::Evidence;
use std::sync::Arc;

impl Catalog {
    /// The one name of a model: its id, with the version that a name states where the model has
    /// others beside it. None where no model has the name.
    pub fn own_name(&self, name: &str) -> Option<Arc<str>> {
        let named = self.named(name).ok()?;
        Some(match &named.version {
            Some(version) if named.model.versions.len() > 1 => {
                format!("{} ({version})", named.model.id).into()
            }
            _ => named.model.id.clone(),
        })
    }

    /// How a spelling that is not the model's own was understood, and the row that says so.
    pub fn naming(&self, name: &str) -> Option<(String, Arc<Evidence>)> {
        let named = self.named(name).ok()?;
        let note = named.note?;
        let table = &self.tables.models;
        let rows = table.with_prefix(&[&named.model.id]);
        let of = |attribute: &str, item: &str| {
            rows.iter().find(|row| {
                row.key(1) == attribute && row.key(2).to_lowercase() == item.to_lowercase()
            })
        };
        let version = named.version.as_ref().and_then(|version| of("version", version));
        let row = of("alias", name).or(version).or(rows.first())?;
        Some((note, table.evidence(row)))
    }
}
