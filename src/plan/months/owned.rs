//! Reservations already owned, month by month of the purchase plan: what they cover and what they cost, used or not.

use crate::billing::bill::bill;
use crate::ledger::usage::Usage;
use crate::plan::question::Question;
use crate::scenario::run::prices::ScenarioPrices;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::ptu::Ptu;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

/// One month of what is owned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OwnedMonth {
    /// PTUs of the asked SKU that are covered on the month's first day.
    pub(crate) ptu: Ptu,
    /// Amortized cost of all reservations in the month.
    pub(crate) cost: Decimal,
}

/// The months from the period's first day on. Months are UTC here, as reservations are.
pub(crate) fn owned_by_month(
    question: Question<'_>,
    sku: Option<&str>,
    months: usize,
) -> Result<Vec<OwnedMonth>, Diagnostics> {
    let scenario = question.scenario;
    let owned = &scenario.commercial.agreement.reservations;
    if owned.is_empty() {
        return Ok(vec![OwnedMonth { ptu: 0, cost: Decimal::ZERO }; months]);
    }
    let first = scenario.period.first_date();
    let start_of = |month: usize| -> Result<Date, Diagnostic> {
        first.checked_add((month as i64).months()).map_err(|_| {
            Diagnostic::error("plan-leaves-calendar", format!("no month {month} after {first}"))
        })
    };
    let midnight = |date: Date| {
        TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).map_err(|error| {
            Diagnostic::error("plan-leaves-calendar", format!("no instant for {date}: {error}"))
        })
    };
    (0..months)
        .map(|month| {
            let (from, until) = (start_of(month)?, start_of(month + 1)?);
            let mut ptu: Ptu = 0;
            for reservation in owned {
                let fits = sku.is_some_and(|sku| reservation.matches(sku, &scenario.region.name));
                if fits && reservation.in_force(from)? {
                    ptu = ptu.saturating_add(reservation.quantity_ptu);
                }
            }
            let terms =
                scenario.commercial.over(midnight(from)?, midnight(until)?, question.catalog)?;
            let prices = ScenarioPrices { scenario: question.scenario, catalog: question.catalog };
            let month = bill(&Usage::default(), owned, &terms, &prices)?;
            Ok(OwnedMonth { ptu, cost: month.totals().effective.amount() })
        })
        .collect()
}
