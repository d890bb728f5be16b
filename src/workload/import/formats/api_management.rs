//! API Management: `ApiManagementGatewayLlmLog` (tokens, several rows a call) joined to `ApiManagementGatewayLogs` (status, and the calls that failed).
//!
//! Every call in the gateway log is demand, so the join keeps calls without a token row. Of a call's token rows the one that names the deployment
//! carries the counts; without a name, the one with the largest total.

use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::formats::helicone::deployment_of;
use crate::workload::import::one_model::OneModel;
use crate::workload::import::record::{
    Desk, Record, count, field, has, object, path, status, text,
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

pub(crate) fn is_api_management(first: &Value) -> bool {
    let category = text(first, &["category"]);
    matches!(category.as_deref(), Some("GatewayLogs" | "GatewayLlmLogs" | "GatewayLlmLog"))
        || (has(first, "CorrelationId")
            && (has(first, "PromptTokens") || has(first, "BackendResponseCode")))
}

/// The rows of one call.
#[derive(Default)]
struct Call {
    line: u64,
    gateway: Option<Value>,
    tokens: Option<Value>,
}

pub(crate) fn api_management(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let mut calls: BTreeMap<String, Call> = BTreeMap::new();
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        let value = flattened(value);
        let Some(id) = text(&value, &["CorrelationId"]).map(String::from) else {
            desk.begin(line);
            desk.refuse(
                "missing-value",
                "missing value: CorrelationId".into(),
                "the two logs are joined by it",
            );
            continue;
        };
        let call = calls.entry(id).or_default();
        let extra = if has(&value, "PromptTokens") {
            if let Some(held) = call.tokens.take() {
                call.tokens = Some(if rank(&value) > rank(&held) { value } else { held });
                Some("row-of-the-same-call")
            } else {
                call.tokens = Some(value);
                call.gateway.is_some().then_some("joined-row")
            }
        } else if call.gateway.is_some() {
            Some("row-of-the-same-call")
        } else {
            call.gateway = Some(value);
            call.tokens.is_some().then_some("joined-row")
        };
        match extra {
            Some(reason) => {
                desk.begin(line);
                desk.leave(reason);
            }
            None => call.line = line,
        }
    }
    let mut unlogged: u64 = 0;
    let tokens = calls.values().filter_map(|call| call.tokens.as_ref());
    let models = OneModel::of(tokens.filter_map(|tokens| {
        Some((text(tokens, &["DeploymentName"])?.into(), text(tokens, &["ModelName"])?.into()))
    }));
    for call in calls.into_values() {
        read_call(&call, &models, &mut desk, &mut unlogged);
    }
    if unlogged > 0 {
        desk.collector
            .assumed
            .push(format!("{unlogged} token rows have no gateway row: taken as answered"));
    }
    desk.end();
    Zero::FirstArrival
}

fn read_call(call: &Call, models: &OneModel, desk: &mut Desk<'_>, unlogged: &mut u64) {
    desk.begin(call.line);
    let empty = Value::Object(Map::new());
    let gateway = call.gateway.as_ref().unwrap_or(&empty);
    let tokens = call.tokens.as_ref().unwrap_or(&empty);
    let timed = if has(gateway, "TimeGenerated") { gateway } else { tokens };
    let arrival_us = desk.time(timed, &["TimeGenerated"]);
    let asked = object(gateway, &["BackendRequestBody", "RequestBody"]);
    let answered = object(gateway, &["BackendResponseBody", "ResponseBody"]);
    let usage = answered.as_deref().and_then(|body| field(body, &["usage"]));
    let of_usage = |names: &[&str]| usage.and_then(|usage| field(usage, names));
    let input = desk.tokens(
        field(tokens, &["PromptTokens"]).or_else(|| of_usage(&["prompt_tokens", "input_tokens"])),
        "PromptTokens",
    );
    let output = desk.tokens(
        field(tokens, &["CompletionTokens"])
            .or_else(|| of_usage(&["completion_tokens", "output_tokens"])),
        "CompletionTokens",
    );
    let cached = usage.and_then(|usage| {
        path(usage, &["prompt_tokens_details", "cached_tokens"])
            .or_else(|| path(usage, &["input_tokens_details", "cached_tokens"]))
    });
    let cached = desk.tokens(cached, "cached_tokens");
    let limit = asked.as_deref().and_then(|body| {
        field(body, &["max_completion_tokens", "max_output_tokens", "max_tokens"])
    });
    let limit = desk.tokens(limit, "max_tokens");
    if !desk.is_sound() {
        return;
    }
    if call.gateway.is_none() {
        *unlogged += 1;
    }
    // A call that API Management refuses itself, by a policy's limit, never gets a backend.
    let url = text(gateway, &["BackendUrl"]).or_else(|| text(gateway, &["Url"]));
    let url = url.unwrap_or_default();
    let deployment = called(tokens, &url, asked.as_deref());
    let code = match status(gateway, &["BackendResponseCode"]) {
        0 => status(gateway, &["ResponseCode"]),
        code => code,
    };
    if deployment.is_empty() && input.is_none() && !calls_a_model(&url) {
        return desk.leave("not-a-model-call");
    }
    let row = Row {
        arrival_us,
        input_tokens: input.unwrap_or(0),
        cached_input_tokens: cached,
        output_tokens: output.unwrap_or(0),
        max_output_tokens: limit,
    };
    let model = text(tokens, &["ModelName"]).unwrap_or_default();
    let facts = Facts {
        client: &text(gateway, &["ApimSubscriptionId", "ProductId"]).unwrap_or_default(),
        session: "",
        deployment: &deployment,
        model: models.or_of(&model, &deployment),
        status: code,
    };
    desk.collector.push_call(row, input.is_some(), facts, (call.line, 0));
}

/// The deployment that a call names: in its token row, its address, or as the model of its body.
fn called(tokens: &Value, url: &str, asked: Option<&Value>) -> String {
    if let Some(name) = text(tokens, &["DeploymentName"]) {
        return name.into_owned();
    }
    if url.contains("/deployments/") {
        return deployment_of(url);
    }
    asked.and_then(|body| text(body, &["model"]).map(String::from)).unwrap_or_default()
}

/// Whether a URL is of an operation that has tokens, whatever deployment it names.
fn calls_a_model(url: &str) -> bool {
    let path = url.split('?').next().unwrap_or_default().trim_end_matches('/');
    ["/completions", "/responses", "/embeddings", "/messages"].iter().any(|end| path.ends_with(end))
}

/// How much a token row says: naming the deployment comes first, then the total.
fn rank(value: &Value) -> (bool, u32) {
    let total = field(value, &["TotalTokens"]).and_then(|total| count(total).ok());
    (text(value, &["DeploymentName"]).is_some(), total.unwrap_or(0))
}

/// An Event Hub envelope with its `properties` lifted to the top, under the names of the Log Analytics table.
fn flattened(value: Value) -> Value {
    let Value::Object(mut map) = value else { return value };
    if let Some(Value::Object(inner)) = map.remove("properties") {
        if let Some(time) = map.remove("time") {
            map.insert("TimeGenerated".into(), time);
        }
        map.extend(inner);
    }
    Value::Object(map)
}
