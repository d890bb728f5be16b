//! A price that changes on a day.

use crate::billing::commitment::Term;
use crate::units::dated::{Dated, Evidence, Status};
use crate::units::diagnostic::{Diagnostic, Place};
use crate::units::money::{Money, UnitPrice};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::sync::Arc;
/// The meter of PTUs paid by the hour.
pub(crate) const PTU_HOURS: &str = "ptu-hour";

/// A checked price change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceChange {
    /// First day (UTC) it is billed.
    pub from: Date,
    /// Only of this SKU.
    pub sku: Option<Arc<str>>,
    /// Only this meter: `tokens`, a class of tokens, `ptu-hour`, `1-month`, `1-year`, or another meter.
    pub meter: Option<Arc<str>>,
    /// The new price.
    pub value: NewPrice,
    /// Where it was written.
    pub place: Place,
}

/// What a price becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewPrice {
    /// So many times the list's.
    Times(Decimal),
    /// This much, in the currency and for the quantity of the list's.
    Is(Decimal),
}

impl PriceChange {
    /// Whether it is about a meter of a SKU, from a day on.
    pub(crate) fn is_of(&self, sku: &str, meter: &str, tokens: bool, on: Date) -> bool {
        let own = self.sku.as_deref().is_none_or(|own| own == sku);
        let metered = match self.meter.as_deref() {
            None => true,
            Some("tokens") => tokens,
            Some(own) => own == meter,
        };
        own && metered && self.from <= on
    }

    /// The price after the change.
    pub(crate) fn applied(&self, price: &UnitPrice) -> Result<Dated<UnitPrice>, Diagnostic> {
        let value = match self.value {
            NewPrice::Times(factor) => price.scaled(factor).map_err(|error| {
                Diagnostic::error("amount-out-of-range", error.to_string()).at(self.place.clone())
            })?,
            NewPrice::Is(amount) => {
                UnitPrice { price: Money::new(amount, price.price.currency()), per: price.per }
            }
        };
        Ok(Dated { value, evidence: self.evidence() })
    }

    /// It is the scenario's own word.
    pub(crate) fn evidence(&self) -> Arc<Evidence> {
        Arc::new(Evidence {
            status: Status::Assumed,
            effective_from: self.from,
            effective_to: None,
            source: "the scenario".into(),
            verified_on: self.from,
            place: self.place.clone(),
        })
    }

    /// What changes, and to what.
    pub(crate) fn words(&self, of: &[&str]) -> (String, String) {
        let meter = self.meter.as_deref().unwrap_or("every meter");
        let mut name = format!("price change from {}: {meter}", self.from);
        for part in self.sku.as_deref().iter().chain(of) {
            name.push_str(" · ");
            name.push_str(part);
        }
        let value = match self.value {
            NewPrice::Times(factor) => format!("{} of the list price", percent(factor)),
            NewPrice::Is(amount) => format!("{amount}, in the list's currency and unit"),
        };
        (name, value)
    }
}

fn percent(factor: Decimal) -> String {
    format!("{}%", (factor * Decimal::ONE_HUNDRED).normalize())
}

/// The meter of a reservation.
pub(crate) const fn term(term: Term) -> &'static str {
    match term {
        Term::OneMonth => "1-month",
        Term::OneYear => "1-year",
    }
}
