//! From the plan's types to the view: the only place where domain types meet the outside's names.

use crate::billing::bill::Bill;
use crate::billing::line::LineItem;
use crate::engine::outcome::{DeploymentOutcome, LogEntry, Outcome, Reason};
use crate::engine::setup::{Admission, Weights};
use crate::ledger::usage::{Answer, DeploymentRef};
use crate::metrics::measures::{self, StreamMeasures, TimePercentiles, Utilization, of_stream};
use crate::metrics::slo::percent;
use crate::plan::cost::Cost;
use crate::plan::recommend::Recommendation;
use crate::plan::search::{Evaluated, Figures, Question};
use crate::report::build_outlook;
use crate::report::hours;
use crate::report::outlook::OutlookView;
use crate::report::view::{
    AnswerView, BillView, BreakEvenView, CandidateView, CostPartView, CurvePointView,
    DeploymentView, FactView, LineItemView, MeasuresView, PercentilesView, RecommendationView,
    RequestsView, SCHEMA_VERSION, ScenarioView, SeriesView, SimulationView, SpreadView, TokensView,
    TrafficView, UtilizationView, WorkloadView,
};
use crate::scenario::evaluate::{Simulated, price, simulate};
use crate::scenario::facts::Facts;
use crate::scenario::question::Scenario;
use crate::scenario::resolve::Resolved;
use crate::scenario::traffic;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::money::Money;
use crate::units::time::{MINUTE_US, SECOND_US};
use crate::units::tokens::TokenClass;
use crate::workload::trace::Trace;
use jiff::{SignedDuration, Timestamp};

/// Points of a series at most; longer ones are averaged over whole minutes.
const MAX_SERIES_POINTS: usize = 1_440;

/// The view of a recommendation. The choice is simulated once more for its series and its bill.
pub fn recommendation(
    question: Question<'_>,
    answer: &Recommendation,
) -> Result<RecommendationView, Diagnostics> {
    let Question { scenario, catalog, traces } = question;
    let candidates: Vec<CandidateView> = answer
        .candidates
        .iter()
        .enumerate()
        .map(|(index, evaluated)| candidate(index + 1, evaluated))
        .collect();
    let mut facts = Facts::default();
    let (mut series, mut bill) = (Vec::new(), empty_bill());
    let (mut workloads, mut heat_maps) = (Vec::new(), Vec::new());
    if let Some(choice) = answer.choice {
        let chosen = &answer.candidates[choice].candidate;
        let simulated = simulate(scenario, catalog, traces, chosen)?;
        let priced = price(scenario, catalog, &simulated, chosen.payment)?;
        facts.merge(&simulated.resolved.facts);
        note_prices(&mut facts, &priced);
        series = all_series(scenario, &simulated.resolved, &simulated.outcome);
        heat_maps = hours::heat_maps(scenario, &simulated.resolved, &simulated.outcome);
        workloads = workload_views(scenario, &simulated.outcome);
        bill = bill_view(&priced);
    }
    Ok(RecommendationView {
        schema_version: SCHEMA_VERSION,
        scenario: scenario_view(scenario, traces),
        choice: answer.choice.map(|index| candidates[index].clone()),
        runner_up: answer.runner_up.map(|index| candidates[index].clone()),
        why: answer.why.clone(),
        frontier: answer.frontier.iter().map(|index| candidates[*index].name.clone()).collect(),
        sensitivity: answer.sensitivity.iter().map(build_outlook::sensitivity).collect(),
        break_even: answer
            .break_even
            .iter()
            .map(|point| BreakEvenView {
                comparison: format!(
                    "a PTU {} ({} a month) against the tokens it works off",
                    point.payment.as_str(),
                    point.ptu_month.to_display_string()
                ),
                at: if point.utilization > 1.0 {
                    format!("never: {} utilization would be needed", percent(point.utilization))
                } else {
                    format!("{} utilization", percent(point.utilization))
                },
                now: answer
                    .choice
                    .and_then(|index| answer.candidates[index].figures.as_ref()?.utilization)
                    .map_or_else(|| "no PTUs".to_owned(), |u| percent(u.mean)),
            })
            .collect(),
        cost_curve: answer.candidates.iter().filter_map(curve_point).collect(),
        candidates,
        series,
        bill,
        assumptions: facts.assumed().map(fact).collect(),
        sources: facts.iter().map(fact).collect(),
        attributions: attributions(scenario),
        outlook: OutlookView {
            confidence: answer.certainty.as_ref().map(build_outlook::confidence),
            workloads,
            heat_maps,
            months: answer.months.iter().map(build_outlook::month).collect(),
            grid: answer.grid.as_ref().map(build_outlook::grid),
        },
    })
}

/// The view of one simulation.
pub fn simulation(
    scenario: &Scenario,
    traces: &[Trace],
    simulated: &Simulated,
    bill: &Bill,
) -> Result<SimulationView, Diagnostics> {
    let window_us = scenario.window.length_us;
    let outcome = &simulated.outcome;
    let mut facts = simulated.resolved.facts.clone();
    note_prices(&mut facts, bill);
    let mut unmet = Vec::new();
    for (workload, stream) in scenario.workloads.iter().zip(&outcome.streams) {
        let breaches = scenario.slo.breaches(&of_stream(stream));
        unmet.extend(breaches.into_iter().map(|breach| format!("{}: {breach}", workload.name)));
    }
    let deployments = outcome
        .deployments
        .iter()
        .enumerate()
        .map(|(index, counted)| {
            let reference = &simulated.resolved.deployments[index];
            let cost = bill
                .line_items
                .iter()
                .filter(|line| line.deployment.as_ref() == Some(reference))
                .map(|line| line.effective_cost);
            let cost = Money::sum(bill.currency, cost).map_err(|error| {
                Diagnostics::from(Diagnostic::error("amount-out-of-range", error.to_string()))
            })?;
            let mut view = deployment(
                reference,
                counted,
                measures::utilization(counted, window_us),
                Some((&simulated.resolved, outcome, index)),
            );
            view.cost = cost.to_exact_string();
            Ok(view)
        })
        .collect::<Result<_, Diagnostics>>()?;
    Ok(SimulationView {
        schema_version: SCHEMA_VERSION,
        scenario: scenario_view(scenario, traces),
        deployments,
        workloads: scenario
            .workloads
            .iter()
            .zip(&outcome.streams)
            .map(|(workload, stream)| workload_view(&workload.name, &of_stream(stream)))
            .collect(),
        bill: bill_view(bill),
        unmet,
        answers: outcome
            .log
            .iter()
            .map(|entry| answer(scenario, &simulated.resolved, entry))
            .collect(),
        series: all_series(scenario, &simulated.resolved, outcome),
        assumptions: facts.assumed().map(fact).collect(),
        sources: facts.iter().map(fact).collect(),
        attributions: attributions(scenario),
    })
}

fn answer(scenario: &Scenario, resolved: &Resolved, entry: &LogEntry) -> AnswerView {
    AnswerView {
        workload: scenario.workloads[usize::from(entry.stream.0)].name.to_string(),
        request: entry.request,
        attempt: entry.attempt,
        at_s: entry.at_us as f64 / SECOND_US as f64,
        deployment: resolved.deployments[usize::from(entry.deployment.0)].name.to_string(),
        answer: entry.answer.as_str().to_owned(),
        reason: reason(entry.reason).to_owned(),
        retry_after_ms: entry.retry_after_us as f64 / 1_000.0,
        passed_on: entry.passed_on,
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Admitted => "there was room",
        Reason::BucketFull => "utilization was at or above 100 %",
        Reason::TokenLimit => "the minute's token limit was reached",
        Reason::RequestLimit => "the window's request limit was reached",
        Reason::ConcurrencyLimit => "too many requests were in service",
        Reason::NoFlexCapacity => "there was no flex capacity",
        Reason::EnqueuedTokenLimit => "the batch queue had no room",
        Reason::InputTooLong => "the input is longer than the deployment takes",
        Reason::Down => "the deployment was down",
        Reason::PromptFiltered => "the content filter blocked the prompt",
        Reason::OutputFiltered => "the content filter stopped the answer",
        Reason::TimedOut => "the client gave up waiting",
        Reason::Cancelled => "the batch was cancelled",
    }
}

fn attributions(scenario: &Scenario) -> Vec<String> {
    let mut credits: Vec<String> = scenario
        .workloads
        .iter()
        .filter_map(|workload| traffic::attribution(&workload.traffic.trace.name))
        .collect();
    credits.dedup();
    credits
}

fn scenario_view(scenario: &Scenario, traces: &[Trace]) -> ScenarioView {
    let window = SignedDuration::from_micros(scenario.window.length_us as i64);
    ScenarioView {
        name: scenario.name.clone(),
        start: scenario.period.start().to_string(),
        until: scenario.period.until().to_string(),
        zone: scenario.period.zone().iana_name().unwrap_or("UTC").to_owned(),
        region: scenario.region.name.to_string(),
        simulated: format!("{window:#}"),
        repetitions: scenario.window.repetitions,
        seed: scenario.seed,
        workloads: scenario
            .workloads
            .iter()
            .zip(traces)
            .map(|(workload, trace)| traffic_view(scenario, workload, trace))
            .collect(),
        objectives: scenario.slo.words(),
    }
}

fn traffic_view(
    scenario: &Scenario,
    workload: &crate::scenario::question::Workload,
    trace: &Trace,
) -> TrafficView {
    let window_us = scenario.window.length_us;
    let count = trace.arrival_us.partition_point(|at| *at < window_us);
    let mean = |column: &[u32]| {
        let sum: u64 = column[..count].iter().map(|tokens| u64::from(*tokens)).sum();
        if count == 0 { 0.0 } else { sum as f64 / count as f64 }
    };
    let (mut peak, mut minute, mut in_minute) = (0, 0, 0);
    for at in &trace.arrival_us[..count] {
        if at / MINUTE_US != minute {
            (minute, in_minute) = (at / MINUTE_US, 0);
        }
        in_minute += 1;
        peak = peak.max(in_minute);
    }
    TrafficView {
        name: workload.name.to_string(),
        model: workload.model.name.to_string(),
        trace: workload.traffic.trace.name.to_string(),
        requests: count as u64,
        mean_requests_per_minute: count as f64 * MINUTE_US as f64 / window_us as f64,
        peak_requests_per_minute: peak,
        mean_input_tokens: mean(&trace.input_tokens),
        mean_cached_input_tokens: trace.cached_input_tokens.as_deref().map_or(0.0, mean),
        mean_output_tokens: mean(&trace.output_tokens),
    }
}

fn candidate(rank: usize, evaluated: &Evaluated) -> CandidateView {
    let plan = &evaluated.candidate;
    let figures = evaluated.figures.as_ref();
    CandidateView {
        rank,
        name: plan.name.to_string(),
        family: evaluated.family.to_string(),
        deployments: figures.map_or_else(Vec::new, |figures| {
            figures
                .deployments
                .iter()
                .map(|each| {
                    let mut view =
                        deployment(&each.deployment, &each.outcome, each.utilization, None);
                    view.capacity_ptu = plan
                        .deployments
                        .iter()
                        .find(|planned| planned.name == each.deployment.name)
                        .and_then(|planned| planned.capacity_ptu);
                    view
                })
                .collect()
        }),
        commitment: plan.payment.as_str().to_owned(),
        total_ptu: plan.total_ptu(),
        monthly_cost: match (&evaluated.spread, figures) {
            (Some(spread), _) => build_outlook::spread(spread),
            (None, Some(figures)) => single(&figures.cost),
            (None, None) => no_spread(),
        },
        cost_parts: figures.map_or_else(Vec::new, |figures| {
            figures
                .cost
                .monthly_parts
                .iter()
                .map(|part| CostPartView {
                    part: part.name.clone(),
                    cost: part.monthly.to_exact_string(),
                    scales_with_traffic: part.scales_with_traffic,
                })
                .collect()
        }),
        measures: figures.map_or_else(no_measures, measures_view),
        feasible: evaluated.is_feasible(),
        reasons: evaluated.reasons.iter().map(ToString::to_string).collect(),
    }
}

fn single(cost: &Cost) -> SpreadView {
    let amount = cost.monthly.to_exact_string();
    SpreadView {
        currency: cost.monthly.currency().to_string(),
        p10: amount.clone(),
        p50: amount.clone(),
        p90: amount,
        replications: 1,
    }
}

/// What could not be simulated has no cost: empty text, never a zero.
fn no_spread() -> SpreadView {
    SpreadView {
        currency: String::new(),
        p10: String::new(),
        p50: String::new(),
        p90: String::new(),
        replications: 0,
    }
}

fn no_measures() -> MeasuresView {
    MeasuresView {
        offered: 0,
        failed: 0,
        saw_throttle_share: 0.0,
        throttled_share: 0.0,
        spilled_share: 0.0,
        added_wait_ms: PercentilesView::default(),
        ptu_utilization: None,
    }
}

fn measures_view(figures: &Figures) -> MeasuresView {
    MeasuresView {
        offered: figures.total.offered,
        failed: figures.total.failed,
        saw_throttle_share: figures.total.saw_throttle_share,
        throttled_share: figures.total.throttled_share,
        spilled_share: figures.spilled_share,
        added_wait_ms: percentiles(figures.total.added_wait),
        ptu_utilization: figures.utilization.map(utilization),
    }
}

fn utilization(u: Utilization) -> UtilizationView {
    UtilizationView { mean: u.mean, p95: u.p95, max: u.max }
}

fn percentiles(times: TimePercentiles) -> PercentilesView {
    let ms = |us: u64| us as f64 / 1_000.0;
    PercentilesView { p50: ms(times.p50_us), p95: ms(times.p95_us), p99: ms(times.p99_us) }
}

fn workload_views(scenario: &Scenario, outcome: &Outcome) -> Vec<WorkloadView> {
    scenario
        .workloads
        .iter()
        .zip(&outcome.streams)
        .map(|(workload, stream)| workload_view(&workload.name, &of_stream(stream)))
        .collect()
}

fn workload_view(name: &str, measured: &StreamMeasures) -> WorkloadView {
    WorkloadView {
        name: name.to_owned(),
        offered: measured.offered,
        completed: measured.completed,
        failed: measured.failed,
        retries: measured.retries,
        saw_throttle_share: measured.saw_throttle_share,
        throttled_share: measured.throttled_share,
        added_wait_ms: percentiles(measured.added_wait),
        latency_ms: measured.latency.map(percentiles),
    }
}

fn deployment(
    reference: &DeploymentRef,
    counted: &DeploymentOutcome,
    utilized: Option<Utilization>,
    engine: Option<(&Resolved, &Outcome, usize)>,
) -> DeploymentView {
    let admission = engine.map(|(resolved, _, index)| &resolved.setup.deployments[index].admission);
    let (tokens_limit, requests_limit) = match admission {
        Some(Admission::Standard(limiter)) => {
            (limiter.limit_tokens_per_minute, limiter.limit_requests_per_minute)
        }
        _ => (None, None),
    };
    let mut tokens = TokensView { input: 0, cached_input: 0, output: 0 };
    if let Some((_, outcome, index)) = engine {
        let served = outcome.usage.iter().filter(|bin| {
            usize::from(bin.deployment.0) == index
                && matches!(bin.answer, Answer::Completed | Answer::FilteredOutput)
        });
        for bin in served {
            tokens.input += bin.tokens.input_total();
            tokens.cached_input += bin.tokens.get(TokenClass::CachedInput);
            tokens.output += bin.tokens.get(TokenClass::Output);
        }
    }
    DeploymentView {
        name: reference.name.to_string(),
        sku: reference.sku.to_string(),
        model: reference.model.to_string(),
        region: reference.region.to_string(),
        capacity_ptu: match admission {
            Some(Admission::Provisioned(bucket)) => Some(bucket.capacity_ptu),
            _ => None,
        },
        limit_tokens_per_minute: tokens_limit,
        limit_requests_per_minute: requests_limit,
        requests: RequestsView {
            offered: counted.offered,
            completed: counted.completed,
            throttled: counted.throttled,
            spilled_out: counted.spilled_out,
            spilled_in: counted.spilled_in,
            failed: counted.failed,
        },
        tokens,
        utilization: utilized.map(utilization),
        cost: String::new(),
    }
}

fn curve_point(evaluated: &Evaluated) -> Option<CurvePointView> {
    let figures = evaluated.figures.as_ref()?;
    let ptu = evaluated.candidate.total_ptu();
    (ptu > 0).then(|| CurvePointView {
        family: evaluated.family.to_string(),
        commitment: evaluated.candidate.payment.as_str().to_owned(),
        total_ptu: ptu,
        monthly_cost: figures.cost.monthly.to_exact_string(),
        throttled_share: figures.total.throttled_share,
        feasible: evaluated.is_feasible(),
    })
}

fn all_series(scenario: &Scenario, resolved: &Resolved, outcome: &Outcome) -> Vec<SeriesView> {
    outcome
        .deployments
        .iter()
        .enumerate()
        .map(|(index, counted)| one_series(scenario, resolved, index, counted))
        .collect()
}

fn one_series(
    scenario: &Scenario,
    resolved: &Resolved,
    index: usize,
    counted: &DeploymentOutcome,
) -> SeriesView {
    let (unit, scale, capacity_per_minute) = match &resolved.setup.deployments[index].admission {
        Admission::Provisioned(_) => {
            let per_minute = measures::units_per_minute(counted, scenario.window.length_us);
            let scale = Weights::SCALE as f64;
            ("normalized tokens", scale, Some(per_minute / scale))
        }
        Admission::Standard(limiter) => {
            ("estimated tokens", 1.0, limiter.limit_tokens_per_minute.map(|limit| limit as f64))
        }
        Admission::Managed(_) | Admission::Batch(_) => ("input tokens", 1.0, None),
    };
    let step = counted.minutes.len().div_ceil(MAX_SERIES_POINTS).max(1);
    let averaged = |value: fn(&crate::engine::outcome::MinuteSample) -> f64, scale: f64| {
        counted
            .minutes
            .chunks(step)
            .map(|chunk| chunk.iter().map(value).sum::<f64>() / chunk.len() as f64 / scale)
            .collect()
    };
    SeriesView {
        deployment: resolved.deployments[index].name.to_string(),
        step_s: step as u64 * MINUTE_US / SECOND_US,
        capacity_per_minute,
        unit: unit.to_owned(),
        offered_per_minute: averaged(|minute| minute.offered_units as f64, scale),
        used_per_minute: averaged(|minute| minute.used_units as f64, scale),
        refused_per_minute: averaged(|minute| f64::from(minute.refused), 1.0),
    }
}

fn empty_bill() -> BillView {
    BillView {
        currency: String::new(),
        billed: String::new(),
        total: String::new(),
        line_items: Vec::new(),
    }
}

fn bill_view(bill: &Bill) -> BillView {
    BillView {
        currency: bill.currency.to_string(),
        billed: bill.totals().billed.to_exact_string(),
        total: bill.totals().effective.to_exact_string(),
        line_items: bill
            .line_items
            .iter()
            .enumerate()
            .map(|(index, line)| line_item(index + 1, line))
            .collect(),
    }
}

fn line_item(number: usize, line: &LineItem) -> LineItemView {
    let instant = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let commitment = line.commitment.as_ref();
    let resource = match (&line.deployment, commitment) {
        (Some(deployment), _) => deployment.name.to_string(),
        (None, Some(share)) => share.id.to_string(),
        (None, None) => String::new(),
    };
    LineItemView {
        line: number,
        charge_period_start: instant(line.from),
        charge_period_end: instant(line.until),
        charge_category: line.category.as_str().to_owned(),
        resource,
        workload: line.workload.as_deref().unwrap_or_default().to_owned(),
        meter: line.meter.to_string(),
        pricing_quantity: line.pricing_quantity().to_decimal().to_string(),
        pricing_unit: line.pricing_unit(),
        list_unit_price: line
            .rate
            .as_ref()
            .map_or_else(String::new, |rate| rate.list.price.to_exact_string()),
        list_cost: line.list_cost.to_exact_string(),
        billed_cost: line.billed_cost.to_exact_string(),
        effective_cost: line.effective_cost.to_exact_string(),
        commitment_status: commitment
            .and_then(|share| share.status)
            .map_or_else(String::new, |status| status.as_str().to_owned()),
        source: line.rate.as_ref().map_or_else(String::new, |rate| rate.evidence.place.to_string()),
    }
}

/// Notes the prices of a bill among the facts.
fn note_prices(facts: &mut Facts, bill: &Bill) {
    for line in &bill.line_items {
        let Some(rate) = &line.rate else { continue };
        let what = match (&line.deployment, &line.commitment) {
            (Some(deployment), _) => format!("{}, {}", deployment.model, deployment.sku),
            (None, Some(share)) => share.id.to_string(),
            (None, None) => String::new(),
        };
        facts.note_words(
            format!("price of {}, {what}", line.meter),
            format!(
                "{} {} for {}",
                rate.list.price.to_exact_string(),
                bill.currency,
                line.pricing_unit()
            ),
            rate.evidence.clone(),
        );
    }
}

fn fact(fact: &crate::scenario::facts::Fact) -> FactView {
    FactView {
        name: fact.name.clone(),
        value: fact.value.clone(),
        status: fact.evidence.status.to_string(),
        effective_from: fact.evidence.effective_from.to_string(),
        source: fact.evidence.source.to_string(),
        place: fact.evidence.place.to_string(),
    }
}
