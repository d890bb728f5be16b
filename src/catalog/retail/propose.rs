//! Proposed rows: what the feed says that the catalogue does not say yet, in the tables' own columns.

use crate::catalog::Catalog;
use crate::catalog::price::context_word;
use crate::catalog::retail::meter;
use crate::catalog::retail::page::Item;
use crate::catalog::sku::Scope;
use crate::catalog::table::Table;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

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
}

/// The currency that the catalogue's prices are in.
const CURRENCY: &str = "USD";

impl Proposal {
    /// Whether another is the same row of the same day.
    pub(crate) fn is_of_one_row(&self, other: &Self) -> bool {
        self.table == other.table && self.keys == other.keys && self.from == other.from
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
}

/// Table, keys, first day and value: items that agree on them are one row.
type MergeKey = (&'static str, Vec<String>, Date, String);

/// Places every item.
pub fn propose(catalog: &Catalog, items: &[Item]) -> Import {
    let mut import = Import { items: items.len(), ..Import::default() };
    let mut merged: BTreeMap<MergeKey, Proposal> = BTreeMap::new();
    for item in items {
        let placed = place(catalog, item).and_then(|placed| {
            let from = item.from().ok_or("no first day")?;
            Ok((placed, from))
        });
        match placed {
            Ok((Placed { table, keys, unit, value }, from)) => {
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
    import.proposals = merged.into_values().collect();
    import.warnings = warnings(items);
    import.warnings.extend(contradictions(&import.proposals));
    import
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
    /// The proposals the catalogue does not have yet, as lines of the tables, each under the name of its table.
    pub fn to_csv(&self, source: &str, verified_on: Date) -> String {
        let mut text = String::new();
        let mut table = "";
        for proposal in self.proposals.iter().filter(|p| p.standing != Standing::Known) {
            if proposal.table != table {
                table = proposal.table;
                text.push_str("# ");
                text.push_str(table);
                text.push('\n');
            }
            let to = proposal.to.map(|to| to.to_string()).unwrap_or_default();
            let mut line = csv::WriterBuilder::new().from_writer(Vec::new());
            let from = proposal.from.to_string();
            let verified = verified_on.to_string();
            let fields = proposal.keys.iter().map(String::as_str).chain([
                &*proposal.value,
                &*proposal.unit,
                &*from,
                &*to,
                "observed",
                source,
                &*verified,
            ]);
            if line.write_record(fields).is_ok()
                && let Ok(bytes) = line.into_inner()
            {
                text += &String::from_utf8_lossy(&bytes);
            }
        }
        text
    }
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

fn place(catalog: &Catalog, item: &Item) -> Result<Placed, String> {
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
        });
    }
    let per_million = match item.unit_of_measure.as_str() {
        "1M" => price,
        "1K" => price.checked_mul(Decimal::ONE_THOUSAND).ok_or("price out of range")?,
        other => return Err(format!("unit `{other}` is not tokens")),
    };
    let meter = meter::read(catalog, &item.meter_name)?;
    if meter.tier == crate::ledger::usage::ServiceTier::Flex && per_million == Decimal::new(1, 2) {
        return Err("placeholder price of 0.01, as the feed has had on new Flex meters".to_owned());
    }
    let scope = token_scope(catalog, &meter.model, meter.scope, &item.arm_region_name)?;
    Ok(Placed {
        table: "prices.csv",
        keys: vec![
            meter.model.to_string(),
            scope,
            meter.tier.as_str().to_owned(),
            context_word(meter.context).to_owned(),
            meter.class.as_str().to_owned(),
        ],
        unit: format!("{currency}/1M tokens"),
        value: per_million.normalize(),
    })
}

fn ptu_keys(
    catalog: &Catalog,
    product: &str,
    scope: Scope,
    region: &str,
    payment: &str,
) -> Result<Vec<String>, String> {
    let sku = match scope {
        Scope::Global => "GlobalProvisionedManaged",
        Scope::DataZone => "DataZoneProvisionedManaged",
        Scope::Regional => "ProvisionedManaged",
    };
    let scopes = if region.is_empty() && scope == Scope::Global {
        vec!["global"]
    } else {
        catalog.price_scopes(sku, region).map_err(|error| error.message)?
    };
    let table = &catalog.tables().ptu_prices;
    let used = scopes.iter().find(|scope| !table.with_prefix(&[product, sku, scope]).is_empty());
    let scope = match used {
        Some(scope) => (*scope).to_owned(),
        None => default_scope(catalog, scope, region)?,
    };
    Ok(vec![product.to_owned(), sku.to_owned(), scope, payment.to_owned()])
}

/// The scope under which the catalogue has prices of the model in the region, else the scope such a row should have.
fn token_scope(
    catalog: &Catalog,
    model: &str,
    scope: Scope,
    region: &str,
) -> Result<String, String> {
    let sku = match scope {
        Scope::Global => "GlobalStandard",
        Scope::DataZone => "DataZoneStandard",
        Scope::Regional => "Standard",
    };
    let scopes = catalog.price_scopes(sku, region).map_err(|error| error.message)?;
    let table = &catalog.tables().prices;
    match scopes.iter().find(|scope| !table.with_prefix(&[model, scope]).is_empty()) {
        Some(scope) => Ok((*scope).to_owned()),
        None => default_scope(catalog, scope, region),
    }
}

fn default_scope(catalog: &Catalog, scope: Scope, region: &str) -> Result<String, String> {
    let place = catalog.region(region).map_err(|error| error.message)?;
    let government = &*place.cloud != "public";
    Ok(match scope {
        Scope::Global if government => "us_gov_global".to_owned(),
        Scope::Global => "global".to_owned(),
        Scope::DataZone if government => "us_gov_data_zone".to_owned(),
        Scope::DataZone => {
            let zone = place.data_zone.as_ref();
            let zone = zone.ok_or_else(|| format!("{region} is in no data zone"))?;
            format!("data_zone_{zone}")
        }
        Scope::Regional => format!("regional/{region}"),
    })
}

fn standing(catalog: &Catalog, table: &str, keys: &[String], value: &str, from: Date) -> Standing {
    let tables = catalog.tables();
    let table: &Table = if table == "prices.csv" { &tables.prices } else { &tables.ptu_prices };
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
