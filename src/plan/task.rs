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
use crate::plan::future::Future;
use crate::plan::question::Question;
use crate::plan::workers::Workers;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::run::evaluate::simulate_kept;
use crate::scenario::run::outcomes::{Outcomes, SimulationId};
use crate::scenario::run::requests::Requests;
use crate::units::diagnostic::Diagnostics;
use serde::{Deserialize, Serialize};

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
}

/// Simulates a task. Depends on nothing but its arguments, and is the same on every machine.
///
/// # Errors
/// A candidate that cannot be had or simulated, and names that the catalogue does not have.
pub fn evaluate(question: Question<'_>, task: &Task) -> Result<Played, Diagnostics> {
    let scenario = task.future.scenario(question.scenario);
    let requests = Requests::of(task.future.traces(question)?);
    let outcomes = Outcomes::within(usize::MAX);
    simulate_kept(&scenario, question.catalog, &requests, &task.candidate, &outcomes)?;
    Ok(Played { parts: outcomes.into_all() })
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
