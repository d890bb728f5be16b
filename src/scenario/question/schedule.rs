//! PTUs that follow the hour of the day: more in some hours, less in the others. A resize is billed from its minute
//! (P R31, R32); that the platform has the capacity when a deployment grows is not promised (P R33).

use crate::engine::rules::{Change, ChangeKind};
use crate::units::calendar::Period;
use crate::units::ptu::Ptu;
use crate::units::time::HOUR_US;
use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};

/// A daily or weekly schedule of one provisioned deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Schedule {
    /// First local hour with more, 0 to 23.
    pub from_hour: u8,
    /// First local hour with less again, 0 to 23; the hours run over midnight where it is the smaller.
    pub until_hour: u8,
    /// Whether Saturdays and Sundays have less throughout.
    pub weekdays: bool,
    /// PTUs in the other hours.
    pub low_ptu: Ptu,
}

impl Schedule {
    /// Whether an hour is one with more.
    pub fn is_high(self, hour: u8, weekday: Weekday) -> bool {
        let inside = if self.from_hour <= self.until_hour {
            (self.from_hour..self.until_hour).contains(&hour)
        } else {
            hour >= self.from_hour || hour < self.until_hour
        };
        let weekend = matches!(weekday, Weekday::Saturday | Weekday::Sunday);
        inside && !(self.weekdays && weekend)
    }

    /// The size at the window's start, and every resize within the window, of a deployment with `high_ptu` at most.
    pub(crate) fn resizes(
        self,
        high_ptu: Ptu,
        period: &Period,
        window_us: u64,
    ) -> (Ptu, Vec<Change>) {
        let mut changes: Vec<Change> = Vec::new();
        let (mut first, mut last) = (None, 0);
        for at_us in (0..window_us).step_by(HOUR_US as usize) {
            let local = period.at(at_us).to_zoned(period.zone().clone());
            let high = self.is_high(local.hour() as u8, local.weekday());
            let capacity_ptu = if high { high_ptu } else { self.low_ptu };
            if first.is_none() {
                first = Some(capacity_ptu);
            } else if capacity_ptu != last {
                let what = ChangeKind::Resize { capacity_ptu, available: true };
                changes.push(Change { at_us, what });
            }
            last = capacity_ptu;
        }
        (first.unwrap_or(high_ptu), changes)
    }

    /// The hours with more, such as `08-18 h` or `Mon-Fri 08-18 h`.
    pub fn hours(self) -> String {
        let days = if self.weekdays { "Mon-Fri " } else { "" };
        format!("{days}{:02}-{:02} h", self.from_hour, self.until_hour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    const DAY: Schedule = Schedule { from_hour: 8, until_hour: 18, weekdays: false, low_ptu: 50 };

    fn sizes(schedule: Schedule, zone: &str, days: u64) -> Vec<(u64, Ptu)> {
        let zone = TimeZone::get(zone).unwrap();
        let length = jiff::Span::new().days(days as i64);
        let period = Period::from_date(date(2026, 12, 4), length, &zone).unwrap();
        let (first, changes) = schedule.resizes(100, &period, days * 24 * HOUR_US);
        let later = changes.iter().map(|change| match change.what {
            ChangeKind::Resize { capacity_ptu, .. } => (change.at_us / HOUR_US, capacity_ptu),
            _ => (u64::MAX, 0),
        });
        [(0, first)].into_iter().chain(later).collect()
    }

    #[test]
    fn hours_are_local_and_may_run_over_midnight() {
        assert_eq!(sizes(DAY, "Europe/Stockholm", 1), [(0, 50), (8, 100), (18, 50)]);
        let night = Schedule { from_hour: 22, until_hour: 6, ..DAY };
        assert_eq!(sizes(night, "UTC", 1), [(0, 100), (6, 50), (22, 100)]);
    }

    #[test]
    fn weekends_may_have_less_throughout() {
        // 2026-12-04 is a Friday.
        let week = Schedule { weekdays: true, ..DAY };
        assert_eq!(sizes(week, "UTC", 4), [(0, 50), (8, 100), (18, 50), (80, 100), (90, 50)]);
    }
}
