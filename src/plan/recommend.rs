//! The answer: candidates ranked, the choice, the runner-up and why.

use crate::metrics::slo::Slo;
use crate::plan::candidates::family::Family;
use crate::plan::candidates::identity::CandidateId;
use crate::plan::constraints::with_quota_on;
use crate::plan::evaluate::evaluate::Evaluated;
use crate::plan::future::Future;
use crate::plan::futures::contenders::expected_cost;
use crate::plan::futures::uncertainty::{Certainty, rank, replicate};
use crate::plan::months::horizon::Horizon;
use crate::plan::months::months::{Month, ahead};
use crate::plan::question::Question;
use crate::plan::search::one_model::Searched;
use crate::plan::search::search::search;
use crate::plan::setting::Setting;
use crate::plan::why::break_even::{BreakEven, break_even};
use crate::plan::why::decision_tree::{SecondOpinion, second_opinion};
use crate::plan::why::explain::reasons;
use crate::plan::why::frontier::frontier;
use crate::plan::why::grid::{Grid, grid};
use crate::plan::why::marginal::{Marginal, marginal};
use crate::plan::why::relax::{Relaxation, relaxations, sentences};
use crate::plan::why::sensitivity::{Sensitivity, sensitivity};
use crate::plan::workers::Workers;
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::money::Money;
use std::borrow::Cow;

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
    /// Why the choice wins, or why nothing does.
    pub why: Vec<String>,
    /// Where each way to pay starts to be worth it.
    pub break_even: Vec<BreakEven>,
    /// How sure the choice is; none when nothing is feasible.
    pub certainty: Option<Certainty>,
    /// What moves the cost of the choice, largest effect first.
    pub sensitivity: Vec<Sensitivity>,
    /// Results around the choice; none when nothing is feasible or nothing has sizes.
    pub grid: Option<Grid>,
    /// The next smaller and the next larger size of the choice, and what they would cost.
    pub marginal: [Option<Marginal>; 2],
    /// What the guide's tree and the official calculator say; none without a request.
    pub second_opinion: Option<SecondOpinion>,
    /// Requirements that alone stand in the way; empty when something is feasible.
    pub relaxations: Vec<Relaxation>,
    /// What to do month by month; empty when the horizon is one month.
    pub months: Vec<Month>,
    /// Every month of the horizon billed; none when nothing is feasible, and of [`decide`] alone.
    pub horizon: Option<Horizon>,
}

/// [`decide`], and then looks around the choice: what would change it, other settings, the months ahead.
pub fn recommend(
    question: Question<'_>,
    workers: &impl Workers,
) -> Result<Recommendation, Diagnostics> {
    has_objective(question)?;
    let scenario = with_first_quota(question)?;
    let question = Question { scenario: &scenario, ..question };
    let mut answer = decide(question, workers)?;
    if let Some(choice) = answer.choice {
        let candidates = &answer.candidates;
        answer.sensitivity = sensitivity(question, candidates, choice, workers)?;
        answer.grid = grid(question, &answer.families, candidates, choice, workers)?;
        let ahead = ahead(question, &answer.families, candidates, choice, workers)?;
        (answer.months, answer.horizon) = (ahead.months, Some(ahead.horizon));
        let own = candidates[choice].id;
        answer.why.extend(flips(&answer.sensitivity, own));
    }
    Ok(answer)
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
    let future = Future::most_likely(question.scenario);
    let scenario = future.scenario(question.scenario);
    let traces = future.traces(question)?;
    let likely = Question { scenario: &scenario, catalog: question.catalog, traces: &traces };
    let setting = Setting::of(&future, likely);
    let Searched { families, mut candidates } = search(setting, workers)?;
    let replicated = replicate(question, setting, &families, &mut candidates, workers)?;
    rank(&mut candidates);
    let choice = candidates.first().filter(|first| first.is_feasible()).map(|_| 0);
    let runner_up = choice.and_then(|choice| {
        let kind = candidates[choice].candidate.kind();
        candidates.iter().position(|other| other.is_feasible() && other.candidate.kind() != kind)
    });
    let certainty = match (&replicated, choice) {
        (Some(replicated), Some(choice)) => {
            let others = compared_with(&candidates, choice, runner_up);
            replicated.certainty(question.scenario, &candidates, choice, &others)?
        }
        _ => None,
    };
    let relaxations = match choice {
        Some(_) => Vec::new(),
        None => relaxations(setting, workers)?,
    };
    let mut why = reasons(&candidates, choice, runner_up, certainty.as_ref());
    if choice.is_none() {
        why.extend(sentences(question.scenario, &relaxations));
    }
    Ok(Recommendation {
        relaxations,
        sensitivity: Vec::new(),
        grid: None,
        months: Vec::new(),
        horizon: None,
        marginal: choice.map_or([None, None], |choice| marginal(&candidates, choice)),
        second_opinion: second_opinion(likely, &candidates, choice)?,
        why,
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

/// Flips named in a sentence; the rest stand in the sensitivity.
const NAMED_FLIPS: usize = 3;

/// What would make another contender the better one, in one sentence.
fn flips(effects: &[Sensitivity], choice: CandidateId) -> Option<String> {
    let mut found = Vec::new();
    for effect in effects {
        for ((value, best), id) in effect.values.iter().zip(&effect.best).zip(&effect.best_id) {
            if *id != choice {
                found.push(format!("{best} with {} at {value}", effect.input));
            }
        }
    }
    let more = found.len().saturating_sub(NAMED_FLIPS);
    found.truncate(NAMED_FLIPS);
    let rest = if more > 0 { format!("; {more} more in the sensitivity") } else { String::new() };
    (!found.is_empty())
        .then(|| format!("Another contender would be better: {}{rest}", found.join("; ")))
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
