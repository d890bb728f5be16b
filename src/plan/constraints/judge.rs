//! One candidate against everything that `[require]`, `[subscription]` and the catalogue say before any price.

use crate::catalog::Catalog;
use crate::plan::constraints::asked::Asked;
use crate::plan::constraints::constraint::Constraint;
use crate::plan::constraints::grounds::Grounds;
use crate::plan::constraints::place::Sold;
use crate::plan::constraints::{access, capacity, kind, model, place};
use crate::plan::evaluate::refusal::{Refusal, UnknownAvailability};
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::facts::Facts;
use crate::scenario::question::require::policy_not_read;
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::{Diagnostic, Diagnostics, alike, did_you_mean};
use crate::units::money::Money;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// What the constraints say of a candidate.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judged {
    /// What it breaks.
    pub(crate) refusals: Vec<Refusal>,
    /// What it rests on without anybody saying that it is sold.
    pub(crate) unknown: Vec<UnknownAvailability>,
    /// The dated values that let it pass or not.
    pub(crate) facts: Facts,
}

/// Whether a candidate is not refused before it is simulated.
pub(crate) fn is_had(scenario: &Scenario, catalog: &Catalog, candidate: &Candidate) -> bool {
    judge(scenario, catalog, candidate).is_ok_and(|judged| judged.refusals.is_empty())
}

/// Judges a candidate. An unknown name in `[require]` is an error of the question; names that resolution looks up are left
/// to it.
pub(crate) fn judge(
    scenario: &Scenario,
    catalog: &Catalog,
    candidate: &Candidate,
) -> Result<Judged, Diagnostics> {
    check_names(scenario, catalog)?;
    let mut judged = Judged::default();
    for (index, planned) in candidate.deployments.iter().enumerate() {
        let sku = catalog.sku(&planned.sku.name);
        let model = catalog.model(&planned.model.name);
        let region = catalog.region(&planned.region.name);
        let (Ok(sku), Ok(model), Ok(region)) = (sku, model, region) else { continue };
        let facts = &mut judged.facts;
        let mut asked = Asked { scenario, catalog, planned, sku, model, region, facts };
        let mut found = Vec::new();
        match place::sold(&mut asked) {
            Some(Sold::Refused(refusal)) => found.push(refusal),
            Some(Sold::Unknown(unknown)) if !judged.unknown.contains(&unknown) => {
                judged.unknown.push(unknown);
            }
            _ => {}
        }
        found.extend(place::processed_elsewhere(&mut asked)?);
        found.extend(place::at_rest_elsewhere(&mut asked));
        found.extend(access::not_sold(&mut asked)?);
        found.extend(access::authentication(&mut asked)?);
        found.extend(access::network(&mut asked)?);
        found.extend(capacity::denied(&asked));
        found.extend(model::lifecycle(&mut asked));
        found.extend(model::reads_no_images(&asked, candidate, index));
        found.extend(kind::deleted_early(&asked));
        // What is not offered has no price, which is not what stands in its way.
        if found.is_empty() {
            found.extend(kind::no_batch_quota(&asked));
            found.extend(kind::unpriced(&asked, &kind::tiers_asked(scenario, candidate, index)));
        }
        for refusal in found {
            if !judged.refusals.contains(&refusal) {
                judged.refusals.push(refusal);
            }
        }
    }
    judged.refusals.extend(capacity::above_ptu_quota(
        scenario,
        catalog,
        candidate,
        &mut judged.facts,
    )?);
    judged.refusals.extend(model::context_too_short(
        scenario,
        catalog,
        candidate,
        &mut judged.facts,
    ));
    Ok(judged)
}

/// The names of `[require]` that only the catalogue knows, and a policy that nobody has read.
fn check_names(scenario: &Scenario, catalog: &Catalog) -> Result<(), Diagnostics> {
    let require = &scenario.require;
    let mut wrong = Diagnostics::default();
    let zones: Vec<&str> = catalog.regions().filter_map(|r| r.data_zone.as_deref()).collect();
    let geographies: Vec<&str> = catalog.regions().map(|region| &*region.geography).collect();
    let regions: Vec<&str> = catalog.regions().map(|region| &*region.name).collect();
    let anywhere: Vec<&str> = zones.iter().chain(&geographies).chain(&regions).copied().collect();
    for (key, written, known) in [
        ("data_zone", &require.data_zone, &zones),
        ("geography", &require.geography, &geographies),
        ("region", &require.region, &regions),
        ("at_rest", &require.at_rest, &anywhere),
    ] {
        let Some(named) = written.as_ref().filter(|named| !known.contains(&&*named.name)) else {
            continue;
        };
        let near = did_you_mean(&alike(&named.name, known.iter().copied()), "\"");
        let hint = near.unwrap_or_else(|| {
            let mut all = known.clone();
            all.sort_unstable();
            all.dedup();
            format!("one of {}", all.join(", "))
        });
        let message = format!("unknown place: require.{key} = {}", named.name);
        wrong.push(Diagnostic::error("unknown-place", message).at(named.place.clone()).hint(hint));
    }
    if let (Some(policy), None) = (&require.policy, &require.policies) {
        wrong.push(policy_not_read(policy));
    }
    wrong.or_ok(())
}

/// A candidate that costs more a month than the budget; an error when the two are in different currencies.
pub(crate) fn above_budget(
    scenario: &Scenario,
    monthly: Money,
) -> Result<Option<Refusal>, Diagnostics> {
    let Some(budget) = scenario.require.budget else { return Ok(None) };
    let gap = monthly.minus(budget).map_err(|_| {
        let message = format!(
            "budget in another currency: {} (costs are in {})",
            budget.currency(),
            monthly.currency()
        );
        Diagnostic::error("budget-currency", message)
            .hint(format!("state require.budget in {}", monthly.currency()))
    })?;
    if gap.amount() <= Decimal::ZERO {
        return Ok(None);
    }
    let share = gap.amount().checked_div(budget.amount()).and_then(|share| share.to_f64());
    Ok(Some(Refusal {
        constraint: Constraint::Budget(budget),
        grounds: Grounds::AboveBudget { monthly, budget, gap },
        excess: share.unwrap_or(f64::MAX),
    }))
}
