//! A simulated window, month by month: what is billable in each, and the bill of all of them.
//!
//! The window is played again and again from the period's first instant on, through every month, and cut where months end.
//! So weekdays stay weekdays, a month has its own hours whatever the clocks do, and what follows the period is billed like it.

use crate::billing::bill::{Bill, bill};
use crate::billing::commitment::Commitment;
use crate::catalog::Catalog;
use crate::ledger::metered::{Amount, MeteredUsage};
use crate::ledger::usage::{CapacityUsage, TokenUsage, Usage};
use crate::scenario::question::scenario::{Scenario, Window};
use crate::scenario::run::evaluate::Simulated;
use crate::scenario::run::prices::ScenarioPrices;
use crate::scenario::run::usage::usage_of;
use crate::units::calendar::Period;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::time::HOUR_US;
use jiff::{SignedDuration, Timestamp};

/// The months of a scenario's horizon, its billed period included: calendar months from its first day; the period itself where
/// it is no whole number of months and nothing beyond it is planned.
pub fn horizon_months(scenario: &Scenario) -> Vec<Period> {
    match scenario.period.whole_months() {
        Some(own) => {
            let own = u32::try_from(own).unwrap_or(u32::MAX);
            scenario.period.months(own.max(scenario.horizon_months))
        }
        None if scenario.horizon_months > 1 => scenario.period.months(scenario.horizon_months),
        None => vec![scenario.period.clone()],
    }
}

/// What is billable in a month (any stretch that begins at or after the period's start).
///
/// # Errors
/// `window-not-whole-hours` where the window must be repeated and is no whole number of hours: bills are by the hour.
pub fn usage_in(
    scenario: &Scenario,
    simulated: &Simulated,
    month: &Period,
) -> Result<Usage, Diagnostics> {
    if *month == scenario.period {
        return Ok(simulated.usage.clone());
    }
    let length_us = scenario.window.length_us;
    if !length_us.is_multiple_of(HOUR_US) {
        return Err(Diagnostic::error(
            "window-not-whole-hours",
            format!("a window of {} minutes is not whole hours", length_us / HOUR_US * 60),
        )
        .hint("let `simulate` be whole hours: it stands for the months that follow")
        .into());
    }
    let Some(period) = scenario.period.first(length_us) else {
        return Ok(Usage::default());
    };
    let window = Window { length_us, repetitions: 1 };
    let once = Scenario { period: period.clone(), window, ..scenario.clone() };
    let once = usage_of(&once, &simulated.resolved, &simulated.outcome)?;
    let length = period.until().duration_since(period.start()).as_secs();
    let since = |at: Timestamp| at.duration_since(period.start()).as_secs();
    let (first, last) = (since(month.start()) / length, (since(month.until()) - 1) / length);
    let mut found = Usage::default();
    for repetition in first..=last {
        let by = SignedDuration::from_secs(repetition * length);
        let start = period.start().checked_add(by).map_err(|_| beyond(by))?;
        let shifted = shifted(&once, by).map_err(|_| beyond(by))?;
        let cut = cut(&shifted, start, month);
        found.tokens.extend(cut.tokens);
        found.capacity.extend(cut.capacity);
        found.metered.extend(cut.metered);
    }
    found.capacity = merged(found.capacity);
    Ok(found)
}

fn beyond(by: SignedDuration) -> Diagnostic {
    Diagnostic::error("window-leaves-calendar", format!("no instant {by} after the period's start"))
}

/// Usage at a later time.
fn shifted(usage: &Usage, by: SignedDuration) -> Result<Usage, jiff::Error> {
    let later = |at: Timestamp| at.checked_add(by);
    let tokens = usage.tokens.iter().map(|record| {
        Ok(TokenUsage {
            deployment: record.deployment.clone(),
            workload: record.workload.clone(),
            hour: later(record.hour)?,
            ..*record
        })
    });
    let capacity = usage.capacity.iter().map(|stretch| {
        let (from, until) = (later(stretch.from)?, later(stretch.until)?);
        Ok(CapacityUsage { from, until, ..stretch.clone() })
    });
    let metered = usage.metered.iter().map(|record| {
        let (from, until) = (later(record.from)?, later(record.until)?);
        Ok(MeteredUsage { from, until, ..record.clone() })
    });
    Ok(Usage {
        tokens: tokens.collect::<Result<_, jiff::Error>>()?,
        capacity: capacity.collect::<Result<_, jiff::Error>>()?,
        metered: metered.collect::<Result<_, jiff::Error>>()?,
    })
}

/// The part of some usage that lies in a month. `first` is the usage's own start: its first hour may begin before it, where a
/// zone is not whole hours from UTC. What is counted for an hour belongs to the month in which it was counted from.
fn cut(usage: &Usage, first: Timestamp, month: &Period) -> Usage {
    let (start, until) = (month.start(), month.until());
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

/// Stretches of one size that follow each other as one.
fn merged(mut capacity: Vec<CapacityUsage>) -> Vec<CapacityUsage> {
    capacity.sort_by(|a, b| (&a.deployment, a.from).cmp(&(&b.deployment, b.from)));
    let mut found: Vec<CapacityUsage> = Vec::new();
    for stretch in capacity {
        match found.last_mut() {
            Some(last)
                if last.deployment == stretch.deployment
                    && last.capacity_ptu == stretch.capacity_ptu
                    && last.until == stretch.from =>
            {
                last.until = stretch.until;
            }
            _ => found.push(stretch),
        }
    }
    found
}

/// The bill of some usage of a month.
pub fn bill_in(
    scenario: &Scenario,
    catalog: &Catalog,
    usage: &Usage,
    commitments: &[Commitment],
    month: &Period,
) -> Result<Bill, Diagnostics> {
    let terms = scenario.commercial.over(month.start(), month.until(), catalog)?;
    bill(usage, commitments, &terms, &ScenarioPrices { scenario, catalog })
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
