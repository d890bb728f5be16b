//! Candidates in futures, asked for before they are evaluated.

use crate::plan::evaluate::evaluate::Group;
use crate::plan::future::Future;
use crate::plan::task::Work;
use crate::scenario::question::candidate::Candidate;

/// Every candidate in every future.
#[derive(Clone, Debug, Default)]
pub(crate) struct AskedAhead {
    candidates: Vec<(Candidate, Work)>,
    futures: Vec<Future>,
}

impl AskedAhead {
    /// The first of each group, to its end: the others differ in payment alone.
    pub(crate) fn of(groups: &[Group], futures: Vec<Future>) -> Self {
        Self::unless_failing(groups, groups.len(), futures)
    }

    /// The same for so many groups, and of the others those that do not fail too often.
    pub(crate) fn unless_failing(groups: &[Group], whole: usize, futures: Vec<Future>) -> Self {
        let work = |at: usize| if at < whole { Work::Whole } else { Work::UnlessFailing };
        let first =
            |(at, group): (usize, &Group)| Some((group.candidates.first()?.clone(), work(at)));
        Self { candidates: groups.iter().enumerate().filter_map(first).collect(), futures }
    }

    /// What is to be done, that of a future together.
    pub(crate) fn works(&self) -> impl Iterator<Item = (&Candidate, &Future, Work)> {
        let of = |future| self.candidates.iter().map(move |(one, work)| (one, future, *work));
        self.futures.iter().flat_map(of)
    }
}
