//! `[subscription] quota`: token quotas that a subscription has for itself, instead of its tier's.

use crate::catalog::Catalog;
use crate::scenario::question::named::Named;
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};

/// A quota that the scenario states.
#[derive(Clone, Debug)]
pub struct OwnQuota {
    /// Model id.
    pub model: Named,
    /// SKU name.
    pub sku: Named,
    /// The region it holds in; none for every region, each with as much.
    pub region: Option<Named>,
    /// Tokens a minute of all deployments together.
    pub tokens_per_minute: u64,
    /// Requests a minute of all deployments together; what the tier gives for as many tokens when none.
    pub requests_per_minute: Option<u64>,
}

/// The quota among those stated for a model as a SKU in a region. One of the region itself wins over one of every region.
pub fn own_quota<'q>(
    quotas: &'q [OwnQuota],
    model: &str,
    sku: &str,
    region: &str,
) -> Option<&'q OwnQuota> {
    let mut same = quotas.iter().filter(|own| {
        *own.model.name == *model
            && *own.sku.name == *sku
            && own.region.as_ref().is_none_or(|named| *named.name == *region)
    });
    let first = same.next()?;
    let of_region = std::iter::once(first).chain(same).find(|own| own.region.is_some());
    Some(of_region.unwrap_or(first))
}

/// Looks the names of quotas up.
pub fn check_own_quotas(quotas: &[OwnQuota], catalog: &Catalog) -> Result<(), Diagnostics> {
    let mut wrong = Diagnostics::default();
    let mut at = |found: Result<(), Diagnostic>, place: &Place| {
        if let Err(error) = found {
            wrong.push(error.at(place.clone()));
        }
    };
    for own in quotas {
        at(spelled(catalog, &own.model.name), &own.model.place);
        at(catalog.sku(&own.sku.name).map(drop), &own.sku.place);
        if let Some(region) = &own.region {
            at(catalog.region(&region.name).map(drop), &region.place);
        }
    }
    wrong.or_ok(())
}

/// That a model is written by its id: quotas are found by it.
fn spelled(catalog: &Catalog, name: &str) -> Result<(), Diagnostic> {
    let id = &catalog.model(name)?.id;
    if **id == *name {
        return Ok(());
    }
    Err(Diagnostic::error("model-by-another-name", format!("a quota of {name}: its id is {id}"))
        .hint(format!("write {id}")))
}
