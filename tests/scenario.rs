//! The scenario floor: what a scenario file says is what is simulated and billed.

#![allow(
    clippy::pedantic,
    reason = "the library keeps to the pedantic lints, its tests to the others"
)]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]
#![allow(clippy::panic, reason = "a test says what it found")]

#[path = "scenario/batch.rs"]
mod batch;
#[path = "scenario/compute.rs"]
mod compute;
#[path = "scenario/explain.rs"]
mod explain;
#[path = "scenario/fine_tuned.rs"]
mod fine_tuned;
#[cfg(feature = "files")]
#[path = "scenario/kept_reads.rs"]
mod kept_reads;
#[path = "scenario/limits.rs"]
mod limits;
#[path = "scenario/months.rs"]
mod months;
#[path = "scenario/over_time.rs"]
mod over_time;
#[path = "scenario/parameters.rs"]
mod parameters;
#[path = "scenario/playback.rs"]
mod playback;
#[path = "scenario/price_changes.rs"]
mod price_changes;
#[path = "scenario/queries.rs"]
mod queries;
#[path = "scenario/regions.rs"]
mod regions;
#[path = "scenario/router.rs"]
mod router;
#[path = "scenario/samples.rs"]
mod samples;
#[path = "scenario/support.rs"]
mod support;
#[path = "scenario/throttling.rs"]
mod throttling;
#[path = "scenario/told.rs"]
mod told;
