//! The billed period and the simulated window.

use crate::scenario::load::{Check, duration_us};
use crate::scenario::question::scenario::Window;
use crate::scenario::schema::ScenarioFile;
use crate::units::calendar::Period;
use crate::units::time::HOUR_US;
use crate::workload::trace::Trace;
use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;

impl Check<'_> {
    pub(super) fn period(&mut self, written: &ScenarioFile) -> Option<Period> {
        let start = written.start.get_ref();
        let date = start
            .date
            .filter(|_| start.time.is_none())
            .and_then(|d| Date::new(d.year as i16, d.month as i8, d.day as i8).ok());
        if date.is_none() {
            self.wrong(
                "not-a-date",
                written.start.span(),
                format!("not a civil date: start = {start}"),
                "write a day such as 2026-12-01; its zone is `zone`",
            );
        }
        let zone = TimeZone::get(written.zone.get_ref()).ok();
        if zone.is_none() {
            self.wrong(
                "unknown-zone",
                written.zone.span(),
                format!("unknown time zone: {}", written.zone.get_ref()),
                "use an IANA name such as \"Europe/Stockholm\" or \"UTC\"",
            );
        }
        let length = written.length.get_ref().parse::<Span>().ok();
        if length.is_none() {
            self.wrong(
                "not-a-length",
                written.length.span(),
                format!("not a length: {}", written.length.get_ref()),
                "write for example \"1 month\" or \"2 weeks\"",
            );
        }
        let period = Period::from_date(date?, length?, &zone?);
        if period.is_none() {
            self.wrong(
                "empty-period",
                written.length.span(),
                format!("empty period: {}", written.length.get_ref()),
                "the length must be above zero and end before the year 9999",
            );
        }
        let too_long = period.as_ref().is_some_and(|found| found.length_us() > Trace::LONGEST_US);
        if too_long {
            self.wrong(
                "period-too-long",
                written.length.span(),
                format!("too long: {}", written.length.get_ref()),
                "a bill covers at most ten years; plan months ahead with [horizon]",
            );
            return None;
        }
        period
    }

    pub(super) fn window(&mut self, period: &Period, written: &ScenarioFile) -> Option<Window> {
        let Some(simulate) = &written.simulate else {
            return Some(Window { length_us: period.length_us(), repetitions: 1 });
        };
        let length_us = duration_us(simulate.get_ref())
            .or_else(|| {
                let span = simulate.get_ref().parse::<Span>().ok()?;
                let until =
                    period.start().to_zoned(period.zone().clone()).checked_add(span).ok()?;
                u64::try_from(until.timestamp().as_microsecond() - period.start().as_microsecond())
                    .ok()
            })
            .filter(|length| *length > 0);
        let Some(length_us) = length_us else {
            self.wrong(
                "not-a-length",
                simulate.span(),
                format!("not a length: {}", simulate.get_ref()),
                "write for example \"1 day\"",
            );
            return None;
        };
        let days = in_local_days(simulate.get_ref(), length_us);
        if let Some(repetitions) = days.and_then(|days| times_of_local_days(period, days)) {
            return Some(Window { length_us: days.unwrap_or(1) * DAY_US, repetitions });
        }
        if !period.length_us().is_multiple_of(length_us) {
            self.wrong(
                "window-does-not-divide-period",
                simulate.span(),
                format!(
                    "window does not divide the period: {} into {}",
                    simulate.get_ref(),
                    written.length.get_ref()
                ),
                "choose a window that fits a whole number of times, such as \"1 day\" into \"1 month\"",
            );
            return None;
        }
        Some(Window { length_us, repetitions: period.length_us() / length_us })
    }
}

/// Microseconds of a day of 24 hours.
const DAY_US: u64 = 24 * HOUR_US;

/// Local days of a window as it is written: whole days or weeks, or so many times 24 hours.
fn in_local_days(written: &str, length_us: u64) -> Option<u64> {
    let span = written.parse::<Span>().ok();
    let days = span.and_then(|span| {
        let days = i64::from(span.get_days()) + 7 * i64::from(span.get_weeks());
        (span.fieldwise() == Span::new().days(days).fieldwise()
            || span.fieldwise() == Span::new().weeks(span.get_weeks()).fieldwise())
        .then_some(days)
    });
    let by_hours = length_us.is_multiple_of(DAY_US).then_some(length_us / DAY_US);
    days.and_then(|days| u64::try_from(days).ok()).or(by_hours).filter(|days| *days > 0)
}

/// How many windows of local days a period is whose clocks change, when it is a whole number of
/// several; none where every day has 24 hours, as nothing is to be told apart there.
fn times_of_local_days(period: &Period, days: u64) -> Option<u64> {
    let (first, last) = (period.first_date(), period.last_date());
    let whole = u64::try_from(first.until(last).ok()?.get_days()).ok()?;
    let ends_at_midnight = last.to_zoned(period.zone().clone()).ok()?.timestamp() == period.until();
    let times = whole / days;
    let changes = whole.checked_mul(DAY_US)? != period.length_us();
    let fits = whole.is_multiple_of(days) && times > 1;
    (ends_at_midnight && changes && fits).then_some(times)
}
