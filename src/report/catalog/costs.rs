//! What a model costs on a day, a line for each tier and price: which list it is of, and whether
//! that is sold at all.

use crate::catalog::Catalog;
use crate::catalog::availability::Availability;
use crate::catalog::sku::{BillingMode, Scope};
use crate::catalog::table::Row;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The unit of token prices: the others are said with their figures.
const PER_MILLION: &str = "USD/1M tokens";

/// Tiers in the order they are said.
const TIERS: [&str; 4] = ["standard", "batch", "priority", "flex"];

/// Classes in the order they are said; others follow.
const CLASSES: [&str; 4] = ["input", "cached_input", "cache_write", "output"];

/// What a list states for seconds in and for seconds out: one charge where it is the same.
const SECONDS: [&str; 2] = ["input_second", "output_second"];

/// How a price is sold, best last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum OnSale {
    /// A table says that it is not.
    Not,
    /// No table that was read says it.
    Unknown,
    /// A table lists it.
    Listed,
}

impl OnSale {
    const fn of(availability: &Availability) -> Self {
        match availability {
            Availability::Listed(_) => Self::Listed,
            Availability::NotListed { .. } => Self::Not,
            Availability::Unknown { .. } => Self::Unknown,
        }
    }

    /// What is said of it. Of the standard tier the regions say what is unknown.
    const fn in_words(self, tier: usize) -> &'static str {
        match self {
            Self::Not => " (priced, not offered)",
            Self::Unknown if tier > 1 => " (priced, not known to be offered)",
            Self::Unknown | Self::Listed => "",
        }
    }
}

/// Prices of one scope and tier by class, in the order they are said.
type Classes<'a> = BTreeMap<(usize, &'a str), Vec<&'a Row>>;

/// Prices in force by scope and tier, one line each; after a promotion those that bills take.
pub(super) fn prices(catalog: &Catalog, id: &str, on: Date) -> Vec<String> {
    let rows = in_force(catalog, id, on).map(|row| catalog.billed_row(row, on));
    let mut lines = lines(catalog, id, rows, on);
    if in_force(catalog, id, on).any(|row| row.key(3) == "long") {
        lines.push("long calls are priced apart: --section prices".to_owned());
    }
    lines
}

/// Until when a promotion is promised, and its other prices: those that return, or once they have
/// those that were promoted.
pub(super) fn promotion(catalog: &Catalog, id: &str, on: Date) -> Vec<String> {
    let Some(until) = catalog.promoted_until(id) else { return Vec::new() };
    let over = until < on;
    let said = if over {
        format!("promised until {until} and taken to be over; were it to go on:")
    } else {
        format!("promised until {until}; afterwards the list price is taken:")
    };
    let other = |row| {
        let listed = catalog.list_row(row)?;
        Some(if over { row } else { listed })
    };
    let rows = in_force(catalog, id, on).filter(|row| row.key(2) == TIERS[0]);
    [said].into_iter().chain(lines(catalog, id, rows.filter_map(other), on)).collect()
}

fn in_force<'a>(catalog: &'a Catalog, id: &str, on: Date) -> impl Iterator<Item = &'a Row> {
    let rows = catalog.tables().prices.with_prefix(&[id]).iter();
    rows.filter(move |row| row.in_force(on))
}

fn lines<'a>(
    catalog: &'a Catalog,
    id: &str,
    rows: impl Iterator<Item = &'a Row>,
    on: Date,
) -> Vec<String> {
    let mut scopes: BTreeMap<(usize, &str), (Classes<'_>, OnSale)> = BTreeMap::new();
    let mut known: BTreeMap<(&str, usize), OnSale> = BTreeMap::new();
    for row in rows.filter(|row| row.key(3) == "default") {
        let tier = TIERS.iter().position(|tier| *tier == row.key(2)).unwrap_or(TIERS.len());
        let place = CLASSES.iter().position(|class| *class == row.key(4)).unwrap_or(CLASSES.len());
        let scope = row.key(1).split_once('/').map_or(row.key(1), |(kind, _)| kind);
        let new = known.entry((row.key(1), tier));
        let sold = *new.or_insert_with(|| sold(catalog, id, row.key(1), tier, on));
        let (classes, best) = scopes.entry((tier, scope)).or_insert((Classes::new(), OnSale::Not));
        *best = sold.max(*best);
        classes.entry((place, row.key(4))).or_default().push(row);
    }
    // Scopes of one price are one line.
    let mut alike: Vec<(usize, &str, String, Vec<&str>)> = Vec::new();
    for ((tier, scope), (classes, sold)) in scopes {
        let (cells, but) = (cells(&classes), sold.in_words(tier));
        match alike
            .iter_mut()
            .find(|(own, other, text, _)| *own == tier && *other == but && *text == cells)
        {
            Some((_, _, _, scopes)) => scopes.push(scope),
            None => alike.push((tier, but, cells, vec![scope])),
        }
    }
    let line = |(tier, but, cells, scopes): (usize, &str, String, Vec<&str>)| {
        let tier = TIERS.get(tier).copied().unwrap_or("other");
        format!("{} {tier}{but}: {cells}", scopes.join(", "))
    };
    alike.into_iter().map(line).collect()
}

/// Whether a model is sold at a tier in any region of a price scope: a price does not make it
/// offered (S 35, S 40). Of a model that is retired nothing is sold, and its card says so once.
fn sold(catalog: &Catalog, id: &str, scope: &str, tier: usize, on: Date) -> OnSale {
    if catalog.is_retired(id, on) {
        return OnSale::Listed;
    }
    let members = catalog.tables().price_scopes.with_prefix(&[scope]);
    let kinds: Vec<Option<Scope>> = members.iter().map(|row| Scope::parse(row.value())).collect();
    let billing = if tier == 1 { BillingMode::Batch } else { BillingMode::Tokens };
    let of = |region: &str, sku: &str| match tier {
        2 => OnSale::of(&catalog.priority(id, sku, region, on)),
        3 => OnSale::of(&catalog.flex(id, sku, region, on)),
        _ => OnSale::of(&catalog.availability(id, sku, region, on)),
    };
    let mut best = OnSale::Not;
    for sku in catalog.skus().filter(|sku| sku.billing == billing) {
        for region in catalog.regions() {
            let is_member = members.iter().zip(&kinds).any(|(row, kind)| {
                let covers = row.key(1) == &*region.name
                    || (row.key(1) == "*" && &*region.cloud == "public");
                covers && kind.is_none_or(|kind| kind == sku.scope)
            });
            if is_member {
                best = best.max(of(&region.name, &sku.name));
            }
            if best == OnSale::Listed {
                return best;
            }
        }
    }
    best
}

/// The classes of a line. One without a charge is left out beside others; seconds in and out at one
/// price are one charge.
fn cells(classes: &Classes<'_>) -> String {
    let is_free = |rows: &Vec<&Row>| {
        rows.iter().all(|row| row.value().parse::<Decimal>().is_ok_and(|price| price.is_zero()))
    };
    let charged = classes.values().any(|rows| !is_free(rows));
    let values = |class: &str| {
        let rows = classes.iter().find(|((_, own), _)| *own == class)?.1;
        Some(rows.iter().map(|row| row.value()).collect::<Vec<_>>())
    };
    let seconds = SECONDS.map(values);
    let one_charge = seconds[0].is_some() && seconds[0] == seconds[1];
    let stated = classes.iter().filter(|((_, class), rows)| {
        !(charged && is_free(rows) || one_charge && *class == SECONDS[1])
    });
    let cells = stated.map(|((_, class), rows)| {
        if one_charge && *class == SECONDS[0] {
            return format!("{} USD a second", range(rows));
        }
        let unit = rows.first().map_or(PER_MILLION, |row| row.unit());
        let unit = if unit == PER_MILLION { String::new() } else { format!(" {unit}") };
        format!("{} {}{unit}", class.replace('_', " "), range(rows))
    });
    cells.collect::<Vec<_>>().join(", ")
}

/// One price, or from the least to the greatest where regions differ.
fn range(rows: &[&Row]) -> String {
    let mut prices: Vec<(Option<Decimal>, &str)> =
        rows.iter().map(|row| (row.value().parse().ok(), row.value())).collect();
    prices.sort();
    prices.dedup();
    match prices.as_slice() {
        [(_, least), .., (_, most)] => format!("{least} to {most}"),
        [(_, only)] => (*only).to_owned(),
        [] => String::new(),
    }
}
