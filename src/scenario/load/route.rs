//! Which deployments a workload calls, in which order.

use crate::scenario::load::Check;
use crate::scenario::load::deployment::Fleet;
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::question::workload::Workload;
use crate::units::diagnostic::Diagnostic;

impl Fleet {
    fn is_batch(&self, place: usize) -> bool {
        let members = &self.deployments[self.members[place].clone()];
        members.iter().any(PlannedDeployment::is_batch)
    }
}

impl Check<'_> {
    /// A workload's own route, or from the first deployment of its model that nothing spills over to; either way each
    /// deployment is followed by those it spills over to. With it the batch deployments that take a share that may wait, of
    /// calls of which others may not.
    pub(super) fn route(
        &mut self,
        workload: &Workload,
        fleet: &Fleet,
    ) -> Option<(Vec<usize>, Vec<usize>)> {
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
        let partly = workload.waits.is_some_and(|waits| !waits.is_all());
        let (aside, own): (Vec<usize>, Vec<usize>) =
            places.into_iter().partition(|place| partly && fleet.is_batch(*place));
        let members = |places: Vec<usize>| {
            places.into_iter().flat_map(|place| fleet.members[place].clone()).collect::<Vec<_>>()
        };
        Some((members(own), members(aside)))
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
        let batch = |place: &usize| fleet.is_batch(*place);
        let all = || (0..fleet.places.len()).filter(of_model);
        let online = all().find(|place| !batch(place));
        let waits = workload.waits;
        let starts: Vec<usize> = match waits {
            None => online.into_iter().collect(),
            Some(waits) if waits.is_all() => all().find(batch).or(online).into_iter().collect(),
            Some(_) => online
                .into_iter()
                .flat_map(|own| [own].into_iter().chain(all().find(batch)))
                .collect(),
        };
        if !starts.is_empty() {
            return Some(starts);
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
