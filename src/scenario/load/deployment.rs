//! `[today]`: the deployments and the routes of the workloads through them.

use crate::scenario::candidate::{Candidate, PlannedDeployment};
use crate::scenario::load::Check;
use crate::scenario::question::{Named, Payment, Workload};
use crate::scenario::schema::{DeploymentTable, TodayTable};
use crate::units::diagnostic::{Diagnostic, nearest};
use std::sync::Arc;
use toml::Spanned;

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
        let mut deployments: Vec<PlannedDeployment> = Vec::new();
        for written in &table.deployments {
            let deployment = self.deployment(written, region);
            if deployments.iter().any(|other| other.name == deployment.name) {
                self.wrong(
                    "duplicate-name",
                    written.name.as_ref().map_or(written.sku.span(), Spanned::span),
                    format!("two deployments of one name: {}", deployment.name),
                    "give each its own `name`",
                );
            }
            deployments.push(deployment);
        }
        let names: Vec<Arc<str>> = deployments.iter().map(|d| d.name.clone()).collect();
        let next: Vec<Option<usize>> = table
            .deployments
            .iter()
            .map(|written| {
                let target = written.spillover_to.as_ref()?;
                let index = names.iter().position(|name| **name == **target.get_ref());
                if index.is_none() {
                    let known = names.iter().map(AsRef::as_ref);
                    self.wrong(
                        "unknown-deployment",
                        target.span(),
                        format!("unknown deployment: spillover_to = {}", target.get_ref()),
                        match nearest(target.get_ref(), known) {
                            Some(name) => format!("did you mean `{name}`?"),
                            None => "name one of [today].deployments".to_owned(),
                        },
                    );
                }
                index
            })
            .collect();
        let routes = workloads
            .iter()
            .map(|workload| self.route(workload, &deployments, &next))
            .collect::<Option<_>>()?;
        Some(Candidate { name: "today".into(), deployments, routes, splits: Vec::new(), payment })
    }

    pub(super) fn deployment(
        &mut self,
        written: &DeploymentTable,
        region: &Named,
    ) -> PlannedDeployment {
        let (sku, model) = (self.named(&written.sku), self.named(&written.model));
        let region = written.region.as_ref().map_or_else(|| region.clone(), |own| self.named(own));
        let mut planned = PlannedDeployment::new(sku, model, region);
        if let Some(name) = &written.name {
            planned.name = name.get_ref().as_str().into();
        }
        planned.capacity_ptu = written.capacity_ptu.as_ref().map(|ptu| *ptu.get_ref());
        planned.limit_tokens_per_minute = written.limit_tokens_per_minute;
        planned
    }

    /// A workload starts at the first deployment of its model that nothing spills to, and follows `spillover_to`.
    pub(super) fn route(
        &mut self,
        workload: &Workload,
        deployments: &[PlannedDeployment],
        next: &[Option<usize>],
    ) -> Option<Vec<usize>> {
        let start = (0..deployments.len()).find(|index| {
            deployments[*index].model.name == workload.model.name && !next.contains(&Some(*index))
        });
        let Some(start) = start else {
            let place = workload.model.place.clone();
            self.found.push(
                Diagnostic::error(
                    "workload-without-deployment",
                    format!(
                        "no deployment for workload {} ({})",
                        workload.name, workload.model.name
                    ),
                )
                .at(place)
                .hint(format!(
                    "add a deployment of {} to [today].deployments",
                    workload.model.name
                )),
            );
            return None;
        };
        let mut route = vec![start];
        while let Some(index) = next[route[route.len() - 1]] {
            if route.contains(&index) {
                let place = deployments[index].sku.place.clone();
                self.found.push(
                    Diagnostic::error(
                        "spillover-in-a-circle",
                        format!("spillover in a circle: {}", deployments[index].name),
                    )
                    .at(place)
                    .hint("end the chain at a standard deployment"),
                );
                return None;
            }
            route.push(index);
        }
        Some(route)
    }
}
