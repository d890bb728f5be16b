//! Proposed rows: what the feed says that the catalogue does not say yet, in the tables' own columns.

use crate::catalog::Catalog;
use crate::catalog::metered::MeterNames;
use crate::catalog::price::context_word;
use crate::catalog::retail::meter::{self, TokenMeter};
use crate::catalog::retail::page::Item;
use crate::catalog::retail::scope::{covers, ptu_scope, token_scope, unnamed};
use crate::catalog::sku::Scope;
use crate::catalog::table::Table;
use crate::units::meter_words::tokens_in_unit;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// How a price of the feed stands to the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The catalogue says the same on that day.
    Known,
    /// The catalogue says something else on that day.
    Differs {
        /// Value in force on that day.
        was: String,
        /// Line of that row.
        line: u32,
    },
    /// The catalogue says nothing on that day.
    New,
}

/// A row for a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Table file.
    pub table: &'static str,
    /// Keys, in the table's order.
    pub keys: Vec<String>,
    /// Price, exact.
    pub value: String,
    /// Unit, as the table spells it.
    pub unit: String,
    /// First day.
    pub from: Date,
    /// Last day, on superseded rows of the feed.
    pub to: Option<Date>,
    /// Regions that say so.
    pub regions: Vec<String>,
    /// Meter that says so.
    pub meter: String,
    /// How it stands to the catalogue.
    pub standing: Standing,
    /// Where what it is the price of is processed.
    pub of: Scope,
    /// Regions that its scope does not cover yet: they are added with it.
    pub joining: Vec<String>,
    /// Why it must not be taken: it would change the price of regions that the feed says nothing
    /// of.
    pub aside: Option<String>,
}

/// The table of token prices.
const PRICES: &str = "prices.csv";

/// An item that a price cannot be dated by.
const NO_FIRST_DAY: &str = "no first day";

/// The currency that the catalogue's prices are in.
const CURRENCY: &str = "USD";

impl Proposal {
    /// Whether another is the same row of the same day.
    pub(crate) fn is_of_one_row(&self, other: &Self) -> bool {
        self.table == other.table && self.keys == other.keys && self.from == other.from
    }

    /// The price scope that it is for.
    pub(crate) fn scope(&self) -> &str {
        // Prices of PTUs have the SKU before it.
        let column = if self.table == PRICES { 1 } else { 2 };
        self.keys.get(column).map_or("", String::as_str)
    }

    /// Whether it says what the catalogue does not say, of nothing but what the feed names.
    pub(crate) fn is_open(&self) -> bool {
        self.standing != Standing::Known && self.aside.is_none()
    }

    /// Its currency, where that is not the catalogue's: such a row is for reading, never for a
    /// bill.
    pub(crate) fn other_currency(&self) -> Option<&str> {
        self.unit.split('/').next().filter(|currency| *currency != CURRENCY)
    }
}

/// A meter that could not be placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unclassified {
    /// Family of meters.
    pub product: String,
    /// Name of the meter.
    pub meter: String,
    /// Region.
    pub region: String,
    /// Price and unit, as the feed has them.
    pub price: String,
    /// Why.
    pub reason: String,
}

/// What an import found. `items = sum of regions of the proposals + unclassified`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// Items read.
    pub items: usize,
    /// Rows, sorted by table, keys and first day; rows the catalogue has already are among them, as `Known`.
    pub proposals: Vec<Proposal>,
    /// Meters that could not be placed, in the order of the feed.
    pub unclassified: Vec<Unclassified>,
    /// Prices with too few digits for their unit, currencies other than the catalogue's, pages that are missing.
    pub warnings: Vec<String>,
}

/// The table, keys, unit and value of a price.
struct Placed {
    table: &'static str,
    keys: Vec<String>,
    unit: String,
    value: Decimal,
    /// Where what it is the price of is processed.
    of: Scope,
}

/// Table, keys, first day and value: items that agree on them are one row.
type MergeKey = (&'static str, Vec<String>, Date, String);

/// Places every item.
pub fn propose(catalog: &Catalog, items: &[Item]) -> Import {
    let mut import = Import { items: items.len(), ..Import::default() };
    let names = MeterNames::of(catalog);
    let mut merged: BTreeMap<MergeKey, Proposal> = BTreeMap::new();
    for item in items {
        let placed = place(catalog, &names, item).and_then(|placed| {
            let from = item.from().ok_or(NO_FIRST_DAY)?;
            Ok((placed, from))
        });
        match placed {
            Ok((Placed { table, keys, unit, value, of }, from)) => {
                let value = value.to_string();
                let key = (table, keys.clone(), from, value.clone());
                let proposal = merged.entry(key).or_insert_with(|| Proposal {
                    table,
                    standing: standing(catalog, table, &keys, &value, from),
                    keys,
                    value,
                    unit,
                    from,
                    to: item.to(),
                    regions: Vec::new(),
                    meter: item.meter_name.clone(),
                    of,
                    joining: Vec::new(),
                    aside: None,
                });
                proposal.regions.push(item.arm_region_name.clone());
            }
            Err(reason) => import.unclassified.push(Unclassified {
                product: item.product_name.clone(),
                meter: item.meter_name.clone(),
                region: item.arm_region_name.clone(),
                price: format!(
                    "{} {} per {}",
                    item.retail_price, item.currency_code, item.unit_of_measure
                ),
                reason,
            }),
        }
    }
    import.proposals = merged.into_values().map(|found| judged(catalog, found)).collect();
    import.warnings = warnings(items);
    import.warnings.extend(contradictions(&import.proposals));
    import
}

/// A proposal with what it means for the regions of its scope.
fn judged(catalog: &Catalog, mut proposal: Proposal) -> Proposal {
    if proposal.standing == Standing::Known {
        return proposal;
    }
    let scope = proposal.scope().to_owned();
    let others = unnamed(catalog, proposal.of, &scope, &proposal.regions);
    if !others.is_empty() {
        proposal.aside = Some(format!(
            "{scope} has one price for more regions than the feed names with this one: {} would \
             change too; fetch the pages without a filter by region, or give {} a scope of their \
             own in price_scopes.csv",
            others.join(", "),
            proposal.regions.join(", ")
        ));
    }
    let outside = |region: &&String| !region.is_empty() && !covers(catalog, &scope, region);
    proposal.joining = proposal.regions.iter().filter(outside).cloned().collect();
    proposal.joining.sort_unstable();
    proposal.joining.dedup();
    proposal
}

/// Rows that the feed gives several values from one day.
fn contradictions(proposals: &[Proposal]) -> Vec<String> {
    let mut found = Vec::new();
    for of_one in proposals.chunk_by(Proposal::is_of_one_row) {
        if let [first, _, ..] = of_one {
            let values: Vec<String> = of_one
                .iter()
                .map(|one| format!("{} in {}", one.value, one.regions.join(", ")))
                .collect();
            found.push(format!(
                "{} from {}: regions give different values ({}); find out which holds before \
                 you take one",
                first.keys.join(" · "),
                first.from,
                values.join("; ")
            ));
        }
    }
    found
}

/// What is odd about prices that were read all the same.
fn warnings(items: &[Item]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |warning: String| {
        if !found.contains(&warning) {
            found.push(warning);
        }
    };
    for item in items {
        if item.currency_code != CURRENCY {
            add(format!(
                "prices in {}: the catalogue is in USD, rows in another currency are an agreement's or a feed's \
                 conversion; import the USD feed instead",
                item.currency_code
            ));
        }
        let Some(price) = item.price().filter(|price| !price.is_zero()) else { continue };
        // The feed gives 4 to 6 decimals: of a price per thousand tokens too few may be left.
        let digits = price.mantissa().unsigned_abs().to_string().len();
        if digits == 1 && item.unit_of_measure == "1K" && item.currency_code != CURRENCY {
            let half = Decimal::new(5, price.scale() + 1);
            let per_million = |price: Decimal| (price * Decimal::ONE_THOUSAND).normalize();
            add(format!(
                "{}: {price} {} per 1K has one digit, so {} to {} per 1M tokens",
                item.meter_name,
                item.currency_code,
                per_million(price - half),
                per_million(price + half)
            ));
        }
    }
    found
}

impl Import {
    /// The proposals the catalogue does not have yet, as lines of the tables, each under the name
    /// of its table, and the regions that their scopes get. Rows that would change what the feed
    /// says nothing of are left out.
    pub fn to_csv(&self, source: &str, verified_on: Date) -> String {
        let mut text = String::new();
        let mut table = "";
        let read_on = verified_on.to_string();
        let open = || self.proposals.iter().filter(|proposal| proposal.is_open());
        for proposal in open() {
            if proposal.table != table {
                table = proposal.table;
                text.extend(["# ", table, "\n"]);
            }
            let to = proposal.to.map(|to| to.to_string()).unwrap_or_default();
            let mut fields = proposal.keys.clone();
            let from = proposal.from.to_string();
            let rest = [&proposal.value, &proposal.unit, &from, &to, "observed", source, &read_on];
            fields.extend(rest.map(ToOwned::to_owned));
            text += &csv_line(&fields);
        }
        let members = open().flat_map(|proposal| proposal.members(source, &read_on)).collect();
        let members = earliest(members);
        if !members.is_empty() {
            text += "# price_scopes.csv\n";
        }
        text.extend(members.iter().map(|member| csv_line(member)));
        text
    }
}

impl Proposal {
    /// The rows of `price_scopes.csv` that it needs.
    pub(crate) fn members(&self, source: &str, read_on: &str) -> Vec<Vec<String>> {
        let (scope, kind, from) = (self.scope(), self.of.as_str(), self.from.to_string());
        let row = |region: &String| {
            [scope, region, kind, "", &from, "", "observed", source, read_on]
                .map(ToOwned::to_owned)
                .to_vec()
        };
        self.joining.iter().map(row).collect()
    }
}

/// One row for each region of a scope: that of the first day.
pub(crate) fn earliest(members: BTreeSet<Vec<String>>) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = members.into_iter().collect();
    rows.dedup_by(|later, first| later[..2] == first[..2]);
    rows
}

fn csv_line(fields: &[String]) -> String {
    let mut line = csv::WriterBuilder::new().from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = line.write_record(fields);
    String::from_utf8_lossy(&line.into_inner().unwrap_or_default()).into_owned()
}

/// The price of an item, where one can be billed by it.
fn billable(item: &Item) -> Result<Decimal, String> {
    let price = item.price().ok_or("the price is not a decimal number")?;
    if price.is_zero() {
        return Err("a price of 0: lost decimals or a fault of the feed, never a price to bill by"
            .to_owned());
    }
    if price.is_sign_negative() {
        return Err("a price below 0: a fault of the feed, never a price to bill by".to_owned());
    }
    Ok(price)
}

fn place(catalog: &Catalog, names: &MeterNames, item: &Item) -> Result<Placed, String> {
    let price = billable(item)?;
    if let Some(units) = item.above() {
        return Err(format!(
            "a price from {units} units on: the catalogue has no prices by volume, and the first \
             tier is the list price"
        ));
    }
    let currency = &item.currency_code;
    if item.kind == "Reservation" {
        let scope = match item.arm_sku_name.as_str() {
            "OpenAI_Provisioned_Managed_Global" => Scope::Global,
            "OpenAI_Provisioned_Managed_DataZone" => Scope::DataZone,
            "OpenAI_Provisioned_Throughput" => Scope::Regional,
            other => return Err(format!("unknown reservation SKU `{other}`")),
        };
        let (payment, per) = match item.reservation_term.as_deref() {
            Some("1 Month") => ("one_month", "month"),
            Some("1 Year") => ("one_year", "year"),
            other => return Err(format!("unknown reservation term {other:?}")),
        };
        let keys = ptu_keys(catalog, "Azure OpenAI", scope, &item.arm_region_name, payment)?;
        return Ok(Placed {
            table: "ptu_prices.csv",
            keys,
            unit: format!("{currency}/PTU/{per}"),
            value: price,
            of: scope,
        });
    }
    if item.kind != "Consumption" {
        return Err(format!("price type `{}`", item.kind));
    }
    let provisioned = match item.meter_name.as_str() {
        "Provisioned Managed Global Unit" => Some(Scope::Global),
        "Provisioned Managed Data Zone Unit" => Some(Scope::DataZone),
        "Provisioned Managed Regional Unit" => Some(Scope::Regional),
        _ => None,
    };
    if let Some(scope) = provisioned {
        let region = &item.arm_region_name;
        return Ok(Placed {
            table: "ptu_prices.csv",
            keys: ptu_keys(catalog, &item.product_name, scope, region, "hourly")?,
            unit: format!("{currency}/PTU/hour"),
            value: price,
            of: scope,
        });
    }
    let per_million = per_million(item, price)?;
    let meter = meter::read(catalog, names, &item.meter_name, &item.product_name)?;
    if meter.tier == crate::ledger::usage::ServiceTier::Flex && per_million == Decimal::new(1, 2) {
        return Err("placeholder price of 0.01, as the feed has had on new Flex meters".to_owned());
    }
    let value = per_million.normalize();
    Ok(Placed {
        table: PRICES,
        keys: token_keys(catalog, &meter, item, &value.to_string())?,
        unit: format!("{currency}/1M tokens"),
        value,
        of: meter.scope,
    })
}

/// The price of a million tokens, from the price of the feed's unit.
fn per_million(item: &Item, price: Decimal) -> Result<Decimal, String> {
    let unit = &item.unit_of_measure;
    let block = tokens_in_unit(unit).filter(|block| *block >= 1_000);
    let block = block.ok_or_else(|| format!("unit `{unit}` is not tokens"))?;
    let blocks = Decimal::from(1_000_000).checked_div(Decimal::from(block));
    blocks
        .and_then(|blocks| price.checked_mul(blocks))
        .ok_or_else(|| "price out of range".to_owned())
}

fn ptu_keys(
    catalog: &Catalog,
    product: &str,
    of: Scope,
    region: &str,
    payment: &str,
) -> Result<Vec<String>, String> {
    let (sku, scope) = ptu_scope(catalog, product, of, region)?;
    Ok(vec![product.to_owned(), sku.to_owned(), scope, payment.to_owned()])
}

/// The keys of a token price. A version has its own where the catalogue prices it apart.
fn token_keys(
    catalog: &Catalog,
    meter: &TokenMeter,
    item: &Item,
    value: &str,
) -> Result<Vec<String>, String> {
    let metered = &meter.metered;
    let scope = token_scope(catalog, metered, meter.scope, &item.arm_region_name)?;
    let keys = |name: &str| {
        let (tier, context) = (meter.tier.as_str(), context_word(meter.context));
        [name, &*scope, tier, context, meter.class.as_str()].map(ToOwned::to_owned).to_vec()
    };
    let (own, undated) = (keys(&metered.price_name), keys(&metered.model));
    let from = item.from().ok_or(NO_FIRST_DAY)?;
    let is_known = standing(catalog, PRICES, &undated, value, from) == Standing::Known;
    if let (Some(version), Some(newer)) = (&metered.version, &metered.newer)
        && !is_known
    {
        let model = &metered.model;
        return Err(format!(
            "a price of version {version}: the catalogue has none of that version apart, and the \
             price of {model} stands for version {newer}"
        ));
    }
    let own_keys: Vec<&str> = own.iter().map(String::as_str).collect();
    let has_own = !catalog.tables().prices.with_prefix(&own_keys).is_empty();
    Ok(if is_known && !has_own { undated } else { own })
}

fn standing(catalog: &Catalog, table: &str, keys: &[String], value: &str, from: Date) -> Standing {
    let tables = catalog.tables();
    let table: &Table = if table == PRICES { &tables.prices } else { &tables.ptu_prices };
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let rows = table.with_prefix(&keys);
    // The feed dates prices from the first of a month; a model launched later in that month starts at its launch.
    let on = rows.first().map_or(from, |first| from.max(first.from));
    match rows.iter().find(|row| row.in_force(on)) {
        None => Standing::New,
        Some(row) if row.value() == value => Standing::Known,
        Some(row) => Standing::Differs { was: row.value().to_owned(), line: row.line },
    }
}
