//! Quantities of recorded rows, with their corrections: a row with a negative quantity takes back what another row counted.
//!
//! Sums are exact and signed until the last row is read. What is left must be a count: nothing negative, nothing that does
//! not fit one.

#![deny(clippy::float_arithmetic)]

use crate::billing::minutes::{minute_of, minute_start};
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::{Answer, CapacityUsage, ContextTier, ServiceTier, TokenUsage, Usage};
use crate::units::calendar::utc_date;
use crate::units::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::units::tokens::{TokenClass, TokenCounts};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a token row counts, within a UTC day: corrections net within it, as prices are those of a day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TokenRow {
    pub(crate) deployment: Arc<DeploymentRef>,
    pub(crate) workload: Arc<str>,
    pub(crate) tier: ServiceTier,
    pub(crate) context: ContextTier,
    pub(crate) class: TokenClass,
}

/// A deployment's capacity in one charge period: first instant and first instant after.
type Stretch = (Arc<DeploymentRef>, Timestamp, Timestamp);

/// Signed sums of rows.
#[derive(Debug, Default)]
pub(crate) struct Net {
    /// By UTC hour, and where the quantity of the last row that counted is.
    tokens: BTreeMap<(TokenRow, Date), (BTreeMap<Timestamp, i128>, Place)>,
    ptu_minutes: BTreeMap<Stretch, (i128, Place)>,
}

impl Net {
    /// Adds a row's tokens to the hour.
    pub(crate) fn add_tokens(&mut self, row: TokenRow, hour: Timestamp, count: i128, at: Place) {
        let (hours, place) = self.tokens.entry((row, utc_date(hour))).or_default();
        *place = at;
        let sum = hours.entry(hour).or_default();
        // Rows are below 2^97 and a file has fewer than 2^30 of them.
        *sum = sum.saturating_add(count);
    }

    /// Adds a row's PTU-minutes to its charge period.
    pub(crate) fn add_ptu_minutes(&mut self, stretch: Stretch, minutes: i128, at: Place) {
        let (sum, place) = self.ptu_minutes.entry(stretch).or_default();
        *sum = sum.saturating_add(minutes);
        *place = at;
    }

    /// What is left, as usage.
    pub(crate) fn into_usage(self, usage: &mut Usage, diagnostics: &mut Diagnostics) {
        for ((row, date), (mut hours, place)) in self.tokens {
            let what = format!("{} tokens of {} on {date}", row.class, row.deployment.name);
            match settle(&mut hours, &what) {
                Ok(()) => {}
                Err(diagnostic) => {
                    diagnostics.push(diagnostic.at(place));
                    continue;
                }
            }
            for (hour, count) in hours {
                match u64::try_from(count) {
                    Ok(0) => {}
                    Ok(count) => usage.tokens.push(token_usage(&row, hour, count)),
                    Err(_) => diagnostics.push(out_of_range(&what, count).at(place.clone())),
                }
            }
        }
        for ((deployment, from, until), (minutes, place)) in self.ptu_minutes {
            match stretches(&deployment, from, until, minutes) {
                Ok(stretches) => usage.capacity.extend(stretches),
                Err(diagnostic) => diagnostics.push(diagnostic.at(place)),
            }
        }
    }
}

/// Takes hours that corrections left below zero out of the other hours of the day, later ones first.
fn settle(hours: &mut BTreeMap<Timestamp, i128>, what: &str) -> Result<(), Diagnostic> {
    let left: i128 = hours.values().fold(0_i128, |sum, count| sum.saturating_add(*count));
    if left < 0 {
        return Err(below_zero(what, left));
    }
    let mut owed = 0_i128;
    for count in hours.values_mut().filter(|count| **count < 0) {
        owed += -*count;
        *count = 0;
    }
    for count in hours.values_mut().rev() {
        let taken = owed.min(*count);
        *count -= taken;
        owed -= taken;
    }
    Ok(())
}

fn below_zero(what: &str, left: i128) -> Diagnostic {
    Diagnostic::error(
        "correction-exceeds-usage",
        format!("corrections take back more than was used: {left} {what}"),
    )
    .hint("a correction belongs to the day and meter it corrects: export the days it is for too")
}

fn out_of_range(what: &str, count: i128) -> Diagnostic {
    Diagnostic::error("quantity-out-of-range", format!("no such quantity: {count} {what}"))
        .hint("check the quantity and the size of its unit")
}

fn token_usage(row: &TokenRow, hour: Timestamp, count: u64) -> TokenUsage {
    let mut tokens = TokenCounts::default();
    tokens.set(row.class, count);
    TokenUsage {
        deployment: Arc::clone(&row.deployment),
        workload: Arc::clone(&row.workload),
        hour,
        tier: row.tier,
        context: row.context,
        answer: Answer::Completed,
        requests: 0,
        tokens,
    }
}

/// PTU-minutes as stretches of whole PTUs that sum to them: one PTU more for the first minutes. How the minutes lay within
/// the period is not in the file.
fn stretches(
    deployment: &Arc<DeploymentRef>,
    from: Timestamp,
    until: Timestamp,
    ptu_minutes: i128,
) -> Result<Vec<CapacityUsage>, Diagnostic> {
    let what = format!("PTU-minutes of {} from {from} until {until}", deployment.name);
    if ptu_minutes < 0 {
        return Err(below_zero(&what, ptu_minutes));
    }
    let start = minute_of(from);
    let length = minute_of(until) - start;
    if length <= 0 {
        return Err(Diagnostic::error(
            "period-is-empty",
            format!("the charge period ends before its first minute is over: {what}"),
        ));
    }
    let (ptu, more) = (ptu_minutes / i128::from(length), ptu_minutes % i128::from(length));
    let range = || out_of_range(&what, ptu_minutes);
    // The remainder is below the length, which is 64 bits wide.
    let cut = minute_start(start + i64::try_from(more).map_err(|_| range())?);
    let stretch = |from, until, ptu: i128| {
        let capacity_ptu = u32::try_from(ptu).map_err(|_| range())?;
        let deployment = Arc::clone(deployment);
        Ok(CapacityUsage { deployment, from, until, capacity_ptu })
    };
    let mut found = Vec::new();
    for (from, until, ptu) in [(from, cut, ptu + 1), (cut, until, ptu)] {
        if from < until && ptu > 0 {
            found.push(stretch(from, until, ptu)?);
        }
    }
    Ok(found)
}
