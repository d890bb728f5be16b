//! One group of candidates simulated once and billed under each of its payments.

use crate::billing::bill::Bill;
use crate::billing::commitment::Commitment;
use crate::engine::Replay;
use crate::engine::record::outcome::DeploymentOutcome;
use crate::engine::setup::Admission;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::Answer;
use crate::metrics::measures;
use crate::metrics::measures::{StreamMeasures, Utilization, total_utilization};
use crate::plan::candidates::candidate::candidate;
use crate::plan::candidates::family::Family;
use crate::plan::candidates::identity::{CandidateId, FamilyId};
use crate::plan::constraints::constraint::Constraint;
use crate::plan::constraints::grounds::{Grounds, TooLong};
use crate::plan::constraints::{Judged, above_budget, is_had, judge};
use crate::plan::evaluate::cost::{Cost, cost_of, out_of_range};
use crate::plan::evaluate::hopeless::Hopeless;
use crate::plan::evaluate::hours;
use crate::plan::evaluate::hours::Hours;
use crate::plan::evaluate::later_prices::{capacity_unpriced_later, unpriced_later};
use crate::plan::evaluate::objectives::streams_with_objectives;
use crate::plan::evaluate::outage::broken_by_outage;
use crate::plan::evaluate::refusal::{Refusal, UnknownAvailability};
use crate::plan::evaluate::spread::Spread;
use crate::plan::question::Question;
use crate::plan::setting::Setting;
use crate::plan::workers::Workers;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::facts::Facts;
use crate::scenario::question::named::Payment;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::resolve::is_refusal;
use crate::scenario::run::evaluate::{
    Simulated, fails_too_often, owned_and_bought, price_capacity, price_tokens, simulate_served,
    simulate_together,
};
use crate::scenario::run::measured::{of_all, of_workloads};
use crate::units::diagnostic::Diagnostics;
use crate::units::ptu::Ptu;
use std::sync::Arc;

/// A candidate with its figures, or with the reason why it could not be simulated.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// The candidate.
    pub candidate: Candidate,
    /// Who it is.
    pub id: CandidateId,
    /// Whose family it is of.
    pub family_id: FamilyId,
    /// The name of its family, such as `GlobalStandard alone`. Nothing is decided by it.
    pub family: Arc<str>,
    /// Its figures; none when it was refused before the simulation.
    pub figures: Option<Figures>,
    /// Why it is not feasible; empty when it is.
    pub reasons: Vec<Refusal>,
    /// Deployments that it rests on without anybody saying that they are sold: it ranks after one
    /// of a like price without.
    pub unknown: Vec<UnknownAvailability>,
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
    /// Whether its run was given up: a larger share of calls than `total` says ends in a 429, and
    /// nothing else of how it serves was measured.
    pub is_given_up: bool,
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
    /// Tokens and requests a minute of a Standard deployment, its part of the quota where the plan
    /// states none.
    pub limits: [Option<u64>; 2],
}

/// Tokens and requests a minute that a Standard deployment takes.
fn limits(admission: &Admission) -> [Option<u64>; 2] {
    match admission {
        Admission::Standard(limiter) => {
            [limiter.limit_tokens_per_minute, limiter.limit_requests_per_minute]
        }
        _ => [None, None],
    }
}

impl Group {
    /// What runs today.
    pub(crate) fn today(today: &Candidate) -> Self {
        let family = "what runs today".into();
        Self { id: FamilyId::Today, family, candidates: vec![today.clone()] }
    }

    /// Who its first candidate is: candidates of a group differ in payment alone.
    pub(crate) fn first_id(&self) -> Option<CandidateId> {
        self.candidates.first().map(|first| CandidateId::of(self.id, first))
    }
}

impl Evaluated {
    /// Whether it meets every constraint.
    pub fn is_feasible(&self) -> bool {
        self.reasons.is_empty()
    }

    /// Whether it is what runs today.
    pub fn is_today(&self) -> bool {
        self.family_id == FamilyId::Today
    }

    /// Whether another is of its family and paid as it is: they differ in size alone.
    pub(crate) fn is_alike(&self, other: &Self) -> bool {
        self.family_id == other.family_id && self.candidate.payment == other.candidate.payment
    }
}

/// Deployments to simulate once, and every way to pay for them.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Whose family they are of.
    pub(crate) id: FamilyId,
    /// The name of that family.
    pub(crate) family: Arc<str>,
    /// Candidates that differ in payment alone; at least one.
    pub(crate) candidates: Vec<Candidate>,
}

/// The candidates of a family at a size, one for each allowed payment.
pub(crate) fn group_of(scenario: &Scenario, family: &Family, ptu: Ptu) -> Group {
    let payments = payments(scenario, family);
    let candidates = payments.iter().map(|payment| candidate(family, ptu, *payment)).collect();
    Group { id: family.id(), family: family.name.clone(), candidates }
}

/// The ways to pay worth comparing. PTUs that are not the same throughout may be reserved in part;
/// a reservation of their most is one such part. So are constant PTUs of which reservations owned
/// cover some, or cover them for a part of the period: what is left is not the same throughout.
/// Without any, the best mix of constant PTUs is one of the pure ways.
pub(crate) fn payments(scenario: &Scenario, family: &Family) -> Vec<Payment> {
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

/// Evaluates candidates that differ in payment alone: one simulation, one bill of tokens, one of
/// capacity each.
///
/// A candidate that cannot be had (quota, availability) is refused with its reasons, and so is one
/// whose bill would have holes: a price that is missing, a meter that the traffic does not state. A
/// name that is wrong is an error of the whole question.
pub(crate) fn evaluate(setting: Setting<'_>, group: &Group) -> Result<Vec<Evaluated>, Diagnostics> {
    setting.go_on();
    let Question { scenario, catalog, .. } = setting.question;
    let Setting { requests, outcomes, .. } = setting;
    let Some(first) = group.candidates.first() else { return Ok(Vec::new()) };
    let Judged { refusals, unknown, facts } = judge(scenario, catalog, first)?;
    let evaluated = |candidate: &Candidate, figures, reasons| Evaluated {
        candidate: candidate.clone(),
        id: CandidateId::of(group.id, candidate),
        family_id: group.id,
        family: group.family.clone(),
        figures,
        reasons,
        unknown: unknown.clone(),
        spread: None,
    };
    if !refusals.is_empty() {
        let refuse = |candidate| evaluated(candidate, None, refusals.clone());
        return Ok(group.candidates.iter().map(refuse).collect());
    }
    let (mut simulated, tokens, hopeless) = match served(setting, group, first)? {
        Ok(served) => served,
        Err(reasons) => {
            let refuse = |candidate| evaluated(candidate, None, reasons.clone());
            return Ok(group.candidates.iter().map(refuse).collect());
        }
    };
    simulated.resolved.facts.merge(&facts);
    let hours = (hours::is_asked(scenario) && first.total_ptu() > 0).then(|| {
        let deployments = &simulated.resolved.deployments;
        Arc::new(hours::hours(scenario, &simulated.outcome, deployments, &tokens))
    });
    let (mut figures, mut breaches) = measure(scenario, &mut simulated);
    if let Some(hopeless) = hopeless {
        breaches = vec![figures.give_up(&hopeless)];
    }
    if breaches.is_empty() {
        breaches = broken_by_outage(setting.question, requests, first, outcomes)?;
    }
    let mut results = Vec::with_capacity(group.candidates.len());
    for candidate in &group.candidates {
        let capacity = match price_capacity(scenario, catalog, &simulated, candidate.payment) {
            Ok(capacity) => capacity,
            Err(wrong) => {
                results.push(evaluated(candidate, None, Refusal::unpriced(wrong)?));
                continue;
            }
        };
        let later = capacity_unpriced_later(setting.question, &simulated, candidate.payment)?;
        if !later.is_empty() {
            results.push(evaluated(candidate, None, later));
            continue;
        }
        let cost = cost_of(scenario, &[&tokens, &capacity])?
            .at_prices(setting.token_price, setting.ptu_price)
            .map_err(out_of_range)?;
        let mut reasons = breaches.clone();
        reasons.extend(above_budget(scenario, cost.monthly)?);
        let reservations = owned_and_bought(scenario, catalog, &simulated, candidate.payment)?;
        let hours = hours.clone();
        let figures = Figures { cost, reservations, hours, ..figures.clone() };
        results.push(evaluated(candidate, Some(figures), reasons));
    }
    Ok(results)
}

/// What the first of a group did, what its tokens cost, and whether it was given up; or why it
/// cannot be had.
#[allow(clippy::type_complexity, reason = "taken apart at once")]
fn served(
    setting: Setting<'_>,
    group: &Group,
    first: &Candidate,
) -> Result<Result<(Simulated, Bill, Option<Hopeless>), Vec<Refusal>>, Diagnostics> {
    let Question { scenario, catalog, .. } = setting.question;
    let Setting { requests, outcomes, .. } = setting;
    // What runs today is always measured.
    let tried = (group.id != FamilyId::Today).then(|| Hopeless::of(setting, first)).flatten();
    let (simulated, hopeless) = match tried {
        Some((nobody, hopeless)) => (nobody, Some(hopeless)),
        None => match simulate_served(scenario, catalog, requests, first, outcomes) {
            Ok(simulated) => (simulated, None),
            Err(wrong) if !is_refusal(&wrong) => return Err(wrong),
            Err(refused) => return Ok(Err(refused.0.iter().map(Refusal::diagnostic).collect())),
        },
    };
    match price_tokens(scenario, catalog, &simulated) {
        Ok(tokens) => match unpriced_later(setting.question, &tokens)? {
            later if later.is_empty() => Ok(Ok((simulated, tokens, hopeless))),
            later => Ok(Err(later)),
        },
        Err(wrong) => Ok(Err(Refusal::unpriced(wrong)?)),
    }
}

impl Figures {
    /// Takes what is known of a hopeless size into the figures of what nobody calls, and says which
    /// objective it breaks.
    fn give_up(&mut self, hopeless: &Hopeless) -> Refusal {
        self.total = hopeless.known();
        self.workloads.fill(hopeless.known());
        self.utilization = None;
        for deployment in &mut self.deployments {
            deployment.utilization = None;
        }
        self.is_given_up = true;
        Refusal::objective(hopeless.breach(), None)
    }
}

/// Whether more calls of a group fail than may, found before all of them are simulated. Where that
/// is not found so, nothing is said.
pub(crate) fn is_failing(setting: Setting<'_>, group: &Group) -> bool {
    let Setting { question: Question { scenario, catalog, .. }, requests, outcomes, .. } = setting;
    let first = group.candidates.first();
    first.is_some_and(|one| fails_too_often(scenario, catalog, requests, one, outcomes))
}

/// Evaluates groups on all workers; the results are in the order of the groups. `what` names the
/// work.
pub(crate) fn evaluate_on(
    setting: Setting<'_>,
    what: &str,
    groups: &[&Group],
    workers: &impl Workers,
) -> Result<Vec<Vec<Evaluated>>, Diagnostics> {
    setting.ahead(what, groups.iter().filter_map(|group| group.candidates.first()));
    let shared: Vec<&[&Group]> = groups.chunks(Replay::TOGETHER).collect();
    let work = |groups: &&[&Group]| evaluate_all(setting, groups.iter().copied());
    let results = workers.map(what, &shared, work).into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(results.into_iter().flatten().collect())
}

/// Evaluates groups one after the other, each in its place. Those that are alike but for a size are
/// simulated in passes that they share; the figures are those of [`evaluate`].
pub(crate) fn evaluate_all<'g>(
    setting: Setting<'_>,
    groups: impl Iterator<Item = &'g Group> + Clone,
) -> Result<Vec<Vec<Evaluated>>, Diagnostics> {
    simulate_ahead(setting, groups.clone());
    groups.map(|group| evaluate(setting, group)).collect()
}

/// Simulates groups that are alike but for a size in passes that they share, before they are
/// evaluated.
pub(crate) fn simulate_ahead<'g>(setting: Setting<'_>, groups: impl Iterator<Item = &'g Group>) {
    let Setting { question: Question { scenario, catalog, .. }, requests, outcomes, .. } = setting;
    let first = groups.filter_map(|group| group.candidates.first());
    let had = first.filter(|one| is_had(scenario, catalog, one));
    simulate_together(scenario, catalog, requests, had, outcomes);
}

/// The figures of a simulation without a bill, and the objectives it broke. Takes the minute series
/// out of the outcome.
pub(crate) fn measure(scenario: &Scenario, simulated: &mut Simulated) -> (Figures, Vec<Refusal>) {
    let window_us = scenario.window.length_us;
    let outcome = &mut simulated.outcome;
    let utilization = total_utilization(outcome, window_us);
    let deployments: Vec<DeploymentFigures> = outcome
        .deployments
        .iter_mut()
        .zip(&simulated.resolved.deployments)
        .zip(&simulated.resolved.setup.deployments)
        .map(|((outcome, deployment), of_setup)| {
            let utilization = measures::utilization(outcome, window_us);
            outcome.minutes = Vec::new();
            DeploymentFigures {
                deployment: deployment.clone(),
                outcome: outcome.clone(),
                utilization,
                limits: limits(&of_setup.admission),
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
            let name = (scenario.workloads.len() > 1).then_some(&workload.name);
            let breaches = bound.slo(scenario).breaches(&bound.measures);
            let broken = breaches.into_iter().map(|b| Refusal::objective(b, name));
            let too_long = || too_long(simulated, bound.workload);
            let nothing = answers_nothing(&bound.measures, &workload.name, too_long);
            broken.chain(nothing).collect::<Vec<_>>()
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
        is_given_up: false,
    };
    (figures, breaches)
}

/// Whether every call fails with an error that is no 429: to bound refused calls does not bound
/// that, and what answers nobody is no plan.
fn answers_nothing(
    measures: &StreamMeasures,
    workload: &Arc<str>,
    too_long: impl FnOnce() -> Option<TooLong>,
) -> Option<Refusal> {
    let all = measures.offered > 0 && measures.failed == measures.offered;
    (all && measures.throttled_share <= 0.0).then(|| {
        let grounds = Grounds::AnswersNothing { workload: workload.clone(), too_long: too_long() };
        Refusal::rule(Constraint::Answers(workload.clone()), grounds)
    })
}

/// What the calls of a workload are too long for, where that is why each of them failed.
fn too_long(simulated: &Simulated, workload: usize) -> Option<TooLong> {
    let setup = &simulated.resolved.setup;
    let usage = simulated.outcome.usage.iter();
    let own: Vec<_> = usage.filter(|bin| usize::from(bin.stream.0) == workload).collect();
    let is_told = simulated.parts.is_empty() && !own.is_empty();
    if !is_told || own.iter().any(|bin| bin.answer != Answer::InputTooLong) {
        return None;
    }
    let requests: u64 = own.iter().map(|bin| bin.requests).sum();
    let tokens: u64 = own.iter().map(|bin| bin.tokens.input_total()).sum();
    let route = setup.streams.get(workload)?.route.iter();
    let limits = route.filter_map(|index| {
        let index = usize::from(index.0);
        let takes = setup.deployments.get(index)?.max_input_tokens?;
        let deployment = simulated.resolved.deployments.get(index)?;
        Some((deployment.sku.clone(), deployment.model.clone(), takes))
    });
    Some(TooLong { tokens: tokens.checked_div(requests)?, limits: limits.collect() })
}
