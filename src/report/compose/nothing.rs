//! Where nothing is feasible: what is nearest and what it would take, for each model what is
//! missing, and which requirement stands in the way alone, or which two together.

use crate::plan::constraints::constraint::Constraint;
use crate::plan::evaluate::evaluate::Evaluated;
use crate::plan::evaluate::refusal::Refusal;
use crate::plan::recommend::Recommendation;
use crate::plan::why::relax::{NotEnough, Relaxation};
use crate::report::words::refusal::{self, RefusalWords, joined};
use crate::report::words::relaxed;
use crate::scenario::question::scenario::Scenario;

/// Reasons named of one model.
const NAMED: usize = 3;

/// The sentences; none where something is feasible.
pub(super) fn sentences(scenario: &Scenario, answer: &Recommendation) -> Vec<String> {
    if answer.choice.is_some() {
        return Vec::new();
    }
    let mut said = nearest(answer);
    said.extend(models_without_candidates(scenario, &answer.candidates));
    // What is enough comes before what is near: a reader of five reasons sees it.
    said.splice(1..1, answer.relaxations.iter().map(enough).chain(not_enough(answer)));
    let untried = simulated(&answer.candidates).is_none() && tried(answer).next().is_none();
    let budget = scenario.require.budget.filter(|_| untried);
    said.extend(budget.map(|budget| {
        let most = budget.to_display_string();
        format!(
            "Whether anything fits the budget of {most} a month is not known: nothing was simulated"
        )
    }));
    said
}

/// Which constraint to relax and by how much: for each one that stands alone between some candidate
/// and feasibility, the candidate that needs least; cheapest first where several need nothing but a
/// yes.
///
/// A candidate that alone is held back by what is enough to give up is said there, with its cost.
fn nearest(answer: &Recommendation) -> Vec<String> {
    let (candidates, enough) = (&answer.candidates, &answer.relaxations);
    let mut why = vec![match candidates.len() {
        1 => "The only candidate is infeasible".to_owned(),
        many => format!("None of {many} candidates is feasible"),
    }];
    for candidate in nearest_candidates(candidates) {
        // What runs today is compared in a line of its own.
        let said = enough.iter().any(|one| *one.candidate == *candidate.candidate.name);
        if said || (candidate.is_today() && simulated(candidates).is_some()) {
            continue;
        }
        let name = if candidate.is_today() { "What runs today" } else { &candidate.candidate.name };
        let relax: Vec<String> = candidate.reasons.iter().map(refusal::relax).collect();
        let (relax, now) = (relax.join("; "), joined(&candidate.reasons));
        // What answers nobody was sized for nothing: what it takes to serve is not what it costs
        // now.
        let served = candidate.figures.as_ref().filter(|_| !answers_nothing(candidate));
        why.push(match served {
            None if candidate.figures.is_some() => format!(
                "{name} answers no call: {now}. To serve, {relax}; what that takes and costs is \
                 not known"
            ),
            Some(figures) => format!(
                "{name} ({} a month) would be feasible with this: {relax}; now: {now}",
                figures.cost.monthly.to_display_string()
            ),
            // What was refused before its simulation may still break an objective.
            None => {
                let then =
                    if tried(answer).any(|one| one.simulated && one.covers(&candidate.reasons)) {
                        "without that requirement it was simulated and is not enough"
                    } else {
                        "whether it then meets every objective is not known"
                    };
                format!(
                    "{name} is infeasible and was not simulated: {now}. To try it, {relax}; {then}"
                )
            }
        });
    }
    why
}

/// Whether a candidate answers every call of a workload with an error.
fn answers_nothing(candidate: &Evaluated) -> bool {
    let mut broken = candidate.reasons.iter().map(|reason| &reason.constraint);
    broken.any(|constraint| matches!(constraint, Constraint::Answers(_)))
}

/// A candidate that was simulated.
fn simulated(candidates: &[Evaluated]) -> Option<&Evaluated> {
    candidates.iter().find(|one| one.figures.is_some())
}

/// The cheapest of the nearest candidates that serves, where nothing is feasible and no requirement
/// alone or with one other stands in the way. What runs today is compared in a line of its own.
pub(super) fn closest(answer: &Recommendation) -> Option<&Evaluated> {
    if answer.choice.is_some() || !answer.relaxations.is_empty() {
        return None;
    }
    let near = nearest_candidates(&answer.candidates).into_iter();
    let cost = |one: &&Evaluated| one.figures.as_ref().map(|own| own.cost.monthly.amount());
    let serves = |one: &&Evaluated| {
        let measured = one.figures.as_ref().is_some_and(|own| !own.is_given_up);
        measured && !answers_nothing(one) && !one.is_today()
    };
    near.filter(serves).min_by_key(cost)
}

/// What to change so that the nearest candidates can be deployed, each once; empty where something
/// was simulated.
pub(super) fn changes(answer: &Recommendation) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    if answer.choice.is_some() || simulated(&answer.candidates).is_some() {
        return found;
    }
    for candidate in nearest_candidates(&answer.candidates) {
        let all: Vec<String> = candidate.reasons.iter().map(refusal::relax).collect();
        let change = all.join("; and ");
        if !found.contains(&change) {
            found.push(change);
        }
    }
    found
}

/// For each set of broken constraints that is as small as any, the candidate that needs least.
fn nearest_candidates(candidates: &[Evaluated]) -> Vec<&Evaluated> {
    let fewest = candidates.iter().map(|c| c.reasons.len()).min().unwrap_or(0);
    let mut nearest: Vec<&Evaluated> = Vec::new();
    for candidate in candidates.iter().filter(|c| c.reasons.len() == fewest) {
        let broken = |c: &Evaluated| -> Vec<Constraint> {
            c.reasons.iter().map(|reason| reason.constraint.clone()).collect()
        };
        let same = nearest.iter().position(|other| broken(other) == broken(candidate));
        match same {
            None => nearest.push(candidate),
            Some(index) if needs_less(candidate, nearest[index]) => nearest[index] = candidate,
            Some(_) => {}
        }
    }
    nearest
}

/// Whether a candidate is nearer to feasible than another that breaks the same constraints.
fn needs_less(one: &Evaluated, other: &Evaluated) -> bool {
    let excess = |c: &Evaluated| c.reasons.iter().map(|r| r.excess).fold(0.0, f64::max);
    let cost = |c: &Evaluated| c.figures.as_ref().map(|f| f.cost.monthly.amount());
    match excess(one).total_cmp(&excess(other)) {
        std::cmp::Ordering::Equal => match (cost(one), cost(other)) {
            (Some(one), Some(other)) => one < other,
            (one, other) => one.is_some() && other.is_none(),
        },
        order => order.is_lt(),
    }
}

/// One sentence for each model of which no candidate could be simulated.
///
/// What was said of the nearest candidates is not said again.
fn models_without_candidates(scenario: &Scenario, candidates: &[Evaluated]) -> Vec<String> {
    let near =
        if simulated(candidates).is_some() { Vec::new() } else { nearest_candidates(candidates) };
    let told: Vec<&Refusal> = near.into_iter().flat_map(|one| &one.reasons).collect();
    let mut models: Vec<&str> = Vec::new();
    let named = scenario.workloads.iter().flat_map(|workload| {
        [&workload.model].into_iter().chain(workload.alternatives.iter().map(|a| &a.model))
    });
    for model in named {
        if !models.contains(&&*model.name) {
            models.push(&model.name);
        }
    }
    models.into_iter().filter_map(|model| of_model(model, candidates, &told)).collect()
}

fn of_model(model: &str, candidates: &[Evaluated], told: &[&Refusal]) -> Option<String> {
    let alone = |one: &&Evaluated| {
        let mut deployments = one.candidate.deployments.iter();
        deployments.all(|planned| *planned.model.name == *model)
    };
    let own: Vec<&Evaluated> = candidates.iter().filter(alone).collect();
    if own.is_empty() || own.iter().any(|one| one.figures.is_some()) {
        return None;
    }
    // The same sentence is read once, whatever would mend each.
    let mut missing: Vec<RefusalWords> = Vec::new();
    let new = own.iter().flat_map(|one| &one.reasons).filter(|why| !told.contains(why));
    for said in new.map(refusal::words) {
        if !missing.iter().any(|known| known.message == said.message) {
            missing.push(said);
        }
    }
    let more = missing.len().saturating_sub(NAMED);
    let parts: Vec<String> = missing
        .iter()
        .take(NAMED)
        .map(|said| format!("{} (nearest: {})", said.message, said.relax))
        .collect();
    let rest = if more > 0 {
        format!("; {more} more reasons stand with the candidates")
    } else {
        String::new()
    };
    (!parts.is_empty())
        .then(|| format!("{model} cannot be deployed as allowed: {}{rest}", parts.join("; ")))
}

/// What is enough to give up, alone or two together.
fn enough(one: &Relaxation) -> String {
    format!(
        "{}: {} then costs {} a month",
        relaxed::enough(one.changes.len() > 1, &relaxed::together(&one.changes)),
        one.candidate,
        one.monthly.to_display_string()
    )
}

/// What was tried to give up and is not enough; nothing where the scenario states no requirement.
/// The end of a model is named where it stands in the way of anything.
pub(super) fn tried(answer: &Recommendation) -> impl Iterator<Item = &NotEnough> {
    let any = answer.not_enough.iter().any(NotEnough::is_of_stated);
    let of_candidates = answer.candidates.iter().flat_map(|one| &one.reasons);
    let mut broken = of_candidates.chain(answer.not_enough.iter().flat_map(|one| &one.broken));
    let ends = broken.any(|why| matches!(why.constraint, Constraint::InServiceUntil(_)));
    let says = move |one: &&NotEnough| any && (ends || !one.is_of_ends());
    answer.not_enough.iter().filter(says)
}

/// What was tried and is not enough, and what the nearest of it still breaks.
fn not_enough(answer: &Recommendation) -> Vec<String> {
    let each = |several: bool| -> Vec<String> {
        let own = tried(answer).filter(|one| (one.dropped.len() > 1) == several);
        own.map(|one| relaxed::dropped(&one.dropped)).collect()
    };
    let (alone, together) = (each(false), each(true));
    let mut first = match alone.as_slice() {
        [] => return Vec::new(),
        [only] => format!("This was tried and is not enough: {only}"),
        several => {
            format!("Each of these alone was tried and is not enough: {}", several.join("; "))
        }
    };
    if !together.is_empty() {
        first.push_str(". Two together were tried and are not enough: ");
        first.push_str(&together.join("; "));
    } else if alone.len() > 1 {
        first.push_str(
            ". No two were tried together: without any one of them, every candidate breaks an \
             objective or more than one requirement",
        );
    }
    let mut said = vec![first];
    let least = tried(answer).filter(|one| one.simulated).min_by_key(|one| one.broken.len());
    said.extend(least.map(|one| {
        format!(
            "The nearest that was tried is to {}: {} then still breaks this: {}",
            relaxed::dropped(&one.dropped),
            one.candidate,
            joined(&one.broken)
        )
    }));
    said
}
