//! The output and error files of batches, of `OpenAI` and Azure: an answer a line, with the
//! caller's own id. They are calls that may wait, and no online traffic; when each was made the
//! file does not say, only when it was answered.

use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::formats::request_log::whole_output;
use crate::workload::import::number::{counted, scaled};
use crate::workload::import::record::{Desk, Record, field, has, path, status, text};
use serde_json::Value;

pub(crate) fn is_batch_output(first: &Value) -> bool {
    has(first, "custom_id") && has(first, "response")
}

pub(crate) fn batch_output(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let mut desk = Desk::new(collector);
    let (mut calls, mut failed) = (0, 0);
    for Record { line, value } in records {
        desk.begin(line);
        let id = text(&value, &["id", "custom_id"]).unwrap_or_default();
        if !desk.collector.new_id(&id, (line, 0)) {
            continue;
        }
        match read_answer(&value, line, &mut desk) {
            BatchAnswer::Failed => failed += 1,
            BatchAnswer::Taken => calls += 1,
            BatchAnswer::Refused => {}
        }
    }
    let assumed = &mut desk.collector.assumed;
    if calls > 0 {
        assumed.push(format!(
            "{} of a batch, at the time of their answers: they may wait and are no online \
            traffic; give them to a workload with calls = {{ batch = {{ within = \"24 h\" }} }}",
            counted(calls, "call")
        ));
    }
    if failed > 0 {
        assumed.push(format!(
            "{} of the batch failed or expired and left out: they state no tokens",
            counted(failed, "call")
        ));
    }
    desk.end();
    Zero::FirstArrival
}

enum BatchAnswer {
    Taken,
    Failed,
    Refused,
}

fn read_answer(value: &Value, line: u64, desk: &mut Desk<'_>) -> BatchAnswer {
    let response = field(value, &["response"]);
    let code = response.map_or(0, |response| status(response, &["status_code"]));
    let body = response.and_then(|response| field(response, &["body"]));
    let usage = body.and_then(|body| field(body, &["usage"]));
    let (Some(body), Some(usage), 0..400) = (body, usage, code) else {
        desk.leave("failed-batch-call");
        return BatchAnswer::Failed;
    };
    let created = text(body, &["created", "created_at"]);
    let arrival_us = created.and_then(|text| scaled(text.as_bytes(), 1_000_000).ok());
    let Some(arrival_us) = arrival_us.filter(|us| *us > 0) else {
        let message = "missing value: response.body.created".to_owned();
        desk.refuse("missing-value", message, "an answer has its time, in seconds since 1970");
        return BatchAnswer::Refused;
    };
    let mut tokens = |names: &[&str]| desk.tokens(field(usage, names), names[0]);
    let input = tokens(&["prompt_tokens", "input_tokens"]);
    let output = tokens(&["completion_tokens", "output_tokens"]);
    let details = |names: [&'static str; 2], part: &'static str| {
        names.iter().find_map(|name| path(usage, &[name, part]))
    };
    let cached = details(["prompt_tokens_details", "input_tokens_details"], "cached_tokens");
    let cached = desk.tokens(cached, "cached_tokens");
    let reasoning =
        details(["completion_tokens_details", "output_tokens_details"], "reasoning_tokens");
    let output = whole_output(output, desk.tokens(reasoning, "reasoning_tokens"));
    if !desk.is_sound() {
        return BatchAnswer::Refused;
    }
    let row = Row {
        arrival_us,
        input_tokens: input.unwrap_or(0),
        cached_input_tokens: cached,
        output_tokens: output.unwrap_or(0),
        max_output_tokens: None,
    };
    let model = text(body, &["model"]).unwrap_or_default();
    let facts = Facts { model: &model, status: code, ..Facts::default() };
    desk.collector.push_call(row, input.is_some(), facts, (line, 0));
    BatchAnswer::Taken
}
