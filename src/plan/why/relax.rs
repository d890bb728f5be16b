//! What would have to be given up when nothing is feasible: each requirement in turn is dropped and the question asked
//! again, so that what is said to be enough is enough.

use crate::plan::constraints::ptu_by_region;
use crate::plan::evaluate::evaluate::Evaluated;
use crate::plan::question::Question;
use crate::plan::search::search::search;
use crate::plan::setting::Setting;
use crate::plan::workers::Workers;
use crate::scenario::question::require::ModelUntil;
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::Diagnostics;
use crate::units::money::Money;
use crate::units::ptu::Ptu;
use std::sync::Arc;

/// One requirement whose dropping alone makes something feasible.
#[derive(Clone, Debug, PartialEq)]
pub struct Relaxation {
    /// What to change.
    pub change: RelaxedTo,
    /// The cheapest candidate that is feasible then.
    pub candidate: String,
    /// Its monthly cost in the most likely future.
    pub monthly: Money,
}

/// A change of the scenario, with the figure it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelaxedTo {
    /// Larger quotas of PTUs.
    MoreQuota(Vec<QuotaRaise>),
    /// A larger budget.
    MoreBudget {
        /// The budget.
        budget: Money,
        /// What is missing.
        gap: Money,
    },
    /// No such requirement.
    Without(Requirement),
}

/// The PTU quota of a SKU that is too small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaRaise {
    /// The SKU.
    pub sku: Arc<str>,
    /// PTUs that are missing.
    pub more: Ptu,
    /// PTUs that would be enough.
    pub needed: Ptu,
}

/// What a scenario may require and give up alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// PTUs stay within the subscription's quotas.
    PtuQuota,
    /// A month costs at most so much.
    Budget,
    /// Processing within a data zone.
    DataZone,
    /// Processing within a geography.
    Geography,
    /// Processing within a region.
    Region,
    /// Data at rest in a place.
    AtRest,
    /// Inputs of so many tokens.
    ContextTokens,
    /// A way to authenticate.
    Authentication,
    /// A way to keep traffic off the public network.
    Network,
    /// The policies of the subscription.
    Policy,
    /// The kind of subscription.
    Subscription,
    /// The model stays as long as it is needed.
    ModelUntil,
    /// Every objective holds while a region is out.
    SurvivesOutage,
}

/// How a requirement is dropped; false where the scenario does not state it.
type Dropping = fn(&mut Scenario) -> bool;

const REQUIREMENTS: [(Requirement, Dropping); 13] = [
    (Requirement::PtuQuota, |s| !std::mem::take(&mut s.ptu_quota).is_empty()),
    (Requirement::Budget, |s| s.require.budget.take().is_some()),
    (Requirement::DataZone, |s| s.require.data_zone.take().is_some()),
    (Requirement::Geography, |s| s.require.geography.take().is_some()),
    (Requirement::Region, |s| s.require.region.take().is_some()),
    (Requirement::AtRest, |s| s.require.at_rest.take().is_some()),
    (Requirement::ContextTokens, |s| s.require.context_tokens.take().is_some()),
    (Requirement::Authentication, |s| s.require.authentication.take().is_some()),
    (Requirement::Network, |s| s.require.network.take().is_some()),
    (Requirement::Policy, |s| {
        s.require.policies = None;
        s.require.policy.take().is_some()
    }),
    (Requirement::Subscription, |s| s.require.subscription.take().is_some()),
    (Requirement::ModelUntil, |s| {
        std::mem::replace(&mut s.require.model_until, ModelUntil::Any) != ModelUntil::Any
    }),
    (Requirement::SurvivesOutage, |s| s.survives.take().is_some()),
];

/// Each requirement that alone stands in the way, with what it would take. For a question with nothing feasible.
pub(crate) fn relaxations(
    setting: Setting<'_>,
    workers: &impl Workers,
) -> Result<Vec<Relaxation>, Diagnostics> {
    let asked = setting.question.scenario;
    let mut found = Vec::new();
    for (what, drop) in REQUIREMENTS {
        let mut scenario = asked.clone();
        if !drop(&mut scenario) {
            continue;
        }
        let question = Question { scenario: &scenario, ..setting.question };
        let candidates = search(Setting { question, ..setting }, workers)?.candidates;
        let cheapest = candidates
            .iter()
            .filter(|candidate| candidate.is_feasible())
            .filter_map(|one| Some((one.figures.as_ref()?.cost.monthly, one)))
            .min_by_key(|(monthly, _)| monthly.amount());
        let Some((monthly, one)) = cheapest else { continue };
        let change = match what {
            Requirement::PtuQuota => more_quota(asked, one),
            Requirement::Budget => asked.require.budget.and_then(|budget| {
                let gap = monthly.minus(budget).ok()?;
                Some(RelaxedTo::MoreBudget { budget, gap })
            }),
            other => Some(RelaxedTo::Without(other)),
        };
        let candidate = one.candidate.name.to_string();
        found.extend(change.map(|change| Relaxation { change, candidate, monthly }));
    }
    Ok(found)
}

/// The quota that a candidate needs above what there is: the most of any region, as a quota holds in each.
fn more_quota(asked: &Scenario, one: &Evaluated) -> Option<RelaxedTo> {
    let raised: Vec<QuotaRaise> = asked
        .ptu_quota
        .iter()
        .filter_map(|(sku, quota)| {
            let own = ptu_by_region(&one.candidate).into_iter().filter(|own| *own.0 == **sku);
            let needed: Ptu = own.map(|(.., ptu)| ptu).max().unwrap_or(0);
            let more = needed.checked_sub(*quota).filter(|more| *more > 0)?;
            Some(QuotaRaise { sku: sku.as_str().into(), more, needed })
        })
        .collect();
    (!raised.is_empty()).then_some(RelaxedTo::MoreQuota(raised))
}

/// Whether the scenario requires anything that could be given up alone.
pub fn requires_anything(scenario: &Scenario) -> bool {
    let mut scenario = scenario.clone();
    let given_up = REQUIREMENTS.iter().filter(|(_, drop)| drop(&mut scenario)).count();
    // The retirement of models is always looked at: it alone is no requirement that somebody stated.
    given_up > 1
}
