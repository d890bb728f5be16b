//! A PTU reservation: what it matches, when its terms and payments fall, and how a payment spreads over time (P R36-R39).

#![deny(clippy::float_arithmetic)]

use crate::units::diagnostic::Diagnostic;
use crate::units::money::UnitPrice;
use crate::units::ptu::Ptu;
use jiff::ToSpan;
use jiff::civil::Date;
use std::sync::Arc;

/// Length of a reservation (P R36). Terms are calendar months, not days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// One calendar month.
    OneMonth,
    /// Twelve calendar months.
    OneYear,
}

impl Term {
    /// Calendar months in the term.
    pub const fn months(self) -> u8 {
        match self {
            Self::OneMonth => 1,
            Self::OneYear => 12,
        }
    }

    /// The word used in files and bills.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OneMonth => "1-month",
            Self::OneYear => "1-year",
        }
    }
}

/// How a term is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TermPayment {
    /// Once, on the first day.
    Upfront,
    /// In equal parts at the start of each month of the term.
    Monthly,
}

/// What happens when a term ends (P R39).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Renewal {
    /// It ends; deployments go on at the hourly price.
    None,
    /// It renews: a one-month term again and again, a one-year term once (the replacement is bought without renewal).
    Automatic,
}

/// Giving a reservation back before its term ends (P R38).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Return {
    /// The day, in the zone of the terms: the first it does not cover.
    pub on: Date,
    /// Id of the reservation it is exchanged for; none when it is cancelled.
    pub instead: Option<Arc<str>>,
}

/// A reservation of PTUs. It is a discount on a meter, never capacity, and knows no model (P R36).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// Its id on the bill.
    pub id: Arc<str>,
    /// The provisioned SKU it matches, exactly.
    pub sku: Arc<str>,
    /// The region it matches; none matches every region and is meant for Global SKUs (P R36, C8).
    pub region: Option<Arc<str>>,
    /// Reserved PTUs.
    pub quantity_ptu: Ptu,
    /// Length of a term.
    pub term: Term,
    /// First day, in the zone of the terms.
    pub start: Date,
    /// How a term is paid.
    pub payment: TermPayment,
    /// What happens when a term ends.
    pub renewal: Renewal,
    /// What one PTU was bought at for the whole term; the price list's price of the term's first day when none.
    pub price_paid: Option<UnitPrice>,
    /// Its return, if any.
    pub returned: Option<Return>,
}

/// One payment of a commitment and the days it is for, `from..until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentPeriod {
    /// First day of the term the payment belongs to: the day its price is taken from.
    pub term_start: Date,
    /// The payment's day and the first day it covers.
    pub from: Date,
    /// First day after.
    pub until: Date,
    /// Which payment of the term, from 0.
    pub index: u8,
    /// Payments in the term.
    pub of: u8,
}

/// More terms than any plan has: a bound on the renewals looked at.
const MAX_TERMS: usize = 1200;

impl Commitment {
    /// The first days of the terms, each with the first day after, that begin before `until` and before it is returned.
    ///
    /// A renewed one-month term starts where the last ended, so a clamped month end stays clamped: 30 January renews on
    /// 28 February and then on 28 March (P R39).
    pub fn terms(&self, until: Date) -> Result<Vec<(Date, Date)>, Diagnostic> {
        let most = match (self.renewal, self.term) {
            (Renewal::None, _) => 1,
            (Renewal::Automatic, Term::OneYear) => 2,
            (Renewal::Automatic, Term::OneMonth) => MAX_TERMS,
        };
        let until = self.returned.as_ref().map_or(until, |returned| until.min(returned.on));
        let mut terms = Vec::new();
        let mut start = self.start;
        while start < until && terms.len() < most {
            let end = self.months_after(start, self.term.months())?;
            terms.push((start, end));
            start = end;
        }
        Ok(terms)
    }

    /// The payments of the terms that begin before `until` and before it is returned.
    pub fn payments(&self, until: Date) -> Result<Vec<PaymentPeriod>, Diagnostic> {
        let mut payments = Vec::new();
        for (term_start, term_end) in self.terms(until)? {
            let of = match self.payment {
                TermPayment::Upfront => 1,
                TermPayment::Monthly => self.term.months(),
            };
            for index in 0..of {
                let months = self.term.months() / of;
                let from = self.months_after(term_start, index * months)?;
                if self.returned.as_ref().is_some_and(|returned| returned.on <= from) {
                    break;
                }
                let until = if index + 1 == of {
                    term_end
                } else {
                    self.months_after(term_start, (index + 1) * months)?
                };
                payments.push(PaymentPeriod { term_start, from, until, index, of });
            }
        }
        Ok(payments)
    }

    /// Whether a term runs on a day.
    pub fn in_force(&self, on: Date) -> Result<bool, Diagnostic> {
        let after = on.tomorrow().unwrap_or(Date::MAX);
        let returned = self.returned.as_ref().is_some_and(|returned| returned.on <= on);
        Ok(!returned && self.terms(after)?.iter().any(|(from, until)| *from <= on && on < *until))
    }

    /// The first days after the terms that begin before `until`: the days on which it may stop to cover.
    pub fn last_days(&self, until: Date) -> Result<Vec<Date>, Diagnostic> {
        let mut days: Vec<Date> = self.terms(until)?.into_iter().map(|(_, end)| end).collect();
        days.extend(self.returned.as_ref().map(|returned| returned.on));
        Ok(days)
    }

    /// Whether a deployment of a SKU in a region is in scope.
    pub fn matches(&self, sku: &str, region: &str) -> bool {
        *self.sku == *sku && self.region.as_deref().is_none_or(|own| own == region)
    }

    fn months_after(&self, date: Date, months: u8) -> Result<Date, Diagnostic> {
        date.checked_add(i32::from(months).months()).map_err(|_| {
            Diagnostic::error(
                "commitment-leaves-calendar",
                format!("commitment {}: no date {months} months after {date}", self.id),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn monthly(start: Date) -> Commitment {
        Commitment {
            id: "r".into(),
            sku: "GlobalProvisionedManaged".into(),
            region: None,
            quantity_ptu: 100,
            term: Term::OneMonth,
            start,
            payment: TermPayment::Upfront,
            renewal: Renewal::Automatic,
            price_paid: None,
            returned: None,
        }
    }

    #[test]
    fn month_ends_are_clamped_and_stay_clamped() {
        let commitment = monthly(date(2025, 12, 30));
        let last_days: Vec<String> = commitment
            .terms(date(2026, 3, 1))
            .unwrap()
            .into_iter()
            .map(|(from, until)| format!("{from}..{}", until.yesterday().unwrap()))
            .collect();
        assert_eq!(
            last_days,
            ["2025-12-30..2026-01-29", "2026-01-30..2026-02-27", "2026-02-28..2026-03-27"]
        );
        let january = monthly(date(2026, 1, 10)).terms(date(2026, 2, 1)).unwrap();
        assert_eq!(january, [(date(2026, 1, 10), date(2026, 2, 10))]);
    }

    #[test]
    fn twelve_payments_tile_the_year_they_belong_to() {
        let year = Commitment {
            term: Term::OneYear,
            payment: TermPayment::Monthly,
            renewal: Renewal::None,
            ..monthly(date(2026, 1, 31))
        };
        let payments = year.payments(date(2030, 1, 1)).unwrap();
        assert_eq!(payments.len(), 12);
        assert!(payments.windows(2).all(|pair| pair[0].until == pair[1].from));
        assert_eq!(payments[1].from, date(2026, 2, 28));
        assert_eq!(payments[11].until, date(2027, 1, 31));
    }
}
