//! The explanation of a recommendation.

use crate::plan::evaluate::evaluate::Evaluated;
use crate::plan::recommend::Recommendation;
use crate::plan::why::decision_tree::SecondOpinion;
use crate::plan::why::marginal::Marginal;
use crate::plan::why::relax::{Relaxation, RelaxedTo};
use crate::report::compose::nothing;
use crate::report::view::explanation::{
    CalculatorView, ClosestView, ExplanationView, MarginalView, RelaxationView, SecondOpinionView,
    TreeStepView,
};
use crate::report::words::relaxed::{dropped, relaxed};
use crate::report::words::{numbers, opinion as words, refusal};

pub(super) fn explanation(answer: &Recommendation) -> ExplanationView {
    let own = answer.choice.map_or(0, |choice| answer.candidates[choice].candidate.total_ptu());
    ExplanationView {
        marginal: answer.marginal.iter().flatten().map(|next| marginal(next, own)).collect(),
        second_opinion: answer.second_opinion.as_ref().map(second_opinion),
        relaxations: answer.relaxations.iter().map(relaxation).collect(),
        not_enough: nothing::tried(answer)
            .map(|one| one.dropped.iter().map(|own| dropped(&[*own])).collect())
            .collect(),
        nearest: nothing::changes(answer),
        closest: nothing::closest(answer).map(closest),
    }
}

fn closest(one: &Evaluated) -> ClosestView {
    let monthly = one.figures.as_ref().map(|figures| figures.cost.monthly);
    let changes: Vec<String> = one.reasons.iter().map(refusal::relax).collect();
    ClosestView {
        candidate: one.candidate.name.to_string(),
        change: changes.join(" and "),
        monthly_cost: monthly.map_or_else(String::new, |cost| cost.to_exact_string()),
        currency: monthly.map_or_else(String::new, |cost| cost.currency().to_string()),
    }
}

fn relaxation(one: &Relaxation) -> RelaxationView {
    let currency = one.monthly.currency().to_string();
    let monthly_cost = one.monthly.to_exact_string();
    let change = |change: &RelaxedTo| match change {
        RelaxedTo::MoreBudget { budget, .. } => {
            let [from, to] = [&budget.to_exact_string(), &monthly_cost]
                .map(|amount| numbers::money(amount, &currency));
            format!("raise the budget from {from} to {to} a month")
        }
        other => relaxed(other),
    };
    let changes: Vec<String> = one.changes.iter().map(change).collect();
    let budget = match one.changes.as_slice() {
        [RelaxedTo::MoreBudget { budget, .. }] => Some(budget.to_exact_string()),
        _ => None,
    };
    RelaxationView {
        change: changes.join(" and "),
        keeps_all: matches!(one.changes.as_slice(), [RelaxedTo::InRegion(_)]),
        together: if changes.len() > 1 { changes } else { Vec::new() },
        candidate: one.candidate.clone(),
        monthly_cost,
        currency,
        budget,
    }
}

fn marginal(next: &Marginal, own: u32) -> MarginalView {
    MarginalView {
        total_ptu: next.total_ptu,
        block_ptu: i64::from(next.total_ptu) - i64::from(own),
        change: next.change.to_exact_string(),
        currency: next.change.currency().to_string(),
        feasible: next.reasons.is_empty(),
        reasons: next.reasons.iter().map(refusal::message).collect(),
    }
}

fn second_opinion(opinion: &SecondOpinion) -> SecondOpinionView {
    SecondOpinionView {
        workload: opinion.workload.clone(),
        model: opinion.model.clone(),
        path: opinion
            .path
            .iter()
            .map(|step| TreeStepView {
                question: words::question(step.question).to_owned(),
                answer: words::answer(step.answer).to_owned(),
                because: words::because(&step.because),
            })
            .collect(),
        sku: opinion.sku.to_owned(),
        agrees: opinion.agrees,
        calculator: opinion.calculator.as_ref().map(|calculator| CalculatorView {
            sku: calculator.sku.clone(),
            requests_per_minute: calculator.requests_per_minute,
            raw_ptu: calculator.raw_ptu.to_string(),
            deployable_ptu: calculator.deployable_ptu,
        }),
        differences: words::differences(opinion),
    }
}
