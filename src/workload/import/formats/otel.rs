//! OpenTelemetry `GenAI` spans as OTLP JSON: one export object, or one a line as the collector's
//! file exporter writes; with its members named as in JSON (`resourceSpans`) or as in the protocol
//! (`resource_spans`). Spans that an SDK prints are turned into it.
//!
//! Input tokens include cache reads and writes, output tokens include reasoning (semantic conventions 1.41). The conventions are still in
//! development, so older names are read too, and those of `OpenInference`. Spans of agents and tools wrap the model calls and would count them twice: they are skipped.

use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::formats::otel_printed::{in_otlp, is_printed};
use crate::workload::import::formats::request_log::whole_output;
use crate::workload::import::one_model::OneModel;
use crate::workload::import::record::{Desk, Record, count, field, text};
use crate::workload::import::statuses::status_of;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

const OPERATIONS: [&str; 4] = ["chat", "text_completion", "generate_content", "embeddings"];

/// How many spans above a call are looked at.
const DEEPEST: usize = 64;

/// Kinds of `OpenInference`'s spans that are calls of models.
const KINDS: [&str; 2] = ["llm", "embedding"];

const INPUT: [&str; 3] =
    ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt"];
const OUTPUT: [&str; 3] =
    ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion"];
const READ: [&str; 3] = [
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "llm.token_count.prompt_details.cache_read",
];
const WRITTEN: [&str; 3] = [
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "llm.token_count.prompt_details.cache_write",
];
const REASONING: [&str; 4] = [
    "llm.token_count.completion_details.reasoning",
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.reasoning_tokens",
    "gen_ai.usage.completion_tokens_details.reasoning_tokens",
];

const REQUEST_MODEL: [&str; 1] = ["gen_ai.request.model"];
const RESPONSE_MODEL: [&str; 2] = ["gen_ai.response.model", "llm.model_name"];

/// Members by both of their names; `batches` is what Tempo calls its resources.
const RESOURCES: &[&str] = &["resourceSpans", "resource_spans", "batches"];
const SCOPES: &[&str] = &["scopeSpans", "scope_spans", "instrumentationLibrarySpans"];
const SPAN_ID: &[&str] = &["spanId", "span_id"];
const TRACE_ID: &[&str] = &["traceId", "trace_id"];
const PARENT_ID: &[&str] = &["parentSpanId", "parent_span_id"];
const START: &[&str] = &["startTimeUnixNano", "start_time_unix_nano"];
const STATUS_CODE: &[&str] = &["code", "status_code"];
const VALUES: &[&str] = &[
    "intValue",
    "stringValue",
    "doubleValue",
    "boolValue",
    "int_value",
    "string_value",
    "double_value",
    "bool_value",
];

pub(crate) fn is_otel(first: &Value) -> bool {
    let of_tempo = || list(first, RESOURCES).iter().any(|own| !list(own, SCOPES).is_empty());
    is_printed(first) || field(first, &RESOURCES[..2]).is_some() || of_tempo()
}

#[allow(clippy::needless_pass_by_value, reason = "every reader is called alike")]
pub(crate) fn otel(mut records: Vec<Record>, collector: &mut Collector) -> Zero {
    for record in records.iter_mut().filter(|record| is_printed(&record.value)) {
        record.value = in_otlp(&record.value);
    }
    let (beside, outer) = (beside(&records), outer(&records));
    let models = OneModel::of(spans(&records).map(|span| {
        let named = |names: &[&str]| attribute(Some(span), names).and_then(plain);
        (
            named(&REQUEST_MODEL).unwrap_or_default().into_owned(),
            named(&RESPONSE_MODEL).unwrap_or_default().into_owned(),
        )
    }));
    let mut desk = Desk::new(collector);
    for Record { line, value } in &records {
        for resource in list(value, RESOURCES) {
            let client = attribute(field(resource, &["resource"]), &["service.name"])
                .and_then(plain)
                .unwrap_or_default();
            for span in list(resource, SCOPES).iter().flat_map(|scope| list(scope, &["spans"])) {
                desk.begin(*line);
                let twice = id_of(span, SPAN_ID).is_some_and(|id| outer.contains(&id));
                match no_call(span).or_else(|| twice.then_some("wrapping-span")) {
                    Some(why) => desk.leave(why),
                    None => read_span(span, *line, &client, (&beside, &models), &mut desk),
                }
            }
        }
    }
    Zero::FirstArrival
}

/// All spans of the records.
fn spans(records: &[Record]) -> impl Iterator<Item = &Value> {
    let resources = records.iter().flat_map(|record| list(&record.value, RESOURCES));
    let scopes = resources.flat_map(|resource| list(resource, SCOPES));
    scopes.flat_map(|scope| list(scope, &["spans"]))
}

/// The ids of calls that another call with tokens is a part of, as two instrumentations of one
/// program write them: a model calls no model, so the inner one is the call.
fn outer(records: &[Record]) -> BTreeSet<String> {
    let mut parents: BTreeMap<String, String> = BTreeMap::new();
    let mut calls: BTreeSet<String> = BTreeSet::new();
    for span in spans(records) {
        let Some(own) = id_of(span, SPAN_ID) else { continue };
        if no_call(span).is_none() && attribute(Some(span), &INPUT).is_some() {
            calls.insert(own.clone());
        }
        if let Some(parent) = id_of(span, PARENT_ID) {
            parents.insert(own, parent);
        }
    }
    let mut outer = BTreeSet::new();
    for call in &calls {
        let mut above = parents.get(call);
        for _ in 0..DEEPEST {
            let Some(id) = above else { break };
            if calls.contains(id) {
                outer.insert(id.clone());
            }
            above = parents.get(id);
        }
    }
    outer
}

/// An id that a span states, within its trace.
fn id_of(span: &Value, names: &[&str]) -> Option<String> {
    let id = text(span, names).filter(|id| !id.is_empty())?;
    Some(format!("{}/{id}", text(span, TRACE_ID).unwrap_or_default()))
}

/// Why a span is no call of a model.
fn no_call(span: &Value) -> Option<&'static str> {
    let named = |name: &str| attribute(Some(span), &[name]).and_then(plain).unwrap_or_default();
    let (operation, kind) = (named("gen_ai.operation.name"), named("openinference.span.kind"));
    if operation.is_empty() && kind.is_empty() && provider(span).is_empty() {
        return Some("not-a-model-call");
    }
    let wraps = !operation.is_empty() && !OPERATIONS.contains(&&*operation);
    let other = !kind.is_empty() && !KINDS.iter().any(|known| kind.eq_ignore_ascii_case(known));
    (wraps || other).then_some("wrapping-span")
}

/// The providers whose spans count cached tokens beside their input, against the conventions: in
/// one of their spans more tokens were read from the cache or written to it than there is input.
fn beside(records: &[Record]) -> BTreeSet<String> {
    let apart = |span: &&Value| {
        let tokens = |names: &[&str]| {
            let value = attribute(Some(span), names).map(any_value);
            value.and_then(|value| count(value).ok()).unwrap_or(0)
        };
        let cached = tokens(&READ).saturating_add(tokens(&WRITTEN));
        cached > tokens(&INPUT)
    };
    spans(records).filter(apart).map(provider).collect()
}

fn provider(span: &Value) -> String {
    let found = attribute(Some(span), &["gen_ai.provider.name", "gen_ai.system"]).and_then(plain);
    found.unwrap_or_default().into_owned()
}

fn read_span(
    span: &Value,
    line: u64,
    client: &str,
    (beside, models): (&BTreeSet<String>, &OneModel),
    desk: &mut Desk<'_>,
) {
    let of = |names: &[&str]| attribute(Some(span), names);
    let named = |names: &[&str]| of(names).and_then(plain).unwrap_or_default();
    let provider = provider(span);
    let id = text(span, SPAN_ID).unwrap_or_default();
    if !desk.collector.new_id(&id, (line, 0)) {
        return;
    }
    // 64-bit integers are decimal strings in OTLP JSON; numbers are accepted too.
    let start = text(span, START).and_then(|text| text.parse::<i64>().ok());
    let Some(start) = start else {
        return desk.refuse(
            "missing-value",
            "missing value: startTimeUnixNano".into(),
            "a request needs its time",
        );
    };
    let mut tokens = |names: &[&str]| {
        let value = of(names).map(any_value);
        desk.tokens(value, names[0])
    };
    let mut input = tokens(&INPUT);
    let output = tokens(&OUTPUT);
    let (cached, written) = (tokens(&READ), tokens(&WRITTEN));
    let output = whole_output(output, tokens(&REASONING));
    let limit = tokens(&["gen_ai.request.max_tokens"]);
    if !desk.is_sound() {
        return;
    }
    if beside.contains(&provider) {
        let apart = cached.unwrap_or(0).saturating_add(written.unwrap_or(0));
        input = input.map(|input| input.saturating_add(apart));
        desk.collector.assume(format!(
            "spans of {} count cached tokens beside their input: they are added",
            if provider.is_empty() { "no named provider" } else { &provider }
        ));
    }
    let row = Row {
        arrival_us: start / 1_000,
        input_tokens: input.unwrap_or(0),
        cached_input_tokens: cached,
        output_tokens: output.unwrap_or(0),
        max_output_tokens: limit,
    };
    let (deployment, model) = (named(&REQUEST_MODEL), named(&RESPONSE_MODEL));
    let facts = Facts {
        client,
        session: &named(&["gen_ai.conversation.id", "session.id"]),
        deployment: &deployment,
        model: models.or_of(&model, &deployment),
        status: status_of_span(span),
    };
    desk.collector.push_call(row, input.is_some(), facts, (line, 0));
}

fn status_of_span(span: &Value) -> u16 {
    let named = |names: &[&str]| attribute(Some(span), names).and_then(plain).unwrap_or_default();
    let error = named(&["error.type"]);
    if let Ok(status) = named(&["http.response.status_code", "http.status_code"]).parse() {
        return status;
    }
    let said = field(span, &["status"]).and_then(|status| text(status, STATUS_CODE));
    let failed = said.is_some_and(|code| code == "2" || code.ends_with("ERROR"));
    match &*error {
        "" if failed => 500,
        "" => 200,
        // The SDK's error, or any other.
        error => status_of(error).unwrap_or(500),
    }
}

fn list<'a>(value: &'a Value, names: &[&str]) -> &'a [Value] {
    field(value, names).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The value object of the first attribute under one of these names.
fn attribute<'a>(holder: Option<&'a Value>, names: &[&str]) -> Option<&'a Value> {
    let all = list(holder?, &["attributes"]);
    names.iter().find_map(|name| {
        let mut found = all.iter().filter(|pair| pair["key"].as_str() == Some(name));
        found.next().map(|pair| &pair["value"])
    })
}

/// What an attribute's value object wraps.
fn any_value(wrapped: &Value) -> &Value {
    VALUES.iter().find_map(|kind| wrapped.get(*kind)).unwrap_or(&Value::Null)
}

fn plain(wrapped: &Value) -> Option<Cow<'_, str>> {
    match any_value(wrapped) {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Null => None,
        other => Some(Cow::Owned(other.to_string())),
    }
}
