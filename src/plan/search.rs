//! The search: every size on the grid up to what the peak needs, each paid in every allowed way.

use crate::billing::commitment::Commitment;
use crate::catalog::Catalog;
use crate::engine::outcome::DeploymentOutcome;
use crate::ledger::usage::DeploymentRef;
use crate::metrics::measures::{self, StreamMeasures, Utilization, of_stream, total_utilization};
use crate::metrics::slo::Slo;
use crate::plan::candidates::{Family, candidate, families};
use crate::plan::constraints::{Judged, above_budget, judge};
use crate::plan::cost::{Cost, cost_of, out_of_range};
use crate::plan::future::Future;
use crate::plan::outage::broken_by_outage;
use crate::plan::portfolio::portfolio;
use crate::plan::refusal::Refusal;
use crate::plan::schedules::{self, Hours};
use crate::plan::sizes::{evaluate_sizes, sizes_up_to_the_peak};
use crate::plan::uncertainty::Spread;
use crate::plan::workers::Workers;
use crate::scenario::candidate::Candidate;
use crate::scenario::evaluate::{
    Simulated, owned_and_bought, price_capacity, price_tokens, simulate_served,
};
use crate::scenario::facts::Facts;
use crate::scenario::measured::{of_all, of_workloads, slowest_first_token_us};
use crate::scenario::question::{Payment, Scenario};
use crate::scenario::resolve::is_refusal;
use crate::units::diagnostic::Diagnostics;
use crate::units::ptu::Ptu;
use crate::workload::trace::Trace;
use std::sync::Arc;

/// Sizes looked at on each side of a schedule that was derived.
const SIZES_AROUND: usize = 2;

/// A question with everything needed to answer it.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The catalogue.
    pub catalog: &'a Catalog,
    /// One trace per workload.
    pub traces: &'a [Trace],
}

/// A candidate with its figures, or with the reason why it could not be simulated.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// The candidate.
    pub candidate: Candidate,
    /// The name of its family, such as `GlobalStandard alone`.
    pub family: Arc<str>,
    /// Its figures; none when it was refused before the simulation.
    pub figures: Option<Figures>,
    /// Why it is not feasible; empty when it is.
    pub reasons: Vec<Refusal>,
    /// Its cost over the futures; none when it was not among the contenders.
    pub spread: Option<Spread>,
}

/// What a simulation and a bill said of a candidate.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Its cost.
    pub cost: Cost,
    /// All calls together.
    pub total: StreamMeasures,
    /// Each workload.
    pub workloads: Vec<StreamMeasures>,
    /// Share of calls that a spillover deployment served.
    pub spilled_share: f64,
    /// Its PTUs together.
    pub utilization: Option<Utilization>,
    /// Each deployment.
    pub deployments: Vec<DeploymentFigures>,
    /// The dated values behind it.
    pub facts: Facts,
    /// The reservations behind its cost, those owned already included.
    pub reservations: Vec<Commitment>,
    /// What it did hour by hour, where schedules are asked for.
    pub hours: Option<Arc<Hours>>,
}

/// One deployment of a candidate.
#[derive(Clone, Debug)]
pub struct DeploymentFigures {
    /// What it is.
    pub deployment: Arc<DeploymentRef>,
    /// What happened there; without the minute series.
    pub outcome: DeploymentOutcome,
    /// Its utilization.
    pub utilization: Option<Utilization>,
}

impl Evaluated {
    /// Whether it meets every constraint.
    pub fn is_feasible(&self) -> bool {
        self.reasons.is_empty()
    }
}

/// A question under one future: its scenario and traces are already those of the future, its prices are factors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    /// The question, with the future's traffic, luck and parameters.
    pub(crate) question: Question<'a>,
    /// Factor on what tokens cost.
    pub(crate) token_price: f64,
    /// Factor on what PTUs cost.
    pub(crate) ptu_price: f64,
}

impl<'a> Setting<'a> {
    /// The setting of a future whose scenario and traces have been made.
    pub(crate) const fn of(future: &Future, question: Question<'a>) -> Self {
        Self { question, token_price: future.token_price, ptu_price: future.ptu_price }
    }
}

/// Deployments to simulate once, and every way to pay for them.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// The family of the candidates.
    pub(crate) family: Arc<str>,
    /// Candidates that differ in payment alone; at least one.
    pub(crate) candidates: Vec<Candidate>,
}

/// The families that were looked at, and their candidates with figures.
#[derive(Debug)]
pub(crate) struct Searched {
    pub(crate) families: Vec<Family>,
    pub(crate) candidates: Vec<Evaluated>,
}

/// All candidates of a question with their figures: today's deployments first, then family by family and size by size.
pub(crate) fn search(
    setting: Setting<'_>,
    workers: &impl Workers,
) -> Result<Searched, Diagnostics> {
    let Question { scenario, catalog, .. } = setting.question;
    let (mut together, mut families): (Vec<Family>, Vec<Family>) =
        families(scenario, catalog)?.into_iter().partition(Family::is_combined);
    together.extend(families.iter().filter(|family| family.is_partly_tuned()).cloned());
    let mut found = Vec::new();
    if let Some(today) = &scenario.today {
        let group = Group { family: "what runs today".into(), candidates: vec![today.clone()] };
        found.extend(evaluate(setting, &group)?);
    }
    // The largest size that the peak needs, by what is provisioned: families with spillover use the same sizes.
    let mut tried: Vec<(String, Vec<Ptu>)> = Vec::new();
    for family in &families {
        if !family.is_sized() || family.lacks_grid() {
            found.extend(evaluate(setting, &group_of(scenario, family, 0))?);
            continue;
        }
        let provisioned = family.provisioning();
        let known = tried.iter().find(|(known, _)| *known == provisioned);
        let (sizes, evaluated) = match known {
            Some((_, sizes)) => {
                let sizes = sizes.clone();
                let evaluated = evaluate_sizes(setting, family, &sizes, workers)?;
                (sizes, evaluated)
            }
            None => sizes_up_to_the_peak(setting, family, &found, workers)?,
        };
        if known.is_none() {
            tried.push((provisioned, sizes));
        }
        found.extend(evaluated);
    }
    for family in families.clone() {
        let resized = schedules::is_asked(scenario) && family.has_ptu() && !family.lacks_grid();
        let Some(first) = resized.then(|| schedules::schedule(scenario, &family, &found)).flatten()
        else {
            continue;
        };
        let cost = |family: &Family, size: Ptu| {
            let evaluated = evaluate(setting, &group_of(scenario, family, size))?;
            Ok(evaluated
                .iter()
                .filter_map(|one| {
                    Some((!one.is_feasible(), one.figures.as_ref()?.cost.monthly.amount()))
                })
                .min())
        };
        let best = schedules::improve(&family, first, cost, workers)?;
        let (family, size) = (best.of(&family), best.high_ptu);
        let near = (1..=SIZES_AROUND).flat_map(|step| family.neighbours(size, step));
        let mut sizes: Vec<Ptu> = near.chain([size]).collect();
        sizes.sort_unstable();
        found.extend(evaluate_sizes(setting, &family, &sizes, workers)?);
        families.push(family);
    }
    // Models that serve together have sizes of their own: any family of a mix stands for all.
    let mut mixes: Vec<(&str, &str)> = Vec::new();
    for family in &together {
        let mix = (&*family.mix.label, &*family.mix.beside);
        if !mixes.contains(&mix) {
            mixes.push(mix);
            let more = portfolio(setting, family, workers)?;
            families.extend(more.families);
            found.extend(more.candidates);
        }
    }
    Ok(Searched { families, candidates: found })
}

/// The candidates of a family at a size, one for each allowed payment.
pub(crate) fn group_of(scenario: &Scenario, family: &Family, ptu: Ptu) -> Group {
    let payments = payments(scenario, family);
    let candidates = payments.iter().map(|payment| candidate(family, ptu, *payment)).collect();
    Group { family: family.name.clone(), candidates }
}

/// The ways to pay worth comparing. PTUs that are not the same throughout may be reserved in part; a reservation of their
/// most is one such part. So are constant PTUs of which reservations owned cover some, or cover them for a part of the
/// period: what is left is not the same throughout. Without any, the best mix of constant PTUs is one of the pure ways.
fn payments(scenario: &Scenario, family: &Family) -> Vec<Payment> {
    if !family.has_ptu() {
        return vec![Payment::Hourly];
    }
    let allowed = &scenario.allow.payments;
    let reserves = allowed.iter().any(|payment| *payment != Payment::Hourly);
    if !family.is_resized() && !scenario.is_resized() {
        let owns = !scenario.commercial.agreement.reservations.is_empty();
        let mixed = (owns && reserves && allowed.len() > 1).then_some(Payment::Mixed);
        return allowed.iter().copied().chain(mixed).collect();
    }
    let hourly = allowed.iter().copied().filter(|payment| *payment == Payment::Hourly);
    hourly.chain(reserves.then_some(Payment::Mixed)).collect()
}

/// Evaluates candidates that differ in payment alone: one simulation, one bill of tokens, one of capacity each.
///
/// A candidate that cannot be had (quota, availability) is refused with its reasons. A name that is wrong or a price that
/// is missing is an error of the whole question: nothing is planned on a bill with holes.
pub(crate) fn evaluate(setting: Setting<'_>, group: &Group) -> Result<Vec<Evaluated>, Diagnostics> {
    let Question { scenario, catalog, traces } = setting.question;
    let Some(first) = group.candidates.first() else { return Ok(Vec::new()) };
    let evaluated = |candidate: &Candidate, figures, reasons| Evaluated {
        candidate: candidate.clone(),
        family: group.family.clone(),
        figures,
        reasons,
        spread: None,
    };
    let Judged { refusals, facts } = judge(scenario, catalog, first)?;
    if !refusals.is_empty() {
        let refuse = |candidate| evaluated(candidate, None, refusals.clone());
        return Ok(group.candidates.iter().map(refuse).collect());
    }
    let mut simulated = match simulate_served(scenario, catalog, traces, first) {
        Ok(simulated) => simulated,
        Err(wrong) if !is_refusal(&wrong) => return Err(wrong),
        Err(refused) => {
            let reasons: Vec<Refusal> = refused.0.iter().map(Refusal::diagnostic).collect();
            let refuse = |candidate| evaluated(candidate, None, reasons.clone());
            return Ok(group.candidates.iter().map(refuse).collect());
        }
    };
    simulated.resolved.facts.merge(&facts);
    let tokens = price_tokens(scenario, catalog, &simulated)?;
    let hours = (schedules::is_asked(scenario) && first.total_ptu() > 0).then(|| {
        let deployments = &simulated.resolved.deployments;
        Arc::new(schedules::hours(scenario, &simulated.outcome, deployments, &tokens))
    });
    let (figures, mut breaches) = measure(scenario, &mut simulated);
    if breaches.is_empty() {
        breaches = broken_by_outage(setting.question, first)?;
    }
    let mut results = Vec::with_capacity(group.candidates.len());
    for candidate in &group.candidates {
        let capacity = price_capacity(scenario, catalog, &simulated, candidate.payment)?;
        let cost = cost_of(scenario, &[&tokens, &capacity])?
            .at_prices(setting.token_price, setting.ptu_price)
            .map_err(out_of_range)?;
        let mut reasons = breaches.clone();
        reasons.extend(above_budget(scenario, &cost)?);
        let reservations = owned_and_bought(scenario, catalog, &simulated, candidate.payment)?;
        let hours = hours.clone();
        let figures = Figures { cost, reservations, hours, ..figures.clone() };
        results.push(evaluated(candidate, Some(figures), reasons));
    }
    Ok(results)
}

/// What must meet a workload's objectives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    /// Index of the workload.
    pub(crate) workload: usize,
    /// Whether its calls may wait while others of the workload may not.
    waits: bool,
    /// What its callers see.
    pub(crate) measures: StreamMeasures,
}

impl Bound {
    /// The objectives that bind it.
    pub(crate) fn slo(&self, scenario: &Scenario) -> Slo {
        let slo = &scenario.workloads[self.workload].slo;
        if self.waits { slo.for_waiting() } else { slo.clone() }
    }
}

/// What must meet the objectives: each workload, and where it is served in parts each part, so that no model's callers
/// pay for another's.
pub(crate) fn streams_with_objectives(
    simulated: &Simulated,
    workloads: &[StreamMeasures],
) -> Vec<Bound> {
    if simulated.parts.is_empty() {
        let whole = |(workload, measures)| Bound { workload, waits: false, measures };
        return workloads.iter().copied().enumerate().map(whole).collect();
    }
    let first_token_us = slowest_first_token_us(&simulated.resolved.setup);
    let parts = simulated.parts.iter();
    parts
        .map(|part| Bound {
            workload: part.workload,
            waits: part.waits,
            measures: of_stream(&part.outcome).with_first_token(first_token_us),
        })
        .collect()
}

/// The figures of a simulation without a bill, and the objectives it broke. Takes the minute series out of the outcome.
fn measure(scenario: &Scenario, simulated: &mut Simulated) -> (Figures, Vec<Refusal>) {
    let window_us = scenario.window.length_us;
    let outcome = &mut simulated.outcome;
    let utilization = total_utilization(outcome, window_us);
    let deployments: Vec<DeploymentFigures> = outcome
        .deployments
        .iter_mut()
        .zip(&simulated.resolved.deployments)
        .map(|(outcome, deployment)| {
            let utilization = measures::utilization(outcome, window_us);
            outcome.minutes = Vec::new();
            DeploymentFigures {
                deployment: deployment.clone(),
                outcome: outcome.clone(),
                utilization,
            }
        })
        .collect();
    let setup = &simulated.resolved.setup;
    let total = of_all(setup, outcome);
    let workloads: Vec<StreamMeasures> = of_workloads(setup, outcome);
    let spilled: u64 =
        deployments.iter().map(|d| d.outcome.completed.min(d.outcome.spilled_in)).sum();
    let breaches = streams_with_objectives(simulated, &workloads)
        .iter()
        .flat_map(|bound| {
            let workload = &scenario.workloads[bound.workload];
            let name = (scenario.workloads.len() > 1).then_some(&*workload.name);
            let breaches = bound.slo(scenario).breaches(&bound.measures);
            breaches.iter().map(|b| Refusal::objective(b, name)).collect::<Vec<_>>()
        })
        .collect();
    let figures = Figures {
        cost: Cost::default(),
        total,
        workloads,
        spilled_share: if total.offered == 0 { 0.0 } else { spilled as f64 / total.offered as f64 },
        utilization,
        deployments,
        facts: simulated.resolved.facts.clone(),
        reservations: Vec::new(),
        hours: None,
    };
    (figures, breaches)
}
