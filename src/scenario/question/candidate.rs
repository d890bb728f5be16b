//! A candidate: a set of deployments, the way each workload is routed to them, and how PTUs are paid.

use crate::engine::rules::TierRequest;
use crate::scenario::question::named::{Named, Payment};
use crate::scenario::question::options::DeploymentOptions;
use crate::scenario::question::schedule::Schedule;
use crate::units::ptu::Ptu;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A set of deployments that could serve the scenario.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Candidate {
    /// Its short name, unique among the candidates of a run.
    #[serde(with = "crate::units::shared_text")]
    pub name: Arc<str>,
    /// The deployments.
    pub deployments: Vec<PlannedDeployment>,
    /// For each workload of the scenario, the deployments in order: each takes what the one before refused.
    pub routes: Vec<Vec<usize>>,
    /// Shares of workloads that are served apart, by routes of their own.
    pub splits: Vec<Split>,
    /// For each workload, the service tier that the calls of its route ask for; none where they ask as the scenario says,
    /// and for workloads beyond the end.
    pub tiers: Vec<Option<TierRequest>>,
    /// How its PTUs are paid.
    pub payment: Payment,
}

/// A share of a workload's calls that is served apart.
#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub struct Split {
    /// Index of the workload.
    pub workload: usize,
    /// The share, in 1/1,000,000.
    pub share_ppm: u32,
    /// The deployments in order, as in [`Candidate::routes`].
    pub route: Vec<usize>,
    /// The service tier that they ask for; none where they ask as the scenario says.
    pub tier: Option<TierRequest>,
    /// Whether they are calls that may wait, of a workload of which others may not.
    pub waits: bool,
}

/// A deployment as planned.
#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub struct PlannedDeployment {
    /// Its name.
    #[serde(with = "crate::units::shared_text")]
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

impl PlannedDeployment {
    /// Whether it serves batches. Batch SKUs are told by their name where the catalogue is not at hand.
    pub fn is_batch(&self) -> bool {
        self.sku.name.ends_with("Batch")
    }

    /// Its instances, where machines serve it.
    pub fn instances(&self) -> Option<u32> {
        self.options.compute.as_ref().map(|compute| compute.instances)
    }
}

impl Candidate {
    /// What kind of candidate it is: its SKUs and models, whether they are resized, how PTUs are paid, and which service tiers
    /// are asked for. Candidates of one kind differ in size and place alone.
    #[allow(clippy::type_complexity, reason = "compared as a whole, never taken apart")]
    pub fn kind(&self) -> (Vec<(&str, &str, bool)>, Payment, Vec<TierRequest>) {
        let each = self.deployments.iter();
        let parts = each.map(|d| (&*d.sku.name, &*d.model.name, d.schedule.is_some()));
        // Pay-as-you-go is the same however PTUs would be paid.
        let payment = if self.total_ptu() == 0 { Payment::Hourly } else { self.payment };
        let tiers = self.tiers.iter().copied().chain(self.splits.iter().map(|split| split.tier));
        (parts.collect(), payment, tiers.flatten().collect())
    }

    /// All deployed PTUs.
    pub fn total_ptu(&self) -> Ptu {
        self.deployments.iter().filter_map(|deployment| deployment.capacity_ptu).sum()
    }

    /// All instances of managed compute.
    pub fn total_instances(&self) -> u32 {
        self.deployments.iter().filter_map(PlannedDeployment::instances).sum()
    }

    /// Whether it is pay-as-you-go alone: nothing runs by the hour, and no calls are served in batches or at another tier.
    pub fn is_pay_as_you_go(&self) -> bool {
        let by_token = |planned: &PlannedDeployment| {
            planned.capacity_ptu.is_none() && planned.instances().is_none() && !planned.is_batch()
        };
        self.deployments.iter().all(by_token)
            && self.tiers.iter().all(Option::is_none)
            && self.splits.iter().all(|split| split.tier.is_none())
    }

    /// Whether managed compute alone serves it: every deployment is of instances.
    pub fn is_managed_compute(&self) -> bool {
        self.deployments.iter().all(|planned| planned.instances().is_some())
    }

    /// What distinguishes candidates of one shape: PTUs and instances.
    pub fn size(&self) -> (Ptu, u32) {
        (self.total_ptu(), self.total_instances())
    }
}
