//! A deployment in the form of Azure Resource Manager: of a list, of an ARM template, or of the `body` of `azapi_resource`.

use crate::scenario::azure::account::segment;
use crate::scenario::azure::document::{Node, whole};
use crate::scenario::azure::inventory::{AccountKey, FoundDeployment, Limits, PartPlaces};
use crate::scenario::azure::words::shown;
use crate::units::diagnostic::Diagnostic;

/// What to run to get a deployment whole.
const HINT: &str = "az cognitiveservices account deployment list -g GROUP -n ACCOUNT -o json";

/// A deployment of a list.
pub(super) fn read(item: &Node<'_>) -> Result<FoundDeployment, Diagnostic> {
    let id = item.text("id").unwrap_or_default();
    let mut found = body(item)?;
    found.account = AccountKey::of_id(id);
    segment(id, "accounts").unwrap_or_default().clone_into(&mut found.account_name);
    let name = item.text("name").or_else(|| segment(id, "deployments"));
    let Some(name) = name else {
        return Err(item.wrong("deployment-without-name", "a deployment without name", HINT));
    };
    // Resource Graph and templates name it ACCOUNT/NAME.
    name.rsplit('/').next().unwrap_or(name).clone_into(&mut found.name);
    Ok(found)
}

/// What `sku` and `properties` say.
pub(super) fn body(item: &Node<'_>) -> Result<FoundDeployment, Diagnostic> {
    let mut found = FoundDeployment {
        origin: item.origin.clone(),
        parts: PartPlaces::of_resource(&item.origin),
        ..FoundDeployment::default()
    };
    sku(item, &mut found)?;
    let Some(properties) = item.get("properties") else { return Ok(found) };
    if let Some(model) = properties.get("model") {
        model.text("name").unwrap_or_default().clone_into(&mut found.model);
        model.text("version").unwrap_or_default().clone_into(&mut found.version);
    }
    found.limits = limits(&properties)?;
    found.spillover = properties
        .text("spilloverDeploymentName")
        .filter(|name| !name.is_empty())
        .map(ToOwned::to_owned);
    found.priority = service_tier(&properties)?;
    let dynamic = properties.get("dynamicThrottlingEnabled");
    found.dynamic_quota = dynamic.is_some_and(|node| node.value.as_bool() == Some(true));
    found.idle = idle(&properties, &found);
    if has_failed(&properties) && is_provisioned(&found.sku) {
        found.capacity = in_force(&properties).or(found.capacity);
    }
    let routing = properties.at(&["routing", "models"]);
    found.routed =
        routing.iter().flat_map(Node::items).filter_map(|model| name_of(&model)).collect();
    Ok(found)
}

fn sku(item: &Node<'_>, found: &mut FoundDeployment) -> Result<(), Diagnostic> {
    if let Some(sku) = item.get("sku") {
        sku.text("name").unwrap_or_default().clone_into(&mut found.sku);
        found.capacity = sku.whole("capacity")?;
    }
    if !found.sku.is_empty() {
        return Ok(());
    }
    // The form before May 2023.
    let Some(scale) = item.at(&["properties", "scaleSettings"]) else { return Ok(()) };
    match scale.text("scaleType") {
        Some(kind) if kind.eq_ignore_ascii_case("Standard") => {
            "Standard".clone_into(&mut found.sku);
        }
        Some(kind) => {
            let message = format!("unknown scale type: {}", shown(kind));
            let hint = format!("a list of today has `sku` instead: {HINT}");
            return Err(scale.wrong("sku-unknown", message, hint));
        }
        None => {}
    }
    found.capacity = scale.whole("capacity")?;
    Ok(())
}

/// `rateLimits`: `count` in `renewalPeriod` seconds.
fn limits(properties: &Node<'_>) -> Result<Limits, Diagnostic> {
    let mut limits = Limits::default();
    let listed = properties.get("rateLimits");
    for limit in listed.iter().flat_map(Node::items) {
        let key = limit.text("key").unwrap_or_default();
        let known = key.eq_ignore_ascii_case("token") || key.eq_ignore_ascii_case("request");
        let Some(count) = limit.whole("count")?.filter(|_| known) else { continue };
        let seconds = limit.whole("renewalPeriod")?.unwrap_or(60);
        let minute = count.checked_mul(60).and_then(|count| count.checked_div(seconds));
        let Some(minute) = minute else {
            return Err(limit.wrong(
                "limit-unreadable",
                format!("a limit of {count} in {seconds} seconds is none"),
                HINT,
            ));
        };
        let own = if key.eq_ignore_ascii_case("token") {
            &mut limits.tokens_per_minute
        } else {
            &mut limits.requests_per_minute
        };
        // Where two are in force, both hold.
        *own = Some(own.map_or(minute, |other| other.min(minute)));
    }
    Ok(limits)
}

fn service_tier(properties: &Node<'_>) -> Result<bool, Diagnostic> {
    let Some(tier) = properties.get("serviceTier") else { return Ok(false) };
    match tier.value.as_str().unwrap_or_default().to_lowercase().as_str() {
        "priority" => Ok(true),
        "default" | "" => Ok(false),
        other => Err(tier.wrong(
            "unknown-service-tier",
            format!("unknown service tier: {}", shown(other)),
            "`Default` and `Priority` are known; flex is asked for by the call",
        )),
    }
}

/// Why it serves no calls. PTUs that are in force are served and billed whatever became of their
/// last change.
fn idle(properties: &Node<'_>, found: &FoundDeployment) -> Option<String> {
    let provisioned = is_provisioned(&found.sku);
    if let Some(state) = properties.text("deploymentState")
        && state.eq_ignore_ascii_case("Paused")
    {
        let why = if provisioned {
            "it serves no calls; whether its PTUs are billed meanwhile is not known"
        } else {
            "it serves no calls, and a standard deployment is paid by the call"
        };
        return Some(format!("deploymentState \"Paused\": {why}"));
    }
    let state = properties.text("provisioningState")?;
    let changing = ["Failed", "Canceled"].iter().any(|word| word.eq_ignore_ascii_case(state));
    if changing && provisioned && in_force(properties).is_some() {
        return None;
    }
    let lost = ["Failed", "Canceled", "Disabled", "Deleting"];
    let lost = lost.iter().any(|word| word.eq_ignore_ascii_case(state));
    lost.then(|| format!("provisioningState \"{}\": it serves no calls", shown(state)))
}

/// Whether a SKU of the platform has PTUs.
pub(super) fn is_provisioned(sku: &str) -> bool {
    sku.to_lowercase().ends_with("provisionedmanaged")
}

/// What serves calls now, where that is something.
fn in_force(properties: &Node<'_>) -> Option<u64> {
    properties.get("currentCapacity").and_then(|node| whole(node.value)).filter(|now| *now > 0)
}

fn name_of(model: &Node<'_>) -> Option<String> {
    model.value.as_str().or_else(|| model.text("name")).map(ToOwned::to_owned)
}

fn has_failed(properties: &Node<'_>) -> bool {
    let state = properties.text("provisioningState").unwrap_or_default();
    ["Failed", "Canceled"].iter().any(|word| word.eq_ignore_ascii_case(state))
}

/// What is worth a note about a deployment that is taken: a change that is still running or that
/// failed, and a state that no document has.
pub(super) fn unsettled(item: &Node<'_>) -> Vec<String> {
    let Some(properties) = item.get("properties") else { return Vec::new() };
    let mut notes = Vec::new();
    if let Some(state) = properties.text("deploymentState")
        && !["Running", "Paused"].iter().any(|word| word.eq_ignore_ascii_case(state))
    {
        notes.push(format!(
            "deploymentState \"{}\" is not one that is known: taken as if it served calls",
            shown(state)
        ));
    }
    notes.extend(unsettled_change(item, &properties));
    notes
}

fn unsettled_change(item: &Node<'_>, properties: &Node<'_>) -> Option<String> {
    let state = properties.text("provisioningState").unwrap_or("Succeeded");
    let is_one_of = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(state));
    let now = in_force(properties);
    let asked = item.at(&["sku", "capacity"]).and_then(|node| whole(node.value));
    let differ = now.zip(asked).filter(|(now, asked)| now != asked);
    if has_failed(properties) {
        let (now, asked) = now.zip(asked)?;
        let state = shown(state);
        return Some(format!(
            "its last change ended \"{state}\": {now} in force and taken, {asked} asked for"
        ));
    }
    let resize = differ.map(|(now, asked)| format!("{now} in force, {asked} taken"));
    if is_one_of(&["Succeeded"]) {
        return resize.map(|resize| format!("a resize is running: {resize}"));
    }
    let known = is_one_of(&["Accepted", "Creating", "Moving"]);
    let unknown = if known { "" } else { " is not one that is known" };
    let done = if known { "taken as if it were done" } else { "taken as if it served calls" };
    let resize = resize.map(|resize| format!("; {resize}")).unwrap_or_default();
    Some(format!("provisioningState \"{}\"{unknown}: {done}{resize}", shown(state)))
}
