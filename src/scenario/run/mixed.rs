//! The cheapest mix of reservations and hourly price for what a candidate deploys: what `Payment::Mixed` means.

use crate::billing::commitment::Commitment;
use crate::billing::purchase::{Product, Ways, cheapest};
use crate::billing::terms::Terms;
use crate::catalog::Catalog;
use crate::catalog::sku::Scope;
use crate::ledger::usage::CapacityUsage;
use crate::scenario::question::named::Payment;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::prices::ScenarioPrices;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use std::sync::Arc;

/// What reservations for PTUs of a SKU in a region are bought of. Global ones are not bound to a region (P R36, C8).
pub fn product_of(
    catalog: &Catalog,
    sku: &Arc<str>,
    region: &Arc<str>,
) -> Result<Product, Diagnostic> {
    let global = catalog.sku(sku)?.scope == Scope::Global;
    Ok(Product { sku: sku.clone(), region: (!global).then(|| region.clone()) })
}

/// The reservations to buy beside those owned, product by product. The mix depends on the deployed PTUs alone, not on
/// the traffic, so that it is one decision for every future.
pub(crate) fn mixed(
    scenario: &Scenario,
    catalog: &Catalog,
    capacity: &[CapacityUsage],
    owned: &[Commitment],
    terms: &Terms,
) -> Result<Vec<Commitment>, Diagnostics> {
    let allowed = |payment| scenario.allow.payments.contains(&payment);
    let ways = Ways {
        hourly: allowed(Payment::Hourly),
        one_month: allowed(Payment::OneMonth),
        one_year: allowed(Payment::OneYear),
    };
    let mut products: Vec<Product> = Vec::new();
    for stretch in capacity {
        let deployment = &stretch.deployment;
        let product = product_of(catalog, &deployment.sku, &deployment.region)?;
        if !products.contains(&product) {
            products.push(product);
        }
    }
    let prices = ScenarioPrices { scenario, catalog };
    let mut bought = Vec::new();
    for product in &products {
        bought.extend(cheapest(product, capacity, owned, ways, terms, &prices)?);
    }
    Ok(bought)
}
