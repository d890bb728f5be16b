//! The view of a recommendation.

use crate::ledger::deployment::DeploymentRef;
use crate::plan::question::Question;
use crate::plan::quota::QuotaOption;
use crate::plan::recommend::Recommendation;
use crate::report::answer::{cautions, dependencies, glance, options};
use crate::report::compose::bill::{bill_view, billed_plan, empty_bill};
use crate::report::compose::break_even::break_even_view;
use crate::report::compose::candidate::{candidate, curve_point, instance_point, note_provisioned};
use crate::report::compose::explanation::explanation;
use crate::report::compose::failures::failures;
use crate::report::compose::horizon::horizon_view;
use crate::report::compose::hours;
use crate::report::compose::nothing;
use crate::report::compose::outlook;
use crate::report::compose::question::{attributions, demands, fact, note_prices, scenario_view};
use crate::report::compose::quota::quota;
use crate::report::compose::series::all_series;
use crate::report::compose::serves::serves;
use crate::report::compose::service::{cost, tokens, workload_views};
use crate::report::view::outlook::OutlookView;
use crate::report::view::{
    CandidateView, GlanceView, RecommendationView, SCHEMA_VERSION, ServedView,
};
use crate::scenario::question::facts::Facts;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::evaluate::Simulated;
use crate::units::diagnostic::Diagnostics;
use std::sync::Arc;

/// The view of a recommendation.
pub fn recommendation(
    question: Question<'_>,
    answer: &Recommendation,
) -> Result<RecommendationView, Diagnostics> {
    composed(question, answer, Detail::Whole)
}

/// The view of a first answer: what its lines at a glance and their picture are made of. What
/// happened minute by minute and the lines of the bill are left out.
pub fn at_a_glance(
    question: Question<'_>,
    answer: &Recommendation,
) -> Result<RecommendationView, Diagnostics> {
    composed(question, answer, Detail::Glance)
}

/// How much of a recommendation a view holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    Glance,
    Whole,
}

fn composed(
    question: Question<'_>,
    answer: &Recommendation,
    detail: Detail,
) -> Result<RecommendationView, Diagnostics> {
    let Question { scenario, catalog, traces } = question;
    let demands = demands(scenario, traces);
    let owned = &scenario.commercial.agreement.reservations;
    let mut candidates: Vec<CandidateView> = answer
        .candidates
        .iter()
        .zip(&answer.expected)
        .enumerate()
        .map(|(index, (evaluated, expected))| candidate(index + 1, evaluated, *expected, owned))
        .collect();
    note_provisioned(&mut candidates, &answer.candidates, catalog);
    let mut facts = Facts::default();
    let (mut series, mut bill) = (Vec::new(), empty_bill(scenario.commercial.agreement.currency));
    let (mut workloads, mut heat_maps) = (Vec::new(), Vec::new());
    let mut failed = Vec::new();
    let mut horizon = None;
    if let (Some(choice), Some(run)) = (answer.choice, &answer.run) {
        let evaluated = &answer.candidates[choice];
        let Simulated { resolved, outcome, usage, .. } = &run.simulated;
        facts.merge(&resolved.facts);
        for view in candidates[choice].deployments.iter_mut().filter(|_| detail == Detail::Whole) {
            let named = |own: &&Arc<DeploymentRef>| *own.name == *view.name;
            let Some(index) = resolved.deployments.iter().position(|own| named(&own)) else {
                continue;
            };
            view.tokens = Some(tokens(outcome, index));
            view.cost = Some(cost(&run.bill, &resolved.deployments[index])?);
        }
        if let Some(figures) = &evaluated.figures {
            facts.merge(&figures.facts);
        }
        if detail == Detail::Whole {
            series = all_series(scenario, resolved, outcome, &demands);
            heat_maps = hours::heat_maps(scenario, resolved, outcome);
        }
        workloads = workload_views(scenario, resolved, outcome);
        failed = failures(scenario, &run.failures);
        if let Some(ahead) = &answer.horizon {
            note_prices(&mut facts, &ahead.bill);
            let plan = &billed_plan(&evaluated.candidate.name, &answer.months, ahead);
            bill = bill_view(scenario, catalog, &ahead.bill, &ahead.usage, plan, &ahead.months)?;
            horizon = Some(horizon_view(scenario, ahead)?);
        } else {
            note_prices(&mut facts, &run.bill);
        }
        if answer.horizon.is_none() && detail == Detail::Whole {
            let plan = &evaluated.candidate.name;
            bill = bill_view(scenario, catalog, &run.bill, usage, plan, &[])?;
        }
    }
    if let (None, Some(option)) = (answer.choice, better(answer)) {
        // What is asked for is all there is to rest on.
        if let Some(figures) = &option.evaluated.figures {
            facts.merge(&figures.facts);
        }
    }
    let mut view = RecommendationView {
        schema_version: SCHEMA_VERSION,
        scenario: scenario_view(scenario, &demands),
        choice: answer.choice.map(|index| candidates[index].clone()),
        runner_up: answer.runner_up.map(|index| candidates[index].clone()),
        why: nothing::sentences(scenario, answer),
        frontier: answer.frontier.iter().map(|index| candidates[*index].name.clone()).collect(),
        sensitivity: answer.sensitivity.iter().map(outlook::sensitivity).collect(),
        feasibility: answer.feasibility.iter().map(outlook::feasibility).collect(),
        break_even: answer
            .break_even
            .iter()
            .map(|point| {
                let choice = answer.choice.map(|index| &answer.candidates[index]);
                let now = choice.and_then(|one| one.figures.as_ref()?.utilization);
                break_even_view(point, now.map(|utilization| utilization.mean))
            })
            .collect(),
        instance_curve: answer.candidates.iter().filter_map(instance_point).collect(),
        cost_curve: answer.candidates.iter().filter_map(curve_point).collect(),
        candidates,
        series,
        bill,
        assumptions: facts.assumed().map(fact).collect(),
        sources: facts.iter().map(fact).collect(),
        attributions: attributions(scenario),
        outlook: OutlookView {
            confidence: answer.certainty.as_ref().map(|certainty| {
                let spread = answer.choice.and_then(|c| answer.candidates[c].spread.as_ref());
                outlook::confidence(certainty, spread)
            }),
            workloads,
            heat_maps,
            months: outlook::months(&answer.months, horizon.as_ref()),
            horizon,
            grid: answer.grid.as_ref().map(outlook::grid),
            explanation: explanation(answer),
        },
        quota: quota(&answer.quota, &scenario.quota_tier.name),
        failures: failed,
        options: Vec::new(),
        serves: proposed_serves(scenario, answer),
        depends_on: cautions(&answer.cautions),
        glance: GlanceView::default(),
    };
    view.options = options(&view);
    view.depends_on.extend(dependencies(&view));
    view.glance = glance(&view);
    if view.choice.is_some() {
        view.why.clone_from(&view.glance.reasons);
    }
    Ok(view)
}

/// What more quota would open, where that is cheaper or alone serves.
fn better(answer: &Recommendation) -> Option<&QuotaOption> {
    answer.quota.better.and_then(|index| answer.quota.options.get(index))
}

/// What serves which workload under what the headline says: the choice, or what more quota would
/// open where that is cheaper.
fn proposed_serves(scenario: &Scenario, answer: &Recommendation) -> Vec<ServedView> {
    let better = better(answer);
    let choice = answer.choice.map(|index| &answer.candidates[index]);
    let proposed = better.map(|option| &option.evaluated).or(choice);
    proposed.map_or_else(Vec::new, |one| {
        serves(scenario, &one.candidate, &candidate(0, one, None, &[]).deployments)
    })
}
