//! What happened minute by minute, what each workload saw, and the values an answer leans on.

use crate::report::tables::table::{Kind, Table, maybe};
use crate::report::view::{FactView, ScenarioView, SeriesView, WorkloadView};
use jiff::{SignedDuration, Timestamp};

const SERIES: [(&str, Kind); 9] = [
    ("deployment", Kind::Words),
    ("from", Kind::Instant),
    ("step_s", Kind::Whole),
    ("unit", Kind::Words),
    ("capacity_per_minute", Kind::Measure),
    ("offered_per_minute", Kind::Measure),
    ("actual_per_minute", Kind::Measure),
    ("used_per_minute", Kind::Measure),
    ("refused_per_minute", Kind::Measure),
];

/// Loads over the simulated window, one step a row.
pub(super) fn series(scenario: &ScenarioView, series: &[SeriesView]) -> Table {
    let start = scenario.start.parse::<Timestamp>().ok();
    let mut rows = Vec::new();
    for one in series {
        for (step, offered) in one.offered_per_minute.iter().enumerate() {
            let after = SignedDuration::from_secs((step as u64 * one.step_s) as i64);
            let at = start.and_then(|start| start.checked_add(after).ok());
            rows.push(vec![
                one.deployment.clone(),
                at.map_or_else(String::new, |at| at.to_string()),
                one.step_s.to_string(),
                one.unit.clone(),
                maybe(one.capacity_per_minute),
                offered.to_string(),
                maybe(one.actual_per_minute.get(step).copied()),
                maybe(one.used_per_minute.get(step).copied()),
                maybe(one.refused_per_minute.get(step).copied()),
            ]);
        }
    }
    Table { name: "series", columns: SERIES.to_vec(), rows }
}

const WORKLOADS: [(&str, Kind); 13] = [
    ("name", Kind::Words),
    ("offered", Kind::Whole),
    ("completed", Kind::Whole),
    ("failed", Kind::Whole),
    ("retries", Kind::Whole),
    ("saw_throttle_share", Kind::Measure),
    ("throttled_share", Kind::Measure),
    ("added_wait_ms_p50", Kind::Measure),
    ("added_wait_ms_p95", Kind::Measure),
    ("added_wait_ms_p99", Kind::Measure),
    ("latency_ms_p50", Kind::Measure),
    ("latency_ms_p95", Kind::Measure),
    ("latency_ms_p99", Kind::Measure),
];

/// What the users of each workload see.
pub(super) fn workloads(workloads: &[WorkloadView]) -> Table {
    let row = |w: &WorkloadView| {
        let (wait, latency) = (&w.added_wait_ms, w.latency_ms.as_ref());
        vec![
            w.name.clone(),
            w.offered.to_string(),
            w.completed.to_string(),
            w.failed.to_string(),
            w.retries.to_string(),
            w.saw_throttle_share.to_string(),
            w.throttled_share.to_string(),
            wait.p50.to_string(),
            wait.p95.to_string(),
            wait.p99.to_string(),
            maybe(latency.map(|l| l.p50)),
            maybe(latency.map(|l| l.p95)),
            maybe(latency.map(|l| l.p99)),
        ]
    };
    Table {
        name: "workloads",
        columns: WORKLOADS.to_vec(),
        rows: workloads.iter().map(row).collect(),
    }
}

const FACTS: [(&str, Kind); 6] = [
    ("name", Kind::Words),
    ("value", Kind::Words),
    ("status", Kind::Words),
    ("effective_from", Kind::Words),
    ("source", Kind::Words),
    ("place", Kind::Words),
];

/// Assumed and dated values.
pub(super) fn facts(facts: &[FactView]) -> Table {
    let row = |f: &FactView| {
        [&f.name, &f.value, &f.status, &f.effective_from, &f.source, &f.place]
            .map(Clone::clone)
            .to_vec()
    };
    Table { name: "facts", columns: FACTS.to_vec(), rows: facts.iter().map(row).collect() }
}
