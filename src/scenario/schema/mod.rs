//! A scenario file as it is written. Reads like the question: units in words, nothing said twice.
//! `load` checks it and makes a [`crate::scenario::question::scenario::Scenario`] of it.

pub mod batch;
pub mod calls;
pub mod compute;
pub mod content_filter;
pub mod event;
pub mod latency;
pub mod machines;
pub mod traffic;
pub mod what_if;

mod client;
mod deployment;
mod file;
mod objective;
mod purchase;
mod uncertain;
mod workload;

pub use crate::scenario::schema::client::{ClientTable, ClientWritten};
pub use crate::scenario::schema::deployment::{DeploymentTable, TodayTable};
pub use crate::scenario::schema::file::ScenarioFile;
pub use crate::scenario::schema::objective::{OutageTable, PercentileTable, SloTable};
pub use crate::scenario::schema::purchase::{AllowTable, OwnQuotaTable, SubscriptionTable};
pub use crate::scenario::schema::uncertain::{
    HorizonTable, Quantity, RangeTable, RangeValue, UncertainTable,
};
pub use crate::scenario::schema::workload::WorkloadTable;
