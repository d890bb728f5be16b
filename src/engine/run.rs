//! The entries: check, simulate, audit.

use crate::engine::bound::{Bound, Trial};
use crate::engine::error::EngineError;
use crate::engine::fast;
use crate::engine::outcome::Outcome;
use crate::engine::precondition::Plan;
use crate::engine::setup::{Admission, Setup};
use crate::engine::{audit, check, ordered};
use crate::units::ptu::Ptu;
use crate::workload::trace::Trace;

/// Simulates `setup` over `traces`, one per stream in the same order. Requests that arrive at or after the horizon are
/// counted and not simulated; those before it are followed to their end, retries included. Work and capacity of
/// provisioned deployments are counted up to the horizon.
///
/// The result depends on nothing but the arguments (invariant 9). Where the setup allows it a faster path is taken, with
/// the same result (invariant 16).
///
/// # Errors
/// A setup or trace that cannot be simulated, or a failed audit, which is a defect of the engine.
pub fn run(setup: &Setup, traces: &[&Trace]) -> Result<Outcome, EngineError> {
    match Replay::new(setup, traces)?.run(setup, &Bound::NONE)? {
        Trial::Done(outcome) => Ok(outcome),
        Trial::Abandoned { at_us } => Err(EngineError::Unbounded { at_us }),
    }
}

/// [`run`] without the fast path: the meaning of every setup, and what the fast path is tested against.
///
/// # Errors
/// As [`run`].
pub fn run_ordered(setup: &Setup, traces: &[&Trace]) -> Result<Outcome, EngineError> {
    check::check(setup, traces)?;
    finish(ordered::run(setup, traces, &Bound::NONE), traces).and_then(|trial| match trial {
        Trial::Done(outcome) => Ok(outcome),
        Trial::Abandoned { at_us } => Err(EngineError::Unbounded { at_us }),
    })
}

/// Traces that have been checked once, to be replayed against many setups: a sweep over sizes, limits or routes. Trials
/// are independent of each other; a caller runs them on as many threads as it likes and sorts the results by index.
#[derive(Clone, Copy, Debug)]
pub struct Replay<'a> {
    traces: &'a [&'a Trace],
}

impl<'a> Replay<'a> {
    /// Checks `setup` and `traces`.
    ///
    /// # Errors
    /// A setup or trace that cannot be simulated.
    pub fn new(setup: &Setup, traces: &'a [&'a Trace]) -> Result<Self, EngineError> {
        check::check(setup, traces)?;
        Ok(Self { traces })
    }

    /// Whether `setup` meets the precondition of the fast path: one stream over one provisioned deployment, with or without
    /// one Standard deployment behind it; no answer longer than its estimate; a level that fits into 64 bits.
    pub fn is_fast(&self, setup: &Setup) -> bool {
        check::check_setup(setup, self.traces.len()).is_ok()
            && Plan::of(setup, self.traces).is_some()
    }

    /// Runs `setup` over the traces until its end or until `bound` is broken.
    ///
    /// # Errors
    /// As [`run`], for the setup.
    pub fn run(&self, setup: &Setup, bound: &Bound) -> Result<Trial, EngineError> {
        check::check_setup(setup, self.traces.len())?;
        let result = match Plan::of(setup, self.traces) {
            Some(plan) => fast::run(&plan, bound),
            None => ordered::run(setup, self.traces, bound),
        };
        finish(result, self.traces)
    }

    /// Runs `setup` with deployment `deployment`, a provisioned one, at each of `sizes`, in their order.
    ///
    /// # Errors
    /// As [`run`], or the deployment is not provisioned.
    pub fn sweep(
        &self,
        setup: &Setup,
        deployment: usize,
        sizes: &[Ptu],
        bound: &Bound,
    ) -> Result<Vec<Trial>, EngineError> {
        let mut setup = setup.clone();
        let mut trials = Vec::with_capacity(sizes.len());
        for size in sizes {
            match setup.deployments.get_mut(deployment).map(|d| &mut d.admission) {
                Some(Admission::Provisioned(bucket)) => bucket.capacity_ptu = *size,
                _ => {
                    return Err(EngineError::Deployment {
                        deployment,
                        reason: "only a provisioned size can be swept",
                    });
                }
            }
            trials.push(self.run(&setup, bound)?);
        }
        Ok(trials)
    }
}

fn finish(
    result: Result<(Outcome, Vec<u128>), u64>,
    traces: &[&Trace],
) -> Result<Trial, EngineError> {
    match result {
        Ok((outcome, idle)) => {
            audit::audit(&outcome, &idle, traces)?;
            Ok(Trial::Done(outcome))
        }
        Err(at_us) => Ok(Trial::Abandoned { at_us }),
    }
}
