//! A scenario file as it is written. Reads like the question: units in words, nothing said twice.
//! `load` checks it and makes a [`crate::scenario::question::Scenario`] of it.

mod deployment;
mod file;
mod objective;
mod purchase;
mod uncertain;
mod workload;

pub use deployment::{DeploymentTable, TodayTable};
pub use file::ScenarioFile;
pub use objective::{OutageTable, PercentileTable, SloTable};
pub use purchase::{AllowTable, SubscriptionTable};
pub use uncertain::{HorizonTable, Quantity, RangeTable, UncertainTable};
pub use workload::WorkloadTable;
