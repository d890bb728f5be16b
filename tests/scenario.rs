//! The scenario floor: what a scenario file says is what is simulated and billed.
#![allow(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]
#![allow(clippy::panic, reason = "a test says what it found")]

#[path = "scenario/regions.rs"]
mod regions;
#[path = "scenario/support.rs"]
mod support;
