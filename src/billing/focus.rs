//! A bill as FOCUS 1.2 rows: the columns finance tools know, and the bytes of a CSV file.
//!
//! Columns whose names begin with `x_` are ours; they let `price` read such a file back line by line.

#![deny(clippy::float_arithmetic)]

use crate::billing::allocation::{Owner, Owners};
use crate::billing::bill::Bill;
use crate::billing::line::{ChargeCategory, CommitmentStatus, Exchange, LineItem, Meter, Quantity};
use crate::units::calendar::utc_date;
use crate::units::diagnostic::Diagnostic;
use crate::units::escape::for_spreadsheet;
use crate::units::money::{COST_DECIMALS, Money, UnitPrice};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;
use std::sync::Arc;

/// The columns, in the order they are written: every column of FOCUS 1.2, then ours.
pub const COLUMNS: [&str; 65] = [
    "AvailabilityZone",
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingAccountType",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "CapacityReservationId",
    "CapacityReservationStatus",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "CommitmentDiscountCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountName",
    "CommitmentDiscountQuantity",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "CommitmentDiscountUnit",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "InvoiceId",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingCurrency",
    "PricingCurrencyContractedUnitPrice",
    "PricingCurrencyEffectiveCost",
    "PricingCurrencyListUnitPrice",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "RegionName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "ServiceSubcategory",
    "SkuId",
    "SkuMeter",
    "SkuPriceDetails",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
    "SubAccountType",
    "Tags",
    "x_ContextTier",
    "x_Line",
    "x_Model",
    "x_PriceSource",
    "x_ServiceTier",
    "x_Team",
    "x_TokenClass",
    "x_Workload",
];

/// Who is billed, for the columns a simulation cannot know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// FOCUS `BillingAccountId`.
    pub billing_account_id: Arc<str>,
    /// FOCUS `BillingAccountName`.
    pub billing_account_name: Arc<str>,
    /// FOCUS `SubAccountId`: the subscription.
    pub subscription_id: Arc<str>,
    /// FOCUS `SubAccountName`.
    pub subscription_name: Arc<str>,
    /// Resource id of the Foundry resource; a deployment's name is put after it.
    pub resource_id: Arc<str>,
    /// FOCUS `PublisherName` of marketplace models.
    pub marketplace_publisher: Arc<str>,
    /// Teams and tags of the workloads, for the tags.
    pub owners: Owners,
}

impl Account {
    /// The account of a simulated bill: nobody is invoiced.
    pub fn simulated(owners: Owners) -> Self {
        let nobody: Arc<str> = "simulated".into();
        Self {
            billing_account_id: Arc::clone(&nobody),
            billing_account_name: Arc::clone(&nobody),
            subscription_id: Arc::clone(&nobody),
            subscription_name: nobody,
            resource_id: "/subscriptions/simulated".into(),
            marketplace_publisher: "Azure Marketplace".into(),
            owners,
        }
    }
}

/// A line and its number as one value for each of [`COLUMNS`]; an empty text is null.
pub fn row(number: usize, line: &LineItem, bill: &Bill, account: &Account) -> Vec<String> {
    let values = Values::of(line);
    let cell = |column: &&str| {
        if *column == "x_Line" {
            return number.to_string();
        }
        let text = value(column, line, &values, bill, account);
        let number = ["Cost", "Price", "Quantity"].iter().any(|end| column.ends_with(end));
        // Readers guess a column's type from its values: a column of decimals must not look like one of integers.
        match (number, text.is_empty() || text.contains('.')) {
            (true, true) => text,
            (true, false) => text + ".0",
            (false, _) => for_spreadsheet(&text).into_owned(),
        }
    };
    COLUMNS.iter().map(cell).collect()
}

/// The bill as a CSV file with a header.
pub fn to_csv(bill: &Bill, account: &Account) -> Result<Vec<u8>, Diagnostic> {
    let failed = |error: &dyn std::fmt::Display| {
        Diagnostic::error("csv-not-written", format!("cost rows cannot be written: {error}"))
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(|error| failed(&error))?;
    for (index, line) in bill.line_items.iter().enumerate() {
        writer.write_record(row(index + 1, line, bill, account)).map_err(|error| failed(&error))?;
    }
    writer.into_inner().map_err(|error| failed(&error))
}

/// What several columns share.
struct Values {
    marketplace: bool,
    quantity: String,
    unit: String,
    list: Option<UnitPrice>,
    contracted: Option<UnitPrice>,
    list_cost: Money,
    /// List and contracted price in the currency the price is stated in.
    stated: [Option<UnitPrice>; 2],
}

impl Values {
    fn of(line: &LineItem) -> Self {
        // In the marketplace a discount lowers the number of units, not their price (S 71).
        if let (Some(units), Some(unit)) = (line.consumption_units(), &line.consumption_unit) {
            return Self {
                marketplace: true,
                quantity: units.to_string(),
                unit: "CCUs".to_owned(),
                list: Some(unit.value),
                contracted: Some(unit.value),
                list_cost: line.contracted_cost,
                stated: [Some(before_exchange(unit.value, line.exchange)); 2],
            };
        }
        Self {
            marketplace: false,
            quantity: text(line.pricing_quantity()),
            unit: line.pricing_unit(),
            list: line.rate.as_ref().map(|rate| rate.list),
            contracted: line.rate.as_ref().map(|rate| rate.contracted),
            list_cost: line.list_cost,
            stated: [
                line.rate.as_ref().map(|rate| rate.stated),
                line.rate.as_ref().map(|rate| rate.stated_contracted),
            ],
        }
    }
}

/// A price of the bill's currency in the one it was stated in.
fn before_exchange(price: UnitPrice, exchange: Option<Exchange>) -> UnitPrice {
    let stated = exchange.and_then(|exchange| {
        let amount = price.price.amount().checked_div(exchange.rate)?;
        Some(Money::new(amount.round_dp(COST_DECIMALS).normalize(), exchange.of))
    });
    UnitPrice { price: stated.unwrap_or(price.price), ..price }
}

fn value(column: &str, line: &LineItem, values: &Values, bill: &Bill, account: &Account) -> String {
    let deployment = line.deployment.as_deref();
    let share = line.commitment.as_ref();
    let of_deployment = |text: &str| deployment.map(|_| text.to_owned()).unwrap_or_default();
    let of_commitment = |text: &str| share.map(|_| text.to_owned()).unwrap_or_default();
    let price = |price: Option<UnitPrice>| price.map(|p| p.to_exact_string()).unwrap_or_default();
    match column {
        // A third party's charge is not on the issuer's invoice.
        "BilledCost" if values.marketplace => "0".to_owned(),
        "BilledCost" => line.billed_cost.to_exact_string(),
        "BillingAccountId" => account.billing_account_id.to_string(),
        "BillingAccountName" => account.billing_account_name.to_string(),
        "BillingAccountType" => "Billing Account".to_owned(),
        "BillingCurrency" => bill.currency.to_string(),
        "PricingCurrency" => {
            line.exchange.map_or(bill.currency, |exchange| exchange.of).to_string()
        }
        "PricingCurrencyListUnitPrice" => price(values.stated[0]),
        "PricingCurrencyContractedUnitPrice" => price(values.stated[1]),
        "PricingCurrencyEffectiveCost" => match line.exchange {
            Some(exchange) => {
                let cost = line.effective_cost.amount().checked_div(exchange.rate);
                cost.map(|cost| cost.round_dp(COST_DECIMALS).normalize().to_string())
                    .unwrap_or_default()
            }
            None => line.effective_cost.to_exact_string(),
        },
        "BillingPeriodStart" => month(line.from, Date::first_of_month),
        "BillingPeriodEnd" => {
            month(line.from, |date| date.last_of_month().tomorrow().unwrap_or(Date::MAX))
        }
        "ChargeCategory" => line.category.as_str().to_owned(),
        "ChargeDescription" => match deployment {
            Some(deployment) => format!("{}: {}", deployment.name, line.meter),
            None => match share.and_then(|share| share.status) {
                Some(CommitmentStatus::Unused) => "reserved PTU-hours, unused".to_owned(),
                _ => line.charge(),
            },
        },
        "ChargeFrequency" => match line.category {
            ChargeCategory::Usage => "Usage-Based".to_owned(),
            ChargeCategory::Purchase => "Recurring".to_owned(),
            ChargeCategory::Refund => "One-Time".to_owned(),
        },
        "ChargePeriodStart" => line.from.to_string(),
        "ChargePeriodEnd" => line.until.to_string(),
        "CommitmentDiscountCategory" => of_commitment("Usage"),
        "CommitmentDiscountId" | "CommitmentDiscountName" => {
            share.map(|share| share.id.to_string()).unwrap_or_default()
        }
        "CommitmentDiscountQuantity" => share
            .map(|share| text(Quantity { count: share.ptu_minutes, per: 60 }))
            .unwrap_or_default(),
        "CommitmentDiscountStatus" => share
            .and_then(|share| share.status)
            .map(|status| status.as_str().to_owned())
            .unwrap_or_default(),
        "CommitmentDiscountType" => of_commitment("Reservation"),
        "CommitmentDiscountUnit" => of_commitment("PTU-Hours"),
        "ConsumedQuantity" => line.consumed_quantity().map(text).unwrap_or_default(),
        "ConsumedUnit" => line
            .consumed_quantity()
            .map(|_| line.meter.unit().consumed_unit().to_owned())
            .unwrap_or_default(),
        "ContractedCost" => line.contracted_cost.to_exact_string(),
        "ContractedUnitPrice" => price(values.contracted),
        "EffectiveCost" => line.effective_cost.to_exact_string(),
        "ListCost" => values.list_cost.to_exact_string(),
        "ListUnitPrice" => price(values.list),
        "PricingCategory" => line.pricing.as_str().to_owned(),
        "PricingQuantity" => values.quantity.clone(),
        "PricingUnit" => values.unit.clone(),
        "PublisherName" if values.marketplace => account.marketplace_publisher.to_string(),
        "InvoiceIssuerName" | "ProviderName" | "PublisherName" => "Microsoft".to_owned(),
        "RegionId" | "RegionName" => {
            deployment.map(|deployment| deployment.region.to_string()).unwrap_or_default()
        }
        "ResourceId" => deployment
            .map(|deployment| format!("{}/deployments/{}", account.resource_id, deployment.name))
            .unwrap_or_default(),
        "ResourceName" => {
            deployment.map(|deployment| deployment.name.to_string()).unwrap_or_default()
        }
        "ResourceType" => of_deployment("Azure AI Foundry"),
        "ServiceCategory" => "AI and Machine Learning".to_owned(),
        "ServiceName" => "Azure AI Services".to_owned(),
        "ServiceSubcategory" => "Generative AI".to_owned(),
        "SkuId" => sku_id(line),
        "SkuPriceDetails" => price_details(line),
        "SkuMeter" => line.meter.to_string(),
        "x_PriceSource" => {
            line.rate.as_ref().map(|rate| rate.evidence.place.to_string()).unwrap_or_default()
        }
        "x_Team" => owner(line, account)
            .and_then(|owner| owner.team.as_deref())
            .unwrap_or_default()
            .to_owned(),
        "SkuPriceId" => values.list.map(|_| sku_price_id(line)).unwrap_or_default(),
        "SubAccountId" => account.subscription_id.to_string(),
        "SubAccountName" => account.subscription_name.to_string(),
        "SubAccountType" => "Subscription".to_owned(),
        "Tags" => tags(line, account),
        "x_Model" => deployment.map(|deployment| deployment.model.to_string()).unwrap_or_default(),
        "x_Workload" => line.workload.as_deref().unwrap_or_default().to_owned(),
        "x_ServiceTier" | "x_ContextTier" | "x_TokenClass" => match &line.meter {
            Meter::Tokens { tier, .. } if column == "x_ServiceTier" => tier.as_str().to_owned(),
            Meter::Tokens { context, .. } if column == "x_ContextTier" => {
                context.as_str().to_owned()
            }
            Meter::Tokens { class, .. } => class.as_str().to_owned(),
            _ => String::new(),
        },
        "ChargeClass" if line.category == ChargeCategory::Refund => "Correction".to_owned(),
        // ChargeClass is null unless a charge corrects an earlier invoice; InvoiceId is unknown before one. Foundry has no
        // availability zones, and its reservations are discounts, not capacity (P R36).
        _ => String::new(),
    }
}

fn text(quantity: Quantity) -> String {
    quantity.to_decimal().to_string()
}

fn month(instant: Timestamp, of: impl Fn(Date) -> Date) -> String {
    let date = of(utc_date(instant));
    let start = TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0));
    start.map(|start| start.to_string()).unwrap_or_default()
}

/// The deployment SKU; a commitment's id stands in where a line has no deployment.
fn sku_id(line: &LineItem) -> String {
    match (&line.deployment, &line.commitment) {
        (Some(deployment), _) => deployment.sku.to_string(),
        (None, Some(share)) => share.sku.to_string(),
        (None, None) => String::new(),
    }
}

/// Stable while amounts, currencies and dates vary.
fn sku_price_id(line: &LineItem) -> String {
    match &line.deployment {
        Some(deployment) => {
            format!("{}/{}/{}/{}", deployment.sku, deployment.model, deployment.region, line.meter)
        }
        None => format!("{}/{}", sku_id(line), line.meter),
    }
}

/// Whom the line's workload belongs to.
fn owner<'a>(line: &LineItem, account: &'a Account) -> Option<&'a Owner> {
    account.owners.get(line.workload.as_ref()?)
}

fn tags(line: &LineItem, account: &Account) -> String {
    let mut tags = serde_json::Map::new();
    if let Some(deployment) = &line.deployment {
        tags.insert("deployment".to_owned(), json!(&*deployment.name));
    }
    if let Some(workload) = &line.workload {
        tags.insert("workload".to_owned(), json!(&**workload));
    }
    if let Some(owner) = owner(line, account) {
        let stated = owner.tags.iter().map(|(tag, value)| (tag.to_string(), json!(&**value)));
        tags.extend(stated);
        tags.extend(owner.team.as_ref().map(|team| ("team".to_owned(), json!(&**team))));
    }
    if tags.is_empty() { String::new() } else { serde_json::Value::Object(tags).to_string() }
}

/// What the price depends on, with keys of our own (FOCUS wants the `x_` prefix).
fn price_details(line: &LineItem) -> String {
    let Some(rate) = &line.rate else { return String::new() };
    let evidence = &rate.evidence;
    json!({
        "x_EffectiveFrom": evidence.effective_from.to_string(),
        "x_Source": &*evidence.source,
        "x_Status": evidence.status.as_str(),
    })
    .to_string()
}
