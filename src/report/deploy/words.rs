//! The sentences at the head of every form.

use crate::report::deploy::plan::{Capacity, DeployPlan, Unit};
use crate::report::deploy::purchases::Purchase;
use crate::report::words::numbers as format;

/// What is deployed, line by line.
pub(super) fn head(plan: &DeployPlan) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for unit in plan.units.iter().filter(|unit| !unit.takes_spill) {
        let first = if lines.is_empty() { "Written by ptuplan: " } else { "and " };
        if let Some(before) = lines.last_mut() {
            before.push(';');
        }
        let mut line =
            format!("{first}{} in {}{}", phrase(unit), plan.region, reserved(plan, unit));
        if let Some(spill) = unit.spill {
            line.push(',');
            lines.push(line);
            lines.push(format!("spilling over to {}", phrase(&plan.units[spill])));
        } else {
            lines.push(line);
        }
    }
    if let Some(last) = lines.last_mut() {
        last.push('.');
    }
    if let Some((cost, currency)) = &plan.cost {
        let cost = format::money(cost, currency);
        lines.push(format!("Expected cost: {cost} a month, at the prices of {}.", plan.date));
    }
    lines.extend(plan.remarks.iter().cloned());
    lines
}

fn phrase(unit: &Unit) -> String {
    let Unit { model, sku, .. } = unit;
    match unit.capacity {
        Capacity::Ptu(ptu, _) => format!("{} PTU of {model} on {sku}", format::count(ptu.into())),
        Capacity::Units(units, of) => {
            let tokens = format::count(units.saturating_mul(of));
            format!("{model} on {sku} with {tokens} tokens a minute")
        }
        Capacity::Unknown => format!("{model} on {sku}"),
    }
}

/// How the PTUs of a deployment are paid.
fn reserved(plan: &DeployPlan, unit: &Unit) -> String {
    let Capacity::Ptu(..) = unit.capacity else { return String::new() };
    let own: Vec<&Purchase> = plan.purchases.iter().filter(|own| own.sku == unit.sku).collect();
    match own.as_slice() {
        [one] if u64::from(one.quantity) == ptu_of(plan, &unit.sku) => {
            format!(" with a {} reservation", one.term)
        }
        [] if plan.owned_ptu > 0 => " under reservations that are owned already".to_owned(),
        [] => String::new(),
        several => {
            let each = several
                .iter()
                .map(|own| format!("{} PTU for {}", format::count(own.quantity.into()), span(own)));
            format!(" with reservations of {}", each.collect::<Vec<_>>().join(" and "))
        }
    }
}

/// All PTUs of a SKU.
pub(super) fn ptu_of(plan: &DeployPlan, sku: &str) -> u64 {
    let of = |unit: &Unit| match unit.capacity {
        Capacity::Ptu(ptu, _) if unit.sku == sku => u64::from(ptu),
        _ => 0,
    };
    plan.units.iter().map(of).sum()
}

/// `1 year` of `1-year`.
fn span(purchase: &Purchase) -> String {
    purchase.term.replace('-', " ")
}

/// The quota that must be there before.
pub(super) fn quota(plan: &DeployPlan) -> String {
    let mut parts: Vec<(bool, String)> = Vec::new();
    for unit in &plan.units {
        match unit.capacity {
            Capacity::Ptu(ptu, _) => {
                parts.push((false, format!("{} {} PTU", unit.sku, format::count(ptu.into()))));
            }
            Capacity::Units(units, of) => parts.push((
                true,
                format!(
                    "{} {} {} tokens a minute ({} units)",
                    unit.sku,
                    unit.model,
                    format::count(units.saturating_mul(of)),
                    format::count(units)
                ),
            )),
            Capacity::Unknown => parts.push((true, format!("{} {}", unit.sku, unit.model))),
        }
    }
    parts.sort_by_key(|(standard, _)| *standard);
    parts.into_iter().map(|(_, part)| part).collect::<Vec<_>>().join(", ")
}

/// What is bought after.
pub(super) fn after(plan: &DeployPlan) -> Option<String> {
    let scope = |own: &Purchase| match own.sku.as_str() {
        "GlobalProvisionedManaged" => "Global".to_owned(),
        "DataZoneProvisionedManaged" => format!("Data Zone, {}", plan.region),
        _ => format!("Regional, {}", plan.region),
    };
    let each: Vec<String> = plan
        .purchases
        .iter()
        .map(|own| {
            let quantity = format::count(own.quantity.into());
            let renews = if own.renews { ", renewed after" } else { "" };
            format!("{quantity} PTU, {}, {}{renews}", scope(own), span(own))
        })
        .collect();
    match each.as_slice() {
        [] if plan.owned_ptu > 0 => {
            Some("no purchase: reservations owned already cover what is reserved".to_owned())
        }
        [] => None,
        [one] => Some(format!("the reservation: {one}")),
        several => Some(format!("the reservations: {}", several.join("; "))),
    }
}

/// The lines that say what a form cannot do.
pub(super) fn beyond(plan: &DeployPlan) -> Vec<String> {
    let mut lines = vec![format!("  before  quota: {}", quota(plan))];
    lines.extend(after(plan).map(|after| format!("  after   {after}")));
    let both = if lines.len() == 2 && !plan.purchases.is_empty() { "both" } else { "it" };
    lines.push(format!("plan.sh has {both}."));
    lines
}

/// What a unit of capacity is, as a comment.
pub(super) fn unit_comment(of: u64) -> String {
    if of == 1_000 {
        "thousands of tokens a minute".to_owned()
    } else {
        format!("units of {} tokens a minute", format::count(of))
    }
}

/// A number as a word, for counts of things.
pub(super) fn the_deployments(count: usize) -> String {
    let words = ["two", "three", "four", "five", "six", "seven", "eight", "nine"];
    match count {
        1 => "the deployment".to_owned(),
        _ => match words.get(count.saturating_sub(2)) {
            Some(word) => format!("the {word} deployments"),
            None => format!("the {count} deployments"),
        },
    }
}
