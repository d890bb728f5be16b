//! The entries: check, simulate, audit.

use crate::engine::check;
use crate::engine::error::EngineError;
use crate::engine::paths::bound::{Bound, Trial};
use crate::engine::paths::fast;
use crate::engine::paths::ordered;
use crate::engine::paths::precondition::{Extremes, Plan};
use crate::engine::paths::shared_pass::Lanes;
use crate::engine::record::audit;
use crate::engine::record::outcome::Outcome;
use crate::engine::setup::{Admission, Setup};
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

/// What the check of a trace found: that it can be simulated, and what it holds at most. Made once, for every replay.
#[derive(Clone, Copy, Debug)]
pub struct Checked(Extremes);

impl Checked {
    /// Checks a trace.
    ///
    /// # Errors
    /// Columns or values that contradict each other, as of stream 0.
    pub fn of(trace: &Trace) -> Result<Self, EngineError> {
        check::check_trace(trace).map_err(|(request, reason)| EngineError::Trace {
            stream: 0,
            request,
            reason,
        })?;
        Ok(Self(Extremes::of(trace)))
    }
}

/// Traces that have been checked once, to be replayed against many setups: a sweep over sizes, limits or routes. Trials
/// are independent of each other; a caller runs them on as many threads as it likes and sorts the results by index.
#[derive(Clone, Debug)]
pub struct Replay<'a> {
    traces: &'a [&'a Trace],
    extremes: Vec<Extremes>,
}

impl<'a> Replay<'a> {
    /// Checks `setup` and `traces`.
    ///
    /// # Errors
    /// A setup or trace that cannot be simulated.
    pub fn new(setup: &Setup, traces: &'a [&'a Trace]) -> Result<Self, EngineError> {
        check::check(setup, traces)?;
        Ok(Self { traces, extremes: traces.iter().map(|trace| Extremes::of(trace)).collect() })
    }

    /// Traces that were checked before, with what was found, in the same order. Setups are checked when they are run.
    pub fn of_checked(traces: &'a [&'a Trace], checked: &[Checked]) -> Self {
        Self { traces, extremes: checked.iter().map(|checked| checked.0).collect() }
    }

    /// Whether `setup` meets the precondition of the fast path: one stream over one provisioned deployment, with or without
    /// one Standard deployment behind it; no answer longer than its estimate; a level that fits into 64 bits.
    pub fn is_fast(&self, setup: &Setup) -> bool {
        check::check_setup(setup, self.traces.len()).is_ok() && self.plan(setup, &[]).is_some()
    }

    fn plan<'p>(&self, setup: &'p Setup, others: &[u64]) -> Option<Plan<'p>>
    where
        'a: 'p,
    {
        Plan::of(setup, self.traces, &self.extremes, others)
    }

    /// Runs `setup` over the traces until its end or until `bound` is broken.
    ///
    /// # Errors
    /// As [`run`], for the setup.
    pub fn run(&self, setup: &Setup, bound: &Bound) -> Result<Trial, EngineError> {
        check::check_setup(setup, self.traces.len())?;
        let result = match self.plan(setup, &[]) {
            Some(plan) => fast::run(&plan, bound),
            None => ordered::run(setup, self.traces, bound),
        };
        finish(result, self.traces)
    }

    /// Runs `setup` with deployment `deployment`, a provisioned one, at each of `sizes`; the results are in their order, and
    /// each is that of [`Replay::run`] at its size.
    ///
    /// Where the fast path applies, all sizes that refuse nobody cost little more than one of them: they share a pass.
    /// To use several threads, deal the sizes out, every n-th to each thread.
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
        let mut trials = self.comfortable(&mut setup, deployment, sizes)?;
        for (trial, size) in trials.iter_mut().zip(sizes) {
            if trial.is_none() {
                set_size(&mut setup, deployment, *size)?;
                *trial = Some(self.run(&setup, bound)?);
            }
        }
        Ok(trials.into_iter().flatten().collect())
    }

    /// The trials of those sizes that refuse nobody, as far as one pass finds them.
    fn comfortable(
        &self,
        setup: &mut Setup,
        deployment: usize,
        sizes: &[Ptu],
    ) -> Result<Vec<Option<Trial>>, EngineError> {
        let mut trials = vec![None; sizes.len()];
        let Some((largest, size)) = sizes.iter().enumerate().max_by_key(|(_, size)| **size) else {
            return Ok(trials);
        };
        let per_ptu = set_size(setup, deployment, *size)?;
        let first = setup.streams.first().and_then(|stream| stream.route.first());
        let swept_first = first.is_some_and(|ix| usize::from(ix.0) == deployment);
        if sizes.len() < 2 || !swept_first || sizes.contains(&0) {
            return Ok(trials);
        }
        check::check_setup(setup, self.traces.len())?;
        let units: Vec<u64> =
            sizes.iter().map(|size| u64::from(*size).saturating_mul(per_ptu)).collect();
        let Some(plan) = self.plan(setup, &units) else { return Ok(trials) };
        let mut lanes = Lanes::new(plan.scale, setup.minute_series);
        for (index, (size, units)) in sizes.iter().zip(&units).enumerate() {
            if index != largest {
                lanes.add(index, *size, *units, plan.bucket.burst_us);
            }
        }
        let Ok((outcome, idle, lanes)) = fast::watched(&plan, &Bound::NOBODY, lanes) else {
            return Ok(trials);
        };
        for lane in &lanes.left {
            let found = lane.outcome(plan.scale, (&outcome, &idle), deployment);
            trials[lane.index] = Some(finish(Ok(found), self.traces)?);
        }
        trials[largest] = Some(finish(Ok((outcome, idle)), self.traces)?);
        Ok(trials)
    }
}

/// Gives a deployment another size; returns the weight units a minute of one PTU.
fn set_size(setup: &mut Setup, deployment: usize, size: Ptu) -> Result<u64, EngineError> {
    match setup.deployments.get_mut(deployment).map(|d| &mut d.admission) {
        Some(Admission::Provisioned(bucket)) => {
            bucket.capacity_ptu = size;
            Ok(bucket.units_per_minute_per_ptu)
        }
        _ => Err(EngineError::Deployment {
            deployment,
            reason: "only a provisioned size can be swept",
        }),
    }
}

fn finish(
    result: Result<(Outcome, Vec<u128>), u64>,
    traces: &[&Trace],
) -> Result<Trial, EngineError> {
    match result {
        Ok((outcome, idle)) => {
            let arrived: Vec<u64> = traces.iter().map(|trace| trace.len() as u64).collect();
            audit::audit(&outcome, &idle, &arrived)?;
            Ok(Trial::Done(outcome))
        }
        Err(at_us) => Ok(Trial::Abandoned { at_us }),
    }
}
