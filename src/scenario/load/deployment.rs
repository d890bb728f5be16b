//! `[today]`: the deployments.

use crate::scenario::load::Check;
use crate::scenario::question::candidate::{Candidate, PlannedDeployment, Split};
use crate::scenario::question::named::{Named, Payment};
use crate::scenario::question::options::Routed;
use crate::scenario::question::workload::Workload;
use crate::scenario::schema::{DeploymentTable, TodayTable};
use crate::units::diagnostic::nearest;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;

/// Deployments that a hint names at most.
const NAMED: usize = 8;

/// The deployments of `[today]` by their place in the file. A router is one place and several deployments: its models.
#[derive(Debug, Default)]
pub(super) struct Fleet {
    /// All deployments.
    pub(super) deployments: Vec<PlannedDeployment>,
    /// Name and model of each place.
    pub(super) places: Vec<(Arc<str>, Named)>,
    /// The deployments of each place.
    pub(super) members: Vec<Range<usize>>,
    /// The place that takes what a place refuses.
    pub(super) next: Vec<Option<usize>>,
}

impl Fleet {
    /// The place of a name.
    pub(super) fn place_of(&self, name: &str) -> Option<usize> {
        self.places.iter().position(|(known, _)| **known == *name)
    }

    /// What to write instead of a name that is none.
    pub(super) fn hint(&self, name: &str) -> String {
        match nearest(name, self.places.iter().map(|(known, _)| &**known)) {
            Some(known) => format!("did you mean `{known}`?"),
            None if self.places.is_empty() => "[today] has no deployments".to_owned(),
            None => {
                let named: Vec<&str> =
                    self.places.iter().take(NAMED).map(|(known, _)| &**known).collect();
                let more = if self.places.len() > NAMED { ", …" } else { "" };
                format!("deployments of today are {}{more}", named.join(", "))
            }
        }
    }
}

impl Check<'_> {
    pub(super) fn today(
        &mut self,
        table: &TodayTable,
        workloads: &[Workload],
        region: &Named,
    ) -> Option<Candidate> {
        let payment = match &table.commitment {
            Some(word) => self.payment(word)?,
            None => Payment::Hourly,
        };
        let mut fleet = Fleet::default();
        for written in &table.deployments {
            let deployment = self.deployment(written, region);
            if fleet.place_of(&deployment.name).is_some() {
                self.wrong(
                    "duplicate-name",
                    written.name.as_ref().map_or(written.sku.span(), Spanned::span),
                    format!("two deployments of one name: {}", deployment.name),
                    "give each its own `name`",
                );
            }
            fleet.places.push((deployment.name.clone(), deployment.model.clone()));
            let first = fleet.deployments.len();
            match &written.router {
                Some(models) => fleet.deployments.extend(self.routed(&deployment, models)),
                None => fleet.deployments.push(deployment),
            }
            fleet.members.push(first..fleet.deployments.len());
        }
        fleet.next = table.deployments.iter().map(|written| self.next(&fleet, written)).collect();
        let (mut routes, mut splits) = (Vec::new(), Vec::new());
        for (index, workload) in workloads.iter().enumerate() {
            let (route, aside) = self.route(workload, &fleet)?;
            routes.push(route);
            let waits = workload.waits.filter(|_| !aside.is_empty());
            splits.extend(waits.map(|waits| Split {
                workload: index,
                share_ppm: waits.share_ppm,
                route: aside,
                tier: None,
                waits: true,
            }));
        }
        Some(Candidate {
            name: "today".into(),
            deployments: fleet.deployments,
            routes,
            splits,
            tiers: Vec::new(),
            payment,
        })
    }

    fn next(&mut self, fleet: &Fleet, written: &DeploymentTable) -> Option<usize> {
        let target = written.spillover_to.as_ref()?;
        let place = fleet.place_of(target.get_ref());
        if place.is_none() {
            self.wrong(
                "unknown-deployment",
                target.span(),
                format!("unknown deployment: spillover_to = {}", target.get_ref()),
                fleet.hint(target.get_ref()),
            );
        }
        place
    }

    fn deployment(&mut self, written: &DeploymentTable, region: &Named) -> PlannedDeployment {
        let (sku, model) = (self.named(&written.sku), self.named(&written.model));
        let region = written.region.as_ref().map_or_else(|| region.clone(), |own| self.named(own));
        let mut planned = PlannedDeployment::new(sku, model, region);
        if let Some(name) = &written.name {
            planned.name = name.get_ref().as_str().into();
        }
        planned.capacity_ptu = written.capacity_ptu.as_ref().map(|ptu| *ptu.get_ref());
        planned.limit_tokens_per_minute = written.limit_tokens_per_minute;
        planned.options = self.options(written);
        let limits = [
            ("limit_tokens_per_minute", planned.limit_tokens_per_minute),
            ("limit_requests_per_minute", planned.options.limits.requests_per_minute),
        ];
        for (key, _) in limits.into_iter().filter(|(_, limit)| *limit == Some(0)) {
            let message = format!("a limit of nothing: {key} of {}", planned.name);
            let hint = "state what it has, or leave the key out for its part of the quota";
            self.wrong("limit-of-nothing", written.sku.span(), message, hint);
        }
        planned
    }

    /// The models behind a router, each as a deployment that shares the router's limits.
    fn routed(
        &mut self,
        router: &PlannedDeployment,
        models: &Spanned<std::collections::BTreeMap<String, u32>>,
    ) -> Vec<PlannedDeployment> {
        let parts = models.get_ref();
        if parts.values().all(|part| *part == 0) {
            self.wrong(
                "router-without-models",
                models.span(),
                format!("router without models: {}", router.name),
                "give each model its part of the calls, such as { \"gpt-5\" = 30, \"gpt-5-mini\" = 70 }",
            );
        }
        let place = self.place(models.span());
        parts
            .iter()
            .map(|(model, weight)| {
                let mut member = router.clone();
                member.name = format!("{} → {model}", router.name).into();
                member.model = Named { name: model.as_str().into(), place: place.clone() };
                member.options.routed = Some(Routed {
                    name: router.name.clone(),
                    model: router.model.clone(),
                    weight: *weight,
                });
                member
            })
            .collect()
    }
}
