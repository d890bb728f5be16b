//! A simulation as a value: what to simulate, in data that can be sent anywhere. What is done with
//! it is [`evaluate`](crate::plan::play::evaluate), one pure function.
//!
//! A cluster, a notebook or another process loads the same scenario, catalogue and traffic, takes
//! [`Task`]s as JSON, plays them and sends the [`Played`] back.
//! [`recommend_from`](crate::plan::recommend::recommend_from) starts with what was played: it bills
//! and compares it, and simulates only what nobody has. Prices, payments and commitments are no
//! part of a task: they are bills over its outcome.
//!
//! ```text
//! tasks ─► Runner::run ─► (evaluate(question, task)) ─► Played ─► recommend_from ─► answer
//!          threads, or other machines
//! ```

use crate::engine::Bound;
use crate::engine::record::outcome::Outcome;
use crate::plan::future::Future;
use crate::plan::question::Question;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::run::elsewhere::AskedNames;
use crate::scenario::run::outcomes::SimulationId;
use crate::units::diagnostic::Diagnostics;
use serde::{Deserialize, Serialize};

/// One candidate in one future of a question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Task {
    /// What is deployed and who calls it. How it is paid does not matter.
    pub candidate: Candidate,
    /// The traffic, the luck and the parameters.
    pub future: Future,
    /// What is simulated of it.
    pub work: Work,
}

/// What is simulated of a candidate: itself, or what a plan looks for step by step. A step depends
/// on those before it, so all of them are one task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Work {
    /// It, to its end.
    Whole,
    /// It, until more than a share of its calls, in 1/1,000,000, ends in a 429.
    UntilHopeless {
        /// The share.
        share_ppm: u64,
    },
    /// It, unless more of its calls fail than its objectives allow.
    UnlessFailing,
    /// It under the least limits of its Standard and batch deployments with which every objective
    /// holds, and under those tried on the way.
    LeastLimits,
    /// It under the limits that it was granted and, until every objective holds, under higher ones.
    HigherLimits {
        /// How many limits are tried at most.
        times: u32,
    },
}

impl Work {
    /// About how many simulations it is.
    pub fn simulations(self) -> usize {
        match self {
            Self::Whole | Self::UntilHopeless { .. } | Self::UnlessFailing => 1,
            Self::LeastLimits => 24,
            // Those that fail are given up on the way.
            Self::HigherLimits { times } => {
                usize::try_from(times.div_ceil(2).max(1)).unwrap_or(usize::MAX)
            }
        }
    }
}

/// What a task gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Played {
    /// Each part of the candidate that shares nothing with the others: which simulation it was, and
    /// its outcome.
    pub parts: Vec<(SimulationId, Outcome)>,
    /// What was not simulated to its end because it broke a bound, and the bound.
    pub broken: Vec<(SimulationId, Bound)>,
    /// By what each part is asked for, and which simulation that is: whoever has no requests of the
    /// future finds it so.
    pub names: AskedNames,
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
