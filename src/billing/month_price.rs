//! What one PTU costs for a month, by way to pay: the price that break-even points and ladders of reservations compare.

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
        let hourly = hourly_rate(deployment, on, terms, prices)?.contracted;
        let count = u64::try_from(minutes.end - minutes.start).unwrap_or(0);
        return hourly.cost_of(count).map_err(out_of_range);
    };
    let (sku, meter) = (&product.sku, Meter::Reservation);
    let list = prices.reservation_price(sku, product.region.as_deref(), term, on)?;
    let subject = Subject { sku, model: None, meter: &meter, on };
    let whole = rate(list, subject, terms)?.contracted.cost_of(1).map_err(out_of_range)?;
    let month = UnitPrice { price: whole, per: u64::from(term.months()) };
    month.cost_of(1).map_err(out_of_range)
}
