//! What a deployment of a candidate is, from the candidate.

use crate::engine::rules::TierRequest;
use crate::report::view::KindView;
use crate::scenario::question::candidate::Candidate;

/// The kind of a deployment; none for PTUs and for plain pay-as-you-go.
pub(super) fn kind(plan: &Candidate, index: usize) -> Option<KindView> {
    let own = plan.deployments.get(index)?;
    let routes = plan.routes.iter().enumerate();
    let routes = routes.map(|(of, route)| (route, plan.tiers.get(of).copied().flatten()));
    let calls: Vec<(&Vec<usize>, Option<TierRequest>)> = routes
        .chain(plan.splits.iter().map(|split| (&split.route, split.tier)))
        .filter(|(route, _)| route.contains(&index))
        .collect();
    let asks = |tier| calls.iter().any(|(_, asked)| *asked == Some(tier));
    let flex_alone = calls.iter().all(|(_, asked)| *asked == Some(TierRequest::Flex));
    let spills_here = |(route, _): &(&Vec<usize>, _)| {
        let first = route.first().and_then(|first| plan.deployments.get(*first));
        route.first() != Some(&index) && first.is_some_and(|first| first.capacity_ptu.is_some())
    };
    let compute = own.options.compute.as_ref();
    let serves = if compute.is_some() {
        "machines"
    } else if own.is_batch() {
        "batch"
    } else if asks(TierRequest::Flex) {
        if flex_alone { "flex" } else { "standard and flex" }
    } else if asks(TierRequest::Priority) || own.options.limits.priority_by_default {
        "priority"
    } else if own.capacity_ptu.is_none() && plan.total_ptu() > 0 && !calls.iter().any(spills_here) {
        "alone"
    } else {
        "plain"
    };
    let scales = compute.and_then(|compute| compute.autoscale);
    let view = KindView {
        serves: serves.to_owned(),
        instances: own.instances(),
        instances_min: scales.map(|scales| scales.min),
        instances_max: scales.map(|scales| scales.max),
        machine: compute.map(|compute| match compute.accelerators_per_instance {
            1 => compute.machine.name.to_string(),
            several => format!("{several} x {}", compute.machine.name),
        }),
        fine_tuned: own.options.fine_tuned,
        router: own.options.routed.as_ref().map(|routed| routed.model.name.to_string()),
    };
    let special = serves != "plain" || view.fine_tuned || view.router.is_some();
    special.then_some(view)
}
