//! Candidates in futures, asked for before they are evaluated.

use crate::plan::evaluate::evaluate::Group;
use crate::plan::future::Future;
use crate::scenario::question::candidate::Candidate;

/// Every candidate in every future.
#[derive(Clone, Debug, Default)]
pub(crate) struct AskedAhead {
    candidates: Vec<Candidate>,
    futures: Vec<Future>,
}

impl AskedAhead {
    /// The first of each group: the others differ in payment alone.
    pub(crate) fn of(groups: &[Group], futures: Vec<Future>) -> Self {
        let first = groups.iter().filter_map(|group| group.candidates.first());
        Self { candidates: first.cloned().collect(), futures }
    }

    /// The pairs, those of a future together.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&Candidate, &Future)> {
        let of = |future| self.candidates.iter().map(move |candidate| (candidate, future));
        self.futures.iter().flat_map(of)
    }
}
