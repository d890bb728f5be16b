//! Simulations that other machines ran, found by what is asked for: whoever bills them need not
//! make the requests that they were of, which takes as long as simulating a size or two.

use crate::engine::Bound;
use crate::engine::record::outcome::Outcome;
use crate::engine::setup::Setup;
use crate::scenario::question::candidate::Split;
use crate::scenario::run::outcomes::{Outcomes, SimulationId};
use crate::units::fingerprint::Fingerprint;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is asked for: a part of a candidate with the `streams` that it is of, over requests that
/// `traffic` decides. Streams are of workloads and of the splits of the candidate.
pub(crate) fn asked_for(
    traffic: Fingerprint,
    splits: &[Split],
    (setup, streams): (&Setup, &[usize]),
) -> Fingerprint {
    Fingerprint::of(&(traffic, setup, streams, splits))
}

/// A sum over requests that work asks for beside its simulations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum RequestSum {
    /// Requests of a workload before an instant.
    Offered { workload: usize, until_us: u64 },
    /// Input and output tokens of all workloads.
    Tokens,
}

impl RequestSum {
    fn over(self, traffic: Fingerprint) -> Fingerprint {
        Fingerprint::of(&(traffic, self))
    }
}

/// By what was asked for, which simulation it was, and what sums were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedNames {
    simulations: BTreeMap<Fingerprint, SimulationId>,
    sums: BTreeMap<Fingerprint, u64>,
}

impl AskedNames {
    /// Whether nothing was asked for.
    pub fn is_empty(&self) -> bool {
        self.simulations.is_empty() && self.sums.is_empty()
    }
}

/// What other machines told so far.
#[derive(Debug, Default)]
pub(crate) struct KnownNames {
    known: Mutex<AskedNames>,
}

impl KnownNames {
    fn held(&self) -> MutexGuard<'_, AskedNames> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes more of them.
    pub(crate) fn extend(&self, more: AskedNames) {
        let mut known = self.held();
        known.simulations.extend(more.simulations);
        known.sums.extend(more.sums);
    }
}

/// What is asked of requests, noted for another machine that will ask for the same.
#[derive(Debug)]
pub(crate) struct AskedNotes {
    /// What decides the requests.
    traffic: Fingerprint,
    names: KnownNames,
}

impl AskedNotes {
    pub(crate) fn new(traffic: Fingerprint) -> Self {
        Self { traffic, names: KnownNames::default() }
    }

    /// Notes which simulation a part of a candidate is.
    pub(crate) fn simulation(&self, splits: &[Split], part: (&Setup, &[usize]), id: &SimulationId) {
        let asked = asked_for(self.traffic, splits, part);
        self.names.held().simulations.insert(asked, id.clone());
    }

    /// Notes a sum over the requests.
    pub(crate) fn sum(&self, asked: RequestSum, sum: u64) {
        self.names.held().sums.insert(asked.over(self.traffic), sum);
    }

    /// Takes what was noted since this was asked last.
    pub(crate) fn take(&self) -> AskedNames {
        std::mem::take(&mut *self.names.held())
    }
}

/// Requests that were not made here.
#[derive(Debug)]
pub(crate) struct Elsewhere<'a> {
    /// What decides them.
    traffic: Fingerprint,
    names: &'a KnownNames,
    /// Whether something was asked for that only the requests can tell.
    missed: AtomicBool,
}

impl<'a> Elsewhere<'a> {
    pub(crate) const fn new(traffic: Fingerprint, names: &'a KnownNames) -> Self {
        Self { traffic, names, missed: AtomicBool::new(false) }
    }

    fn id(&self, splits: &[Split], part: (&Setup, &[usize])) -> Option<SimulationId> {
        self.names.held().simulations.get(&asked_for(self.traffic, splits, part)).cloned()
    }

    /// What was found, or the note that it is needed.
    fn or_missed<T>(&self, found: Option<T>) -> Option<T> {
        if found.is_none() {
            self.miss();
        }
        found
    }

    /// The outcome of a part of a candidate, where it was simulated elsewhere and is still kept.
    pub(crate) fn outcome(
        &self,
        splits: &[Split],
        part: (&Setup, &[usize]),
        outcomes: &Outcomes,
    ) -> Option<Arc<Outcome>> {
        self.or_missed(self.id(splits, part).and_then(|id| outcomes.get(&id)))
    }

    /// Whether a part of a candidate without splits breaks a bound, where that was found elsewhere.
    pub(crate) fn breaks(
        &self,
        part: (&Setup, &[usize]),
        bound: &Bound,
        outcomes: &Outcomes,
    ) -> Option<bool> {
        let found = self.id(&[], part).and_then(|id| outcomes.breaks(&id, bound));
        self.or_missed(found)
    }

    /// A sum over the requests, where it was asked for elsewhere.
    pub(crate) fn sum(&self, asked: RequestSum) -> Option<u64> {
        let found = self.names.held().sums.get(&asked.over(self.traffic)).copied();
        self.or_missed(found)
    }

    /// Notes that the requests are needed: what was made of this is worth nothing.
    pub(crate) fn miss(&self) {
        self.missed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn was_missed(&self) -> bool {
        self.missed.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_simulated_elsewhere_is_found_and_what_was_not_is_noticed() {
        let setup = Setup::new(60_000_000);
        let (traffic, other) = (Fingerprint::of(&1_u8), Fingerprint::of(&2_u8));
        let id = SimulationId { setup: Fingerprint::of(&setup), traces: vec![traffic] };
        let (names, outcomes) = (KnownNames::default(), Outcomes::default());
        let notes = AskedNotes::new(traffic);
        notes.simulation(&[], (&setup, &[0]), &id);
        names.extend(notes.take());
        assert!(notes.take().is_empty(), "told once");
        let ask = |traffic, streams: &[usize]| {
            let elsewhere = Elsewhere::new(traffic, &names);
            let found = elsewhere.outcome(&[], (&setup, streams), &outcomes).is_some();
            (found, elsewhere.was_missed())
        };
        // A name alone is no outcome.
        assert_eq!(ask(traffic, &[0]), (false, true));
        outcomes.put(&id, Outcome::default());
        assert_eq!(ask(traffic, &[0]), (true, false));
        // Another future, and another stream.
        assert_eq!((ask(other, &[0]), ask(traffic, &[1])), ((false, true), (false, true)));
    }

    #[test]
    fn a_bound_that_broke_elsewhere_and_a_sum_are_found() {
        let (setup, traffic) = (Setup::new(60_000_000), Fingerprint::of(&1_u8));
        let id = SimulationId { setup: Fingerprint::of(&setup), traces: vec![traffic] };
        let (names, outcomes) = (KnownNames::default(), Outcomes::default());
        let notes = AskedNotes::new(traffic);
        let asked = RequestSum::Offered { workload: 0, until_us: 7 };
        notes.simulation(&[], (&setup, &[0]), &id);
        notes.sum(asked, 42);
        names.extend(notes.take());
        let bound = |failed| Bound { failed, ..Bound::NONE };
        outcomes.broke(&id, &bound(10));
        let ask = |failed| {
            let elsewhere = Elsewhere::new(traffic, &names);
            let found = elsewhere.breaks((&setup, &[0]), &bound(failed), &outcomes);
            (found, elsewhere.was_missed())
        };
        assert_eq!((ask(10), ask(3)), ((Some(true), false), (Some(true), false)));
        // Whether a wider one breaks too is not known.
        assert_eq!(ask(11), (None, true));
        let elsewhere = Elsewhere::new(traffic, &names);
        assert_eq!((elsewhere.sum(asked), elsewhere.was_missed()), (Some(42), false));
        assert_eq!((elsewhere.sum(RequestSum::Tokens), elsewhere.was_missed()), (None, true));
    }
}
