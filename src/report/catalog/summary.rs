//! One screen about a model: what it is, how long, where, how large, what it costs, how much, what else.

use crate::catalog::Catalog;
use crate::catalog::lifecycle::Stage;
use crate::catalog::model::Model;
use crate::catalog::ptu::PtuPayment;
use crate::catalog::region::Region;
use crate::catalog::sku::{BillingMode, Sku};
use crate::ledger::usage::ContextTier;
use crate::report::catalog::costs::{prices, promotion};
use crate::report::words::numbers::count;
use crate::units::money::Money;
use crate::units::tokens::TokenClass;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// One line of the summary.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct SummaryLine {
    /// What it is about.
    pub about: String,
    /// What is said.
    pub says: String,
}

/// The summary of a model on a day.
pub(super) fn summary(catalog: &Catalog, model: &Model, on: Date) -> Vec<SummaryLine> {
    let id = &*model.id;
    let mut lines = Vec::new();
    let mut add = |about: &str, says: String| {
        if !says.is_empty() {
            lines.push(SummaryLine { about: about.to_owned(), says });
        }
    };
    if let Some(why) = &model.not_sold {
        add("not sold", why.to_string());
    }
    add("what it is", what(model));
    add("can", model.features.iter().map(|f| f.replace('_', " ")).collect::<Vec<_>>().join(", "));
    add("length", lengths(model));
    for (index, life) in stages(catalog, id, on).into_iter().enumerate() {
        add(if index == 0 { "versions" } else { "" }, life);
    }
    if catalog.is_retired(id, on) {
        add("sold as", "nothing any more: it is retired; prices are for reading bills".to_owned());
    } else {
        for (index, place) in places(catalog, id, on).into_iter().enumerate() {
            add(if index == 0 { "sold as" } else { "" }, place);
        }
        add("PTU", provisioned(catalog, id, on));
    }
    for (index, price) in prices(catalog, id, on).into_iter().enumerate() {
        add(if index == 0 { "USD per 1M" } else { "" }, price);
    }
    for (index, line) in promotion(catalog, id, on).into_iter().enumerate() {
        add(if index == 0 { "promotion" } else { "" }, line);
    }
    let quotas = quotas(catalog, id, on);
    let tokens = quotas.iter().all(|(_, tokens)| *tokens);
    let counted = if tokens { "tokens a minute" } else { "calls a minute" };
    for (index, (quota, _)) in quotas.into_iter().enumerate() {
        add(if index == 0 { counted } else { "" }, quota);
    }
    add("not for", model.not_for.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    lines
}

fn what(model: &Model) -> String {
    let list = |words: &[std::sync::Arc<str>]| {
        words.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let mut parts: Vec<String> = Vec::new();
    parts.extend(model.mode.as_ref().map(|mode| mode.replace('_', " ")));
    if !model.inputs.is_empty() {
        parts.push(format!("reads {}", list(&model.inputs)));
    }
    if !model.outputs.is_empty() {
        parts.push(format!("gives {}", list(&model.outputs)));
    }
    if !model.apis.is_empty() {
        parts.push(format!("interfaces {}", list(&model.apis)));
    }
    parts.join(" · ")
}

fn lengths(model: &Model) -> String {
    let mut parts: Vec<String> = Vec::new();
    if let Some(tokens) = model.max_input_tokens {
        let by = model
            .input_limits
            .iter()
            .map(|limit| format!("{} {}", limit.deployment, count(limit.tokens)));
        let by: Vec<String> = by.collect();
        let but = if by.is_empty() { String::new() } else { format!(" ({})", by.join(", ")) };
        parts.push(format!("input up to {} tokens{but}", count(tokens)));
    }
    parts.extend(model.max_output_tokens.map(|n| format!("output up to {}", count(n))));
    parts.extend(model.context_window.map(|n| format!("together {}", count(n))));
    parts.join(" · ")
}

fn stages(catalog: &Catalog, id: &str, on: Date) -> Vec<String> {
    let mut lives = catalog.lifecycles(id, on);
    lives.reverse();
    let line = |life: &crate::catalog::lifecycle::Lifecycle| {
        let stage = life.stage.as_ref().map_or("stage unknown", |stage| stage.value.as_str());
        let gone = life.stage.as_ref().is_some_and(|stage| stage.value == Stage::Retired);
        let day = life
            .retires
            .as_ref()
            .map(|day| format!(", {} {}", if gone { "since" } else { "until" }, day.value));
        let next = life.replacement.as_ref().map(|next| format!(", then {}", next.value));
        let version = if life.version.is_empty() { "any version" } else { &*life.version };
        format!("{version}: {stage}{}{}", day.unwrap_or_default(), next.unwrap_or_default())
    };
    lives.iter().map(line).collect()
}

/// Regions by SKU, counted by zone.
fn places(catalog: &Catalog, id: &str, on: Date) -> Vec<String> {
    let of = |sku: &Sku| {
        let listed: Vec<&Region> = catalog
            .regions_of(id, &sku.name, on)
            .into_iter()
            .filter_map(|name| catalog.region(name).ok())
            .collect();
        let priority = listed
            .iter()
            .filter(|region| catalog.has_priority(id, &sku.name, &region.name, on))
            .count();
        if !listed.is_empty() {
            let mut zones: BTreeMap<&str, usize> = BTreeMap::new();
            for region in &listed {
                *zones.entry(region.data_zone.as_deref().unwrap_or("elsewhere")).or_default() += 1;
            }
            let by: Vec<String> = zones.iter().map(|(zone, n)| format!("{zone} {n}")).collect();
            let more =
                if priority > 0 { format!("; priority in {priority}") } else { String::new() };
            let few = if listed.len() <= 3 {
                let names: Vec<&str> = listed.iter().map(|region| &*region.name).collect();
                format!(": {}", names.join(", "))
            } else {
                format!(" ({})", by.join(", "))
            };
            let regions = if listed.len() == 1 { "region" } else { "regions" };
            return Some(format!("{} in {} {regions}{few}{more}", sku.name, listed.len()));
        }
        let unknown = catalog.regions().any(|region| {
            let found = catalog.availability(id, &sku.name, &region.name, on);
            found.is_possible() && !found.is_listed()
        });
        // Nobody buys these by a table of regions: a commitment of old, a licence for one's own
        // machines.
        let elsewhere = matches!(sku.billing, BillingMode::Commitment | BillingMode::Local);
        let unknown = unknown && !elsewhere;
        unknown.then(|| format!("{}: regions unknown, no table that was read names them", sku.name))
    };
    catalog.skus().filter_map(of).collect()
}

fn provisioned(catalog: &Catalog, id: &str, on: Date) -> String {
    let Ok(throughput) = catalog.throughput(id, on) else { return String::new() };
    let sizes: Vec<String> = catalog
        .skus()
        .filter(|sku| sku.billing == BillingMode::Ptu)
        .filter_map(|sku| {
            let grid = catalog.grid(id, &sku.name, on).ok()?.value;
            // A size is of no use where no region sells it, and neither is the price of a region
            // that does not.
            let regions = catalog.regions().map(|region| &*region.name);
            let sold: Vec<&str> =
                regions.filter(|region| catalog.is_available(id, &sku.name, region, on)).collect();
            if sold.is_empty() {
                return None;
            }
            let hourly = sold.iter().filter_map(|region| {
                let price =
                    catalog.ptu_price(id, &sku.name, region, PtuPayment::Hourly, on).ok()?;
                Some(price.value.price)
            });
            let least = hourly.min_by_key(Money::amount);
            let price = least.map(|price| format!(" from {} an hour", price.to_exact_string()));
            let short = sku.title.replace(" Provisioned", "");
            let steps = format!("{} + {}", grid.min_ptu, grid.increment_ptu);
            Some(format!("{short} {steps}{}", price.unwrap_or_default()))
        })
        .collect();
    if sizes.is_empty() {
        return String::new();
    }
    let rate = count(throughput.input_tpm_per_ptu.value);
    let output = throughput.weight(ContextTier::Default, TokenClass::Output).map(|weight| {
        let times = Decimal::new(i64::try_from(weight.value).unwrap_or(i64::MAX), 3).normalize();
        format!(", an output token weighs {times}")
    });
    let output = output.unwrap_or_default();
    format!("{rate} input tokens a minute each{output} · sizes {}", sizes.join(", "))
}

/// Quotas by SKU, tier after tier: tokens, and requests where tokens are not counted. With each,
/// whether it counts tokens.
fn quotas(catalog: &Catalog, id: &str, on: Date) -> Vec<(String, bool)> {
    let table = &catalog.tables().quotas;
    let rows = table.with_prefix(&[id]).iter().filter(|row| row.in_force(on));
    // Partners count input and output apart.
    let what = |attribute: &str| match attribute {
        "tokens_per_minute" => Some(""),
        "input_tokens_per_minute" => Some(" input"),
        "output_tokens_per_minute" => Some(" output"),
        "requests_per_minute" => Some(REQUESTS),
        _ => None,
    };
    let stated = rows.filter(|row| row.value() != "not applicable");
    let mut by_sku: BTreeMap<&str, Vec<(&str, String)>> = BTreeMap::new();
    for (row, what) in stated.filter_map(|row| Some((row, what(row.key(4))?))) {
        let value = row.value().parse().map_or_else(|_| row.value().to_owned(), count);
        let cell = (what, format!("{} {value}{what}", row.key(3)));
        let cells = by_sku.entry(row.key(2)).or_default();
        if !cells.contains(&cell) {
            cells.push(cell);
        }
    }
    let line = |(sku, mut cells): (&str, Vec<(&str, String)>)| {
        let tokens = cells.iter().any(|(what, _)| *what != REQUESTS);
        if tokens {
            cells.retain(|(what, _)| *what != REQUESTS);
        }
        let cells: Vec<String> = cells.into_iter().map(|(_, cell)| cell).collect();
        (format!("{sku}: {}", cells.join(", ")), tokens)
    };
    by_sku.into_iter().map(line).collect()
}

/// What is counted where no tokens are.
const REQUESTS: &str = " requests";
