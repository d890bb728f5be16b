//! Simulations of a plan that somebody watches: counted as they are done, and given up between two
//! of them when nobody wants the answer any more.

use crate::plan::workers::Workers;
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// How far a plan is.
#[derive(Debug, Default)]
pub(super) struct Watch {
    given_up: AtomicBool,
    done: AtomicUsize,
    stage: Mutex<Stage>,
}

/// The work that is being done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stage {
    /// Which.
    pub(super) name: String,
    /// Pieces that it has.
    pub(super) pieces: usize,
    /// Pieces done, when it was asked.
    pub(super) done: usize,
}

/// What unwinds a plan that was given up. It passes through no code that holds anything half done:
/// only between two pieces of work.
struct GivenUp;

impl Watch {
    /// The answer is not wanted any more.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }

    /// What is being done.
    pub(super) fn stage(&self) -> Stage {
        let stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Stage { done: self.done.load(Ordering::Relaxed), ..stage }
    }

    fn begin(&self, name: &str, pieces: usize) {
        self.done.store(0, Ordering::Relaxed);
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) =
            Stage { name: name.to_owned(), pieces, done: 0 };
    }
}

/// The threads of the program, watched.
pub(super) struct Live<'w> {
    pub(super) threads: &'w rayon::ThreadPool,
    pub(super) watch: &'w Watch,
}

impl Live<'_> {
    /// What `plan` gives; none when it was given up on the way.
    pub(super) fn unless_given_up<R>(&self, plan: impl FnOnce(&Self) -> R) -> Option<R> {
        match catch_unwind(AssertUnwindSafe(|| plan(self))) {
            Ok(result) => Some(result),
            Err(thrown) if thrown.is::<GivenUp>() => None,
            Err(defect) => resume_unwind(defect),
        }
    }

    /// Ends a plan that was given up.
    pub(super) fn go_on(&self) {
        if self.watch.is_given_up() {
            // Not a panic: nothing is printed, and the plan's caller catches it.
            resume_unwind(Box::new(GivenUp));
        }
    }
}

impl Workers for Live<'_> {
    fn map<T: Sync, R: Send>(
        &self,
        task: &str,
        items: &[T],
        work: impl Fn(&T) -> R + Sync + Send,
    ) -> Vec<R> {
        self.go_on();
        self.watch.begin(task, items.len());
        let one = |item: &T| {
            self.go_on();
            let result = work(item);
            self.watch.done.fetch_add(1, Ordering::Relaxed);
            result
        };
        self.threads.install(|| items.par_iter().with_max_len(1).map(one).collect())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_plan_that_is_given_up_ends_between_two_pieces() {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let watch = Watch::default();
        let live = Live { threads: &threads, watch: &watch };
        let begun = AtomicUsize::new(0);
        let items: Vec<usize> = (0..1_000).collect();
        let plan = |live: &Live<'_>| {
            live.map("squares", &items, |item| {
                if begun.fetch_add(1, Ordering::Relaxed) == 10 {
                    watch.give_up();
                }
                item * item
            })
        };
        assert!(live.unless_given_up(plan).is_none());
        assert!(begun.load(Ordering::Relaxed) < 20, "few pieces after it was given up");
        assert_eq!((watch.stage().name.as_str(), watch.stage().pieces), ("squares", 1_000));

        let watch = Watch::default();
        let live = Live { threads: &threads, watch: &watch };
        let squares = live.unless_given_up(|live| live.map("squares", &items, |item| item * item));
        assert_eq!(squares.unwrap()[999], 998_001, "and one that is not is whole and in order");
        assert_eq!(watch.stage().done, 1_000);
    }
}
