//! The columns of a FOCUS 1.2 file, each with what stands in it.

use crate::billing::allocation::Owner;
use crate::billing::bill::Bill;
use crate::billing::focus::Account;
use crate::billing::line::{ChargeCategory, CommitmentStatus, Exchange, LineItem, Meter, Quantity};
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::{ContextTier, ServiceTier};
use crate::units::calendar::utc_date;
use crate::units::money::{COST_DECIMALS, Money, UnitPrice};
use crate::units::tokens::TokenClass;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Words.
    Words,
    /// Decimals.
    Decimals,
    /// Points in time.
    Instants,
}

/// A column and how a charge fills it; an empty text is null.
pub struct FocusColumn {
    /// Its name in the header.
    pub name: &'static str,
    /// What its values are.
    pub holds: Holds,
    /// Its value for a charge.
    pub value: fn(&FocusCharge<'_>) -> String,
}

const fn words(name: &'static str, value: fn(&FocusCharge<'_>) -> String) -> FocusColumn {
    FocusColumn { name, holds: Holds::Words, value }
}

const fn number(name: &'static str, value: fn(&FocusCharge<'_>) -> String) -> FocusColumn {
    FocusColumn { name, holds: Holds::Decimals, value }
}

const fn instant(name: &'static str, value: fn(&FocusCharge<'_>) -> String) -> FocusColumn {
    FocusColumn { name, holds: Holds::Instants, value }
}

/// The columns, in the order they are written: every column of FOCUS 1.2, then ours.
pub static COLUMNS: [FocusColumn; 67] = [
    words("AvailabilityZone", none),
    number("BilledCost", billed_cost),
    words("BillingAccountId", |c| c.account.billing_account_id.to_string()),
    words("BillingAccountName", |c| c.account.billing_account_name.to_string()),
    words("BillingAccountType", |_| "Billing Account".to_owned()),
    words("BillingCurrency", |c| c.bill.currency.to_string()),
    instant("BillingPeriodEnd", |c| {
        month(c.line.from, |date| date.last_of_month().tomorrow().unwrap_or(Date::MAX))
    }),
    instant("BillingPeriodStart", |c| month(c.line.from, Date::first_of_month)),
    words("CapacityReservationId", none),
    words("CapacityReservationStatus", none),
    words("ChargeCategory", |c| c.line.category.as_str().to_owned()),
    words("ChargeClass", charge_class),
    words("ChargeDescription", description),
    words("ChargeFrequency", |c| frequency(c.line.category).to_owned()),
    instant("ChargePeriodEnd", |c| c.line.until.to_string()),
    instant("ChargePeriodStart", |c| c.line.from.to_string()),
    words("CommitmentDiscountCategory", |c| c.of_commitment("Usage")),
    words("CommitmentDiscountId", commitment_id),
    words("CommitmentDiscountName", commitment_id),
    number("CommitmentDiscountQuantity", commitment_quantity),
    words("CommitmentDiscountStatus", commitment_status),
    words("CommitmentDiscountType", |c| c.of_commitment("Reservation")),
    words("CommitmentDiscountUnit", |c| c.of_commitment("PTU-Hours")),
    number("ConsumedQuantity", |c| c.line.consumed_quantity().map(text).unwrap_or_default()),
    words("ConsumedUnit", consumed_unit),
    number("ContractedCost", |c| c.line.contracted_cost.to_exact_string()),
    number("ContractedUnitPrice", |c| price(c.values.contracted)),
    number("EffectiveCost", |c| c.line.effective_cost.to_exact_string()),
    words("InvoiceId", none),
    words("InvoiceIssuerName", microsoft),
    number("ListCost", |c| c.values.list_cost.to_exact_string()),
    number("ListUnitPrice", |c| price(c.values.list)),
    words("PricingCategory", |c| c.line.pricing.as_str().to_owned()),
    words("PricingCurrency", |c| {
        c.line.exchange.map_or(c.bill.currency, |exchange| exchange.of).to_string()
    }),
    number("PricingCurrencyContractedUnitPrice", |c| price(c.values.stated[1])),
    number("PricingCurrencyEffectiveCost", stated_cost),
    number("PricingCurrencyListUnitPrice", |c| price(c.values.stated[0])),
    number("PricingQuantity", |c| c.values.quantity.clone()),
    words("PricingUnit", |c| c.values.unit.clone()),
    words("ProviderName", microsoft),
    words("PublisherName", publisher),
    words("RegionId", |c| c.of_deployment(|own| own.region.to_string())),
    words("RegionName", |c| c.of_deployment(|own| own.region.to_string())),
    words("ResourceId", |c| {
        c.of_deployment(|own| format!("{}/deployments/{}", c.account.resource_id, own.name))
    }),
    words("ResourceName", |c| c.of_deployment(|own| own.name.to_string())),
    words("ResourceType", |c| c.of_deployment(|_| "Azure AI Foundry".to_owned())),
    words("ServiceCategory", |_| "AI and Machine Learning".to_owned()),
    words("ServiceName", |_| "Azure AI Services".to_owned()),
    words("ServiceSubcategory", |_| "Generative AI".to_owned()),
    words("SkuId", |c| sku_id(c.line)),
    words("SkuMeter", |c| c.line.meter.to_string()),
    words("SkuPriceDetails", |c| price_details(c.line)),
    words("SkuPriceId", |c| c.values.list.map(|_| sku_price_id(c.line)).unwrap_or_default()),
    words("SubAccountId", |c| c.account.subscription_id.to_string()),
    words("SubAccountName", |c| c.account.subscription_name.to_string()),
    words("SubAccountType", |_| "Subscription".to_owned()),
    words("Tags", tags),
    words("x_ContextTier", |c| c.of_tokens(|_, context, _| context.as_str())),
    words("x_FiguresOf", |c| c.account.figures_of.clone()),
    words("x_Line", |c| c.number.to_string()),
    words("x_Model", |c| c.of_deployment(|own| own.model.to_string())),
    words("x_PriceSource", price_source),
    words("x_ServiceTier", |c| c.of_tokens(|tier, _, _| tier.as_str())),
    words("x_Team", team),
    words("x_TokenClass", |c| c.of_tokens(|_, _, class| class.as_str())),
    words("x_Work", work),
    words("x_Workload", |c| c.line.workload.as_deref().unwrap_or_default().to_owned()),
];

/// A line of a bill as the columns see it.
pub struct FocusCharge<'a> {
    number: usize,
    line: &'a LineItem,
    bill: &'a Bill,
    account: &'a Account,
    values: SharedValues,
}

impl<'a> FocusCharge<'a> {
    /// A line and its number.
    pub fn new(number: usize, line: &'a LineItem, bill: &'a Bill, account: &'a Account) -> Self {
        Self { number, line, bill, account, values: SharedValues::of(line) }
    }

    fn of_deployment(&self, text: impl Fn(&DeploymentRef) -> String) -> String {
        self.line.deployment.as_deref().map(text).unwrap_or_default()
    }

    fn of_commitment(&self, text: &str) -> String {
        self.line.commitment.as_ref().map(|_| text.to_owned()).unwrap_or_default()
    }

    fn of_tokens(
        &self,
        text: impl Fn(ServiceTier, ContextTier, TokenClass) -> &'static str,
    ) -> String {
        match self.line.meter {
            Meter::Tokens { tier, context, class } => text(tier, context, class).to_owned(),
            _ => String::new(),
        }
    }

    /// Whom the line's workload belongs to.
    fn owner(&self) -> Option<&'a Owner> {
        self.account.owners.get(self.line.workload.as_ref()?)
    }
}

/// What several columns share.
struct SharedValues {
    marketplace: bool,
    quantity: String,
    unit: String,
    list: Option<UnitPrice>,
    contracted: Option<UnitPrice>,
    list_cost: Money,
    /// List and contracted price in the currency the price is stated in.
    stated: [Option<UnitPrice>; 2],
}

impl SharedValues {
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

/// What nobody knows before an invoice, or Foundry does not have: it has no availability zones, and
/// its reservations are discounts, not capacity (P R36).
fn none(_: &FocusCharge<'_>) -> String {
    String::new()
}

fn microsoft(_: &FocusCharge<'_>) -> String {
    "Microsoft".to_owned()
}

fn publisher(charge: &FocusCharge<'_>) -> String {
    if charge.values.marketplace {
        charge.account.marketplace_publisher.to_string()
    } else {
        microsoft(charge)
    }
}

/// A third party's charge is not on the issuer's invoice.
fn billed_cost(charge: &FocusCharge<'_>) -> String {
    if charge.values.marketplace {
        "0".to_owned()
    } else {
        charge.line.billed_cost.to_exact_string()
    }
}

/// The cost in the currency that the price is stated in.
fn stated_cost(charge: &FocusCharge<'_>) -> String {
    let cost = charge.line.effective_cost;
    match charge.line.exchange {
        Some(exchange) => cost
            .amount()
            .checked_div(exchange.rate)
            .map(|cost| cost.round_dp(COST_DECIMALS).normalize().to_string())
            .unwrap_or_default(),
        None => cost.to_exact_string(),
    }
}

/// Null unless a charge corrects an earlier invoice.
fn charge_class(charge: &FocusCharge<'_>) -> String {
    let corrects = charge.line.category == ChargeCategory::Refund;
    if corrects { "Correction".to_owned() } else { String::new() }
}

fn description(charge: &FocusCharge<'_>) -> String {
    let line = charge.line;
    match (&line.deployment, line.commitment.as_ref().and_then(|share| share.status)) {
        (Some(deployment), _) => format!("{}: {}", deployment.name, line.meter),
        (None, Some(CommitmentStatus::Unused)) => "reserved PTU-hours, unused".to_owned(),
        (None, _) => line.charge(),
    }
}

fn frequency(category: ChargeCategory) -> &'static str {
    match category {
        ChargeCategory::Usage => "Usage-Based",
        ChargeCategory::Purchase => "Recurring",
        ChargeCategory::Refund => "One-Time",
    }
}

fn commitment_id(charge: &FocusCharge<'_>) -> String {
    charge.line.commitment.as_ref().map(|share| share.id.to_string()).unwrap_or_default()
}

fn commitment_quantity(charge: &FocusCharge<'_>) -> String {
    let share = charge.line.commitment.as_ref();
    share.map(|share| text(Quantity { count: share.ptu_minutes, per: 60 })).unwrap_or_default()
}

fn commitment_status(charge: &FocusCharge<'_>) -> String {
    let status = charge.line.commitment.as_ref().and_then(|share| share.status);
    status.map(|status| status.as_str().to_owned()).unwrap_or_default()
}

fn consumed_unit(charge: &FocusCharge<'_>) -> String {
    let unit = || charge.line.meter.unit().consumed_unit().to_owned();
    charge.line.consumed_quantity().map(|_| unit()).unwrap_or_default()
}

fn price_source(charge: &FocusCharge<'_>) -> String {
    charge.line.rate.as_ref().map(|rate| rate.evidence.place.to_string()).unwrap_or_default()
}

fn team(charge: &FocusCharge<'_>) -> String {
    charge.owner().and_then(|owner| owner.team.as_deref()).unwrap_or_default().to_owned()
}

fn price(price: Option<UnitPrice>) -> String {
    price.map(|price| price.to_exact_string()).unwrap_or_default()
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

fn tags(charge: &FocusCharge<'_>) -> String {
    let line = charge.line;
    let mut tags = serde_json::Map::new();
    if let Some(deployment) = &line.deployment {
        tags.insert("deployment".to_owned(), json!(&*deployment.name));
    }
    if let Some(workload) = &line.workload {
        tags.insert("workload".to_owned(), json!(&**workload));
    }
    if let Some(owner) = charge.owner() {
        tags.extend(owner_tags(owner));
    }
    if tags.is_empty() { String::new() } else { serde_json::Value::Object(tags).to_string() }
}

/// The work by which a line of shared capacity is split, by workload with its tags: what `price`
/// splits it by when it reads the file.
fn work(charge: &FocusCharge<'_>) -> String {
    let line = charge.line;
    let (Some(deployment), None) = (&line.deployment, &line.workload) else {
        return String::new();
    };
    let day = (deployment.clone(), utc_date(line.from));
    let Some(done) = charge.account.work.get(&day) else { return String::new() };
    let parts = done.iter().map(|(workload, work)| {
        let owner = charge.account.owners.get(workload);
        let mut part = serde_json::Map::from_iter([("work".to_owned(), json!(work))]);
        part.extend(owner.map(|owner| ("tags".to_owned(), owner_tags(owner).into())));
        (workload.to_string(), part.into())
    });
    serde_json::Value::Object(parts.collect()).to_string()
}

/// Team and tags of an owner.
fn owner_tags(owner: &Owner) -> serde_json::Map<String, serde_json::Value> {
    let stated = owner.tags.iter().map(|(tag, value)| (tag.to_string(), json!(&**value)));
    let team = owner.team.as_ref().map(|team| ("team".to_owned(), json!(&**team)));
    stated.chain(team).collect()
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
