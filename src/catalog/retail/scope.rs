//! Which price scope a row of the feed belongs to, and which regions of it the feed does not name.

use crate::catalog::Catalog;
use crate::catalog::metered::Metered;
use crate::catalog::sku::Scope;

/// The scope under which the catalogue has prices of the model in the region, else the scope such a
/// row should have. A version that is priced apart may have no row there yet: then it is that of
/// its model.
pub(super) fn token_scope(
    catalog: &Catalog,
    metered: &Metered,
    scope: Scope,
    region: &str,
) -> Result<String, String> {
    let sku = match scope {
        Scope::Global => "GlobalStandard",
        Scope::DataZone => "DataZoneStandard",
        Scope::Regional => "Standard",
    };
    let scopes = catalog.price_scopes(sku, region).map_err(|error| error.message)?;
    let table = &catalog.tables().prices;
    let priced = |name: &str| {
        scopes.iter().find(|scope| !table.with_prefix(&[name, scope]).is_empty()).copied()
    };
    match priced(&metered.price_name).or_else(|| priced(&metered.model)) {
        Some(scope) => Ok(scope.to_owned()),
        None => default_scope(catalog, scope, region),
    }
}

/// The same of a price of PTUs, with its SKU.
pub(super) fn ptu_scope(
    catalog: &Catalog,
    product: &str,
    scope: Scope,
    region: &str,
) -> Result<(&'static str, String), String> {
    let sku = match scope {
        Scope::Global => "GlobalProvisionedManaged",
        Scope::DataZone => "DataZoneProvisionedManaged",
        Scope::Regional => "ProvisionedManaged",
    };
    let scopes = if region.is_empty() && scope == Scope::Global {
        vec!["global"]
    } else {
        catalog.price_scopes(sku, region).map_err(|error| error.message)?
    };
    let table = &catalog.tables().ptu_prices;
    let used = scopes.iter().find(|scope| !table.with_prefix(&[product, sku, scope]).is_empty());
    let scope = match used {
        Some(scope) => (*scope).to_owned(),
        None => default_scope(catalog, scope, region)?,
    };
    Ok((sku, scope))
}

fn default_scope(catalog: &Catalog, scope: Scope, region: &str) -> Result<String, String> {
    let place = catalog.region(region).map_err(|error| error.message)?;
    let government = &*place.cloud != "public";
    Ok(match scope {
        Scope::Global if government => "us_gov_global".to_owned(),
        Scope::Global => "global".to_owned(),
        Scope::DataZone if government => "us_gov_data_zone".to_owned(),
        Scope::DataZone => {
            let zone = place.data_zone.as_ref();
            let zone = zone.ok_or_else(|| format!("{region} is in no data zone"))?;
            format!("data_zone_{zone}")
        }
        Scope::Regional => format!("regional/{region}"),
    })
}

/// The regions of a scope that are not among those named, where each has a price of its own and
/// they are one scope only because their prices were equal. A price for all regions, or for a zone,
/// is one price.
pub(super) fn unnamed(
    catalog: &Catalog,
    kind: Scope,
    scope: &str,
    named: &[String],
) -> Vec<String> {
    let of_zone = |region: &String| default_scope(catalog, kind, region).is_ok_and(|s| s == scope);
    if kind == Scope::Global || named.iter().any(of_zone) {
        return Vec::new();
    }
    let members = catalog.tables().price_scopes.with_prefix(&[scope]).iter();
    let members = members.map(|row| row.key(1)).filter(|region| *region != "*");
    members.filter(|region| !named.iter().any(|n| n == region)).map(ToOwned::to_owned).collect()
}

/// Whether a scope covers a region.
pub(super) fn covers(catalog: &Catalog, scope: &str, region: &str) -> bool {
    let mut rows = catalog.tables().price_scopes.with_prefix(&[scope]).iter();
    rows.any(|row| row.key(1) == region || row.key(1) == "*")
}
