//! Azure Monitor platform metrics of a Foundry resource: the REST answer (`az monitor metrics list`, keeps dimensions), `AzureMetrics` records of a
//! diagnostic setting (dimensions flattened away), and the portal's CSV download.
//!
//! Old and new metric families state the same figures under two names; where a file has both, the old one counts. Cached input is
//! `TokenTransaction - ActiveTokens` (provisioned only) or the cache match rate; for Claude the cache counters stand beside input and are added.

use crate::units::diagnostic::Diagnostic;
use crate::workload::import::buckets::{BUCKET_ZERO, Buckets, CellKey};
use crate::workload::import::collector::{Collector, Zero};
use crate::workload::import::formats::chart::{Series, several};
use crate::workload::import::grain::Grain;
use crate::workload::import::names::letters;
use crate::workload::import::record::{Desk, Record, field, has, text, total};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What a metric measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Figure {
    Requests,
    Input,
    Output,
    Total,
    Active,
    CacheMatchRate,
    ClaudeCacheRead,
    ClaudeCacheWrite,
}

/// The figure of a metric's name, and whether it is of the older family. Names come in any case, with spaces in the portal.
fn figure(name: &str) -> Option<(Figure, bool)> {
    let letters: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let letters = letters.trim_start_matches("azureopenai").trim_start_matches("models");
    Some(match letters {
        "requests" => (Figure::Requests, true),
        "modelrequests" => (Figure::Requests, false),
        "processedprompttokens" | "processedinferencetokensprompt" => (Figure::Input, true),
        "inputtokens" => (Figure::Input, false),
        "generatedtokens" | "generatedcompletiontokens" => (Figure::Output, true),
        "outputtokens" => (Figure::Output, false),
        "tokentransaction" | "processedinferencetokens" => (Figure::Total, true),
        "totaltokens" => (Figure::Total, false),
        "activetokens" => (Figure::Active, true),
        "contexttokenscachematchrate"
        | "promptstokencachematchrate"
        | "prompttokencachematchrate" => (Figure::CacheMatchRate, true),
        "cachereadinputtokens" => (Figure::ClaudeCacheRead, false),
        "ephemeral5minputtokens" | "ephemeral1hinputtokens" => (Figure::ClaudeCacheWrite, false),
        _ => return None,
    })
}

/// The values of one bucket and deployment: by figure and family, each with its status.
type Figures = BTreeMap<(Figure, bool), Vec<(u16, f64)>>;
/// One value of a metric: its bucket, deployment and status, beside what it measures.
type Values = BTreeMap<(i64, String, Figure, bool, u16), f64>;

/// All values, and the lengths of the buckets they are of.
#[derive(Default)]
struct Sums {
    values: Values,
    /// By time and deployment, where the answer states it.
    lengths: BTreeMap<(i64, String), i64>,
    /// The length that the answer being read states, 0 where it states none.
    grain_us: i64,
    /// A deployment with values of two lengths for one time.
    twice: Option<(String, i64, i64)>,
}

impl Sums {
    fn add(&mut self, at: i64, deployment: &str, figure: (Figure, bool), status: u16, amount: f64) {
        let key = (at, deployment.to_owned(), figure.0, figure.1, status);
        *self.values.entry(key).or_default() += amount;
        if self.grain_us > 0 {
            let length = self.lengths.entry((at, deployment.to_owned())).or_insert(self.grain_us);
            if *length != self.grain_us {
                self.twice.get_or_insert((deployment.to_owned(), *length, self.grain_us));
            }
        }
    }
}

pub(crate) fn is_azure_monitor(first: &Value) -> bool {
    is_answer(first) || has(first, "metricName") || is_printed(first) || is_portal(first)
}

/// A row of `az monitor metrics list --output table`: a metric's value, with its dimensions.
fn is_printed(value: &Value) -> bool {
    let name = text(value, &["Name"]).unwrap_or_default();
    let valued = ["Total", "Average"].iter().any(|aggregate| has(value, aggregate));
    valued && has(value, "Timestamp") && figure(&name).is_some()
}

/// An answer of the REST interface: metrics, each with its series. `metrics:getBatch` has several, one a resource.
fn is_answer(value: &Value) -> bool {
    let metrics = field(value, &["value"]).and_then(Value::as_array);
    is_metric(value)
        || metrics.is_some_and(|all| has(value, "timespan") || all.first().is_some_and(is_metric))
}

/// A metric by itself: what `--query value` leaves of an answer, and `Get-AzMetric` as JSON.
fn is_metric(value: &Value) -> bool {
    has(value, "timeseries")
}

/// The portal writes one column a metric beside a column of times. A name that other logs use too counts only with the
/// aggregate that the portal adds to it: `Input Tokens (Sum)`.
fn is_portal(first: &Value) -> bool {
    let Some(map) = first.as_object() else { return false };
    let metrics = || map.keys().filter(|name| portal_figure(name).is_some());
    let of_azure = |name: &&String| {
        let letters = letters(name.split(['(', ',']).next().unwrap_or_default());
        let plain = [
            "requests",
            "modelrequests",
            "inputtokens",
            "outputtokens",
            "totaltokens",
            // Azure's public traces.
            "generatedtokens",
            // Anthropic's usage.
            "cachereadinputtokens",
        ];
        aggregate(name).is_some() || !plain.contains(&letters.as_str())
    };
    map.keys().any(|name| is_time(name)) && metrics().any(|name| of_azure(&name))
}

/// The aggregate that a column's name has in brackets behind its metric, before the name of a
/// resource: `Requests (Sum), account`. The portal writes it in the language of its user.
fn aggregate(name: &str) -> Option<String> {
    let (_, rest) = name.split(',').next()?.split_once('(')?;
    let word = rest.split(')').next()?.trim().to_lowercase();
    (word != "preview").then_some(word)
}

fn is_time(name: &str) -> bool {
    // The portal's word for it is in the language of its user.
    let words = ["zeit", "heure", "hora", "ora", "tijd", "tid", "czas"];
    let lower = name.to_lowercase();
    let first = lower.split([' ', '(', '[']).next().unwrap_or_default();
    lower.starts_with("time") || words.contains(&first)
}

/// `Processed Prompt Tokens (Sum), account-name`.
fn portal_figure(name: &str) -> Option<(Figure, bool)> {
    figure(name.split(['(', ',']).next().unwrap_or_default())
}

pub(crate) fn azure_monitor(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let model = collector.bucket_model;
    let mut sums = Sums::default();
    let mut models: BTreeMap<String, String> = BTreeMap::new();
    let mut averaged = None;
    let mut flattened = false;
    let accounts: BTreeSet<String> = records
        .iter()
        .filter_map(|record| text(&record.value, &["resourceid"]))
        .map(|id| id.to_ascii_lowercase())
        .collect();
    let charts = several(records.iter().filter(|record| is_portal(&record.value)), &portal_figure);
    let mut split = false;
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        if is_answer(&value) {
            sums.grain_us = grain(text(&value, &["interval"]).as_deref());
            let account = text(&value, &["resourceid"]).unwrap_or_default();
            let account = if accounts.len() > 1 { of_account(&account) } else { String::new() };
            read_rest(&value, &account, line, &mut desk, &mut sums, &mut models);
        } else if has(&value, "metricName") {
            flattened = true;
            sums.grain_us = grain(text(&value, &["timeGrain"]).as_deref());
            read_flat(&value, line, &mut desk, &mut sums);
        } else if is_printed(&value) {
            flattened |= !has(&value, "Modeldeploymentname");
            sums.grain_us = 0;
            read_printed(&value, line, &mut desk, &mut sums, &mut models);
        } else {
            sums.grain_us = 0;
            averaged = averaged.or_else(|| Some(line).zip(not_summed(&value)));
            let named = read_portal(&value, line, charts, &mut desk, &mut sums, &mut models);
            split |= named;
            flattened |= !named;
        }
    }
    if let Some((line, column)) = averaged {
        let place = desk.collector.faults.place(line, 0);
        desk.collector.warnings.push(not_a_sum(&column).at(place));
    }
    if let Err(found) = give_requests(&mut sums) {
        let place = desk.collector.faults.place(0, 0);
        desk.collector.warnings.push(found.at(place));
    }
    let starts: BTreeSet<i64> = sums.values.keys().map(|key| key.0).collect();
    let grain = Grain::of(&starts, "");
    // An answer of the interface states its interval.
    let states = |at: &i64| {
        let next = sums.lengths.range((*at, String::new())..).next();
        next.is_some_and(|((of, _), _)| of == at)
    };
    if !starts.iter().all(states) {
        desk.collector.assumed.push(grain.said());
    }
    if split {
        desk.collector.assumed.push(
            "a chart that is split has no more series than its limit of values: what is beyond \
             it is missing"
                .into(),
        );
    }
    if flattened && !split {
        desk.collector.assumed.push(
            "the export has no dimensions: all deployments of the resource are one stream, and failed calls cannot be told apart".into(),
        );
    }
    desk.end();
    gathered(&sums, &models, grain.us).spread(model, collector);
    BUCKET_ZERO
}

/// Requests that were fetched without the deployments that tokens were fetched with are those of
/// the one deployment; of several they cannot be told apart.
fn give_requests(sums: &mut Sums) -> Result<(), Diagnostic> {
    let named = |requests: bool| -> BTreeSet<String> {
        let of = sums.values.keys().filter(|key| (key.2 == Figure::Requests) == requests);
        of.map(|key| key.1.clone()).collect()
    };
    let (calls, tokens) = (named(true), named(false));
    let unnamed = calls.iter().all(String::is_empty) && !calls.is_empty();
    if !unnamed || tokens.is_empty() || tokens.contains("") {
        return Ok(());
    }
    let mut deployments = tokens.into_iter();
    let (Some(only), None) = (deployments.next(), deployments.next()) else {
        let message = "requests without deployments: tokens are split by ModelDeploymentName, \
            requests are not";
        return Err(Diagnostic::error("requests-not-split", message).hint(
            "fetch all metrics with one filter: --filter \"ModelDeploymentName eq '*'\" (and \
                StatusCode eq '*' where it is wanted)",
        ));
    };
    let given = |key: (i64, String, Figure, bool, u16)| (key.0, only.clone(), key.2, key.3, key.4);
    let values = std::mem::take(&mut sums.values).into_iter();
    sums.values = values.map(|(key, amount)| (given(key), amount)).collect();
    let lengths = std::mem::take(&mut sums.lengths).into_iter();
    sums.lengths = lengths.map(|((at, _), length)| ((at, only.clone()), length)).collect();
    Ok(())
}

/// A column of a chart that has a figure and no sum of it, nor has another column.
fn not_summed(row: &Value) -> Option<String> {
    let map = row.as_object()?;
    let summed: BTreeSet<Figure> = map
        .keys()
        .filter(|name| sums_up(name))
        .filter_map(|name| portal_figure(name))
        .map(|of| of.0)
        .collect();
    let mut others = map.keys().filter(|name| {
        portal_figure(name).is_some_and(|(figure, _)| !sums_up(name) && !summed.contains(&figure))
    });
    others.next().cloned()
}

/// Whether a column has what is wanted of its figure: a rate's average, the sum of all others. A
/// word that is not known is neither.
fn sums_up(name: &str) -> bool {
    let rate = portal_figure(name).is_some_and(|(figure, _)| figure == Figure::CacheMatchRate);
    aggregate(name).is_none_or(|word| {
        let words = if rate { AVERAGES.as_slice() } else { SUMS.as_slice() };
        words.iter().any(|known| word.starts_with(known))
    })
}

/// Beginnings of the words for an average and for a sum.
const AVERAGES: [&str; 8] =
    ["avg", "average", "durchschnitt", "mittel", "moy", "promedio", "media", "gemiddelde"];
const SUMS: [&str; 4] = ["sum", "som", "total", "gesamt"];

fn not_a_sum(column: &str) -> Diagnostic {
    let wanted = match portal_figure(column) {
        Some((Figure::CacheMatchRate, _)) => "Avg",
        _ => "Sum",
    };
    Diagnostic::error("not-a-sum", format!("not a {wanted}: the chart's column \"{column}\"")).hint(
        format!(
            "choose {wanted} as the aggregation of this metric in the chart, and download it again"
        ),
    )
}

/// `account/`, to tell deployments of one name in several accounts apart.
fn of_account(resource: &str) -> String {
    resource.rsplit('/').next().map_or_else(String::new, |name| format!("{name}/"))
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    field(value, &[name]).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The value of a dimension of a series; empty where it has none.
fn dimension<'a>(series: &'a Value, wanted: &str) -> Cow<'a, str> {
    let pair = list(series, "metadatavalues").iter().find(|pair| {
        field(pair, &["name"])
            .and_then(|name| text(name, &["value"]))
            .is_some_and(|name| name.eq_ignore_ascii_case(wanted))
    });
    pair.and_then(|pair| text(pair, &["value"])).unwrap_or_default()
}

fn read_rest(
    value: &Value,
    account: &str,
    line: u64,
    desk: &mut Desk<'_>,
    sums: &mut Sums,
    models: &mut BTreeMap<String, String>,
) {
    let own = std::slice::from_ref(value);
    for metric in if is_metric(value) { own } else { list(value, "value") } {
        let name = field(metric, &["name"]).and_then(|name| text(name, &["value"]));
        let name = name.unwrap_or_default();
        for series in list(metric, "timeseries") {
            let deployment = format!("{account}{}", dimension(series, "modeldeploymentname"));
            let model = dimension(series, "modelname");
            if !model.is_empty() {
                models.insert(deployment.clone(), model.into_owned());
            }
            let status = dimension(series, "statuscode").parse().unwrap_or(0);
            for point in list(series, "data") {
                desk.begin(line);
                take(&name, point, &deployment, status, &["timeStamp"], desk, sums);
            }
        }
    }
}

fn read_flat(value: &Value, line: u64, desk: &mut Desk<'_>, sums: &mut Sums) {
    desk.begin(line);
    let name = text(value, &["metricName"]).unwrap_or_default();
    let deployment = text(value, &["Resource", "resourceId"]).unwrap_or_default();
    take(
        &name,
        value,
        &deployment,
        0,
        &["TimeGenerated", "TimeGenerated [UTC]", "time"],
        desk,
        sums,
    );
}

fn read_printed(
    value: &Value,
    line: u64,
    desk: &mut Desk<'_>,
    sums: &mut Sums,
    models: &mut BTreeMap<String, String>,
) {
    desk.begin(line);
    let of = |name: &str| text(value, &[name]).unwrap_or_default();
    let (name, deployment) = (of("Name"), of("Modeldeploymentname"));
    if !of("Modelname").is_empty() {
        models.insert(deployment.to_string(), of("Modelname").into_owned());
    }
    let status = of("Statuscode").parse().unwrap_or(0);
    take(&name, value, &deployment, status, &["Timestamp"], desk, sums);
}

/// One value of a metric. An absent total of a bucket is 0, an absent average is unknown.
fn take(
    name: &str,
    value: &Value,
    deployment: &str,
    status: u16,
    times: &[&str],
    desk: &mut Desk<'_>,
    sums: &mut Sums,
) {
    let Some((figure, older)) = figure(name) else { return desk.leave("metric-not-needed") };
    let wanted: &[&str] = if figure == Figure::CacheMatchRate { &["average"] } else { &["total"] };
    let at = desk.time(value, times);
    if !desk.is_sound() {
        return;
    }
    match total(value, wanted) {
        Some(amount) if amount < 0.0 => {
            let message = format!("negative total: {name} is {amount}");
            desk.refuse("negative-number", message, "a count is 0 or more");
        }
        Some(amount) => {
            sums.add(at, deployment, (figure, older), status, amount);
            desk.leave("gathered-into-buckets");
        }
        None if wanted == ["total"]
            && field(value, &["average", "maximum", "minimum"]).is_some() =>
        {
            let message = format!("no total: {name} was fetched with another aggregation");
            desk.refuse("no-total", message, "fetch it with --aggregation Total");
        }
        None => desk.leave("no-value"),
    }
}

/// A row of a chart; whether its columns name deployments.
fn read_portal(
    value: &Value,
    line: u64,
    several: bool,
    desk: &mut Desk<'_>,
    sums: &mut Sums,
    models: &mut BTreeMap<String, String>,
) -> bool {
    desk.begin(line);
    let mut named = false;
    let Some(map) = value.as_object() else {
        desk.leave("no-value");
        return named;
    };
    let Some(time) = map.keys().find(|name| is_time(name)) else {
        desk.leave("no-value");
        return named;
    };
    let at = desk.time(value, &[time]);
    if !desk.is_sound() {
        return named;
    }
    let mut found = Vec::new();
    for name in map.keys().filter(|name| sums_up(name)) {
        let Some(figure) = portal_figure(name) else { continue };
        let series = Series::of(name, several);
        named |= !series.deployment.is_empty();
        found.extend(desk.total(value, name).map(|amount| (series, figure, amount)));
    }
    if !desk.is_sound() {
        return named;
    }
    for (series, figure, amount) in found {
        sums.add(at, &series.deployment, figure, series.status, amount);
        if !series.model.is_empty() {
            models.insert(series.deployment, series.model);
        }
    }
    desk.leave("gathered-into-buckets");
    named
}

/// Microseconds of `PT1M` or `0:01:00`, 0 where none is stated.
fn grain(text: Option<&str>) -> i64 {
    let Some(text) = text else { return 0 };
    if let Ok(span) = text.parse::<jiff::SignedDuration>() {
        return i64::try_from(span.as_micros()).unwrap_or(0);
    }
    let (days, clock) = text.split_once(['.', ',']).unwrap_or(("0", text));
    let parts: Option<Vec<i64>> = clock.trim().split(':').map(|part| part.parse().ok()).collect();
    let days: String = days.chars().take_while(char::is_ascii_digit).collect();
    match (days.parse::<i64>(), parts.as_deref()) {
        (Ok(days), Some([hours, minutes, seconds])) => {
            (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000_000
        }
        _ => 0,
    }
}

/// The buckets, with the older family where both state a figure.
fn gathered(sums: &Sums, models: &BTreeMap<String, String>, grain_us: i64) -> Buckets {
    let twice = sums.twice.clone();
    let mut buckets = Buckets { length_us: grain_us, twice, ..Buckets::default() };
    let mut by_cell: BTreeMap<(i64, &str), Figures> = BTreeMap::new();
    for ((at, deployment, figure, older, status), amount) in &sums.values {
        by_cell
            .entry((*at, deployment))
            .or_default()
            .entry((*figure, *older))
            .or_default()
            .push((*status, *amount));
    }
    for ((at, deployment), figures) in by_cell {
        let of =
            |figure: Figure| figures.get(&(figure, true)).or_else(|| figures.get(&(figure, false)));
        let sum = |figure: Figure| {
            of(figure).map(|all| all.iter().map(|(_, amount)| amount).sum::<f64>())
        };
        let model = models.get(deployment).map_or("", String::as_str);
        let length_us = sums.lengths.get(&(at, deployment.to_owned())).copied().unwrap_or(0);
        let key = CellKey { start_us: at, deployment: deployment.to_owned(), ..CellKey::default() };
        let totals = buckets.cell_over(key, model, length_us);
        if let Some(requests) = of(Figure::Requests) {
            let of_status = |wanted: fn(u16) -> bool| -> f64 {
                requests
                    .iter()
                    .filter(|(status, _)| wanted(*status))
                    .map(|(_, amount)| amount)
                    .sum()
            };
            totals.failed = of_status(|status| matches!(status, 408 | 429 | 500..));
            // Calls refused for their own fault (other 4xx) are no demand.
            totals.requests =
                Some(of_status(|status| !matches!(status, 400..=407 | 409..=428 | 430..=499)));
        }
        let claude_read = sum(Figure::ClaudeCacheRead);
        let claude_written = sum(Figure::ClaudeCacheWrite).unwrap_or(0.0);
        let input = sum(Figure::Input).unwrap_or(0.0);
        totals.input = input + claude_read.unwrap_or(0.0) + claude_written;
        totals.output = sum(Figure::Output).unwrap_or(0.0);
        totals.cached = match (
            claude_read,
            sum(Figure::Total),
            sum(Figure::Active),
            of(Figure::CacheMatchRate),
        ) {
            (Some(read), ..) => Some(read),
            (_, Some(total), Some(active), _) => Some((total - active).clamp(0.0, totals.input)),
            (.., Some(rates)) => {
                rates.first().map(|(_, rate)| totals.input * rate.clamp(0.0, 100.0) / 100.0)
            }
            _ => None,
        };
    }
    buckets.cells.retain(|_, cell| {
        let totals = &cell.totals;
        totals.requests.unwrap_or(0.0) + totals.input + totals.output > 0.0
    });
    buckets
}
