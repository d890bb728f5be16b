//! Where a deployment can be had, where it processes and where its data rests (S 22-23, P R43).

use crate::catalog::availability::Availability;
use crate::catalog::region::Region;
use crate::catalog::sku::{BillingMode, Scope};
use crate::plan::constraints::asked::{Asked, reading};
use crate::plan::constraints::constraint::Constraint;
use crate::plan::evaluate::refusal::{Refusal, UnknownAvailability};
use crate::units::diagnostic::Diagnostic;

/// Regions and SKUs named in advice at most.
const NAMED: usize = 3;

/// A deployment that a table does not list.
pub(super) enum Sold {
    /// A table says that it cannot be had.
    Refused(Refusal),
    /// No table says anything.
    Unknown(UnknownAvailability),
}

/// Whether the model is sold as the SKU in the region; none where a table lists it.
pub(super) fn sold(asked: &mut Asked<'_>) -> Option<Sold> {
    let on = asked.scenario.period.first_date();
    let name = &*asked.planned.model.name;
    let (model, sku, region) = (&asked.model.id, &asked.sku.name, &asked.region.name);
    let (why, evidence) = match asked.catalog.availability(name, sku, region, on) {
        Availability::NotListed { why, evidence } => (why, evidence),
        Availability::Unknown { why, check, .. } => {
            let what = format!("{model} · {sku} in {region}");
            return Some(Sold::Unknown(UnknownAvailability { what, why, check }));
        }
        Availability::Listed(_) => return None,
    };
    let near = near(asked, |_| true);
    let relax = if near.is_empty() {
        let others = sold_as(asked);
        if others.is_empty() {
            format!("allow another model: no table that was read has a region of {model}")
        } else {
            format!("allow another SKU: {model} is sold as {}", others.join(", "))
        }
    } else {
        format!("deploy {sku} in {}", near.join(", "))
    };
    let message = format!("not available: {model} · {sku} in {region}: {why}");
    if let Some(evidence) = evidence {
        let note = format!("availability of {model} · {sku} in {region}");
        asked.facts.note_words(note, "not listed".to_owned(), evidence);
    }
    Some(Sold::Refused(Refusal::rule(Constraint::Available, message, relax)))
}

/// SKUs that list the model in the deployment's region.
fn sold_as(asked: &Asked<'_>) -> Vec<String> {
    let on = asked.scenario.period.first_date();
    let region = &asked.region.name;
    let listed = asked.catalog.skus().filter(|sku| {
        asked.catalog.availability(&asked.model.id, &sku.name, region, on).is_listed()
    });
    listed.take(NAMED).map(|sku| sku.name.to_string()).collect()
}

/// Regions where the deployment could be had, the nearest by geography and data zone first.
fn near(asked: &Asked<'_>, keep: impl Fn(&Region) -> bool) -> Vec<String> {
    let on = asked.scenario.period.first_date();
    let own = asked.region;
    let mut found: Vec<&Region> = asked
        .catalog
        .regions_of(&asked.model.id, &asked.sku.name, on)
        .into_iter()
        .filter_map(|name| asked.catalog.region(name).ok())
        .filter(|region| region.cloud == own.cloud && region.name != own.name && keep(region))
        .filter(|region| is_allowed(asked, region))
        .collect();
    found.sort_by_key(|region| {
        (region.geography != own.geography, region.data_zone != own.data_zone, &region.name)
    });
    found.into_iter().take(NAMED).map(|region| region.name.to_string()).collect()
}

/// Whether what is required of the place of processing lets a deployment be in a region: no advice leads outside.
fn is_allowed(asked: &Asked<'_>, region: &Region) -> bool {
    let require = &asked.scenario.require;
    let zone = |named: &str| region.data_zone.as_deref() == Some(named);
    require.data_zone.as_ref().is_none_or(|named| zone(&named.name))
        && require.geography.as_ref().is_none_or(|named| region.geography == named.name)
        && require.region.as_ref().is_none_or(|named| region.name == named.name)
}

/// SKUs paid for in the same way that keep to `scopes`, are offered in the deployment's region and have quota.
fn instead(asked: &Asked<'_>, scopes: &[Scope]) -> Vec<String> {
    let on = asked.scenario.period.first_date();
    let (catalog, model) = (asked.catalog, &asked.model.id);
    let has_quota = |sku: &str| {
        asked.sku.billing != BillingMode::Tokens
            || asked.scenario.own_quota(model, sku, &asked.region.name).is_some()
            || catalog.quota(model, sku, &asked.scenario.quota_tier.name, on).is_ok()
    };
    let same = asked.catalog.skus().filter(|sku| {
        sku.billing == asked.sku.billing
            && scopes.contains(&sku.scope)
            && has_quota(&sku.name)
            && asked.catalog.is_available(&asked.model.id, &sku.name, &asked.region.name, on)
    });
    same.take(NAMED).map(|sku| sku.name.to_string()).collect()
}

/// Processing outside the data zone, geography or region that is required.
pub(super) fn processed_elsewhere(asked: &mut Asked<'_>) -> Result<Option<Refusal>, Diagnostic> {
    let require = &asked.scenario.require;
    let (zone, geography, region) =
        (require.data_zone.clone(), require.geography.clone(), require.region.clone());
    if zone.is_none() && geography.is_none() && region.is_none() {
        return Ok(None);
    }
    let (sku, own) = (asked.sku, asked.region);
    let note = format!("where {} processes", sku.name);
    asked.facts.note_words(note, sku.processed_in.to_string(), sku.evidence.clone());
    let within_region = match sku.scope {
        Scope::Regional => &*reading(asked, "regional-locality")? == "region",
        _ => false,
    };
    if let Some(zone) = zone {
        let inside = own.data_zone.as_deref() == Some(&*zone.name);
        if sku.scope == Scope::Global || !inside {
            let scopes = [Scope::DataZone, Scope::Regional];
            let where_ = if sku.scope == Scope::Global {
                sku.processed_in.to_string()
            } else {
                format!("{} is in {}", own.name, zone_of(own))
            };
            let ways = if inside {
                ways(&instead(asked, &scopes), &[])
            } else {
                ways(&[], &near(asked, |region| region.data_zone.as_deref() == Some(&*zone.name)))
            };
            return Ok(Some(refusal(
                asked,
                Constraint::ProcessedInZone(zone.name.clone()),
                &where_,
                &format!("{ways}drop require.data_zone"),
            )));
        }
    }
    if let Some(geography) = geography {
        let inside = own.geography == geography.name;
        if sku.scope != Scope::Regional || !inside {
            let where_ = if sku.scope == Scope::Regional {
                format!("{} is in {}", own.name, own.geography)
            } else {
                sku.processed_in.to_string()
            };
            let ways = if inside {
                ways(&instead(asked, &[Scope::Regional]), &[])
            } else {
                ways(&[], &near(asked, |region| region.geography == geography.name))
            };
            return Ok(Some(refusal(
                asked,
                Constraint::ProcessedIn(geography.name.clone()),
                &where_,
                &format!("{ways}drop require.geography"),
            )));
        }
    }
    if let Some(region) = region {
        let inside = own.name == region.name;
        if !within_region || !inside {
            let where_ = if within_region {
                format!("the deployment is in {}", own.name)
            } else if sku.scope == Scope::Regional {
                format!("{}, by the parameter regional-locality = geography", sku.processed_in)
            } else {
                sku.processed_in.to_string()
            };
            let ways = ways(&instead(asked, &[Scope::Regional]), &[]);
            let relax = format!("{ways}require the geography {} instead", own.geography);
            return Ok(Some(refusal(
                asked,
                Constraint::ProcessedIn(region.name.clone()),
                &where_,
                &relax,
            )));
        }
    }
    Ok(None)
}

fn refusal(asked: &Asked<'_>, constraint: Constraint, where_: &str, relax: &str) -> Refusal {
    let source = &asked.sku.evidence.source;
    let message = format!("not {constraint}: {} · {where_} ({source})", asked.sku.name);
    Refusal::rule(constraint, message, relax)
}

fn zone_of(region: &Region) -> String {
    region.data_zone.as_ref().map_or_else(|| "no data zone".to_owned(), |z| format!("the zone {z}"))
}

/// What to do instead, ending in "or"; empty when nothing is known.
fn ways(skus: &[String], regions: &[String]) -> String {
    let mut ways = Vec::new();
    if !skus.is_empty() {
        ways.push(format!("allow {}, or ", skus.join(", ")));
    }
    if !regions.is_empty() {
        ways.push(format!("deploy in {}, or ", regions.join(", ")));
    }
    ways.concat()
}

/// Data that rests elsewhere than required. A SKU keeps it in the deployment's region unless its entry says otherwise.
pub(super) fn at_rest_elsewhere(asked: &mut Asked<'_>) -> Option<Refusal> {
    let wanted = asked.scenario.require.at_rest.clone()?;
    let (sku, own) = (asked.sku, asked.region);
    let note = format!("where data of {} rests", sku.name);
    asked.facts.note_words(note, sku.at_rest_in.to_string(), sku.evidence.clone());
    let within = |region: &Region| {
        region.name == wanted.name
            || region.geography == wanted.name
            || region.data_zone.as_deref() == Some(&*wanted.name)
    };
    let here = &*sku.at_rest_in == "customer region";
    if here && within(own) {
        return None;
    }
    let where_ = if here { own.name.to_string() } else { sku.at_rest_in.to_string() };
    let near = near(asked, within);
    let relax = if near.is_empty() || !here {
        format!("allow data at rest in {where_}")
    } else {
        format!("deploy in {}", near.join(", "))
    };
    Some(refusal(asked, Constraint::AtRestIn(wanted.name.clone()), &where_, &relax))
}
