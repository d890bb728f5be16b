//! How a deployment is authenticated to and reached, by SKU: what the platform's documents say, and where they disagree.

use crate::catalog::Catalog;
use crate::units::dated::Dated;
use jiff::civil::Date;
use std::sync::Arc;

/// Options that hold the readings of documents that disagree, not a deployment option.
const READING: &str = "READING";

/// What the documents say of a way to reach a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// It is offered.
    Offered,
    /// It is not offered.
    NotOffered,
    /// Documents disagree; their words.
    Disputed(Arc<str>),
}

impl Catalog {
    /// Whether a SKU takes a way to authenticate or to be reached on a day: `api_key`, `entra_id`, `managed_identity`,
    /// `private_endpoint`, `vnet`. None where no document that was read says it.
    pub fn access(&self, sku: &str, way: &str, on: Date) -> Option<Dated<Access>> {
        let table = &self.tables.access;
        let mut rows = table.rows().iter().filter(|row| {
            row.key(1) == sku && row.key(2) == way && !row.key(0).starts_with(READING)
        });
        let row = rows.clone().find(|row| row.in_force(on)).or_else(|| rows.next())?;
        let words = row.value();
        let access = match words {
            _ if words.starts_with("yes") => Access::Offered,
            _ if words.starts_with("no") => Access::NotOffered,
            _ => Access::Disputed(words.into()),
        };
        Some(table.dated(row, access))
    }
}
