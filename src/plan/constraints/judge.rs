//! One candidate against everything that `[require]`, `[subscription]` and the catalogue say before any price.

use crate::catalog::Catalog;
use crate::catalog::model::Model;
use crate::catalog::region::Region;
use crate::catalog::sku::Sku;
use crate::plan::constraints::{access, capacity, kind, model, place};
use crate::plan::cost::Cost;
use crate::plan::refusal::Refusal;
use crate::scenario::candidate::{Candidate, PlannedDeployment};
use crate::scenario::facts::Facts;
use crate::scenario::question::Scenario;
use crate::scenario::require::policy_not_read;
use crate::units::dated::{Evidence, Status};
use crate::units::diagnostic::{Diagnostic, Diagnostics, nearest};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

/// What the constraints say of a candidate.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judged {
    /// What it breaks.
    pub(crate) refusals: Vec<Refusal>,
    /// The dated values that let it pass or not.
    pub(crate) facts: Facts,
}

/// One deployment of a candidate with its rows of the catalogue.
pub(super) struct Asked<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) catalog: &'a Catalog,
    pub(super) planned: &'a PlannedDeployment,
    pub(super) sku: &'a Sku,
    pub(super) model: &'a Model,
    pub(super) region: &'a Region,
    pub(super) facts: &'a mut Facts,
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
        found.extend(place::unavailable(&asked));
        found.extend(place::processed_elsewhere(&mut asked)?);
        found.extend(place::at_rest_elsewhere(&mut asked));
        found.extend(access::not_sold(&mut asked)?);
        found.extend(access::authentication(&mut asked)?);
        found.extend(access::network(&mut asked)?);
        found.extend(capacity::denied(&asked));
        found.extend(model::retired(&mut asked));
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
        let near = nearest(&named.name, known.iter().copied());
        let hint = near.map_or_else(
            || {
                let mut all = known.clone();
                all.sort_unstable();
                all.dedup();
                format!("one of {}", all.join(", "))
            },
            |near| format!("did you mean \"{near}\"?"),
        );
        let message = format!("unknown place: require.{key} = {}", named.name);
        wrong.push(Diagnostic::error("unknown-place", message).at(named.place.clone()).hint(hint));
    }
    if let (Some(policy), None) = (&require.policy, &require.policies) {
        wrong.push(policy_not_read(policy));
    }
    wrong.or_ok(())
}

/// The reading of a switch between documents that disagree: the scenario's own, else the catalogue's. Noted either way.
pub(super) fn reading(asked: &mut Asked<'_>, name: &str) -> Result<Arc<str>, Diagnostic> {
    let parameter = asked.catalog.parameter(name)?;
    let options = parameter.options.join(", ");
    let (value, evidence) = match (asked.scenario.parameters.get(name), parameter.choice()) {
        (Some((text, place)), _) => {
            if !parameter.options.iter().any(|option| **option == **text) {
                let message = format!("no such reading: {name} = {text}");
                return Err(Diagnostic::error("no-such-reading", message)
                    .at(place.clone())
                    .hint(format!("one of {options}")));
            }
            let stated = Evidence {
                status: Status::Assumed,
                source: "the scenario".into(),
                place: place.clone(),
                ..(*parameter.evidence).clone()
            };
            (Arc::from(text.as_str()), Arc::new(stated))
        }
        (None, Some(choice)) => (choice.value, choice.evidence),
        (None, None) => {
            let message = format!("not a choice: {name}");
            return Err(Diagnostic::error("no-such-reading", message));
        }
    };
    let words = format!("{value} (of {options})");
    asked.facts.note_words(name.to_owned(), words, evidence);
    Ok(value)
}

/// A number of the catalogue's parameters, or the scenario's own.
pub(super) fn number(
    scenario: &Scenario,
    catalog: &Catalog,
    name: &str,
    facts: &mut Facts,
) -> Result<u32, Diagnostic> {
    let parameter = catalog.parameter(name)?;
    let stated = scenario.parameters.get(name).map(|(text, _)| text.clone());
    let own = parameter.number().map(|number| number.value.to_string());
    let value = stated.or(own).and_then(|text| text.parse::<u32>().ok()).ok_or_else(|| {
        Diagnostic::error("not-a-whole-number", format!("not a whole number: {name}"))
    })?;
    let words = format!("{value} {}", parameter.unit);
    facts.note_words(name.to_owned(), words, parameter.evidence.clone());
    Ok(value)
}

/// A candidate that costs more a month than the budget; an error when the two are in different currencies.
pub(crate) fn above_budget(
    scenario: &Scenario,
    cost: &Cost,
) -> Result<Option<Refusal>, Diagnostics> {
    let Some(budget) = scenario.require.budget else { return Ok(None) };
    let gap = cost.monthly.minus(budget).map_err(|_| {
        let message = format!(
            "budget in another currency: {} (costs are in {})",
            budget.currency(),
            cost.monthly.currency()
        );
        Diagnostic::error("budget-currency", message)
            .hint(format!("state require.budget in {}", cost.monthly.currency()))
    })?;
    if gap.amount() <= Decimal::ZERO {
        return Ok(None);
    }
    let share = gap.amount().checked_div(budget.amount()).and_then(|share| share.to_f64());
    Ok(Some(Refusal {
        constraint: format!("at most {} a month", budget.to_display_string()),
        message: format!(
            "costs {} a month, {} above the budget of {}",
            cost.monthly.to_display_string(),
            gap.to_display_string(),
            budget.to_display_string()
        ),
        relax: format!(
            "raise require.budget by {} to {} a month",
            gap.to_display_string(),
            cost.monthly.to_display_string()
        ),
        excess: share.unwrap_or(f64::MAX),
    }))
}
