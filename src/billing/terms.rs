//! What a bill is made under: the period, the currency and what was negotiated.

#![deny(clippy::float_arithmetic)]
use crate::billing::minutes::DAY_MINUTES;
use crate::billing::minutes::day_start_minute;
use crate::billing::minutes::{minute_of, minute_start};
use crate::units::money::Money;

use crate::billing::line::Meter;
use crate::billing::prices::Billed;
use crate::billing::returns::Cancelled;
use crate::ledger::metered::MeterKind;
use crate::ledger::usage::Answer;
use crate::units::diagnostic::{Diagnostic, Place};
use crate::units::money::Currency;
use crate::units::tokens::TokenClass;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// The commercial terms of one bill. Taxes are not part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// First instant of the period.
    pub from: Timestamp,
    /// First instant after it.
    pub until: Timestamp,
    /// The zone whose days reservations begin and end on, and whose months budgets are for. Prices and lines go by UTC days.
    pub zone: TimeZone,
    /// The currency of every cost on the bill.
    pub currency: Currency,
    /// Rates into `currency` by day, for prices in another currency. Sorted by `from`.
    pub exchange_rates: Vec<ExchangeRate>,
    /// Where the rates are stated, or the currency that needs them; none where no file states any.
    pub rates_at: Option<Place>,
    /// Negotiated discounts; the first that applies to a price is used, no other.
    pub discounts: Vec<Discount>,
    /// Answers billed otherwise than the rules say (S 47-48 leave it open).
    pub answers: BTreeMap<Answer, Billed>,
    /// Which deployments a reservation covers first (P R37: unknown, matters only where hourly prices differ).
    pub coverage_order: CoverageOrder,
    /// Caps on what tuning jobs may cost (S 53).
    pub job_caps: Vec<JobCap>,
    /// Commitment cancelled before the period that still counts towards the allowance (P R38).
    pub cancelled_earlier: Vec<Cancelled>,
}

impl Terms {
    /// List prices of a period in US dollars: nothing negotiated, nothing switched.
    pub fn list(from: Timestamp, until: Timestamp) -> Self {
        Self {
            from,
            until,
            zone: TimeZone::UTC,
            currency: Currency::USD,
            exchange_rates: Vec::new(),
            rates_at: None,
            discounts: Vec::new(),
            answers: BTreeMap::new(),
            coverage_order: CoverageOrder::ByName,
            job_caps: Vec::new(),
            cancelled_earlier: Vec::new(),
        }
    }

    /// The rate from `from` into the bill's currency on a day: the last one stated not after it.
    pub fn exchange_rate(&self, from: Currency, on: Date) -> Option<Decimal> {
        let rates = self.exchange_rates.iter().filter(|rate| rate.of == from && rate.from <= on);
        rates.max_by_key(|rate| rate.from).map(|rate| rate.rate)
    }

    /// The same, or what is missing.
    pub(crate) fn exchange_or_error(
        &self,
        from: Currency,
        on: Date,
    ) -> Result<Decimal, Diagnostic> {
        self.exchange_rate(from, on).ok_or_else(|| {
            let missing = Diagnostic::error(
                "exchange-rate-missing",
                format!("no exchange rate from {from} to {} on {on}", self.currency),
            )
            .hint(format!(
                "state one under [[terms.exchange]]: of = \"{from}\", from = {on} or before"
            ));
            match &self.rates_at {
                Some(place) => missing.at(place.clone()),
                None => missing,
            }
        })
    }

    /// The first minute of a reservation's day, counted from the epoch: midnight in the terms' zone, so that a reservation of
    /// a month covers the month that its buyer sees on the calendar.
    pub(crate) fn reserved_from(&self, date: Date) -> i64 {
        date.to_zoned(self.zone.clone())
            .map_or(i64::MAX / 64, |midnight| minute_of(midnight.timestamp()))
    }

    /// The day of an instant in the terms' zone.
    pub fn local_date(&self, instant: Timestamp) -> Date {
        instant.to_zoned(self.zone.clone()).date()
    }

    /// The day after the one on which the period ends: reservations that begin later do not meet it.
    pub(crate) fn day_after(&self) -> Date {
        self.local_date(self.until).tomorrow().unwrap_or(Date::MAX)
    }

    /// The period in minutes from the epoch.
    pub(crate) fn minutes(&self) -> Range<i64> {
        minute_of(self.from)..minute_of(self.until)
    }

    /// The part of a UTC day that lies in the period.
    pub(crate) fn day(&self, date: Date) -> (Timestamp, Timestamp) {
        let start = day_start_minute(date);
        let (from, until) = (minute_start(start), minute_start(start + DAY_MINUTES));
        (from.max(self.from), until.min(self.until))
    }
}

/// What one unit of a currency is worth in the bill's, from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeRate {
    /// The currency the price is stated in.
    pub of: Currency,
    /// First day of the rate.
    pub from: Date,
    /// Units of the bill's currency for one of `of`.
    pub rate: Decimal,
}

/// A negotiated discount. Fields that are none apply to everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discount {
    /// Only this SKU.
    pub sku: Option<Arc<str>>,
    /// Only this model.
    pub model: Option<Arc<str>>,
    /// Only this meter.
    pub meter: Option<DiscountedMeter>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Share taken off, from 0 to 1.
    pub share: Decimal,
    /// Whether it applies to the price of reservations too; most agreements exclude them.
    pub reservations: bool,
}

/// What a discount may be limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscountedMeter {
    /// Tokens of a class, at every tier.
    Tokens(TokenClass),
    /// PTU-hours that no reservation covers.
    Ptu,
    /// Reservations.
    Reservation,
    /// Another meter, whatever its variant.
    Other(MeterKind),
}

impl DiscountedMeter {
    /// The meter of a word: a token class, `ptu`, `reservation` or a metered kind.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "ptu" => Some(Self::Ptu),
            "reservation" => Some(Self::Reservation),
            word => TokenClass::parse(word)
                .map(Self::Tokens)
                .or_else(|| MeterKind::parse(word).map(Self::Other)),
        }
    }

    /// Every word that names one.
    pub fn words() -> Vec<&'static str> {
        let tokens = TokenClass::ALL.map(TokenClass::as_str);
        let others = MeterKind::ALL.map(MeterKind::as_str);
        tokens.into_iter().chain(["ptu", "reservation"]).chain(others).collect()
    }

    /// Whether a line's meter is meant.
    pub fn is(self, meter: &Meter) -> bool {
        match (self, meter) {
            (Self::Tokens(own), Meter::Tokens { class, .. }) => own == *class,
            (Self::Ptu, Meter::Capacity) | (Self::Reservation, Meter::Reservation) => true,
            (Self::Other(own), Meter::Other { kind, .. }) => own == *kind,
            _ => false,
        }
    }
}

/// Which deployments get a reservation first when it does not cover them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CoverageOrder {
    /// By deployment name.
    ByName,
    /// Those with the highest hourly list price first.
    DearestFirst,
    /// Those with the lowest hourly list price first.
    CheapestFirst,
}

/// A cap on what one job may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobCap {
    /// The job.
    pub job: Arc<str>,
    /// The most its training and grading may cost, in the bill's currency.
    pub limit: Money,
}
