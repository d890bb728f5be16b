//! A window of whole days, played on every local day of a stretch: its hours fall on the same hours
//! of the clock whatever the clocks do. On the day of 23 hours the hour that the clock leaves out
//! does not happen; on the day of 25 hours the hour that it shows twice happens twice.

use crate::ledger::metered::{Amount, MeteredUsage};
use crate::ledger::usage::{CapacityUsage, TokenUsage, Usage};
use crate::units::calendar::{Period, hour_of};
use crate::units::diagnostic::Diagnostic;
use crate::units::time::DAY_US;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// Days of a window that is played day by day: a whole number of days, in a stretch in which the
/// clocks change. None where it is played end to end.
pub(crate) fn days_of(
    window_us: u64,
    zone: &TimeZone,
    from: Timestamp,
    until: Timestamp,
) -> Option<i32> {
    let whole = window_us > 0 && window_us.is_multiple_of(DAY_US);
    let changes = whole && zone.following(from).next().is_some_and(|next| next.timestamp() < until);
    if changes { i32::try_from(window_us / DAY_US).ok() } else { None }
}

/// The usage of a window that begins with a period, played on every `days` local days from there to
/// the end of `stretch`. What lies outside the stretch is for the caller to cut.
///
/// # Errors
/// Where a day leaves the calendar.
pub(crate) fn played(
    once: &Usage,
    window: &Period,
    days: i32,
    stretch: &Period,
) -> Result<Usage, Diagnostic> {
    let clock =
        WallClock { zone: window.zone(), first: window.first_date(), start: window.start() };
    let before = clock.first.until(stretch.first_date()).map_or(0, |span| span.get_days());
    let mut found = Usage::default();
    let mut day = before.div_euclid(days) * days;
    loop {
        let date = clock.first.checked_add(day.days()).map_err(|_| beyond(clock.first, day))?;
        if date >= stretch.last_date() && clock.at(date, window.start())? >= stretch.until() {
            break;
        }
        clock.play(once, date, &mut found)?;
        day += days;
    }
    found.capacity = merged(found.capacity);
    Ok(found)
}

/// Wall time of a window's first day on other days.
struct WallClock<'a> {
    zone: &'a TimeZone,
    first: Date,
    start: Timestamp,
}

impl WallClock<'_> {
    /// The wall time at which an instant of the window falls when it is played from a date on.
    fn wall(&self, date: Date, at: Timestamp) -> Result<DateTime, Diagnostic> {
        let since = at.max(self.start).duration_since(self.start);
        let midnight = date.at(0, 0, 0, 0);
        midnight.checked_add(since).map_err(|_| beyond(date, 0))
    }

    /// The instant of it: the later of the two where clocks jump over it, the first where they show
    /// it twice.
    fn at(&self, date: Date, at: Timestamp) -> Result<Timestamp, Diagnostic> {
        let wall = self.wall(date, at)?;
        let found = self.zone.to_ambiguous_timestamp(wall).compatible();
        found.map_err(|_| beyond(date, 0))
    }

    /// Every instant at which clocks show it: none where they jump over it, two where they go back.
    fn each(&self, date: Date, at: Timestamp) -> Result<Vec<Timestamp>, Diagnostic> {
        let wall = self.zone.to_ambiguous_timestamp(self.wall(date, at)?);
        let found = match wall.offset() {
            AmbiguousOffset::Unambiguous { .. } => vec![wall.compatible()],
            AmbiguousOffset::Gap { .. } => Vec::new(),
            AmbiguousOffset::Fold { .. } => vec![wall.earlier(), wall.later()],
        };
        found.into_iter().collect::<Result<_, _>>().map_err(|_| beyond(date, 0))
    }

    fn play(&self, once: &Usage, date: Date, found: &mut Usage) -> Result<(), Diagnostic> {
        for record in &once.tokens {
            for at in self.each(date, record.hour)? {
                let (deployment, workload) = (record.deployment.clone(), record.workload.clone());
                let hour = hour_of(at);
                found.tokens.push(TokenUsage { deployment, workload, hour, ..*record });
            }
        }
        for stretch in &once.capacity {
            let (from, until) = (self.at(date, stretch.from)?, self.at(date, stretch.until)?);
            found.capacity.push(CapacityUsage { from, until, ..stretch.clone() });
        }
        for record in &once.metered {
            match record.amount {
                Amount::Running(_) => {
                    let (from, until) = (self.at(date, record.from)?, self.at(date, record.until)?);
                    found.metered.push(MeteredUsage { from, until, ..record.clone() });
                }
                Amount::Count(_) => {
                    let length = record.until.duration_since(record.from);
                    for from in self.each(date, record.from)? {
                        let until = from.checked_add(length).map_err(|_| beyond(date, 0))?;
                        found.metered.push(MeteredUsage { from, until, ..record.clone() });
                    }
                }
            }
        }
        Ok(())
    }
}

fn beyond(date: Date, day: i32) -> Diagnostic {
    Diagnostic::error("window-leaves-calendar", format!("no day {day} after {date}"))
}

/// Stretches of one size that follow each other as one.
pub(crate) fn merged(mut capacity: Vec<CapacityUsage>) -> Vec<CapacityUsage> {
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
