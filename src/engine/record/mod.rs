//! What a simulation leaves behind: counts, usage by hour, gauges by minute, latencies, and the audit that checks them.

pub mod latency;
pub mod outcome;

pub(crate) mod audit;
pub(crate) mod gauges;
pub(crate) mod meter;
