//! Published research traces in JSON lines: Mooncake and Qwen Bailian, with what a prefix cache would hold of each request.

use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::number::{NumberFault, scaled};
use crate::workload::import::record::{Desk, Record, field, has, text};
use serde_json::Value;
use std::collections::BTreeSet;

/// Tokens in a block of Mooncake's `hash_ids`.
const MOONCAKE_BLOCK_TOKENS: u64 = 512;
/// Tokens in a block of Bailian's `hash_ids`.
const BAILIAN_BLOCK_TOKENS: u64 = 16;

pub(crate) fn is_mooncake(first: &Value) -> bool {
    has(first, "input_length") && has(first, "hash_ids") && !has(first, "chat_id")
}

pub(crate) fn is_bailian(first: &Value) -> bool {
    has(first, "input_length") && has(first, "chat_id")
}

pub(crate) fn mooncake(records: Vec<Record>, collector: &mut Collector) -> Zero {
    blocks(records, collector, MOONCAKE_BLOCK_TOKENS, 1_000);
    Zero::Source { unit: "ms" }
}

pub(crate) fn bailian(records: Vec<Record>, collector: &mut Collector) -> Zero {
    blocks(records, collector, BAILIAN_BLOCK_TOKENS, 1_000_000);
    Zero::Source { unit: "s" }
}

/// Rows in file order; a block is held once any earlier row had it. Ids are chained by prefix, so the leading run of held blocks is the cached part.
fn blocks(records: Vec<Record>, collector: &mut Collector, block_tokens: u64, unit_us: i64) {
    let mut held: BTreeSet<u64> = BTreeSet::new();
    let zero = Zero::Source { unit: "s" };
    let mut desk = Desk::new(collector);
    let mut derived = false;
    for Record { line, value } in records {
        desk.begin(line);
        let shown = text(&value, &["timestamp"]).unwrap_or_default();
        let arrival_us = scaled(shown.as_bytes(), unit_us).unwrap_or_else(|fault: NumberFault| {
            desk.collector.bad_number(fault, "timestamp", shown.as_bytes(), (line, 0));
            -1
        });
        let input = desk.tokens(field(&value, &["input_length"]), "input_length");
        let output = desk.tokens(field(&value, &["output_length"]), "output_length");
        if arrival_us < 0 && shown.parse::<f64>().is_err() || !desk.is_sound() {
            continue;
        }
        let (Some(input_tokens), Some(output_tokens)) = (input, output) else {
            desk.refuse(
                "missing-value",
                "missing value: input_length or output_length".into(),
                "fill it in, or leave the row out",
            );
            continue;
        };
        let ids = value.get("hash_ids").and_then(Value::as_array);
        let cached_input_tokens = ids.map(|ids| {
            derived = true;
            let ids: Vec<u64> = ids.iter().filter_map(Value::as_u64).collect();
            let run = ids.iter().take_while(|id| held.contains(id)).count() as u64;
            held.extend(ids);
            (run * block_tokens).min(u64::from(input_tokens)) as u32
        });
        let row = Row {
            arrival_us,
            input_tokens,
            cached_input_tokens,
            output_tokens,
            max_output_tokens: None,
        };
        let session = text(&value, &["chat_id"]).unwrap_or_default();
        let kind = text(&value, &["type"]).unwrap_or_default();
        let facts = Facts { session: &session, client: &kind, ..Facts::default() };
        if desk.collector.wants(&facts, line) && desk.collector.push(row, zero, (line, 0)) {
            desk.collector.push_facts(facts);
        }
    }
    if derived {
        desk.collector.assumed.push(
            "cached input tokens are those of one unlimited cache shared by all, cold at the start: an upper bound".into(),
        );
    }
}
