//! What was meant: the checked question, free of the file it was written in.

pub mod allow;
pub mod candidate;
pub mod client;
pub mod compute;
pub mod event;
pub mod facts;
pub mod latency;
pub mod limits;
pub mod named;
pub mod options;
pub mod policy;
pub mod price_change;
pub mod quota;
pub mod require;
pub mod scenario;
pub mod schedule;
pub mod stated;
pub mod traffic;
pub mod uncertain;
pub mod waits;
pub mod workload;
