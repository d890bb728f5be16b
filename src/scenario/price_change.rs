//! `[[event]] what = "price"`: from a day on, some prices are a factor of the list's, or a stated figure. An assumption of the
//! scenario's own: billed from that day, and told with every result.

use crate::billing::commitment::Term;
use crate::ledger::metered::MeterKind;
use crate::scenario::calls::Wrong;
use crate::scenario::events::EventTable;
use crate::units::dated::{Dated, Evidence, Status};
use crate::units::diagnostic::{Diagnostic, Place};
use crate::units::money::{Money, UnitPrice};
use crate::units::tokens::TokenClass;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::sync::Arc;
use toml::Spanned;

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
            place: self.place.without_folders(),
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
    format!("{} %", (factor * Decimal::ONE_HUNDRED).normalize())
}

/// Checks the keys of a price change. The place is the caller's to fill in.
pub(crate) fn price_change(table: &EventTable) -> Result<PriceChange, Wrong> {
    let span = table.what.span();
    let Some(from) = &table.from else {
        let message = "incomplete event: a price change without its day".to_owned();
        return Err(("incomplete-event", span, message, "add from = 2027-01-01"));
    };
    let day = from.get_ref();
    let parsed = day.to_string().parse::<Date>().ok().filter(|_| day.time.is_none());
    let Some(first) = parsed else {
        let message = format!("not a civil date: {day}");
        return Err(("not-a-date", from.span(), message, "write a day such as 2027-01-01"));
    };
    let amount = |written: &Spanned<String>| {
        let text = written.get_ref().trim();
        let (number, scale) = match text.strip_suffix('%') {
            Some(share) => (share.trim_end(), 2),
            None => (text, 0),
        };
        let found: Option<Decimal> = number.parse().ok();
        let scaled = found.map(|value| value * Decimal::new(1, scale));
        scaled.filter(|value| !value.is_sign_negative()).ok_or_else(|| {
            let message = format!("not a price: {text}");
            ("not-a-price", written.span(), message, "write \"1.60\", or a factor such as \"80 %\"")
        })
    };
    let value = match (&table.factor, &table.price) {
        (Some(factor), None) => NewPrice::Times(amount(factor)?),
        (None, Some(price)) => NewPrice::Is(amount(price)?),
        _ => {
            let message = "incomplete event: a price change without one new price".to_owned();
            let hint = "add factor = \"80 %\" of the list price, or price = \"1.60\" in its currency and unit";
            return Err(("incomplete-event", span, message, hint));
        }
    };
    if let Some(meter) = &table.meter {
        let name = meter.get_ref().as_str();
        let known = TokenClass::parse(name).is_some()
            || MeterKind::parse(name).is_some()
            || ["tokens", PTU_HOURS, term(Term::OneMonth), term(Term::OneYear)].contains(&name);
        if !known {
            let message = format!("unknown meter: {name}");
            let hint = "\"tokens\", a class such as \"input\", \"cached_input\" or \"output\", \"ptu-hour\", \"1-month\", \"1-year\", \"hosting\", …";
            return Err(("unknown-meter", meter.span(), message, hint));
        }
        if value_is_stated(value) && matches!(name, "tokens") {
            let message = "one price for several meters".to_owned();
            return Err((
                "unknown-meter",
                meter.span(),
                message,
                "state a factor, or a class of tokens",
            ));
        }
    } else if value_is_stated(value) {
        let message = "incomplete event: a stated price without its meter".to_owned();
        return Err(("incomplete-event", span, message, "add meter = \"output\""));
    }
    let shared = |text: &Spanned<String>| Arc::<str>::from(text.get_ref().as_str());
    Ok(PriceChange {
        from: first,
        sku: table.sku.as_ref().map(shared),
        meter: table.meter.as_ref().map(shared),
        value,
        place: Place::default(),
    })
}

const fn value_is_stated(value: NewPrice) -> bool {
    matches!(value, NewPrice::Is(_))
}

/// The meter of a reservation.
pub(crate) const fn term(term: Term) -> &'static str {
    match term {
        Term::OneMonth => "1-month",
        Term::OneYear => "1-year",
    }
}
