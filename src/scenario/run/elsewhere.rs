//! Simulations that other machines ran, found by what is asked for: whoever bills them need not
//! make the requests that they were of, which takes as long as simulating a size or two.

use crate::engine::record::outcome::Outcome;
use crate::engine::setup::Setup;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::run::outcomes::{Outcomes, SimulationId};
use crate::units::fingerprint::Fingerprint;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What is asked for: a part of a candidate with the `streams` that it is of, over requests that
/// `traffic` decides.
pub(crate) fn asked_for(
    traffic: Fingerprint,
    candidate: &Candidate,
    (setup, streams): (&Setup, &[usize]),
) -> Fingerprint {
    Fingerprint::of(&(traffic, setup, streams, &candidate.splits))
}

/// By what was asked for, which simulation it was.
#[derive(Debug, Default)]
pub(crate) struct KnownNames {
    known: Mutex<BTreeMap<Fingerprint, SimulationId>>,
}

impl KnownNames {
    /// Notes more of them.
    pub(crate) fn extend(&self, more: impl IntoIterator<Item = (Fingerprint, SimulationId)>) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).extend(more);
    }

    fn of(&self, asked: Fingerprint) -> Option<SimulationId> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&asked).cloned()
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

    /// The outcome of a part of a candidate, where it was simulated elsewhere and is still kept.
    pub(crate) fn outcome(
        &self,
        candidate: &Candidate,
        part: (&Setup, &[usize]),
        outcomes: &Outcomes,
    ) -> Option<Arc<Outcome>> {
        let id = self.names.of(asked_for(self.traffic, candidate, part));
        let found = id.and_then(|id| outcomes.get(&id));
        if found.is_none() {
            self.miss();
        }
        found
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
    use crate::scenario::question::named::Payment;

    #[test]
    fn what_was_simulated_elsewhere_is_found_and_what_was_not_is_noticed() {
        let candidate = Candidate {
            name: "any".into(),
            deployments: Vec::new(),
            routes: Vec::new(),
            splits: Vec::new(),
            tiers: Vec::new(),
            payment: Payment::Hourly,
        };
        let setup = Setup::new(60_000_000);
        let (traffic, other) = (Fingerprint::of(&1_u8), Fingerprint::of(&2_u8));
        let id = SimulationId { setup: Fingerprint::of(&setup), traces: vec![traffic] };
        let (names, outcomes) = (KnownNames::default(), Outcomes::default());
        names.extend([(asked_for(traffic, &candidate, (&setup, &[0])), id.clone())]);
        let ask = |traffic, streams: &[usize]| {
            let elsewhere = Elsewhere::new(traffic, &names);
            let found = elsewhere.outcome(&candidate, (&setup, streams), &outcomes).is_some();
            (found, elsewhere.was_missed())
        };
        // A name alone is no outcome.
        assert_eq!(ask(traffic, &[0]), (false, true));
        outcomes.put(&id, Outcome::default());
        assert_eq!(ask(traffic, &[0]), (true, false));
        // Another future, and another stream.
        assert_eq!((ask(other, &[0]), ask(traffic, &[1])), ((false, true), (false, true)));
    }
}
