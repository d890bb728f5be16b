//! A simulation as a value: what to simulate, in data that can be sent anywhere, and one pure
//! function that does it.
//!
//! A cluster, a notebook or another process loads the same scenario, catalogue and traffic, takes
//! [`Task`]s as JSON, calls [`evaluate`] and sends the [`Played`] back.
//! [`recommend_from`](crate::plan::recommend::recommend_from) starts with what was played: it bills
//! and compares it, and simulates only what nobody has. Prices, payments and commitments are no
//! part of a task: they are bills over its outcome.
//!
//! ```text
//! tasks ─► Runner::run ─► (evaluate(question, task)) ─► Played ─► recommend_from ─► answer
//!          threads, or other machines
//! ```

use crate::engine::record::outcome::Outcome;
use crate::plan::constraints::is_had;
use crate::plan::future::Future;
use crate::plan::made::{FutureRequests, FutureTraffic};
use crate::plan::question::Question;
use crate::plan::workers::Workers;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::evaluate::{simulate_kept, simulate_together};
use crate::scenario::run::outcomes::{Outcomes, SimulationId};
use crate::scenario::run::requests::Requests;
use crate::units::diagnostic::Diagnostics;
use crate::units::fingerprint::Fingerprint;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// One candidate in one future of a question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Task {
    /// What is deployed and who calls it. How it is paid does not matter.
    pub candidate: Candidate,
    /// The traffic, the luck and the parameters.
    pub future: Future,
}

/// What a task gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Played {
    /// Each part of the candidate that shares nothing with the others: which simulation it was, and
    /// its outcome.
    pub parts: Vec<(SimulationId, Outcome)>,
    /// By what each part is asked for, and which simulation that is: whoever has no requests of the
    /// future finds it so.
    pub names: Vec<(Fingerprint, SimulationId)>,
}

impl Played {
    fn of(
        parts: Vec<(SimulationId, Arc<Outcome>)>,
        names: Vec<(Fingerprint, SimulationId)>,
    ) -> Self {
        let own = |(id, own)| (id, Arc::unwrap_or_clone(own));
        Self { parts: parts.into_iter().map(own).collect(), names }
    }
}

/// Simulates a task. Depends on nothing but its arguments, and is the same on every machine.
///
/// # Errors
/// A candidate that cannot be had or simulated, and names that the catalogue does not have.
pub fn evaluate(question: Question<'_>, task: &Task) -> Result<Played, Diagnostics> {
    let scenario = task.future.scenario(question.scenario);
    let requests = Requests::of(task.future.traces(question)?);
    let outcomes = Outcomes::within(usize::MAX);
    let names = named(&scenario, question, &requests, task, &outcomes)?;
    Ok(Played::of(outcomes.all(), names))
}

/// Simulates tasks, each as [`evaluate`] does. The requests of a future are made once, as long as
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
    let requests: Arc<Requests<'_>> = if future.has_traffic_of(question) {
        Arc::new(Requests::of(question.traces))
    } else {
        let scaled = |index: usize, level| made.scaled((index, &question.traces[index]), level);
        made.of(future, || Ok(future.traces_by(question, scaled)?.into_owned().into()))?
    };
    let outcomes = Outcomes::within(usize::MAX);
    let had = tasks.iter().map(|task| &task.candidate);
    let had = had.filter(|one| is_had(&scenario, question.catalog, one));
    simulate_together(&scenario, question.catalog, &requests, had, &outcomes);
    let mut given = BTreeSet::new();
    let each = tasks.iter().map(|task| {
        let names = named(&scenario, question, &requests, task, &outcomes)?;
        let mut parts = outcomes.all();
        parts.retain(|(id, _)| given.insert(id.clone()));
        Ok(Played::of(parts, names))
    });
    Ok(each.collect())
}

/// Simulates a task under the scenario of its future; the names of its parts.
fn named(
    scenario: &Scenario,
    question: Question<'_>,
    requests: &Requests<'_>,
    task: &Task,
    outcomes: &Outcomes,
) -> Result<Vec<(Fingerprint, SimulationId)>, Diagnostics> {
    let candidate = &task.candidate;
    let done = simulate_kept(scenario, question.catalog, requests, candidate, outcomes)?;
    let traffic = FutureTraffic::of(&task.future).fingerprint();
    Ok(requests.names(traffic, candidate, &done.resolved.setup))
}

/// Who runs tasks: threads of this process, or other machines that have the same question.
pub trait Runner {
    /// What the tasks gave, in their order. `what` names the work for a progress display.
    fn run(
        &self,
        question: Question<'_>,
        what: &str,
        tasks: &[Task],
    ) -> Vec<Result<Played, Diagnostics>>;
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
