//! The candidates of a scenario: pay-as-you-go alone, PTUs alone and PTUs with spillover, at sizes on the grid.
//! Sizes come from `search`; this module makes the deployments of one size.

use crate::catalog::Catalog;
use crate::catalog::sku::BillingMode;
use crate::scenario::candidate::{Candidate, PlannedDeployment};
use crate::scenario::question::{Named, Payment, Scenario};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::ptu::{Grid, MAX_DEPLOYABLE_PTU, Ptu};

/// A shape of candidate: which SKUs serve, before any size is chosen.
#[derive(Clone, Debug)]
pub struct Family {
    /// Provisioned SKU, if any.
    pub provisioned: Option<Named>,
    /// Standard SKU that serves alone or takes the spillover, if any.
    pub standard: Option<Named>,
    /// The grid of the provisioned SKU for each model of the scenario, in order of first use; empty without one.
    pub grids: Vec<Grid>,
    /// The name people read.
    pub name: String,
}

impl Family {
    /// Whether its candidates differ by PTUs and commitment.
    pub const fn is_sized(&self) -> bool {
        self.provisioned.is_some()
    }

    /// Sizes from the smallest that every model can be deployed at, up to `until_ptu`, in the finest step of the models.
    pub fn sizes(&self, until_ptu: Ptu) -> impl Iterator<Item = Ptu> + use<> {
        let finest = self.grids.iter().min_by_key(|grid| grid.increment_ptu).copied();
        let smallest = self.grids.iter().map(|grid| grid.min_ptu).max().unwrap_or(0);
        finest
            .into_iter()
            .flat_map(move |grid| grid.sizes(until_ptu))
            .skip_while(move |size| *size < smallest)
    }
}

impl Family {
    /// The size of one of its candidates: what each model's deployment was raised from.
    pub fn size_of(&self, candidate: &Candidate) -> Ptu {
        candidate.deployments.iter().filter_map(|d| d.capacity_ptu).min().unwrap_or(0)
    }

    /// The size nearest to a wish from above, at least the smallest that every model can be deployed at.
    pub fn nearest(&self, ptu: Ptu) -> Ptu {
        let smallest = self.grids.iter().map(|grid| grid.min_ptu).max().unwrap_or(0);
        let finest = self.grids.iter().min_by_key(|grid| grid.increment_ptu);
        finest.map_or(0, |grid| grid.at_least(ptu.clamp(smallest, MAX_DEPLOYABLE_PTU)))
    }

    /// The sizes that lie `step` grid steps below and above a size, where there are such.
    pub fn neighbours(&self, size: Ptu, step: usize) -> impl Iterator<Item = Ptu> + use<> {
        let increment = self.grids.iter().map(|grid| grid.increment_ptu).min().unwrap_or(1);
        let smallest = self.grids.iter().map(|grid| grid.min_ptu).max().unwrap_or(0);
        let by = increment.saturating_mul(step as Ptu);
        let below = size.checked_sub(by).filter(|below| *below >= smallest);
        let above = Some(size.saturating_add(by)).filter(|above| *above <= MAX_DEPLOYABLE_PTU);
        below.into_iter().chain(above)
    }
}

/// The families a scenario allows, pay-as-you-go first. Unknown SKUs and an empty list are errors.
///
/// Spillover needs a standard deployment of the same model (P R27); the processing level must match too (C6 asks for it
/// in one version of the documents and is silent in later ones: the stricter reading is taken).
pub fn families(scenario: &Scenario, catalog: &Catalog) -> Result<Vec<Family>, Diagnostics> {
    let mut wrong = Diagnostics::default();
    let (mut standard, mut provisioned) = (Vec::new(), Vec::new());
    for named in &scenario.allow.skus {
        match catalog.sku(&named.name) {
            Ok(sku) => match sku.billing {
                BillingMode::Tokens => standard.push((named.clone(), sku.scope)),
                BillingMode::Ptu => provisioned.push((named.clone(), sku.scope)),
                _ => wrong.push(
                    Diagnostic::error(
                        "sku-not-planned",
                        format!("cannot be planned yet: {}", named.name),
                    )
                    .at(named.place.clone())
                    .hint("allow standard and provisioned SKUs"),
                ),
            },
            Err(error) => wrong.push(error.at(named.place.clone())),
        }
    }
    if standard.is_empty() && provisioned.is_empty() && !wrong.has_errors() {
        wrong.push(
            Diagnostic::error("nothing-allowed", "nothing allowed: allow.sku is empty")
                .hint("list SKU names such as \"GlobalStandard\""),
        );
    }
    if !provisioned.is_empty() && scenario.allow.payments.is_empty() {
        wrong.push(
            Diagnostic::error("nothing-allowed", "nothing allowed: allow.commitment is empty")
                .hint("list \"hourly\", \"1-month\" or \"1-year\""),
        );
    }
    let mut families: Vec<Family> = standard
        .iter()
        .map(|(sku, _)| Family {
            provisioned: None,
            standard: Some(sku.clone()),
            grids: Vec::new(),
            name: format!("{} alone", sku.name),
        })
        .collect();
    let models = models(scenario);
    let on = scenario.period.first_date();
    for (sku, scope) in &provisioned {
        let mut grids = Vec::new();
        for model in &models {
            match catalog.grid(&model.name, &sku.name, on) {
                Ok(grid) => grids.push(grid.value),
                Err(error) => wrong.push(error.at(sku.place.clone())),
            }
        }
        families.push(Family {
            provisioned: Some(sku.clone()),
            standard: None,
            grids: grids.clone(),
            name: format!("{} alone", sku.name),
        });
        let targets = standard.iter().filter(|(_, target)| target == scope);
        for (target, _) in targets.filter(|_| scenario.allow.spillover) {
            families.push(Family {
                provisioned: Some(sku.clone()),
                standard: Some(target.clone()),
                grids: grids.clone(),
                name: format!("{} + spillover", sku.name),
            });
        }
    }
    wrong.or_ok(families)
}

/// The models of the scenario, each once, in order of first use.
fn models(scenario: &Scenario) -> Vec<Named> {
    let mut models: Vec<Named> = Vec::new();
    for workload in &scenario.workloads {
        if models.iter().all(|model| model.name != workload.model.name) {
            models.push(workload.model.clone());
        }
    }
    models
}

/// The candidate of a family at a size, paid in a way. Each model of the scenario gets its own deployments; `ptu` is the
/// size of each provisioned one, raised to its model's grid.
pub fn candidate(scenario: &Scenario, family: &Family, ptu: Ptu, payment: Payment) -> Candidate {
    let models = models(scenario);
    let mut deployments = Vec::new();
    let mut of_model: Vec<Vec<usize>> = Vec::new();
    for (index, model) in models.iter().enumerate() {
        let mut route = Vec::new();
        let size = family.grids.get(index).map(|grid| grid.at_least(ptu));
        for (sku, capacity_ptu) in [(&family.provisioned, size), (&family.standard, None)] {
            if let Some(sku) = sku {
                route.push(deployments.len());
                let region = scenario.region.clone();
                deployments.push(PlannedDeployment {
                    capacity_ptu,
                    ..PlannedDeployment::new(sku.clone(), model.clone(), region)
                });
            }
        }
        of_model.push(route);
    }
    let routes = scenario
        .workloads
        .iter()
        .map(|workload| {
            let index = models.iter().position(|model| model.name == workload.model.name);
            index.map_or_else(Vec::new, |index| of_model[index].clone())
        })
        .collect();
    let name = if family.is_sized() {
        format!("{}, {ptu} PTU, {}", family.name, payment.as_str())
    } else {
        family.name.clone()
    };
    Candidate { name: name.into(), deployments, routes, payment }
}
