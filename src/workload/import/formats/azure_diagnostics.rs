//! Azure diagnostic logs of a Foundry resource: the categories `RequestResponse` and `AzureOpenAIRequestUsage`, as Event Hub or storage records and as
//! rows of the `AzureDiagnostics` table.
//!
//! `RequestResponse` has no tokens, only bytes: without a stated number of bytes a token such rows are refused. Its times are .NET ticks.

use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::record::{Desk, Record, field, has, object, status, text};
use serde_json::Value;

/// 1970-01-01 in ticks of 100 ns since 0001-01-01.
const UNIX_EPOCH_TICKS: i64 = 621_355_968_000_000_000;

pub(crate) fn is_azure_diagnostics(first: &Value) -> bool {
    let category = text(first, &["category"]);
    matches!(
        category.as_deref(),
        Some("RequestResponse" | "AzureOpenAIRequestUsage" | "Audit" | "Trace")
    ) || has(first, "properties_s")
}

pub(crate) fn azure_diagnostics(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let bytes_per_token = collector.bytes_per_token;
    let mut desk = Desk::new(collector);
    let mut estimated: u64 = 0;
    // The token row of a call says more than its byte row: where the export has both, the latter is passed over.
    let (mut records, rest): (Vec<_>, Vec<_>) = records.into_iter().partition(|record| {
        text(&record.value, &["category"]).is_some_and(|name| name == "AzureOpenAIRequestUsage")
    });
    records.extend(rest);
    for Record { line, value } in records {
        desk.begin(line);
        let properties = object(&value, &["properties", "properties_s"]);
        let Some(properties) = properties.as_deref() else {
            desk.leave("not-a-model-call");
            continue;
        };
        let of = |names: &[&str]| text(properties, names).unwrap_or_default();
        let deployment = of(&["modelDeploymentName"]);
        if deployment.is_empty() {
            desk.leave("not-a-model-call");
            continue;
        }
        let id = text(&value, &["correlationId"]).unwrap_or_default();
        if !desk.collector.is_new(&id) {
            desk.leave("row-of-the-same-call");
            continue;
        }
        let ticks = text(properties, &["requestTime"]).and_then(|text| text.parse::<i64>().ok());
        let arrival_us = match ticks {
            Some(ticks) if ticks > UNIX_EPOCH_TICKS => (ticks - UNIX_EPOCH_TICKS) / 10,
            _ => desk.time(&value, &["time", "TimeGenerated", "TimeGenerated [UTC]"]),
        };
        let mut input = desk.tokens(field(properties, &["promptTokens"]), "promptTokens");
        let mut output = desk
            .tokens(field(properties, &["generatedTokens", "completionTokens"]), "generatedTokens");
        let code = status(&value, &["resultSignature", "ResultSignature"]);
        let answered = (200..300).contains(&code);
        if let (None, false, Some(bytes_per_token)) = (input, answered, bytes_per_token) {
            // What was asked for is known of a refused call too, what it would have been answered
            // is not.
            let asked = desk.tokens(field(properties, &["requestLength"]), "requestLength");
            input = asked.map(|bytes| bytes.div_ceil(bytes_per_token)).filter(|tokens| *tokens > 0);
            estimated += u64::from(input.is_some());
        } else if input.is_none() && answered {
            let Some(bytes_per_token) = bytes_per_token else {
                desk.refuse(
                    "tokens-not-stated",
                    "tokens not stated: RequestResponse logs count bytes".into(),
                    "state --bytes-per-token N (about 4 for English JSON), or export API Management's LLM log instead",
                );
                continue;
            };
            let mut bytes = |name: &str| desk.tokens(field(properties, &[name]), name);
            let (asked, answered) = (bytes("requestLength"), bytes("responseLength"));
            input = asked.map(|bytes| bytes.div_ceil(bytes_per_token));
            output = answered.map(|bytes| bytes.div_ceil(bytes_per_token));
            estimated += 1;
        }
        if !desk.is_sound() {
            continue;
        }
        let row = Row {
            arrival_us,
            input_tokens: input.unwrap_or(0),
            cached_input_tokens: None,
            output_tokens: output.unwrap_or(0),
            max_output_tokens: None,
        };
        let facts = Facts {
            client: &text(&value, &["callerIpAddress"]).unwrap_or_default(),
            session: "",
            deployment: &deployment,
            model: &of(&["modelName"]),
            status: code,
        };
        desk.collector.push_call(row, input.is_some(), facts, (line, 0));
    }
    if estimated > 0 {
        desk.collector.assumed.push(format!(
            "tokens of {estimated} calls are their bytes divided by the stated bytes_per_token"
        ));
    }
    desk.end();
    Zero::FirstArrival
}
