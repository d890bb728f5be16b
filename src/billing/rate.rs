//! From a dated price to the rate of a line: exchange, then negotiated discount. Exact, nothing is rounded here.

#![deny(clippy::float_arithmetic)]

use crate::billing::line::Rate;
use crate::billing::terms::{Discount, Terms};
use crate::units::dated::Dated;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::{MoneyError, UnitPrice};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// What a discount may apply to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) sku: &'a str,
    pub(crate) model: Option<&'a str>,
    pub(crate) reservation: bool,
    pub(crate) on: Date,
}

/// The rate of a list price under the terms.
pub(crate) fn rate(
    list: Dated<UnitPrice>,
    subject: Subject<'_>,
    terms: &Terms,
) -> Result<Rate, Diagnostic> {
    let from = list.value.price.currency();
    let exchanged = if from == terms.currency {
        list.value
    } else {
        let rate = terms.exchange_rate(from, subject.on).ok_or_else(|| {
            Diagnostic::error(
                "exchange-rate-missing",
                format!("no exchange rate from {from} to {} on {}", terms.currency, subject.on),
            )
            .hint("state a rate with a date on or before that day")
        })?;
        list.value.exchanged(terms.currency, rate).map_err(out_of_range)?
    };
    let contracted = match terms.discounts.iter().find(|discount| applies(discount, subject)) {
        Some(discount) => exchanged.scaled(Decimal::ONE - discount.share).map_err(out_of_range)?,
        None => exchanged,
    };
    Ok(Rate { list: exchanged, contracted, evidence: list.evidence })
}

fn applies(discount: &Discount, subject: Subject<'_>) -> bool {
    discount.sku.as_deref().is_none_or(|sku| sku == subject.sku)
        && discount.model.as_deref().is_none_or(|model| Some(model) == subject.model)
        && discount.from.is_none_or(|from| from <= subject.on)
        && discount.to.is_none_or(|to| subject.on <= to)
        && (discount.reservations || !subject.reservation)
}

/// An amount that does not fit, as a diagnostic.
#[expect(clippy::needless_pass_by_value, reason = "used as a function of map_err")]
pub(crate) fn out_of_range(error: MoneyError) -> Diagnostic {
    Diagnostic::error("amount-out-of-range", error.to_string())
}
