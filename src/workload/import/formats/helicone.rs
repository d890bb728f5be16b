//! Helicone requests, CSV or JSON. Whether prompt tokens include cache reads depends on how the provider was mapped: the row's own total tells.

use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::record::{Desk, Record, field, has, object, text};
use serde_json::Value;

pub(crate) fn is_helicone(first: &Value) -> bool {
    has(first, "request_created_at") && has(first, "prompt_tokens")
}

pub(crate) fn helicone(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let mut desk = Desk::new(collector);
    let mut undecided: u64 = 0;
    for Record { line, value } in records {
        desk.begin(line);
        let id = text(&value, &["request_id"]).unwrap_or_default();
        if !desk.collector.new_id(&id, (line, 0)) {
            continue;
        }
        let status = text(&value, &["response_status"]).and_then(|text| text.parse::<i32>().ok());
        if status.is_some_and(|status| status < 0) {
            desk.leave("never-sent");
            continue;
        }
        let arrival_us = desk.time(&value, &["request_created_at"]);
        let mut tokens = |name: &str| desk.tokens(field(&value, &[name]), name);
        let (prompt, output) = (tokens("prompt_tokens"), tokens("completion_tokens"));
        let (read, written) =
            (tokens("prompt_cache_read_tokens"), tokens("prompt_cache_write_tokens"));
        let total = tokens("total_tokens");
        let body = object(&value, &["request_body"]);
        let limit = body.as_deref().and_then(|body| {
            field(body, &["max_completion_tokens", "max_output_tokens", "max_tokens"])
        });
        let limit = desk.tokens(limit, "max_tokens");
        if !desk.is_sound() {
            continue;
        }
        let (base, made) = (prompt.unwrap_or(0), output.unwrap_or(0));
        let apart = read.unwrap_or(0) + written.unwrap_or(0);
        let excluded = match total {
            Some(total) => apart > 0 && total == base + made + apart,
            // Cache reads above the prompt cannot be part of it.
            None => read.unwrap_or(0) > base,
        };
        undecided += u64::from(total.is_none() && apart > 0 && !excluded);
        let row = Row {
            arrival_us,
            input_tokens: if excluded { base + apart } else { base },
            cached_input_tokens: read,
            output_tokens: made,
            max_output_tokens: limit,
        };
        let facts = Facts {
            client: &text(&value, &["request_user_id"]).unwrap_or_default(),
            session: "",
            deployment: &text(&value, &["target_url"])
                .map_or_else(String::new, |url| deployment_of(&url)),
            model: &text(&value, &["response_model", "request_model", "model"]).unwrap_or_default(),
            // What is no status is none stated.
            status: status.and_then(|status| u16::try_from(status).ok()).unwrap_or(0),
        };
        desk.collector.push_call(row, prompt.is_some_and(|tokens| tokens > 0), facts, (line, 0));
    }
    if undecided > 0 {
        desk.collector.assumed.push(format!(
            "prompt tokens of {undecided} rows without a total are taken to include cache reads"
        ));
    }
    desk.end();
    Zero::FirstArrival
}

/// The deployment in a URL: the segment after `/deployments/`; empty when there is none.
pub(crate) fn deployment_of(url: &str) -> String {
    let tail = url.split_once("/deployments/").map_or("", |(_, tail)| tail);
    tail.split(['/', '?']).next().unwrap_or_default().to_owned()
}
