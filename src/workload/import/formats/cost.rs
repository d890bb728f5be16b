//! Bills as traffic: Azure Cost Management exports (EA, MCA, CSP and pay-as-you-go), its query answers, and FOCUS files.
//! A day's tokens by resource, model and direction; no requests, no times of day.
//!
//! A real bill is mapped by meter id against a price sheet. Here only the direction is needed, and the meter's name tells
//! it (`units::meter_words`, the reader that `price` uses too); a token meter whose name tells none is refused, not guessed.

use crate::units::diagnostic::Diagnostic;
use crate::units::meter_words::{
    MeterTier, MeterWords, counts_consumption_units, meter_words, tokens_in_unit,
};
use crate::units::tokens::TokenClass;
use crate::workload::import::buckets::{BUCKET_ZERO, Buckets, CellKey, Totals};
use crate::workload::import::collector::{Collector, Zero};
use crate::workload::import::grain::month_us;
use crate::workload::import::names::letters;
use crate::workload::import::number::counted;
use crate::workload::import::record::{Desk, Record, field, has, object, text, total};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const DAY_US: i64 = 86_400_000_000;

/// What the kinds of export call the name of a meter.
const METER: [&str; 5] = ["meterName", "SkuMeter", "x_SkuMeterName", "Meter Name", "Meter"];
/// A quantity in units of the meter.
const QUANTITY: [&str; 4] = ["quantity", "UsageQuantity", "Consumed Quantity", "Usage Quantity"];
/// The quantity of older exports; of a FOCUS file it is in another unit than its price.
const OLD_QUANTITY: [&str; 1] = ["ConsumedQuantity"];
/// What one of the quantity is.
const UNIT: [&str; 4] = ["unitOfMeasure", "Unit of Measure", "Unit Of Measure", "Unit"];
const START: [&str; 7] = [
    "ChargePeriodStart",
    "date",
    "UsageDate",
    "Usage Date",
    "UsageDateTime",
    "ChargeStartDate",
    "BillingMonth",
];
const RESOURCE: [&str; 7] = [
    "ResourceId",
    "InstanceId",
    "Instance ID",
    "x_ResourceId",
    "ResourceURI",
    "ResourceName",
    "InstanceName",
];
const CATEGORY: [&str; 5] =
    ["meterCategory", "x_SkuMeterCategory", "Meter Category", "ServiceName", "ConsumedService"];
const COST: [&str; 5] = ["BilledCost", "PreTaxCost", "Cost", "CostUSD", "costInBillingCurrency"];

/// All columns that are read, by the names that exports give them.
fn known_names() -> impl Iterator<Item = &'static str> {
    let others = [
        "ChargePeriodEnd",
        "BilledCost",
        "ChargeCategory",
        "Charge Type",
        "Tags",
        "PricingUnit",
        "ConsumedUnit",
        "x_PricingBlockSize",
        "x_PricingUnitDescription",
        "PricingQuantity",
        "ConsumedQuantity",
        "chargeType",
    ];
    METER
        .into_iter()
        .chain(QUANTITY)
        .chain(UNIT)
        .chain(START)
        .chain(RESOURCE)
        .chain(CATEGORY)
        .chain(COST)
        .chain(others)
}

/// A row whose names are spelled as exports spell them: tables of Athena, `BigQuery` and Databricks
/// write
/// `charge_period_start`.
fn in_own_names(value: Value) -> Value {
    let Value::Object(map) = value else { return value };
    let snake = |name: &String| name.trim_start_matches("x_").contains('_');
    if !map.keys().any(snake) {
        return Value::Object(map);
    }
    let own = |name: String| {
        let plain = letters(&name);
        known_names().find(|known| letters(known) == plain).map_or(name, str::to_owned)
    };
    Value::Object(map.into_iter().map(|(name, value)| (own(name), value)).collect())
}

pub(crate) fn is_cost(first: &Value) -> bool {
    let first = &in_own_names(first.clone());
    let any = |names: &[&str]| names.iter().any(|name| has(first, name));
    let focus = has(first, "ChargePeriodStart") && has(first, "BilledCost");
    focus || any(&METER) && (any(&QUANTITY) || any(&OLD_QUANTITY) || any(&COST) && any(&START))
}

/// What became of a file's rows, for what is said about them.
#[derive(Default)]
struct Seen {
    batch: u64,
    unit_by_name: u64,
    written: f64,
    /// Rows that bill consumption units, as Claude's models do.
    units: u64,
}

pub(crate) fn cost(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let model = collector.bucket_model;
    let mut buckets = Buckets { length_us: DAY_US, ..Buckets::default() };
    let mut seen = Seen::default();
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        let value = in_own_names(value);
        desk.begin(line);
        read_row(&value, &mut desk, &mut buckets, &mut seen);
    }
    say(&seen, &mut desk);
    desk.end();
    for (model, output) in join_lone_output(&mut buckets) {
        let message = format!(
            "{output} output tokens of {model} left out: no input of this model is billed, of \
                which they could be calls"
        );
        let place = collector.faults.place(0, 0);
        let hint =
            "a model whose calls have no input tokens on the bill needs a workload of its own";
        collector
            .warnings
            .push(Diagnostic::warning("output-without-input", message).at(place).hint(hint));
    }
    buckets.spread(model, collector);
    BUCKET_ZERO
}

fn say(seen: &Seen, desk: &mut Desk<'_>) {
    let assumed = &mut desk.collector.assumed;
    assumed.push("a day's calls lie anywhere in the day: the source has no times of day".into());
    if seen.unit_by_name > 0 {
        assumed.push(format!(
            "{} without a unit: the quantity is taken to be in 1M where the meter's name says 1M, else in 1K",
            counted(seen.unit_by_name, "row")
        ));
    }
    if seen.batch > 0 {
        assumed.push(format!(
            "{} of batch meters left out: batch calls are no online traffic",
            counted(seen.batch, "row")
        ));
    }
    if seen.units > 0 {
        let message = format!(
            "{} of consumption units left out: they state no tokens, so the traffic of these \
             models (Claude's) is missing",
            counted(seen.units, "row")
        );
        let place = desk.collector.faults.place(0, 0);
        let hint = "import Azure Monitor's metrics of the resource, or Anthropic's usage report";
        let found = Diagnostic::warning("consumption-units", message).at(place).hint(hint);
        desk.collector.warnings.push(found);
    }
    let assumed = &mut desk.collector.assumed;
    if seen.written > 0.0 {
        assumed.push(format!(
            "{} tokens written to the prompt cache are input that was not cached",
            seen.written.round()
        ));
    }
}

fn read_row(value: &Value, desk: &mut Desk<'_>, buckets: &mut Buckets, seen: &mut Seen) {
    let meter = text(value, &METER).unwrap_or_default();
    let kind = text(value, &["chargeType", "ChargeCategory", "Charge Type"]).unwrap_or_default();
    // Partner Center's daily rated usage calls a line of usage `new`.
    if !kind.is_empty() && !["usage", "new"].iter().any(|of| kind.eq_ignore_ascii_case(of)) {
        return desk.leave("not-usage");
    }
    if counts_consumption_units(&meter) {
        seen.units += 1;
        return desk.leave("consumption-units");
    }
    let words = meter_words(&meter);
    let names_tokens = meter.to_ascii_lowercase().contains("token");
    if !names_tokens && !is_of_models(value) {
        return desk.leave("other-service");
    }
    if words.provisioned {
        return desk.leave("not-a-token-meter");
    }
    if words.no_calls {
        return desk.leave("training-or-hosting");
    }
    let Some(size) = size_of_unit(value, &meter, names_tokens || words.class.is_some(), seen)
    else {
        // Hours of compute and the like: capacity, not traffic.
        return desk.leave("not-a-token-meter");
    };
    let Some(class) = words.class else {
        let message = format!("direction not told: meter {meter}");
        let hint = "name the meter's direction, or leave the row out";
        return desk.refuse("direction-not-told", message, hint);
    };
    if words.tier == MeterTier::Batch {
        seen.batch += 1;
        return desk.leave("batch-call");
    }
    let Some(amount) = quantity(value, &size) else {
        let hint = "export \"cost and usage details\" (Cost Management, Exports): cost analysis downloads state cost and no quantity";
        let message = "quantity not stated: the row has a cost and no quantity of tokens".into();
        return desk.refuse("quantity-not-stated", message, hint);
    };
    let start_us = desk.time(value, &START);
    if !desk.is_sound() {
        return;
    }
    let length_us = period(value, start_us, desk);
    let start_us = if length_us < DAY_US { start_us } else { start_us.div_euclid(DAY_US) * DAY_US };
    if class == TokenClass::CacheWrite {
        seen.written += amount;
    }
    let cell = buckets.cell_of(key(value, start_us, &words), &words.left.join(" "));
    cell.length_us = length_us;
    let totals = &mut cell.totals;
    match class {
        // Bills count cached input apart; a trace's input includes it.
        TokenClass::CachedInput => {
            totals.input += amount;
            *totals.cached.get_or_insert(0.0) += amount;
        }
        TokenClass::Output => totals.output += amount,
        _ => totals.input += amount,
    }
    desk.leave("gathered-into-buckets");
}

/// Whether a row's category is the service that sells models, or none is stated.
fn is_of_models(value: &Value) -> bool {
    let Some(category) = text(value, &CATEGORY) else { return true };
    let category = category.to_ascii_lowercase();
    ["openai", "foundry", "cognitive", "ai services", "models", "saas", "marketplace"]
        .iter()
        .any(|word| category.contains(word))
}

/// The deployment by its automatic tag, else the resource; and the model in the meter's words.
fn key(value: &Value, start_us: i64, words: &MeterWords) -> CellKey {
    let resource = text(value, &RESOURCE).unwrap_or_default();
    let resource = resource.rsplit('/').next().unwrap_or_default();
    let deployment = tag(value, "deployment").unwrap_or_else(|| resource.to_owned());
    let model = words.left.concat().chars().filter(char::is_ascii_alphanumeric).collect();
    CellKey { start_us, deployment, model, client: String::new() }
}

/// A tag's value. Exports write tags as JSON, with or without the braces.
fn tag(value: &Value, name: &str) -> Option<String> {
    let wanted = |tags: &Value| text(tags, &[name]).map(String::from);
    if let Some(tags) = object(value, &["Tags"]) {
        return wanted(&tags);
    }
    let written = text(value, &["Tags"])?;
    let tags: Value = serde_json::from_str(&format!("{{{written}}}")).ok()?;
    wanted(&tags)
}

/// How long the row's period is: a day, unless the row says an hour or a month.
fn period(value: &Value, start_us: i64, desk: &mut Desk<'_>) -> i64 {
    if let Some(end) = text(value, &["ChargePeriodEnd"])
        && let Some(end_us) = desk.clock.read(end.trim().as_bytes())
        && end_us > start_us
    {
        return end_us - start_us;
    }
    if field(value, &START[..6]).is_none() && has(value, "BillingMonth") {
        return month_us(start_us).unwrap_or(28 * DAY_US);
    }
    DAY_US
}

/// What a unit is: tokens in one of it, by the columns of FOCUS or of Cost Management.
enum Unit {
    /// Of the quantity as billed.
    Billed(f64),
    /// Of the quantity as used.
    Used(f64),
}

/// Tokens in the row's unit; none where the unit counts no tokens.
fn size_of_unit(value: &Value, meter: &str, tokens: bool, seen: &mut Seen) -> Option<Unit> {
    if let Some(unit) = text(value, &UNIT) {
        return of_name(&unit, tokens).map(Unit::Billed);
    }
    let pricing = text(value, &["PricingUnit"]).unwrap_or_default();
    let consumed = text(value, &["ConsumedUnit"]).unwrap_or_default();
    let units = |unit: &str| unit.trim().eq_ignore_ascii_case("units");
    // Microsoft's FOCUS says `Units` and keeps the size of a block apart.
    if tokens && units(&pricing) {
        if let Some(block) = total(value, &["x_PricingBlockSize"]) {
            return Some(Unit::Billed(block));
        }
        let described = text(value, &["x_PricingUnitDescription"]).unwrap_or_default();
        if let Some(block) = of_name(&described, tokens) {
            return Some(Unit::Billed(block));
        }
        return units(&consumed).then_some(Unit::Used(1.0));
    }
    if tokens && units(&consumed) {
        return Some(Unit::Used(1.0));
    }
    if let Some(size) = of_name(&consumed, tokens) {
        return Some(Unit::Used(size));
    }
    if let Some(size) = of_name(&pricing, tokens) {
        return Some(Unit::Billed(size));
    }
    let stated = !(pricing.is_empty() && consumed.is_empty());
    if !tokens || stated {
        return None;
    }
    seen.unit_by_name += 1;
    let lower = meter.to_ascii_lowercase();
    let million = lower.split(' ').any(|word| word == "1m");
    Some(Unit::Billed(if million { 1_000_000.0 } else { 1_000.0 }))
}

/// Tokens in one unit of a quantity; a bare number or `Units` counts tokens only where the meter
/// does.
#[allow(clippy::cast_precision_loss, reason = "blocks of tokens are small whole numbers")]
fn of_name(unit: &str, tokens: bool) -> Option<f64> {
    let lower = unit.to_ascii_lowercase();
    let bare = lower.trim().bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
    let size = tokens_in_unit(unit)?;
    let of_tokens =
        tokens || lower.contains("token") || !bare && !lower.contains("unit") || size == 1_000;
    of_tokens.then_some(size as f64)
}

fn quantity(value: &Value, unit: &Unit) -> Option<f64> {
    let (names, size): (&[&str], f64) = match unit {
        Unit::Billed(size) => (&["PricingQuantity"], *size),
        Unit::Used(size) => (&["ConsumedQuantity"], *size),
    };
    let focus = has(value, "ChargePeriodStart") || has(value, "BilledCost");
    let old = || if focus { None } else { total(value, &OLD_QUANTITY) };
    let quantity = total(value, names).or_else(|| total(value, &QUANTITY)).or_else(old);
    quantity.map(|quantity| quantity * size)
}

/// Meters of one model are not always spelled alike: output without input of its own joins the
/// input of its resource whose model has the same words. What joins none is taken out: by model,
/// with its tokens.
fn join_lone_output(buckets: &mut Buckets) -> BTreeMap<String, f64> {
    let lone = |totals: &Totals| totals.input <= 0.0 && totals.output > 0.0;
    let all = std::mem::take(&mut buckets.cells);
    let (alone, mut hosts): (BTreeMap<_, _>, BTreeMap<_, _>) =
        all.into_iter().partition(|(_, cell)| lone(&cell.totals));
    let mut left = BTreeMap::new();
    for (key, cell) in alone {
        let host = hosts
            .iter_mut()
            .filter(|(other, _)| {
                (other.start_us, &other.deployment) == (key.start_us, &key.deployment)
            })
            .filter(|(_, host)| one_model(&host.model, &cell.model))
            .max_by(|(_, a), (_, b)| a.totals.input.total_cmp(&b.totals.input));
        match host {
            Some((_, host)) => host.totals.output += cell.totals.output,
            None => *left.entry(cell.model).or_default() += cell.totals.output,
        }
    }
    buckets.cells = hosts;
    left
}

/// Whether the words of two meters can mean one model: what one of them adds is a version's date.
fn one_model(a: &str, b: &str) -> bool {
    let words = |name: &str| -> BTreeSet<String> {
        name.split([' ', '-', '_']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let date = |word: &String| word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let (a, b) = (words(a), words(b));
    !a.is_disjoint(&b) && a.symmetric_difference(&b).all(date)
}
