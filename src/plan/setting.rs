//! What every evaluation of one plan shares.

use crate::plan::away::Away;
use crate::plan::constraints::is_had;
use crate::plan::evaluate::hours;
use crate::plan::future::Future;
use crate::plan::question::Question;
use crate::plan::task::Work;
use crate::plan::workers::Checkpoint;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::run::evaluate::hopeless_ppm;
use crate::scenario::run::outcomes::Outcomes;
use crate::scenario::run::requests::Requests;

/// A question under one future: its scenario and traces are already those of the future, its prices
/// are factors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    /// The question, with the future's traffic, luck and parameters.
    pub(crate) question: Question<'a>,
    /// The same traffic, with what is known of it.
    pub(crate) requests: &'a Requests<'a>,
    /// What has been simulated.
    pub(crate) outcomes: &'a Outcomes,
    /// Other machines that simulate, and the future this is.
    pub(crate) away: Option<(&'a Away<'a>, &'a Future)>,
    /// Asked before each evaluation whether the plan goes on.
    pub(crate) checkpoint: Option<Checkpoint<'a>>,
    /// Factor on what tokens cost.
    pub(crate) token_price: f64,
    /// Factor on what PTUs cost.
    pub(crate) ptu_price: f64,
    /// Which sizes are looked at.
    pub(crate) sizes: SizesTried,
    /// Whether sizes of PTUs alone that are hopeless are given up: how badly they serve is not
    /// measured.
    pub(crate) gives_up: bool,
}

/// Which sizes of a family are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SizesTried {
    /// Every one that can win.
    All,
    /// A few, each about half as large again as the one before: for a first answer.
    Few,
}

impl<'a> Setting<'a> {
    /// The setting of a future whose scenario and requests have been made; the question's traces
    /// are those requests.
    pub(crate) const fn of(
        future: &Future,
        question: Question<'a>,
        requests: &'a Requests<'a>,
        outcomes: &'a Outcomes,
    ) -> Self {
        let (token_price, ptu_price) = (future.token_price, future.ptu_price);
        Self {
            question,
            requests,
            outcomes,
            away: None,
            checkpoint: None,
            token_price,
            ptu_price,
            sizes: SizesTried::All,
            gives_up: false,
        }
    }

    /// Ends the plan here where nobody wants it any more.
    pub(crate) fn go_on(self) {
        if let Some(Checkpoint(asked)) = self.checkpoint {
            asked();
        }
    }

    /// The share of 429s, in 1/1,000,000, above which a candidate is given up; none where it is
    /// measured however badly it serves, as what schedules are made from always is.
    pub(crate) fn gives_up_above_ppm(self, candidate: &Candidate) -> Option<u64> {
        let scenario = self.question.scenario;
        let may_be = self.gives_up && !hours::is_asked(scenario);
        may_be.then(|| hopeless_ppm(scenario, candidate)).flatten()
    }

    /// Has other machines, if there are any, simulate candidates before they are asked for here,
    /// those that may be given up until they are.
    pub(crate) fn ahead<'c>(self, what: &str, candidates: impl Iterator<Item = &'c Candidate>) {
        if let Some((away, future)) = self.away {
            let Question { scenario, catalog, .. } = self.question;
            let work = |one: &Candidate| match self.gives_up_above_ppm(one) {
                Some(share_ppm) => Work::UntilHopeless { share_ppm },
                None => Work::Whole,
            };
            let sent = candidates.filter(|one| is_had(scenario, catalog, one));
            away.play(what, sent.map(|one| (one, future, work(one))), self.outcomes);
        }
    }
}
