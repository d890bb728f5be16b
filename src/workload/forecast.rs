//! Demand to come, from demand that was: requests a day, forecast with their uncertainty, and summed to months.
//!
//! The logarithm of each whole day's requests is split into a weekly season and the rest (MSTL, by LOESS); the rest is continued by the exponential
//! smoothing model that explains it best (`AutoETS`: level, trend, damped or not). What a forecast knows is what history shows: no launch, no new user.

use crate::units::time::DAY_US;
use crate::workload::import::Imported;
use augurs::ets::{AutoETS, trend::AutoETSTrendModel};
use augurs::mstl::MSTLModel;
use augurs::{Fit, Predict};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

/// Whole days without which there is no forecast: four of each weekday.
pub const FEWEST_DAYS: usize = 28;
/// Months that can be asked for.
pub const MOST_MONTHS: u32 = 36;
const DAYS_PER_MONTH: f64 = 30.437_5;
/// Of the intervals: a tenth of futures lies below, a tenth above.
const LEVEL: f64 = 0.8;

/// Why there is no forecast.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ForecastFault {
    /// The months to come lie beyond the year 9999.
    #[error("the calendar ends before the months to come do")]
    EndOfCalendar,
    /// The trace does not know its dates.
    #[error("the trace states no instants: a forecast is of days")]
    NoDates,
    /// Too little history.
    #[error("{0} whole days of history (at least 28)")]
    TooShort(usize),
    /// A horizon that is none.
    #[error("\"{0}\" is no horizon of 1 to 36 months")]
    Horizon(String),
    /// The method found no model.
    #[error("no model fits the history: {0}")]
    NoModel(String),
}

/// Requests of whole days.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The first day.
    pub first: Date,
    /// Requests of each day, none left out.
    pub requests: Vec<u64>,
}

/// The median and the bounds of a tenth on either side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Band {
    /// A tenth of futures lies below.
    pub p10: f64,
    /// Half of futures lies below.
    pub p50: f64,
    /// A tenth of futures lies above.
    pub p90: f64,
}

/// A calendar month's demand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MonthDemand {
    /// Its first day.
    pub month: Date,
    /// Requests. The days of a month are taken to be high or low together, which overstates the band of a month somewhat.
    pub requests: Band,
}

/// What the method would have said of the last days, had it not seen them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BackTest {
    /// Days held out.
    pub days: usize,
    /// The forecast of their sum over what it was, less 1.
    pub error_of_sum: f64,
    /// Mean over the days of the error's size as a share of the day.
    pub mean_error_of_day: f64,
    /// Share of the days within p10 to p90; four fifths if the band is right.
    pub within_band: f64,
}

/// A forecast.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// What it rests on.
    pub history: History,
    /// Requests a day after the history, for the plot.
    pub days: Vec<Band>,
    /// Whole calendar months after the history.
    pub months: Vec<MonthDemand>,
    /// Growth from month to month, a share: from the mean day of the last 28 to that of the last month forecast.
    pub growth_per_month: Band,
    /// The same as a triangle of least, most likely and greatest, whose tenths lie where the forecast's do.
    pub growth_range: [f64; 3],
    /// How good it would have been.
    pub back_test: BackTest,
}

/// The whole civil days of a trace in a zone.
pub fn history(imported: &Imported, zone: &TimeZone) -> Result<History, ForecastFault> {
    let start = imported.start.ok_or(ForecastFault::NoDates)?;
    let at = |us: u64| {
        let us = start.as_microsecond().saturating_add(us as i64);
        Timestamp::from_microsecond(us).unwrap_or(Timestamp::MAX).to_zoned(zone.clone())
    };
    let arrivals = &imported.trace.arrival_us;
    let (Some(first_us), Some(last_us)) = (arrivals.first(), arrivals.last()) else {
        return Err(ForecastFault::TooShort(0));
    };
    let (first, last) = (at(*first_us).date(), at(*last_us).date());
    let mut requests = Vec::new();
    let mut from = 0;
    let mut day = first;
    while day <= last {
        let next = day.tomorrow().map_err(|_| ForecastFault::EndOfCalendar)?;
        let until =
            next.to_zoned(zone.clone()).map_or(i64::MAX, |z| z.timestamp().as_microsecond());
        let until_us = u64::try_from(until - start.as_microsecond()).unwrap_or(0);
        let to = arrivals.partition_point(|at| *at < until_us);
        requests.push((to - from) as u64);
        (from, day) = (to, next);
    }
    // A day is whole when the trace runs through it: within its first and its last quarter of an hour.
    let edge_us = (DAY_US / 96) as i64;
    let midnight =
        |day: Date| day.to_zoned(zone.clone()).map_or(0, |z| z.timestamp().as_microsecond());
    let late = start.as_microsecond() + *first_us as i64 - midnight(first) > edge_us;
    let after = last.tomorrow().map_or(i64::MAX, midnight);
    let early = after - (start.as_microsecond() + *last_us as i64) > edge_us;
    if early {
        requests.pop();
    }
    if late && !requests.is_empty() {
        requests.remove(0);
    }
    let first = if late { first.tomorrow().unwrap_or(first) } else { first };
    if requests.len() < FEWEST_DAYS {
        return Err(ForecastFault::TooShort(requests.len()));
    }
    Ok(History { first, requests })
}

/// Months of a horizon in words, such as `"6 months"`, `"1 year"`.
pub fn months_of(horizon: &str) -> Result<u32, ForecastFault> {
    let fault = || ForecastFault::Horizon(horizon.to_owned());
    let span: Span = horizon.trim().parse().map_err(|_| fault())?;
    let months = i64::from(span.get_years()) * 12 + i64::from(span.get_months());
    let only = span.fieldwise() == span_of(span.get_years(), span.get_months()).fieldwise();
    u32::try_from(months).ok().filter(|m| only && (1..=MOST_MONTHS).contains(m)).ok_or_else(fault)
}

fn span_of(years: i16, months: i32) -> Span {
    Span::new().years(years).months(months)
}

/// Forecasts whole calendar months after a history.
pub fn forecast(history: History, months: u32) -> Result<Forecast, ForecastFault> {
    let count = history.requests.len();
    let after = history.first.saturating_add((count as i64).days());
    let begin =
        if after.day() == 1 { after } else { after.last_of_month().saturating_add(1.day()) };
    let end =
        begin.checked_add(i64::from(months).months()).map_err(|_| ForecastFault::EndOfCalendar)?;
    let horizon = after.until(end).map_or(0, |span| span.get_days().max(0)) as usize;
    let days = bands(&history.requests, horizon)?;
    let mut demand = Vec::new();
    for month in 0..months {
        let from = begin.saturating_add(i64::from(month).months());
        let until = begin.saturating_add(i64::from(month + 1).months());
        let [from_ix, until_ix] =
            [from, until].map(|d| after.until(d).map_or(0, |span| span.get_days().max(0)) as usize);
        let sum = |of: &dyn Fn(&Band) -> f64| {
            days[from_ix..until_ix.min(days.len())].iter().map(of).sum()
        };
        let requests = Band { p10: sum(&|b| b.p10), p50: sum(&|b| b.p50), p90: sum(&|b| b.p90) };
        demand.push(MonthDemand { month: from, requests });
    }
    let growth_per_month = growth(&history, &demand, after);
    Ok(Forecast {
        back_test: back_test(&history.requests)?,
        growth_range: triangle(growth_per_month),
        growth_per_month,
        history,
        days,
        months: demand,
    })
}

/// Median and tenths of each day to come.
fn bands(requests: &[u64], horizon: usize) -> Result<Vec<Band>, ForecastFault> {
    let fail = |error: &dyn std::fmt::Display| ForecastFault::NoModel(error.to_string());
    // A day without a request counts as half of one: it has no logarithm.
    let logs: Vec<f64> = requests.iter().map(|count| (*count as f64).max(0.5).ln()).collect();
    let spread = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max)
        - logs.iter().copied().fold(f64::INFINITY, f64::min);
    if spread < 1e-9 {
        // Nothing ever changed: there is nothing to fit.
        let level = requests.first().map_or(0.0, |count| *count as f64);
        return Ok(vec![Band { p10: level, p50: level, p90: level }; horizon]);
    }
    let trend = AutoETSTrendModel::from(AutoETS::non_seasonal());
    let fitted = MSTLModel::new(vec![7], trend).fit(&logs).map_err(|e| fail(&e))?;
    let made = fitted.predict(horizon, LEVEL).map_err(|e| fail(&e))?;
    let intervals = made.intervals.ok_or_else(|| fail(&"it gives no intervals"))?;
    let bound = |log: f64| log.clamp(-1.0, 40.0).exp();
    let days = made.point.iter().zip(intervals.lower.iter().zip(&intervals.upper));
    Ok(days
        .map(|(point, (low, high))| Band {
            p10: bound(*low),
            p50: bound(*point),
            p90: bound(*high),
        })
        .collect())
}

fn growth(history: &History, months: &[MonthDemand], after: Date) -> Band {
    let recent = &history.requests[history.requests.len().saturating_sub(28)..];
    let now = recent.iter().sum::<u64>() as f64 / recent.len().max(1) as f64;
    let Some(last) = months.last() else { return Band::default() };
    let length = f64::from(last.month.days_in_month());
    let middle = after.until(last.month).map_or(0, |span| span.get_days());
    let apart = (f64::from(middle) + length / 2.0 + recent.len() as f64 / 2.0) / DAYS_PER_MONTH;
    let share = |requests: f64| {
        ((requests / length / now.max(1e-9)).powf(1.0 / apart) - 1.0).clamp(-0.9, 1.0)
    };
    let Band { p10, p50, p90 } = last.requests;
    Band { p10: share(p10), p50: share(p50), p90: share(p90) }
}

/// The triangular distribution of this most likely value with a tenth below `p10` and a tenth above `p90`, by repeated substitution.
fn triangle(band: Band) -> [f64; 3] {
    let Band { p10, p50: mode, p90 } = band;
    let (mut low, mut high) = (p10, p90);
    for _ in 0..200 {
        let width = high - low;
        low = p10 - (0.1 * width * (mode - low).max(0.0)).sqrt();
        high = p90 + (0.1 * width * (high - mode).max(0.0)).sqrt();
    }
    [low.max(-0.9), mode, high.min(1.0)]
}

/// Holds out the last quarter of the history, at most 28 days.
fn back_test(requests: &[u64]) -> Result<BackTest, ForecastFault> {
    let days = (requests.len() / 4).clamp(7, 28);
    let (seen, held) = requests.split_at(requests.len() - days);
    let said = bands(seen, days)?;
    let sum = held.iter().sum::<u64>() as f64;
    let count = days as f64;
    let pairs = || said.iter().zip(held).map(|(band, was)| (band, *was as f64));
    Ok(BackTest {
        days,
        error_of_sum: said.iter().map(|band| band.p50).sum::<f64>() / sum.max(1.0) - 1.0,
        mean_error_of_day: pairs().map(|(b, was)| (b.p50 - was).abs() / was.max(1.0)).sum::<f64>()
            / count,
        within_band: pairs().filter(|(b, was)| (b.p10..=b.p90).contains(was)).count() as f64
            / count,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::luck::splitmix64;

    /// Days of a weekly season, growth a month and noise of five percent.
    fn days(count: usize, growth: f64) -> History {
        let week = [1.2, 1.3, 1.3, 1.2, 1.1, 0.5, 0.4];
        let requests = (0..count)
            .map(|day| {
                let noise = (splitmix64(day as u64) >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
                let level = 10_000.0 * (1.0_f64 + growth).powf(day as f64 / DAYS_PER_MONTH);
                (level * week[day % 7] * (1.0 + 0.17 * noise)) as u64
            })
            .collect();
        History { first: jiff::civil::date(2026, 1, 1), requests }
    }

    #[test]
    fn growth_and_season_are_carried_on() {
        let made = forecast(days(181, 0.05), 6).unwrap();
        assert_eq!(made.months.len(), 6);
        assert_eq!(made.months[0].month, jiff::civil::date(2026, 7, 1));
        assert!((made.growth_per_month.p50 - 0.05).abs() < 0.02, "{:?}", made.growth_per_month);
        for month in &made.months {
            let Band { p10, p50, p90 } = month.requests;
            assert!(p10 < p50 && p50 < p90, "{month:?}");
        }
        assert!(made.back_test.error_of_sum.abs() < 0.08, "{:?}", made.back_test);
        assert!(made.back_test.within_band > 0.5, "{:?}", made.back_test);
        let weekday_to_sunday = made.days[1].p50 / made.days[0].p50;
        assert!(weekday_to_sunday > 2.0, "{weekday_to_sunday}");
        let [least, likely, greatest] = made.growth_range;
        assert!(least < made.growth_per_month.p10 && least < likely);
        assert!(greatest > made.growth_per_month.p90);
    }

    #[test]
    fn flat_history_stays_flat_and_short_ones_are_refused() {
        let flat = History { first: jiff::civil::date(2026, 1, 1), requests: vec![500; 40] };
        let made = forecast(flat, 2).unwrap();
        assert_eq!(made.months[0].month, jiff::civil::date(2026, 3, 1));
        assert!((made.months[0].requests.p50 - 500.0 * 31.0).abs() < 1.0);
        assert!(made.growth_per_month.p50.abs() < 1e-9);
        assert_eq!(months_of("1 year 6 months"), Ok(18));
        assert!(months_of("10 days").is_err() && months_of("5 years").is_err());
        assert_eq!(history(&Imported::default(), &TimeZone::UTC), Err(ForecastFault::NoDates));
    }
}
