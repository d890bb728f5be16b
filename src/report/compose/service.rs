//! Deployments and workloads as they served and were served.

use crate::billing::bill::Bill;
use crate::engine::record::outcome::{DeploymentOutcome, Instances, Outcome, RefusedResize};
use crate::engine::setup::Admission;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::Answer;
use crate::metrics::instances;
use crate::metrics::measures::{StreamMeasures, TimePercentiles, Utilization};
use crate::report::view::{
    DeploymentView, FailedResizeView, InstancesView, PercentilesView, RequestsView, TokensView,
    UtilizationView, WorkloadView,
};
use crate::scenario::question::scenario::Scenario;
use crate::scenario::resolve::Resolved;
use crate::scenario::run::measured::of_workloads;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::{Money, MoneyError};
use crate::units::time::SECOND_US;
use crate::units::tokens::TokenClass;

pub(super) fn deployment(
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
    let taken = match admission {
        Some(Admission::Managed(compute)) => {
            instances::utilization(counted, compute.concurrent_per_instance)
        }
        _ => None,
    };
    DeploymentView {
        name: reference.name.to_string(),
        sku: reference.sku.to_string(),
        model: reference.model.to_string(),
        region: reference.region.to_string(),
        capacity_ptu: match admission {
            Some(Admission::Provisioned(bucket)) => Some(bucket.capacity_ptu),
            _ => None,
        },
        kind: None,
        schedule: None,
        limit_tokens_per_minute: tokens_limit,
        limit_requests_per_minute: requests_limit,
        spillover_to: None,
        priority_by_default: false,
        requests: RequestsView {
            offered: counted.offered,
            completed: counted.completed,
            throttled: counted.throttled,
            spilled_out: counted.spilled_out,
            spilled_in: counted.spilled_in,
            failed: counted.failed,
        },
        tokens: engine.map(|(_, outcome, index)| tokens(outcome, index)),
        utilization: utilized.or(taken).map(utilization),
        instances: counted.instances.iter().map(stretch).collect(),
        failed_resizes: counted.refused_resizes.iter().map(failed_resize).collect(),
        cost: None,
    }
}

/// The tokens that a deployment served.
pub(super) fn tokens(outcome: &Outcome, index: usize) -> TokensView {
    let mut tokens = TokensView { input: 0, cached_input: 0, output: 0 };
    let served = outcome.usage.iter().filter(|bin| {
        usize::from(bin.deployment.0) == index
            && matches!(bin.answer, Answer::Completed | Answer::FilteredOutput)
    });
    for bin in served {
        tokens.input += bin.tokens.input_total();
        tokens.cached_input += bin.tokens.get(TokenClass::CachedInput);
        tokens.output += bin.tokens.get(TokenClass::Output);
    }
    tokens
}

/// What a deployment costs in the period of a bill.
pub(super) fn cost(bill: &Bill, reference: &DeploymentRef) -> Result<String, Diagnostic> {
    let own = bill.line_items.iter().filter(|line| line.deployment.as_deref() == Some(reference));
    let cost = Money::sum(bill.currency, own.map(|line| line.effective_cost));
    let wrong = |error: MoneyError| Diagnostic::error("amount-out-of-range", error.to_string());
    Ok(cost.map_err(wrong)?.to_exact_string())
}

fn stretch(of: &Instances) -> InstancesView {
    InstancesView { from_s: seconds(of.from_us), until_s: seconds(of.until_us), count: of.count }
}

fn failed_resize(of: &RefusedResize) -> FailedResizeView {
    FailedResizeView {
        at_s: seconds(of.at_us),
        capacity_ptu: of.capacity_ptu,
        short_of: if of.for_quota { "quota" } else { "capacity" }.to_owned(),
    }
}

fn seconds(us: u64) -> f64 {
    us as f64 / SECOND_US as f64
}

pub(super) fn utilization(u: Utilization) -> UtilizationView {
    UtilizationView { mean: u.mean, p95: u.p95, max: u.max }
}

pub(super) fn percentiles(times: TimePercentiles) -> PercentilesView {
    let ms = |us: u64| us as f64 / 1_000.0;
    PercentilesView { p50: ms(times.p50_us), p95: ms(times.p95_us), p99: ms(times.p99_us) }
}

pub(super) fn workload_views(
    scenario: &Scenario,
    resolved: &Resolved,
    outcome: &Outcome,
) -> Vec<WorkloadView> {
    let measured = of_workloads(&resolved.setup, outcome);
    let pairs = scenario.workloads.iter().zip(&measured);
    let window_us = resolved.setup.horizon_us;
    pairs.map(|(workload, measures)| workload_view(&workload.name, measures, window_us)).collect()
}

pub(super) fn workload_view(name: &str, measured: &StreamMeasures, window_us: u64) -> WorkloadView {
    WorkloadView {
        name: name.to_owned(),
        offered: measured.offered,
        completed: measured.completed,
        failed: measured.failed,
        retries: measured.retries,
        saw_throttle_share: measured.saw_throttle_share,
        throttled_share: measured.throttled_share,
        late_share: measured.late_share,
        added_wait_ms: percentiles(measured.added_wait),
        mean_wait_ms: measured.mean_wait_us / 1_000.0,
        mean_waiting: measured.wait_sum_us / window_us.max(1) as f64,
        first_token_ms: measured.first_token.map(percentiles),
        latency_ms: measured.latency.map(percentiles),
    }
}
