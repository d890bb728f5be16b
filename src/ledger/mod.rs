//! FLOOR 1. What happened: usage records, counters, series. Facts only, no money.

pub mod deployment;
pub mod finetune;
pub mod metered;
pub mod repeat;
pub mod usage;
