//! One candidate, simulated, measured and billed.

use crate::billing::bill::{Bill, bill};
use crate::billing::commitment::{Commitment, Payment as Instalments, Renewal, Term};
use crate::billing::terms::Terms;
use crate::catalog::Catalog;
use crate::catalog::sku::Scope;
use crate::engine;
use crate::engine::outcome::Outcome;
use crate::ledger::repeat::repeat_tokens;
use crate::ledger::usage::{CapacityUsage, TokenUsage, Usage};
use crate::scenario::candidate::Candidate;
use crate::scenario::question::{Payment, Scenario};
use crate::scenario::resolve::{Resolved, resolve};
use crate::units::calendar::utc_date;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::time::HOUR_US;
use crate::workload::trace::Trace;
use std::sync::Arc;

/// A candidate after its simulation.
#[derive(Clone, Debug)]
pub struct Simulated {
    /// The candidate as the engine saw it, and the dated values behind that.
    pub resolved: Resolved,
    /// What happened in the simulated window.
    pub outcome: Outcome,
    /// What is billable in the whole period.
    pub usage: Usage,
}

/// Simulates a candidate over the scenario's window. `traces` has one trace per workload, in scenario order.
pub fn simulate(
    scenario: &Scenario,
    catalog: &Catalog,
    traces: &[Trace],
    candidate: &Candidate,
) -> Result<Simulated, Diagnostics> {
    let resolved = resolve(scenario, catalog, candidate)?;
    let traces: Vec<&Trace> = traces.iter().collect();
    let outcome = engine::run(&resolved.setup, &traces).map_err(|error| {
        Diagnostic::error(
            "simulation-failed",
            format!("simulation failed: {}: {error}", candidate.name),
        )
    })?;
    let usage = usage_of(scenario, &resolved, &outcome)?;
    Ok(Simulated { resolved, outcome, usage })
}

/// The period's usage: the window's tokens once for every window of the period, and the capacity deployed throughout.
fn usage_of(
    scenario: &Scenario,
    resolved: &Resolved,
    outcome: &Outcome,
) -> Result<Usage, Diagnostics> {
    let period = &scenario.period;
    // A call admitted after the window's end arrived within it: it is billed with the window's last hour.
    let last_us = scenario.window.length_us - 1 + period.hour_phase_us();
    let last_hour = (last_us / HOUR_US) as u32;
    let tokens = outcome.usage.iter().map(|bin| TokenUsage {
        deployment: resolved.deployments[usize::from(bin.deployment.0)].clone(),
        workload: scenario.workloads[usize::from(bin.stream.0)].name.clone(),
        hour: period.hour_start(bin.hour.min(last_hour)),
        tier: bin.tier,
        context: bin.context,
        answer: bin.answer,
        requests: bin.requests,
        tokens: bin.tokens,
    });
    let window = Usage { tokens: tokens.collect(), ..Usage::default() };
    // A window that stands for nothing but itself need not be whole hours.
    let tokens = if scenario.window.repetitions == 1 {
        window.tokens
    } else {
        let simulated = period.start()..period.at(scenario.window.length_us);
        repeat_tokens(&window, &simulated, &(period.start()..period.until()))?
    };
    let capacity = resolved
        .capacity_ptu
        .iter()
        .zip(&resolved.deployments)
        .filter_map(|(capacity, deployment)| {
            Some(CapacityUsage {
                deployment: deployment.clone(),
                from: period.start(),
                until: period.until(),
                capacity_ptu: (*capacity)?,
            })
        })
        .collect();
    Ok(Usage { tokens, capacity, ..Usage::default() })
}

/// The bill of a simulated candidate when its PTUs are paid in a way.
pub fn price(
    scenario: &Scenario,
    catalog: &Catalog,
    simulated: &Simulated,
    payment: Payment,
) -> Result<Bill, Diagnostics> {
    let terms = Terms::list(scenario.period.start(), scenario.period.until());
    bill(&simulated.usage, &commitments(scenario, catalog, simulated, payment)?, &terms, catalog)
}

/// The reservations that cover all PTUs of a candidate from the period's first day on.
fn commitments(
    scenario: &Scenario,
    catalog: &Catalog,
    simulated: &Simulated,
    payment: Payment,
) -> Result<Vec<Commitment>, Diagnostics> {
    let term = match payment {
        Payment::Hourly => return Ok(Vec::new()),
        Payment::OneMonth => Term::OneMonth,
        Payment::OneYear => Term::OneYear,
    };
    let mut commitments: Vec<Commitment> = Vec::new();
    for capacity in &simulated.usage.capacity {
        let deployment = &capacity.deployment;
        let scope = catalog.sku(&deployment.sku)?.scope;
        // Global reservations are not bound to a region (P R36, C8).
        let region: Option<Arc<str>> = (scope != Scope::Global).then(|| deployment.region.clone());
        // One reservation serves all models of a type, region and scope (P R36).
        if let Some(same) =
            commitments.iter_mut().find(|c| c.sku == deployment.sku && c.region == region)
        {
            same.quantity_ptu += capacity.capacity_ptu;
            continue;
        }
        commitments.push(Commitment {
            id: format!("{} reservation, {}", deployment.sku, payment.as_str()).into(),
            sku: deployment.sku.clone(),
            region,
            quantity_ptu: capacity.capacity_ptu,
            term,
            start: utc_date(scenario.period.start()),
            payment: match term {
                Term::OneMonth => Instalments::Upfront,
                Term::OneYear => Instalments::Monthly,
            },
            renewal: Renewal::Automatic,
        });
    }
    Ok(commitments)
}
