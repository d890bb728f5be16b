//! A price that changes on a day, checked.

use crate::billing::commitment::Term;
use crate::ledger::metered::MeterKind;
use crate::scenario::question::named::Wrong;
use crate::scenario::question::price_change::{NewPrice, PTU_HOURS, PriceChange, term};
use crate::scenario::schema::event::EventTable;
use crate::units::diagnostic::Place;
use crate::units::tokens::TokenClass;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::sync::Arc;
use toml::Spanned;
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

pub(crate) const fn value_is_stated(value: NewPrice) -> bool {
    matches!(value, NewPrice::Is(_))
}
