//! Anthropic's usage report (`/v1/organizations/usage_report/messages`) and its console's CSV:
//! totals over a minute, an hour or a day. What was read from the cache and written to it is
//! counted beside the input; calls are not counted.

use crate::workload::import::buckets::{BUCKET_ZERO, Buckets, CellKey};
use crate::workload::import::collector::{Collector, Zero};
use crate::workload::import::grain::Grain;
use crate::workload::import::number::counted;
use crate::workload::import::record::{Desk, Record, field, has, path, text, total};
use serde_json::Value;
use std::collections::BTreeSet;

/// When a total begins.
const START: [&str; 4] = ["starting_at", "usage_date_utc", "date", "usage_date"];
/// Members that are counted together.
const FRESH: [&str; 2] = ["uncached_input_tokens", "usage_input_tokens_no_cache"];
const READ: [&str; 2] = ["cache_read_input_tokens", "usage_input_tokens_cache_read"];
const OUTPUT: [&str; 2] = ["output_tokens", "usage_output_tokens"];
/// Writes to the cache, kept for five minutes or an hour: each is counted by itself.
const WRITTEN: [[&str; 3]; 2] = [
    [
        "ephemeral_5m_input_tokens",
        "cache_creation_5m_input_tokens",
        "usage_input_tokens_cache_write_5m",
    ],
    [
        "ephemeral_1h_input_tokens",
        "cache_creation_1h_input_tokens",
        "usage_input_tokens_cache_write_1h",
    ],
];

pub(crate) fn is_anthropic_usage(first: &Value) -> bool {
    let report = has(first, "starting_at") && has(first, "results");
    report || FRESH.iter().any(|name| has(first, name)) && START.iter().any(|name| has(first, name))
}

pub(crate) fn anthropic_usage(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let model = collector.bucket_model;
    let mut buckets = Buckets::default();
    let mut starts = BTreeSet::new();
    let mut batch = 0;
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        let own = std::slice::from_ref(&value);
        let results =
            field(&value, &["results"]).and_then(Value::as_array).map_or(own, Vec::as_slice);
        for result in results {
            desk.begin(line);
            let start_us = desk.time(&value, &START);
            let length_us = match field(&value, &["ending_at"]) {
                Some(_) => desk.time(&value, &["ending_at"]).saturating_sub(start_us),
                None => 0,
            };
            if !desk.is_sound() {
                continue;
            }
            starts.insert(start_us);
            let tier = text(result, &["service_tier", "usage_type"]);
            if tier.is_some_and(|tier| tier.to_ascii_lowercase().contains("batch")) {
                batch += 1;
                desk.leave("batch-call");
                continue;
            }
            add(result, (start_us, length_us), &mut buckets);
            desk.leave("gathered-into-buckets");
        }
    }
    desk.end();
    let grain = Grain::of(&starts, "starting_at");
    buckets.length_us = grain.us;
    if buckets.cells.values().any(|cell| cell.length_us == 0) {
        collector.assumed.push(grain.said());
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

/// Adds what a model used to the total that it is of.
fn add(result: &Value, (start_us, length_us): (i64, i64), buckets: &mut Buckets) {
    let name = text(result, &["model", "model_version"]).unwrap_or_default();
    let client = text(result, &["workspace_id", "workspace", "api_key_id", "api_key"]);
    let key = CellKey {
        start_us,
        deployment: name.to_string(),
        client: client.unwrap_or_default().into_owned(),
        ..CellKey::default()
    };
    let amount = |names: &[&str]| total(result, names).unwrap_or(0.0);
    let written: f64 = WRITTEN
        .iter()
        .map(|names| {
            let inside = path(result, &["cache_creation", names[0]]).and_then(Value::as_f64);
            inside.unwrap_or_else(|| amount(names))
        })
        .sum();
    // Older reports have one sum of both.
    let written = if written > 0.0 { written } else { amount(&["cache_creation_input_tokens"]) };
    let read = amount(&READ);
    let (input, output) = (amount(&FRESH) + read + written, amount(&OUTPUT));
    if input + output <= 0.0 {
        return;
    }
    let cell = buckets.cell_over(key, &name, length_us);
    cell.input += input;
    cell.output += output;
    *cell.cached.get_or_insert(0.0) += read;
}
