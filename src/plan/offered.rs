//! Whether what the calculator sizes can be had at all, and what to know before it is bought.

use crate::catalog::Catalog;
use crate::catalog::availability::Availability;
use crate::catalog::lifecycle::{Lifecycle, Stage};
use crate::plan::size::{CallShape, Sizing};
use crate::units::diagnostic::Diagnostic;
use jiff::ToSpan;
use jiff::civil::Date;

/// Regions named in a hint at most.
const NAMED: usize = 4;

/// What to know of a model as a SKU in a region, or anywhere; an error where it is not sold or
/// retired.
pub(super) fn offered(
    catalog: &Catalog,
    model: &str,
    sku: &str,
    region: Option<&str>,
    on: Date,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let mut told = Vec::new();
    if let Some((note, _)) = catalog.naming(model) {
        told.push(Diagnostic::warning("model-by-another-name", note));
    }
    if let Some(life) = catalog.lifecycle(model, sku, false, on) {
        told.extend(in_service(&life, on)?);
    }
    let listed = catalog.regions_of(model, sku, on);
    let Some(region) = region
        .or_else(|| listed.is_empty().then(|| first_possible(catalog, model, sku, on)).flatten())
    else {
        if listed.is_empty() {
            let message = format!("not available: no region sells {model} as {sku}");
            return Err(refused(message, &listed));
        }
        return Ok(told);
    };
    match catalog.availability(model, sku, region, on) {
        Availability::Listed(_) => {}
        Availability::NotListed { why, .. } => {
            let message = format!("not available: {model} · {sku} in {region}: {why}");
            return Err(refused(message, &listed));
        }
        Availability::Unknown { why, check, .. } => {
            let message = format!("Whether {model} is sold as {sku} is not known: {why}; {check}");
            told.push(Diagnostic::warning("availability-unknown", message));
        }
    }
    Ok(told)
}

/// A region where nobody says that it cannot be had.
fn first_possible<'a>(catalog: &'a Catalog, model: &str, sku: &str, on: Date) -> Option<&'a str> {
    let mut regions = catalog.regions().map(|region| &*region.name);
    regions.find(|region| catalog.is_available(model, sku, region, on))
}

fn refused(message: String, listed: &[&str]) -> Diagnostic {
    let some: Vec<&str> = listed.iter().take(NAMED).copied().collect();
    let hint = if some.is_empty() {
        "choose another SKU or model: `ptuplan catalog show MODEL` says what is sold".to_owned()
    } else {
        format!("it is sold in {}", some.join(", "))
    };
    Diagnostic::error("not-available", message).hint(hint)
}

/// A retired model is refused; one that is about to go is told, and a commitment that outlives it.
fn in_service(life: &Lifecycle, on: Date) -> Result<Vec<Diagnostic>, Diagnostic> {
    let mut told = Vec::new();
    let name = life.name();
    let next = life.replacement.as_ref();
    let next = next.map_or_else(String::new, |next| format!("; its replacement is {}", next.value));
    let stage = life.stage.as_ref().map(|stage| stage.value);
    let last = life.retires.as_ref().map(|last| last.value);
    if stage == Some(Stage::Retired) {
        let since = last.map_or_else(String::new, |day| format!(" since {day}"));
        return Err(Diagnostic::error("retired", format!("retired: {name}{since}"))
            .hint(format!("size a model that is in service{next}")));
    }
    if stage == Some(Stage::Deprecated) {
        let message = format!(
            "{name} is Deprecated: only a subscription that has deployed this version may deploy \
             it{next}"
        );
        told.push(Diagnostic::warning("deprecated", message));
    }
    let year = on.checked_add(1.year()).ok();
    if let (Some(last), Some(year)) = (last, year)
        && last < year
    {
        let message = format!(
            "A 1-year reservation bought on {on} outlives {name}, which retires after {last}{next}"
        );
        told.push(Diagnostic::warning("commitment-outlives-model", message));
    }
    Ok(told)
}

/// An error where every call is longer than the deployment takes: none of them would be served.
pub(super) fn some_are_served(sizings: &[Sizing], shapes: &[CallShape]) -> Result<(), Diagnostic> {
    let too_long =
        |sizing: &Sizing| sizing.warnings.iter().any(|warning| warning.code == "input-above-limit");
    if sizings.is_empty() || !sizings.iter().all(too_long) {
        return Ok(());
    }
    let limit = sizings[0].warnings.iter().find(|warning| warning.code == "input-above-limit");
    let limit = limit.map_or("", |warning| &*warning.message);
    let inputs: Vec<String> =
        shapes.iter().map(|shape| shape.input_tokens.normalize().to_string()).collect();
    let message = format!("no call is served: {} input tokens; {limit}", inputs.join(", "));
    Err(Diagnostic::error("input-above-limit", message)
        .hint("serve them by the token where the limit is higher, or send shorter prompts"))
}
