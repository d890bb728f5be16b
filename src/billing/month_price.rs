//! What one PTU costs for a month, by way to pay: the price that break-even points and plans of reservations compare.

#![deny(clippy::float_arithmetic)]

use crate::billing::commitment::Term;
use crate::billing::coverage::hourly_rate;
use crate::billing::line::{Meter, out_of_range};
use crate::billing::prices::PriceSource;
use crate::billing::purchase::Product;
use crate::billing::rate::{Subject, rate};
use crate::billing::terms::Terms;
use crate::ledger::deployment::DeploymentRef;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::{Money, UnitPrice};
use jiff::civil::Date;

/// The contracted price of one PTU for the terms' period, a month: every hour of it at the hourly price of its first day, or
/// the month's part of a reservation bought on that day.
///
/// # Errors
/// Where no such price is published or in force, and where an exchange rate is missing.
pub fn ptu_month(
    deployment: &DeploymentRef,
    product: &Product,
    term: Option<Term>,
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<Money, Diagnostic> {
    let on = terms.local_date(terms.from);
    let Some(term) = term else {
        let minutes = terms.minutes();
        let count = u64::try_from(minutes.end - minutes.start).unwrap_or(0);
        return ptu_by_the_hour(deployment, (on, count), terms, prices);
    };
    let whole = ptu_term(product, term, on, terms, prices)?;
    let month = UnitPrice { price: whole, per: u64::from(term.months()) };
    month.cost_of(1).map_err(out_of_range)
}

/// The contracted price of one PTU for minutes, at the hourly price of a day.
pub(crate) fn ptu_by_the_hour(
    deployment: &DeploymentRef,
    (on, minutes): (Date, u64),
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<Money, Diagnostic> {
    let hourly = hourly_rate(deployment, on, terms, prices)?.contracted;
    hourly.cost_of(minutes).map_err(out_of_range)
}

/// The contracted price of one PTU for a whole term that is bought on a day.
pub(crate) fn ptu_term(
    product: &Product,
    term: Term,
    on: Date,
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<Money, Diagnostic> {
    let (sku, meter) = (&product.sku, Meter::Reservation);
    let list = prices.reservation_price(sku, product.region.as_deref(), term, on)?;
    let subject = Subject { sku, model: None, meter: &meter, on };
    rate(list, subject, terms)?.contracted.cost_of(1).map_err(out_of_range)
}
