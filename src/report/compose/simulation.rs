//! The view of one simulation.

use crate::metrics::measures;
use crate::plan::evaluate::objectives::streams_with_objectives;
use crate::plan::question::Question;
use crate::plan::requirements::broken_requirements;
use crate::plan::run::CandidateRun;
use crate::report::compose::answers::answers;
use crate::report::compose::bill::bill_view;
use crate::report::compose::failures::failures;
use crate::report::compose::kind::kind;
use crate::report::compose::question::{attributions, demands, fact, note_prices, scenario_view};
use crate::report::compose::series::all_series;
use crate::report::compose::service::{cost, deployment, workload_views};
use crate::report::view::{SCHEMA_VERSION, SimulationView};
use crate::report::words::refusal::{self, RefusalWords};
use crate::scenario::run::measured::of_workloads;
use crate::units::diagnostic::Diagnostics;
use crate::workload::demand::Demand;

/// The view of one simulation.
pub fn simulation(
    question: Question<'_>,
    run: &CandidateRun,
) -> Result<SimulationView, Diagnostics> {
    simulation_of(question, &demands(question.scenario, question.traces), run)
}

/// What a simulation is of.
const TODAY: &str = "the deployments of [today]";

/// The same from what the traces ask for. Of a question that was played in pieces, the traces are none.
pub fn simulation_of(
    question: Question<'_>,
    demands: &[Demand],
    run: &CandidateRun,
) -> Result<SimulationView, Diagnostics> {
    let Question { scenario, catalog, .. } = question;
    let CandidateRun { simulated, bill, failures: failed } = run;
    let window_us = scenario.window.length_us;
    let outcome = &simulated.outcome;
    let mut facts = simulated.resolved.facts.clone();
    note_prices(&mut facts, bill);
    let mut unmet = Vec::new();
    let measured = of_workloads(&simulated.resolved.setup, outcome);
    for bound in streams_with_objectives(simulated, &measured) {
        let workload = &scenario.workloads[bound.workload];
        let breaches = bound.slo(scenario).breaches(&bound.measures);
        unmet.extend(breaches.into_iter().map(|breach| format!("{}: {breach}", workload.name)));
    }
    unmet.dedup();
    if let Some(today) = &scenario.today {
        let broken = broken_requirements(question, today, bill)?;
        unmet.extend(broken.iter().map(refusal::words).map(|said| {
            let RefusalWords { message, relax } = said;
            format!("{message}; {relax}")
        }));
    }
    let deployments = outcome
        .deployments
        .iter()
        .enumerate()
        .map(|(index, counted)| {
            let reference = &simulated.resolved.deployments[index];
            let mut view = deployment(
                reference,
                counted,
                measures::utilization(counted, window_us),
                Some((&simulated.resolved, outcome, index)),
            );
            view.cost = Some(cost(bill, reference)?);
            view.kind = scenario.today.as_ref().and_then(|today| kind(today, index));
            Ok(view)
        })
        .collect::<Result<_, Diagnostics>>()?;
    Ok(SimulationView {
        schema_version: SCHEMA_VERSION,
        scenario: scenario_view(scenario, demands),
        deployments,
        workloads: workload_views(scenario, &simulated.resolved, outcome),
        bill: bill_view(scenario, catalog, bill, &simulated.usage, TODAY, &[])?,
        unmet,
        failures: failures(scenario, failed),
        answers: answers(scenario, &simulated.resolved, outcome),
        series: all_series(scenario, &simulated.resolved, outcome, demands),
        assumptions: facts.assumed().map(fact).collect(),
        sources: facts.iter().map(fact).collect(),
        attributions: attributions(scenario),
    })
}
