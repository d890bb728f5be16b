//! The wire format: pages of items as the API returns them, or one item per line.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

/// One price of the feed. Fields the import does not use are passed over.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// ISO currency code.
    pub currency_code: String,
    /// Price of `unit_of_measure`; of the whole term for a reservation, whatever the unit says.
    pub retail_price: serde_json::Number,
    /// From how many units on the price holds: 0 but for the further tiers of a price by volume.
    #[serde(default)]
    pub tier_minimum_units: Option<serde_json::Number>,
    /// Region, one row per meter and region.
    #[serde(default)]
    pub arm_region_name: String,
    /// First instant in force.
    pub effective_start_date: String,
    /// Last instant in force, on superseded rows.
    pub effective_end_date: Option<String>,
    /// Name of the meter.
    pub meter_name: String,
    /// Family of meters.
    pub product_name: String,
    /// SKU of a reservation.
    #[serde(default)]
    pub arm_sku_name: String,
    /// `1K`, `1M`, `1/Hour`, ...
    pub unit_of_measure: String,
    /// `1 Month` or `1 Year` of a reservation.
    pub reservation_term: Option<String>,
    /// `Consumption`, `Reservation`, `DevTestConsumption`.
    #[serde(rename = "type")]
    pub kind: String,
}

impl Item {
    /// The exact price.
    pub fn price(&self) -> Option<Decimal> {
        let text = self.retail_price.to_string();
        let number = text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()?;
        Some(Decimal::normalize(&number))
    }

    /// The units from which on the price holds, where that is not the first.
    pub fn above(&self) -> Option<&serde_json::Number> {
        self.tier_minimum_units.as_ref().filter(|units| units.as_f64().is_none_or(|u| u > 0.0))
    }

    /// The first day in force.
    pub fn from(&self) -> Option<Date> {
        self.effective_start_date.get(..10)?.parse().ok()
    }

    /// The last day in force.
    pub fn to(&self) -> Option<Date> {
        self.effective_end_date.as_deref()?.get(..10)?.parse().ok()
    }
}

#[derive(Deserialize)]
struct Page {
    #[serde(rename = "Items")]
    items: Vec<Item>,
    #[serde(rename = "NextPageLink", default)]
    next: Option<String>,
}

/// What a file of the feed holds.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    /// Its prices.
    pub items: Vec<Item>,
    /// Where the page after its last one is, when the file does not have it: more prices follow there.
    pub next: Option<String>,
}

impl From<Vec<Page>> for Feed {
    fn from(pages: Vec<Page>) -> Self {
        let next = pages.last().and_then(|page| page.next.clone()).filter(|link| !link.is_empty());
        Self { items: pages.into_iter().flat_map(|page| page.items).collect(), next }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    Page(Page),
    Pages(Vec<Page>),
    Items(Vec<Item>),
}

/// Reads a page, an array of pages or items, or one item or page per line.
pub fn read(file: &str, text: &str) -> Result<Vec<Item>, Diagnostics> {
    read_feed(file, text).map(|feed| feed.items)
}

/// The same, with the link to what the file does not have.
pub fn read_feed(file: &str, text: &str) -> Result<Feed, Diagnostics> {
    let whole = match serde_json::from_str(text) {
        Ok(Document::Page(page)) => return Ok(vec![page].into()),
        Ok(Document::Pages(pages)) => return Ok(pages.into()),
        Ok(Document::Items(items)) => return Ok(Feed { items, next: None }),
        Err(error) => error,
    };
    if let Ok(pages) = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(serde_json::from_str)
        .collect::<Result<Vec<Page>, _>>()
        && !pages.is_empty()
    {
        return Ok(pages.into());
    }
    let mut items = Vec::new();
    let mut mistakes = Diagnostics::default();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Item>(line) {
            Ok(item) => items.push(item),
            Err(error) => mistakes.push(
                Diagnostic::error("page-unreadable", format!("not a retail price: {error}"))
                    .at(Place::new(file, index as u32 + 1, error.column() as u32)),
            ),
        }
    }
    // A document that is JSON as a whole has no lines to read: what is wrong is wrong with one of
    // its items.
    if let Ok(document) = serde_json::from_str::<Value>(text) {
        let wrong = wrong_items(file, &items_of(&document));
        if wrong.has_errors() {
            return Err(wrong);
        }
    }
    if items.is_empty() {
        let place = Place::new(file, whole.line() as u32, whole.column() as u32);
        return Err(Diagnostic::error("page-unreadable", format!("not a page: {whole}"))
            .at(place)
            .hint("save the answer of the Azure Retail Prices API as it comes")
            .into());
    }
    mistakes.or_ok(Feed { items, next: None })
}

/// The items of a page, of an array of pages or of an array of items.
fn items_of(document: &Value) -> Vec<&Value> {
    let of_page = |page: &Value| page.get("Items").is_some();
    match document {
        Value::Array(all) if all.iter().any(of_page) => all.iter().flat_map(items_of).collect(),
        Value::Array(all) => all.iter().collect(),
        page => page.get("Items").and_then(Value::as_array).into_iter().flatten().collect(),
    }
}

/// Which items of a document are no prices, by their number and meter.
fn wrong_items(file: &str, items: &[&Value]) -> Diagnostics {
    let mut mistakes = Diagnostics::default();
    for (index, item) in items.iter().enumerate() {
        if let Err(error) = Item::deserialize(*item) {
            let meter = item.get("meterName").and_then(Value::as_str).unwrap_or("no meter name");
            let message = format!("not a retail price: item {} ({meter}): {error}", index + 1);
            let place = Place::new(file, 0, 0);
            mistakes.push(Diagnostic::error("page-unreadable", message).at(place));
        }
    }
    mistakes
}
