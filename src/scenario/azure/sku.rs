//! SKU names: as Azure Resource Manager spells them, and as the price list does for reservations.

use crate::catalog::Catalog;
use crate::scenario::azure::document::Origin;
use crate::scenario::azure::words::shown;
use crate::units::diagnostic::{Diagnostic, nearest};
use std::sync::Arc;

/// What a reservation calls the SKU it covers.
const RESERVATIONS: [(&str, &str); 3] = [
    ("OpenAI_Provisioned_Managed_Global", "GlobalProvisionedManaged"),
    ("OpenAI_Provisioned_Managed_DataZone", "DataZoneProvisionedManaged"),
    ("OpenAI_Provisioned_Throughput", "ProvisionedManaged"),
];

/// The SKU that a reservation covers, and whether it covers it in every region.
pub(super) fn sku_of_reservation(name: &str) -> Option<(&'static str, bool)> {
    let found = RESERVATIONS.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
    Some((found.1, found.1.starts_with("Global")))
}

/// What a reservation of a SKU is called.
pub fn reservation_of_sku(sku: &str) -> Option<&'static str> {
    RESERVATIONS.iter().find(|(_, own)| *own == sku).map(|(name, _)| *name)
}

/// The SKU of a name that stands at a place, in any case of letters; never one that is spelled
/// nearly so.
pub(super) fn sku(name: &str, origin: &Origin, catalog: &Catalog) -> Result<Arc<str>, Diagnostic> {
    if let Some(found) = catalog.skus().find(|sku| sku.name.eq_ignore_ascii_case(name)) {
        return Ok(found.name.clone());
    }
    let message = if name.is_empty() {
        "a deployment without SKU".to_owned()
    } else {
        format!("unknown SKU: {}", shown(name))
    };
    let hint = match nearest(name, catalog.skus().map(|sku| &*sku.name)) {
        Some(known) => format!("nearest is {known}; `ptuplan catalog list` shows all"),
        None => "`ptuplan catalog list` shows the SKUs that are known".to_owned(),
    };
    let place = origin.place();
    Err(Diagnostic::error("sku-unknown", message).at(place).hint(hint))
}
