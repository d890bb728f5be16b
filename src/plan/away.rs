//! What a plan is about to simulate, sent ahead to other machines: what comes back is kept, and the work that follows finds
//! it. What does not come back, or was not foreseen, is simulated here; the answer is the same either way.

use crate::engine::record::outcome::MinuteSample;
use crate::plan::future::Future;
use crate::plan::made::FutureTraffic;
use crate::plan::question::Question;
use crate::plan::task::{Runner, Task, Work};
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::resolve::resolve;
use crate::scenario::run::elsewhere::KnownNames;
use crate::scenario::run::outcomes::{Outcomes, bytes_of};
use crate::scenario::run::requests::Requests;
use crate::units::fingerprint::Fingerprint;
use crate::units::time::MINUTE_US;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Deployments whose minutes an outcome is taken to hold.
const DEPLOYMENTS: u64 = 2;
/// How many times the largest outcome seen another one may take.
const ROOM: u64 = 2;
/// Part of the memory that is filled at once: what is there already stays.
const FILLED: u64 = 2;
/// The same where what is there already is hardly asked for again: three quarters.
const ALL_KINDS: [usize; 2] = [3, 4];

/// Other machines, and what was sent there.
pub(crate) struct Away<'a> {
    question: Question<'a>,
    runner: &'a (dyn Runner + Sync),
    /// What was sent: setups, and over which requests.
    sent: Mutex<BTreeSet<(Fingerprint, Work)>>,
    /// What came back.
    names: KnownNames,
    /// Bytes of the largest outcome that came back.
    largest: AtomicUsize,
    /// How many came back, and their bytes.
    came: [AtomicUsize; 2],
}

impl fmt::Debug for Away<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Away").field("question", &self.question).finish_non_exhaustive()
    }
}

impl<'a> Away<'a> {
    pub(crate) fn new(question: Question<'a>, runner: &'a (dyn Runner + Sync)) -> Self {
        Self {
            question,
            runner,
            sent: Mutex::default(),
            names: KnownNames::default(),
            largest: AtomicUsize::new(0),
            came: [const { AtomicUsize::new(0) }; 2],
        }
    }

    /// Has work on candidates in futures done, what was not sent before: what takes longest first.
    pub(crate) fn play<'t>(
        &self,
        what: &str,
        asked: impl Iterator<Item = (&'t Candidate, &'t Future, Work)>,
        outcomes: &Outcomes,
    ) {
        let mut tasks = Vec::new();
        {
            let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
            // Pairs of one future follow each other: its scenario is made once.
            let mut last: Option<(&Future, Cow<'_, Scenario>)> = None;
            for (candidate, future, work) in asked {
                let scenario = match last.take().filter(|(own, _)| std::ptr::eq(*own, future)) {
                    Some((_, known)) => known,
                    None => future.scenario(self.question.scenario),
                };
                let simulation = self.simulation(&scenario, candidate, future);
                last = Some((future, scenario));
                // What cannot be had is told here.
                let Some(simulation) = simulation else { continue };
                // What is simulated to its end tells what may fail too.
                let is_told = work.simulations() == 1 && sent.contains(&(simulation, Work::Whole));
                if !is_told && sent.insert((simulation, work)) {
                    let (candidate, future) = (candidate.clone(), future.clone());
                    tasks.push(Task { candidate, future, work });
                }
            }
        }
        if tasks.is_empty() {
            return;
        }
        tasks.sort_by_key(|task| std::cmp::Reverse(task.work.simulations()));
        // A task that failed is tried again here, where its error is told in its place.
        for played in self.runner.run(self.question, what, &tasks).into_iter().flatten() {
            for (id, outcome) in played.parts {
                let bytes = bytes_of(&outcome);
                self.largest.fetch_max(bytes, Ordering::Relaxed);
                for (sum, own) in self.came.iter().zip([1, bytes]) {
                    sum.fetch_add(own, Ordering::Relaxed);
                }
                outcomes.put(&id, outcome);
            }
            for (id, bound) in played.broken {
                outcomes.broke(&id, &bound);
            }
            self.names.extend(played.names);
        }
    }

    /// The requests of a future, which are not here.
    pub(crate) fn requests(&self, future: &Future) -> Requests<'_> {
        Requests::elsewhere(FutureTraffic::of(future).fingerprint(), &self.names)
    }

    /// Which simulation it is: futures that differ in a price alone ask for the same.
    fn simulation(
        &self,
        scenario: &Scenario,
        candidate: &Candidate,
        future: &Future,
    ) -> Option<Fingerprint> {
        let resolved = resolve(scenario, self.question.catalog, candidate).ok()?;
        let of = (&resolved.setup, FutureTraffic::of(future), &candidate.splits);
        Some(Fingerprint::of(&of))
    }

    /// Whether so many simulations of all kinds, as large as those that came back on average, fit
    /// into so many bytes of outcomes.
    pub(crate) fn has_room(&self, simulations: usize, bytes: usize) -> bool {
        let [count, sum] = self.came.each_ref().map(|sum| sum.load(Ordering::Relaxed));
        let mean = sum / count.max(1);
        count > 0 && simulations.saturating_mul(mean) <= bytes / ALL_KINDS[1] * ALL_KINDS[0]
    }

    /// How many futures of so many candidates fit into so many bytes of outcomes.
    pub(crate) fn futures_at_once(&self, candidates: usize, bytes: usize) -> usize {
        let minutes = self.question.scenario.window.length_us.div_ceil(MINUTE_US);
        let sample = u64::try_from(size_of::<MinuteSample>()).unwrap_or(u64::MAX);
        let requests: u64 =
            self.question.traces.iter().filter_map(|trace| u64::try_from(trace.len()).ok()).sum();
        // Until one is seen, every request may have waited, which is noted of each.
        let worst = minutes * DEPLOYMENTS * sample + requests * 4;
        let one = match self.largest.load(Ordering::Relaxed) {
            0 => worst,
            seen => u64::try_from(seen).unwrap_or(u64::MAX).saturating_mul(ROOM).min(worst),
        };
        let room = u64::try_from(bytes).unwrap_or(u64::MAX) / FILLED / one.max(1);
        let futures = usize::try_from(room).unwrap_or(usize::MAX) / candidates.max(1);
        futures.max(1)
    }
}
