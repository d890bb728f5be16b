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

/// One requirement whose dropping alone makes something feasible.
#[derive(Clone, Debug, PartialEq)]
pub struct Relaxation {
    /// What to change, with the figure it takes, such as `raise subscription.ptu_quota.X by 25 to 40 PTU`.
    pub change: String,
    /// The cheapest candidate that is feasible then.
    pub candidate: String,
    /// Its monthly cost in the most likely future.
    pub monthly: Money,
    /// The budget, where that is what stands in the way.
    pub budget: Option<Money>,
}

/// A requirement: what it is called, and how it is dropped. None where the scenario does not state it.
type Dropped = (&'static str, fn(&mut Scenario) -> bool);

const REQUIREMENTS: [Dropped; 13] = [
    ("ptu_quota", |s| !std::mem::take(&mut s.ptu_quota).is_empty()),
    ("budget", |s| s.require.budget.take().is_some()),
    ("drop require.data_zone", |s| s.require.data_zone.take().is_some()),
    ("drop require.geography", |s| s.require.geography.take().is_some()),
    ("drop require.region", |s| s.require.region.take().is_some()),
    ("drop require.at_rest", |s| s.require.at_rest.take().is_some()),
    ("drop require.context_tokens", |s| s.require.context_tokens.take().is_some()),
    ("drop require.authentication", |s| s.require.authentication.take().is_some()),
    ("drop require.network", |s| s.require.network.take().is_some()),
    ("drop require.policy", |s| {
        s.require.policies = None;
        s.require.policy.take().is_some()
    }),
    ("use another subscription.type", |s| s.require.subscription.take().is_some()),
    ("set require.model_until = \"any\"", |s| {
        std::mem::replace(&mut s.require.model_until, ModelUntil::Any) != ModelUntil::Any
    }),
    ("drop slo.survives_outage", |s| s.survives.take().is_some()),
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
            "ptu_quota" => more_quota(asked, one),
            "budget" => asked.require.budget.and_then(|budget| {
                let gap = monthly.minus(budget).ok()?;
                Some(format!("raise require.budget by {}", gap.to_display_string()))
            }),
            other => Some(other.to_owned()),
        };
        found.extend(change.map(|change| Relaxation {
            change,
            candidate: one.candidate.name.to_string(),
            monthly,
            budget: asked.require.budget.filter(|_| what == "budget"),
        }));
    }
    Ok(found)
}

/// The quota that a candidate needs above what there is: the most of any region, as a quota holds in each.
fn more_quota(asked: &Scenario, one: &Evaluated) -> Option<String> {
    let raised: Vec<String> = asked
        .ptu_quota
        .iter()
        .filter_map(|(sku, quota)| {
            let own = ptu_by_region(&one.candidate).into_iter().filter(|own| *own.0 == **sku);
            let needed: Ptu = own.map(|(.., ptu)| ptu).max().unwrap_or(0);
            let more = needed.checked_sub(*quota).filter(|more| *more > 0)?;
            Some(format!("raise subscription.ptu_quota.{sku} by {more} to {needed} PTU"))
        })
        .collect();
    (!raised.is_empty()).then(|| raised.join(" and "))
}

/// Whether the scenario requires anything that could be given up alone.
pub fn requires_anything(scenario: &Scenario) -> bool {
    let mut scenario = scenario.clone();
    let given_up = REQUIREMENTS.iter().filter(|(_, drop)| drop(&mut scenario)).count();
    // The retirement of models is always looked at: it alone is no requirement that somebody stated.
    given_up > 1
}
