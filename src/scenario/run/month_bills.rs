//! Bills by month: usage cut where months end, and the bills of months put together.

use crate::billing::bill::{Bill, bill};
use crate::billing::commitment::Commitment;
use crate::catalog::Catalog;
use crate::ledger::metered::{Amount, MeteredUsage};
use crate::ledger::usage::{CapacityUsage, Usage};
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::prices::ScenarioPrices;
use crate::units::calendar::Period;
use crate::units::diagnostic::Diagnostics;
use jiff::Timestamp;

/// The part of some usage that lies in a month. `first` is the usage's own start: its first hour may begin before it, where a
/// zone is not whole hours from UTC. What is counted for an hour belongs to the month in which it was counted from.
pub(crate) fn cut(usage: &Usage, first: Timestamp, month: &Period) -> Usage {
    cut_between(usage, first, month.start(), month.until())
}

/// [`cut`] between two instants.
pub(crate) fn cut_between(
    usage: &Usage,
    first: Timestamp,
    start: Timestamp,
    until: Timestamp,
) -> Usage {
    let within = |at: Timestamp| {
        let at = at.max(first);
        start <= at && at < until
    };
    let clipped = |from: Timestamp, to: Timestamp| (from.max(start), to.min(until));
    let tokens = usage.tokens.iter().filter(|record| within(record.hour)).cloned();
    let capacity = usage.capacity.iter().map(|stretch| {
        let (from, until) = clipped(stretch.from, stretch.until);
        CapacityUsage { from, until, ..stretch.clone() }
    });
    let metered = usage.metered.iter().filter_map(|record| match record.amount {
        Amount::Count(_) => within(record.from).then(|| record.clone()),
        Amount::Running(_) => {
            let (from, until) = clipped(record.from, record.until);
            (from < until).then(|| MeteredUsage { from, until, ..record.clone() })
        }
    });
    Usage {
        tokens: tokens.collect(),
        capacity: capacity.filter(|stretch| stretch.from < stretch.until).collect(),
        metered: metered.collect(),
    }
}

/// The bill of some usage of a month. Every line lies in one calendar month of the scenario's zone,
/// also where the month begins on another day than the first: budgets are by calendar month.
pub fn bill_in(
    scenario: &Scenario,
    catalog: &Catalog,
    usage: &Usage,
    commitments: &[Commitment],
    month: &Period,
) -> Result<Bill, Diagnostics> {
    let prices = ScenarioPrices { scenario, catalog };
    let billed = |usage: &Usage, part: &Period| {
        let terms = scenario.commercial.over(part.start(), part.until(), catalog)?;
        bill(usage, commitments, &terms, &prices)
    };
    let parts = month.at_calendar_months();
    if parts.len() < 2 {
        return billed(usage, month);
    }
    let bills = parts.iter().map(|part| billed(&cut(usage, month.start(), part), part));
    Ok(Bill::joined(bills.collect::<Result<_, Diagnostics>>()?)?)
}

/// The bill of a period, made month by month where it is longer than one: every line lies in one month of the scenario's zone.
pub(crate) fn bill_by_month(
    scenario: &Scenario,
    catalog: &Catalog,
    usage: &Usage,
    commitments: &[Commitment],
) -> Result<Bill, Diagnostics> {
    let months = match scenario.period.whole_months() {
        Some(months) if months > 1 => {
            scenario.period.months(u32::try_from(months).unwrap_or(u32::MAX))
        }
        _ => return bill_in(scenario, catalog, usage, commitments, &scenario.period),
    };
    let start = scenario.period.start();
    let mut bills = Vec::with_capacity(months.len());
    for month in &months {
        let own = cut(usage, start, month);
        bills.push(bill_in(scenario, catalog, &own, commitments, month)?);
    }
    Ok(Bill::joined(bills)?)
}
