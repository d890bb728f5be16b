//! Request logs of no vendor: one call a record, in columns whose names are recognised or named by the caller.

use crate::workload::import::collector::{Collector, Facts, Row, Zero};
use crate::workload::import::names::{Names, letters};
use crate::workload::import::number::{NumberFault, counted, scaled};
use crate::workload::import::record::{Desk, Record, at_path, plain_text};
use crate::workload::import::shape::unit_of_numbers;
use crate::workload::import::spec::{ArrivalUnit, TokensStated};
use serde_json::Value;
use std::borrow::Cow;

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
) -> Result<ArrivalUnit, String> {
    if let Some(unit) = names.unit {
        return Ok(unit);
    }
    let times: Vec<Cow<'_, str>> =
        records.iter().map(|record| cell(&record.value, Some(&names.arrival))).collect();
    let filled = || times.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    // Numbers may be dates, where all of them have the eight digits of one: 20261120.
    let date = |text: &str| text.len() == 8 && jiff::civil::Date::strptime("%Y%m%d", text).is_ok();
    let numbers = filled().all(|text| text.parse::<f64>().is_ok());
    if !numbers || filled().all(date) {
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
    let mut reading = Reading { names, unit, estimated: 0, batch: 0 };
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        desk.begin(line);
        reading.read(&value, line, &mut desk);
    }
    if reading.estimated > 0 {
        desk.collector.note_bytes(reading.estimated);
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
}

impl Reading<'_> {
    fn read(&mut self, value: &Value, line: u64, desk: &mut Desk<'_>) {
        let names = self.names;
        if is_batch(value, names) {
            self.batch += 1;
            return desk.leave("batch-call");
        }
        let arrival_us = arrival(value, names, self.unit, desk);
        let mut tokens = |name: Option<&String>| {
            let name = name?;
            desk.tokens(at_path(value, name), name)
        };
        let (mut input, mut output) = (tokens(names.input.as_ref()), tokens(names.output.as_ref()));
        let cached = tokens(names.cached.as_ref());
        let limit = tokens(names.limit.as_ref());
        let bytes = (tokens(names.input_bytes.as_ref()), tokens(names.output_bytes.as_ref()));
        if !desk.is_sound() {
            return;
        }
        let status = cell(value, names.status.as_ref());
        let status = status_of(&status);
        if input.is_none()
            && let (Some(per_token), (Some(asked), answered)) =
                (desk.collector.bytes_per_token, bytes)
        {
            input = Some(asked.div_ceil(per_token));
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
        let stated = input.is_some() || desk.collector.tokens_stated() == TokensStated::None;
        if !stated && streamed(value) && !matches!(status, 400..) {
            return desk.refuse(
                "streamed-without-usage",
                "streamed answer without usage: its tokens are not stated".into(),
                "let callers ask for stream_options.include_usage, or state --bytes-per-token N where bytes are logged",
            );
        }
        desk.collector.push_call_from(row, stated, facts, zero(self.unit), (line, 0));
    }
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

/// Whether a record says that its answer was streamed.
fn streamed(value: &Value) -> bool {
    ["stream", "streaming", "isStreamCompletion", "is_stream"].iter().any(|name| {
        crate::workload::import::record::text(value, &[name])
            .is_some_and(|said| said.eq_ignore_ascii_case("true"))
    })
}

/// An HTTP status, or a word for one; 0 where it says nothing.
pub(crate) fn status_of(text: &str) -> u16 {
    let word = text.trim().to_ascii_lowercase();
    let number: String = word.chars().take_while(char::is_ascii_digit).collect();
    if let Ok(status @ 100..600) = number.parse::<u16>() {
        return status;
    }
    let letters = letters(&word);
    let says = |words: &[&str]| words.iter().any(|part| letters.contains(part));
    match letters.as_str() {
        "" => 0,
        "success" | "successful" | "succeeded" | "ok" | "completed" | "complete" => 200,
        // Codes of APIs, and their libraries' errors: `rate_limit_exceeded`, `RateLimitError`.
        _ if says(&["ratelimit", "throttl", "toomanyrequests", "insufficientquota"]) => 429,
        _ if says(&["timeout", "timedout", "deadlineexceeded"]) => 408,
        _ if says(&["badrequest", "invalidrequest", "contextlength", "unprocessable"]) => 400,
        _ if says(&["authentication", "unauthorized", "permissiondenied", "forbidden"]) => 401,
        _ if says(&["unavailable", "overloaded", "internalserver", "badgateway"]) => 503,
        "failure" | "failed" | "error" | "apierror" | "servererror" | "apiconnectionerror" => 500,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_a_refused_call_are_its_status() {
        let refused = [
            "rate_limit_exceeded",
            "RateLimitError",
            "Too Many Requests",
            "429 Too Many Requests",
            "throttled",
            "openai.RateLimitError",
            "ThrottlingException",
        ];
        assert!(refused.iter().all(|word| status_of(word) == 429));
        assert_eq!(["success", "OK", "200"].map(status_of), [200; 3]);
        assert_eq!(["APITimeoutError", "timed out"].map(status_of), [408; 2]);
        assert_eq!(["InternalServerError", "ServiceUnavailableError"].map(status_of), [503; 2]);
        assert_eq!(["error", "failed", "APIError"].map(status_of), [500; 3]);
        assert_eq!(["BadRequestError", "invalid_request_error"].map(status_of), [400; 2]);
        assert_eq!(["", "stop", "length"].map(status_of), [0; 3]);
    }

    #[test]
    fn a_batch_says_yes_or_has_an_id() {
        assert!(["True", "1", "yes", "batch_abc123", "batch"].into_iter().all(says_batch));
        assert!(!["False", "0", "", "8", "null"].into_iter().any(says_batch));
    }
}
