//! Why a candidate cannot be had, and what would have to be allowed for it.

use crate::catalog::price::ADD_A_PRICE;
use crate::metrics::slo::Breach;
use crate::plan::constraints::constraint::Constraint;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use std::sync::Arc;

/// A constraint that a candidate breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The constraint, whose words are those of the scenario, such as `p99 added wait at most 2.0 s`.
    pub constraint: Constraint,
    /// What is wrong, with the candidate's figure and the bound.
    pub message: String,
    /// What to allow instead so that the candidate passes.
    pub relax: String,
    /// How far the candidate is from passing, as a share of the bound; infinite where the constraint is a yes or no.
    pub excess: f64,
}

impl Refusal {
    /// A refusal by a rule that holds or does not.
    pub fn rule(
        constraint: impl Into<Constraint>,
        message: impl Into<String>,
        relax: impl Into<String>,
    ) -> Self {
        Self {
            constraint: constraint.into(),
            message: message.into(),
            relax: relax.into(),
            excess: f64::INFINITY,
        }
    }

    /// What `scenario` says of a candidate that cannot be had.
    pub fn diagnostic(diagnostic: &Diagnostic) -> Self {
        let hint = diagnostic.hint.clone().unwrap_or_default();
        Self::rule(Constraint::Offered(diagnostic.code), diagnostic.message.clone(), hint)
    }

    /// What a bill with holes says of a candidate: which prices are missing and where to look for
    /// them.
    ///
    /// # Errors
    /// What is wrong, where anything else than a price is.
    pub fn unpriced(wrong: Diagnostics) -> Result<Vec<Self>, Diagnostics> {
        if !wrong.0.iter().all(|one| one.code.is_unpriced()) {
            return Err(wrong);
        }
        let reason = |one: Diagnostic| {
            let hint = one.hint.unwrap_or_else(|| ADD_A_PRICE.to_owned());
            Self::rule(Constraint::PublishedPrice, one.message, hint)
        };
        Ok(wrong.0.into_iter().map(reason).collect())
    }

    /// A broken objective, of a named workload where the scenario has several.
    pub fn objective(breach: &Breach, workload: Option<&Arc<str>>) -> Self {
        let of = |text: String| match workload {
            Some(name) => format!("{name}: {text}"),
            None => text,
        };
        let objective = breach.objective();
        Self {
            constraint: Constraint::Objective { workload: workload.cloned(), objective },
            message: of(breach.to_string()),
            relax: of(breach.relaxed()),
            excess: breach.excess(),
        }
    }
}

/// A deployment that no region table says can be had. It is not refused; a plan that rests on it says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownAvailability {
    /// Model, SKU and region.
    pub what: String,
    /// What is missing.
    pub why: String,
    /// How to find out: a page of the portal, a call.
    pub check: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

/// The messages of refusals as one sentence part.
pub fn joined(refusals: &[Refusal]) -> String {
    let messages: Vec<&str> = refusals.iter().map(|refusal| &*refusal.message).collect();
    messages.join("; ")
}
