//! A simulated window, month by month: what is billable in each.
//!
//! The window is played again and again from the period's first instant on, through every month,
//! and cut where months end. So weekdays stay weekdays, a month has its own hours whatever the
//! clocks do, and what follows the period is billed like it. A window of whole days keeps the hours
//! of the clock.

use crate::ledger::metered::MeteredUsage;
use crate::ledger::usage::{CapacityUsage, TokenUsage, Usage};
use crate::scenario::question::scenario::{Scenario, Window};
use crate::scenario::run::evaluate::Simulated;
use crate::scenario::run::local_days::{days_of, merged, played};
use crate::scenario::run::month_bills::cut;
use crate::scenario::run::usage::usage_of;
use crate::units::calendar::Period;
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
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
            format!(
                "`simulate` is {} minutes long, which is no whole number of hours: bills are by the hour, and it stands \
                 for every month of the plan",
                length_us / (HOUR_US / 60)
            ),
        )
        .at(Place { line: 0, column: 0, ..scenario.region.place.clone() })
        .hint("state whole hours, such as `simulate = \"24 hours\"`")
        .into());
    }
    let Some(period) = scenario.period.first(length_us) else {
        return Ok(Usage::default());
    };
    let window = Window { length_us, repetitions: 1 };
    let once = Scenario { period: period.clone(), window, ..scenario.clone() };
    let once = usage_of(&once, &simulated.resolved, &simulated.outcome)?;
    if let Some(days) = days_of(length_us, month.zone(), period.start(), month.until()) {
        let played = played(&once, &period, days, month)?;
        return Ok(cut(&played, period.start(), month));
    }
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
