//! Metrics in long form, a row a metric: `AppMetrics` and `customMetrics` of Application Insights, as API Management's
//! emit-token-metric policy writes them, and ranges of Prometheus counters. A row is a sum over some calls.

use crate::workload::import::buckets::{BUCKET_ZERO, Buckets, Cell, CellKey};
use crate::workload::import::collector::{Collector, Zero};
use crate::workload::import::names::letters;
use crate::workload::import::number::counted;
use crate::workload::import::record::{Desk, Record, field, has, object, text, total};
use serde_json::Value;
use std::collections::BTreeMap;

const MINUTE_US: i64 = 60_000_000;

/// What a metric counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Figure {
    Input,
    Cached,
    Output,
    Total,
    Requests,
}

fn figure(name: &str) -> Option<Figure> {
    let letters = letters(name);
    let is = |ends: &[&str]| ends.iter().any(|end| letters.ends_with(end));
    if is(&[
        "cachedtokens",
        "cachedprompttokens",
        "cachedinputtokens",
        "cachedinputtokensmetrictotal",
    ]) {
        return Some(Figure::Cached);
    }
    if is(&[
        "prompttokens",
        "inputtokens",
        "prompttokenstotal",
        "inputtokensmetrictotal",
        "inputtokenstotal",
    ]) {
        return Some(Figure::Input);
    }
    if is(&[
        "completiontokens",
        "outputtokens",
        "generationtokenstotal",
        "generatedtokens",
        "outputtokensmetrictotal",
        "outputtokenstotal",
        "completiontokenstotal",
    ]) {
        return Some(Figure::Output);
    }
    if is(&["totaltokens", "totaltokensmetrictotal", "tokenstotal"]) {
        return Some(Figure::Total);
    }
    is(&[
        "requestsuccesstotal",
        "requeststotal",
        "requestsmetrictotal",
        "requests",
        "operationdurationcount",
        "operationdurationsecondscount",
    ])
    .then_some(Figure::Requests)
}

pub(crate) fn is_app_metrics(first: &Value) -> bool {
    let name = text(first, &["Name"]).unwrap_or_default();
    let sums = has(first, "Sum") || has(first, "valueSum") || has(first, "value");
    let counts = has(first, "ItemCount") || has(first, "valueCount");
    let dimensions = has(first, "Properties") || has(first, "customDimensions");
    !name.is_empty() && sums && (counts || dimensions)
}

/// The names that dimensions have, with their values.
fn dimension(dimensions: Option<&Value>, wanted: &[&str]) -> String {
    let Some(map) = dimensions.and_then(Value::as_object) else { return String::new() };
    let found = wanted.iter().find_map(|name| {
        map.iter()
            .find(|(key, value)| letters(key) == *name && value.as_str() != Some(""))
            .and_then(|(_, value)| value.as_str())
    });
    found.unwrap_or_default().to_owned()
}

const CLIENT: [&str; 9] = [
    "subscriptionid",
    "apimsubscriptionid",
    "userid",
    "productid",
    "apikeyalias",
    "team",
    "clientip",
    "apiid",
    "endpoint",
];
const DEPLOYMENT: [&str; 4] = ["deployment", "deploymentname", "deploymentid", "modeldeployment"];
const MODEL: [&str; 5] =
    ["model", "modelname", "genairesponsemodel", "genairequestmodel", "requestedmodel"];

/// Sums by minute, client, deployment and model, and how many calls each metric counted.
pub(crate) fn app_metrics(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let model = collector.bucket_model;
    let mut buckets = Buckets { length_us: MINUTE_US, ..Buckets::default() };
    let mut counts: BTreeMap<CellKey, f64> = BTreeMap::new();
    let mut totals_only: BTreeMap<CellKey, f64> = BTreeMap::new();
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        desk.begin(line);
        let name = text(&value, &["Name"]).unwrap_or_default();
        let Some(figure) = figure(&name) else {
            desk.leave("metric-not-needed");
            continue;
        };
        let at = desk.time(&value, &["TimeGenerated", "timestamp", "time"]);
        if !desk.is_sound() {
            continue;
        }
        let Some(sum) = total(&value, &["Sum", "valueSum", "value"]) else {
            desk.leave("no-value");
            continue;
        };
        let dimensions = object(&value, &["Properties", "customDimensions"]);
        let named = |wanted: &[&str]| dimension(dimensions.as_deref(), wanted);
        let key = CellKey {
            start_us: at.div_euclid(MINUTE_US) * MINUTE_US,
            deployment: named(&DEPLOYMENT),
            client: named(&CLIENT),
            model: named(&MODEL),
        };
        let calls = total(&value, &["valueCount", "ItemCount"]);
        if let (Some(calls), true) = (calls, figure != Figure::Requests) {
            // Every call has each metric once: the metrics of one cell count the same calls.
            *counts.entry(of_figure(&key, figure)).or_default() += calls;
        }
        if figure == Figure::Total {
            *totals_only.entry(key.clone()).or_default() += sum;
        }
        let shown = key.model.clone();
        add(buckets.cell_of(key, &shown), figure, sum);
        desk.leave("gathered-into-buckets");
    }
    for (key, calls) in counts {
        let key = CellKey { model: key.model[1..].to_owned(), ..key };
        if let Some(cell) = buckets.cells.get_mut(&key) {
            let known = cell.totals.requests.get_or_insert(0.0);
            *known = known.max(calls);
        }
    }
    refuse_totals_without_parts(&totals_only, &mut buckets, &mut desk);
    desk.end();
    buckets.cells.retain(|_, cell| !is_empty(cell));
    buckets.spread(model, collector);
    BUCKET_ZERO
}

/// A key of its own for every metric of a cell.
fn of_figure(key: &CellKey, figure: Figure) -> CellKey {
    let letter = match figure {
        Figure::Input => 'i',
        Figure::Cached => 'c',
        Figure::Output => 'o',
        Figure::Total => 't',
        Figure::Requests => 'r',
    };
    CellKey { model: format!("{letter}{}", key.model), ..key.clone() }
}

fn is_empty(cell: &Cell) -> bool {
    cell.totals.requests.unwrap_or(0.0) + cell.totals.input + cell.totals.output <= 0.0
}

fn add(cell: &mut Cell, figure: Figure, sum: f64) {
    let totals = &mut cell.totals;
    match figure {
        Figure::Input => totals.input += sum,
        Figure::Cached => *totals.cached.get_or_insert(0.0) += sum,
        Figure::Output => totals.output += sum,
        Figure::Requests => *totals.requests.get_or_insert(0.0) += sum,
        Figure::Total => {}
    }
}

/// Total tokens alone do not say what was input: such minutes are refused, not halved.
fn refuse_totals_without_parts(
    totals_only: &BTreeMap<CellKey, f64>,
    buckets: &mut Buckets,
    desk: &mut Desk<'_>,
) {
    let bare = |key: &CellKey| {
        buckets.cells.get(key).is_none_or(|cell| cell.totals.input + cell.totals.output <= 0.0)
    };
    let lone: Vec<&CellKey> = totals_only
        .iter()
        .filter(|(key, sum)| **sum > 0.0 && bare(key))
        .map(|(key, _)| key)
        .collect();
    for key in lone {
        buckets.cells.remove(key);
        let message = "total tokens without prompt and completion tokens".into();
        let hint = "export the metrics Prompt Tokens and Completion Tokens too";
        desk.collector.fault("parts-not-stated", message, hint, (0, 0));
    }
}

/// `{ "resultType": "matrix", "result": [{ "metric": {…}, "values": [[time, "count"], …] }] }`
pub(crate) fn is_prometheus(first: &Value) -> bool {
    has(first, "metric")
        && field(first, &["values"]).and_then(Value::as_array).is_some_and(|values| {
            values.first().is_none_or(|pair| pair.as_array().is_some_and(|pair| pair.len() == 2))
        })
}

/// Counters only grow: what a series gained between two samples is the sum of that step. A fall is a restart from 0.
pub(crate) fn prometheus(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let model = collector.bucket_model;
    let mut buckets = Buckets::default();
    let mut restarts = 0_u64;
    let mut step_us = i64::MAX;
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        let metric = field(&value, &["metric"]);
        let name = metric.and_then(|metric| text(metric, &["__name__"])).unwrap_or_default();
        let name = match metric.and_then(|metric| text(metric, &["gen_ai_token_type"])) {
            Some(kind) => format!("{kind} tokens"),
            None => name.into_owned(),
        };
        let samples: Vec<(i64, f64)> = field(&value, &["values"])
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|pair| {
                let at = pair.get(0)?.as_f64()?;
                let count = pair.get(1)?;
                let count = count.as_f64().or_else(|| count.as_str()?.parse().ok())?;
                Some(((at * 1e6).round() as i64, count))
            })
            .collect();
        let Some(figure) = figure(&name) else {
            for _ in &samples {
                desk.begin(line);
                desk.leave("metric-not-needed");
            }
            continue;
        };
        let of = |wanted: &[&str]| dimension(metric, wanted);
        for (before, after) in samples.iter().zip(samples.iter().skip(1)) {
            desk.begin(line);
            step_us = step_us.min(after.0 - before.0);
            let fell = after.1 < before.1;
            restarts += u64::from(fell);
            let gained = if fell { after.1 } else { after.1 - before.1 };
            let key = CellKey {
                start_us: before.0,
                deployment: of(&DEPLOYMENT),
                client: of(&CLIENT),
                model: of(&MODEL),
            };
            let shown = key.model.clone();
            let cell = buckets.cell_of(key, &shown);
            cell.length_us = cell.length_us.max(after.0 - before.0);
            add(cell, figure, gained);
            desk.leave("gathered-into-buckets");
        }
    }
    buckets.length_us = if step_us == i64::MAX { MINUTE_US } else { step_us.max(1) };
    if restarts > 0 {
        desk.collector.assumed.push(format!(
            "{} of a counter: it is taken to have begun again at 0",
            counted(restarts, "restart")
        ));
    }
    buckets.cells.retain(|_, cell| !is_empty(cell));
    buckets.spread(model, collector);
    BUCKET_ZERO
}
