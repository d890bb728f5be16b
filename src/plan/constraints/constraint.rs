//! What a candidate may break, as a value: two constraints are the same exactly when they are
//! equal. Words are made where they are shown.

use crate::metrics::slo::Objective;
use crate::scenario::question::require::{Authentication, Network, SubscriptionType};
use crate::scenario::question::scenario::{Outage, Scenario};
use crate::units::code::Code;
use crate::units::money::Money;
use crate::units::ptu::Ptu;
use jiff::civil::Date;
use std::sync::Arc;

/// A constraint of a scenario, a subscription or the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// A bound on what callers see.
    Objective {
        /// The workload it is of; none where the scenario has one.
        workload: Option<Arc<str>>,
        /// The bound.
        objective: Objective,
    },
    /// The same while a region is out.
    WhileOut {
        /// The region.
        region: Arc<str>,
        /// The workload it is of; none where the scenario has one.
        workload: Option<Arc<str>>,
        /// The bound.
        objective: Objective,
    },
    /// Every objective must hold while a region is out.
    SurvivesOutage(Outage),
    /// Every other constraint must hold in a share of the futures.
    HoldsIn {
        /// The share, in 1/1,000,000.
        share_ppm: u32,
    },
    /// The most that a month may cost.
    Budget(Money),
    /// The PTUs of a SKU that may be deployed.
    PtuQuota {
        /// Provisioned SKU.
        sku: Arc<str>,
        /// Region, where it is not the scenario's own.
        region: Option<Arc<str>>,
        /// The quota.
        quota: Ptu,
    },
    /// An Azure Policy, by its name.
    Policy(Arc<str>),
    /// The model must be offered as the SKU in the region.
    Available,
    /// Prompts and answers must be processed in a data zone.
    ProcessedInZone(Arc<str>),
    /// Prompts and answers must be processed in a geography or region.
    ProcessedIn(Arc<str>),
    /// Data must rest in a region, geography or data zone.
    AtRestIn(Arc<str>),
    /// The subscription must be able to buy it.
    SoldTo(SubscriptionType),
    /// A way to authenticate must be taken.
    Authentication(Authentication),
    /// A way to keep traffic off the public network must be offered.
    Network(Network),
    /// The model must be in service until a day.
    InServiceUntil(Date),
    /// A subscription must be able to deploy the version anew.
    OpenToNewDeployments,
    /// The images of a workload must be read.
    ReadsImages(Arc<str>),
    /// Inputs of so many tokens must be taken.
    InputTokens(u64),
    /// Some call of a workload must be answered.
    Answers(Arc<str>),
    /// The deployment must exist for so many hours.
    DeployedFor {
        /// Hours of the period.
        hours: u64,
    },
    /// A price must be published.
    PublishedPrice,
    /// A batch quota must be known.
    BatchQuota,
    /// What the catalogue says of a deployment that cannot be had.
    Offered(Code),
}

impl Constraint {
    /// The objectives of every workload and of outages, in the scenario's order.
    pub fn objectives_of(scenario: &Scenario) -> Vec<Self> {
        let several = scenario.workloads.len() > 1;
        let each = scenario.workloads.iter().flat_map(|workload| {
            let name = several.then(|| workload.name.clone());
            let own = workload.slo.objectives().into_iter();
            own.map(move |objective| Self::Objective { workload: name.clone(), objective })
        });
        each.chain(scenario.survives.map(Self::SurvivesOutage)).collect()
    }

    /// Whether it is broken by how a candidate fares over many futures, not in one of them.
    pub const fn is_over_futures(&self) -> bool {
        matches!(self, Self::HoldsIn { .. })
    }
}
