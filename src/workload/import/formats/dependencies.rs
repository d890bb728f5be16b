//! Calls of models in Application Insights: the table `dependencies` (`AppDependencies`), of the
//! portal or of the interface. A row has a time, a duration and a result code; tokens only where
//! an OpenTelemetry exporter wrote them into its custom dimensions.

use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::formats::helicone::deployment_of;
use crate::workload::import::formats::request_log::whole_output;
use crate::workload::import::one_model::OneModel;
use crate::workload::import::record::{Desk, Record, field, has, object, status, text};
use crate::workload::import::spec::TokensStated;
use serde_json::Value;

pub(crate) fn is_dependencies(first: &Value) -> bool {
    has(first, "target")
        && has(first, "resultCode")
        && (has(first, "duration") || has(first, "DurationMs"))
        && (has(first, "data") || has(first, "name"))
}

pub(crate) fn dependencies(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let models = OneModel::of(records.iter().map(|Record { value, .. }| {
        let dimensions = object(value, &["customDimensions", "Properties"]);
        (deployment(value), model(dimensions.as_deref()).to_owned())
    }));
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        desk.begin(line);
        read_row(&value, line, &models, &mut desk);
    }
    desk.end();
    Zero::FirstArrival
}

/// Hosts of Azure's models.
const HOSTS: [&str; 5] = [
    "openai.azure.com",
    "cognitiveservices.azure.com",
    "services.ai.azure.com",
    "inference.ai.azure.com",
    "api.openai.com",
];
/// Ends of the paths of calls; other paths of the same hosts list models and files.
const CALLS: [&str; 6] = [
    "/chat/completions",
    "/completions",
    "/embeddings",
    "/responses",
    "/v1/messages",
    "/images/generations",
];

/// The deployment in the address that a row's call went to.
fn deployment(value: &Value) -> String {
    let named = |name| deployment_of(&text(value, &[name]).unwrap_or_default());
    Some(named("data")).filter(|found| !found.is_empty()).unwrap_or_else(|| named("name"))
}

/// The model that an exporter wrote beside a call; empty where there is none.
fn model(dimensions: Option<&Value>) -> &str {
    let named =
        dimensions.and_then(|all| field(all, &["gen_ai.response.model", "gen_ai.request.model"]));
    named.and_then(Value::as_str).unwrap_or_default()
}

fn read_row(value: &Value, line: u64, models: &OneModel, desk: &mut Desk<'_>) {
    let of = |names: &[&str]| text(value, names).unwrap_or_default();
    let (target, data, name) = (of(&["target"]), of(&["data"]), of(&["name"]));
    let dimensions = object(value, &["customDimensions", "Properties"]);
    let told = |names: &[&str]| dimensions.as_deref().and_then(|all| field(all, names));
    let model_call = told(&["gen_ai.operation.name", "gen_ai.system", "gen_ai.provider.name"]);
    let url = format!("{target} {data} {name}").to_ascii_lowercase();
    let path = data.split('?').next().unwrap_or_default();
    let named = name.split([' ', '?']).nth(1).unwrap_or_default();
    let called = CALLS.iter().any(|end| path.ends_with(end) || named.ends_with(end));
    if model_call.is_none() && !(called && HOSTS.iter().any(|host| url.contains(host))) {
        return desk.leave("not-a-model-call");
    }
    let arrival_us = desk.time(value, &["timestamp", "TimeGenerated"]);
    let input =
        desk.tokens(told(&["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"]), "input");
    let output = desk
        .tokens(told(&["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"]), "output");
    let cached = desk.tokens(told(&["gen_ai.usage.cache_read.input_tokens"]), "cached");
    let reasoning = desk.tokens(told(&["gen_ai.usage.reasoning.output_tokens"]), "reasoning");
    if !desk.is_sound() {
        return;
    }
    let code = match status(value, &["resultCode"]) {
        0 if of(&["success"]).eq_ignore_ascii_case("false") => 500,
        code => code,
    };
    let calls_alone = desk.collector.tokens_stated() == TokensStated::None;
    if input.is_none() && (200..300).contains(&code) && !calls_alone {
        return desk.refuse(
            "tokens-not-stated",
            "dependencies have durations and result codes, and no tokens".into(),
            "say --tokens none if calls alone matter; for tokens import API Management's LLM log, \
            the metrics of Azure Monitor or an export of spans with gen_ai.usage.*, of the same \
            time",
        );
    }
    let row = Row {
        arrival_us,
        input_tokens: input.unwrap_or(0),
        cached_input_tokens: cached,
        output_tokens: whole_output(output, reasoning).unwrap_or(0),
        max_output_tokens: None,
    };
    let deployment = deployment(value);
    let facts = Facts {
        client: &of(&["cloud_RoleName", "AppRoleName"]),
        session: "",
        deployment: &deployment,
        model: models.or_of(model(dimensions.as_deref()), &deployment),
        status: code,
    };
    desk.collector.push_call(row, input.is_some() || calls_alone, facts, (line, 0));
}
