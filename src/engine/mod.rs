//! FLOOR 2. The discrete-event core. Integers only: no currency, calendar, vendor name, float, generator or thread.
//!
//! [`run`] takes a [`setup::Setup`] and one trace per stream and returns an [`outcome::Outcome`]; [`run_pieces`] does the same
//! with traces too long for the memory, piece by piece. Everything random is a
//! hash of the request's own luck. At one microsecond a completion comes before a retry before an arrival, then the lower
//! request id, then the lower stream. Serves invariants 1-5, 9, 11, 12 and 16.
#![deny(clippy::float_arithmetic)]

pub mod cache;
pub mod error;
pub mod outcome;
pub mod rules;
pub mod setup;

mod audit;
mod batch;
mod bound;
mod bucket;
mod check;
mod client;
mod crowd;
mod deployment;
mod due;
mod fast;
mod filter;
mod gate;
mod gauges;
mod lanes;
pub mod latency;
mod limiter;
mod managed;
mod meter;
mod ordered;
mod pieces;
mod precondition;
mod queue;
mod route;
mod run;
mod serve;
mod tier;
mod timeline;
mod traffic;

pub use bound::{Bound, Trial};
pub use error::EngineError;
pub use pieces::{PiecesError, run_pieces};
pub use run::{Replay, run, run_ordered};
