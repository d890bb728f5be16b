//! Results as CSV: `candidates.csv`, and `line_items.csv` under FOCUS column names.
//!
//! Fields that hold text from a user are made safe for spreadsheets: what would start a formula gets an apostrophe.

use crate::report::view::{BillView, CandidateView, LineItemView, ScenarioView};
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

/// Columns of `line_items.csv`: FOCUS names, then ours with the prefix FOCUS reserves for additions.
const LINE_ITEM_COLUMNS: [&str; 26] = [
    "BillingPeriodStart",
    "BillingPeriodEnd",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "ChargeCategory",
    "ChargeDescription",
    "ServiceCategory",
    "ServiceName",
    "ProviderName",
    "RegionId",
    "ResourceName",
    "SkuMeter",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ListUnitPrice",
    "ListCost",
    "BilledCost",
    "EffectiveCost",
    "BillingCurrency",
    "CommitmentDiscountCategory",
    "CommitmentDiscountType",
    "CommitmentDiscountStatus",
    "x_Workload",
    "x_Line",
    "x_PriceSource",
];

/// The lines of a bill, amounts exact.
pub fn line_items(scenario: &ScenarioView, bill: &BillView) -> Result<Vec<u8>, TableError> {
    write(&LINE_ITEM_COLUMNS, bill.line_items.iter().map(|l| line_item_row(scenario, bill, l)))
}

fn line_item_row(scenario: &ScenarioView, bill: &BillView, line: &LineItemView) -> Vec<String> {
    let committed = !line.commitment_status.is_empty() || line.charge_category == "Purchase";
    let when_committed = |text: &str| if committed { text.to_owned() } else { String::new() };
    vec![
        utc(&scenario.start),
        utc(&scenario.until),
        utc(&line.charge_period_start),
        utc(&line.charge_period_end),
        line.charge_category.clone(),
        safe(&format!("{} · {}", line.resource, line.meter)).into_owned(),
        "AI and Machine Learning".to_owned(),
        "Microsoft Foundry Models".to_owned(),
        "Microsoft".to_owned(),
        safe(&scenario.region).into_owned(),
        safe(&line.resource).into_owned(),
        safe(&line.meter).into_owned(),
        if committed { "Committed" } else { "Standard" }.to_owned(),
        line.pricing_quantity.clone(),
        line.pricing_unit.clone(),
        line.list_unit_price.clone(),
        line.list_cost.clone(),
        line.billed_cost.clone(),
        line.effective_cost.clone(),
        bill.currency.clone(),
        when_committed("Usage"),
        when_committed("Reservation"),
        line.commitment_status.clone(),
        safe(&line.workload).into_owned(),
        line.line.to_string(),
        safe(&line.source).into_owned(),
    ]
}

/// An instant in UTC, as FOCUS asks; text that is none stays.
fn utc(instant: &str) -> String {
    instant.parse::<jiff::Timestamp>().map_or_else(|_| instant.to_owned(), |at| at.to_string())
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
