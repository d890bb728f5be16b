//! Langfuse's daily metrics (`/api/public/metrics/daily`): a day's usage by model.

use crate::workload::import::collector::{Collector, Zero};
use crate::workload::import::formats::usage_totals::usage_totals;
use crate::workload::import::names::Names;
use crate::workload::import::record::{Record, field, has, text};
use crate::workload::import::spec::ArrivalUnit;
use serde_json::{Value, json};

pub(crate) fn is_langfuse_daily(first: &Value) -> bool {
    has(first, "date") && has(first, "countObservations") && has(first, "usage")
}

pub(crate) fn langfuse_daily(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let mut rows = Vec::with_capacity(records.len());
    for Record { line, value } in records {
        let date = text(&value, &["date"]).unwrap_or_default().into_owned();
        let models = field(&value, &["usage"]).and_then(Value::as_array);
        for model in models.into_iter().flatten() {
            let Value::Object(mut row) = model.clone() else { continue };
            row.insert("date".into(), json!(date));
            rows.push(Record { line, value: Value::Object(row) });
        }
    }
    collector.assume("the observations that Langfuse counts by model are taken for calls".into());
    let some = |name: &str| Some(name.to_owned());
    let names = Names {
        arrival: "date".into(),
        input: some("inputUsage"),
        output: some("outputUsage"),
        requests: some("countObservations"),
        model: some("model"),
        ..Names::default()
    };
    usage_totals(rows, &names, ArrivalUnit::Timestamp, collector)
}
