//! Why a candidate of another kind than PTUs wins, in sentences whose figures stand in the candidates.

use crate::metrics::slo::percent;
use crate::plan::evaluate::evaluate::{Evaluated, Figures};
use crate::plan::evaluate::refusal::joined;
use crate::plan::why::marginal::{difference, more_or_less};
use crate::scenario::question::candidate::PlannedDeployment;

/// What is special about the choice.
pub(crate) fn sentences(candidates: &[Evaluated], choice: usize) -> Vec<String> {
    let best = &candidates[choice];
    let Some(figures) = &best.figures else { return Vec::new() };
    let mut said: Vec<String> = next_instance(candidates, choice).into_iter().collect();
    said.extend(in_batches(best, figures));
    said
}

/// What one instance less, and one more, would do.
fn next_instance(candidates: &[Evaluated], choice: usize) -> Option<String> {
    let best = &candidates[choice];
    let own = best.candidate.total_instances();
    if own == 0 {
        return None;
    }
    let count = |one: &Evaluated| one.candidate.total_instances();
    let alike = |one: &&Evaluated| one.family_id == best.family_id && one.figures.is_some();
    let smaller = candidates.iter().filter(alike).filter(|one| count(one) < own);
    let larger = candidates.iter().filter(alike).filter(|one| count(one) > own);
    let next = [smaller.max_by_key(|one| count(one)), larger.min_by_key(|one| count(one))];
    let say = |one: &Evaluated| {
        let is = if one.is_feasible() {
            format!("would cost {}", more_or_less(difference(one, best)?))
        } else {
            format!("would not do ({})", joined(&one.reasons))
        };
        let plural = if count(one) == 1 { "" } else { "s" };
        Some(format!("{} instance{plural} {is}", count(one)))
    };
    let both: Vec<String> = next.into_iter().flatten().filter_map(say).collect();
    (!both.is_empty()).then(|| format!("One instance less or more: {}", both.join("; ")))
}

/// How many calls wait for a batch.
fn in_batches(best: &Evaluated, figures: &Figures) -> Option<String> {
    let pairs = best.candidate.deployments.iter().zip(&figures.deployments);
    let batches: Vec<_> = pairs.filter(|(planned, _)| planned.is_batch()).collect();
    let served: u64 = batches.iter().map(|(_, d)| d.outcome.completed).sum();
    if served == 0 || figures.total.offered == 0 {
        return None;
    }
    let mut skus: Vec<&str> = batches.iter().map(|(planned, _)| sku(planned)).collect();
    skus.dedup();
    Some(format!(
        "{} of calls can wait and are served by {} at batch prices; {} of all calls are answered after their deadline",
        percent(served as f64 / figures.total.offered as f64),
        skus.join(" and "),
        percent(figures.total.late_share)
    ))
}

fn sku(planned: &PlannedDeployment) -> &str {
    &planned.sku.name
}
