//! What users and operators see: load over time, weekday and hour, waits.

use crate::report::page::blocks::{
    Block, Chart, Heat, HeatCell, HeatRow, figures, row, table, words,
};
use crate::report::text::recommendation::day;
use crate::report::view::outlook::HeatMapView;
use crate::report::view::{PercentilesView, ScenarioView, SeriesView, WorkloadView};
use crate::report::words::letters::capital;
use crate::report::words::numbers;
use serde_json::{Value, json};

/// What the lines of load charts are, said once.
pub(super) const LOAD: &str = "A call takes its input and its output limit when it arrives; what it does not use is returned at its end. So the offered load may exceed the capacity while few calls are throttled. Used in the end is what the arriving calls take when all are served.";

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Load and utilization of every deployment.
pub(super) fn series(series: &[SeriesView], scenario: &ScenarioView) -> Vec<Block> {
    let since = format!("time since {}, {}", day(&scenario.start), scenario.zone);
    let mut blocks = Vec::new();
    for (index, one) in series.iter().filter(|s| s.offered_per_minute.len() > 1).enumerate() {
        blocks.push(Block::Chart(load(one, index, &since)));
        if let Some(capacity) = one.capacity_per_minute.filter(|c| *c > 0.0) {
            blocks.push(Block::Chart(utilization(one, index, &since, capacity)));
        }
    }
    blocks
}

fn load(series: &SeriesView, index: usize, since: &str) -> Chart {
    let columns = vec![
        words("From"),
        figures("Offered, mean"),
        figures("Offered, most"),
        figures("Used in the end, mean"),
        figures("Served, mean"),
        figures("Throttled or spilled, a minute"),
    ];
    let rows = parts(series).into_iter().map(|part| {
        row(vec![
            part.label,
            numbers::number(mean(&series.offered_per_minute[part.from..part.until])),
            numbers::number(most(&series.offered_per_minute[part.from..part.until])),
            series
                .actual_per_minute
                .get(part.from..part.until)
                .map_or_else(|| "–".to_owned(), |actual| numbers::number(mean(actual))),
            numbers::number(mean(&series.used_per_minute[part.from..part.until])),
            numbers::number(mean(&series.refused_per_minute[part.from..part.until])),
        ])
    });
    let level = series.capacity_per_minute.map_or_else(
        || "Unlimited.".to_owned(),
        |c| format!("Capacity or limit: {} a minute.", numbers::number(c)),
    );
    Chart {
        id: format!("load-{index}"),
        title: format!("Offered load against capacity: {}", series.deployment),
        note: format!("{} a minute. {level}", capital(&series.unit)),
        tall: true,
        zoom: true,
        table: table(
            &format!("{} a minute, by stretch of the window", capital(&series.unit)),
            columns,
            rows,
            "the JSON file",
        ),
        data: json!({
            "kind": "load",
            "step": series.step_s,
            "axis": since,
            "unit": format!("{} / min", series.unit),
            "capacity": series.capacity_per_minute.map(f64::round),
            "offered": whole(&series.offered_per_minute),
            "actual": whole(&series.actual_per_minute),
            "used": whole(&series.used_per_minute),
            "refused": whole(&series.refused_per_minute),
        }),
    }
}

fn utilization(series: &SeriesView, index: usize, since: &str, capacity: f64) -> Chart {
    let shares: Vec<_> = series.used_per_minute.iter().map(|used| used / capacity).collect();
    let columns = vec![words("From"), figures("Mean"), figures("Most")];
    let rows = parts(series).into_iter().map(|part| {
        let shares = &shares[part.from..part.until.min(shares.len())];
        row(vec![part.label, numbers::share(mean(shares)), numbers::share(most(shares))])
    });
    Chart {
        id: format!("utilization-{index}"),
        title: format!("Utilization: {}", series.deployment),
        note: format!(
            "Served load as a share of capacity: mean {}, busiest minute {}.",
            numbers::share(mean(&shares)),
            numbers::share(most(&shares))
        ),
        tall: false,
        zoom: true,
        table: table("Utilization by stretch of the window", columns, rows, "the JSON file"),
        data: json!({
            "kind": "utilization",
            "step": series.step_s,
            "axis": since,
            "shares": shares.iter().map(|s| (s * 1000.0).round() / 10.0).collect::<Vec<_>>(),
        }),
    }
}

/// A stretch of a series.
struct SeriesPart {
    label: String,
    from: usize,
    until: usize,
}

/// Stretches of an hour, or of more when the window is long: at most 48.
fn parts(series: &SeriesView) -> Vec<SeriesPart> {
    let points = series
        .offered_per_minute
        .len()
        .min(series.used_per_minute.len())
        .min(series.refused_per_minute.len());
    let step = series.step_s.max(1);
    let window_s = step as f64 * points as f64;
    let hour = (3_600 / step).max(1) as usize;
    let size = hour * points.div_ceil(hour * 48).max(1);
    (0..points)
        .step_by(size)
        .map(|from| SeriesPart {
            label: numbers::elapsed(from as f64 * step as f64, window_s),
            from,
            until: (from + size).min(points),
        })
        .collect()
}

/// Heat maps with seven rows.
pub(super) fn heat_maps(maps: &[HeatMapView]) -> Vec<Block> {
    maps.iter().filter(|map| map.shares.len() == DAYS.len()).map(heat_map).collect()
}

fn heat_map(map: &HeatMapView) -> Block {
    let shares = || map.shares.iter().flatten().flatten().copied();
    let highest = shares().fold(0.0, f64::max);
    let full = if highest > 0.25 { 1.0 } else { highest.max(1e-9) };
    let rows = map
        .shares
        .iter()
        .zip(DAYS)
        .filter(|(row, _)| row.iter().any(Option::is_some))
        .map(|(row, day)| HeatRow {
            day,
            cells: row.iter().map(|share| heat_cell(*share, full)).collect(),
        })
        .collect();
    let about = if map.subject.is_empty() { String::new() } else { format!(": {}", map.subject) };
    Block::Heat(Heat {
        title: format!("{} by weekday and hour{about}", capital(&map.measure)),
        note: format!("Percent; the darkest cell stands for {}.", numbers::share(full)),
        hours: (0..24).map(|hour| format!("{hour:02}")).collect(),
        rows,
    })
}

fn heat_cell(share: Option<f64>, full: f64) -> HeatCell {
    let Some(share) = share else {
        return HeatCell { heat: 0, text: "–".to_owned(), missing: true };
    };
    let percent = share * 100.0;
    let text = if percent == 0.0 || percent >= 9.95 {
        format!("{percent:.0}")
    } else {
        format!("{percent:.1}")
    };
    HeatCell { heat: shade(share / full), text, missing: false }
}

/// How much of the strong colour a cell has, in percent. The middle of the scale is left out: neither dark nor light text
/// can be read there.
fn shade(part: f64) -> u32 {
    let part = part.clamp(0.0, 1.0);
    let percent = if part <= 0.5 { part * 80.0 } else { 76.0 + (part - 0.5) * 48.0 };
    percent.round() as u32
}

/// Waits and latencies of the workloads.
pub(super) fn workloads(workloads: &[WorkloadView]) -> Option<Block> {
    if workloads.is_empty() {
        return None;
    }
    let columns = vec![
        words("Workload"),
        figures("Calls"),
        figures("Failed"),
        figures("Retries"),
        figures("Throttled"),
        figures("Wait p50"),
        figures("Wait p95"),
        figures("Wait p99"),
        figures("Latency p50"),
        figures("Latency p95"),
        figures("Latency p99"),
    ];
    let rows = workloads.iter().map(|w| {
        row(vec![
            w.name.clone(),
            numbers::count(w.offered),
            numbers::count(w.failed),
            numbers::count(w.retries),
            numbers::share(w.saw_throttle_share),
            numbers::wait(w.added_wait_ms.p50),
            numbers::wait(w.added_wait_ms.p95),
            numbers::wait(w.added_wait_ms.p99),
            latency(w, |times| times.p50),
            latency(w, |times| times.p95),
            latency(w, |times| times.p99),
        ])
    });
    Some(Block::Chart(Chart {
        id: "waits".to_owned(),
        title: "Queueing delay and latency".to_owned(),
        note: "Wait runs from a call's arrival to its admission, retries included; latency runs to its completion. Each at the median, p95 and p99.".to_owned(),
        tall: false,
        zoom: false,
        table: table("Waits and latencies by workload", columns, rows, "the JSON file"),
        data: json!({
            "kind": "waits",
            "names": workloads.iter().map(|w| &w.name).collect::<Vec<_>>(),
            "wait": workloads.iter().map(|w| percentiles(&w.added_wait_ms)).collect::<Vec<_>>(),
            "latency": workloads.iter().map(|w| w.latency_ms.as_ref().map(percentiles)).collect::<Vec<_>>(),
        }),
    }))
}

/// A percentile of the latency, a dash where the simulation did not keep it.
fn latency(workload: &WorkloadView, percentile: fn(&PercentilesView) -> f64) -> String {
    workload.latency_ms.as_ref().map_or_else(|| "–".to_owned(), |l| numbers::wait(percentile(l)))
}

fn percentiles(times: &PercentilesView) -> Value {
    json!([times.p50 / 1000.0, times.p95 / 1000.0, times.p99 / 1000.0])
}

fn whole(values: &[f64]) -> Vec<i64> {
    values.iter().map(|value| value.round() as i64).collect()
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}
