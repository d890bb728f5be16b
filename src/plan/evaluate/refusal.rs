//! Why a candidate cannot be had, and what would have to be allowed for it, as values.

use crate::catalog::price::ADD_A_PRICE;
use crate::metrics::slo::Breach;
use crate::plan::constraints::constraint::Constraint;
use crate::plan::constraints::grounds::Grounds;
use crate::plan::constraints::grounds::capacity::CapacityGrounds;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use std::sync::Arc;

/// A constraint that a candidate breaks. What to allow instead follows from the grounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The constraint.
    pub constraint: Constraint,
    /// Why it is broken: the candidate's figure, the bound and the nearest that exists.
    pub grounds: Grounds,
    /// How far the candidate is from passing, as a share of the bound; infinite where the constraint is a yes or no.
    pub excess: f64,
}

impl Refusal {
    /// A refusal by a rule that holds or does not.
    pub const fn rule(constraint: Constraint, grounds: Grounds) -> Self {
        Self { constraint, grounds, excess: f64::INFINITY }
    }

    /// What `scenario` says of a candidate that cannot be had.
    pub fn diagnostic(diagnostic: &Diagnostic) -> Self {
        let (message, hint) = (diagnostic.message.clone(), diagnostic.hint.clone());
        let grounds = Grounds::Diagnosed { message, hint };
        Self::rule(Constraint::Offered(diagnostic.code), grounds)
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
            let hint = one.hint.or_else(|| Some(ADD_A_PRICE.to_owned()));
            let grounds = CapacityGrounds::Unpriced { message: one.message, hint };
            Self::rule(Constraint::PublishedPrice, Grounds::Capacity(grounds))
        };
        Ok(wrong.0.into_iter().map(reason).collect())
    }

    /// A broken objective, of a named workload where the scenario has several.
    pub fn objective(breach: Breach, workload: Option<&Arc<str>>) -> Self {
        let (workload, objective) = (workload.cloned(), breach.objective());
        Self {
            constraint: Constraint::Objective { workload: workload.clone(), objective },
            excess: breach.excess(),
            grounds: Grounds::Breach { workload, breach },
        }
    }

    /// An objective that is broken while a region is out.
    pub fn while_out(region: Arc<str>, breach: Breach, workload: Option<&Arc<str>>) -> Self {
        let (workload, objective) = (workload.cloned(), breach.objective());
        let (of, out) = (workload.clone(), region.clone());
        Self {
            constraint: Constraint::WhileOut { region: out, workload: of, objective },
            excess: breach.excess(),
            grounds: Grounds::WhileOut { region, workload, breach },
        }
    }
}

/// A deployment that no region table says can be had. It is not refused; a plan that rests on it says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownAvailability {
    /// Model.
    pub model: Arc<str>,
    /// SKU.
    pub sku: Arc<str>,
    /// Region.
    pub region: Arc<str>,
    /// What is missing, as the catalogue says it.
    pub why: String,
    /// How to find out: a page of the portal, a call.
    pub check: String,
}
