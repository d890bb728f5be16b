//! Portkey's log export, a JSON object a line: units of request and answer are tokens, the cached part is in the answer.

use crate::workload::import::collector::{Collector, Zero};
use crate::workload::import::formats::request_log::request_log;
use crate::workload::import::names::Names;
use crate::workload::import::record::{Record, has};
use crate::workload::import::spec::ArrivalUnit;
use serde_json::Value;

pub(crate) fn is_portkey(first: &Value) -> bool {
    has(first, "req_units") && has(first, "res_units")
}

pub(crate) fn portkey(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let some = |name: &str| Some(name.to_owned());
    let names = Names {
        arrival: "created_at".into(),
        input: some("req_units"),
        output: some("res_units"),
        cached: some("response.usage.prompt_tokens_details.cached_tokens"),
        limit: some("request.max_completion_tokens"),
        client: some("metadata._user"),
        session: some("trace_id"),
        model: some("ai_model"),
        status: some("response_status_code"),
        kept: some("cache_status"),
        ..Names::default()
    };
    request_log(records, &names, ArrivalUnit::Timestamp, collector)
}
