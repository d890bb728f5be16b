//! What a kind of deployment needs beside a region: a life as long as the period, a published price, a batch quota. Judged
//! here so that what the platform does not offer is a refused candidate and not a bill with a hole.

use crate::catalog::meter::MeterQuery;
use crate::catalog::price::TokenPriceQuery;
use crate::catalog::sku::BillingMode;
use crate::engine::rules::TierRequest;
use crate::ledger::metered::MeterKind;
use crate::ledger::usage::{ContextTier, ServiceTier};
use crate::plan::candidates::allowed::machine_kind;
use crate::plan::constraints::asked::Asked;
use crate::plan::constraints::constraint::Constraint;
use crate::plan::constraints::grounds::Grounds;
use crate::plan::constraints::grounds::capacity::CapacityGrounds;
use crate::plan::evaluate::refusal::Refusal;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::Diagnostic;
use crate::units::time::HOUR_US;
use crate::units::tokens::TokenClass;

/// A deployment that the platform deletes before the period ends (S 59). Deploying it anew each day is not planned.
pub(super) fn deleted_early(asked: &Asked<'_>) -> Option<Refusal> {
    let hours = u64::from(asked.sku.lifetime_hours?);
    let period = asked.scenario.period.length_us().div_ceil(HOUR_US);
    (hours < period).then(|| {
        let grounds = CapacityGrounds::DeletedEarly {
            sku: asked.sku.name.clone(),
            hours,
            period_hours: period,
            source: asked.sku.evidence.source.clone(),
        };
        Refusal::rule(Constraint::DeployedFor { hours: period }, Grounds::Capacity(grounds))
    })
}

/// A deployment whose hosting, machine, tier or batch nobody has published a price for.
pub(super) fn unpriced(asked: &Asked<'_>, tiers: &[TierRequest]) -> Option<Refusal> {
    let Asked { catalog, planned, sku, model, region, .. } = asked;
    let on = asked.scenario.period.first_date();
    let meter = |model: &str, kind| {
        let query = MeterQuery { model, sku: &sku.name, region: &region.name, kind, variant: None };
        catalog.meter_price(&query, on).map(|_| ())
    };
    let tokens = |tier| {
        let query = TokenPriceQuery {
            model: &model.id,
            sku: &sku.name,
            region: &region.name,
            tier,
            context: ContextTier::Default,
            class: TokenClass::Output,
        };
        catalog.token_price(&query, on).map(|_| ())
    };
    let mut found: Vec<Result<(), Diagnostic>> = Vec::new();
    match sku.billing {
        BillingMode::Batch => found.push(tokens(ServiceTier::Batch)),
        BillingMode::ManagedCompute => {
            if let Some(compute) = &planned.options.compute {
                let kind = machine_kind(sku);
                let (place, os) = if kind == "vm" { (&*region.name, "linux") } else { ("*", "") };
                let price = catalog.machine_price(kind, &compute.machine.name, place, os, on);
                found.push(price.map(|_| ()));
            }
        }
        BillingMode::Tokens => {
            if planned.options.fine_tuned {
                found.push(meter(&model.id, MeterKind::Hosting));
            }
            if let Some(routed) = &planned.options.routed {
                found.push(meter(&routed.model.name, MeterKind::RoutedInput));
            }
            if tiers.contains(&TierRequest::Priority) {
                found.push(tokens(ServiceTier::Priority));
            }
        }
        _ => {}
    }
    let error = found.into_iter().find_map(Result::err)?;
    let grounds = CapacityGrounds::Unpriced { message: error.message, hint: error.hint };
    Some(Refusal::rule(Constraint::PublishedPrice, Grounds::Capacity(grounds)))
}

/// A batch deployment whose model has no quota of enqueued tokens under the subscription's agreement (S 30). An agreement
/// that nobody knows is left to resolution, which says so.
pub(super) fn no_batch_quota(asked: &Asked<'_>) -> Option<Refusal> {
    let Asked { catalog, planned, sku, model, .. } = asked;
    if sku.billing != BillingMode::Batch || planned.options.batch.limit_enqueued_tokens.is_some() {
        return None;
    }
    let agreement = &asked.scenario.agreement.as_ref()?.name;
    let known = catalog.tables().batch_limits.rows().iter().any(|row| *row.key(2) == **agreement);
    let on = asked.scenario.period.first_date();
    let missing = catalog.enqueued_tokens(&model.id, &sku.name, agreement, on).err()?;
    known.then(|| {
        let agreements = catalog.batch_agreements(&model.id, &sku.name);
        let agreements = agreements.into_iter().map(Into::into).collect();
        let grounds = CapacityGrounds::NoBatchQuota { message: missing.message, agreements };
        Refusal::rule(Constraint::BatchQuota, Grounds::Capacity(grounds))
    })
}

/// The service tiers that a deployment is asked for beyond what the scenario says.
pub(super) fn tiers_asked(
    scenario: &Scenario,
    candidate: &Candidate,
    deployment: usize,
) -> Vec<TierRequest> {
    let routes = candidate.routes.iter().enumerate().map(|(workload, route)| {
        let own = scenario.workloads.get(workload).map(|workload| workload.rules.tier);
        (route, candidate.tiers.get(workload).copied().flatten().or(own))
    });
    let splits = candidate.splits.iter().map(|split| {
        let own = scenario.workloads.get(split.workload).map(|workload| workload.rules.tier);
        (&split.route, split.tier.or(own))
    });
    let called = routes.chain(splits).filter(|(route, _)| route.contains(&deployment));
    called.filter_map(|(_, tier)| tier).collect()
}
