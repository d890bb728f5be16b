//! The entries: check, simulate, audit.

use crate::engine::admission::bucket::units_per_minute;
use crate::engine::check;
use crate::engine::error::EngineError;
use crate::engine::paths::alike;
use crate::engine::paths::alone;
use crate::engine::paths::apart;
use crate::engine::paths::bound::{Bound, Trial};
use crate::engine::paths::checked::Checked;
use crate::engine::paths::fast;
use crate::engine::paths::lane::{Size, WIDE};
use crate::engine::paths::ordered;
use crate::engine::paths::precondition::Plan;
use crate::engine::paths::room::WindowRoom;
use crate::engine::paths::shared_pass;
use crate::engine::paths::shared_pass::Found;
use crate::engine::record::audit;
use crate::engine::record::outcome::Outcome;
use crate::engine::setup::{Admission, Setup};
use crate::units::ptu::Ptu;
use crate::workload::trace::Trace;

/// Simulates `setup` over `traces`, one per stream in the same order. Requests that arrive at or
/// after the horizon are counted and not simulated; those before it are followed to their end,
/// retries included. Work and capacity of provisioned deployments are counted up to the horizon.
///
/// The result depends on nothing but the arguments (invariant 9). Where the setup allows it a
/// faster path is taken, with the same result (invariant 16).
///
/// # Errors
/// A setup or trace that cannot be simulated, or a failed audit, which is a defect of the engine.
pub fn run(setup: &Setup, traces: &[&Trace]) -> Result<Outcome, EngineError> {
    match Replay::new(setup, traces)?.run(setup, &Bound::NONE)? {
        Trial::Done(outcome) => Ok(outcome),
        Trial::Abandoned { at_us } => Err(EngineError::Unbounded { at_us }),
    }
}

/// [`run`] without the fast path: the meaning of every setup, and what the fast path is tested
/// against.
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

/// Traces that have been checked once, to be replayed against many setups: a sweep over sizes,
/// limits or routes. Trials are independent of each other; a caller runs them on as many threads as
/// it likes and sorts the results by index.
#[derive(Clone, Debug)]
pub struct Replay<'a> {
    traces: &'a [&'a Trace],
    checked: Vec<Checked>,
}

impl<'a> Replay<'a> {
    /// Most setups that [`Replay::together`] takes.
    pub const TOGETHER: usize = WIDE;

    /// How many more setups take part in a pass of so many at next to no cost.
    pub const fn spare_lanes(setups: usize) -> usize {
        shared_pass::spare_lanes(setups)
    }

    /// Checks `setup` and `traces`.
    ///
    /// # Errors
    /// A setup or trace that cannot be simulated.
    pub fn new(setup: &Setup, traces: &'a [&'a Trace]) -> Result<Self, EngineError> {
        check::check(setup, traces)?;
        Ok(Self { traces, checked: traces.iter().map(|trace| Checked::unchecked(trace)).collect() })
    }

    /// Traces that were checked before, with what was found, in the same order. Setups are checked
    /// when they are run.
    pub fn of_checked(traces: &'a [&'a Trace], checked: &[Checked]) -> Self {
        Self { traces, checked: checked.to_vec() }
    }

    /// Whether `setup` meets the precondition of the fast path: one stream over one provisioned
    /// deployment, with or without one Standard deployment behind it; no answer longer than its
    /// estimate; a level that fits into 64 bits.
    pub fn is_fast(&self, setup: &Setup) -> bool {
        check::check_setup(setup, self.traces.len()).is_ok() && self.plan(setup, &[]).is_some()
    }

    /// A setup with the same outcome, whatever the limits of its Standard deployment and the
    /// retries of its client are: where that deployment is the last resort of the only stream and
    /// has room for every request, nobody waits. None where that is not so or not known. `has_room`
    /// is asked for what [`Replay::has_room`] says, for callers who keep it.
    ///
    /// Simulations that differ in a limit that nobody reaches are one.
    pub fn without_limits(&self, setup: &Setup, has_room: impl FnOnce() -> bool) -> Option<Setup> {
        // The paths that need no completions are those that know of nothing else that a limit or a
        // client could decide.
        let known = alone::is_plain(setup) || self.plan(setup, &[]).is_some();
        if known && has_room() { alike::without_limits(setup) } else { None }
    }

    /// The setups of each stream alone where several call one Standard deployment that has room for
    /// all of them: run each over its own trace, their outcomes are together that of `setup`
    /// ([`joined`](crate::engine::joined)). None where that is not so or not known.
    pub fn apart(&self, setup: &Setup) -> Option<Vec<Setup>> {
        check::check_setup(setup, self.traces.len()).ok()?;
        apart::apart(setup, self.traces, &self.checked)
    }

    /// Whether the deployment that the only stream calls last has room for every request.
    pub fn has_room(&self, setup: &Setup) -> bool {
        let ([stream], [trace], [checked]) = (&setup.streams[..], self.traces, &self.checked[..])
        else {
            return false;
        };
        let last = stream.route.last().map(|ix| usize::from(ix.0));
        let room = last.and_then(|ix| WindowRoom::of(setup, ix, trace, checked));
        room.is_some_and(|room| room.busy.is_never())
    }

    fn plan<'p>(&'p self, setup: &'p Setup, others: &[u64]) -> Option<Plan<'p>> {
        Plan::of(setup, self.traces, &self.checked, others)
    }

    /// Runs `setup` over the traces until its end or until `bound` is broken.
    ///
    /// # Errors
    /// As [`run`], for the setup.
    pub fn run(&self, setup: &Setup, bound: &Bound) -> Result<Trial, EngineError> {
        check::check_setup(setup, self.traces.len())?;
        let result = match self.plan(setup, &[]) {
            Some(plan) => fast::run(&plan, bound),
            None => alone::run(setup, self.traces, &self.checked, bound)
                .unwrap_or_else(|| ordered::run(setup, self.traces, bound)),
        };
        finish(result, self.traces)
    }

    /// Runs `setup` with deployment `deployment`, a provisioned one, at each of `sizes`; the
    /// results are in their order, and each is that of [`Replay::run`] at its size.
    ///
    /// Where the fast path applies, sizes at which no client waits share a pass,
    /// [`Self::TOGETHER`] of them at a time. To use several threads, deal the sizes out, every
    /// n-th to each thread.
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
        let mut setups = vec![setup.clone(); sizes.len()];
        for (own, size) in setups.iter_mut().zip(sizes) {
            *provisioned(own, deployment)? = *size;
        }
        // Neighbours share a pass: the smallest leave it early, and together.
        let mut order: Vec<usize> = (0..sizes.len()).collect();
        order.sort_by_key(|index| sizes[*index]);
        let mut trials = vec![None; sizes.len()];
        for group in order.chunks(WIDE) {
            let own: Vec<&Setup> = group.iter().map(|index| &setups[*index]).collect();
            for (index, found) in group.iter().zip(self.together(&own)?) {
                trials[*index] = found.filter(|outcome| bound.holds(outcome)).map(Trial::Done);
            }
        }
        let each = trials.into_iter().zip(&setups);
        each.map(|(trial, own)| trial.map_or_else(|| self.run(own, bound), Ok)).collect()
    }

    /// The outcomes of `setups` that differ in the size of the first deployment of their route
    /// alone, at most [`Self::TOGETHER`] of them, as far as one pass finds them: none of a setup
    /// under which a client has to wait for its turn, none at all where the fast path does not
    /// apply. Each is that of [`Replay::run`].
    ///
    /// # Errors
    /// As [`run`], for the setups.
    pub fn together(&self, setups: &[&Setup]) -> Result<Vec<Option<Outcome>>, EngineError> {
        let none = || vec![None; setups.len()];
        let Some(sizes) = alike(setups) else { return Ok(none()) };
        for setup in setups {
            check::check_setup(setup, self.traces.len())?;
        }
        let units: Vec<u64> = sizes.iter().map(|size| size.units_per_minute).collect();
        let largest = sizes.iter().max_by_key(|size| size.units_per_minute);
        let Some(plan) = largest.and_then(|size| self.plan(size.setup, &units)) else {
            return Ok(none());
        };
        let finished = |found: Found| {
            let Some(found) = found else { return Ok(None) };
            match finish(Ok(found), self.traces)? {
                Trial::Done(outcome) => Ok(Some(outcome)),
                Trial::Abandoned { .. } => Ok(None),
            }
        };
        shared_pass::together(&plan, &sizes).into_iter().map(finished).collect()
    }
}

/// The sizes of setups that are alike but for that of the first deployment of their route; none
/// where they are not, where there are fewer than two or too many, or one of them has no size.
fn alike<'s>(setups: &[&'s Setup]) -> Option<Vec<Size<'s>>> {
    let (first, others) = setups.split_first().filter(|_| (2..=WIDE).contains(&setups.len()))?;
    let deployment = usize::from(first.streams.first()?.route.first()?.0);
    let mut sizes = Vec::with_capacity(setups.len());
    for setup in setups {
        let Admission::Provisioned(bucket) = &setup.deployments.get(deployment)?.admission else {
            return None;
        };
        let units_per_minute = units_per_minute(bucket).filter(|units| *units > 0)?;
        sizes.push(Size { setup, capacity_ptu: bucket.capacity_ptu, units_per_minute });
    }
    let same = |other: &Setup| {
        let mut own = other.clone();
        let resized = provisioned(&mut own, deployment).map(|size| *size = sizes[0].capacity_ptu);
        resized.is_ok() && own == **first
    };
    others.iter().all(|other| same(other)).then_some(sizes)
}

/// The size of a provisioned deployment.
fn provisioned(setup: &mut Setup, deployment: usize) -> Result<&mut Ptu, EngineError> {
    match setup.deployments.get_mut(deployment).map(|d| &mut d.admission) {
        Some(Admission::Provisioned(bucket)) => Ok(&mut bucket.capacity_ptu),
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
