//! Which readings of what the platform does not publish make a candidate feasible or infeasible. What a plan costs is not
//! all that an assumption may move: it may decide who serves at all.

use crate::catalog::rules::{Parameter, ParameterValue};
use crate::plan::candidates::identity::CandidateId;
use crate::plan::evaluate::ahead::AskedAhead;
use crate::plan::evaluate::evaluate::{Evaluated, Group, evaluate, is_failing, simulate_ahead};
use crate::plan::evaluate::refusal::Refusal;
use crate::plan::future::Future;
use crate::plan::question::Question;
use crate::plan::session::Session;
use crate::plan::workers::Workers;
use crate::scenario::resolve::resolve;
use crate::units::diagnostic::Diagnostics;
use crate::units::money::Money;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Candidates looked at, the choice included.
const MAX_CANDIDATES: usize = 5;

/// A candidate that another reading of a parameter makes feasible or infeasible.
#[derive(Clone, Debug, PartialEq)]
pub struct FeasibilityFlip {
    /// The parameter.
    pub parameter: Arc<str>,
    /// What was taken for it, in words.
    pub taken: String,
    /// The other reading, in words.
    pub other: String,
    /// The candidate.
    pub candidate: Arc<str>,
    /// Whether it is feasible under what was taken; under the other reading it is the opposite.
    pub feasible: bool,
    /// What it costs a month where it is feasible.
    pub monthly: Option<Money>,
    /// Why it is infeasible where it is: the first reason.
    pub reason: Option<Refusal>,
    /// Whether the choice is another one under the other reading.
    pub changes_choice: bool,
}

/// Every flip of the choice, of pay-as-you-go and of the cheapest candidates, those that change the choice first.
pub(crate) fn feasibility(
    session: &Session<'_>,
    candidates: &[Evaluated],
    choice: Option<usize>,
    workers: &impl Workers,
) -> Result<Vec<FeasibilityFlip>, Diagnostics> {
    let question = session.question;
    let looked_at = looked_at(candidates, choice);
    let cases = cases(question, candidates, &looked_at);
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let groups = groups(candidates, &looked_at);
    let futures = futures(question, &cases);
    let asked = AskedAhead::unless_failing(&groups, 0, futures.clone());
    session.ahead_of("feasibility", asked.works());
    let results = workers.map("feasibility", &futures, |future| {
        session.billed(question.scenario, future, |setting| {
            simulate_ahead(setting, groups.iter());
            // How badly one serves is asked only where it serves under another reading.
            let each = groups.iter().map(|group| {
                let told = !is_failing(setting, group);
                Ok(if told { evaluate(setting, group)?.into_iter().next() } else { None })
            });
            each.collect::<Result<Vec<_>, _>>()
        })
    });
    let mut results = results.into_iter();
    let Some(taken) = results.next() else { return Ok(Vec::new()) };
    let taken = taken?;
    let best = cheapest(&taken);
    let mut flips = Vec::new();
    for (case, found) in cases.iter().zip(results) {
        let found = found?;
        let changes_choice = cheapest(&found) != best;
        for ((before, after), group) in taken.iter().zip(&found).zip(&groups) {
            let holds = |one: &Option<Evaluated>| one.as_ref().is_some_and(Evaluated::is_feasible);
            if holds(before) == holds(after) {
                continue;
            }
            let before = measured(session, before.as_ref(), (&futures[0], group))?;
            let after = measured(session, after.as_ref(), (&case.future, group))?;
            let (Some(before), Some(after)) = (&before, &after) else { continue };
            let [holds, breaks] =
                if before.is_feasible() { [before, after] } else { [after, before] };
            flips.push(FeasibilityFlip {
                parameter: case.parameter.clone(),
                taken: case.taken.clone(),
                other: case.other.clone(),
                candidate: before.candidate.name.clone(),
                feasible: before.is_feasible(),
                monthly: holds.figures.as_ref().map(|figures| figures.cost.monthly),
                reason: breaks.reasons.first().cloned(),
                changes_choice,
            });
        }
    }
    flips.sort_by_key(|flip| !flip.changes_choice);
    Ok(flips)
}

/// What a group is in a future: what was found, or how badly it serves.
fn measured(
    session: &Session<'_>,
    found: Option<&Evaluated>,
    (future, group): (&Future, &Group),
) -> Result<Option<Evaluated>, Diagnostics> {
    if let Some(found) = found {
        return Ok(Some(found.clone()));
    }
    session.billed(session.question.scenario, future, |setting| {
        Ok(evaluate(setting, group)?.into_iter().next())
    })
}

/// What is simulated, for whoever does it ahead.
pub(crate) fn ahead_of_feasibility(
    question: Question<'_>,
    candidates: &[Evaluated],
    choice: Option<usize>,
) -> AskedAhead {
    let looked_at = looked_at(candidates, choice);
    let cases = cases(question, candidates, &looked_at);
    if cases.is_empty() {
        return AskedAhead::default();
    }
    AskedAhead::unless_failing(&groups(candidates, &looked_at), 0, futures(question, &cases))
}

fn groups(candidates: &[Evaluated], looked_at: &[usize]) -> Vec<Group> {
    let group = |index: &usize| Group {
        id: candidates[*index].family_id,
        family: candidates[*index].family.clone(),
        candidates: vec![candidates[*index].candidate.clone()],
    };
    looked_at.iter().map(group).collect()
}

/// The most likely future, and it with each other reading.
fn futures(question: Question<'_>, cases: &[Case]) -> Vec<Future> {
    let mut futures = vec![Future::most_likely(question.scenario)];
    futures.extend(cases.iter().map(|case| case.future.clone()));
    futures
}

/// The cheapest feasible one.
fn cheapest(evaluated: &[Option<Evaluated>]) -> Option<CandidateId> {
    let feasible = evaluated.iter().flatten().filter(|one| one.is_feasible());
    let priced =
        feasible.filter_map(|one| Some((one.figures.as_ref()?.cost.monthly.amount(), one)));
    priced.min_by_key(|(cost, _)| *cost).map(|(_, one)| one.id)
}

/// The choice, pay-as-you-go, today, and the cheapest of the others: one for each family.
fn looked_at(candidates: &[Evaluated], choice: Option<usize>) -> Vec<usize> {
    let standard =
        candidates.iter().position(|one| one.candidate.is_pay_as_you_go() && !one.is_today());
    let mut order: Vec<usize> =
        (0..candidates.len()).filter(|index| candidates[*index].figures.is_some()).collect();
    order.sort_by_key(|index| candidates[*index].figures.as_ref().map(|f| f.cost.monthly.amount()));
    let mut found: Vec<usize> = Vec::new();
    let mut families = BTreeSet::new();
    for index in [choice, standard].into_iter().flatten().chain(order) {
        let own = &candidates[index];
        let named = Some(index) == choice || Some(index) == standard;
        let fresh = !found.contains(&index) && (families.insert(own.family_id) || named);
        if found.len() < MAX_CANDIDATES && fresh {
            found.push(index);
        }
    }
    found
}

/// One other reading.
struct Case {
    parameter: Arc<str>,
    taken: String,
    other: String,
    future: Future,
}

/// The other readings of every parameter that decides about admission and that one of the candidates depends on.
fn cases(question: Question<'_>, candidates: &[Evaluated], looked_at: &[usize]) -> Vec<Case> {
    let mut names = BTreeSet::new();
    for index in looked_at {
        let facts = candidates[*index].figures.iter().flat_map(|figures| figures.facts.iter());
        names.extend(facts.map(|fact| fact.name.clone()));
    }
    let parameters = names.iter().filter_map(|name| question.catalog.parameter(name).ok());
    let mut cases = Vec::new();
    for parameter in parameters.filter(|parameter| parameter.decides_admission) {
        for (taken, other, future) in readings(question, parameter) {
            let scenario = future.scenario(question.scenario);
            // A reading that cannot be simulated is not one to compare with.
            let resolves = looked_at.iter().all(|index| {
                resolve(&scenario, question.catalog, &candidates[*index].candidate).is_ok()
            });
            if resolves {
                let parameter = parameter.name.clone();
                cases.push(Case { parameter, taken, other, future });
            }
        }
    }
    cases
}

/// What is taken for a parameter, and each other reading with the future that has it.
fn readings(question: Question<'_>, parameter: &Parameter) -> Vec<(String, String, Future)> {
    let likely = Future::most_likely(question.scenario);
    let name = parameter.name.to_string();
    let stated = question.scenario.parameters.get(&name).map(|(text, _)| text.clone());
    let unit = |value: &str| parameter.in_unit(value);
    match &parameter.value {
        ParameterValue::Choice(default) => {
            let taken = stated.unwrap_or_else(|| default.to_string());
            let others = parameter.options.iter().filter(|option| ***option != *taken);
            let moved = others.map(|other| {
                let mut future = likely.clone();
                future.readings.insert(name.clone(), other.to_string());
                (taken.clone(), other.to_string(), future)
            });
            moved.collect()
        }
        ParameterValue::Number(default) => {
            let drawn = likely.parameters.get(&name).map(u64::to_string);
            let taken = drawn.or(stated).unwrap_or_else(|| default.normalize().to_string());
            let mut others = parameter.readings.clone();
            others.extend(default.to_u64().filter(|_| !others.is_empty()));
            others.retain(|other| other.to_string() != taken);
            let moved = others.into_iter().map(|other| {
                let mut future = likely.clone();
                future.parameters.insert(name.clone(), other);
                (unit(&taken), unit(&other.to_string()), future)
            });
            moved.collect()
        }
    }
}
