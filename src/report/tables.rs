//! The candidates as CSV. The lines of a bill are `billing::focus`'s.
//!
//! Fields that hold text from a user are made safe for spreadsheets: what would start a formula gets an apostrophe.

use crate::report::view::CandidateView;
use std::borrow::Cow;

/// Why a table could not be written.
pub type TableError = csv::Error;

const CANDIDATE_COLUMNS: [&str; 24] = [
    "rank",
    "name",
    "family",
    "commitment",
    "total_ptu",
    "deployments",
    "currency",
    "monthly_cost_p10",
    "monthly_cost_p50",
    "monthly_cost_p90",
    "replications",
    "offered",
    "failed",
    "saw_throttle_share",
    "throttled_share",
    "spilled_share",
    "added_wait_ms_p50",
    "added_wait_ms_p95",
    "added_wait_ms_p99",
    "ptu_utilization_mean",
    "ptu_utilization_p95",
    "ptu_utilization_max",
    "feasible",
    "reasons",
];

/// The candidates, one a row, in ranking order.
pub fn candidates(candidates: &[CandidateView]) -> Result<Vec<u8>, TableError> {
    write(&CANDIDATE_COLUMNS, candidates.iter().map(candidate_row))
}

fn candidate_row(candidate: &CandidateView) -> Vec<String> {
    let measures = &candidate.measures;
    let utilization = |pick: fn(&crate::report::view::UtilizationView) -> f64| {
        measures.ptu_utilization.as_ref().map_or_else(String::new, |u| pick(u).to_string())
    };
    let deployments: Vec<_> = candidate
        .deployments
        .iter()
        .map(|d| match d.capacity_ptu {
            Some(ptu) => format!("{}={} {ptu} PTU", d.name, d.sku),
            None => format!("{}={}", d.name, d.sku),
        })
        .collect();
    vec![
        candidate.rank.to_string(),
        safe(&candidate.name).into_owned(),
        safe(&candidate.family).into_owned(),
        candidate.commitment.clone(),
        candidate.total_ptu.to_string(),
        safe(&deployments.join("; ")).into_owned(),
        candidate.monthly_cost.currency.clone(),
        candidate.monthly_cost.p10.clone(),
        candidate.monthly_cost.p50.clone(),
        candidate.monthly_cost.p90.clone(),
        candidate.monthly_cost.replications.to_string(),
        measures.offered.to_string(),
        measures.failed.to_string(),
        measures.saw_throttle_share.to_string(),
        measures.throttled_share.to_string(),
        measures.spilled_share.to_string(),
        measures.added_wait_ms.p50.to_string(),
        measures.added_wait_ms.p95.to_string(),
        measures.added_wait_ms.p99.to_string(),
        utilization(|u| u.mean),
        utilization(|u| u.p95),
        utilization(|u| u.max),
        candidate.feasible.to_string(),
        safe(&candidate.reasons.join("; ")).into_owned(),
    ]
}

/// Text that no spreadsheet takes for a formula.
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n') => Cow::Owned(format!("'{text}")),
        _ => Cow::Borrowed(text),
    }
}

fn write(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, TableError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns)?;
    for row in rows {
        writer.write_record(&row)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}
