//! The answer: candidates ranked, the choice, the runner-up, and what each rests on.

use crate::catalog::Catalog;
use crate::metrics::slo::Slo;
use crate::plan::candidates::family::Family;
use crate::plan::candidates::identity::CandidateId;
use crate::plan::constraints::with_quota_on;
use crate::plan::evaluate::evaluate::Evaluated;
use crate::plan::foreseen::ahead_of_all;
use crate::plan::future::Future;
use crate::plan::futures::contenders::expected_cost;
use crate::plan::futures::uncertainty::{Certainty, Replicated, most_futures, rank, replicate};
use crate::plan::months::course::{Course, course};
use crate::plan::months::horizon::Horizon;
use crate::plan::months::months::{PlannedMonth, ahead};
use crate::plan::question::Question;
use crate::plan::quota::{QuotaPlan, quota_plan};
use crate::plan::run::CandidateRun;
use crate::plan::search::one_model::Searched;
use crate::plan::search::search::search;
use crate::plan::session::{Memory, Session};
use crate::plan::setting::{Setting, SizesTried};
use crate::plan::task::{Played, Runner};
use crate::plan::why::break_even::{BreakEven, break_even};
use crate::plan::why::cautions::{Caution, cautions, committed_prices};
use crate::plan::why::decision_tree::{SecondOpinion, second_opinion};
use crate::plan::why::feasibility::{FeasibilityFlip, feasibility};
use crate::plan::why::frontier::frontier;
use crate::plan::why::grid::{WhatIfGrid, grid};
use crate::plan::why::marginal::{Marginal, marginal};
use crate::plan::why::relax::{NotEnough, Relaxation, Relaxations, relaxations};
use crate::plan::why::sensitivity::{Sensitivity, sensitivity};
use crate::plan::workers::{Checkpoint, Workers};
use crate::scenario::question::named::REPLACEMENT;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::workload::Workload;
use crate::scenario::resolve::names::replacement;
use crate::scenario::run::outcomes::Outcomes;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::money::Money;
use std::borrow::Cow;
use std::sync::Arc;

/// A recommendation. Candidates are ranked: feasible ones by the monthly cost to expect, then the others.
#[derive(Clone, Debug)]
pub struct Recommendation {
    /// The shapes of the candidates.
    pub families: Vec<Family>,
    /// All candidates, best first.
    pub candidates: Vec<Evaluated>,
    /// What each candidate is expected to cost a month, which the ranking goes by: the mean over the futures; for one that was
    /// simulated once, that cost times what the futures did to the nearest size of its kind. None without figures.
    pub expected: Vec<Option<Money>>,
    /// Index of the choice: the first, when it is feasible.
    pub choice: Option<usize>,
    /// Index of the best feasible candidate of another kind: other SKUs, models or commitment, not another size or place.
    pub runner_up: Option<usize>,
    /// Indices of the candidates on the frontier of cost and service.
    pub frontier: Vec<usize>,
    /// What the choice rests on that may not hold.
    pub cautions: Vec<Caution>,
    /// Where each way to pay starts to be worth it.
    pub break_even: Vec<BreakEven>,
    /// How sure the choice is; none when nothing is feasible.
    pub certainty: Option<Certainty>,
    /// What moves the cost of the choice, largest effect first.
    pub sensitivity: Vec<Sensitivity>,
    /// Which unpublished readings make a candidate feasible or infeasible, those that change the choice first.
    pub feasibility: Vec<FeasibilityFlip>,
    /// Results around the choice; none when nothing is feasible or nothing has sizes.
    pub grid: Option<WhatIfGrid>,
    /// The next smaller and the next larger size of the choice, and what they would cost.
    pub marginal: [Option<Marginal>; 2],
    /// What the guide's tree and the official calculator say; none without a request.
    pub second_opinion: Option<SecondOpinion>,
    /// Requirements that alone stand in the way; empty when something is feasible.
    pub relaxations: Vec<Relaxation>,
    /// What was tried to give up where nothing is feasible, and is not enough; empty where
    /// something is.
    pub not_enough: Vec<NotEnough>,
    /// What quota the choice takes, and what a higher one would open.
    pub quota: QuotaPlan,
    /// What to do month by month; empty when the horizon is one month.
    pub months: Vec<PlannedMonth>,
    /// Every month of the horizon billed; none when nothing is feasible, and of [`decide`] alone.
    pub horizon: Option<Horizon>,
    /// The choice over the traffic of the question; none when nothing is feasible, and of
    /// [`decide`] alone.
    pub run: Option<CandidateRun>,
}

impl Recommendation {
    /// Whether the choice keeps every objective and constraint in all months that are planned.
    pub fn is_feasible(&self) -> bool {
        self.choice.is_some() && self.horizon.as_ref().is_none_or(Horizon::is_feasible)
    }
}

/// The answer without what lies around it: candidates, choice and quota, but no sensitivity and no
/// what-if grid; months only where there are several, or something is owned. For many questions
/// side by side.
pub fn recommend_briefly(
    question: Question<'_>,
    workers: &impl Workers,
) -> Result<Recommendation, Diagnostics> {
    asked(question, |question| {
        let session = Session::new(question, Memory::default(), most_futures(question.scenario));
        let (mut answer, course) = decide_in(&session, workers)?;
        ask_for_quota(&session, &mut answer, course.as_ref(), workers)?;
        // What is owned and what the months ahead need decides what to do now.
        let commercial = &question.scenario.commercial;
        let owns = !commercial.agreement.reservations.is_empty();
        if let Some(choice) = answer.choice.filter(|_| owns || question.scenario.horizon_months > 1)
        {
            look_ahead(&session, &mut answer, (choice, course.as_ref()), workers)?;
        }
        Ok(answer)
    })
}

/// What to ask for. Where a plan with more quota is the answer, what may fail of it comes before
/// what may fail of the choice.
fn ask_for_quota(
    session: &Session<'_>,
    answer: &mut Recommendation,
    course: Option<&Course>,
    workers: &impl Workers,
) -> Result<(), Diagnostics> {
    answer.quota = quota_plan(session, &answer.candidates, answer.choice, course, workers)?;
    let better = answer.quota.better.and_then(|better| answer.quota.options.get(better));
    if let Some(better) = better {
        let mut found = cautions(session, &answer.candidates, &better.evaluated)?;
        let others = std::mem::take(&mut answer.cautions);
        found.extend(others.into_iter().filter(|own| !found.contains(own)).collect::<Vec<_>>());
        answer.cautions = found;
    }
    Ok(())
}

/// The months of the horizon, simulated and billed.
fn look_ahead(
    session: &Session<'_>,
    answer: &mut Recommendation,
    (choice, course): (usize, Option<&Course>),
    workers: &impl Workers,
) -> Result<(), Diagnostics> {
    let found = ahead(session, &answer.families, (&answer.candidates, choice), course, workers)?;
    (answer.months, answer.horizon) = (found.months, Some(found.horizon));
    Ok(())
}

/// [`decide`], and then looks around the choice: what would change it, other settings, the months ahead.
///
/// # Errors
/// A question that states no objective or names what the catalogue does not have, and prices that are missing.
pub fn recommend(
    question: Question<'_>,
    workers: &impl Workers,
) -> Result<Recommendation, Diagnostics> {
    recommend_within(question, Memory::default(), workers)
}

/// [`recommend`], holding at most so much of what was simulated. The answer does not depend on it.
///
/// # Errors
/// As [`recommend`].
pub fn recommend_within(
    question: Question<'_>,
    memory: Memory,
    workers: &impl Workers,
) -> Result<Recommendation, Diagnostics> {
    recommend_from(question, memory, Vec::new(), workers)
}

/// [`recommend_within`], starting from simulations that were played before or elsewhere: these are not run again as long as
/// there is room for them.
///
/// # Errors
/// As [`recommend`].
pub fn recommend_from(
    question: Question<'_>,
    memory: Memory,
    played: Vec<Played>,
    workers: &impl Workers,
) -> Result<Recommendation, Diagnostics> {
    let outcomes = Arc::new(Outcomes::within(memory.outcomes));
    for (id, outcome) in played.into_iter().flat_map(|played| played.parts) {
        outcomes.put(&id, outcome);
    }
    asked(question, |question| {
        let futures = most_futures(question.scenario);
        whole_in(&Session::over(question, memory, futures, outcomes), workers)
    })
}

/// [`recommend_within`] that gives a first answer on the way, to whoever cannot wait for the whole
/// one: only the most likely future, and of each family only a few sizes. The outcomes outlive the
/// plan: the next one, of the same question with another price or another objective, simulates
/// nothing that is there. The whole answer does not depend on what is there.
///
/// # Errors
/// As [`recommend`], and what `first` says.
pub fn recommend_live(
    question: Question<'_>,
    memory: Memory,
    outcomes: &Arc<Outcomes>,
    workers: &impl Workers,
    checkpoint: Checkpoint<'_>,
    first: impl FnOnce(&Recommendation) -> Result<(), Diagnostics>,
) -> Result<Recommendation, Diagnostics> {
    asked(question, |planned| {
        let futures = most_futures(planned.scenario);
        let session = Session::over(planned, memory, futures, Arc::clone(outcomes));
        let session = session.watched(checkpoint);
        first(&roughly_in(&session, workers)?)?;
        whole_in(&session, workers)
    })
}

/// [`recommend_within`], with other machines that simulate: they have the question [`as_planned`]. What they counted is put to
/// the `outcomes`. The answer does not depend on them.
///
/// # Errors
/// As [`recommend`].
pub fn recommend_on(
    question: Question<'_>,
    memory: Memory,
    outcomes: &Arc<Outcomes>,
    runner: &(dyn Runner + Sync),
    workers: &impl Workers,
) -> Result<Recommendation, Diagnostics> {
    asked(question, |question| {
        let futures = most_futures(question.scenario);
        let session = Session::over(question, memory, futures, Arc::clone(outcomes));
        whole_in(&session.on(runner), workers)
    })
}

/// The scenario as a plan simulates it, which is what a [`Task`](crate::plan::task::Task) of the plan is a task of: with the
/// quota of its first day, with what replaces its models where it allows that, at committed prices.
///
/// # Errors
/// A name that the catalogue does not have.
pub fn as_planned(question: Question<'_>) -> Result<Scenario, Diagnostics> {
    let scenario = with_first_quota(question)?;
    let scenario = with_replacements(&scenario, question.catalog);
    Ok(committed_prices(&scenario, question.catalog).into_owned())
}

/// Does `work` with the question as a plan reads it: with the quota of its first day, what replaces
/// its models, and the prices of what is committed. The choice is shown over the question itself.
fn asked(
    question: Question<'_>,
    work: impl FnOnce(Question<'_>) -> Result<Recommendation, Diagnostics>,
) -> Result<Recommendation, Diagnostics> {
    has_objective(question)?;
    let scenario = as_planned(question)?;
    let answer = work(Question { scenario: &scenario, ..question })?;
    shown(question, answer)
}

/// The answer with the run of its choice.
fn shown(question: Question<'_>, answer: Recommendation) -> Result<Recommendation, Diagnostics> {
    let choice = answer.choice.map(|choice| &answer.candidates[choice].candidate);
    let run = choice.map(|choice| CandidateRun::of(question, choice)).transpose()?;
    Ok(Recommendation { run, ..answer })
}

fn whole_in(session: &Session<'_>, workers: &impl Workers) -> Result<Recommendation, Diagnostics> {
    let (mut answer, course) = decide_in(session, workers)?;
    let chosen = (&answer.families[..], &answer.candidates[..], answer.choice);
    ahead_of_all(session, chosen, course.as_ref())?;
    ask_for_quota(session, &mut answer, course.as_ref(), workers)?;
    if let Some(choice) = answer.choice {
        let candidates = &answer.candidates;
        answer.sensitivity = sensitivity(session, candidates, choice, workers)?;
        answer.grid = grid(session, &answer.families, candidates, choice, workers)?;
        look_ahead(session, &mut answer, (choice, course.as_ref()), workers)?;
    }
    answer.feasibility = feasibility(session, &answer.candidates, answer.choice, workers)?;
    Ok(answer)
}

/// The scenario with what the platform names to replace its models, where it allows to try that.
fn with_replacements<'a>(scenario: &'a Scenario, catalog: &Catalog) -> Cow<'a, Scenario> {
    let asks = |workload: &Workload| {
        workload.alternatives.iter().any(|other| &*other.model.name == REPLACEMENT)
    };
    if !scenario.workloads.iter().any(asks) {
        return Cow::Borrowed(scenario);
    }
    let on = scenario.period.first_date();
    let mut tried = scenario.clone();
    for workload in &mut tried.workloads {
        let next = replacement(catalog, &workload.model.name, on);
        let known = next.filter(|next| !workload.may_call(next));
        for other in &mut workload.alternatives {
            if let (REPLACEMENT, Some(next)) = (&*other.model.name, &known) {
                other.model.name = next.clone();
            }
        }
        workload.alternatives.retain(|other| &*other.model.name != REPLACEMENT);
    }
    Cow::Owned(tried)
}

/// The scenario with the PTU quota of its first day.
fn with_first_quota(question: Question<'_>) -> Result<Cow<'_, Scenario>, Diagnostics> {
    let scenario = question.scenario;
    with_quota_on(scenario, question.catalog, scenario.period.first_date())
}

/// Without a bound on refused calls the cheapest way to serve is not to serve: the question must state one.
fn has_objective(question: Question<'_>) -> Result<(), Diagnostic> {
    let stated = |slo: &Slo| slo.throttled_share_ppm.is_some() || slo.failed_share_ppm.is_some();
    let workloads = &question.scenario.workloads;
    let Some(without) = workloads.iter().find(|workload| !stated(&workload.slo)) else {
        return Ok(());
    };
    let of = match workloads.len() {
        1 => String::new(),
        _ => format!(" of {}", without.name),
    };
    let message = format!("no objective: how many calls{of} may end in a 429 is not stated");
    Err(Diagnostic::error("no-objective", message).hint("add throttled_share = \"0.1 %\" to [slo]"))
}

/// Searches in the most likely future, replays the contenders in many, and ranks. The same question gives the same answer
/// whoever works on it.
pub fn decide(
    question: Question<'_>,
    workers: &impl Workers,
) -> Result<Recommendation, Diagnostics> {
    let tried = with_replacements(question.scenario, question.catalog);
    let at_list = committed_prices(&tried, question.catalog);
    let question = Question { scenario: &at_list, ..question };
    let futures = most_futures(question.scenario);
    Ok(decide_in(&Session::new(question, Memory::default(), futures), workers)?.0)
}

/// The answer, and the way through the months where several are planned.
fn decide_in(
    session: &Session<'_>,
    workers: &impl Workers,
) -> Result<(Recommendation, Option<Course>), Diagnostics> {
    let likely = Future::most_likely(session.question.scenario);
    session.within(session.question.scenario, &likely, |setting| {
        decide_from(session, setting, workers)
    })
}

/// A first answer: the most likely future alone, a few sizes, and nothing simulated twice. Its run
/// is that of the most likely future, whose failed calls are not told apart by cause.
fn roughly_in(
    session: &Session<'_>,
    workers: &impl Workers,
) -> Result<Recommendation, Diagnostics> {
    let likely = Future::most_likely(session.question.scenario);
    session.within(session.question.scenario, &likely, |setting| {
        let setting = Setting { sizes: SizesTried::Few, ..setting };
        let searched = searched(setting, workers)?;
        let answer =
            conclude(session, setting, (searched, None), None, |_, _| Ok(Relaxations::default()))?;
        let choice = answer.choice.map(|choice| &answer.candidates[choice].candidate);
        let run = choice.map(|choice| CandidateRun::kept(setting, choice)).transpose()?;
        Ok(Recommendation { run, ..answer })
    })
}

/// The search, which gives hopeless sizes up. Where nothing is feasible, how far each is from that
/// is the answer: then all are measured.
fn searched(setting: Setting<'_>, workers: &impl Workers) -> Result<Searched, Diagnostics> {
    let found = search(Setting { gives_up: true, ..setting }, workers)?;
    if found.candidates.iter().any(Evaluated::is_feasible) {
        return Ok(found);
    }
    search(setting, workers)
}

/// [`decide`], searching in the most likely future.
fn decide_from(
    session: &Session<'_>,
    setting: Setting<'_>,
    workers: &impl Workers,
) -> Result<(Recommendation, Option<Course>), Diagnostics> {
    let mut searched = searched(setting, workers)?;
    let Searched { families, candidates } = &mut searched;
    let replicated = replicate(session, setting, families, candidates, workers)?;
    rank(candidates);
    // What the months together decide stands before what the first of them does.
    let course = course(session, families, candidates, workers)?;
    let first = course.as_ref().and_then(Course::first).map(|first| first.id);
    let relax = |setting: Setting<'_>, all: &[Evaluated]| relaxations(setting, all, workers);
    let answer = conclude(session, setting, (searched, first), replicated.as_ref(), relax)?;
    Ok((answer, course))
}

/// What follows from candidates with figures, of which one may be chosen by the months of the
/// horizon; `relax` asks again where none of them is feasible.
fn conclude<'s>(
    session: &Session<'_>,
    setting: Setting<'s>,
    (searched, first): (Searched, Option<CandidateId>),
    replicated: Option<&Replicated>,
    relax: impl FnOnce(Setting<'s>, &[Evaluated]) -> Result<Relaxations, Diagnostics>,
) -> Result<Recommendation, Diagnostics> {
    let (question, likely) = (session.question, setting.question);
    let Searched { families, mut candidates } = searched;
    rank(&mut candidates);
    if let Some(at) = candidates.iter().position(|one| Some(one.id) == first) {
        candidates[..=at].rotate_right(1);
    }
    let choice = candidates.first().filter(|first| first.is_feasible()).map(|_| 0);
    let runner_up = choice.and_then(|choice| {
        let kind = candidates[choice].candidate.kind();
        candidates.iter().position(|other| other.is_feasible() && other.candidate.kind() != kind)
    });
    let certainty = match (replicated, choice) {
        (Some(replicated), Some(choice)) => {
            let others = compared_with(&candidates, choice, runner_up);
            replicated.certainty(question.scenario, &candidates, choice, &others)?
        }
        _ => None,
    };
    let Relaxations { enough: relaxations, not_enough } = match choice {
        Some(_) => Relaxations::default(),
        None => relax(setting, &candidates)?,
    };
    let found = match choice {
        Some(choice) => cautions(session, &candidates, &candidates[choice])?,
        None => Vec::new(),
    };
    Ok(Recommendation {
        relaxations,
        not_enough,
        quota: QuotaPlan::default(),
        sensitivity: Vec::new(),
        feasibility: Vec::new(),
        grid: None,
        months: Vec::new(),
        horizon: None,
        marginal: choice.map_or([None, None], |choice| marginal(&candidates, choice)),
        second_opinion: second_opinion(likely, &candidates, choice)?,
        cautions: found,
        run: None,
        break_even: break_even(likely, &candidates, choice)?,
        frontier: frontier(&candidates),
        families,
        choice,
        runner_up,
        expected: (0..candidates.len()).map(|index| expected_cost(&candidates, index)).collect(),
        candidates,
        certainty,
    })
}

/// Whom the choice is compared with future by future: the runner-up, pay-as-you-go, what runs today.
fn compared_with(candidates: &[Evaluated], choice: usize, runner_up: Option<usize>) -> Vec<usize> {
    let standard = candidates.iter().position(|c| c.candidate.is_pay_as_you_go());
    let today = candidates.iter().position(Evaluated::is_today);
    let mut others = Vec::new();
    for other in [runner_up, standard, today].into_iter().flatten() {
        if other != choice && !others.contains(&other) {
            others.push(other);
        }
    }
    others
}
