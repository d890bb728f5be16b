//! Reservations and what was paid for them.

use crate::scenario::azure::document::{Node, whole};
use crate::scenario::azure::inventory::{
    FoundDeployment, FoundOrder, FoundReservation, Inventory, Scope,
};
use crate::scenario::azure::sku::sku_of_reservation;
use crate::scenario::azure::words::{region, shown};
use crate::scenario::azure::write::ImportedReservation;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;

/// What to run to get a reservation whole.
const HINT: &str = "az reservations list -o json";

/// A reservation, pushed where it is for PTUs and in force.
pub(super) fn read(item: &Node<'_>, inventory: &mut Inventory) -> Result<(), Diagnostic> {
    let Some(properties) = item.get("properties") else {
        return Err(item.wrong(
            "reservation-without-properties",
            "a reservation without properties",
            HINT,
        ));
    };
    let id = item.text("id").or_else(|| item.text("name")).unwrap_or_default();
    let name = properties.text("displayName").unwrap_or("a reservation without name");
    let mut leave_out = |why: String| {
        let message = format!("left out: reservation {} ({why})", shown(name));
        inventory.notes.push(Diagnostic::warning("left-out", message).at(item.origin.place()));
    };
    let kind = properties.text("reservedResourceType").unwrap_or_default();
    if !kind.eq_ignore_ascii_case("OpenAIPTU") {
        leave_out(format!("not for PTUs: reservedResourceType \"{}\"", shown(kind)));
        return Ok(());
    }
    let state = properties.text("provisioningState").unwrap_or("Succeeded");
    let live = ["Succeeded", "Created", "ConfirmedBilling"];
    if !live.iter().any(|word| word.eq_ignore_ascii_case(state)) {
        leave_out(format!("provisioningState \"{}\"", shown(state)));
        return Ok(());
    }
    let (sku, global) = sku(item)?;
    let found = FoundReservation {
        order: order_of(id),
        name: name.to_owned(),
        sku: sku.to_owned(),
        region: item.text("location").filter(|_| !global).map(region),
        quantity: quantity(&properties)?,
        term: term(&properties)?,
        start: start(&properties)?,
        payment: payment(&properties)?,
        renews: properties.get("renew").is_some_and(|node| node.value.as_bool() == Some(true)),
        scope: scope(&properties),
        origin: item.origin.clone(),
    };
    if found.region.is_none() && !global {
        return Err(item.wrong(
            "reservation-without-region",
            format!("a reservation without region: {}", shown(name)),
            HINT,
        ));
    }
    inventory.reservations.push(found);
    Ok(())
}

/// A reservation order, which states what was paid.
pub(super) fn order(item: &Node<'_>, inventory: &mut Inventory) -> Result<(), Diagnostic> {
    let Some(properties) = item.get("properties") else { return Ok(()) };
    let total = properties.at(&["planInformation", "pricingCurrencyTotal"]);
    let Some(total) = total else { return Ok(()) };
    let amount = total.get("amount").map(|node| match node.value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    let currency = total.text("currencyCode").unwrap_or_default();
    let (Some(amount), Some(quantity)) = (amount, properties.whole("originalQuantity")?) else {
        return Ok(());
    };
    inventory.orders.push(FoundOrder {
        id: order_of(item.text("id").or_else(|| item.text("name")).unwrap_or_default()),
        quantity,
        total: amount,
        currency: currency.to_owned(),
    });
    Ok(())
}

/// The order's id, of `…/reservationOrders/ORDER/reservations/ID` or of `ORDER/ID`.
fn order_of(id: &str) -> String {
    crate::scenario::azure::account::segment(id, "reservationOrders")
        .or_else(|| id.split('/').next())
        .unwrap_or_default()
        .to_lowercase()
}

fn sku(item: &Node<'_>) -> Result<(&'static str, bool), Diagnostic> {
    let name = item.at(&["sku", "name"]);
    let text: &str = name.as_ref().and_then(|node| node.value.as_str()).unwrap_or_default();
    match sku_of_reservation(text) {
        Some(found) => Ok(found),
        None => Err(name.unwrap_or_else(|| item.clone()).wrong(
            "reservation-sku-unknown",
            format!("unknown SKU of a reservation: {}", shown(text)),
            "OpenAI_Provisioned_Managed_Global, OpenAI_Provisioned_Managed_DataZone and \
             OpenAI_Provisioned_Throughput are known; leave the reservation out of the file, or \
             write it into [[terms.reservation]]",
        )),
    }
}

fn quantity(properties: &Node<'_>) -> Result<u32, Diagnostic> {
    let found = properties.get("quantity").and_then(|node| whole(node.value));
    found.and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0).ok_or_else(|| {
        let at = properties.get("quantity").unwrap_or_else(|| properties.clone());
        at.wrong("reservation-without-quantity", "a reservation without quantity", HINT)
    })
}

fn term(properties: &Node<'_>) -> Result<&'static str, Diagnostic> {
    let found = properties.text("term").unwrap_or_default();
    if found.eq_ignore_ascii_case("P1M") {
        return Ok("1-month");
    }
    if found.eq_ignore_ascii_case("P1Y") {
        return Ok("1-year");
    }
    let at = properties.get("term").unwrap_or_else(|| properties.clone());
    Err(at.wrong(
        "reservation-term-unknown",
        format!("unknown term of a reservation: {}", shown(found)),
        "PTUs are reserved for P1M or P1Y; leave the reservation out of the file, or write it into \
         [[terms.reservation]]",
    ))
}

fn start(properties: &Node<'_>) -> Result<Date, Diagnostic> {
    // Not effectiveDateTime: a change of scope moves it.
    let keys = ["benefitStartTime", "purchaseDate", "purchaseDateTime"];
    let day = |text: &str| text.get(..10)?.parse::<Date>().ok();
    let found = keys.iter().find_map(|key| day(properties.text(key)?));
    found.ok_or_else(|| {
        let message = "a reservation without a first day";
        properties.wrong("reservation-without-start", message, HINT)
    })
}

fn payment(properties: &Node<'_>) -> Result<Option<&'static str>, Diagnostic> {
    let Some(plan) = properties.get("billingPlan") else { return Ok(None) };
    match plan.value.as_str().unwrap_or_default().to_lowercase().as_str() {
        "upfront" => Ok(Some("upfront")),
        "monthly" => Ok(Some("monthly")),
        other => Err(plan.wrong(
            "reservation-payment-unknown",
            format!("unknown billing plan of a reservation: {}", shown(other)),
            "`Upfront` and `Monthly` are known",
        )),
    }
}

fn scope(properties: &Node<'_>) -> Scope {
    let kind = properties.text("appliedScopeType").unwrap_or("Shared").to_lowercase();
    match kind.as_str() {
        "shared" => Scope::Shared,
        "managementgroup" => Scope::Management,
        _ => {
            let listed = properties.get("appliedScopes");
            let mut ids: Vec<String> = listed
                .iter()
                .flat_map(Node::items)
                .filter_map(|node| node.value.as_str().map(ToOwned::to_owned))
                .collect();
            if let Some(own) = properties.get("appliedScopeProperties") {
                for key in ["subscriptionId", "resourceGroupId"] {
                    ids.extend(own.text(key).map(ToOwned::to_owned));
                }
            }
            let part = |id: &str, key| {
                crate::scenario::azure::account::segment(id, key).unwrap_or_default().to_lowercase()
            };
            let each = ids.iter().map(|id| (part(id, "subscriptions"), part(id, "resourceGroups")));
            let mut scopes: Vec<(String, String)> = each.collect();
            // A resource group states its subscription too: the narrower of the two counts.
            if scopes.iter().any(|(_, group)| !group.is_empty()) {
                scopes.retain(|(_, group)| !group.is_empty());
            }
            Scope::Single(scopes)
        }
    }
}

/// The reservations that cover something of these deployments; none where no file lists any.
pub(super) fn applying(
    inventory: &Inventory,
    serving: &[&FoundDeployment],
    notes: &mut Diagnostics,
) -> Option<Vec<ImportedReservation>> {
    if inventory.reservations.is_empty() {
        return None;
    }
    let mut taken: Vec<ImportedReservation> = Vec::new();
    for found in &inventory.reservations {
        let place = found.origin.place();
        match &found.scope {
            Scope::Shared => {}
            Scope::Management => {
                let message = format!(
                    "reservation {}: applies to a management group, and which subscriptions are in it \
                     cannot be seen; taken",
                    shown(&found.name)
                );
                notes.push(Diagnostic::warning("reservation-scope-unseen", message).at(place));
            }
            Scope::Single(scopes) => {
                if !covers(scopes, serving) {
                    let message = format!(
                        "left out: reservation {} (applies to a subscription or group that none of \
                         the deployments is in)",
                        shown(&found.name)
                    );
                    notes.push(Diagnostic::warning("left-out", message).at(place));
                    continue;
                }
            }
        }
        let same = |name: &str| taken.iter().any(|own| own.id == name);
        let mut id = found.name.clone();
        let mut number = 2_u32;
        while same(&id) {
            id = format!("{}-{number}", found.name);
            number += 1;
        }
        taken.push(ImportedReservation {
            id,
            sku: found.sku.clone(),
            region: found.region.clone(),
            quantity_ptu: found.quantity,
            term: found.term,
            start: found.start,
            payment: found.payment,
            renews: found.renews,
            price: price(found, inventory),
            origin: found.origin.clone(),
        });
    }
    Some(taken)
}

/// Whether any deployment is in one of the scopes. What a file does not say about a deployment is no difference.
fn covers(scopes: &[(String, String)], serving: &[&FoundDeployment]) -> bool {
    serving.iter().any(|deployment| {
        let key = deployment.account.clone().unwrap_or_default();
        scopes.iter().any(|(subscription, group)| {
            (key.subscription.is_empty() || key.subscription == *subscription)
                && (group.is_empty() || key.group.is_empty() || key.group == *group)
        })
    })
}

/// What one PTU was bought at, where the order is in a file.
fn price(found: &FoundReservation, inventory: &Inventory) -> Option<String> {
    let order = inventory.orders.iter().find(|order| order.id == found.order)?;
    let total: Decimal = order.total.parse().ok()?;
    let each = total.checked_div(Decimal::from(order.quantity))?.normalize();
    (!order.currency.is_empty()).then(|| format!("{each} {}", order.currency))
}
