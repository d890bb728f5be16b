//! Rollouts of Codex (`~/.codex/sessions/*/*/*/rollout-*.jsonl`): events of a session, among them
//! the usage of each call.
//!
//! An event of usage states the session's total so far and that of the last call. The last call
//! counts, and only where the total has grown: the same event is written again when limits are
//! told.

use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::number::counted;
use crate::workload::import::record::{Desk, Record, field, path, text, total};
use serde_json::Value;

/// What the lines of a rollout are.
const KINDS: [&str; 4] = ["session_meta", "turn_context", "event_msg", "response_item"];

pub(crate) fn is_codex(first: &Value) -> bool {
    let kind = text(first, &["type"]).unwrap_or_default();
    KINDS.contains(&&*kind) && field(first, &["payload"]).is_some_and(Value::is_object)
}

#[allow(clippy::needless_pass_by_value, reason = "every reader is called alike")]
pub(crate) fn codex(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let (mut session, mut model, mut before) = (String::new(), String::new(), None);
    let (mut repeated, mut unstated) = (0, 0);
    let mut desk = Desk::new(collector);
    for Record { line, value } in &records {
        desk.begin(*line);
        let Some(payload) = field(value, &["payload"]) else {
            desk.leave("no-usage-of-a-call");
            continue;
        };
        match text(value, &["type"]).unwrap_or_default().as_ref() {
            "session_meta" => {
                session = text(payload, &["id"]).unwrap_or_default().into_owned();
                before = None;
            }
            "turn_context" => model = text(payload, &["model"]).unwrap_or_default().into_owned(),
            _ => {}
        }
        let Some(info) = field(payload, &["info"]).filter(|info| info.is_object()) else {
            desk.leave("no-usage-of-a-call");
            continue;
        };
        let sum = path(info, &["total_token_usage"]).and_then(|of| total(of, &["total_tokens"]));
        if sum.is_some() && sum == before {
            repeated += 1;
            desk.leave("same-call-again");
            continue;
        }
        before = sum;
        if let Some(usage) = field(info, &["last_token_usage"]) {
            read_call(value, usage, *line, &session, &model, &mut desk);
        } else {
            unstated += 1;
            desk.leave("no-usage-of-a-call");
        }
    }
    let assumed = &mut desk.collector.assumed;
    if repeated > 0 {
        assumed.push(format!(
            "{} repeated the usage of a call that was counted: each call counts once",
            counted(repeated, "event")
        ));
    }
    if unstated > 0 {
        assumed.push(format!(
            "{} left out: they state the total of a session, and not that of a call",
            counted(unstated, "event")
        ));
    }
    assumed.push("the time of a call is when its usage was written, after its answer".into());
    desk.end();
    Zero::FirstArrival
}

fn read_call(
    value: &Value,
    usage: &Value,
    line: u64,
    session: &str,
    model: &str,
    desk: &mut Desk<'_>,
) {
    let arrival_us = desk.time(value, &["timestamp"]);
    let mut tokens = |name: &str| desk.tokens(field(usage, &[name]), name);
    let input = tokens("input_tokens");
    let (cached, output) = (tokens("cached_input_tokens"), tokens("output_tokens"));
    if !desk.is_sound() {
        return;
    }
    let row = Row {
        arrival_us,
        input_tokens: input.unwrap_or(0),
        cached_input_tokens: cached,
        output_tokens: output.unwrap_or(0),
        max_output_tokens: None,
    };
    let facts = Facts { client: "", session, deployment: "", model, status: 200 };
    desk.collector.push_call(row, input.is_some(), facts, (line, 0));
}
