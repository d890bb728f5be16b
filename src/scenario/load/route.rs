//! Which deployments a workload calls, in which order.

use crate::scenario::load::Check;
use crate::scenario::load::deployment::Fleet;
use crate::scenario::question::Workload;
use crate::units::diagnostic::Diagnostic;

/// Batch SKUs are told by their name here: the catalogue is not at hand yet, and checks it later.
fn is_batch(sku: &str) -> bool {
    sku.ends_with("Batch")
}

impl Check<'_> {
    /// A workload's own route, or from the first deployment of its model that nothing spills over to; either way each
    /// deployment is followed by those it spills over to.
    pub(super) fn route(&mut self, workload: &Workload, fleet: &Fleet) -> Option<Vec<usize>> {
        let mut places = Vec::new();
        for start in self.starts(workload, fleet)? {
            let mut chain = vec![start];
            while let Some(place) = fleet.next[chain[chain.len() - 1]] {
                if chain.contains(&place) {
                    self.found.push(
                        Diagnostic::error(
                            "spillover-in-a-circle",
                            format!("spillover in a circle: {}", fleet.places[place].0),
                        )
                        .at(fleet.deployments[fleet.members[place].start].sku.place.clone())
                        .hint("end the chain at a standard deployment"),
                    );
                    return None;
                }
                chain.push(place);
            }
            for place in chain {
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        Some(places.into_iter().flat_map(|place| fleet.members[place].clone()).collect())
    }

    fn starts(&mut self, workload: &Workload, fleet: &Fleet) -> Option<Vec<usize>> {
        if let Some(route) = &workload.route {
            let mut starts = Vec::new();
            for named in route {
                match fleet.place_of(&named.name) {
                    Some(place) => starts.push(place),
                    None => self.found.push(
                        Diagnostic::error(
                            "unknown-deployment",
                            format!(
                                "unknown deployment: route of {}: {}",
                                workload.name, named.name
                            ),
                        )
                        .at(named.place.clone())
                        .hint(fleet.hint(&named.name)),
                    ),
                }
            }
            if route.is_empty() {
                let message = format!("empty route: {}", workload.name);
                self.found.push(
                    Diagnostic::error("empty-route", message)
                        .at(workload.model.place.clone())
                        .hint("name deployments of [today], or leave `route` out"),
                );
            }
            return (starts.len() == route.len() && !starts.is_empty()).then_some(starts);
        }
        let of_model = |place: &usize| {
            fleet.places[*place].1.name == workload.model.name
                && !fleet.next.contains(&Some(*place))
        };
        let batch = |place: &usize| {
            let members = &fleet.deployments[fleet.members[*place].clone()];
            members.iter().any(|deployment| is_batch(&deployment.sku.name))
        };
        let all = || (0..fleet.places.len()).filter(of_model);
        let start = if workload.calls.batch.is_some() {
            all().find(batch).or_else(|| all().next())
        } else {
            all().find(|place| !batch(place))
        };
        if let Some(start) = start {
            return Some(vec![start]);
        }
        let hint = if all().next().is_some() {
            "calls that may wait go to a batch deployment: say so with calls.batch = { within = \"24 h\" }"
                .to_owned()
        } else {
            format!("add a deployment of {} to [today].deployments", workload.model.name)
        };
        self.found.push(
            Diagnostic::error(
                "workload-without-deployment",
                format!("no deployment for workload {} ({})", workload.name, workload.model.name),
            )
            .at(workload.model.place.clone())
            .hint(hint),
        );
        None
    }
}
