//! One screen about a model: what it is, how long, where, how large, what it costs, how much, what else.

use crate::catalog::Catalog;
use crate::catalog::lifecycle::Stage;
use crate::catalog::model::Model;
use crate::catalog::ptu::PtuPayment;
use crate::catalog::region::Region;
use crate::catalog::sku::{BillingMode, Sku};
use crate::catalog::table::Row;
use crate::ledger::usage::ContextTier;
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
    if let Some(until) = catalog.promoted_until(id) {
        add("promotion", format!("promised until {until}; afterwards the list price is taken"));
    }
    for (index, quota) in quotas(catalog, id, on).into_iter().enumerate() {
        add(if index == 0 { "tokens a minute" } else { "" }, quota);
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
            return Some(format!("{} in {} regions{few}{more}", sku.name, listed.len()));
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

/// The unit of token prices: the others are said with their figures.
const PER_MILLION: &str = "USD/1M tokens";

/// What a class of tokens costs: one price, or from the least to the greatest where regions differ.
fn cell(class: &str, rows: &[&Row]) -> String {
    let mut prices: Vec<(Option<Decimal>, &str)> =
        rows.iter().map(|row| (row.value().parse().ok(), row.value())).collect();
    prices.sort();
    prices.dedup();
    let price = match prices.as_slice() {
        [(_, least), .., (_, most)] => format!("{least} to {most}"),
        [(_, only)] => (*only).to_owned(),
        [] => String::new(),
    };
    let unit = rows.first().map_or(PER_MILLION, |row| row.unit());
    let unit = if unit == PER_MILLION { String::new() } else { format!(" {unit}") };
    format!("{} {price}{unit}", class.replace('_', " "))
}

/// Prices of one scope and tier by class, in the order they are said.
type Classes<'a> = BTreeMap<(usize, &'a str), Vec<&'a Row>>;

/// Prices in force by scope and tier, one line each.
fn prices(catalog: &Catalog, id: &str, on: Date) -> Vec<String> {
    let rows = catalog.tables().prices.with_prefix(&[id]).iter().filter(|row| row.in_force(on));
    let mut lines: BTreeMap<(usize, String), Classes<'_>> = BTreeMap::new();
    let order = ["input", "cached_input", "cache_write", "output"];
    let tiers = ["standard", "batch", "priority", "flex"];
    for row in rows.filter(|row| row.key(3) == "default") {
        let tier = tiers.iter().position(|tier| *tier == row.key(2)).unwrap_or(tiers.len());
        let place = order.iter().position(|class| *class == row.key(4)).unwrap_or(order.len());
        let scope = match row.key(1).split_once('/') {
            Some((kind, _)) => kind.to_owned(),
            None => row.key(1).to_owned(),
        };
        let classes = lines.entry((tier, scope)).or_default();
        classes.entry((place, row.key(4))).or_default().push(row);
    }
    // Scopes of one price are one line.
    let mut alike: Vec<(usize, String, Vec<String>)> = Vec::new();
    for ((tier, scope), classes) in lines {
        let cells = classes.iter().map(|((_, class), rows)| cell(class, rows));
        let cells = cells.collect::<Vec<_>>().join(", ");
        match alike.iter_mut().find(|(own, text, _)| *own == tier && *text == cells) {
            Some((_, _, scopes)) => scopes.push(scope),
            None => alike.push((tier, cells, vec![scope])),
        }
    }
    let line = |(tier, cells, scopes): (usize, String, Vec<String>)| {
        let tier = tiers.get(tier).copied().unwrap_or("other");
        // A price does not make a tier offered (S 40).
        let offered = tier != "flex" || has_flex(catalog, id, on);
        let but = if offered { "" } else { " (priced, not known to be offered)" };
        format!("{} {tier}{but}: {cells}", scopes.join(", "))
    };
    let mut lines: Vec<String> = alike.into_iter().map(line).collect();
    let mut rows = catalog.tables().prices.with_prefix(&[id]).iter();
    if rows.any(|row| row.in_force(on) && row.key(3) == "long") {
        lines.push("long calls are priced apart: --section prices".to_owned());
    }
    lines
}

/// Whether a list names the model as served at flex anywhere.
fn has_flex(catalog: &Catalog, id: &str, on: Date) -> bool {
    let mut by_token = catalog.skus().filter(|sku| sku.billing == BillingMode::Tokens);
    by_token.any(|sku| {
        let mut regions = catalog.regions();
        regions.any(|region| catalog.flex(id, &sku.name, &region.name, on).is_listed())
    })
}

/// Quotas by SKU, tier after tier: tokens, and requests where tokens are not counted.
fn quotas(catalog: &Catalog, id: &str, on: Date) -> Vec<String> {
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
        if cells.iter().any(|(what, _)| *what != REQUESTS) {
            cells.retain(|(what, _)| *what != REQUESTS);
        }
        let cells: Vec<String> = cells.into_iter().map(|(_, cell)| cell).collect();
        format!("{sku}: {}", cells.join(", "))
    };
    by_sku.into_iter().map(line).collect()
}

/// What is counted where no tokens are.
const REQUESTS: &str = " requests";
