//! No simulation twice: outcomes by what was simulated, bounded in memory.
//!
//! A simulation is decided by its setup and its traces alone (invariant 9), and both have a
//! [`Fingerprint`]. A price, a payment, a commitment or a parameter that the engine does not read
//! changes neither: what is asked again is then a bill over an outcome that is there already. What
//! is kept never changes a result, only how long it takes.

use crate::engine::Bound;
use crate::engine::error::EngineError;
use crate::engine::record::outcome::{
    DeploymentOutcome, MinuteSample, Outcome, StreamOutcome, UsageBin,
};
use crate::units::fingerprint::Fingerprint;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::mem::size_of;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// Which simulation: a setup over traces, those of its streams in their order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SimulationId {
    /// The setup.
    pub setup: Fingerprint,
    /// The traces.
    pub traces: Vec<Fingerprint>,
}

type Kept = Arc<OnceLock<Result<Arc<Outcome>, EngineError>>>;

#[derive(Debug)]
struct Entry {
    outcome: Kept,
    /// When it was last asked for, in questions asked.
    used: u64,
    /// 0 until it is there.
    bytes: usize,
}

#[derive(Debug, Default)]
struct Shelf {
    entries: BTreeMap<SimulationId, Entry>,
    /// What was asked for when, oldest first.
    by_use: BTreeMap<u64, SimulationId>,
    /// What was not simulated to its end because it broke a bound, and the bound.
    broken: BTreeMap<SimulationId, Bound>,
    /// What is simulated by itself: its deployments refuse too much to share a pass.
    alone: BTreeSet<SimulationId>,
    /// Counts every use, those of `put` included.
    asked: u64,
    given: u64,
    run: u64,
    bytes: usize,
}

/// How much was asked for, and how much of it was simulated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Simulations asked for.
    pub asked: u64,
    /// Simulations run; the others were there.
    pub run: u64,
    /// Bytes held now.
    pub bytes: usize,
}

/// The outcomes of past simulations, least recently used ones given up first. Shared by all
/// threads.
#[derive(Debug)]
pub struct Outcomes {
    limit_bytes: usize,
    shelf: Mutex<Shelf>,
}

impl Default for Outcomes {
    fn default() -> Self {
        Self::within(Self::DEFAULT_BYTES)
    }
}

impl Outcomes {
    /// Bytes held where nobody says otherwise: some 2,000 outcomes of a day by the minute.
    pub const DEFAULT_BYTES: usize = 192 << 20;

    /// Simulations of which each such thing is noted, some 100 bytes.
    const MOST_NOTED: usize = 20_000;

    /// Holds at most so many bytes; with 0 nothing is kept and everything is simulated when it is
    /// asked for.
    pub fn within(limit_bytes: usize) -> Self {
        Self { limit_bytes, shelf: Mutex::default() }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // What a panicking thread left is whole: every change is made in one step.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much was asked for and run so far.
    pub fn tally(&self) -> Tally {
        let held = self.shelf();
        Tally { asked: held.asked - held.given, run: held.run, bytes: held.bytes }
    }

    /// The outcome of a simulation: what is kept, or what `run` gives. Two threads that ask for the
    /// same at the same time run it once.
    ///
    /// # Errors
    /// What `run` says.
    pub fn get_or_run(
        &self,
        id: &SimulationId,
        run: impl FnOnce() -> Result<Outcome, EngineError>,
    ) -> Result<Arc<Outcome>, EngineError> {
        if self.limit_bytes == 0 {
            let mut held = self.shelf();
            (held.asked, held.run) = (held.asked + 1, held.run + 1);
            drop(held);
            return run().map(Arc::new);
        }
        let cell = self.shelf().take(id);
        let mut ran = false;
        let outcome = cell
            .get_or_init(|| {
                ran = true;
                run().map(Arc::new)
            })
            .clone();
        if ran {
            let bytes = outcome.as_ref().map_or(size_of::<EngineError>(), |own| bytes_of(own));
            self.shelf().stock(id, bytes, self.limit_bytes);
        }
        outcome
    }

    /// All outcomes that are there, by what was simulated.
    pub(crate) fn all(&self) -> Vec<(SimulationId, Arc<Outcome>)> {
        let held = self.shelf();
        let each = held.entries.iter().filter_map(|(id, entry)| {
            let outcome = entry.outcome.get()?.as_ref().ok()?;
            Some((id.clone(), Arc::clone(outcome)))
        });
        each.collect()
    }

    /// What is known to break a bound, and which.
    pub(crate) fn all_broken(&self) -> Vec<(SimulationId, Bound)> {
        self.shelf().broken.iter().map(|(id, bound)| (id.clone(), *bound)).collect()
    }

    /// Puts an outcome there that was simulated elsewhere. One that is there already stays.
    pub fn put(&self, id: &SimulationId, outcome: Outcome) {
        if self.keep(id, outcome) {
            // Nothing was run.
            self.shelf().run -= 1;
        }
    }

    /// Puts an outcome there that was simulated before it was asked for; whether it is new.
    pub(crate) fn keep(&self, id: &SimulationId, outcome: Outcome) -> bool {
        if self.limit_bytes == 0 {
            return false;
        }
        let bytes = bytes_of(&outcome);
        let cell = self.shelf().take(id);
        let is_new = cell.set(Ok(Arc::new(outcome))).is_ok();
        let mut held = self.shelf();
        // Nobody asked.
        held.given += 1;
        if is_new {
            held.stock(id, bytes, self.limit_bytes);
        }
        is_new
    }

    /// Whether anything is kept at all.
    pub(crate) const fn keeps(&self) -> bool {
        self.limit_bytes > 0
    }

    /// An outcome that is there. It counts as used.
    pub(crate) fn get(&self, id: &SimulationId) -> Option<Arc<Outcome>> {
        let mut held = self.shelf();
        let cell = held.is_known(id).then(|| held.entries.get(id).map(|own| own.outcome.clone()));
        drop(held);
        cell??.get()?.as_ref().ok().map(Arc::clone)
    }

    /// Notes that a simulation broke a bound.
    pub(crate) fn broke(&self, id: &SimulationId, bound: &Bound) {
        let mut held = self.shelf();
        if self.limit_bytes > 0 && held.broken.len() < Self::MOST_NOTED {
            let known = held.broken.entry(id.clone()).or_insert(*bound);
            if bound.is_as_wide_as(known) {
                *known = *bound;
            }
        }
    }

    /// Notes that a simulation shares no pass with others.
    pub(crate) fn goes_alone(&self, id: &SimulationId) {
        let mut held = self.shelf();
        if held.alone.len() < Self::MOST_NOTED {
            held.alone.insert(id.clone());
        }
    }

    /// Whether a simulation may share a pass with others and is not there. What broke a bound is
    /// asked about that bound first.
    pub(crate) fn lacks(&self, id: &SimulationId) -> bool {
        let held = self.shelf();
        let is_alone = held.alone.contains(id) || held.broken.contains_key(id);
        drop(held);
        !is_alone && !self.has(id)
    }

    /// Whether a simulation is known to break a bound: it broke one that is as wide.
    pub(crate) fn is_broken(&self, id: &SimulationId, bound: &Bound) -> bool {
        self.shelf().broken.get(id).is_some_and(|broken| broken.is_as_wide_as(bound))
    }

    /// Whether a simulation breaks a bound, where that is known.
    pub(crate) fn breaks(&self, id: &SimulationId, bound: &Bound) -> Option<bool> {
        match self.get(id) {
            Some(known) => Some(!bound.holds(&known)),
            None => self.is_broken(id, bound).then_some(true),
        }
    }

    /// Whether an outcome is there, or on its way. It counts as used.
    pub(crate) fn has(&self, id: &SimulationId) -> bool {
        self.shelf().is_known(id)
    }
}

impl Shelf {
    /// Whether an outcome has a place, which is then the one used last.
    fn is_known(&mut self, id: &SimulationId) -> bool {
        let is_known = self.entries.contains_key(id);
        if is_known {
            self.take(id);
            self.given += 1;
        }
        is_known
    }

    /// The place of an outcome, now the one used last.
    fn take(&mut self, id: &SimulationId) -> Kept {
        self.asked += 1;
        let now = self.asked;
        let entry = self.entries.entry(id.clone()).or_insert_with(|| Entry {
            outcome: Kept::default(),
            used: now,
            bytes: 0,
        });
        self.by_use.remove(&entry.used);
        entry.used = now;
        self.by_use.insert(now, id.clone());
        entry.outcome.clone()
    }

    /// Counts an outcome that came, and gives up what was used longest ago.
    fn stock(&mut self, id: &SimulationId, bytes: usize, limit_bytes: usize) {
        self.run += 1;
        if let Some(entry) = self.entries.get_mut(id) {
            self.bytes = self.bytes - entry.bytes + bytes;
            entry.bytes = bytes;
        }
        while self.bytes > limit_bytes {
            let Some((_, oldest)) = self.by_use.pop_first() else { break };
            if let Some(entry) = self.entries.remove(&oldest) {
                self.bytes -= entry.bytes;
            }
        }
    }
}

/// About how many bytes an outcome takes.
pub(crate) fn bytes_of(outcome: &Outcome) -> usize {
    let deployments = outcome.deployments.iter().map(|own| {
        size_of::<DeploymentOutcome>()
            + own.minutes.capacity() * size_of::<MinuteSample>()
            + own.busy_us.capacity() * size_of::<u64>()
    });
    let streams = outcome.streams.iter().map(|own| {
        size_of::<StreamOutcome>() + own.added_waits_us.capacity() * 4 + own.latencies.bytes()
    });
    let bins = outcome.usage.capacity() * size_of::<UsageBin>();
    size_of::<Outcome>() + deployments.chain(streams).sum::<usize>() + bins
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> SimulationId {
        SimulationId { setup: Fingerprint::of(&number), traces: vec![Fingerprint::of(&7_u8)] }
    }

    fn outcome(requests: u64) -> Outcome {
        let stream = StreamOutcome { offered: requests, ..StreamOutcome::default() };
        Outcome { streams: vec![stream], ..Outcome::default() }
    }

    #[test]
    fn an_outcome_is_run_once_and_given_up_when_it_was_not_used_for_longest() {
        let one = bytes_of(&outcome(1));
        let kept = Outcomes::within(3 * one);
        let ask = |number: u64| kept.get_or_run(&id(number), || Ok(outcome(number))).unwrap();
        assert_eq!([1, 2, 3, 1].map(|number| ask(number).streams[0].offered), [1, 2, 3, 1]);
        assert_eq!(kept.tally(), Tally { asked: 4, run: 3, bytes: 3 * one });
        // The fourth drives out the second, which was used longest ago.
        ask(4);
        ask(1);
        assert_eq!(kept.tally().run, 4);
        ask(2);
        assert_eq!(kept.tally(), Tally { asked: 7, run: 5, bytes: 3 * one });
    }

    #[test]
    fn a_broken_bound_answers_for_those_that_allow_no_more() {
        let kept = Outcomes::default();
        let bound = |failed, spilled| Bound { failed, spilled, ..Bound::NONE };
        kept.broke(&id(1), &bound(100, 50));
        kept.broke(&id(1), &bound(10, 50));
        assert!(kept.is_broken(&id(1), &bound(100, 50)), "the widest is remembered");
        assert!(kept.is_broken(&id(1), &bound(99, 0)));
        assert!(!kept.is_broken(&id(1), &bound(101, 0)) && !kept.is_broken(&id(1), &bound(0, 51)));
        assert!(!kept.is_broken(&id(2), &Bound::NOBODY));
        let none = Outcomes::within(0);
        none.broke(&id(1), &bound(100, 50));
        assert!(!none.is_broken(&id(1), &Bound::NOBODY), "nothing is kept");
    }

    #[test]
    fn without_room_nothing_is_kept() {
        let kept = Outcomes::within(0);
        for _ in 0..2 {
            assert_eq!(kept.get_or_run(&id(1), || Ok(outcome(5))).unwrap().streams[0].offered, 5);
        }
        assert_eq!(kept.tally(), Tally { asked: 2, run: 2, bytes: 0 });
    }

    #[test]
    fn what_was_simulated_elsewhere_is_not_run() {
        let kept = Outcomes::default();
        kept.put(&id(1), outcome(5));
        let found = kept.get_or_run(&id(1), || Err(EngineError::Unbounded { at_us: 0 })).unwrap();
        assert_eq!((found.streams[0].offered, kept.tally().asked, kept.tally().run), (5, 1, 0));
        // A mistake is no outcome, and stays one.
        let wrong = || kept.get_or_run(&id(2), || Err(EngineError::Unbounded { at_us: 3 }));
        assert_eq!((wrong().is_err(), wrong().is_err(), kept.tally().run), (true, true, 1));
    }
}
