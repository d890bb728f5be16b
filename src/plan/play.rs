//! The worker's end of a [`Task`]: what it asks for is simulated here, and what that took is told.

use crate::engine::record::outcome::Outcome;
use crate::plan::constraints::is_had;
use crate::plan::made::{FutureRequests, FutureTraffic};
use crate::plan::question::Question;
use crate::plan::quota::{play_higher_limits, play_least_limits};
use crate::plan::setting::Setting;
use crate::plan::task::{Played, Runner, Task, Work};
use crate::plan::workers::Workers;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::evaluate::{fails_too_often, given_up, simulate_kept, simulate_together};
use crate::scenario::run::outcomes::{Outcomes, SimulationId};
use crate::scenario::run::requests::Requests;
use crate::units::diagnostic::Diagnostics;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Does a task. Depends on nothing but its arguments, and is the same on every machine.
///
/// # Errors
/// A candidate that cannot be had or simulated, and names that the catalogue does not have.
pub fn evaluate(question: Question<'_>, task: &Task) -> Result<Played, Diagnostics> {
    let alone = std::slice::from_ref(task);
    let mut played = evaluate_each(question, alone, &FutureRequests::within(0));
    played.pop().unwrap_or_else(|| Ok(Played::default()))
}

/// Does tasks, each as [`evaluate`] does. The requests of a future are made once, as long as
/// `made` has room for them, and of its tasks that follow each other sizes that are alike but for
/// that share passes: what so comes with several of them is given with the first.
///
/// # Errors
/// Those of each task in its place.
pub fn evaluate_each(
    question: Question<'_>,
    tasks: &[Task],
    made: &FutureRequests<'static>,
) -> Vec<Result<Played, Diagnostics>> {
    let mut played = Vec::with_capacity(tasks.len());
    for own in tasks.chunk_by(|one, next| one.future == next.future) {
        match in_one_future(question, own, made) {
            Ok(each) => played.extend(each),
            Err(wrong) => played.extend(own.iter().map(|_| Err(wrong.clone()))),
        }
    }
    played
}

fn in_one_future(
    question: Question<'_>,
    tasks: &[Task],
    made: &FutureRequests<'static>,
) -> Result<Vec<Result<Played, Diagnostics>>, Diagnostics> {
    let Some(first) = tasks.first() else { return Ok(Vec::new()) };
    let future = &first.future;
    let scenario = future.scenario(question.scenario);
    let traffic = FutureTraffic::of(future).fingerprint();
    let requests: Arc<Requests<'_>> = if future.has_traffic_of(question) {
        Arc::new(Requests::of(question.traces).noting(traffic))
    } else {
        let scaled = |index: usize, level| made.scaled((index, &question.traces[index]), level);
        made.of(future, || {
            let traces = future.traces_by(question, scaled)?.into_owned();
            Ok(Requests::of(traces).noting(traffic))
        })?
    };
    let outcomes = Outcomes::within(usize::MAX);
    let sized = tasks.iter().filter(|task| task.work.simulations() == 1);
    let had = sized.map(|task| &task.candidate);
    let had = had.filter(|one| is_had(&scenario, question.catalog, one));
    simulate_together(&scenario, question.catalog, &requests, had, &outcomes);
    let mut given = ToldBefore::default();
    let each = tasks.iter().map(|task| {
        play(question, &scenario, &requests, task, &outcomes)?;
        Ok(given.next(&requests, &outcomes))
    });
    Ok(each.collect())
}

/// Does a task under the scenario of its future; what it took is in `outcomes` and noted by
/// `requests`.
fn play(
    question: Question<'_>,
    scenario: &Scenario,
    requests: &Requests<'_>,
    task: &Task,
    outcomes: &Outcomes,
) -> Result<(), Diagnostics> {
    let (candidate, catalog) = (&task.candidate, question.catalog);
    let step = |work: &dyn Fn(Setting<'_>) -> Result<(), Diagnostics>| {
        // Limits are looked for with PTUs enough, and no simulation depends on their quota.
        let mut free = scenario.clone();
        free.ptu_quota.clear();
        let own = Question { scenario: &free, catalog, traces: requests.traces() };
        work(Setting::of(&task.future, own, requests, outcomes))
    };
    match task.work {
        Work::UntilHopeless { share_ppm }
            if given_up(scenario, catalog, requests, (candidate, share_ppm), outcomes)
                .is_some() =>
        {
            Ok(())
        }
        Work::UnlessFailing
            if fails_too_often(scenario, catalog, requests, candidate, outcomes) =>
        {
            Ok(())
        }
        Work::Whole | Work::UntilHopeless { .. } | Work::UnlessFailing => {
            simulate_kept(scenario, catalog, requests, candidate, outcomes)?;
            // Whoever asks whether it fails too often finds what that is told by.
            fails_too_often(scenario, catalog, requests, candidate, outcomes);
            Ok(())
        }
        Work::LeastLimits => step(&|setting| play_least_limits(setting, candidate)),
        Work::HigherLimits { times } => {
            step(&|setting| play_higher_limits(setting, candidate, times))
        }
    }
}

/// What was told with the tasks before: it is told once.
#[derive(Default)]
struct ToldBefore {
    parts: BTreeSet<SimulationId>,
    broken: BTreeSet<SimulationId>,
}

impl ToldBefore {
    fn next(&mut self, requests: &Requests<'_>, outcomes: &Outcomes) -> Played {
        let mut parts = outcomes.all();
        parts.retain(|(id, _)| self.parts.insert(id.clone()));
        let mut broken = outcomes.all_broken();
        broken.retain(|(id, _)| self.broken.insert(id.clone()));
        let own = |(id, own): (SimulationId, Arc<Outcome>)| (id, Arc::unwrap_or_clone(own));
        Played { parts: parts.into_iter().map(own).collect(), broken, names: requests.asked() }
    }
}

/// Whoever has hands for independent work can run tasks.
impl<W: Workers> Runner for W {
    fn run(
        &self,
        question: Question<'_>,
        what: &str,
        tasks: &[Task],
    ) -> Vec<Result<Played, Diagnostics>> {
        self.map(what, tasks, |task| evaluate(question, task))
    }
}
