//! A client's rate over time: base rate times seasons, growth and surges, constant between edges; and time as the inverse of its integral.

use crate::units::time::MINUTE_US;
use crate::workload::synth::spec::length_us;
use crate::workload::synth::spec::{ClientSpec, Growth};
use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, Zoned};
use toml::value::Datetime;

/// Seasons are looked up once a quarter of an hour: no zone's offset cuts one.
const STEP_US: u64 = 15 * MINUTE_US;
/// Days in a month of growth.
const DAYS_PER_MONTH: f64 = 30.437_5;

/// A rate that is constant between edges.
#[derive(Clone, Debug)]
pub(crate) struct Intensity {
    /// Edges, microseconds; the last is the horizon.
    edges_us: Vec<u64>,
    /// Arrivals per microsecond from each edge to the next.
    rates: Vec<f64>,
}

impl Intensity {
    /// The rate of a client from `start` on, or what is wrong with its spec.
    pub(crate) fn new(client: &ClientSpec, start: &Zoned, horizon_us: u64) -> Result<Self, String> {
        let base = base_rate(client)? / MINUTE_US as f64;
        let profile = &client.profile;
        let table = |name: &str, factors: Option<&Vec<f64>>, length: usize| match factors {
            Some(factors) if factors.len() != length => {
                Err(format!("{name} has {} factors, not {length}", factors.len()))
            }
            Some(factors) if factors.iter().any(|f| !(f.is_finite() && *f >= 0.0)) => {
                Err(format!("{name} has a negative factor"))
            }
            factors => Ok(factors.cloned()),
        };
        let hours = table("hours", profile.hours.as_ref(), 24)?;
        let weekdays = table("weekdays", profile.weekdays.as_ref(), 7)?;
        let holidays: Vec<Date> = profile
            .holidays
            .iter()
            .map(|day| civil(day).map(DateTime::date))
            .collect::<Result<_, _>>()?;
        let shape = match &profile.shape {
            Some(shape) => {
                let bin_us = length_us(&shape.bin)?;
                let factors = table("shape", Some(&shape.factors), shape.factors.len())?;
                factors.filter(|factors| !factors.is_empty()).map(|factors| (bin_us, factors))
            }
            None => None,
        };
        let mut surges = Vec::new();
        for surge in &client.surge {
            let from = offset_us(&surge.at, start)?;
            let length = length_us(&surge.length)? as i64;
            if !(surge.factor.is_finite() && surge.factor >= 0.0) {
                return Err(format!("surge factor is {}, not 0 or more", surge.factor));
            }
            surges.push((from, from.saturating_add(length), surge.factor));
        }
        if let Some(Growth::Monthly { factors }) = &client.growth {
            table("growth", Some(factors), factors.len().max(1))?;
        }
        let step = match &client.growth {
            Some(Growth::Step { at, factor }) => Some((offset_us(at, start)?, *factor)),
            _ => None,
        };
        let edges_us = edges(
            horizon_us,
            shape.as_ref().map(|shape| shape.0),
            &surges,
            step.map(|step| step.0),
        );
        let mut rates = Vec::with_capacity(edges_us.len());
        for pair in edges_us.windows(2) {
            let middle = u64::midpoint(pair[0], pair[1]);
            let at = start.timestamp().as_microsecond().saturating_add(middle as i64);
            let at = Timestamp::from_microsecond(at).map_err(|error| error.to_string())?;
            let local = at.to_zoned(start.time_zone().clone()).datetime();
            let mut rate = base * growth(client.growth.as_ref(), middle, step);
            if let Some(hours) = &hours {
                rate *= hours[usize::from(local.hour().unsigned_abs())];
            }
            let holiday = holidays.contains(&local.date());
            if let (true, Some(factor)) = (holiday, profile.holiday_factor) {
                rate *= factor;
            } else if let Some(weekdays) = &weekdays {
                rate *=
                    weekdays[usize::from(local.weekday().to_monday_zero_offset().unsigned_abs())];
            }
            if let Some((bin_us, factors)) = &shape {
                rate *= factors[(middle / bin_us) as usize % factors.len()];
            }
            for (from, until, factor) in &surges {
                if (*from..*until).contains(&(middle as i64)) {
                    rate *= factor;
                }
            }
            rates.push(rate.max(0.0));
        }
        Ok(Self { edges_us, rates })
    }

    /// Expected arrivals over the whole time.
    pub(crate) fn total(&self) -> f64 {
        self.pieces().map(|(from, until, rate)| (until - from) as f64 * rate).sum()
    }

    fn pieces(&self) -> impl Iterator<Item = (u64, u64, f64)> + '_ {
        self.edges_us.windows(2).zip(&self.rates).map(|(pair, rate)| (pair[0], pair[1], *rate))
    }

    /// Expected arrivals of each stretch of `bin_us`, the last one cut at the horizon.
    pub(crate) fn per_bin(&self, bin_us: u64) -> Vec<f64> {
        let mut bins = vec![0.0; self.horizon_us().div_ceil(bin_us) as usize];
        for (from, until, rate) in self.pieces() {
            let mut at = from;
            while at < until {
                let bin = at / bin_us;
                let end = until.min((bin + 1) * bin_us);
                bins[bin as usize] += (end - at) as f64 * rate;
                at = end;
            }
        }
        bins
    }

    fn horizon_us(&self) -> u64 {
        self.edges_us.last().copied().unwrap_or(0)
    }

    /// A walk through time by operational time.
    pub(crate) fn walk(&self) -> Walk<'_> {
        Walk { intensity: self, piece: 0, within_us: 0.0 }
    }
}

/// Turns steps of operational time into times.
pub(crate) struct Walk<'a> {
    intensity: &'a Intensity,
    piece: usize,
    /// Microseconds since the piece began.
    within_us: f64,
}

impl Walk<'_> {
    /// The time after a further `step` expected arrivals; none past the horizon.
    pub(crate) fn step(&mut self, mut step: f64) -> Option<u64> {
        loop {
            let rate = *self.intensity.rates.get(self.piece)?;
            let (from, until) =
                (self.intensity.edges_us[self.piece], self.intensity.edges_us[self.piece + 1]);
            let left = ((until - from) as f64 - self.within_us) * rate;
            if step < left {
                self.within_us += step / rate;
                return Some((from + self.within_us as u64).min(until - 1));
            }
            step -= left;
            self.piece += 1;
            self.within_us = 0.0;
        }
    }
}

/// Arrivals a minute, by rate or by users.
fn base_rate(client: &ClientSpec) -> Result<f64, String> {
    let active = client.active_share.unwrap_or(1.0);
    if !(0.0..=1.0).contains(&active) || (client.active_share.is_some() && client.users.is_none()) {
        return Err("active_share is between 0 and 1, and goes with users".into());
    }
    let rate = match (client.rate_per_minute, client.users, client.calls_per_user_per_day) {
        (Some(rate), None, None) => rate,
        (None, Some(users), Some(calls)) => users * active * calls / 1_440.0,
        _ => return Err("state rate_per_minute, or users and calls_per_user_per_day".into()),
    };
    if rate.is_finite() && rate > 0.0 {
        Ok(rate)
    } else {
        Err(format!("rate is {rate} a minute, not a positive number"))
    }
}

fn growth(growth: Option<&Growth>, offset_us: u64, step: Option<(i64, f64)>) -> f64 {
    let months = offset_us as f64 / (86_400e6 * DAYS_PER_MONTH);
    match growth {
        None => 1.0,
        Some(Growth::Linear { per_month }) => 1.0 + per_month * months,
        Some(Growth::Compound { per_month }) => (1.0 + per_month).powf(months),
        Some(Growth::SCurve { ceiling, midpoint_months, steepness_months }) => {
            let logistic = |m: f64| 1.0 / (1.0 + (-(m - midpoint_months) / steepness_months).exp());
            // Anchored so that the start is exactly 1 and the end the ceiling.
            let way = (logistic(months) - logistic(0.0)) / (1.0 - logistic(0.0));
            1.0 + (ceiling - 1.0) * way
        }
        Some(Growth::Monthly { factors }) => {
            let month = (months as usize).min(factors.len().saturating_sub(1));
            factors.get(month).copied().unwrap_or(1.0)
        }
        Some(Growth::Step { .. }) => match step {
            Some((from, factor)) if offset_us as i64 >= from => factor,
            _ => 1.0,
        },
    }
}

/// All times at which the rate may change.
fn edges(
    horizon_us: u64,
    bin_us: Option<u64>,
    surges: &[(i64, i64, f64)],
    step_us: Option<i64>,
) -> Vec<u64> {
    let mut edges: Vec<u64> = (0..=horizon_us / STEP_US).map(|n| n * STEP_US).collect();
    if let Some(bin_us) = bin_us {
        edges.extend((0..=horizon_us / bin_us).map(|n| n * bin_us));
    }
    let single = surges.iter().flat_map(|(from, until, _)| [*from, *until]).chain(step_us);
    edges.extend(single.filter(|at| *at > 0).map(|at| at as u64));
    edges.retain(|at| *at < horizon_us);
    edges.push(horizon_us);
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// A TOML date, or date and time, in civil time.
pub(crate) fn civil(at: &Datetime) -> Result<DateTime, String> {
    let text = at.to_string();
    text.parse::<DateTime>()
        .or_else(|_| text.parse::<Date>().map(Date::into))
        .map_err(|_| format!("{text} is no civil date"))
}

fn offset_us(at: &Datetime, start: &Zoned) -> Result<i64, String> {
    let zoned =
        civil(at)?.to_zoned(start.time_zone().clone()).map_err(|error| error.to_string())?;
    Ok(zoned.timestamp().as_microsecond() - start.timestamp().as_microsecond())
}
