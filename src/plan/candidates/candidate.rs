//! The deployments of a candidate: those of each model of its family at a size, and those of calls that are served aside.

use crate::plan::candidates::family::Family;
use crate::plan::candidates::lane::Lane;
use crate::plan::candidates::serving::{Aside, ServedCalls};
use crate::scenario::question::candidate::{Candidate, PlannedDeployment, Split};
use crate::scenario::question::named::{Named, Payment};
use crate::scenario::question::options::Routed;
use crate::units::ptu::Ptu;

/// The candidate of a family at a size, paid in a way. Each model gets its own deployments; `size` is the PTUs of each
/// provisioned one, or the instances of managed compute, that has no size of its own, raised to its model's grid.
pub fn candidate(family: &Family, size: Ptu, payment: Payment) -> Candidate {
    let mut made = Made::default();
    let of_lane: Vec<Vec<usize>> = family.lanes.iter().map(|lane| made.lane(lane, size)).collect();
    let (mut routes, mut splits, mut tiers) = (Vec::new(), Vec::new(), Vec::new());
    for part in family.mix.parts() {
        let route = if let Some(aside) = part.aside {
            made.aside(family, part.model, aside)
        } else {
            let lane = family.lanes.iter().position(|lane| serves(lane, &part));
            lane.map_or_else(Vec::new, |lane| of_lane[lane].clone())
        };
        let ServedCalls { workload, tier, waits, .. } = part;
        match part.share_ppm {
            None => {
                routes.push(route);
                tiers.push(tier);
            }
            Some(share_ppm) => splits.push(Split { workload, share_ppm, route, tier, waits }),
        }
    }
    let deployments = made.deployments;
    Candidate {
        name: name(family, &deployments, size, payment).into(),
        deployments,
        routes,
        splits,
        tiers,
        payment,
    }
}

/// Whether a lane serves a part.
pub(crate) fn serves(lane: &Lane, part: &ServedCalls<'_>) -> bool {
    lane.model.name == part.model.name && lane.fine_tuned == part.fine_tuned
}

/// Deployments so far.
#[derive(Default)]
struct Made {
    deployments: Vec<PlannedDeployment>,
}

impl Made {
    fn add(&mut self, planned: PlannedDeployment) -> usize {
        self.deployments.push(planned);
        self.deployments.len() - 1
    }

    /// The deployments of a lane, in the order in which they take calls.
    fn lane(&mut self, lane: &Lane, size: Ptu) -> Vec<usize> {
        let mut route = Vec::new();
        if let (Some(machines), Some(instances)) = (&lane.machines, lane.instances(size)) {
            let mut planned = plain(lane, &machines.sku, &lane.region);
            let mut compute = machines.offer.compute.clone();
            compute.instances = instances;
            planned.options.compute = Some(compute);
            planned.options.latency = machines.offer.latency;
            route.push(self.add(planned));
        }
        if let Some(sku) = &lane.provisioned {
            let capacity_ptu = lane.capacity_ptu(size);
            let resized = lane.resized.zip(capacity_ptu).zip(lane.grid);
            let schedule = resized.and_then(|((own, ptu), grid)| own.schedule(ptu, grid));
            let planned = plain(lane, sku, &lane.region);
            route.push(self.add(PlannedDeployment { capacity_ptu, schedule, ..planned }));
        }
        if let Some(sku) = &lane.standard {
            route.extend(self.standard(lane, plain(lane, sku, &lane.region)));
            if let Some(region) = &lane.failover {
                let further = plain(lane, sku, region);
                let name = format!("{}@{}", further.name, region.name).into();
                route.extend(self.standard(lane, PlannedDeployment { name, ..further }));
            }
        }
        route
    }

    /// A standard deployment; the models behind it where it is a router.
    fn standard(&mut self, lane: &Lane, planned: PlannedDeployment) -> Vec<usize> {
        if lane.router.is_empty() {
            return vec![self.add(planned)];
        }
        let members = lane.router.iter().map(|(model, weight)| {
            let mut member = planned.clone();
            member.name = format!("{} → {}", planned.name, model.name).into();
            member.model = model.clone();
            member.options.routed = Some(Routed {
                name: planned.name.clone(),
                model: planned.model.clone(),
                weight: *weight,
            });
            self.add(member)
        });
        members.collect()
    }

    /// The deployment of a model's calls that are served aside: one for all of them, and flex on the standard deployment that
    /// is there anyway.
    fn aside(&mut self, family: &Family, model: &Named, aside: &Aside) -> Vec<usize> {
        let region = &family.region;
        let known = self.deployments.iter().position(|own| {
            own.model.name == model.name
                && own.sku.name == aside.sku.name
                && own.region.name == region.name
                && !own.options.fine_tuned
                && own.options.routed.is_none()
        });
        let index = known.unwrap_or_else(|| {
            let mut planned =
                PlannedDeployment::new(aside.sku.clone(), model.clone(), region.clone());
            if !aside.flex {
                planned.options.batch = family.batch;
            }
            self.add(planned)
        });
        vec![index]
    }
}

fn plain(lane: &Lane, sku: &Named, region: &Named) -> PlannedDeployment {
    let mut planned = PlannedDeployment::new(sku.clone(), lane.model.clone(), region.clone());
    if lane.fine_tuned {
        planned.name = format!("{} fine-tuned", planned.name).into();
        planned.options.fine_tuned = true;
    }
    planned
}

fn name(family: &Family, deployments: &[PlannedDeployment], size: Ptu, payment: Payment) -> String {
    let paid = if family.has_ptu() { format!(", {}", payment.as_str()) } else { String::new() };
    if family.by_model {
        let words: Vec<String> = family.lanes.iter().map(|lane| lane.words(Some(size))).collect();
        return format!("{}{paid}", family.mix.named(&family.mix.with_beside(&words.join("; "))));
    }
    if !family.is_sized() || family.lacks_grid() {
        return format!("{}{paid}", family.name);
    }
    if !family.has_ptu() {
        let plural = if size == 1 { "" } else { "s" };
        return format!("{}, {size} instance{plural}", family.name);
    }
    let low = deployments.iter().find_map(|d| Some(d.schedule?.low_ptu()));
    let otherwise = low.map_or_else(String::new, |low| format!(" else {low}"));
    format!("{}, {size} PTU{otherwise}{paid}", family.name)
}
