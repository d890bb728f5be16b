//! The answer: candidates ranked, the choice, the runner-up and why.

use crate::plan::explain::{BreakEven, break_even, reasons};
use crate::plan::frontier::frontier;
use crate::plan::search::{Evaluated, Question, search};
use crate::plan::workers::Workers;
use crate::units::diagnostic::Diagnostics;

/// A recommendation. Candidates are ranked: feasible ones by monthly cost, then the others.
#[derive(Clone, Debug)]
pub struct Recommendation {
    /// All candidates, best first.
    pub candidates: Vec<Evaluated>,
    /// Index of the choice: the first, when it is feasible.
    pub choice: Option<usize>,
    /// Index of the best feasible candidate of another family or commitment.
    pub runner_up: Option<usize>,
    /// Indices of the candidates on the frontier of cost and service.
    pub frontier: Vec<usize>,
    /// Why the choice wins, or why nothing does.
    pub why: Vec<String>,
    /// Where each way to pay starts to be worth it.
    pub break_even: Vec<BreakEven>,
}

/// Searches and ranks. The same question gives the same answer whoever works on it.
pub fn recommend(
    question: Question<'_>,
    workers: &impl Workers,
) -> Result<Recommendation, Diagnostics> {
    let mut candidates = search(question, workers)?;
    // Stable: candidates that cost the same stay in the order of the search, smaller sizes first.
    candidates.sort_by_key(|candidate| {
        let cost = candidate.figures.as_ref().map(|figures| figures.cost.monthly.amount());
        (!candidate.is_feasible(), cost.is_none(), cost)
    });
    let choice = candidates.first().filter(|first| first.is_feasible()).map(|_| 0);
    let runner_up = choice.and_then(|choice| {
        let first = &candidates[choice];
        candidates.iter().position(|other| {
            other.is_feasible()
                && (other.family != first.family
                    || other.candidate.payment != first.candidate.payment)
        })
    });
    Ok(Recommendation {
        why: reasons(&candidates, choice, runner_up),
        break_even: break_even(question, &candidates, choice)?,
        frontier: frontier(&candidates),
        choice,
        runner_up,
        candidates,
    })
}
