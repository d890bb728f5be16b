//! PTUs that follow the hour of the day. A resize is billed from its minute (P R31, R32); that the platform has the
//! capacity when a deployment grows is not promised (P R33).

use crate::engine::rules::{Change, ChangeKind};
use crate::units::calendar::Period;
use crate::units::ptu::Ptu;
use crate::units::time::HOUR_US;
use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};

/// Hours of a day.
pub const DAY_HOURS: usize = 24;

/// A size for each local hour of a weekday, then of a Saturday or Sunday.
pub type HourlySizes = [[Ptu; DAY_HOURS]; 2];

/// A daily or weekly schedule of one provisioned deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Schedule {
    /// Its sizes.
    pub sizes: HourlySizes,
}

/// A schedule of two sizes, of which the larger has one stretch of hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TwoSizes {
    /// First local hour with more, 0 to 23.
    pub from_hour: usize,
    /// First local hour with less again, 0 to 23; the hours run over midnight where it is not the larger.
    pub until_hour: usize,
    /// Whether Saturdays and Sundays have less throughout.
    pub weekdays: bool,
    /// PTUs in the other hours.
    pub low_ptu: Ptu,
    /// PTUs in these.
    pub high_ptu: Ptu,
}

/// Hours in a row with one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourStretch {
    /// Such as `08-18 h`, or `Mon-Fri 08-18 h` where weekends differ.
    pub hours: String,
    /// PTUs.
    pub ptu: Ptu,
}

impl TwoSizes {
    /// The schedule.
    pub fn schedule(self) -> Schedule {
        let Self { from_hour, until_hour, weekdays, low_ptu, high_ptu } = self;
        let mut sizes = [[low_ptu; DAY_HOURS]; 2];
        for (hour, size) in sizes[0].iter_mut().enumerate() {
            let inside = if from_hour < until_hour {
                (from_hour..until_hour).contains(&hour)
            } else {
                hour >= from_hour || hour < until_hour
            };
            *size = if inside { high_ptu } else { low_ptu };
        }
        if !weekdays {
            sizes[1] = sizes[0];
        }
        Schedule { sizes }
    }
}

/// The stretches of one day that is followed by itself: first hour, first hour after, size.
fn stretches(day: &[Ptu; DAY_HOURS]) -> Vec<(usize, usize, Ptu)> {
    let before = |hour: usize| day[(hour + DAY_HOURS - 1) % DAY_HOURS];
    let starts: Vec<usize> = (0..DAY_HOURS).filter(|hour| day[*hour] != before(*hour)).collect();
    if starts.is_empty() {
        return vec![(0, DAY_HOURS, day[0])];
    }
    let next = |index: usize| starts[(index + 1) % starts.len()];
    starts.iter().enumerate().map(|(index, from)| (*from, next(index), day[*from])).collect()
}

impl Schedule {
    /// The size at a local hour, 0 to 23.
    pub fn at(self, hour: usize, weekday: Weekday) -> Ptu {
        let weekend = matches!(weekday, Weekday::Saturday | Weekday::Sunday);
        self.sizes[usize::from(weekend)][hour % DAY_HOURS]
    }

    /// The smallest size.
    pub fn low_ptu(self) -> Ptu {
        self.sizes.iter().flatten().copied().min().unwrap_or(0)
    }

    /// The largest size.
    pub fn high_ptu(self) -> Ptu {
        self.sizes.iter().flatten().copied().max().unwrap_or(0)
    }

    /// The same as two sizes, where it is such a schedule.
    pub fn two_sizes(self) -> Option<TwoSizes> {
        let (low_ptu, high_ptu) = (self.low_ptu(), self.high_ptu());
        let own = stretches(&self.sizes[0]);
        let mut high = own.iter().filter(|(.., size)| *size == high_ptu);
        let (from_hour, until, _) = *high.next()?;
        let weekdays = self.sizes[0] != self.sizes[1];
        let until_hour = until % DAY_HOURS;
        let two = TwoSizes { from_hour, until_hour, weekdays, low_ptu, high_ptu };
        (low_ptu < high_ptu && two.schedule() == self).then_some(two)
    }

    /// The size at the window's start, and every resize within the window.
    pub(crate) fn resizes(self, period: &Period, window_us: u64) -> (Ptu, Vec<Change>) {
        let mut changes: Vec<Change> = Vec::new();
        let (mut first, mut last) = (None, 0);
        for at_us in (0..window_us).step_by(HOUR_US as usize) {
            let local = period.at(at_us).to_zoned(period.zone().clone());
            let capacity_ptu = self.at(usize::from(local.hour().unsigned_abs()), local.weekday());
            if first.is_none() {
                first = Some(capacity_ptu);
            } else if capacity_ptu != last {
                let what = ChangeKind::Resize { capacity_ptu, available: true };
                changes.push(Change { at_us, what });
            }
            last = capacity_ptu;
        }
        (first.unwrap_or_else(|| self.high_ptu()), changes)
    }

    /// The hours of the larger of two sizes, such as `08-18 h` or `Mon-Fri 08-18 h`; of more sizes `by the hour`.
    pub fn hours(self) -> String {
        let Some(two) = self.two_sizes() else { return "by the hour".to_owned() };
        let days = if two.weekdays { "Mon-Fri " } else { "" };
        format!("{days}{:02}-{:02} h", two.from_hour, two.until_hour)
    }

    /// Its stretches of hours, weekdays first.
    pub fn stretches(self) -> Vec<HourStretch> {
        let named = if self.sizes[0] == self.sizes[1] {
            vec![("", &self.sizes[0])]
        } else {
            vec![("Mon-Fri ", &self.sizes[0]), ("Sat-Sun ", &self.sizes[1])]
        };
        let each = named.into_iter().flat_map(|(days, day)| {
            stretches(day).into_iter().map(move |(from, until, ptu)| HourStretch {
                hours: format!("{days}{from:02}-{until:02} h"),
                ptu,
            })
        });
        each.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    const DAY: TwoSizes =
        TwoSizes { from_hour: 8, until_hour: 18, weekdays: false, low_ptu: 50, high_ptu: 100 };

    fn sizes(schedule: Schedule, zone: &str, days: u64) -> Vec<(u64, Ptu)> {
        let zone = TimeZone::get(zone).unwrap();
        let length = jiff::Span::new().days(days as i64);
        let period = Period::from_date(date(2026, 12, 4), length, &zone).unwrap();
        let (first, changes) = schedule.resizes(&period, days * 24 * HOUR_US);
        let later = changes.iter().map(|change| match change.what {
            ChangeKind::Resize { capacity_ptu, .. } => (change.at_us / HOUR_US, capacity_ptu),
            _ => (u64::MAX, 0),
        });
        [(0, first)].into_iter().chain(later).collect()
    }

    #[test]
    fn hours_are_local_and_may_run_over_midnight() {
        let day = DAY.schedule();
        assert_eq!(sizes(day, "Europe/Stockholm", 1), [(0, 50), (8, 100), (18, 50)]);
        assert_eq!((day.two_sizes(), day.hours()), (Some(DAY), "08-18 h".to_owned()));
        let night = TwoSizes { from_hour: 22, until_hour: 6, ..DAY };
        assert_eq!(sizes(night.schedule(), "UTC", 1), [(0, 100), (6, 50), (22, 100)]);
        assert_eq!(night.schedule().two_sizes(), Some(night));
    }

    #[test]
    fn weekends_may_have_less_throughout() {
        // 2026-12-04 is a Friday.
        let week = TwoSizes { weekdays: true, ..DAY }.schedule();
        assert_eq!(sizes(week, "UTC", 4), [(0, 50), (8, 100), (18, 50), (80, 100), (90, 50)]);
        assert_eq!(week.hours(), "Mon-Fri 08-18 h");
    }

    #[test]
    fn more_than_two_sizes_are_told_stretch_by_stretch() {
        let mut sizes = DAY.schedule().sizes;
        sizes[0][12..14].fill(150);
        let schedule = Schedule { sizes };
        assert_eq!((schedule.two_sizes(), schedule.hours()), (None, "by the hour".to_owned()));
        let told: Vec<(String, Ptu)> =
            schedule.stretches().into_iter().map(|one| (one.hours, one.ptu)).collect();
        let expected = [
            ("Mon-Fri 08-12 h", 100),
            ("Mon-Fri 12-14 h", 150),
            ("Mon-Fri 14-18 h", 100),
            ("Mon-Fri 18-08 h", 50),
            ("Sat-Sun 08-18 h", 100),
            ("Sat-Sun 18-08 h", 50),
        ];
        assert_eq!(told, expected.map(|(hours, ptu)| (hours.to_owned(), ptu)));
    }
}
