//! What a candidate may break, as a value: two constraints are the same exactly when they are
//! equal. Words are made where they are shown.

use crate::metrics::slo::Objective;
use crate::scenario::question::require::{Authentication, Network, SubscriptionType};
use crate::scenario::question::scenario::{Outage, Scenario};
use crate::units::code::Code;
use crate::units::money::Money;
use crate::units::ptu::Ptu;
use jiff::civil::Date;
use std::fmt;
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
    /// Any other, in words. Nothing is decided by it.
    Other(Arc<str>),
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

/// A bound with the workload it is of in front.
fn of(workload: Option<&Arc<str>>, objective: Objective) -> String {
    workload.map_or_else(|| objective.to_string(), |name| format!("{name}: {objective}"))
}

/// A share in 1/1,000,000 as a whole percentage.
pub(crate) fn whole_percent(share_ppm: u32) -> String {
    format!("{:.0}%", f64::from(share_ppm) / 1e4)
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Objective { workload, objective } => {
                f.write_str(&of(workload.as_ref(), *objective))
            }
            Self::WhileOut { region, workload, objective } => {
                write!(f, "with {region} out: {}", of(workload.as_ref(), *objective))
            }
            Self::SurvivesOutage(outage) => f.write_str(&outage.words()),
            Self::HoldsIn { share_ppm } => {
                write!(f, "every objective holds in {} of the futures", whole_percent(*share_ppm))
            }
            Self::Budget(budget) => write!(f, "at most {} a month", budget.to_display_string()),
            Self::PtuQuota { sku, region, quota } => {
                let place = region.as_ref().map_or_else(String::new, |name| format!(" in {name}"));
                write!(f, "PTU quota of {sku}{place} of {quota}")
            }
            Self::Policy(name) => write!(f, "policy {name}"),
            Self::Available => f.write_str("available in its region"),
            Self::ProcessedInZone(zone) => write!(f, "processed in the data zone {zone}"),
            Self::ProcessedIn(place) => write!(f, "processed in {place}"),
            Self::AtRestIn(place) => write!(f, "data at rest in {place}"),
            Self::SoldTo(kind) => write!(f, "sold to {} subscriptions", kind.as_str()),
            Self::Authentication(way) => write!(f, "authentication by {}", way.as_str()),
            Self::Network(way) => write!(f, "network by {}", way.as_str()),
            Self::InServiceUntil(day) => write!(f, "model in service until {day}"),
            Self::OpenToNewDeployments => f.write_str("open to new deployments"),
            Self::ReadsImages(workload) => write!(f, "reads the images of {workload}"),
            Self::InputTokens(tokens) => write!(f, "inputs of {tokens} tokens"),
            Self::Answers(workload) => write!(f, "answers calls of {workload}"),
            Self::DeployedFor { hours } => write!(f, "deployed for {hours} hours"),
            Self::PublishedPrice => f.write_str("a published price"),
            Self::BatchQuota => f.write_str("a batch quota"),
            Self::Offered(code) => f.write_str(code.as_str()),
            Self::Other(words) => f.write_str(words),
        }
    }
}

impl From<Objective> for Constraint {
    fn from(objective: Objective) -> Self {
        Self::Objective { workload: None, objective }
    }
}
