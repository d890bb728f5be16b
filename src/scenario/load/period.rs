//! The billed period and the simulated window.

use crate::scenario::load::{Check, duration_us};
use crate::scenario::question::scenario::Window;
use crate::scenario::schema::ScenarioFile;
use crate::units::calendar::Period;
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
        if !period.length_us().is_multiple_of(length_us) {
            self.wrong(
                "window-does-not-divide-period",
                simulate.span(),
                format!(
                    "window does not divide the period: {} into {}",
                    simulate.get_ref(),
                    written.length.get_ref()
                ),
                "choose a window that fits a whole number of times, such as \"1 day\" into \"1 month\"; \
                 a period that crosses a change of clocks is not a whole number of days: use zone = \"UTC\"",
            );
            return None;
        }
        Some(Window { length_us, repetitions: period.length_us() / length_us })
    }
}
