//! What the simulations of one plan share: the outcomes that are there already, and the requests of
//! the futures.
//!
//! Everything here only saves time. A plan with a session that keeps nothing gives the same answer,
//! byte by byte.

use crate::plan::away::Away;
use crate::plan::future::Future;
use crate::plan::made::FutureRequests;
use crate::plan::question::Question;
use crate::plan::setting::Setting;
use crate::plan::task::{Runner, Work};
use crate::plan::workers::Checkpoint;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::outcomes::Outcomes;
use crate::scenario::run::requests::Requests;
use crate::units::diagnostic::Diagnostics;
use std::sync::Arc;

/// Requests of futures held where nobody says otherwise, bytes: 32 futures of half a million
/// requests, which a plan comes back to in every round.
const TRACES_BYTES: usize = 320 << 20;

/// How much a plan may hold so that it need not do it again, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Outcomes of simulations.
    pub outcomes: usize,
    /// Requests of futures.
    pub requests: usize,
}

impl Memory {
    /// Nothing is held: every simulation is run whenever it is asked for.
    pub const NONE: Self = Self { outcomes: 0, requests: 0 };
}

impl Default for Memory {
    fn default() -> Self {
        Self { outcomes: Outcomes::DEFAULT_BYTES, requests: TRACES_BYTES }
    }
}

/// A question at work.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    pub(crate) question: Question<'a>,
    pub(crate) outcomes: Arc<Outcomes>,
    memory: Memory,
    away: Option<Away<'a>>,
    checkpoint: Option<Checkpoint<'a>>,
    made: FutureRequests<'a>,
}

impl<'a> Session<'a> {
    /// A session; `futures` is how many futures may be drawn.
    pub(crate) fn new(question: Question<'a>, memory: Memory, futures: u32) -> Self {
        Self::over(question, memory, futures, Arc::new(Outcomes::within(memory.outcomes)))
    }

    /// The same over outcomes that other sessions share.
    pub(crate) fn over(
        question: Question<'a>,
        memory: Memory,
        futures: u32,
        outcomes: Arc<Outcomes>,
    ) -> Self {
        let made = FutureRequests::of_plan(question.scenario, futures, memory.requests);
        Self { question, outcomes, memory, away: None, checkpoint: None, made }
    }

    /// The same with other machines that simulate.
    pub(crate) fn on(mut self, runner: &'a (dyn Runner + Sync)) -> Self {
        self.away = Some(Away::new(self.question, runner));
        self
    }

    /// The same, asked between simulations whether it goes on.
    pub(crate) fn watched(mut self, checkpoint: Checkpoint<'a>) -> Self {
        self.checkpoint = Some(checkpoint);
        self
    }

    /// Has other machines, if there are any, simulate candidates in futures before they are asked
    /// for here.
    pub(crate) fn ahead(&self, what: &str, candidates: &[&Candidate], futures: &[Future]) {
        if let Some(away) = &self.away {
            let pairs = futures
                .iter()
                .flat_map(|future| candidates.iter().map(move |candidate| (*candidate, future)));
            let whole = pairs.map(|(candidate, future)| (candidate, future, Work::Whole));
            away.play(what, whole, &self.outcomes);
        }
    }

    /// The same for any work on candidates in futures.
    pub(crate) fn ahead_of<'t>(
        &self,
        what: &str,
        asked: impl Iterator<Item = (&'t Candidate, &'t Future, Work)>,
    ) {
        if let Some(away) = &self.away {
            away.play(what, asked, &self.outcomes);
        }
    }

    /// Whether there is room for what so many simulations of all kinds give at once.
    pub(crate) fn has_room(&self, simulations: usize) -> bool {
        let away = self.away.as_ref();
        away.is_some_and(|away| away.has_room(simulations, self.memory.outcomes))
    }

    /// Whether other machines simulate.
    pub(crate) const fn is_away(&self) -> bool {
        self.away.is_some()
    }

    /// How many futures of so many candidates are worked on at a time: what other machines give
    /// must fit into memory.
    pub(crate) fn futures_at_once(&self, candidates: usize) -> usize {
        let away = self.away.as_ref();
        away.map_or(usize::MAX, |away| away.futures_at_once(candidates, self.memory.outcomes))
    }

    /// Does `work` in a future of the question, with a scenario of its own that the traffic does
    /// not depend on: the question's, or one with another quota or other reservations.
    pub(crate) fn within<R>(
        &self,
        scenario: &Scenario,
        future: &Future,
        work: impl FnOnce(Setting<'_>) -> Result<R, Diagnostics>,
    ) -> Result<R, Diagnostics> {
        let own = std::ptr::eq(scenario, self.question.scenario);
        let scenario = future.scenario(scenario);
        let requests = self.requests(future)?;
        let question = Question {
            scenario: &scenario,
            catalog: self.question.catalog,
            traces: requests.traces(),
        };
        let away = self.away.as_ref().filter(|_| own).map(|away| (away, future));
        let checkpoint = self.checkpoint;
        let own = Setting::of(future, question, &requests, &self.outcomes);
        work(Setting { away, checkpoint, ..own })
    }

    /// As [`Session::within`], for work that asks for simulations alone. Where other machines ran
    /// all of them, the requests of the future are not made here.
    pub(crate) fn billed<R>(
        &self,
        scenario: &Scenario,
        future: &Future,
        work: impl Fn(Setting<'_>) -> Result<R, Diagnostics>,
    ) -> Result<R, Diagnostics> {
        if let Some(away) = &self.away {
            let changed = future.scenario(scenario);
            let requests = away.requests(future);
            // Whoever wants the traces asks the requests for them, which notice it.
            let catalog = self.question.catalog;
            let question = Question { scenario: &changed, catalog, traces: &[] };
            let own = Setting::of(future, question, &requests, &self.outcomes);
            let found = work(Setting { checkpoint: self.checkpoint, ..own });
            if !requests.was_missed() {
                return found;
            }
        }
        self.within(scenario, future, work)
    }

    /// The requests of a future: made once, as long as there is room for them.
    pub(crate) fn requests(&self, future: &Future) -> Result<Arc<Requests<'a>>, Diagnostics> {
        let scaled = |index: usize, level: f64| {
            self.made.scaled((index, &self.question.traces[index]), level)
        };
        self.made.of(future, || Ok(Requests::of(future.traces_by(self.question, scaled)?)))
    }
}
