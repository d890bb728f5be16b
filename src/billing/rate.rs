//! From a dated price to the rate of a line: exchange, then negotiated discount. Exact, nothing is rounded here.

#![deny(clippy::float_arithmetic)]
use crate::billing::line::out_of_range;
use crate::billing::line::{Exchange, Meter, Rate};
use crate::billing::terms::{Discount, Terms};
use crate::units::dated::Dated;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::UnitPrice;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// What a discount may apply to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) sku: &'a str,
    pub(crate) model: Option<&'a str>,
    pub(crate) meter: &'a Meter,
    pub(crate) on: Date,
}

/// The rate of a list price under the terms.
pub(crate) fn rate(
    list: Dated<UnitPrice>,
    subject: Subject<'_>,
    terms: &Terms,
) -> Result<Rate, Diagnostic> {
    let from = list.value.price.currency();
    let exchange = if from == terms.currency {
        None
    } else {
        Some(Exchange { of: from, rate: terms.exchange_or_error(from, subject.on)? })
    };
    let into_bill = |price: UnitPrice| match exchange {
        Some(exchange) => price.exchanged(terms.currency, exchange.rate),
        None => Ok(price),
    };
    let discount = terms.discounts.iter().find(|discount| applies(discount, subject));
    let stated_contracted = match discount {
        Some(discount) => list.value.scaled(Decimal::ONE - discount.share).map_err(out_of_range)?,
        None => list.value,
    };
    Ok(Rate {
        list: into_bill(list.value).map_err(out_of_range)?,
        contracted: into_bill(stated_contracted).map_err(out_of_range)?,
        stated: list.value,
        stated_contracted,
        exchange,
        evidence: list.evidence,
    })
}

fn applies(discount: &Discount, subject: Subject<'_>) -> bool {
    discount.sku.as_deref().is_none_or(|sku| sku == subject.sku)
        && discount.model.as_deref().is_none_or(|model| Some(model) == subject.model)
        && discount.meter.is_none_or(|meter| meter.is(subject.meter))
        && discount.from.is_none_or(|from| from <= subject.on)
        && discount.to.is_none_or(|to| subject.on <= to)
        && (discount.reservations || *subject.meter != Meter::Reservation)
}
