//! `OpenAI`'s usage export (`/organization/usage/completions`): totals over a minute, an hour or a day. `input_tokens` includes cached input and cache
//! writes; `input_uncached_tokens` and `input_text_tokens` do not and are not used.

use crate::workload::import::buckets::{BUCKET_ZERO, Buckets, CellKey};
use crate::workload::import::collector::{Collector, Zero};
use crate::workload::import::formats::request_log::says_batch;
use crate::workload::import::grain::Grain;
use crate::workload::import::number::{counted, scaled};
use crate::workload::import::record::{Desk, Record, field, has, text, total};
use serde_json::Value;
use std::collections::BTreeSet;

pub(crate) fn is_openai_usage(first: &Value) -> bool {
    has(first, "num_model_requests") || (has(first, "start_time") && has(first, "results"))
}

pub(crate) fn openai_usage(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let model = collector.bucket_model;
    let mut buckets = Buckets::default();
    let (mut batch, mut nothing) = (0, 0);
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        let start = total(&value, &["start_time"]);
        let end = total(&value, &["end_time"]);
        let own = std::slice::from_ref(&value);
        let results =
            field(&value, &["results"]).and_then(Value::as_array).map_or(own, Vec::as_slice);
        for result in results {
            desk.begin(line);
            let Some(start) = start else {
                desk.refuse(
                    "missing-value",
                    "missing value: start_time".into(),
                    "a bucket needs its time",
                );
                continue;
            };
            if is_batch(result) {
                batch += 1;
                desk.leave("batch-call");
                continue;
            }
            let us = |seconds: f64| scaled(seconds.to_string().as_bytes(), 1_000_000).ok();
            let (Some(start_us), Some(end_us)) = (us(start), us(end.unwrap_or(start))) else {
                let message = format!("not a time: {start} to {}", end.unwrap_or(start));
                desk.refuse("not-a-time", message, "write seconds since 1970");
                continue;
            };
            if end.is_some() {
                buckets.length_us = end_us.saturating_sub(start_us).max(1);
            }
            if !is_used(result) {
                nothing += 1;
                desk.leave("no-usage");
                continue;
            }
            let name = text(result, &["model"]).unwrap_or_default();
            let length_us = end_us.saturating_sub(start_us);
            let key = CellKey { start_us, deployment: name.to_string(), ..CellKey::default() };
            let cell = buckets.cell_over(key, &name, length_us);
            let amount = |name: &str| total(result, &[name]);
            *cell.requests.get_or_insert(0.0) += amount("num_model_requests").unwrap_or(0.0);
            cell.input += amount("input_tokens").unwrap_or(0.0);
            cell.output += amount("output_tokens").unwrap_or(0.0);
            if let Some(cached) = amount("input_cached_tokens") {
                *cell.cached.get_or_insert(0.0) += cached;
            }
            desk.leave("gathered-into-buckets");
        }
    }
    if buckets.length_us == 0 && !buckets.cells.is_empty() {
        let starts: BTreeSet<i64> = buckets.cells.keys().map(|key| key.start_us).collect();
        let grain = Grain::of(&starts, "start_time");
        buckets.length_us = grain.us;
        collector.assumed.push(grain.said());
    }
    say(batch, nothing, collector);
    buckets.spread(model, collector);
    BUCKET_ZERO
}

fn say(batch: u64, nothing: u64, collector: &mut Collector) {
    if batch > 0 {
        let rows = counted(batch, "row");
        let said = format!("{rows} of batch calls left out: they are no online traffic");
        collector.assumed.push(said);
    }
    if nothing > 0 {
        let rows = counted(nothing, "row");
        let said = format!("{rows} of no calls and no tokens left out: they are no requests");
        collector.assumed.push(said);
    }
}

/// Whether a result counts anything.
fn is_used(result: &Value) -> bool {
    ["num_model_requests", "input_tokens", "output_tokens"]
        .iter()
        .any(|name| total(result, &[name]).is_some_and(|amount| amount > 0.0))
}

fn is_batch(result: &Value) -> bool {
    let tier = text(result, &["service_tier"]);
    text(result, &["batch"]).is_some_and(|batch| says_batch(&batch))
        || tier.is_some_and(|tier| tier.eq_ignore_ascii_case("batch"))
}
