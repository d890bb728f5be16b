//! `LiteLLM` spend logs (`LiteLLM_SpendLogs`), CSV or JSON. Counts are normalised to `OpenAI`'s: prompt tokens include cached ones. Answers from the
//! proxy's own cache never reached a deployment and are left out.

use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::number::counted;
use crate::workload::import::record::{Desk, Record, field, has, object, path, status, text};
use serde_json::Value;

pub(crate) fn is_litellm(first: &Value) -> bool {
    has(first, "startTime")
        && has(first, "prompt_tokens")
        && (has(first, "call_type") || has(first, "spend"))
}

pub(crate) fn litellm(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let mut batch = 0;
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        desk.begin(line);
        if text(&value, &["cache_hit"]).is_some_and(|hit| hit.eq_ignore_ascii_case("true")) {
            desk.leave("proxy-cache-hit");
            continue;
        }
        // The tokens of a whole batch in one row, or the management of files and batches.
        let kind = text(&value, &["call_type"]).unwrap_or_default();
        if kind.ends_with("_batch") || kind.ends_with("_batches") {
            batch += 1;
            desk.leave("batch-call");
            continue;
        }
        let id = text(&value, &["request_id"]).unwrap_or_default();
        if !desk.collector.new_id(&id, (line, 0)) {
            continue;
        }
        let arrival_us = desk.time(&value, &["startTime"]);
        let input = desk.tokens(field(&value, &["prompt_tokens"]), "prompt_tokens");
        let output = desk.tokens(field(&value, &["completion_tokens"]), "completion_tokens");
        let metadata = object(&value, &["metadata"]);
        let cached = metadata.as_deref().and_then(cached_tokens);
        let cached = desk.tokens(cached, "cached_tokens");
        if !desk.is_sound() {
            continue;
        }
        let model = text(&value, &["model"]).unwrap_or_default();
        let failed = text(&value, &["status"]).is_some_and(|status| status == "failure");
        let code = metadata
            .as_deref()
            .and_then(|metadata| field(metadata, &["error_information"]))
            .map_or(0, |error| status(error, &["error_code"]));
        if model.is_empty() && !failed && input.unwrap_or(0) + output.unwrap_or(0) == 0 {
            // Lists of models, files and the like.
            desk.leave("not-a-model-call");
            continue;
        }
        let row = Row {
            arrival_us,
            input_tokens: input.unwrap_or(0),
            cached_input_tokens: cached,
            output_tokens: output.unwrap_or(0),
            max_output_tokens: None,
        };
        let facts = Facts {
            client: &text(&value, &["team_id", "end_user", "user"]).unwrap_or_default(),
            session: &text(&value, &["session_id"]).unwrap_or_default(),
            deployment: model.strip_prefix("azure/").unwrap_or(&model),
            model: &text(&value, &["model_group"]).unwrap_or_default(),
            status: match (failed, code) {
                (false, _) => 200,
                (true, 0) => 500,
                (true, code) => code,
            },
        };
        let answered = !failed || input.is_some_and(|tokens| tokens > 0);
        desk.collector.push_call(row, answered, facts, (line, 0));
    }
    if batch > 0 {
        let rows = counted(batch, "row");
        let said = format!("{rows} of batch calls left out: they are no online traffic");
        desk.collector.assumed.push(said);
    }
    desk.end();
    Zero::FirstArrival
}

/// The cached part, where the versions of the log keep it.
fn cached_tokens(metadata: &Value) -> Option<&Value> {
    ["additional_usage_values", "usage_object"].iter().find_map(|holder| {
        let holder = field(metadata, &[holder])?;
        path(holder, &["prompt_tokens_details", "cached_tokens"])
            .or_else(|| field(holder, &["cache_read_input_tokens"]))
    })
}
