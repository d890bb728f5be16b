//! What serves which workload: a row for each part of its calls that goes its own way.

use crate::report::view::{DeploymentView, ServedView};
use crate::report::words::answer::part;
use crate::report::words::kinds;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::named::REPLACEMENT;
use crate::scenario::question::scenario::Scenario;

/// One in a million of a workload's calls.
const WHOLE_PPM: u32 = 1_000_000;

/// The rows, in the scenario's order; `deployed` are the candidate's deployments.
pub(super) fn serves(
    scenario: &Scenario,
    plan: &Candidate,
    deployed: &[DeploymentView],
) -> Vec<ServedView> {
    let mut found = Vec::new();
    for (index, workload) in scenario.workloads.iter().enumerate() {
        let apart: Vec<_> = plan.splits.iter().filter(|split| split.workload == index).collect();
        let elsewhere: u32 = apart.iter().map(|split| split.share_ppm).sum();
        let rest = plan.routes.get(index).map(|route| (WHOLE_PPM.saturating_sub(elsewhere), route));
        let parts = rest.into_iter().chain(apart.iter().map(|one| (one.share_ppm, &one.route)));
        for (share_ppm, route) in parts.filter(|(share_ppm, _)| *share_ppm > 0) {
            let own: Vec<DeploymentView> =
                route.iter().filter_map(|at| deployed.get(*at).cloned()).collect();
            let Some(first) = own.first() else { continue };
            let router = first.kind.as_ref().and_then(|kind| kind.router.clone());
            let served = router.unwrap_or_else(|| first.model.clone());
            let moved = served != *workload.model.name
                && workload
                    .alternatives
                    .iter()
                    .any(|other| *other.model.name == *served || *other.model.name == *REPLACEMENT);
            found.push(ServedView {
                workload: workload.name.to_string(),
                share: f64::from(share_ppm) / f64::from(WHOLE_PPM),
                model: served,
                instead_of: moved.then(|| workload.model.name.to_string()),
                sku: first.sku.clone(),
                batch: first.kind.as_ref().is_some_and(|kind| kind.serves == "batch"),
                served_by: words(&own) + shared(scenario, plan, index, route),
            });
        }
    }
    found
}

/// A route in words: what comes first, and what takes over from it.
fn words(route: &[DeploymentView]) -> String {
    let each = kinds::routers_once(route).enumerate().map(|(at, own)| {
        let spills = own.capacity_ptu.is_none() && kinds::instances(own).is_none();
        match (at, spills) {
            (0, _) => part(own),
            (_, true) => format!("spillover to {}", part(own)),
            (_, false) => format!("then {}", part(own)),
        }
    });
    each.collect::<Vec<_>>().join(", ")
}

/// Whether PTUs or machines are shared with another workload: they are bought once.
fn shared(scenario: &Scenario, plan: &Candidate, own: usize, route: &[usize]) -> &'static str {
    let first = route.first();
    let sized = first.and_then(|at| plan.deployments.get(*at));
    let sized = sized.is_some_and(|d| d.capacity_ptu.is_some() || d.instances().is_some());
    let others = (0..scenario.workloads.len()).filter(|other| *other != own);
    let reach = |other: usize| {
        let split = plan.splits.iter().filter(move |split| split.workload == other);
        let routes = plan.routes.get(other).into_iter().chain(split.map(|split| &split.route));
        routes.filter_map(|route| route.first()).any(|at| Some(at) == first)
    };
    if sized && others.into_iter().any(reach) { " (shared)" } else { "" }
}
