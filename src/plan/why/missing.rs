//! Where nothing that is allowed can be had: for each model what is missing, and the nearest thing that exists.

use crate::plan::evaluate::evaluate::Evaluated;
use crate::scenario::question::scenario::Scenario;

/// Reasons named of one model.
const NAMED: usize = 3;

/// One sentence for each model of which no candidate could be simulated.
pub(crate) fn sentences(scenario: &Scenario, candidates: &[Evaluated]) -> Vec<String> {
    let mut models: Vec<&str> = Vec::new();
    let named = scenario.workloads.iter().flat_map(|workload| {
        [&workload.model].into_iter().chain(workload.alternatives.iter().map(|a| &a.model))
    });
    for model in named {
        if !models.contains(&&*model.name) {
            models.push(&model.name);
        }
    }
    models.into_iter().filter_map(|model| of_model(model, candidates)).collect()
}

fn of_model(model: &str, candidates: &[Evaluated]) -> Option<String> {
    let alone = |one: &&Evaluated| {
        let mut deployments = one.candidate.deployments.iter();
        deployments.all(|planned| *planned.model.name == *model)
    };
    let own: Vec<&Evaluated> = candidates.iter().filter(alone).collect();
    if own.is_empty() || own.iter().any(|one| one.figures.is_some()) {
        return None;
    }
    let mut missing: Vec<(&str, &str)> = Vec::new();
    for reason in own.iter().flat_map(|one| &one.reasons) {
        if !missing.iter().any(|(message, _)| *message == reason.message) {
            missing.push((&reason.message, &reason.relax));
        }
    }
    let more = missing.len().saturating_sub(NAMED);
    let parts: Vec<String> = missing
        .iter()
        .take(NAMED)
        .map(|(message, relax)| format!("{message} (nearest: {relax})"))
        .collect();
    let rest = if more > 0 {
        format!("; {more} more reasons stand with the candidates")
    } else {
        String::new()
    };
    (!parts.is_empty())
        .then(|| format!("{model} cannot be deployed as allowed: {}{rest}", parts.join("; ")))
}
