//! A candidate: a set of deployments, the way each workload is routed to them, and how PTUs are paid.

use crate::scenario::question::{Named, Payment};
use crate::scenario::schedule::Schedule;
use crate::scenario::serving::DeploymentOptions;
use crate::units::ptu::Ptu;
use std::sync::Arc;

/// A set of deployments that could serve the scenario.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its short name, unique among the candidates of a run.
    pub name: Arc<str>,
    /// The deployments.
    pub deployments: Vec<PlannedDeployment>,
    /// For each workload of the scenario, the deployments in order: each takes what the one before refused.
    pub routes: Vec<Vec<usize>>,
    /// Shares of workloads that are served apart, by routes of their own.
    pub splits: Vec<Split>,
    /// How its PTUs are paid.
    pub payment: Payment,
}

/// A share of a workload's calls that is served apart.
#[derive(Clone, Debug)]
pub struct Split {
    /// Index of the workload.
    pub workload: usize,
    /// The share, in 1/1,000,000.
    pub share_ppm: u32,
    /// The deployments in order, as in [`Candidate::routes`].
    pub route: Vec<usize>,
}

/// A deployment as planned.
#[derive(Clone, Debug)]
pub struct PlannedDeployment {
    /// Its name.
    pub name: Arc<str>,
    /// Model id.
    pub model: Named,
    /// SKU name.
    pub sku: Named,
    /// Azure region.
    pub region: Named,
    /// Deployed PTUs, the most of its schedule where it has one; none for standard SKUs.
    pub capacity_ptu: Option<Ptu>,
    /// When it has fewer PTUs.
    pub schedule: Option<Schedule>,
    /// Token limit; none for provisioned SKUs and where the tier's quota is taken.
    pub limit_tokens_per_minute: Option<u64>,
    /// What only some kinds of deployments have.
    pub options: DeploymentOptions,
}

impl PlannedDeployment {
    /// A deployment named `sku/model`, without capacity or limits of its own.
    pub fn new(sku: Named, model: Named, region: Named) -> Self {
        Self {
            name: format!("{}/{}", sku.name, model.name).into(),
            model,
            sku,
            region,
            capacity_ptu: None,
            schedule: None,
            limit_tokens_per_minute: None,
            options: DeploymentOptions::default(),
        }
    }
}

impl Candidate {
    /// What kind of candidate it is: its SKUs and models, whether they are resized, and how PTUs are paid. Candidates of one
    /// kind differ in size and place alone.
    pub fn kind(&self) -> (Vec<(&str, &str, bool)>, Payment) {
        let each = self.deployments.iter();
        let parts = each.map(|d| (&*d.sku.name, &*d.model.name, d.schedule.is_some()));
        // Pay-as-you-go is the same however PTUs would be paid.
        let payment = if self.total_ptu() == 0 { Payment::Hourly } else { self.payment };
        (parts.collect(), payment)
    }

    /// All deployed PTUs.
    pub fn total_ptu(&self) -> Ptu {
        self.deployments.iter().filter_map(|deployment| deployment.capacity_ptu).sum()
    }
}
