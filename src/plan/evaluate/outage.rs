//! What an outage of a region does to a candidate: it is replayed with the region out and must still keep every objective
//! (S 25: no deployment fails over by itself; S 79: two resources in two regions do).

use crate::engine::rules::{Change, ChangeKind};
use crate::metrics::slo::Slo;
use crate::plan::constraints::constraint::Constraint;
use crate::plan::constraints::grounds::Grounds;
use crate::plan::evaluate::objectives::streams_with_objectives;
use crate::plan::evaluate::refusal::Refusal;
use crate::plan::question::Question;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::event::Event;
use crate::scenario::question::scenario::Outage;
use crate::scenario::run::evaluate::simulate_kept;
use crate::scenario::run::measured::of_workloads;
use crate::scenario::run::outcomes::Outcomes;
use crate::scenario::run::requests::Requests;
use crate::units::diagnostic::Diagnostics;
use crate::units::time::MINUTE_US;
use crate::workload::trace::Trace;
use std::sync::Arc;

/// What an outage of each region in turn breaks; nothing where the scenario asks for no such check.
pub(crate) fn broken_by_outage(
    question: Question<'_>,
    requests: &Requests<'_>,
    candidate: &Candidate,
    outcomes: &Outcomes,
) -> Result<Vec<Refusal>, Diagnostics> {
    let Question { scenario, catalog, .. } = question;
    let Some(outage) = scenario.survives else { return Ok(Vec::new()) };
    let mut regions: Vec<Arc<str>> =
        candidate.deployments.iter().map(|planned| planned.region.name.clone()).collect();
    regions.sort_unstable();
    regions.dedup();
    let (from_us, until_us) = busiest(requests.traces(), scenario.window.length_us, outage);
    let mut refusals = Vec::new();
    for region in regions {
        let out = |index: &usize| candidate.deployments[*index].region.name == region;
        let routes = candidate.routes.iter().enumerate();
        let parts = candidate.splits.iter().map(|split| (split.workload, &split.route));
        let stranded = routes.chain(parts).find(|(_, route)| route.iter().all(out));
        let stranded = stranded.map(|(workload, _)| workload);
        if let Some(index) = stranded {
            let several = scenario.workloads.len() > 1;
            let whose = scenario.workloads.get(index).filter(|_| several);
            let grounds =
                Grounds::OneRegion { region, workload: whose.map(|own| own.name.clone()) };
            refusals.push(Refusal::rule(Constraint::SurvivesOutage(outage), grounds));
            continue;
        }
        let mut changed = scenario.clone();
        for planned in candidate.deployments.iter().filter(|d| d.region.name == region) {
            changed.events.push(Event {
                deployment: Some(planned.name.clone()),
                region: None,
                model: None,
                created_us: None,
                deleted_us: None,
                changes: vec![
                    Change { at_us: from_us, what: ChangeKind::Down },
                    Change { at_us: until_us, what: ChangeKind::Up },
                ],
                price: None,
            });
        }
        let simulated = simulate_kept(&changed, catalog, requests, candidate, outcomes)?;
        let measures = of_workloads(&simulated.resolved.setup, &simulated.outcome);
        for bound in streams_with_objectives(&simulated, &measures) {
            let workload = &scenario.workloads[bound.workload];
            let name = (scenario.workloads.len() > 1).then_some(&workload.name);
            for breach in while_out(&bound.slo(scenario)).breaches(&bound.measures) {
                refusals.push(Refusal::while_out(region.clone(), breach, name));
            }
        }
    }
    Ok(refusals)
}

/// The objectives while a region is out: a call that ends in a 503 is as little served as one that ends in a 429.
fn while_out(slo: &Slo) -> Slo {
    Slo { failed_share_ppm: slo.failed_share_ppm.or(slo.throttled_share_ppm), ..slo.clone() }
}

/// When the outage hits most calls, to the minute; the whole window when its length is not stated.
fn busiest(traces: &[Trace], window_us: u64, outage: Outage) -> (u64, u64) {
    let Some(lasts_us) = outage.lasts_us.filter(|lasts_us| *lasts_us < window_us) else {
        return (0, window_us);
    };
    let mut calls = vec![0_u64; window_us.div_ceil(MINUTE_US) as usize];
    for at_us in traces.iter().flat_map(|trace| &trace.arrival_us) {
        if let Some(count) = calls.get_mut((at_us / MINUTE_US) as usize) {
            *count += 1;
        }
    }
    let minutes = (lasts_us.div_ceil(MINUTE_US) as usize).clamp(1, calls.len());
    let mut hit: u64 = calls[..minutes].iter().sum();
    let (mut best, mut most) = (0, hit);
    for first in 1..=calls.len() - minutes {
        hit = hit + calls[first + minutes - 1] - calls[first - 1];
        if hit > most {
            (best, most) = (first, hit);
        }
    }
    let from_us = (best as u64 * MINUTE_US).min(window_us - lasts_us);
    (from_us, from_us + lasts_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_hits_the_busiest_time() {
        let arrivals = vec![0, 5 * MINUTE_US, 5 * MINUTE_US + 1, 6 * MINUTE_US, 9 * MINUTE_US];
        let trace = Trace::new(arrivals, vec![1; 5], vec![1; 5]);
        let outage = |minutes| Outage { lasts_us: Some(minutes * MINUTE_US) };
        let traces = [trace];
        assert_eq!(busiest(&traces, 10 * MINUTE_US, outage(2)), (5 * MINUTE_US, 7 * MINUTE_US));
        assert_eq!(busiest(&traces, 10 * MINUTE_US, outage(60)), (0, 10 * MINUTE_US));
        assert_eq!(
            busiest(&traces, 10 * MINUTE_US, Outage { lasts_us: None }),
            (0, 10 * MINUTE_US)
        );
    }
}
