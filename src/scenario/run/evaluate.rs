//! One candidate, simulated, measured and billed.

use crate::billing::bill::{Bill, bill};
use crate::billing::commitment::Commitment;
use crate::billing::terms::Terms;
use crate::catalog::Catalog;
use crate::engine::record::outcome::Outcome;
use crate::engine::rules::LogScope;
use crate::engine::{PiecesError, run_pieces};
use crate::ledger::usage::Usage;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::named::Payment;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::resolve::{Resolved, resolve};
use crate::scenario::run::components;
use crate::scenario::run::mixed::mixed;
use crate::scenario::run::month_bills::bill_by_month;
use crate::scenario::run::playback::Playback;
use crate::scenario::run::prices::ScenarioPrices;
use crate::scenario::run::purchases::commitments;
use crate::scenario::run::split::{Part, split};
use crate::scenario::run::usage::usage_of;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::workload::demand::Demand;
use crate::workload::trace::Trace;

/// A candidate after its simulation.
#[derive(Clone, Debug)]
pub struct Simulated {
    /// The candidate as the engine saw it, and the dated values behind that.
    pub resolved: Resolved,
    /// What happened in the simulated window; one stream per workload.
    pub outcome: Outcome,
    /// What happened to each part of the workloads that are served in parts; empty where none is.
    pub parts: Vec<Part>,
    /// What is billable in the whole period.
    pub usage: Usage,
}

/// [`simulate`] for a plan: a candidate that cannot serve what is asked of it is refused instead of simulated.
pub fn simulate_served(
    scenario: &Scenario,
    catalog: &Catalog,
    traces: &[Trace],
    candidate: &Candidate,
) -> Result<Simulated, Diagnostics> {
    let simulated = simulate(scenario, catalog, traces, candidate)?;
    simulated.resolved.unserved.clone().or_ok(simulated)
}

/// Simulates a candidate over the scenario's window. `traces` has one trace per workload, in scenario order.
pub fn simulate(
    scenario: &Scenario,
    catalog: &Catalog,
    traces: &[Trace],
    candidate: &Candidate,
) -> Result<Simulated, Diagnostics> {
    simulate_logged(scenario, catalog, traces, candidate, LogScope::Off)
}

/// The same with a log of what each deployment answered to some requests, and why.
pub fn simulate_logged(
    scenario: &Scenario,
    catalog: &Catalog,
    traces: &[Trace],
    candidate: &Candidate,
    log: LogScope,
) -> Result<Simulated, Diagnostics> {
    scenario.commercial.check(catalog)?;
    let mut resolved = resolve(scenario, catalog, candidate)?;
    resolved.setup.log = log;
    let parts = (!candidate.splits.is_empty()).then(|| split(candidate, traces));
    let traces: Vec<&Trace> = parts.as_ref().map_or(traces, |parts| &parts.traces).iter().collect();
    let mut outcome = components::run(&resolved.setup, &traces).map_err(|error| {
        Diagnostic::error(
            "simulation-failed",
            format!("simulation failed: {}: {error}", candidate.name),
        )
    })?;
    let parts =
        parts.map_or_else(Vec::new, |parts| parts.join(&mut outcome, scenario.workloads.len()));
    let usage = usage_of(scenario, &resolved, &outcome)?;
    Ok(Simulated { resolved, outcome, parts, usage })
}

/// As [`simulate`], over traffic that comes in pieces: one playback per workload, in scenario order. Also what they asked for.
///
/// # Errors
/// As [`simulate`]; a playback that fails; and what needs whole traces: workloads served in parts, sessions, limits on a client's requests and
/// managed compute.
pub fn simulate_pieces(
    scenario: &Scenario,
    catalog: &Catalog,
    playbacks: &mut [Playback],
    candidate: &Candidate,
) -> Result<(Simulated, Vec<Demand>), Diagnostics> {
    scenario.commercial.check(catalog)?;
    let whole = [
        (!candidate.splits.is_empty(), "model_share needs whole traces"),
        (scenario.survives.is_some(), "an outage to survive is put where the traces are busiest"),
    ];
    if let Some((_, why)) = whole.into_iter().find(|(asked, _)| *asked) {
        return Err(Diagnostic::error(
            "cannot-stream",
            format!("cannot be played in pieces: {}: {why}", candidate.name),
        )
        .hint("leave out --stream, and whole traces are held in memory")
        .into());
    }
    let resolved = resolve(scenario, catalog, candidate)?;
    let window_us = scenario.window.length_us;
    let mut demands = vec![Demand::default(); playbacks.len()];
    let mut sources: Vec<_> = playbacks
        .iter_mut()
        .zip(&mut demands)
        .map(|(playback, demand)| {
            move || -> Result<Option<Trace>, Diagnostics> {
                let piece = playback.piece()?;
                if let Some(piece) = &piece {
                    demand.add(piece, window_us);
                }
                Ok(piece)
            }
        })
        .collect();
    let outcome = run_pieces(&resolved.setup, &mut sources).map_err(|error| match error {
        PiecesError::Source { error, .. } => error,
        PiecesError::Engine(error) => Diagnostic::error(
            "simulation-failed",
            format!("simulation in pieces failed: {}: {error}", candidate.name),
        )
        .hint("leave out --stream where it needs the whole trace")
        .into(),
    })?;
    drop(sources);
    for (demand, playback) in demands.iter_mut().zip(playbacks) {
        demand.assumed.clone_from(&playback.assumed);
    }
    let usage = usage_of(scenario, &resolved, &outcome)?;
    Ok((Simulated { resolved, outcome, parts: Vec::new(), usage }, demands))
}

/// The scenario's terms over its period.
fn terms(scenario: &Scenario, catalog: &Catalog) -> Result<Terms, Diagnostic> {
    scenario.commercial.over(scenario.period.start(), scenario.period.until(), catalog)
}

/// The bill of a simulated candidate when its PTUs are paid in a way.
pub fn price(
    scenario: &Scenario,
    catalog: &Catalog,
    simulated: &Simulated,
    payment: Payment,
) -> Result<Bill, Diagnostics> {
    let commitments = owned_and_bought(scenario, catalog, simulated, payment)?;
    bill_by_month(scenario, catalog, &simulated.usage, &commitments)
}

/// The part of [`price`] that the tokens make: the same for every way to pay for PTUs.
pub fn price_tokens(
    scenario: &Scenario,
    catalog: &Catalog,
    simulated: &Simulated,
) -> Result<Bill, Diagnostics> {
    let usage = Usage { capacity: Vec::new(), ..simulated.usage.clone() };
    let prices = ScenarioPrices { scenario, catalog };
    bill(&usage, &[], &terms(scenario, catalog)?, &prices)
}

/// The rest of [`price`]: what the PTUs make when paid in a way.
pub fn price_capacity(
    scenario: &Scenario,
    catalog: &Catalog,
    simulated: &Simulated,
    payment: Payment,
) -> Result<Bill, Diagnostics> {
    let usage = Usage { capacity: simulated.usage.capacity.clone(), ..Usage::default() };
    let terms = terms(scenario, catalog)?;
    let prices = ScenarioPrices { scenario, catalog };
    bill(&usage, &owned_and_bought(scenario, catalog, simulated, payment)?, &terms, &prices)
}

/// The reservations owned, and those bought for what they leave uncovered: as many as the most that is deployed, or the
/// cheapest mix.
pub fn owned_and_bought(
    scenario: &Scenario,
    catalog: &Catalog,
    simulated: &Simulated,
    payment: Payment,
) -> Result<Vec<Commitment>, Diagnostics> {
    if payment == Payment::Mixed {
        let owned = &scenario.commercial.agreement.reservations;
        let terms = terms(scenario, catalog)?;
        let capacity = &simulated.usage.capacity;
        let bought = mixed(scenario, catalog, capacity, owned, &terms)?;
        return Ok(owned.iter().cloned().chain(bought).collect());
    }
    let Resolved { deployments, capacity_ptu, .. } = &simulated.resolved;
    commitments(scenario, catalog, deployments, capacity_ptu, payment)
}
