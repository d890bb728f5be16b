//! The plan as a script of the Azure CLI: quota, deployment, reservation, in this order.

use crate::report::deploy::plan::{Capacity, DeployPlan, Unit};
use crate::report::deploy::purchases::Purchase;
use crate::report::deploy::words::{head, ptu_of, the_deployments, unit_comment};
use crate::units::diagnostic::Diagnostic;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Value, context};

/// A plan of one provisioned deployment, with or without spillover and reservation.
const PAIR: &str = include_str!("../assets/deploy/pair.sh");
/// Any other plan.
const SEVERAL: &str = include_str!("../assets/deploy/several.sh");

pub(super) fn write(plan: &DeployPlan) -> Result<String, Diagnostic> {
    let (template, values) = match pair(plan) {
        Some(values) => (PAIR, values),
        None => (SEVERAL, several(plan)),
    };
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    environment.set_syntax(syntax.map_err(|error| unrendered(&error))?);
    environment.render_str(template, values).map_err(|error| unrendered(&error))
}

fn unrendered(error: &minijinja::Error) -> Diagnostic {
    Diagnostic::error("cannot-render", format!("cannot render the script: {error}"))
}

/// `1-year` as the platform writes it.
fn term(purchase: &Purchase) -> &'static str {
    if purchase.term == "1-month" { "P1M" } else { "P1Y" }
}

fn for_how_long(purchase: &Purchase) -> &'static str {
    match (purchase.term.as_str(), purchase.renews) {
        ("1-month", false) => "a month",
        ("1-month", true) => "a month, which renews until that is switched off",
        (_, false) => "a year",
        (_, true) => "a year, which renews until that is switched off",
    }
}

fn billing(purchase: &Purchase) -> &'static str {
    if purchase.monthly { "Monthly" } else { "Upfront" }
}

/// The values of the short form, where the plan is no more than a pair.
fn pair(plan: &DeployPlan) -> Option<Value> {
    let usual = |unit: &Unit| {
        !unit.fine_tuned && !unit.priority && unit.schedule.is_none() && unit.format == "OpenAI"
    };
    let (spill, own) = match plan.units.as_slice() {
        [own] => (None, own),
        [spill, own] if own.spill == Some(0) => (Some(spill), own),
        _ => return None,
    };
    let Capacity::Ptu(ptu, _) = own.capacity else { return None };
    let spill = match spill.map(|spill| (spill, spill.capacity)) {
        None => None,
        Some((spill, Capacity::Units(units, of))) => Some((spill, units, of)),
        Some(_) => return None,
    };
    let purchase = match plan.purchases.as_slice() {
        [] => None,
        [one] if one.quantity == ptu => Some(one),
        _ => return None,
    };
    if !plan.units.iter().all(usual) || !plan.one_model() {
        return None;
    }
    Some(context! {
        head => head(plan),
        region => &plan.region,
        model => &own.model,
        version => &own.version,
        name => &own.name,
        ptu,
        sku => &own.sku,
        deployments => the_deployments(plan.units.len()),
        owned => plan.owned_ptu,
        spill => spill.map(|(spill, units, of)| context! {
            name => &spill.name,
            sku => &spill.sku,
            units,
            unit => unit_comment(of),
        }),
        purchase => purchase.map(|own| context! {
            sku => own.listed,
            term => term(own),
            plan => billing(own),
            length => for_how_long(own),
            renews => own.renews.to_string(),
        }),
    })
}

/// The values of the long form.
fn several(plan: &DeployPlan) -> Value {
    let units: Vec<Value> = plan
        .units
        .iter()
        .map(|unit| {
            let variable = unit.label.to_uppercase();
            let capacity = match unit.capacity {
                Capacity::Ptu(ptu, _) => ptu.to_string(),
                Capacity::Units(units, _) => units.to_string(),
                Capacity::Unknown => format!("${{{variable}_CAPACITY}}"),
            };
            let needed =
                (unit.capacity == Capacity::Unknown).then(|| format!("{variable}_CAPACITY"));
            let tuned = unit.fine_tuned.then(|| format!("{variable}_MODEL"));
            context! {
                name => &unit.name,
                sku => &unit.sku,
                capacity,
                model => tuned.as_ref().map_or(unit.model.clone(), |own| format!("${{{own}}}")),
                version => &unit.version,
                format => &unit.format,
                tier => if unit.priority { "Priority" } else { "-" },
                spill => unit.spill.map_or("-", |spill| plan.units[spill].name.as_str()),
                tuned => unit.fine_tuned,
                hours => unit.schedule.as_ref().map(|(hours, _)| hours.clone()),
                low => unit.schedule.as_ref().map(|(_, low)| *low),
                set => needed.into_iter().chain(tuned).collect::<Vec<String>>(),
            }
        })
        .collect();
    let purchases: Vec<Value> = plan
        .purchases
        .iter()
        .map(|own| {
            context! {
                sku => own.listed,
                covers => &own.sku,
                deployed => ptu_of(plan, &own.sku),
                term => term(own),
                plan => billing(own),
                quantity => own.quantity,
                length => for_how_long(own),
                renews => own.renews.to_string(),
            renews => own.renews.to_string(),
            }
        })
        .collect();
    context! {
        head => head(plan),
        region => &plan.region,
        zone => &plan.zone,
        deployments => the_deployments(plan.units.len()),
        begins => if plan.provisioned().next().is_some() { "; PTU billing begins" } else { "" },
        scheduled => plan.units.iter().any(|unit| unit.schedule.is_some()),
        owned => plan.owned_ptu,
        units,
        purchases,
    }
}
