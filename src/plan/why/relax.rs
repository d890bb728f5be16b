//! What would have to be given up when nothing is feasible: each requirement in turn is dropped and the question asked
//! again, so that what is said to be enough is enough. Where no single one is, pairs are.

use crate::plan::constraints::constraint::Constraint;
use crate::plan::constraints::grounds::Grounds;
use crate::plan::constraints::ptu_by_region;
use crate::plan::evaluate::evaluate::Evaluated;
use crate::plan::evaluate::refusal::Refusal;
use crate::plan::question::Question;
use crate::plan::search::search::search;
use crate::plan::setting::Setting;
use crate::plan::workers::Workers;
use crate::scenario::question::named::Named;
use crate::scenario::question::require::ModelUntil;
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::Diagnostics;
use crate::units::money::Money;
use crate::units::ptu::Ptu;
use std::sync::Arc;

/// What is enough to give up: one requirement, or two where no single one is enough.
#[derive(Clone, Debug, PartialEq)]
pub struct Relaxation {
    /// What to change, all of it together: one change, or two.
    pub changes: Vec<RelaxedTo>,
    /// The cheapest candidate that is feasible then.
    pub candidate: String,
    /// Its monthly cost in the most likely future.
    pub monthly: Money,
}

/// What was tried to give up and is not enough: one requirement, or two.
#[derive(Clone, Debug, PartialEq)]
pub struct NotEnough {
    /// What was given up.
    pub dropped: Vec<Requirement>,
    /// The candidate that breaks least without it, the cheapest of several.
    pub candidate: String,
    /// What that candidate breaks.
    pub broken: Vec<Refusal>,
    /// Whether it was simulated: else an objective may be broken in addition.
    pub simulated: bool,
}

/// What would have to be given up, as far as that was tried.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Relaxations {
    /// What is enough.
    pub enough: Vec<Relaxation>,
    /// What is not, in the order in which it was tried; empty where something is enough.
    pub not_enough: Vec<NotEnough>,
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
    /// A region to deploy in, in which every requirement is kept.
    InRegion(Arc<str>),
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

/// Pairs that are named: the cheapest of those that are enough.
const PAIRS: usize = 3;

/// Regions that are tried in place of those that are asked for: the nearest.
const REGIONS: usize = 2;

/// Each requirement that alone stands in the way, with what it would take; where none does, the
/// pairs that are enough together, cheapest first. A region in which all of them are kept comes
/// first. For a question of which none of the `candidates` is feasible.
pub(crate) fn relaxations(
    setting: Setting<'_>,
    candidates: &[Evaluated],
    workers: &impl Workers,
) -> Result<Relaxations, Diagnostics> {
    let (mut found, mut not_enough) = (elsewhere(setting, candidates, workers)?, Vec::new());
    let mut pairs: Vec<[usize; 2]> = Vec::new();
    for first in 0..REQUIREMENTS.len() {
        let Some(candidates) = without(&[first], setting, workers)? else { continue };
        if let Some((monthly, one)) = cheapest(&candidates) {
            found.extend(relaxation(setting.question.scenario, &[first], monthly, one));
        } else {
            promising(first, &candidates, &mut pairs);
            not_enough.extend(nearest(&[first], &candidates));
        }
    }
    if !found.is_empty() {
        return Ok(Relaxations { enough: found, not_enough: Vec::new() });
    }
    for pair in pairs {
        let Some(candidates) = without(&pair, setting, workers)? else { continue };
        match cheapest(&candidates) {
            Some((monthly, one)) => {
                found.extend(relaxation(setting.question.scenario, &pair, monthly, one));
            }
            None => not_enough.extend(nearest(&pair, &candidates)),
        }
    }
    found.sort_by_key(|one| one.monthly.amount());
    found.truncate(PAIRS);
    if !found.is_empty() {
        not_enough.clear();
    }
    Ok(Relaxations { enough: found, not_enough })
}

/// The regions near by in which something is feasible though all that is required is kept.
fn elsewhere(
    setting: Setting<'_>,
    candidates: &[Evaluated],
    workers: &impl Workers,
) -> Result<Vec<Relaxation>, Diagnostics> {
    let mut regions: Vec<&Arc<str>> = Vec::new();
    for why in candidates.iter().flat_map(|one| &one.reasons) {
        let Grounds::Place(place) = &why.grounds else { continue };
        for region in place.regions_near() {
            if regions.len() < REGIONS && !regions.contains(&region) {
                regions.push(region);
            }
        }
    }
    let mut found = Vec::new();
    for region in regions {
        let mut scenario = setting.question.scenario.clone();
        let place = scenario.region.place.clone();
        scenario.allow.regions = vec![Named { name: region.clone(), place }];
        let question = Question { scenario: &scenario, ..setting.question };
        let there = search(Setting { question, ..setting }, workers)?.candidates;
        found.extend(cheapest(&there).map(|(monthly, one)| Relaxation {
            changes: vec![RelaxedTo::InRegion(region.clone())],
            candidate: one.candidate.name.to_string(),
            monthly,
        }));
    }
    found.sort_by_key(|one| one.monthly.amount());
    Ok(found)
}

/// What the nearest candidate still breaks without some requirements; none without candidates.
fn nearest(dropped: &[usize], candidates: &[Evaluated]) -> Option<NotEnough> {
    let cost = |one: &Evaluated| one.figures.as_ref().map(|own| own.cost.monthly.amount());
    let least = candidates
        .iter()
        .min_by_key(|one| (one.figures.is_none(), one.reasons.len(), cost(one)))?;
    Some(NotEnough {
        dropped: dropped.iter().map(|at| REQUIREMENTS[*at].0).collect(),
        candidate: least.candidate.name.to_string(),
        broken: least.reasons.clone(),
        simulated: least.figures.is_some(),
    })
}

/// The candidates of the question without some requirements; none where the scenario does not
/// state one of them. What was simulated before is not simulated again.
fn without(
    dropped: &[usize],
    setting: Setting<'_>,
    workers: &impl Workers,
) -> Result<Option<Vec<Evaluated>>, Diagnostics> {
    let mut scenario = setting.question.scenario.clone();
    if !dropped.iter().all(|at| REQUIREMENTS[*at].1(&mut scenario)) {
        return Ok(None);
    }
    let question = Question { scenario: &scenario, ..setting.question };
    Ok(Some(search(Setting { question, ..setting }, workers)?.candidates))
}

/// The cheapest candidate that is feasible.
fn cheapest(candidates: &[Evaluated]) -> Option<(Money, &Evaluated)> {
    candidates
        .iter()
        .filter(|candidate| candidate.is_feasible())
        .filter_map(|one| Some((one.figures.as_ref()?.cost.monthly, one)))
        .min_by_key(|(monthly, _)| monthly.amount())
}

/// The pairs that are worth asking about: without the first requirement some candidate breaks the
/// second and nothing else. A pair that makes a candidate feasible leaves it so without either.
fn promising(first: usize, candidates: &[Evaluated], pairs: &mut Vec<[usize; 2]>) {
    for second in (0..REQUIREMENTS.len()).filter(|second| *second != first) {
        let pair = [first.min(second), first.max(second)];
        let (requirement, _) = REQUIREMENTS[second];
        let alone = |one: &Evaluated| {
            !one.reasons.is_empty()
                && one.reasons.iter().all(|why| requirement.is_broken_by(&why.constraint))
        };
        if !pairs.contains(&pair) && candidates.iter().any(alone) {
            pairs.push(pair);
        }
    }
}

/// What to change so that a candidate is feasible which is so without some requirements.
fn relaxation(
    asked: &Scenario,
    dropped: &[usize],
    monthly: Money,
    one: &Evaluated,
) -> Option<Relaxation> {
    let change = |at: &usize| match REQUIREMENTS[*at].0 {
        Requirement::PtuQuota => more_quota(asked, one),
        Requirement::Budget => asked.require.budget.and_then(|budget| {
            let gap = monthly.minus(budget).ok()?;
            Some(RelaxedTo::MoreBudget { budget, gap })
        }),
        other => Some(RelaxedTo::Without(other)),
    };
    let changes: Option<Vec<RelaxedTo>> = dropped.iter().map(change).collect();
    let candidate = one.candidate.name.to_string();
    Some(Relaxation { changes: changes?, candidate, monthly })
}

impl NotEnough {
    /// Whether somebody stated what was given up: the retirement of models is always looked at.
    pub fn is_of_stated(&self) -> bool {
        self.dropped != [Requirement::ModelUntil]
    }

    /// Whether the retirement of models is part of what was given up.
    pub fn is_of_ends(&self) -> bool {
        self.dropped.contains(&Requirement::ModelUntil)
    }

    /// Whether a candidate that breaks so much would break nothing without what was given up.
    pub fn covers(&self, reasons: &[Refusal]) -> bool {
        reasons.iter().all(|why| self.dropped.iter().any(|own| own.is_broken_by(&why.constraint)))
    }
}

impl Requirement {
    /// Whether what a candidate breaks is gone without this requirement.
    const fn is_broken_by(self, constraint: &Constraint) -> bool {
        match self {
            Self::PtuQuota => matches!(constraint, Constraint::PtuQuota { .. }),
            Self::Budget => matches!(constraint, Constraint::Budget(_)),
            Self::DataZone => matches!(constraint, Constraint::ProcessedInZone(_)),
            Self::Geography | Self::Region => matches!(constraint, Constraint::ProcessedIn(_)),
            Self::AtRest => matches!(constraint, Constraint::AtRestIn(_)),
            Self::ContextTokens => matches!(constraint, Constraint::InputTokens(_)),
            Self::Authentication => matches!(constraint, Constraint::Authentication(_)),
            Self::Network => matches!(constraint, Constraint::Network(_)),
            Self::Policy => matches!(constraint, Constraint::Policy(_)),
            Self::Subscription => matches!(constraint, Constraint::SoldTo(_)),
            Self::ModelUntil => matches!(constraint, Constraint::InServiceUntil(_)),
            Self::SurvivesOutage => {
                matches!(constraint, Constraint::SurvivesOutage(_) | Constraint::WhileOut { .. })
            }
        }
    }
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
