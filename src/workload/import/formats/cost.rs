//! Bills as traffic: Azure Cost Management exports and FOCUS files. A day's tokens by resource and direction; no requests, no times of day.
//!
//! A real bill is mapped by meter id against a price sheet. Here only the direction is needed, and the meter's name tells it in all its spellings
//! (`Inp`, `Inpt`, `cd Inp`, `cached`, `Outp`, `Opt`); a token meter whose name tells none is refused, not guessed.

use crate::workload::import::buckets::{BUCKET_ZERO, Buckets};
use crate::workload::import::collector::{Collector, Zero};
use crate::workload::import::record::{Desk, Record, has, text, total};
use serde_json::Value;

const DAY_US: i64 = 86_400_000_000;

pub(crate) fn is_cost(first: &Value) -> bool {
    (has(first, "meterName") && has(first, "quantity"))
        || (has(first, "ChargePeriodStart") && has(first, "BilledCost"))
}

/// What a token meter counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Input,
    CachedInput,
    Output,
}

fn direction(meter: &str) -> Option<Direction> {
    let lower = meter.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    let any = |wanted: &[&str]| words.clone().any(|word| wanted.contains(&word));
    let cached = any(&["cached", "cchd", "cd", "cache"]);
    let input = any(&["inp", "inpt", "input", "in"]);
    let output = any(&["outp", "opt", "out", "output", "outpt"]);
    // Embeddings and reranking are billed for their input alone: their meters name no direction.
    let one_way = any(&["embedding", "embeddings", "embed", "rerank"]) || lower.starts_with("ada ");
    words.next()?;
    match (input, output, cached) {
        (false, false, false) if one_way => Some(Direction::Input),
        (true, false, false) => Some(Direction::Input),
        (_, false, true) => Some(Direction::CachedInput),
        (false, true, false) => Some(Direction::Output),
        _ => None,
    }
}

/// Tokens in one unit of a quantity: `1M`, `1K`, `1000 Tokens`, `Tokens`.
fn tokens_in_unit(unit: &str) -> Option<f64> {
    let letters = unit.trim().to_ascii_lowercase();
    let head = letters.split(' ').next().unwrap_or_default();
    match head {
        "1m" | "1000000" => Some(1_000_000.0),
        "1k" | "1000" => Some(1_000.0),
        "1" if letters.contains("token") => Some(1.0),
        "tokens" | "token" => Some(1.0),
        _ => None,
    }
}

pub(crate) fn cost(records: Vec<Record>, collector: &mut Collector) -> Zero {
    let model = collector.bucket_model;
    let mut buckets = Buckets { length_us: DAY_US, ..Buckets::default() };
    let mut desk = Desk::new(collector);
    for Record { line, value } in records {
        desk.begin(line);
        let meter = text(&value, &["meterName", "SkuMeter"]).unwrap_or_default();
        let kind = text(&value, &["chargeType", "ChargeCategory"]).unwrap_or_default();
        if !kind.is_empty() && !kind.eq_ignore_ascii_case("Usage") {
            desk.leave("not-usage");
            continue;
        }
        let unit =
            text(&value, &["unitOfMeasure", "ConsumedUnit", "PricingUnit"]).unwrap_or_default();
        let Some(size) = tokens_in_unit(&unit) else {
            // PTU-hours and the like: capacity, not traffic.
            desk.leave("not-a-token-meter");
            continue;
        };
        let Some(direction) = direction(&meter) else {
            let message = format!("direction not told: meter {meter}");
            desk.refuse(
                "direction-not-told",
                message,
                "name the meter's direction, or leave the row out",
            );
            continue;
        };
        let Some(quantity) = total(&value, &["quantity", "ConsumedQuantity", "PricingQuantity"])
        else {
            desk.refuse(
                "missing-value",
                "missing value: quantity".into(),
                "fill it in, or leave the row out",
            );
            continue;
        };
        let start_us = desk.time(&value, &["ChargePeriodStart", "date"]);
        if !desk.is_sound() {
            continue;
        }
        let resource = text(&value, &["ResourceId"]).unwrap_or_default();
        let resource = resource.rsplit('/').next().unwrap_or_default();
        let amount = (quantity * size).max(0.0);
        let cell = buckets.cell(start_us.div_euclid(DAY_US) * DAY_US, resource, "");
        match direction {
            Direction::Input => cell.input += amount,
            Direction::CachedInput => {
                // Bills count cached input apart; a trace's input includes it.
                cell.input += amount;
                *cell.cached.get_or_insert(0.0) += amount;
            }
            Direction::Output => cell.output += amount,
        }
        desk.leave("gathered-into-buckets");
    }
    desk.collector
        .assumed
        .push("a day's calls lie anywhere in the day: the source has no times of day".into());
    desk.end();
    buckets.spread(model, collector);
    BUCKET_ZERO
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_meter_tells_its_direction() {
        for (meter, told) in [
            ("gpt 4o 1120 Inp glbl Tokens", Some(Direction::Input)),
            ("gpt 4o 1120 cached Inp glbl Tokens", Some(Direction::CachedInput)),
            ("gpt 4o 1120 Batch Outp glbl Tokens", Some(Direction::Output)),
            ("gpt-4o-mini-0718-Inp-glbl Tokens", Some(Direction::Input)),
            ("GPT 5 Inpt Glbl 1M Tokens", Some(Direction::Input)),
            ("5.4 mini cd Inp Gl 1M Tokens", Some(Direction::CachedInput)),
            ("5.5 ShortCo inp Dz 1M Tokens", Some(Direction::Input)),
            ("gpt 5 Opt glbl", Some(Direction::Output)),
            ("text-embedding-3-large-glbl Tokens", Some(Direction::Input)),
            ("embedding-ada-regnl Tokens", Some(Direction::Input)),
            ("cohere embed v4 glbl Tokens", Some(Direction::Input)),
            ("Cohere rerank v4 fast gl Tokens", Some(Direction::Input)),
            ("gpt 4.1 glbl Tokens", None),
            ("Provisioned Managed Global Unit", None),
        ] {
            assert_eq!(direction(meter), told, "{meter}");
        }
    }
}
