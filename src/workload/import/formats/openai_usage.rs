//! `OpenAI`'s usage export (`/organization/usage/completions`): totals over a minute, an hour or a day. `input_tokens` includes cached input and cache
//! writes; `input_uncached_tokens` and `input_text_tokens` do not and are not used.

use crate::workload::import::buckets::{BUCKET_ZERO, Buckets, CellKey};
use crate::workload::import::collector::{Collector, Zero};
use crate::workload::import::formats::request_log::says_batch;
use crate::workload::import::number::{counted, scaled};
use crate::workload::import::record::{Desk, Record, field, has, text, total};
use serde_json::Value;

pub(crate) fn is_openai_usage(first: &Value) -> bool {
    has(first, "num_model_requests") || (has(first, "start_time") && has(first, "results"))
}

pub(crate) fn openai_usage(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let model = collector.bucket_model;
    let mut buckets = Buckets::default();
    let mut batch = 0;
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
            let tier = text(result, &["service_tier"]);
            if text(result, &["batch"]).is_some_and(|batch| says_batch(&batch))
                || tier.is_some_and(|tier| tier.eq_ignore_ascii_case("batch"))
            {
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
    if batch > 0 {
        let rows = counted(batch, "row");
        collector
            .assumed
            .push(format!("{rows} of batch calls left out: they are no online traffic"));
    }
    buckets.spread(model, collector);
    BUCKET_ZERO
}
