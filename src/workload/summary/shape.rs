//! The shape of days and weeks, in a zone's civil time.

use crate::units::time::{DAY_US, MINUTE_US};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Bins of a quarter of an hour: no zone's offset cuts one.
pub(super) const BIN_US: u64 = 15 * MINUTE_US;

/// Rates by hour and weekday, over the mean rate.
#[derive(Clone, Debug, PartialEq)]
pub struct HourlyRates {
    /// The zone's name.
    pub zone: String,
    /// By hour of day from 0 to 23; none where the trace never sees that hour.
    pub by_hour: [Option<f64>; 24],
    /// By weekday, Monday first; none where the trace never sees that day.
    pub by_weekday: [Option<f64>; 7],
}

/// The shape of a trace whose time 0 is `start`, from arrivals in bins of [`BIN_US`] between its first and last. None where it is shorter than a day: one cannot tell a shape from less.
pub(super) fn shape(
    counts: &[u64],
    (first, last): (u64, u64),
    start: Timestamp,
    zone: &TimeZone,
) -> Option<HourlyRates> {
    if last - first < DAY_US - DAY_US / 100 {
        return None;
    }
    let bins = (last - first) / BIN_US + 1;
    let mut hours = [(0_u64, 0_u64); 24];
    let mut days = [(0_u64, 0_u64); 7];
    for (bin, count) in counts.iter().enumerate() {
        let offset = first + bin as u64 * BIN_US;
        let at = start.as_microsecond().saturating_add(offset as i64);
        let civil = zone.to_datetime(Timestamp::from_microsecond(at).ok()?);
        let hour = &mut hours[usize::from(civil.hour().unsigned_abs())];
        let day = &mut days[usize::from(civil.weekday().to_monday_zero_offset().unsigned_abs())];
        for cell in [hour, day] {
            cell.0 += count;
            cell.1 += 1;
        }
    }
    let mean = counts.iter().sum::<u64>() as f64 / bins as f64;
    let relative =
        |(count, bins): (u64, u64)| (bins > 0).then(|| count as f64 / bins as f64 / mean);
    Some(HourlyRates {
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        by_hour: hours.map(relative),
        by_weekday: days.map(relative),
    })
}
