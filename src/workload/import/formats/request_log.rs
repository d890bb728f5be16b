//! Request logs of no vendor: one call a record, in columns whose names are recognised or named by the caller.

use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::digits::digits_of_times;
use crate::workload::import::names::Names;
use crate::workload::import::number::{NumberFault, counted, scaled};
use crate::workload::import::record::{
    Desk, Record, at_path, field, has, paths, plain_text, text, total_at,
};
use crate::workload::import::scales::Scales;
use crate::workload::import::shape::{UnitUntold, unit_of_numbers};
use crate::workload::import::spec::{ArrivalUnit, TokensStated};
use crate::workload::import::statuses::status_of;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What a record has under a name; empty where it has nothing.
pub(crate) fn cell<'a>(value: &'a Value, name: Option<&String>) -> Cow<'a, str> {
    name.and_then(|name| at_path(value, name)).and_then(plain_text).unwrap_or_default()
}

/// The unit of the arrivals: as stated, as the column's name ends, or as the values are; said where it was recognised.
///
/// # Errors
/// Why the values do not tell.
pub(crate) fn unit(
    records: &[Record],
    names: &Names,
    collector: &mut Collector,
) -> Result<ArrivalUnit, UnitUntold> {
    if let Some(unit) = names.unit {
        return Ok(unit);
    }
    let times: Vec<Cow<'_, str>> =
        records.iter().map(|record| cell(&record.value, Some(&names.arrival))).collect();
    let filled = || times.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    let numbers = filled().all(|text| text.parse::<f64>().is_ok());
    if !numbers || filled().next().is_none() {
        return Ok(ArrivalUnit::Timestamp);
    }
    // Numbers may be dates or instants by the count of their digits: 20261120.
    if let Some(words) = digits_of_times(&filled(), &names.arrival) {
        if !words.is_empty() {
            collector.assume(format!("the numbers of {} are read as {words}", names.arrival));
        }
        return Ok(ArrivalUnit::Timestamp);
    }
    let unit = unit_of_numbers(times.iter().map(AsRef::as_ref))?;
    let words = match unit {
        ArrivalUnit::Ms => "milliseconds",
        ArrivalUnit::Us => "microseconds",
        _ => "seconds",
    };
    collector.assume(format!("the numbers of {} are read as {words}", names.arrival));
    Ok(unit)
}

/// The arrival of a record in microseconds.
pub(crate) fn arrival(value: &Value, names: &Names, unit: ArrivalUnit, desk: &mut Desk<'_>) -> i64 {
    if unit == ArrivalUnit::Timestamp {
        return desk.time(value, &[&names.arrival]);
    }
    let text = cell(value, Some(&names.arrival));
    scaled(text.as_bytes(), unit.scale_us()).unwrap_or_else(|fault: NumberFault| {
        desk.bad(fault, &names.arrival, &text);
        0
    })
}

/// What time 0 is for a unit.
pub(crate) const fn zero(unit: ArrivalUnit) -> Zero {
    match unit {
        ArrivalUnit::Timestamp => Zero::FirstArrival,
        other => Zero::Source { unit: other.as_str() },
    }
}

/// Reads one call a record.
pub(crate) fn request_log(
    records: Vec<Record>,
    names: &Names,
    unit: ArrivalUnit,
    collector: &mut Collector,
) -> Zero {
    collector.rows_are_told = true;
    let mut reading =
        Reading { names, unit, estimated: 0, batch: 0, beside: 0, reasoned: 0, kept: 0 };
    let pieces = pieces_to_leave(&records, names);
    let mut desk = Desk::new(collector);
    for (ix, Record { line, value }) in records.into_iter().enumerate() {
        desk.begin(line);
        if pieces.contains(&ix) {
            desk.leave("piece-of-an-answer");
            continue;
        }
        reading.read(&value, line, &mut desk);
    }
    if reading.estimated > 0 {
        desk.collector.note_bytes(reading.estimated);
    }
    let assumed = &mut desk.collector.assumed;
    assumed.extend(names.scales_said(false));
    if reading.beside > 0 {
        assumed.push(format!(
            "input of {} is the sum of input tokens, tokens read from the cache and tokens \
            written to it, which are counted apart",
            counted(reading.beside, "call")
        ));
    }
    if reading.reasoned > 0 {
        assumed.push(format!(
            "reasoning tokens of {} are counted as output: their output does not have them",
            counted(reading.reasoned, "call")
        ));
    }
    if let (rows @ 1.., Some(column)) = (reading.kept, &names.kept) {
        assumed.push(format!(
            "{} left out: a cache gave the answer, as {column} says, and no model was called",
            counted(rows, "row")
        ));
    }
    if reading.batch > 0 {
        let rows = counted(reading.batch, "batch call");
        desk.collector.assumed.push(format!("{rows} left out: they are no online traffic"));
    }
    if unit == ArrivalUnit::Timestamp {
        desk.end();
    }
    zero(unit)
}

struct Reading<'a> {
    names: &'a Names,
    unit: ArrivalUnit,
    estimated: u64,
    batch: u64,
    /// Calls whose cached tokens are counted beside their input.
    beside: u64,
    /// Calls whose reasoning is not in their output.
    reasoned: u64,
    /// Answers of a cache.
    kept: u64,
}

impl Reading<'_> {
    /// Why a record is no online call of a model.
    fn no_call(&mut self, value: &Value) -> Option<&'static str> {
        let names = self.names;
        if is_batch(value, names) {
            self.batch += 1;
            return Some("batch-call");
        }
        if is_of_a_cache(&cell(value, names.kept.as_ref())) {
            self.kept += 1;
            return Some("answer-of-a-cache");
        }
        let kind = cell(value, names.kind.as_ref());
        if is_a_step(&kind) && !has_tokens(value, names) {
            return Some("not-a-model-call");
        }
        if names.recognised && says_nothing(value, names) {
            return Some("nothing-of-a-call");
        }
        wraps(&kind).then_some("wrapping-span")
    }

    fn read(&mut self, value: &Value, line: u64, desk: &mut Desk<'_>) {
        let names = self.names;
        if let Some(why) = self.no_call(value) {
            return desk.leave(why);
        }
        let other = other_names(value, names);
        let own = other.as_ref().unwrap_or(names);
        let arrival_us = arrival(value, own, self.unit, desk);
        let [mut input, mut output, cached] = counts_of(value, own, desk);
        let mut tokens = |name: &Option<String>| {
            let name = name.as_deref()?;
            desk.tokens(at_path(value, name), name)
        };
        if own.beside {
            let apart = cached.unwrap_or(0).saturating_add(tokens(&own.written).unwrap_or(0));
            input = input.map(|input| input.saturating_add(apart));
            self.beside += u64::from(apart > 0);
        }
        let whole = whole_output(output, tokens(&own.reasoning));
        self.reasoned += u64::from(whole != output);
        output = whole;
        let limit = tokens(&names.limit);
        let bytes = (tokens(&names.input_bytes), tokens(&names.output_bytes));
        if !desk.is_sound() {
            return;
        }
        let calls = names.requests.as_ref().and_then(|name| total_at(value, name));
        if calls.is_some_and(|calls| calls <= 0.0)
            && [input, output].iter().flatten().all(|n| *n == 0)
        {
            return desk.leave("no-usage");
        }
        let status = cell(value, names.status.as_ref());
        let status = desk.collector.status(&status, line);
        if input.is_none()
            && let (Some(per_token), (Some(asked), answered)) =
                (desk.collector.bytes_per_token, bytes)
        {
            input = Some(asked.div_ceil(per_token));
            // What a refused call was answered is a message, not what a model would have written.
            let answered = answered.filter(|_| status < 400);
            output = answered.map(|bytes| bytes.div_ceil(per_token));
            self.estimated += 1;
        }
        let row = Row {
            arrival_us,
            input_tokens: input.unwrap_or(0),
            cached_input_tokens: cached,
            output_tokens: output.unwrap_or(0),
            max_output_tokens: limit,
        };
        let [client, session, deployment, model] =
            [&names.client, &names.session, &names.deployment, &names.model]
                .map(|name| cell(value, name.as_ref()));
        let facts = Facts {
            client: &client,
            session: &session,
            deployment: &deployment,
            model: &model,
            status,
        };
        desk.collector.next_id(cell(value, own.id.as_ref()).as_bytes());
        desk.collector.next_lacks(input.is_none(), output.is_none());
        let stated = input.is_some() || desk.collector.tokens_stated() == TokensStated::None;
        if !stated && streamed(value) && !matches!(status, 400..) {
            return refuse_streamed(desk);
        }
        desk.collector.push_call_from(row, stated, facts, zero(self.unit), (line, 0));
    }
}

/// The pieces of streamed answers that are not counted: of each answer the piece with the most
/// output counts, which is the last.
fn pieces_to_leave(records: &[Record], names: &Names) -> BTreeSet<usize> {
    let mut best: BTreeMap<String, (usize, f64)> = BTreeMap::new();
    let mut pieces = BTreeSet::new();
    for (ix, record) in records.iter().enumerate() {
        let value = &record.value;
        let piece = text(value, &["object"]).is_some_and(|kind| kind.ends_with(".chunk"));
        let Some(id) = text(value, &["id"]).filter(|_| piece) else { continue };
        let output = names.output.as_ref().and_then(|name| total_at(value, name)).unwrap_or(-1.0);
        pieces.insert(ix);
        let (at, most) = best.entry(id.into_owned()).or_insert((ix, output));
        if output > *most {
            (*at, *most) = (ix, output);
        }
    }
    for (at, _) in best.values() {
        pieces.remove(at);
    }
    pieces
}

/// Whether a record of JSON has none of the members that the calls of its file have: a line that a
/// program wrote about something else. A status alone is that of any request, where calls name
/// their model; a refusal may be one of a call.
fn says_nothing(value: &Value, names: &Names) -> bool {
    let calls = [
        &names.input,
        &names.output,
        &names.cached,
        &names.limit,
        &names.model,
        &names.deployment,
        &names.requests,
        &names.input_bytes,
        &names.output_bytes,
    ];
    let mut calls = calls.into_iter().flatten();
    let status = cell(value, names.status.as_ref());
    let told_by_status = !status.is_empty()
        && (names.model.is_none() || status_of(&status).is_none_or(|status| status >= 400));
    calls.all(|name| !has_path(value, name)) && !told_by_status && !streamed(value)
}

/// Whether a record has a member at a path with dots, empty or not.
fn has_path(value: &Value, name: &str) -> bool {
    let inside = |(at, _): (usize, &str)| {
        field(value, &[&name[..at]]).is_some_and(|inner| has_path(inner, &name[at + 1..]))
    };
    has(value, name) || name.match_indices('.').any(inside)
}

/// Output with its reasoning: a part of it where it can be, and beside it where it is more than
/// all of it.
pub(crate) fn whole_output(output: Option<u32>, reasoning: Option<u32>) -> Option<u32> {
    match (output, reasoning) {
        (None, Some(reasoning @ 1..)) => Some(reasoning),
        (Some(output), Some(reasoning)) if reasoning > output => {
            Some(output.saturating_add(reasoning))
        }
        (output, _) => output,
    }
}

/// The names of a record that has other ones than most: a file may have answers of two interfaces.
fn other_names(value: &Value, names: &Names) -> Option<Names> {
    let nested = names.input.as_ref().is_some_and(|name| name.contains('.'));
    let absent =
        |name: &Option<String>| name.as_ref().is_some_and(|name| at_path(value, name).is_none());
    let untimed = at_path(value, &names.arrival).is_none();
    let lacks = untimed || nested && (absent(&names.input) || absent(&names.cached));
    if !names.recognised || !lacks {
        return None;
    }
    let other = Names::recognised(paths(value).iter().map(String::as_str));
    other.filter(|other| other.input.is_some() && at_path(value, &other.arrival).is_some())
}

/// Refuses a streamed answer that states nothing.
fn refuse_streamed(desk: &mut Desk<'_>) {
    desk.refuse(
        "streamed-without-usage",
        "streamed answer without usage: its tokens are not stated".into(),
        "let callers ask for stream_options.include_usage, or state --bytes-per-token N where \
         bytes are logged",
    );
}

/// Input, output and cached input of a record, in tokens.
fn counts_of(value: &Value, names: &Names, desk: &mut Desk<'_>) -> [Option<u32>; 3] {
    let Scales { input, output, cached } = names.scales;
    let of = [(&names.input, input), (&names.output, output), (&names.cached, cached)];
    of.map(|(name, scale)| {
        let name = name.as_deref()?;
        match scale.factor {
            1 => desk.tokens(at_path(value, name), name),
            factor => desk.tokens_in(value, name, factor),
        }
    })
}

/// Whether a record is of a batch, by a column of batches or of service tiers.
pub(crate) fn is_batch(value: &Value, names: &Names) -> bool {
    says_batch(&cell(value, names.batch.as_ref()))
        || cell(value, names.tier.as_ref()).trim().eq_ignore_ascii_case("batch")
}

/// Whether a cell says yes, or has the id of a batch. Other numbers may be sizes of batches.
pub(crate) fn says_batch(cell: &str) -> bool {
    let word = cell.trim().to_ascii_lowercase();
    matches!(word.as_str(), "true" | "t" | "yes" | "y" | "1") || word.starts_with("batch")
}

/// Whether a row is of what wraps calls of models, and has their tokens once more: runs of
/// `LangSmith` and spans of `OpenInference`.
fn wraps(kind: &str) -> bool {
    const KINDS: [&str; 9] = [
        "chain",
        "tool",
        "agent",
        "retriever",
        "prompt",
        "parser",
        "reranker",
        "guardrail",
        "evaluator",
    ];
    KINDS.iter().any(|known| kind.trim().eq_ignore_ascii_case(known))
}

/// Whether a row is of a step that may have tokens or not: observations of Langfuse.
fn is_a_step(kind: &str) -> bool {
    ["span", "event", "trace"].iter().any(|known| kind.trim().eq_ignore_ascii_case(known))
}

fn has_tokens(value: &Value, names: &Names) -> bool {
    let mut counts = [&names.input, &names.output].into_iter().flatten();
    counts.any(|name| total_at(value, name).is_some_and(|count| count > 0.0))
}

/// Whether a cell says that a cache gave the answer; a number may be of cached tokens.
fn is_of_a_cache(cell: &str) -> bool {
    // `HIT`, `SEMANTIC HIT`.
    let word = cell.trim().to_ascii_lowercase();
    word == "true" || word == "yes" || word.ends_with("hit")
}

/// Whether a record says that its answer was streamed.
fn streamed(value: &Value) -> bool {
    ["stream", "streaming", "isStreamCompletion", "is_stream"]
        .iter()
        .any(|name| text(value, &[name]).is_some_and(|said| said.eq_ignore_ascii_case("true")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_says_yes_or_has_an_id() {
        assert!(["True", "1", "yes", "batch_abc123", "batch"].into_iter().all(says_batch));
        assert!(!["False", "0", "", "8", "null"].into_iter().any(says_batch));
    }
}
