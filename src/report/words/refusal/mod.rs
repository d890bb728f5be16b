//! Why a candidate cannot be had and what to allow instead, in words: a file a kind of grounds.

mod access;
mod capacity;
mod model;
mod place;

use crate::plan::constraints::grounds::{Grounds, TooLong};
use crate::plan::evaluate::refusal::Refusal;
use crate::report::words::constraint::whole_percent;
use crate::report::words::numbers::count;
use crate::units::money::Money;
use std::sync::Arc;

/// A refusal in words, neither part with a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalWords {
    /// What is wrong, with the candidate's figure and the bound.
    pub message: String,
    /// What to allow instead so that the candidate passes; empty where nothing is known.
    pub relax: String,
}

impl RefusalWords {
    fn new(message: impl Into<String>, relax: impl Into<String>) -> Self {
        Self { message: message.into(), relax: relax.into() }
    }
}

/// What is wrong with a candidate, with its figure and the bound.
pub fn message(refusal: &Refusal) -> String {
    words(refusal).message
}

/// What to allow instead so that the candidate passes.
pub fn relax(refusal: &Refusal) -> String {
    words(refusal).relax
}

/// The messages of refusals as one sentence part.
pub fn joined(refusals: &[Refusal]) -> String {
    let messages: Vec<String> = refusals.iter().map(message).collect();
    messages.join("; ")
}

/// Both parts of a refusal.
pub fn words(refusal: &Refusal) -> RefusalWords {
    match &refusal.grounds {
        Grounds::Breach { workload, breach } => {
            let of = of_workload(workload.as_ref());
            RefusalWords::new(format!("{of}{breach}"), format!("{of}{}", breach.relaxed()))
        }
        Grounds::WhileOut { region, workload, breach } => {
            let of = of_workload(workload.as_ref());
            RefusalWords::new(
                format!("with {region} out: {of}{breach}"),
                format!("{of}{} while {region} is out", breach.relaxed()),
            )
        }
        Grounds::OneRegion { region, workload } => {
            let of = workload.as_ref().map_or_else(String::new, |name| format!(" of {name}"));
            RefusalWords::new(
                format!("no deployment{of} outside {region}: every call fails while it is out"),
                "allow deployments in a second region, or drop slo.survives_outage",
            )
        }
        Grounds::AnswersNothing { workload, too_long: Some(too_long) } => {
            answers_400(workload, too_long)
        }
        Grounds::AnswersNothing { workload, too_long: None } => RefusalWords::new(
            format!("every call of {workload} fails with an error that is no 429"),
            format!("allow a model and a deployment type that take the calls of {workload}"),
        ),
        Grounds::RarelyHeld { held_ppm, required_ppm, futures, of_larger } => {
            let [held, required] = [*held_ppm, *required_ppm].map(whole_percent);
            let of = of_larger
                .map_or_else(String::new, |size| format!("with the larger size of {size}, "));
            RefusalWords::new(
                format!(
                    "{of}every objective holds in {held} of {futures} futures, fewer than the \
                     {required} asked"
                ),
                format!("accept objectives that hold in {held} of the futures"),
            )
        }
        Grounds::AboveBudget { monthly, budget, gap } => {
            let [monthly, budget, gap] = [monthly, budget, gap].map(Money::to_display_string);
            RefusalWords::new(
                format!("costs {monthly} a month, {gap} above the budget of {budget}"),
                format!("raise require.budget by {gap} to {monthly} a month"),
            )
        }
        Grounds::Place(grounds) => place::words(grounds, &refusal.constraint),
        Grounds::Access(grounds) => access::words(grounds),
        Grounds::Capacity(grounds) => capacity::words(grounds),
        Grounds::Model(grounds) => model::words(grounds),
        Grounds::Diagnosed { message, hint } => {
            RefusalWords::new(message, hint.clone().unwrap_or_default())
        }
    }
}

/// The workload in front of a sentence, where the scenario has several.
fn of_workload(workload: Option<&Arc<str>>) -> String {
    workload.map_or_else(String::new, |name| format!("{name}: "))
}

/// Calls that are longer than what is taken: shorter ones or another model help, and no size does.
fn answers_400(workload: &str, too_long: &TooLong) -> RefusalWords {
    let mut limits: Vec<String> = Vec::new();
    for (sku, model, takes) in &too_long.limits {
        let limit = format!("{model} as {sku} takes {}", count(u64::from(*takes)));
        if !limits.contains(&limit) {
            limits.push(limit);
        }
    }
    let tokens = count(too_long.tokens);
    let most = too_long.limits.iter().map(|(_, _, takes)| u64::from(*takes)).max();
    let shorter = most.map_or_else(String::new, |most| {
        format!("send prompts of at most {} tokens with {workload}, or ", count(most))
    });
    RefusalWords::new(
        format!(
            "every call of {workload} is answered 400: {tokens} input tokens on average; {}",
            limits.join(", ")
        ),
        format!("{shorter}allow a model and a deployment type that take {tokens}"),
    )
}
