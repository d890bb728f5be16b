//! What load generators keep of the calls they made: vLLM's `bench serve --save-result
//! --save-detailed`, guidellm's `benchmarks.json` and the `profile_export.jsonl` of `AIPerf`.
//! Their times count from a start of their own or from 1970.

use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::digits::digits_us;
use crate::workload::import::formats::request_log::cell;
use crate::workload::import::number::scaled;
use crate::workload::import::record::{Desk, Record, field, has, path, plain_text, text};
use serde_json::Value;

/// Unix times from 2000-01-01 on are instants.
const UNIX_2000_US: i64 = 946_684_800_000_000;

pub(crate) fn is_vllm(first: &Value) -> bool {
    has(first, "input_lens") && has(first, "output_lens")
}

/// One list a column: the calls are made of the entries at one place of each.
pub(crate) fn vllm(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let mut all: Vec<(i64, Row, String)> = Vec::new();
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        let list = |name: &str| {
            field(&value, &[name]).and_then(Value::as_array).map_or(&[][..], Vec::as_slice)
        };
        let (inputs, outputs, starts) =
            (list("input_lens"), list("output_lens"), list("start_times"));
        let errors = list("errors");
        let model = text(&value, &["model_id", "model"]).unwrap_or_default().into_owned();
        for (at, input) in inputs.iter().enumerate() {
            desk.begin(line);
            let Some(start) = starts.get(at) else {
                desk.refuse(
                    "missing-value",
                    format!("missing value: start_times of call {}", at + 1),
                    "run the benchmark again with --save-detailed: without start times the calls have no order",
                );
                continue;
            };
            if errors.get(at).and_then(Value::as_str).is_some_and(|said| !said.is_empty()) {
                desk.leave("failed-in-the-benchmark");
                continue;
            }
            let input = desk.tokens(Some(input), "input_lens");
            let output = desk.tokens(outputs.get(at), "output_lens");
            let Ok(at_us) = scaled(start.to_string().as_bytes(), 1_000_000) else {
                desk.refuse(
                    "not-a-time",
                    format!("not a time: start_times is {start}"),
                    "write seconds",
                );
                continue;
            };
            if desk.is_sound() {
                let row = Row {
                    input_tokens: input.unwrap_or(0),
                    output_tokens: output.unwrap_or(0),
                    ..Row::default()
                };
                all.push((at_us, row, model.clone()));
            }
        }
    }
    // The clock of the benchmark's machine: only differences mean something.
    all.sort_by_key(|(at_us, ..)| *at_us);
    let first = all.first().map_or(0, |(at_us, ..)| *at_us);
    let base = if first >= UNIX_2000_US { 0 } else { first };
    for (at_us, row, model) in all {
        let row = Row { arrival_us: at_us - base, ..row };
        let facts = Facts { model: &model, ..Facts::default() };
        desk.collector.push_call_from(row, true, facts, Zero::Source { unit: "s" }, (0, 0));
    }
    Zero::Source { unit: "s" }
}

pub(crate) fn is_aiperf(first: &Value) -> bool {
    path(first, &["metadata", "request_start_ns"]).is_some() && has(first, "metrics")
}

/// A call a line. The output has its reasoning in `output_sequence_length`, and beside it in
/// `output_token_count`.
pub(crate) fn aiperf(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        desk.begin(line);
        let about = |name: &str| path(&value, &["metadata", name]).and_then(plain_text);
        if about("benchmark_phase").is_some_and(|phase| phase != "profiling") {
            desk.leave("not-of-the-benchmark");
            continue;
        }
        let stopped = about("was_cancelled").is_some_and(|said| said == "true");
        if stopped || field(&value, &["error"]).is_some() {
            desk.leave("failed-in-the-benchmark");
            continue;
        }
        let start = about("request_start_ns").and_then(|text| digits_us(&text));
        let Some(arrival_us) = start else {
            let shown = about("request_start_ns").unwrap_or_default();
            let message = format!("not a time: request_start_ns is \"{shown}\"");
            desk.refuse("not-a-time", message, "write nanoseconds since 1970");
            continue;
        };
        let mut tokens = |name: &str| {
            let metric = path(&value, &["metrics", name]);
            desk.tokens(metric.map(|metric| field(metric, &["value"]).unwrap_or(metric)), name)
        };
        let input = tokens("input_sequence_length");
        let (whole, shown) = (tokens("output_sequence_length"), tokens("output_token_count"));
        let thought = tokens("reasoning_token_count").unwrap_or(0);
        let output = whole.or_else(|| shown.map(|shown| shown.saturating_add(thought)));
        if !desk.is_sound() {
            continue;
        }
        let row = Row {
            arrival_us,
            input_tokens: input.unwrap_or(0),
            output_tokens: output.unwrap_or(0),
            ..Row::default()
        };
        let session = about("conversation_id").unwrap_or_default();
        let facts = Facts { session: &session, ..Facts::default() };
        desk.collector.push_call(row, input.is_some(), facts, (line, 0));
    }
    Zero::FirstArrival
}

pub(crate) fn is_guidellm(first: &Value) -> bool {
    field(first, &["benchmarks"]).and_then(Value::as_array).is_some_and(|all| {
        all.first()
            .is_some_and(|one| field(one, &["requests"]).is_some_and(|r| has(r, "successful")))
    })
}

/// Every benchmark's answered calls; those it could not finish in time are left out and counted.
pub(crate) fn guidellm(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        let benchmarks = field(&value, &["benchmarks"]).and_then(Value::as_array);
        for requests in benchmarks.into_iter().flatten().filter_map(|one| field(one, &["requests"]))
        {
            let list = |name: &str| {
                field(requests, &[name]).and_then(Value::as_array).map_or(&[][..], Vec::as_slice)
            };
            for call in list("successful") {
                desk.begin(line);
                read_guidellm(call, line, &mut desk);
            }
            for _ in list("incomplete").iter().chain(list("errored")) {
                desk.begin(line);
                desk.leave("failed-in-the-benchmark");
            }
        }
    }
    Zero::Source { unit: "s" }
}

fn read_guidellm(call: &Value, line: u64, desk: &mut Desk<'_>) {
    // Before 0.5 the time stands among the call's timings alone.
    let start = field(call, &["request_start_time", "start_time"])
        .or_else(|| path(call, &["info", "timings", "request_start"]))
        .map(Value::to_string);
    let start = start.unwrap_or_default();
    let Ok(arrival_us) = scaled(start.as_bytes(), 1_000_000) else {
        let message = "missing value: start_time".into();
        return desk.refuse("missing-value", message, "a request needs its time");
    };
    let input = desk.tokens(field(call, &["prompt_tokens"]), "prompt_tokens");
    let output = desk.tokens(field(call, &["output_tokens"]), "output_tokens");
    if !desk.is_sound() {
        return;
    }
    let row = Row {
        arrival_us,
        input_tokens: input.unwrap_or(0),
        output_tokens: output.unwrap_or(0),
        ..Row::default()
    };
    let model = cell(call, Some(&"request_args.model".to_owned())).into_owned();
    let facts = Facts { model: &model, ..Facts::default() };
    desk.collector.push_call_from(
        row,
        input.is_some(),
        facts,
        Zero::Source { unit: "s" },
        (line, 0),
    );
}
