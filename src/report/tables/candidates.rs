//! `candidates`: one a row, in ranking order.

use crate::report::tables::table::{Kind, Table, maybe};
use crate::report::view::CandidateView;
use crate::report::words::answer;

const COLUMNS: [(&str, Kind); 25] = [
    ("rank", Kind::Whole),
    ("name", Kind::Words),
    ("family", Kind::Words),
    ("commitment", Kind::Words),
    ("total_ptu", Kind::Whole),
    ("deployments", Kind::Words),
    ("currency", Kind::Words),
    ("expected_monthly_cost", Kind::Amount),
    ("monthly_cost_p10", Kind::Amount),
    ("monthly_cost_p50", Kind::Amount),
    ("monthly_cost_p90", Kind::Amount),
    ("replications", Kind::Whole),
    ("offered", Kind::Whole),
    ("failed", Kind::Whole),
    ("saw_throttle_share", Kind::Measure),
    ("throttled_share", Kind::Measure),
    ("spilled_share", Kind::Measure),
    ("added_wait_ms_p50", Kind::Measure),
    ("added_wait_ms_p95", Kind::Measure),
    ("added_wait_ms_p99", Kind::Measure),
    ("ptu_utilization_mean", Kind::Measure),
    ("ptu_utilization_p95", Kind::Measure),
    ("ptu_utilization_max", Kind::Measure),
    ("feasible", Kind::Words),
    ("reasons", Kind::Words),
];

/// The candidates.
pub(super) fn table(candidates: &[CandidateView]) -> Table {
    let rows = candidates.iter().map(candidate_row).collect();
    Table { name: "candidates", columns: COLUMNS.to_vec(), rows }
}

fn candidate_row(candidate: &CandidateView) -> Vec<String> {
    let measures = &candidate.measures;
    // What was not measured has no figure.
    let seen = |value: f64| maybe((!measures.given_up).then_some(value));
    let utilization = |pick: fn(&crate::report::view::UtilizationView) -> f64| {
        maybe(measures.ptu_utilization.as_ref().map(pick))
    };
    let deployments: Vec<_> = candidate
        .deployments
        .iter()
        .map(|d| match (d.capacity_ptu, &d.kind) {
            (Some(ptu), _) => format!("{}={} {ptu} PTU", d.name, d.sku),
            (None, Some(kind)) => format!("{}={} {}", d.name, d.sku, answer::kind(kind)),
            (None, None) => format!("{}={}", d.name, d.sku),
        })
        .collect();
    vec![
        candidate.rank.to_string(),
        candidate.name.clone(),
        candidate.family.clone(),
        candidate.commitment.clone(),
        candidate.total_ptu.to_string(),
        deployments.join("; "),
        candidate.monthly_cost.currency.clone(),
        candidate.expected_monthly_cost.clone(),
        candidate.monthly_cost.p10.clone(),
        candidate.monthly_cost.p50.clone(),
        candidate.monthly_cost.p90.clone(),
        candidate.monthly_cost.replications.to_string(),
        measures.offered.to_string(),
        if measures.given_up { String::new() } else { measures.failed.to_string() },
        seen(measures.saw_throttle_share),
        seen(measures.throttled_share),
        measures.spilled_share.to_string(),
        seen(measures.added_wait_ms.p50),
        seen(measures.added_wait_ms.p95),
        seen(measures.added_wait_ms.p99),
        utilization(|u| u.mean),
        utilization(|u| u.p95),
        utilization(|u| u.max),
        candidate.feasible.to_string(),
        candidate.reasons.join("; "),
    ]
}
