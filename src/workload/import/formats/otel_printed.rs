//! Spans as programs print and viewers export them, turned into OTLP JSON: the console exporter of
//! OpenTelemetry's Python SDK, one span a document, and Jaeger's traces.

use crate::workload::import::record::{field, text};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Whether a record is a printed span, or a trace of Jaeger.
pub(super) fn is_printed(value: &Value) -> bool {
    is_of_console(value) || is_of_jaeger(value)
}

/// `{ name, context: { trace_id, span_id }, parent_id, start_time, attributes: { … }, resource }`.
fn is_of_console(value: &Value) -> bool {
    field(value, &["context"]).is_some_and(|context| field(context, &["span_id"]).is_some())
        && field(value, &["start_time"]).is_some()
        && field(value, &["attributes"]).is_some_and(Value::is_object)
}

/// `{ traceID, spans: [ … ], processes: { p1: { serviceName } } }`.
fn is_of_jaeger(value: &Value) -> bool {
    let first = field(value, &["spans"]).and_then(|spans| spans.get(0));
    first.is_some_and(|span| field(span, &["traceID"]).is_some() && span.get("tags").is_some())
}

/// The record as one object of OTLP.
pub(super) fn in_otlp(value: &Value) -> Value {
    if is_of_jaeger(value) {
        let spans = field(value, &["spans"]).and_then(Value::as_array);
        let spans = spans.into_iter().flatten().map(|span| of_jaeger(span, value)).collect();
        return json!({ "resourceSpans": Value::Array(spans) });
    }
    let none = Map::new();
    let members = |holder: Option<&Value>| -> Value {
        let map = holder.and_then(Value::as_object).unwrap_or(&none);
        Value::Array(map.iter().map(|(name, value)| attribute(name, value)).collect())
    };
    let resource = field(value, &["resource"]).and_then(|of| field(of, &["attributes"]));
    let context = field(value, &["context"]);
    let id = |name: &str| context.and_then(|context| text(context, &[name]));
    let span = json!({
        "traceId": id("trace_id"),
        "spanId": id("span_id"),
        "parentSpanId": text(value, &["parent_id"]),
        "startTimeUnixNano": text(value, &["start_time"]).and_then(|text| nanoseconds(&text)),
        "attributes": members(field(value, &["attributes"])),
        "status": field(value, &["status"]),
    });
    wrapped(&members(resource), &span)
}

fn wrapped(resource: &Value, span: &Value) -> Value {
    json!({
        "resourceSpans": [{
            "resource": { "attributes": resource },
            "scopeSpans": [{ "spans": [span] }],
        }],
    })
}

/// One resource of OTLP with that span.
fn of_jaeger(span: &Value, trace: &Value) -> Value {
    let tags = field(span, &["tags"]).and_then(Value::as_array);
    let pair = |tag: &Value| Some(attribute(&text(tag, &["key"])?, tag.get("value")?));
    let attributes: Vec<Value> = tags.into_iter().flatten().filter_map(pair).collect();
    let above = field(span, &["references"]).and_then(Value::as_array);
    let above = above
        .into_iter()
        .flatten()
        .find(|of| text(of, &["refType"]).is_none_or(|kind| kind.eq_ignore_ascii_case("CHILD_OF")));
    let process = text(span, &["processID"]).and_then(|id| {
        let process = field(trace, &["processes"])?.get(&*id)?;
        text(process, &["serviceName"]).map(|name| attribute("service.name", &json!(name)))
    });
    // Microseconds.
    let start = field(span, &["startTime"]).and_then(Value::as_i64);
    json!({
        "resource": { "attributes": process.into_iter().collect::<Vec<_>>() },
        "scopeSpans": [{ "spans": [{
            "traceId": text(span, &["traceID"]),
            "spanId": text(span, &["spanID"]),
            "parentSpanId": above.and_then(|of| text(of, &["spanID"])),
            "startTimeUnixNano": start.map(|us| format!("{us}000")),
            "attributes": attributes,
        }]}],
    })
}

/// An attribute of OTLP; which of its kinds of value holds it does not matter to its reader.
fn attribute(name: &str, value: &Value) -> Value {
    json!({ "key": name, "value": { "stringValue": value } })
}

fn nanoseconds(text: &str) -> Option<String> {
    Some(text.parse::<Timestamp>().ok()?.as_nanosecond().to_string())
}
