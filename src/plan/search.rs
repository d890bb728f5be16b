//! The search: every size on the grid up to what the peak needs, each paid in every allowed way.

use crate::catalog::Catalog;
use crate::engine::outcome::DeploymentOutcome;
use crate::ledger::usage::DeploymentRef;
use crate::metrics::measures::{
    self, StreamMeasures, Utilization, of_stream, of_streams, total_utilization,
};
use crate::plan::candidates::{Family, candidate, families};
use crate::plan::cost::{Cost, cost_of, out_of_range};
use crate::plan::future::Future;
use crate::plan::refusal::Refusal;
use crate::plan::uncertainty::Spread;
use crate::plan::workers::Workers;
use crate::scenario::candidate::Candidate;
use crate::scenario::evaluate::{Simulated, price_capacity, price_tokens, simulate};
use crate::scenario::facts::Facts;
use crate::scenario::question::{Payment, Scenario};
use crate::scenario::resolve::is_refusal;
use crate::units::diagnostic::Diagnostics;
use crate::units::ptu::{MAX_DEPLOYABLE_PTU, Ptu};
use crate::workload::trace::Trace;
use std::sync::Arc;

/// Sizes simulated before looking whether the peak is served. Fixed, so that the set of candidates does not depend on
/// the number of threads.
const SIZES_PER_BATCH: usize = 16;

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

/// All candidates of a question with their figures: today's deployments first, then family by family and size by size.
pub(crate) fn search(
    setting: Setting<'_>,
    workers: &impl Workers,
) -> Result<Vec<Evaluated>, Diagnostics> {
    let Question { scenario, catalog, .. } = setting.question;
    let families = families(scenario, catalog)?;
    let mut found = Vec::new();
    if let Some(today) = &scenario.today {
        let group = Group { family: "what runs today".into(), candidates: vec![today.clone()] };
        found.extend(evaluate(setting, &group)?);
    }
    // The largest size that the peak needs, by provisioned SKU: families with spillover use the same sizes.
    let mut tried: Vec<(Arc<str>, Vec<Ptu>)> = Vec::new();
    for family in &families {
        let Some(provisioned) = &family.provisioned else {
            found.extend(evaluate(setting, &group_of(scenario, family, 0))?);
            continue;
        };
        let known = tried.iter().find(|(sku, _)| *sku == provisioned.name);
        let (sizes, evaluated) = match known {
            Some((_, sizes)) => {
                let sizes = sizes.clone();
                let evaluated = evaluate_sizes(setting, family, &sizes, workers)?;
                (sizes, evaluated)
            }
            None => sizes_up_to_the_peak(setting, family, workers)?,
        };
        if known.is_none() {
            tried.push((provisioned.name.clone(), sizes));
        }
        found.extend(evaluated);
    }
    Ok(found)
}

/// The candidates of a family at a size, one for each allowed payment.
pub(crate) fn group_of(scenario: &Scenario, family: &Family, ptu: Ptu) -> Group {
    let payments: &[Payment] =
        if family.is_sized() { &scenario.allow.payments } else { &[Payment::Hourly] };
    let candidates =
        payments.iter().map(|payment| candidate(scenario, family, ptu, *payment)).collect();
    Group { family: family.name.as_str().into(), candidates }
}

/// Tries sizes in batches until one serves the peak without a refusal.
fn sizes_up_to_the_peak(
    setting: Setting<'_>,
    family: &Family,
    workers: &impl Workers,
) -> Result<(Vec<Ptu>, Vec<Evaluated>), Diagnostics> {
    let mut grid = family.sizes(MAX_DEPLOYABLE_PTU);
    let (mut sizes, mut evaluated) = (Vec::new(), Vec::new());
    loop {
        let batch: Vec<Ptu> = grid.by_ref().take(SIZES_PER_BATCH).collect();
        if batch.is_empty() {
            return Ok((sizes, evaluated));
        }
        let mut results = evaluate_sizes(setting, family, &batch, workers)?;
        let served = results.iter().position(|e| {
            e.figures.as_ref().is_none_or(|figures| {
                figures.deployments.iter().all(|d| d.outcome.throttled + d.outcome.spilled_out == 0)
            })
        });
        if let Some(index) = served {
            let ptu = results[index].candidate.deployments.first().and_then(|d| d.capacity_ptu);
            let last = batch.iter().position(|size| Some(*size) == ptu).unwrap_or(0);
            sizes.extend(&batch[..=last]);
            let keep = results.len() / batch.len() * (last + 1);
            results.truncate(keep);
            evaluated.append(&mut results);
            return Ok((sizes, evaluated));
        }
        sizes.extend(batch);
        evaluated.append(&mut results);
    }
}

fn evaluate_sizes(
    setting: Setting<'_>,
    family: &Family,
    sizes: &[Ptu],
    workers: &impl Workers,
) -> Result<Vec<Evaluated>, Diagnostics> {
    let scenario = setting.question.scenario;
    let results = workers
        .map(&family.name, sizes, |ptu| evaluate(setting, &group_of(scenario, family, *ptu)));
    let mut evaluated = Vec::new();
    for result in results {
        evaluated.extend(result?);
    }
    Ok(evaluated)
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
    let mut simulated = match simulate(scenario, catalog, traces, first) {
        Ok(simulated) => simulated,
        Err(wrong) if !is_refusal(&wrong) => return Err(wrong),
        Err(refused) => {
            let reasons: Vec<Refusal> = refused.0.iter().map(Refusal::diagnostic).collect();
            let refuse = |candidate| evaluated(candidate, None, reasons.clone());
            return Ok(group.candidates.iter().map(refuse).collect());
        }
    };
    let (figures, breaches) = measure(scenario, &mut simulated);
    let tokens = price_tokens(scenario, catalog, &simulated)?;
    let mut results = Vec::with_capacity(group.candidates.len());
    for candidate in &group.candidates {
        let capacity = price_capacity(scenario, catalog, &simulated, candidate.payment)?;
        let cost = cost_of(scenario, &[&tokens, &capacity])?
            .at_prices(setting.token_price, setting.ptu_price)
            .map_err(out_of_range)?;
        let figures = Figures { cost, ..figures.clone() };
        results.push(evaluated(candidate, Some(figures), breaches.clone()));
    }
    Ok(results)
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
    let total = of_streams(&outcome.streams);
    let workloads: Vec<StreamMeasures> = outcome.streams.iter().map(of_stream).collect();
    let spilled: u64 =
        deployments.iter().map(|d| d.outcome.completed.min(d.outcome.spilled_in)).sum();
    let breaches = scenario
        .workloads
        .iter()
        .zip(&workloads)
        .flat_map(|(workload, measures)| {
            let name = (scenario.workloads.len() > 1).then_some(&*workload.name);
            let breaches = scenario.slo.breaches(measures);
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
    };
    (figures, breaches)
}
