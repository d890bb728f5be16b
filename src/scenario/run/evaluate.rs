//! One candidate, simulated, measured and billed.

use crate::billing::bill::{Bill, bill};
use crate::billing::commitment::Commitment;
use crate::billing::terms::Terms;
use crate::catalog::Catalog;
use crate::engine::record::outcome::Outcome;
use crate::engine::rules::LogScope;
use crate::engine::setup::Setup;
use crate::engine::{Bound, EngineError, PiecesError, run_pieces};
use crate::ledger::usage::{Usage, UsageParts};
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::named::Payment;
use crate::scenario::question::quota::check_own_quotas;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::resolve::{Resolved, resolve};
use crate::scenario::run::components;
use crate::scenario::run::mixed::mixed;
use crate::scenario::run::month_bills::bill_by_month;
use crate::scenario::run::outcomes::Outcomes;
use crate::scenario::run::playback::Playback;
use crate::scenario::run::prices::ScenarioPrices;
use crate::scenario::run::purchases::commitments;
use crate::scenario::run::requests::Requests;
use crate::scenario::run::split::{Layout, SplitPart, split};
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
    pub parts: Vec<SplitPart>,
    /// What is billable in the whole period.
    pub usage: Usage,
}

/// [`simulate`] for a plan: a candidate that cannot serve what is asked of it is refused instead of
/// simulated, and what was simulated before is not simulated again.
///
/// # Errors
/// As [`simulate`].
pub fn simulate_served(
    scenario: &Scenario,
    catalog: &Catalog,
    requests: &Requests<'_>,
    candidate: &Candidate,
    outcomes: &Outcomes,
) -> Result<Simulated, Diagnostics> {
    let simulated = simulate_kept(scenario, catalog, requests, candidate, outcomes)?;
    simulated.resolved.unserved.clone().or_ok(simulated)
}

/// [`simulate`] over requests that are known, by outcomes that are kept.
///
/// # Errors
/// As [`simulate`].
pub fn simulate_kept(
    scenario: &Scenario,
    catalog: &Catalog,
    requests: &Requests<'_>,
    candidate: &Candidate,
    outcomes: &Outcomes,
) -> Result<Simulated, Diagnostics> {
    scenario.commercial.check(catalog)?;
    let resolved = resolve(scenario, catalog, candidate)?;
    let run =
        |setup: &Setup, streams: &[usize]| requests.outcome(candidate, setup, streams, outcomes);
    let mut outcome =
        components::run_by(&resolved.setup, run).map_err(|e| failed(candidate, &e))?;
    let workloads = scenario.workloads.len();
    let parts = if candidate.splits.is_empty() {
        Vec::new()
    } else {
        Layout::of(candidate, workloads).join(&mut outcome, workloads)
    };
    let usage = usage_of(scenario, &resolved, &outcome)?;
    Ok(Simulated { resolved, outcome, parts, usage })
}

/// Simulates candidates ahead of what asks for them, as far as some are alike but for a size and
/// can share a pass. Nothing is said of those that cannot be simulated: whoever asks for them is
/// told.
pub(crate) fn simulate_together<'c>(
    scenario: &Scenario,
    catalog: &Catalog,
    requests: &Requests<'_>,
    candidates: impl Iterator<Item = &'c Candidate>,
    outcomes: &Outcomes,
) {
    // What other machines simulated is there, or its requests have to be made first.
    if !outcomes.keeps() || requests.are_elsewhere() {
        return;
    }
    // What has no size, or nobody beside it, has nothing to share.
    let sized = |one: &&Candidate| one.splits.is_empty() && one.total_ptu() > 0;
    let sized: Vec<&Candidate> = candidates.filter(sized).collect();
    if sized.len() < 2 {
        return;
    }
    let resolved =
        sized.into_iter().filter_map(|candidate| resolve(scenario, catalog, candidate).ok());
    let served = resolved.filter(|resolved| resolved.unserved.0.is_empty());
    let parts = served.flat_map(|resolved| components::parts(&resolved.setup)).collect();
    requests.play_together(parts, outcomes);
}

/// How many times the 429s that are allowed a size must give to be hopeless.
const HOPELESS_TIMES: u64 = 10;
/// The least share of calls that end in a 429 at a hopeless size, in 1/1,000,000: near what is
/// allowed sizes are measured, however little that is.
const HOPELESS_PPM: u64 = 10_000;

/// The share of calls, in 1/1,000,000, that more than end in a 429 at a hopeless size; none where
/// the candidate is not one size of PTUs that serves one workload alone, with a bound on its 429s.
pub(crate) fn hopeless_ppm(scenario: &Scenario, candidate: &Candidate) -> Option<u64> {
    let ([workload], [own]) = (&scenario.workloads[..], &candidate.deployments[..]) else {
        return None;
    };
    let allowed = workload.slo.throttled_share_ppm?;
    let alone = own.capacity_ptu.is_some() && candidate.splits.is_empty();
    let share = u64::from(allowed).saturating_mul(HOPELESS_TIMES).max(HOPELESS_PPM);
    (alone && share < 1_000_000).then_some(share)
}

/// [`simulate`] of what nobody calls, where more than a share of the calls of the only workload end
/// in a 429, and how many calls there are: what it costs is then known, and nothing more of how it
/// serves. None where fewer do, and where that is not found: whoever simulates it is told why.
pub(crate) fn given_up(
    scenario: &Scenario,
    catalog: &Catalog,
    requests: &Requests<'_>,
    (candidate, share_ppm): (&Candidate, u64),
    outcomes: &Outcomes,
) -> Option<(Simulated, u64)> {
    let resolved = resolve(scenario, catalog, candidate).ok()?;
    if resolved.unserved.has_errors() {
        return None;
    }
    let offered = requests.offered(0, resolved.setup.horizon_us);
    let bound = Bound { failed_throttled: Bound::share(offered, share_ppm), ..Bound::NONE };
    let streams = resolved.setup.streams.len();
    let whole = (streams == 1).then_some((&resolved.setup, &[0][..]))?;
    requests.breaks(whole, &bound, outcomes).ok().filter(|broken| *broken)?;
    let outcome = components::run(&resolved.setup, &[&Trace::default()]).ok()?;
    let usage = usage_of(scenario, &resolved, &outcome).ok()?;
    Some((Simulated { resolved, outcome, parts: Vec::new(), usage }, offered))
}

/// Whether more calls of a candidate fail than its objectives allow, found without simulating it to
/// its end. Where that is not found so, nothing is said.
pub(crate) fn fails_too_often(
    scenario: &Scenario,
    catalog: &Catalog,
    requests: &Requests<'_>,
    candidate: &Candidate,
    outcomes: &Outcomes,
) -> bool {
    if !outcomes.keeps() || !candidate.splits.is_empty() {
        return false;
    }
    let Ok(resolved) = resolve(scenario, catalog, candidate) else { return false };
    components::parts(&resolved.setup).iter().any(|(setup, streams)| {
        let [stream] = streams[..] else { return false };
        let Some(workload) = scenario.workloads.get(stream) else { return false };
        let offered = requests.offered(stream, setup.horizon_us);
        // One more than allowed: what is allowed is a share, and its quotient is rounded.
        let most = |ppm: Option<u32>| {
            let share = ppm.map(|ppm| Bound::share(offered, ppm.into()).saturating_add(1));
            share.unwrap_or(u64::MAX)
        };
        let bound = Bound {
            failed: most(workload.slo.failed_share_ppm),
            failed_throttled: most(workload.slo.throttled_share_ppm),
            ..Bound::NONE
        };
        requests.breaks((setup, streams), &bound, outcomes).unwrap_or(false)
    })
}

fn failed(candidate: &Candidate, error: &EngineError) -> Diagnostic {
    let message = format!("simulation failed: {}: {error}", candidate.name);
    Diagnostic::error("simulation-failed", message)
}

/// Simulates a candidate over the scenario's window. `traces` has one trace per workload, in
/// scenario order.
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
    check_own_quotas(&scenario.quotas, catalog)?;
    let mut resolved = resolve(scenario, catalog, candidate)?;
    resolved.setup.log = log;
    let parts = (!candidate.splits.is_empty()).then(|| split(candidate, traces));
    let traces: Vec<&Trace> = parts.as_ref().map_or(traces, |parts| &parts.traces).iter().collect();
    let mut outcome =
        components::run(&resolved.setup, &traces).map_err(|error| failed(candidate, &error))?;
    let parts =
        parts.map_or_else(Vec::new, |parts| parts.join(&mut outcome, scenario.workloads.len()));
    let usage = usage_of(scenario, &resolved, &outcome)?;
    Ok(Simulated { resolved, outcome, parts, usage })
}

/// As [`simulate`], over traffic that comes in pieces: one playback per workload, in scenario
/// order. Also what they asked for.
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
    check_own_quotas(&scenario.quotas, catalog)?;
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
    let usage = UsageParts { capacity: &[], ..UsageParts::from(&simulated.usage) };
    let prices = ScenarioPrices { scenario, catalog };
    bill(usage, &[], &terms(scenario, catalog)?, &prices)
}

/// The rest of [`price`]: what the PTUs make when paid in a way.
pub fn price_capacity(
    scenario: &Scenario,
    catalog: &Catalog,
    simulated: &Simulated,
    payment: Payment,
) -> Result<Bill, Diagnostics> {
    let usage = UsageParts { capacity: &simulated.usage.capacity, ..UsageParts::default() };
    let terms = terms(scenario, catalog)?;
    let prices = ScenarioPrices { scenario, catalog };
    bill(usage, &owned_and_bought(scenario, catalog, simulated, payment)?, &terms, &prices)
}

/// The reservations owned, and those bought for what they leave uncovered: as many as the most that
/// is deployed, or the cheapest mix.
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
