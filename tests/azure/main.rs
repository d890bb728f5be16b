//! Azure as input and output: what runs becomes a scenario, a plan becomes code, a change of either is reviewed.
//!
//! The files beside this one have invented names; every subscription is all zeros.

#![allow(
    clippy::pedantic,
    reason = "the library keeps to the pedantic lints, its tests to the others"
)]
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]

mod capacities;
mod causes;
mod comment;
mod compiled;
mod incoming;
mod outgoing;
mod refused;
mod review;
mod support;
mod templates;
mod terraform;
