//! The one entry: check, simulate, audit.

use crate::engine::error::EngineError;
use crate::engine::outcome::Outcome;
use crate::engine::setup::Setup;
use crate::engine::{audit, check, ordered};
use crate::workload::trace::Trace;

/// Simulates `setup` over `traces`, one per stream in the same order. Requests that arrive at or after the horizon are
/// counted and not simulated; those before it are followed to their end, retries included. Work and capacity of
/// provisioned deployments are counted up to the horizon.
///
/// The result depends on nothing but the arguments (invariant 9).
///
/// # Errors
/// A setup or trace that cannot be simulated, or a failed audit, which is a defect of the engine.
pub fn run(setup: &Setup, traces: &[&Trace]) -> Result<Outcome, EngineError> {
    check::check(setup, traces)?;
    let (outcome, idle) = ordered::run(setup, traces);
    audit::audit(&outcome, &idle, traces)?;
    Ok(outcome)
}
