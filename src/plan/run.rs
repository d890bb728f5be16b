//! A candidate's run over the traffic of a question: what a report tells minute by minute and line
//! by line.

use crate::billing::bill::Bill;
use crate::plan::failures::{FailedCalls, failures, not_told_apart};
use crate::plan::question::Question;
use crate::plan::setting::Setting;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::run::evaluate::{Simulated, price, simulate, simulate_kept};
use crate::units::diagnostic::Diagnostics;

/// A run.
#[derive(Clone, Debug)]
pub struct CandidateRun {
    /// What happened in the window.
    pub simulated: Simulated,
    /// What it costs in the period of the scenario.
    pub bill: Bill,
    /// Calls that failed, by workload, cause and deployment.
    pub failures: Vec<FailedCalls>,
}

impl CandidateRun {
    /// Simulates and bills a candidate.
    ///
    /// # Errors
    /// What its simulation and its prices say.
    pub fn of(question: Question<'_>, candidate: &Candidate) -> Result<Self, Diagnostics> {
        let Question { scenario, catalog, traces } = question;
        Self::after(question, candidate, simulate(scenario, catalog, traces, candidate)?)
    }

    /// The run of a candidate in a setting, by its outcome where that is kept. Its failed calls are
    /// not told apart by cause, which would take another simulation.
    pub(crate) fn kept(setting: Setting<'_>, candidate: &Candidate) -> Result<Self, Diagnostics> {
        let Setting { question, requests, outcomes, .. } = setting;
        let Question { scenario, catalog, .. } = question;
        let simulated = simulate_kept(scenario, catalog, requests, candidate, outcomes)?;
        let bill = price(scenario, catalog, &simulated, candidate.payment)?;
        let failures = not_told_apart(&simulated, scenario.workloads.len());
        Ok(Self { simulated, bill, failures })
    }

    /// The run of a candidate that is simulated already. Of a question that was played in pieces,
    /// the traces are none.
    ///
    /// # Errors
    /// What its prices say.
    pub fn after(
        question: Question<'_>,
        candidate: &Candidate,
        simulated: Simulated,
    ) -> Result<Self, Diagnostics> {
        let bill = price(question.scenario, question.catalog, &simulated, candidate.payment)?;
        let failures = failures(question, candidate, &simulated)?;
        Ok(Self { simulated, bill, failures })
    }
}
