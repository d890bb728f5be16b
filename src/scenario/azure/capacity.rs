//! What a deployment may serve: PTUs, limits in force, or units of capacity, and what means nothing
//! for its SKU.

use crate::catalog::charged_by::ChargedBy;
use crate::catalog::sku::{BillingMode, Sku};
use crate::scenario::azure::inventory::{FoundDeployment, Limits};
use crate::scenario::azure::options::JoinOptions;
use crate::scenario::azure::words::shown;
use crate::scenario::azure::write::ImportedDeployment;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::tokens::TokenClass;

/// What it may serve: PTUs, or limits in force, else units of capacity times the model's unit.
pub(super) fn capacity(
    found: &FoundDeployment,
    sku: &Sku,
    taken: &mut ImportedDeployment,
    options: &JoinOptions<'_>,
    notes: &mut Diagnostics,
) -> Result<(), Diagnostic> {
    match sku.billing {
        BillingMode::Ptu => {
            let Some(ptu) = found.capacity else { return Err(capacity_missing(found)) };
            let ptu = u32::try_from(ptu).map_err(|_| too_large(found, ptu))?;
            on_grid(found, ptu, taken, options)?;
            taken.capacity_ptu = Some(ptu);
            Ok(())
        }
        BillingMode::Tokens | BillingMode::Developer => {
            taken.limit_requests_per_minute = found.limits.requests_per_minute;
            taken.limit_tokens_per_minute = match (found.limits.tokens_per_minute, found.capacity) {
                (Some(tokens), _) => Some(tokens),
                (None, Some(units)) => units_as_tokens(found, units, taken, options, notes)?,
                (None, None) if found.limits.requests_per_minute.is_some() => None,
                (None, None) => return Err(capacity_missing(found)),
            };
            let limits = [taken.limit_tokens_per_minute, taken.limit_requests_per_minute];
            if limits.contains(&Some(0)) {
                return Err(no_calls(found));
            }
            Ok(())
        }
        BillingMode::Batch => {
            taken.batch = true;
            let message = format!(
                "{}: capacity of a batch deployment is left out, as its unit is not published; the \
                 quota of the agreement applies",
                shown(&found.name)
            );
            notes.push(Diagnostic::warning("batch-capacity", message).at(found.origin.place()));
            Ok(())
        }
        BillingMode::ManagedCompute | BillingMode::Commitment | BillingMode::Local => {
            let message = format!("not read from Azure: a deployment of SKU {}", sku.name);
            Err(Diagnostic::error("sku-not-read", message)
                .at(found.parts.sku.place())
                .hint("leave it out of the file and state it in [today] by hand"))
        }
    }
}

/// A limit of nothing is no deployment that serves.
fn no_calls(found: &FoundDeployment) -> Diagnostic {
    let Limits { tokens_per_minute, requests_per_minute } = found.limits;
    let limited = [tokens_per_minute, requests_per_minute].contains(&Some(0));
    let part = if limited { &found.parts.limits } else { &found.parts.capacity };
    let message = format!("no capacity: {} may serve nothing a minute", shown(&found.name));
    Diagnostic::error("capacity-missing", message).at(part.place()).hint(
        "leave it out of the file, or give it capacity: az cognitiveservices account deployment \
         list -g GROUP -n ACCOUNT -o json",
    )
}

fn capacity_missing(found: &FoundDeployment) -> Diagnostic {
    let message = format!("no capacity: {}", shown(&found.name));
    Diagnostic::error("capacity-missing", message).at(found.parts.capacity.place()).hint(
        "neither sku.capacity, nor rateLimits, nor scale: az cognitiveservices account \
             deployment show -g GROUP -n ACCOUNT --deployment-name NAME -o json",
    )
}

/// More units than any deployment has: nothing can be worked out with them.
fn too_large(found: &FoundDeployment, units: u64) -> Diagnostic {
    let message = format!("a capacity that no deployment has: {} of {units}", shown(&found.name));
    Diagnostic::error("capacity-too-large", message)
        .at(found.parts.capacity.place())
        .hint("ask Azure for the file again; nothing is taken from it as it is")
}

/// Units of capacity in tokens a minute; none where a unit is no tokens.
fn units_as_tokens(
    found: &FoundDeployment,
    units: u64,
    taken: &mut ImportedDeployment,
    options: &JoinOptions<'_>,
    notes: &mut Diagnostics,
) -> Result<Option<u64>, Diagnostic> {
    let unit = options.catalog.tokens_of_unit(&taken.model, &taken.sku, options.on);
    let charged = options.catalog.charged_by(&taken.model, &TokenClass::ALL);
    if let (None, ChargedBy::Unstated(meters)) = (&unit, charged) {
        let message = format!(
            "{}: capacity {units} is left out: {} is charged per {}, and what a unit of its \
             capacity is, is not published; state its limits where a workload calls it",
            shown(&found.name),
            taken.model,
            meters.join(" and "),
        );
        notes.push(Diagnostic::warning("unit-unknown", message).at(found.origin.place()));
        return Ok(None);
    }
    taken.unit_assumed = unit.is_none();
    let unit = unit.map_or(1_000, |unit| unit.value);
    units.checked_mul(unit).map(Some).ok_or_else(|| too_large(found, units))
}

/// Deployments named in a note; how many more there are is said.
const NAMED: usize = 6;

/// One note for all deployments whose unit of capacity is assumed.
pub(super) fn units_note(taken: &[ImportedDeployment]) -> Option<Diagnostic> {
    let assumed: Vec<&ImportedDeployment> = taken.iter().filter(|own| own.unit_assumed).collect();
    let first = assumed.first()?;
    let mut each: Vec<String> = assumed.iter().take(NAMED).map(|own| shown(&own.name)).collect();
    if assumed.len() > NAMED {
        each.push(format!("{} more", assumed.len() - NAMED));
    }
    let last = each.pop().unwrap_or_default();
    let named = if each.is_empty() { last } else { format!("{} and {last}", each.join(", ")) };
    let mut models: Vec<&str> = assumed.iter().map(|own| &*own.model).collect();
    models.sort_unstable();
    models.dedup();
    let message = format!(
        "{named}: a unit of capacity is assumed to be 1,000 tokens a minute: the files have no \
         rateLimits of {}, and the catalogue no unit of {}",
        if assumed.len() == 1 { "it" } else { "them" },
        models.join(", "),
    );
    Some(Diagnostic::warning("unit-assumed", message).at(first.origin.place()))
}

/// Leaves out, with a note, what means nothing for a deployment of this SKU: a scenario refuses it.
pub(super) fn fitting(
    found: &FoundDeployment,
    sku: &Sku,
    taken: &mut ImportedDeployment,
    notes: &mut Diagnostics,
) {
    let by_token = matches!(sku.billing, BillingMode::Tokens);
    let limited = by_token || matches!(sku.billing, BillingMode::Developer);
    let mut left_out = |what: &str, why: &str| {
        let message = format!("{}: {what} is left out: {why} ({})", shown(&found.name), sku.name);
        notes.push(Diagnostic::warning("does-not-apply", message).at(found.origin.place()));
    };
    if taken.priority && !by_token {
        left_out("serviceTier \"Priority\"", "only standard deployments have service tiers");
    }
    if taken.dynamic_quota && !limited {
        left_out("dynamicThrottlingEnabled", "only standard deployments have a dynamic quota");
    }
    taken.priority &= by_token;
    taken.dynamic_quota &= limited;
}

/// A size that the platform sells now. One that is older than the grid may be off it.
fn on_grid(
    found: &FoundDeployment,
    ptu: u32,
    taken: &ImportedDeployment,
    options: &JoinOptions<'_>,
) -> Result<(), Diagnostic> {
    // A model that is not provisioned as this SKU is told by the scenario, with what it is sold as.
    let Ok(grid) = options.catalog.grid(&taken.model, &taken.sku, options.on) else {
        return Ok(());
    };
    let grid = grid.value;
    if grid.contains(ptu) {
        return Ok(());
    }
    let near = match grid.at_most(ptu) {
        Some(below) => format!("{below} or {}", grid.at_least(ptu)),
        None => grid.min_ptu.to_string(),
    };
    let message = format!(
        "{} PTU are not a size of {} as {}: {} and up by {} ({})",
        ptu,
        taken.model,
        taken.sku,
        grid.min_ptu,
        grid.increment_ptu,
        shown(&found.name)
    );
    Err(Diagnostic::error("ptu-off-grid", message).at(found.parts.capacity.place()).hint(format!(
        "it may have been deployed before the sizes changed: what can be planned is {near} PTU; \
             write [today] by hand with `ptuplan init`, or change the number in a copy of the file"
    )))
}
