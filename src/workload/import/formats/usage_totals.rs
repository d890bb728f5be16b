//! Totals of no vendor, and `LiteLLM`'s daily tables: calls and tokens by minute, hour or day, a row a total.

use crate::units::diagnostic::Diagnostic;
use crate::workload::import::buckets::{Buckets, CellKey};
use crate::workload::import::collector::{Collector, Zero};
use crate::workload::import::formats::request_log::{arrival, cell, is_batch, zero};
use crate::workload::import::names::Names;
use crate::workload::import::number::counted;
use crate::workload::import::record::{Desk, Record, field, has, text, total_at};
use crate::workload::import::shape::span;
use crate::workload::import::spec::ArrivalUnit;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const DAY_US: i64 = 86_400_000_000;

/// Reads one total a record. Their sums are kept; when the calls came within a total, and how long each was, is made up.
pub(crate) fn usage_totals(
    records: Vec<Record>,
    names: &Names,
    unit: ArrivalUnit,
    collector: &mut Collector,
) -> Zero {
    let model = collector.bucket_model;
    let mut buckets = Buckets::default();
    let (mut failed, mut batch) = (0.0, 0);
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        desk.begin(line);
        if is_batch(&value, names) {
            batch += 1;
            desk.leave("batch-call");
            continue;
        }
        let start_us = arrival(&value, names, unit, &mut desk);
        let mut amount = |name: Option<&String>| {
            let name = name?;
            let amount = total_at(&value, name)?;
            if amount < 0.0 {
                let message = format!("negative total: {name} is {amount}");
                desk.refuse("negative-number", message, "a count is 0 or more");
            }
            Some(amount)
        };
        let requests = amount(names.requests.as_ref());
        let (input, output) = (amount(names.input.as_ref()), amount(names.output.as_ref()));
        let cached = amount(names.cached.as_ref());
        failed += amount(names.failed.as_ref()).unwrap_or(0.0);
        if !desk.is_sound() {
            continue;
        }
        let [client, deployment, model] = [&names.client, &names.deployment, &names.model]
            .map(|name| cell(&value, name.as_ref()).into_owned());
        let deployment =
            deployment.strip_prefix("azure/").map_or(deployment.clone(), str::to_owned);
        let key = CellKey { start_us, deployment, client, model: model.clone() };
        let cell = buckets.cell_of(key, &model);
        if let Some(requests) = requests {
            *cell.totals.requests.get_or_insert(0.0) += requests;
        }
        cell.totals.input += input.unwrap_or(0.0);
        cell.totals.output += output.unwrap_or(0.0);
        if let Some(cached) = cached {
            *cell.totals.cached.get_or_insert(0.0) += cached;
        }
        desk.leave("gathered-into-buckets");
    }
    buckets.length_us = grain(&buckets);
    if let Some(step) = odd_step(&buckets) {
        let found = of_no_known_length(step, &names.arrival);
        let place = desk.collector.faults.place(0, 0);
        desk.collector.warnings.push(found.at(place));
    }
    let assumed = &mut desk.collector.assumed;
    assumed.push(format!("each row is taken for the total of {}", span(buckets.length_us)));
    if failed > 0.0 {
        assumed.push(format!(
            "{} failed at the source for reasons it does not state: kept as demand, the tokens of a total spread over all its calls",
            counted(failed.round() as u64, "call")
        ));
    }
    if batch > 0 {
        assumed
            .push(format!("{} left out: batch calls are no online traffic", counted(batch, "row")));
    }
    desk.end();
    buckets.cells.retain(|_, cell| {
        let totals = &cell.totals;
        totals.requests.unwrap_or(0.0) + totals.input + totals.output > 0.0
    });
    buckets.spread(model, collector);
    zero(unit)
}

/// The length of a total: the smallest step between times, and a day where there is one time only or all are midnights.
fn grain(buckets: &Buckets) -> i64 {
    let starts: BTreeSet<i64> = buckets.cells.keys().map(|key| key.start_us).collect();
    let steps = starts.iter().zip(starts.iter().skip(1)).map(|(a, b)| b - a);
    if starts.iter().all(|at| at.rem_euclid(DAY_US) == 0) {
        // Days may be missing; totals that are never nearer than a week are a week's or a month's.
        return steps.min().filter(|step| *step >= 7 * DAY_US).unwrap_or(DAY_US);
    }
    let usual = [60, 300, 600, 900, 1_800, 3_600, 21_600, 43_200].map(|s| s * 1_000_000_i64);
    let smallest = steps.min().unwrap_or(3_600_000_000);
    // A gap of several totals is none of their lengths.
    let aligned =
        |grain: &&i64| **grain <= smallest && starts.iter().all(|at| at.rem_euclid(**grain) == 0);
    usual.iter().rev().find(aligned).copied().unwrap_or(smallest)
}

/// The smallest distance of times that are no steps of one length.
fn odd_step(buckets: &Buckets) -> Option<i64> {
    let starts: BTreeSet<i64> = buckets.cells.keys().map(|key| key.start_us).collect();
    let steps = || starts.iter().zip(starts.iter().skip(1)).map(|(a, b)| b - a);
    let step = buckets.length_us;
    let smallest = steps().min()?;
    let whole = steps().all(|gap| gap % step == 0) && step % 60_000_000 == 0;
    (!whole).then_some(smallest)
}

fn of_no_known_length(step_us: i64, column: &str) -> Diagnostic {
    let message = format!(
        "totals of no known length: the times of {column} are no steps of minutes, hours or \
            days; each row is taken for the total of the {} s between the nearest two",
        step_us / 1_000_000
    );
    Diagnostic::warning("totals-of-no-known-length", message).hint(
        "if another column has the day or the hour of each total, name it: --columns \
            arrival=COLUMN,requests=COLUMN,…",
    )
}

/// The answer of `/user/daily/activity` and its siblings: a day's metrics, and what they are made of.
pub(crate) fn is_litellm_activity(first: &Value) -> bool {
    has(first, "metrics")
        && has(first, "date")
        && field(first, &["metrics"]).is_some_and(|metrics| has(metrics, "api_requests"))
}

/// A day's metrics by model, where its models make up the whole day, and as one otherwise.
pub(crate) fn litellm_activity(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let mut rows = Vec::with_capacity(records.len());
    for Record { line, value } in records {
        let date = text(&value, &["date"]).unwrap_or_default().into_owned();
        let metrics = field(&value, &["metrics"]).cloned().unwrap_or_default();
        let models = field(&value, &["breakdown"]).and_then(|all| field(all, &["models"]));
        let models: Vec<(String, Value)> = models
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, of)| (name.clone(), field(of, &["metrics"]).unwrap_or(of).clone()))
            .collect();
        let sum = |name: &str| -> f64 {
            models.iter().filter_map(|(_, metrics)| total_at(metrics, name)).sum()
        };
        let whole = ["api_requests", "prompt_tokens", "completion_tokens"]
            .iter()
            .all(|name| (sum(name) - total_at(&metrics, name).unwrap_or(0.0)).abs() < 0.5);
        let parts =
            if whole && !models.is_empty() { models } else { vec![(String::new(), metrics)] };
        for (model, metrics) in parts {
            let Value::Object(mut row) = metrics else { continue };
            row.insert("date".into(), json!(date));
            row.insert("model".into(), json!(model));
            rows.push(Record { line, value: Value::Object(row) });
        }
    }
    let names = Names {
        arrival: "date".into(),
        input: Some("prompt_tokens".into()),
        output: Some("completion_tokens".into()),
        cached: Some("cache_read_input_tokens".into()),
        requests: Some("api_requests".into()),
        failed: Some("failed_requests".into()),
        deployment: Some("model".into()),
        model: Some("model".into()),
        ..Names::default()
    };
    usage_totals(rows, &names, ArrivalUnit::Timestamp, collector)
}
