//! The SKUs that a scenario allows, by what they are billed by.

use crate::catalog::Catalog;
use crate::catalog::sku::{BillingMode, Scope, Sku};
use crate::plan::candidates::lane::Machines;
use crate::scenario::question::named::Named;
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::{Diagnostic, Diagnostics};

/// The SKUs a scenario allows, with their scope where it matters.
#[derive(Debug, Default)]
pub(crate) struct Allowed {
    /// By the token.
    pub(crate) standard: Vec<(Named, Scope)>,
    /// By the PTU and hour.
    pub(crate) provisioned: Vec<(Named, Scope)>,
    /// By the token at half price, for calls that may wait.
    pub(crate) batch: Vec<Named>,
    /// By the token and for a day, for fine-tuned models.
    pub(crate) developer: Vec<Named>,
    /// By the accelerator and hour.
    pub(crate) machines: Vec<Machines>,
}

/// Sorts the allowed SKUs. Unknown ones and unknown regions, those that serve no calls, and what is needed for one and not stated are errors.
pub(crate) fn allowed(scenario: &Scenario, catalog: &Catalog) -> Result<Allowed, Diagnostics> {
    let mut wrong = Diagnostics::default();
    let mut allowed = Allowed::default();
    let mut managed: Vec<(&Named, &Sku)> = Vec::new();
    for named in &scenario.allow.skus {
        match catalog.sku(&named.name) {
            Ok(sku) => match sku.billing {
                BillingMode::Tokens => allowed.standard.push((named.clone(), sku.scope)),
                BillingMode::Ptu => allowed.provisioned.push((named.clone(), sku.scope)),
                BillingMode::Batch => allowed.batch.push(named.clone()),
                BillingMode::Developer => allowed.developer.push(named.clone()),
                BillingMode::ManagedCompute => managed.push((named, sku)),
                BillingMode::Commitment | BillingMode::Local => wrong.push(
                    Diagnostic::error(
                        "sku-not-planned",
                        format!("cannot be planned: {}", named.name),
                    )
                    .at(named.place.clone())
                    .hint("it serves no new calls of the platform: leave it out"),
                ),
            },
            Err(error) => wrong.push(error.at(named.place.clone())),
        }
    }
    let regions = scenario.allow.regions.iter();
    wrong
        .0
        .extend(regions.filter_map(|r| Some(catalog.region(&r.name).err()?.at(r.place.clone()))));
    if let Err(error) = machines(scenario, catalog, &managed, &mut allowed) {
        wrong.push(error);
    }
    if scenario.allow.skus.is_empty() {
        wrong.push(
            Diagnostic::error("nothing-allowed", "nothing allowed: allow.sku is empty")
                .hint("list SKU names such as \"GlobalStandard\""),
        );
    }
    if !allowed.provisioned.is_empty() && scenario.allow.payments.is_empty() {
        wrong.push(
            Diagnostic::error("nothing-allowed", "nothing allowed: allow.commitment is empty")
                .hint("list \"hourly\", \"1-month\" or \"1-year\""),
        );
    }
    wrong.or_ok(allowed)
}

/// Each allowed kind of machine with the SKU that has it.
fn machines(
    scenario: &Scenario,
    catalog: &Catalog,
    managed: &[(&Named, &Sku)],
    allowed: &mut Allowed,
) -> Result<(), Diagnostic> {
    let Some((first, sku)) = managed.first() else { return Ok(()) };
    let offers = &scenario.allow.kinds.machines;
    if offers.is_empty() {
        return Err(Diagnostic::error("no-machines", format!("no machines: {}", first.name))
            .at(first.place.clone())
            .hint("say on which: compute = [{ machine = \"H100_80GB\", requests_per_instance = 16 }] in [allow]"));
    }
    let on = scenario.period.first_date();
    for offer in offers {
        let machine = &offer.compute.machine;
        let mut found = false;
        for (named, sku) in managed {
            let kind = machine_kind(sku);
            if catalog.tables().machines.with_prefix(&[kind, &machine.name]).is_empty() {
                continue;
            }
            found = true;
            allowed.machines.push(Machines { sku: (*named).clone(), offer: offer.clone() });
        }
        if !found {
            let region = if sku.scope == Scope::Regional { &*scenario.region.name } else { "*" };
            let price = catalog.machine_price(machine_kind(sku), &machine.name, region, "", on);
            return price.map(|_| ()).map_err(|error| error.at(machine.place.clone()));
        }
    }
    Ok(())
}

/// The word of the machine tables for a SKU of managed compute.
pub(crate) fn machine_kind(sku: &Sku) -> &'static str {
    if sku.scope == Scope::Regional { "vm" } else { "managed_compute" }
}
