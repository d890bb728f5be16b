//! Langfuse observations, CSV or JSON. `usage_details.input` is what is left after the `input_*` parts are taken out, and `output` likewise: the
//! parts are added back. Only generations are model calls.

use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::formats::request_log::whole_output;
use crate::workload::import::number::NumberFault;
use crate::workload::import::record::{Desk, Record, count, field, has, object, text, total_at};
use serde_json::Value;

pub(crate) fn is_langfuse(first: &Value) -> bool {
    (has(first, "usage_details") || has(first, "usageDetails")) && has(first, "type")
}

pub(crate) fn langfuse(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        desk.begin(line);
        let kind = text(&value, &["type"]).unwrap_or_default();
        if !["GENERATION", "EMBEDDING"].iter().any(|call| kind.eq_ignore_ascii_case(call)) {
            desk.leave("not-a-model-call");
            continue;
        }
        let id = text(&value, &["id"]).unwrap_or_default();
        if !desk.collector.new_id(&id, (line, 0)) {
            continue;
        }
        let arrival_us = desk.time(&value, &["start_time", "startTime"]);
        let usage = object(&value, &["usage_details", "usageDetails"]);
        let mut sum = |head: &str| {
            let usage = usage.as_deref()?;
            let sum = sum_of(usage, head);
            sum.unwrap_or_else(|fault| {
                let what = format!("usage_details.{head}");
                desk.collector.bad_number(fault, &what, b"", (line, 0));
                None
            })
        };
        let (mut input, mut output) = (sum("input"), sum("output"));
        let beside = sum("cache_read_input_tokens").unwrap_or(0)
            + sum("cache_creation_input_tokens").unwrap_or(0);
        let reasoning = sum("reasoning_tokens").or(sum("reasoning"));
        if let Some(found) = usage.as_deref().and_then(|usage| inside(usage, (input, output))) {
            (input, output) = found;
        }
        output = whole_output(output, reasoning);
        let input = input.map(|input| whole_input(input, output, beside, usage.as_deref()));
        let cached = usage.as_deref().and_then(|usage| {
            field(usage, &["input_cached_tokens", "input_cache_read", "cache_read_input_tokens"])
        });
        let cached = desk.tokens(cached, "input_cached_tokens");
        let parameters = object(&value, &["model_parameters", "modelParameters"]);
        let limit = parameters.as_deref().and_then(|parameters| {
            field(parameters, &["max_completion_tokens", "max_output_tokens", "max_tokens"])
        });
        let limit = desk.tokens(limit, "max_tokens");
        if !desk.is_sound() {
            continue;
        }
        let row = Row {
            arrival_us,
            input_tokens: input.unwrap_or(0),
            cached_input_tokens: cached,
            output_tokens: output.unwrap_or(0),
            max_output_tokens: limit,
        };
        let model = text(&value, &["provided_model_name", "providedModelName", "model"])
            .unwrap_or_default();
        let facts = Facts {
            client: &text(&value, &["user_id", "userId", "environment"]).unwrap_or_default(),
            session: &text(&value, &["session_id", "sessionId", "trace_id", "traceId"])
                .unwrap_or_default(),
            deployment: "",
            model: &model,
            status: status_of_observation(&value),
        };
        desk.collector.push_call(row, input.is_some_and(|tokens| tokens > 0), facts, (line, 0));
    }
    desk.end();
    Zero::FirstArrival
}

fn status_of_observation(value: &Value) -> u16 {
    let failed = text(value, &["level"]).is_some_and(|level| level == "ERROR");
    let said = text(value, &["status_message", "statusMessage"]).unwrap_or_default();
    if !failed {
        200
    } else if said.contains("429") {
        429
    } else {
        500
    }
}

/// The input with what was read from the cache and written to it: Anthropic counts these beside its
/// input, and the usage's own total tells whether this one does.
fn whole_input(input: u32, output: Option<u32>, beside: u32, usage: Option<&Value>) -> u32 {
    let stated = usage.and_then(|usage| total_at(usage, "total"));
    let sum = f64::from(input) + f64::from(output.unwrap_or(0));
    let inside = stated.is_some_and(|stated| (stated - sum).abs() < 0.5);
    if inside { input } else { input.saturating_add(beside) }
}

/// Input and output where the usage's own total says that `input_…` or `output_…` parts are in
/// them already; none where it says nothing of the kind.
fn inside(usage: &Value, sums: (Option<u32>, Option<u32>)) -> Option<(Option<u32>, Option<u32>)> {
    let total = total_at(usage, "total")?;
    let plain = |name: &str| field(usage, &[name]).and_then(|value| count(value).ok());
    let bare = (plain("input"), plain("output"));
    let candidates = [sums, (bare.0, sums.1), (sums.0, bare.1), bare];
    let fits = |(input, output): &(Option<u32>, Option<u32>)| {
        let sum = f64::from(input.unwrap_or(0)) + f64::from(output.unwrap_or(0));
        (sum - total).abs() < 0.5
    };
    candidates.into_iter().find(fits)
}

/// `head` plus every `head_…` part; none when the source states none of them.
fn sum_of(usage: &Value, head: &str) -> Result<Option<u32>, NumberFault> {
    let Some(map) = usage.as_object() else { return Ok(None) };
    let part = |name: &str| {
        name == head || name.strip_prefix(head).is_some_and(|rest| rest.starts_with('_'))
    };
    let mut sum = None;
    for (_, value) in map.iter().filter(|(name, value)| part(name) && !value.is_null()) {
        sum = Some(sum.unwrap_or(0) + count(value)?);
    }
    Ok(sum)
}
