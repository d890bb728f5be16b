//! Where a deployment can be had, where it processes and where its data rests (S 22-23, P R43).

use crate::catalog::availability::Availability;
use crate::catalog::region::Region;
use crate::catalog::sku::{BillingMode, Scope};
use crate::plan::constraints::asked::{Asked, reading};
use crate::plan::constraints::constraint::Constraint;
use crate::plan::constraints::grounds::Grounds;
use crate::plan::constraints::grounds::place::{Concession, PlaceGrounds, Whereabouts};
use crate::plan::evaluate::refusal::{Refusal, UnknownAvailability};
use crate::scenario::question::named::Named;
use crate::units::diagnostic::Diagnostic;
use std::sync::Arc;

/// Regions named in advice at most, and SKUs that a requirement leaves.
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
            let (model, sku, region) = (model.clone(), sku.clone(), region.clone());
            let unknown = UnknownAvailability { model, sku, region, why, check };
            return Some(Sold::Unknown(unknown));
        }
        Availability::Listed(_) => return None,
    };
    if let Some(evidence) = evidence {
        let note = format!("availability of {model} · {sku} in {region}");
        asked.facts.note_words(note, "not listed".to_owned(), evidence);
    }
    let near = near(asked, |_| true);
    let grounds = PlaceGrounds::NotAvailable {
        model: model.clone(),
        sku: sku.clone(),
        region: region.clone(),
        why,
        sold_as: if near.is_empty() { sold_as(asked) } else { Vec::new() },
        near,
    };
    Some(Sold::Refused(Refusal::rule(Constraint::Available, Grounds::Place(grounds))))
}

/// SKUs that list the model in the deployment's region.
fn sold_as(asked: &Asked<'_>) -> Vec<Arc<str>> {
    let on = asked.scenario.period.first_date();
    let region = &asked.region.name;
    let listed = asked.catalog.skus().filter(|sku| {
        asked.catalog.availability(&asked.model.id, &sku.name, region, on).is_listed()
    });
    listed.map(|sku| sku.name.clone()).collect()
}

/// Regions where the deployment could be had, the nearest by geography and data zone first.
fn near(asked: &Asked<'_>, keep: impl Fn(&Region) -> bool) -> Vec<Arc<str>> {
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
    found.into_iter().take(NAMED).map(|region| region.name.clone()).collect()
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
fn instead(asked: &Asked<'_>, scopes: &[Scope]) -> Vec<Arc<str>> {
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
    same.take(NAMED).map(|sku| sku.name.clone()).collect()
}

/// Processing outside the data zone, geography or region that is required.
pub(super) fn processed_elsewhere(asked: &mut Asked<'_>) -> Result<Option<Refusal>, Diagnostic> {
    let require = &asked.scenario.require;
    let name = |named: &Option<Named>| named.as_ref().map(|named| named.name.clone());
    let (zone, geography, region) =
        (name(&require.data_zone), name(&require.geography), name(&require.region));
    if zone.is_none() && geography.is_none() && region.is_none() {
        return Ok(None);
    }
    let sku = asked.sku;
    let note = format!("where {} processes", sku.name);
    asked.facts.note_words(note, sku.processed_in.to_string(), sku.evidence.clone());
    let within_region = match sku.scope {
        Scope::Regional => &*reading(asked, LOCALITY)? == "region",
        _ => false,
    };
    let found = zone
        .and_then(|zone| outside_zone(asked, zone))
        .or_else(|| geography.and_then(|geography| outside_geography(asked, geography)))
        .or_else(|| region.and_then(|region| outside_region(asked, region, within_region)));
    Ok(found)
}

/// Whether a regional deployment processes within its region or within the geography.
const LOCALITY: &str = "regional-locality";

/// Processing outside a data zone.
fn outside_zone(asked: &Asked<'_>, zone: Arc<str>) -> Option<Refusal> {
    let (sku, own) = (asked.sku, asked.region);
    let inside = own.data_zone.as_ref() == Some(&zone);
    if sku.scope != Scope::Global && inside {
        return None;
    }
    let processed = if sku.scope == Scope::Global {
        Whereabouts::OfSku(sku.processed_in.clone())
    } else {
        Whereabouts::Zone { region: own.name.clone(), zone: own.data_zone.clone() }
    };
    let instead = if inside {
        (instead(asked, &[Scope::DataZone, Scope::Regional]), Vec::new())
    } else {
        (Vec::new(), near(asked, |region| region.data_zone.as_ref() == Some(&zone)))
    };
    let constraint = Constraint::ProcessedInZone(zone);
    Some(elsewhere(asked, constraint, processed, instead, Concession::Zone))
}

/// Processing outside a geography.
fn outside_geography(asked: &Asked<'_>, geography: Arc<str>) -> Option<Refusal> {
    let (sku, own) = (asked.sku, asked.region);
    let inside = own.geography == geography;
    if sku.scope == Scope::Regional && inside {
        return None;
    }
    let processed = if sku.scope == Scope::Regional {
        Whereabouts::Geography { region: own.name.clone(), geography: own.geography.clone() }
    } else {
        Whereabouts::OfSku(sku.processed_in.clone())
    };
    let instead = if inside {
        (instead(asked, &[Scope::Regional]), Vec::new())
    } else {
        (Vec::new(), near(asked, |region| region.geography == geography))
    };
    let constraint = Constraint::ProcessedIn(geography);
    Some(elsewhere(asked, constraint, processed, instead, Concession::Geography))
}

/// Processing outside a region.
fn outside_region(asked: &Asked<'_>, region: Arc<str>, within_region: bool) -> Option<Refusal> {
    let (sku, own) = (asked.sku, asked.region);
    if within_region && own.name == region {
        return None;
    }
    let place = sku.processed_in.clone();
    let processed = if within_region {
        Whereabouts::Region(own.name.clone())
    } else if sku.scope == Scope::Regional {
        Whereabouts::OfSkuByReading { place, parameter: LOCALITY, reading: "geography" }
    } else {
        Whereabouts::OfSku(place)
    };
    let instead = (instead(asked, &[Scope::Regional]), Vec::new());
    let concession = Concession::GeographyInstead(own.geography.clone());
    Some(elsewhere(asked, Constraint::ProcessedIn(region), processed, instead, concession))
}

fn elsewhere(
    asked: &Asked<'_>,
    constraint: Constraint,
    processed: Whereabouts,
    (skus, regions): (Vec<Arc<str>>, Vec<Arc<str>>),
    concession: Concession,
) -> Refusal {
    let (sku, source) = (asked.sku.name.clone(), asked.sku.evidence.source.clone());
    let grounds =
        PlaceGrounds::ProcessedElsewhere { sku, processed, skus, regions, concession, source };
    Refusal::rule(constraint, Grounds::Place(grounds))
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
    let grounds = PlaceGrounds::RestsElsewhere {
        sku: sku.name.clone(),
        rests_in: if here { own.name.clone() } else { sku.at_rest_in.clone() },
        near: if here { near(asked, within) } else { Vec::new() },
        source: sku.evidence.source.clone(),
    };
    Some(Refusal::rule(Constraint::AtRestIn(wanted.name.clone()), Grounds::Place(grounds)))
}
