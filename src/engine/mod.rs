//! FLOOR 2. The discrete-event core. Integers only: no currency, calendar, vendor name, float, generator or thread.
//!
//! [`run`] takes a [`setup::Setup`] and one trace per stream and returns an [`Outcome`](record::outcome::Outcome); [`run_pieces`] does the same
//! with traces too long for the memory, piece by piece. Everything random is a
//! hash of the request's own luck. At one microsecond a completion comes before a retry before an arrival, then the lower
//! request id, then the lower stream. Serves invariants 1-5, 9, 11, 12 and 16.
#![deny(clippy::float_arithmetic)]

pub mod admission;
pub mod client;
pub mod error;
pub mod paths;
pub mod record;
pub mod rules;
pub mod setup;
pub mod time;
pub mod work;

mod check;
mod deployment;
mod traffic;

pub use crate::engine::check::MAX_RETRIES;
pub use crate::engine::error::EngineError;
pub use crate::engine::paths::apart::joined;
pub use crate::engine::paths::bound::{Bound, Trial};
pub use crate::engine::paths::checked::Checked;
pub use crate::engine::paths::pieces::{PiecesError, run_pieces};
pub use crate::engine::paths::run::{Replay, run, run_ordered};
