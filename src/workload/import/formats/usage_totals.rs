//! Totals of no vendor, and `LiteLLM`'s daily tables: calls and tokens by minute, hour or day, a row a total.

use crate::units::diagnostic::Diagnostic;
use crate::workload::import::buckets::{Buckets, CellKey};
use crate::workload::import::collector::{Collector, Zero, embeds};
use crate::workload::import::formats::request_log::{arrival, cell, is_batch, zero};
use crate::workload::import::grain::Grain;
use crate::workload::import::names::{Names, letters};
use crate::workload::import::number::counted;
use crate::workload::import::record::{Desk, Record, field, has, text, total_at};
use crate::workload::import::scales::{ColumnScale, Scales};
use crate::workload::import::spec::ArrivalUnit;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What became of a table's rows, for what is said about them.
#[derive(Default)]
struct SeenTotals {
    failed: f64,
    batch: u64,
    /// Rows of neither calls nor tokens.
    nothing: u64,
    /// Rows of calls and no tokens, and their calls.
    bare: (u64, f64),
    /// Rows like another in every column, and the line of the first.
    twice: (u64, u64),
    known: BTreeSet<String>,
    /// When every row begins, also those of nothing.
    starts: BTreeSet<i64>,
    /// Rows that are the total of others.
    totals: u64,
}

/// Reads one total a record. Their sums are kept; when the calls came within a total, and how long each was, is made up.
pub(crate) fn usage_totals(
    records: Vec<Record>,
    names: &Names,
    unit: ArrivalUnit,
    collector: &mut Collector,
) -> Zero {
    let model = collector.bucket_model;
    let mut buckets = Buckets::default();
    let mut seen = SeenTotals::default();
    let parts = TotalRows::of(&records, names);
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        desk.begin(line);
        if parts.is_total(&value) {
            seen.totals += 1;
            desk.leave("total-of-other-rows");
            continue;
        }
        if is_batch(&value, names) {
            seen.batch += 1;
            desk.leave("batch-call");
            continue;
        }
        if !seen.known.insert(value.to_string()) {
            let (rows, first) = seen.twice;
            seen.twice = (rows + 1, if rows == 0 { line } else { first });
        }
        let start_us = arrival(&value, names, unit, &mut desk);
        if desk.is_sound() {
            seen.starts.insert(start_us);
            read_total(&value, names, start_us, &mut desk, (&mut buckets, &mut seen));
        }
    }
    let grain = Grain::of(&seen.starts, &names.arrival);
    buckets.length_us = grain.us;
    for (key, cell) in &mut buckets.cells {
        cell.length_us = grain.length_us(key.start_us);
    }
    if let Some(step) = odd_step(&seen.starts, grain.us).filter(|_| !grain.months) {
        let found = of_no_known_length(step, &names.arrival);
        let place = desk.collector.faults.place(0, 0);
        desk.collector.warnings.push(found.at(place));
    }
    if seen.twice.0 > 0 {
        let place = desk.collector.faults.place(seen.twice.1, 0);
        desk.collector.warnings.push(alike(seen.twice.0).at(place));
    }
    desk.collector.assumed.push(grain.said());
    desk.collector.assumed.extend(names.scales_said(true));
    say(&seen, &mut desk.collector.assumed);
    desk.end();
    buckets.spread(model, collector);
    zero(unit)
}

/// The columns that say what a row is of, where some of their rows are named as the total of the
/// others.
struct TotalRows<'n>(Vec<&'n String>);

impl<'n> TotalRows<'n> {
    fn of(records: &[Record], names: &'n Names) -> Self {
        let columns = [&names.client, &names.deployment, &names.model].into_iter().flatten();
        let has_totals = |name: &&String| {
            let cells = || records.iter().map(|record| cell(&record.value, Some(*name)));
            cells().any(|cell| is_a_total(&cell))
                && cells().any(|cell| !cell.trim().is_empty() && !is_a_total(&cell))
        };
        Self(columns.filter(has_totals).collect())
    }

    fn is_total(&self, value: &Value) -> bool {
        self.0.iter().any(|name| is_a_total(&cell(value, Some(*name))))
    }
}

/// Whether a name is that of a total in a table of its parts.
fn is_a_total(name: &str) -> bool {
    const WORDS: [&str; 9] = [
        "total",
        "totals",
        "grandtotal",
        "subtotal",
        "sum",
        "summe",
        "gesamt",
        "gesamtsumme",
        "overall",
    ];
    WORDS.contains(&letters(name).as_str())
}

fn alike(rows: u64) -> Diagnostic {
    let message =
        format!("{} like another in every column: both are counted", counted(rows, "row"));
    Diagnostic::warning("rows-alike", message)
        .hint("if parts of the table overlap, leave the repeated rows out")
}

fn say(seen: &SeenTotals, assumed: &mut Vec<String>) {
    if seen.failed > 0.0 {
        assumed.push(format!(
            "{} failed at the source for reasons it does not state: kept as demand, the tokens of a total spread over all its calls",
            counted(seen.failed.round() as u64, "call")
        ));
    }
    if seen.totals > 0 {
        assumed.push(format!(
            "{} left out: they are named as the total of the others",
            counted(seen.totals, "row")
        ));
    }
    if seen.nothing > 0 {
        assumed.push(format!(
            "{} of no calls and no tokens left out: they are no requests",
            counted(seen.nothing, "row")
        ));
    }
    if let (rows @ 1.., calls) = seen.bare {
        assumed.push(format!(
            "{} of {calls} calls and no tokens: kept as calls that have none",
            counted(rows, "row")
        ));
    }
    if seen.batch > 0 {
        let rows = counted(seen.batch, "row");
        assumed.push(format!("{rows} left out: batch calls are no online traffic"));
    }
}

/// Adds a row to the total that it is of.
fn read_total(
    value: &Value,
    names: &Names,
    start_us: i64,
    desk: &mut Desk<'_>,
    (buckets, seen): (&mut Buckets, &mut SeenTotals),
) {
    let mut of = |name: &Option<String>| name.as_ref().and_then(|name| desk.total(value, name));
    let (requests, failed) = (of(&names.requests), of(&names.failed));
    let mut sum = |name: &Option<String>, scale: ColumnScale| {
        let calls = if scale.per_call { requests? } else { 1.0 };
        of(name).map(|number| number * f64::from(scale.factor) * calls)
    };
    let Scales { input, output, cached } = names.scales;
    let (input, output, cached) =
        (sum(&names.input, input), sum(&names.output, output), sum(&names.cached, cached));
    if !desk.is_sound() {
        return;
    }
    let (calls, tokens) = (requests.unwrap_or(0.0), input.unwrap_or(0.0) + output.unwrap_or(0.0));
    let [client, deployment, model] = [&names.client, &names.deployment, &names.model]
        .map(|name| cell(value, name.as_ref()).into_owned());
    // Calls that failed have no tokens, and embeddings have no output.
    let used = calls > failed.unwrap_or(0.0) || tokens > 0.0;
    let embeds = [&deployment, &model].into_iter().any(|name| embeds(name));
    let lacks = |name: &Option<String>, amount: Option<f64>| name.is_some() && amount.is_none();
    if used && (lacks(&names.input, input) || lacks(&names.output, output) && !embeds) {
        let message = "tokens of a total not stated".to_owned();
        return desk.refuse("tokens-not-stated", message, "fill them in, or leave the row out");
    }
    if calls + failed.unwrap_or(0.0) + tokens <= 0.0 {
        seen.nothing += 1;
        return desk.leave("no-usage");
    }
    seen.failed += failed.unwrap_or(0.0);
    if tokens <= 0.0 && calls > failed.unwrap_or(0.0) {
        seen.bare = (seen.bare.0 + 1, seen.bare.1 + calls);
    }
    let deployment = deployment.strip_prefix("azure/").map_or(deployment.clone(), str::to_owned);
    let key = CellKey { start_us, deployment, client, model: model.clone() };
    let cell = buckets.cell_of(key, &model);
    if let Some(requests) = requests {
        *cell.totals.requests.get_or_insert(0.0) += requests;
    }
    cell.totals.input += input.unwrap_or(0.0);
    cell.totals.output += output.unwrap_or(0.0);
    if let Some(cached) = cached {
        *cell.totals.cached.get_or_insert(0.0) += cached;
    }
    desk.leave("gathered-into-buckets");
}

/// The smallest distance of times that are no steps of one length.
fn odd_step(starts: &BTreeSet<i64>, step: i64) -> Option<i64> {
    let steps = || starts.iter().zip(starts.iter().skip(1)).map(|(a, b)| b - a);
    let smallest = steps().min()?;
    let whole = steps().all(|gap| gap % step == 0) && step % 60_000_000 == 0;
    (!whole).then_some(smallest)
}

fn of_no_known_length(step_us: i64, column: &str) -> Diagnostic {
    let message = format!(
        "totals of no known length: the times of {column} are no steps of minutes, hours or \
            days; each row is taken for the total of the {} s between the nearest two",
        step_us / 1_000_000
    );
    Diagnostic::warning("totals-of-no-known-length", message).hint(
        "if another column has the day or the hour of each total, name it: --columns \
            arrival=COLUMN,requests=COLUMN,…",
    )
}

/// The answer of `/user/daily/activity` and its siblings: a day's metrics, and what they are made of.
pub(crate) fn is_litellm_activity(first: &Value) -> bool {
    has(first, "metrics")
        && has(first, "date")
        && field(first, &["metrics"]).is_some_and(|metrics| has(metrics, "api_requests"))
}

/// A day's metrics by model, where its models make up the whole day, and as one otherwise.
pub(crate) fn litellm_activity(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let mut rows = Vec::with_capacity(records.len());
    for Record { line, value } in records {
        let date = text(&value, &["date"]).unwrap_or_default().into_owned();
        let metrics = field(&value, &["metrics"]).cloned().unwrap_or_default();
        let models = field(&value, &["breakdown"]).and_then(|all| field(all, &["models"]));
        let models: Vec<(String, Value)> = models
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, of)| (name.clone(), field(of, &["metrics"]).unwrap_or(of).clone()))
            .collect();
        let sum = |name: &str| -> f64 {
            models.iter().filter_map(|(_, metrics)| total_at(metrics, name)).sum()
        };
        let whole = ["api_requests", "prompt_tokens", "completion_tokens"]
            .iter()
            .all(|name| (sum(name) - total_at(&metrics, name).unwrap_or(0.0)).abs() < 0.5);
        let parts =
            if whole && !models.is_empty() { models } else { vec![(String::new(), metrics)] };
        for (model, metrics) in parts {
            let Value::Object(mut row) = metrics else { continue };
            row.insert("date".into(), json!(date));
            row.insert("model".into(), json!(model));
            rows.push(Record { line, value: Value::Object(row) });
        }
    }
    let names = Names {
        arrival: "date".into(),
        input: Some("prompt_tokens".into()),
        output: Some("completion_tokens".into()),
        cached: Some("cache_read_input_tokens".into()),
        requests: Some("api_requests".into()),
        failed: Some("failed_requests".into()),
        deployment: Some("model".into()),
        model: Some("model".into()),
        ..Names::default()
    };
    usage_totals(rows, &names, ArrivalUnit::Timestamp, collector)
}
