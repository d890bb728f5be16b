//! Transcripts of Claude Code (`~/.claude/projects/*/*.jsonl`): a line for each part of an answer,
//! each with the usage of the whole answer so far.
//!
//! An answer is told by its message's id and its request's. It counts once, with the largest output
//! of its lines, which is that of the last; a session that goes on in another file has the lines of
//! the first once more. Input is counted beside what was read from the cache and written to it.

use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::number::counted;
use crate::workload::import::record::{Desk, Record, count, field, path, text};
use serde_json::Value;
use std::collections::BTreeMap;

pub(crate) fn is_claude_code(first: &Value) -> bool {
    let message = field(first, &["message"]);
    field(first, &["sessionId"]).is_some()
        && field(first, &["uuid"]).is_some()
        && message.is_some_and(|message| field(message, &["role"]).is_some())
}

/// An answer with the place of its first line and the largest output of all its lines.
struct AnswerLines<'a> {
    first: &'a Record,
    output: u32,
}

#[allow(clippy::needless_pass_by_value, reason = "every reader is called alike")]
pub(crate) fn claude_code(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let mut answers: BTreeMap<String, AnswerLines<'_>> = BTreeMap::new();
    for record in records.iter().filter(|record| is_answer(&record.value)) {
        let output = output_of(&record.value);
        answers
            .entry(id_of(record))
            .and_modify(|answer| answer.output = answer.output.max(output))
            .or_insert(AnswerLines { first: record, output });
    }
    let mut repeated = 0;
    let mut desk = Desk::new(collector);
    for record in &records {
        desk.begin(record.line);
        if !is_answer(&record.value) {
            desk.leave("no-answer-of-a-model");
            continue;
        }
        let answer = answers.get(&id_of(record));
        if let Some(answer) = answer.filter(|answer| std::ptr::eq(answer.first, record)) {
            read_answer(answer, &mut desk);
        } else {
            repeated += 1;
            desk.leave("same-answer-again");
        }
    }
    let assumed = &mut desk.collector.assumed;
    if repeated > 0 {
        assumed.push(format!(
            "{} repeated the usage of an answer that was counted: each answer counts once",
            counted(repeated, "line")
        ));
    }
    assumed.push("the time of a call is that of its answer's first line".into());
    desk.end();
    Zero::FirstArrival
}

/// Whether a line is an answer of a model: what the program itself says in its place has no model.
fn is_answer(value: &Value) -> bool {
    let Some(message) = field(value, &["message"]) else { return false };
    let model = text(message, &["model"]).unwrap_or_default();
    field(message, &["usage"]).is_some_and(Value::is_object) && model != "<synthetic>"
}

/// What all lines of an answer share; a line without ids is an answer of its own.
fn id_of(record: &Record) -> String {
    let value = &record.value;
    let message = path(value, &["message", "id"]).and_then(Value::as_str);
    let request = text(value, &["requestId"]);
    match (message, request) {
        (None, None) => match text(value, &["uuid"]) {
            Some(own) => format!("uuid {own}"),
            None => format!("line {}", record.line),
        },
        (message, request) => {
            format!("{}/{}", message.unwrap_or_default(), request.unwrap_or_default())
        }
    }
}

fn output_of(value: &Value) -> u32 {
    let output = path(value, &["message", "usage", "output_tokens"]);
    output.and_then(|value| count(value).ok()).unwrap_or(0)
}

fn read_answer(answer: &AnswerLines<'_>, desk: &mut Desk<'_>) {
    let Record { line, value } = answer.first;
    let arrival_us = desk.time(value, &["timestamp"]);
    let Some(message) = field(value, &["message"]) else { return };
    let Some(usage) = field(message, &["usage"]) else { return };
    let mut tokens = |name: &str| desk.tokens(field(usage, &[name]), name);
    let input = tokens("input_tokens");
    let read = tokens("cache_read_input_tokens");
    let written = tokens("cache_creation_input_tokens");
    let output = tokens("output_tokens");
    if !desk.is_sound() {
        return;
    }
    let whole = [input, read, written].into_iter().flatten().fold(0, u32::saturating_add);
    let row = Row {
        arrival_us,
        input_tokens: whole,
        cached_input_tokens: read,
        output_tokens: output.unwrap_or(0).max(answer.output),
        max_output_tokens: None,
    };
    let facts = Facts {
        client: "",
        session: &text(value, &["sessionId"]).unwrap_or_default(),
        deployment: "",
        model: &text(message, &["model"]).unwrap_or_default(),
        status: 200,
    };
    desk.collector.push_call(row, input.is_some(), facts, (*line, 0));
}
