//! The calculator: what a call shape needs as each provisioned SKU, what that costs under each commitment, what the same
//! tokens cost by the token, and from what mean load on PTUs cost less. A pure function of the catalogue and a day; steady
//! traffic only, the simulation says what real traffic needs.

#![deny(clippy::float_arithmetic)]

use crate::catalog::Catalog;
use crate::catalog::charged_by::ChargedBy;
use crate::catalog::price::TokenPriceQuery;
use crate::catalog::ptu::PtuPayment;
use crate::catalog::sku::{BillingMode, Sku};
use crate::ledger::usage::{ContextTier, ServiceTier};
use crate::plan::offered::{offered, some_are_served};
use crate::plan::size::{CallShape, Sizing, size};
use crate::units::code::Code;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::{Money, UnitPrice};
use crate::units::ptu::{MAX_DEPLOYABLE_PTU, Ptu};
use crate::units::tokens::TokenClass;
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Hours of an average month, as cost tools count (P C16).
pub(crate) const HOURS_PER_MONTH: u64 = 730;
/// Months of the year that a one-year reservation is spread over.
const MONTHS_PER_YEAR: u64 = 12;

/// What is asked of the calculator.
#[derive(Clone, Debug)]
pub struct Load {
    /// Call shapes that come at the same time; at least one.
    pub shapes: Vec<CallShape>,
    /// Share of PTUs kept free on top of what is needed, such as 0.15.
    pub buffer: Decimal,
    /// Share of the PTUs that may be used at the peak, 1 where all of them.
    pub utilization: Decimal,
    /// Region of the deployment; none where prices are asked that are the same everywhere.
    pub region: Option<String>,
}

/// One SKU's part of the answer.
#[derive(Clone, Debug)]
pub struct Quote {
    /// SKU name.
    pub sku: String,
    /// The sizing of each shape, in their order.
    pub sizings: Vec<Sizing>,
    /// Input-equivalent tokens a minute of all shapes.
    pub normalized_tokens_per_minute: Decimal,
    /// PTUs before rounding.
    pub raw_ptu: Decimal,
    /// The same with the buffer, at the utilization.
    pub wanted_ptu: Decimal,
    /// PTUs that can be deployed.
    pub deployable_ptu: Ptu,
    /// What they cost a month: by the hour, reserved for a month, reserved for a year; or why that is not known.
    pub monthly: Vec<(PtuPayment, Result<Money, Diagnostic>)>,
    /// The SKU that serves the same by the token, and what it costs were the load there all month; or why that is not known.
    pub by_token: Option<(String, Result<Money, Diagnostic>)>,
    /// What to know before it is bought: an availability that nobody states, a stage, a commitment
    /// that outlives the model.
    pub cautions: Vec<Diagnostic>,
}

impl Quote {
    /// The share of the stated load, on average over the month, from which PTUs paid so cost less than tokens; none where a
    /// price is not known. Above 1 they never do.
    pub fn break_even(&self, payment: PtuPayment) -> Option<Decimal> {
        let (_, Ok(tokens)) = self.by_token.as_ref()? else { return None };
        let monthly = self.monthly.iter().find(|(own, _)| *own == payment)?;
        monthly.1.as_ref().ok()?.amount().checked_div(tokens.amount())
    }
}

/// Every provisioned SKU that the model has sizes as on the day. Where it has none, the error of a look-up.
pub fn provisioned_skus(
    catalog: &Catalog,
    model: &str,
    on: Date,
) -> Result<Vec<String>, Diagnostic> {
    let provisioned: Vec<_> =
        catalog.skus().filter(|sku| sku.billing == BillingMode::Ptu).collect();
    let has = |name: &str| catalog.grid(model, name, on);
    let own: Vec<String> = provisioned
        .iter()
        .filter(|sku| has(&sku.name).is_ok())
        .map(|sku| sku.name.to_string())
        .collect();
    if own.is_empty()
        && let Some(first) = provisioned.first()
    {
        has(&first.name)?;
    }
    Ok(own)
}

/// The quotes of a model as the SKUs asked for; where none is, as every one that it can be had as.
pub fn quotes(
    catalog: &Catalog,
    model: &str,
    skus: &[String],
    load: &Load,
    as_of: Date,
) -> Result<Vec<Quote>, Diagnostic> {
    if !skus.is_empty() {
        return skus.iter().map(|sku| quote(catalog, model, sku, load, as_of)).collect();
    }
    let (mut found, mut refused) = (Vec::new(), None);
    for sku in provisioned_skus(catalog, model, as_of)? {
        match quote(catalog, model, &sku, load, as_of) {
            Ok(quote) => found.push(quote),
            Err(error) if error.code == Code::NotAvailable => refused = refused.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    match refused {
        Some(error) if found.is_empty() => Err(error),
        _ => Ok(found),
    }
}

/// The quote of a model as a SKU on a day. Errors: those of [`size`]; `bad-call-shape` for a load
/// that nothing can be sized for; `not-available` and `retired` for what cannot be deployed;
/// `input-above-limit` where no call is short enough.
pub fn quote(
    catalog: &Catalog,
    model: &str,
    sku: &str,
    load: &Load,
    as_of: Date,
) -> Result<Quote, Diagnostic> {
    check(load)?;
    let sizings = load
        .shapes
        .iter()
        .map(|shape| size(catalog, model, sku, shape, as_of))
        .collect::<Result<Vec<_>, _>>()?;
    some_are_served(&sizings, &load.shapes)?;
    let cautions = offered(catalog, model, sku, load.region.as_deref(), as_of)?;
    let sum = |of: fn(&Sizing) -> Decimal| sizings.iter().map(of).sum::<Decimal>();
    let raw = sum(|own| own.raw_ptu);
    let range = || Diagnostic::error("bad-call-shape", "call shape out of range");
    let wanted = raw
        .checked_mul(Decimal::ONE + load.buffer)
        .and_then(|with| with.checked_div(load.utilization))
        .ok_or_else(range)?;
    let grid = catalog.grid(model, sku, as_of)?.value;
    let needed = wanted.ceil().to_u32().filter(|needed| *needed <= MAX_DEPLOYABLE_PTU);
    let above = || {
        let most = format!(
            "above the largest deployment of {MAX_DEPLOYABLE_PTU} PTU: {}",
            wanted.round_dp(2)
        );
        Diagnostic::error("ptu-above-maximum", most)
            .hint("split the traffic over several deployments")
    };
    let deployable = grid.at_least(needed.ok_or_else(above)?);
    let sku = catalog.sku(sku)?;
    let payments = [PtuPayment::Hourly, PtuPayment::OneMonth, PtuPayment::OneYear];
    Ok(Quote {
        sku: sku.name.to_string(),
        normalized_tokens_per_minute: sum(|own| own.normalized_tokens_per_minute),
        raw_ptu: raw,
        wanted_ptu: wanted,
        deployable_ptu: deployable,
        monthly: payments
            .map(|payment| {
                (payment, ptu_month(catalog, model, sku, load, payment, deployable, as_of))
            })
            .into(),
        by_token: token_sku(catalog, sku).map(|standard| {
            (standard.name.to_string(), token_month(catalog, model, standard, load, as_of))
        }),
        sizings,
        cautions,
    })
}

fn check(load: &Load) -> Result<(), Diagnostic> {
    let bad = |message: String, hint: &str| {
        Err(Diagnostic::error("bad-call-shape", message).hint(hint.to_owned()))
    };
    if load.shapes.iter().any(|shape| shape.requests_per_minute <= Decimal::ZERO) {
        return bad(
            "no calls: requests per minute must be above 0".to_owned(),
            "state the calls of the busiest minute",
        );
    }
    if load.buffer < Decimal::ZERO {
        return bad(format!("buffer below 0: {}", load.buffer), "a share such as 15%");
    }
    if load.utilization <= Decimal::ZERO || load.utilization > Decimal::ONE {
        return bad(
            format!("utilization not above 0% and at most 100%: {}", load.utilization),
            "a share such as 70%",
        );
    }
    Ok(())
}

/// A region whose prices are asked: the stated one, else one that has the SKU, where a SKU's price is the same in all of them.
fn regions<'a>(
    catalog: &'a Catalog,
    model: &str,
    sku: &Sku,
    load: &'a Load,
    on: Date,
) -> Vec<&'a str> {
    match &load.region {
        Some(region) => vec![region],
        None => catalog.regions_of(model, &sku.name, on),
    }
}

/// Regions named in a message at most.
const NAMED: usize = 4;

/// Prices that differ by region, with the regions to choose from.
fn differs_by_region(regions: &[&str], what: &str) -> Diagnostic {
    let more = match regions.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let some: Vec<&str> = regions.iter().take(NAMED).copied().collect();
    let some = some.join(", ");
    Diagnostic::error(
        "price-ambiguous",
        format!("prices of {what} differ by region: add --region REGION; sold in {some}{more}"),
    )
}

/// The one price of all regions asked about; an error where they differ.
fn the_same_everywhere(
    regions: &[&str],
    what: &str,
    price: impl Fn(&str) -> Result<UnitPrice, Diagnostic>,
) -> Result<UnitPrice, Diagnostic> {
    let mut known: Option<UnitPrice> = None;
    let mut failed = None;
    for region in regions {
        match (price(region), &known) {
            (Ok(own), Some(other)) if own != *other => {
                return Err(differs_by_region(regions, what));
            }
            (Ok(own), _) => known = Some(own),
            (Err(error), _) => failed = Some(error),
        }
    }
    let missing =
        || Diagnostic::error("no-price", format!("no price: {what} is offered in no region"));
    known.ok_or_else(|| failed.unwrap_or_else(missing))
}

fn ptu_month(
    catalog: &Catalog,
    model: &str,
    sku: &Sku,
    load: &Load,
    payment: PtuPayment,
    ptu: Ptu,
    on: Date,
) -> Result<Money, Diagnostic> {
    let regions = regions(catalog, model, sku, load, on);
    // One sentence for every commitment: which region it is decides all of their prices.
    let what = format!("{model} as {}", sku.name);
    let price = the_same_everywhere(&regions, &what, |region| {
        Ok(catalog.ptu_price(model, &sku.name, region, payment, on)?.value)
    })?;
    let range = |error: crate::units::money::MoneyError| {
        Diagnostic::error("amount-out-of-range", error.to_string())
    };
    let ptu = u64::from(ptu);
    match payment {
        PtuPayment::Hourly => price.cost_of(ptu * HOURS_PER_MONTH),
        PtuPayment::OneMonth => price.cost_of(ptu),
        PtuPayment::OneYear => {
            UnitPrice { price: price.price, per: price.per * MONTHS_PER_YEAR }.cost_of(ptu)
        }
    }
    .map_err(range)
}

/// The SKU that serves by the token with the same scope of processing.
fn token_sku<'a>(catalog: &'a Catalog, sku: &Sku) -> Option<&'a Sku> {
    catalog.skus().find(|own| own.billing == BillingMode::Tokens && own.scope == sku.scope)
}

/// The tokens of a call by class, as far as there are any.
fn stated_tokens(shape: &CallShape) -> impl Iterator<Item = (TokenClass, Decimal)> + use<> {
    let cached = shape.input_tokens * shape.cache_rate;
    let classes = [
        (TokenClass::Input, shape.input_tokens - cached - shape.cache_write_tokens),
        (TokenClass::CachedInput, cached),
        (TokenClass::CacheWrite, shape.cache_write_tokens),
        (TokenClass::Output, shape.output_tokens),
        (TokenClass::ImageInput, shape.image_input_tokens),
        (TokenClass::ImageOutput, shape.image_output_tokens),
    ];
    classes.into_iter().filter(|(_, tokens)| !tokens.is_zero())
}

fn token_month(
    catalog: &Catalog,
    model: &str,
    sku: &Sku,
    load: &Load,
    on: Date,
) -> Result<Money, Diagnostic> {
    let regions = regions(catalog, model, sku, load, on);
    let minutes = Decimal::from(HOURS_PER_MONTH * 60);
    let range = || Diagnostic::error("amount-out-of-range", "tokens of a month out of range");
    let stated: Vec<TokenClass> =
        load.shapes.iter().flat_map(stated_tokens).map(|(class, _)| class).collect();
    if catalog.charged_by(model, &stated) != ChargedBy::Tokens {
        let message = format!("{model} is not charged by tokens alone");
        return Err(Diagnostic::error("meter-not-stated", message)
            .hint(format!("`ptuplan catalog show {model}` lists what it is charged by")));
    }
    let mut total: Option<Money> = None;
    for shape in &load.shapes {
        for (class, per_call) in stated_tokens(shape) {
            let tokens = per_call
                .checked_mul(shape.requests_per_minute)
                .and_then(|tokens| tokens.checked_mul(minutes))
                .and_then(|tokens| tokens.round().to_u64())
                .ok_or_else(range)?;
            let what = format!("{model} as {}", sku.name);
            let price = the_same_everywhere(&regions, &what, |region| {
                let query = TokenPriceQuery {
                    model,
                    sku: &sku.name,
                    region,
                    tier: ServiceTier::Standard,
                    context: ContextTier::Default,
                    class,
                };
                Ok(catalog.token_price(&query, on)?.value)
            })?;
            let cost = price.cost_of(tokens).map_err(|_| range())?;
            total = Some(match total {
                Some(sum) => sum.plus(cost).map_err(|_| range())?,
                None => cost,
            });
        }
    }
    total.ok_or_else(|| Diagnostic::error("bad-call-shape", "no tokens to price"))
}
