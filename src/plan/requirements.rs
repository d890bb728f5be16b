//! What of `[require]`, the subscription and the outage check a candidate breaks once it is known what it costs: what
//! `simulate` says of the deployments that run today, in the words `recommend` refuses with.

use crate::billing::bill::Bill;
use crate::plan::constraints::{above_budget, judge};
use crate::plan::evaluate::cost::cost_of;
use crate::plan::evaluate::outage::broken_by_outage;
use crate::plan::evaluate::refusal::Refusal;
use crate::plan::question::Question;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::run::outcomes::Outcomes;
use crate::scenario::run::requests::Requests;
use crate::units::diagnostic::Diagnostics;

/// The requirements a candidate with this bill breaks; objectives are measured elsewhere.
pub fn broken_requirements(
    question: Question<'_>,
    candidate: &Candidate,
    bill: &Bill,
) -> Result<Vec<Refusal>, Diagnostics> {
    let mut refusals = judge(question.scenario, question.catalog, candidate)?.refusals;
    let (requests, outcomes) = (Requests::of(question.traces), Outcomes::within(0));
    refusals.extend(broken_by_outage(question, &requests, candidate, &outcomes)?);
    refusals.extend(above_budget(question.scenario, cost_of(question.scenario, &[bill])?.monthly)?);
    Ok(refusals)
}
