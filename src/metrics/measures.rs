//! What users and operators see of a simulation: shares, waits and utilization.

use crate::engine::record::latency::TimeCounts;
use crate::engine::record::outcome::{DeploymentOutcome, Outcome, StreamOutcome};
use crate::metrics::percentile::{nearest_rank, nearest_rank_f64};
use crate::units::time::MINUTE_US;

/// Percentiles of a time, microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimePercentiles {
    /// Median.
    pub p50_us: u64,
    /// 95th percentile.
    pub p95_us: u64,
    /// 99th percentile.
    pub p99_us: u64,
}

/// Utilization by minute, shares of 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Utilization {
    /// Over the whole window: used over available, exact.
    pub mean: f64,
    /// 95th percentile of the minutes.
    pub p95: f64,
    /// The busiest minute.
    pub max: f64,
}

/// Measures of one workload, or of all together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StreamMeasures {
    /// Calls.
    pub offered: u64,
    /// Calls served in the end.
    pub completed: u64,
    /// Calls that ended in an error after retries.
    pub failed: u64,
    /// Retries made.
    pub retries: u64,
    /// Share of calls whose client saw at least one 429.
    pub saw_throttle_share: f64,
    /// Share of calls that ended in a 429 after retries.
    pub throttled_share: f64,
    /// Share of calls whose answer was complete after the call's deadline.
    pub late_share: f64,
    /// Time from arrival to admission, of the served calls.
    pub added_wait: TimePercentiles,
    /// Mean time from arrival to admission, of the served calls, microseconds.
    pub mean_wait_us: f64,
    /// Served calls that waited for admission, all together, microseconds: over the window it is how many wait on average.
    pub wait_sum_us: f64,
    /// Time from arrival to completion, of the served calls; none when nothing was served.
    pub latency: Option<TimePercentiles>,
    /// Time from arrival to the first token, of the served calls; none when nothing was served or nobody set it.
    pub first_token: Option<TimePercentiles>,
    /// The longest time from arrival to completion, microseconds, to a 64th above; none when nothing was served.
    pub slowest_us: Option<u64>,
}

impl TimePercentiles {
    /// One of the three percentiles.
    pub const fn at(&self, percent: u64) -> u64 {
        match percent {
            50 => self.p50_us,
            95 => self.p95_us,
            _ => self.p99_us,
        }
    }

    /// All percentiles later by the same time.
    #[must_use]
    pub const fn later_by(self, us: u64) -> Self {
        Self { p50_us: self.p50_us + us, p95_us: self.p95_us + us, p99_us: self.p99_us + us }
    }
}

impl StreamMeasures {
    /// Share of calls that ended in an error after retries, 429 or other.
    pub fn failed_share(&self) -> f64 {
        if self.offered == 0 { 0.0 } else { self.failed as f64 / self.offered as f64 }
    }

    /// With the time to the first token, when that comes `first_token_us` after admission.
    #[must_use]
    pub fn with_first_token(mut self, first_token_us: u64) -> Self {
        self.first_token = (self.completed > 0).then(|| self.added_wait.later_by(first_token_us));
        self
    }
}

/// The measures of one stream.
pub fn of_stream(stream: &StreamOutcome) -> StreamMeasures {
    of_streams(std::slice::from_ref(stream))
}

/// The measures of all calls of several streams together.
pub fn of_streams(streams: &[StreamOutcome]) -> StreamMeasures {
    let sum = |field: fn(&StreamOutcome) -> u64| streams.iter().map(field).sum::<u64>();
    let offered = sum(|s| s.offered);
    let completed = sum(|s| s.completed);
    let share = |count: u64| if offered == 0 { 0.0 } else { count as f64 / offered as f64 };
    let wait_sum_us = streams.iter().map(|s| s.added_wait_sum_us as f64).sum::<f64>();
    let mut waits: Vec<u32> =
        streams.iter().flat_map(|s| s.added_waits_us.iter().copied()).collect();
    let mut times = TimeCounts::default();
    for stream in streams {
        times.merge(&stream.latencies);
    }
    let mut at = |percent| nearest_rank(&mut waits, completed, percent);
    StreamMeasures {
        offered,
        completed,
        failed: sum(|s| s.failed),
        retries: sum(|s| s.retries),
        saw_throttle_share: share(sum(|s| s.saw_throttle)),
        throttled_share: share(sum(|s| s.failed_throttled)),
        late_share: share(sum(|s| s.late)),
        added_wait: TimePercentiles { p50_us: at(50), p95_us: at(95), p99_us: at(99) },
        mean_wait_us: if completed == 0 { 0.0 } else { wait_sum_us / completed as f64 },
        wait_sum_us,
        latency: latency(&times),
        first_token: None,
        slowest_us: times.percentile_us(100),
    }
}

/// Percentiles of the time from arrival to the complete answer, to a 64th; none when nothing was served.
fn latency(all: &TimeCounts) -> Option<TimePercentiles> {
    let [p50_us, p95_us, p99_us] = [50, 95, 99].map(|percent| all.percentile_us(percent));
    Some(TimePercentiles { p50_us: p50_us?, p95_us: p95_us?, p99_us: p99_us? })
}

/// Weighted units that a provisioned deployment can work off in a minute; 0 for others.
pub fn units_per_minute(deployment: &DeploymentOutcome, window_us: u64) -> f64 {
    let units = deployment.capacity_units as f64 / DeploymentOutcome::UNIT as f64;
    units * MINUTE_US as f64 / window_us as f64
}

/// Utilization of one provisioned deployment; none for others. The mean is exact; the percentiles need a minute series
/// and leave out a last minute cut short by the window's end.
pub fn utilization(deployment: &DeploymentOutcome, window_us: u64) -> Option<Utilization> {
    if deployment.capacity_units == 0 {
        return None;
    }
    let mean = deployment.used_units as f64 / deployment.capacity_units as f64;
    let per_minute = units_per_minute(deployment, window_us);
    let whole = (window_us / MINUTE_US) as usize;
    let mut minutes: Vec<f64> = deployment
        .minutes
        .iter()
        .take(whole)
        .map(|minute| minute.used_units as f64 / per_minute)
        .collect();
    let p95 = nearest_rank_f64(&mut minutes, 95).unwrap_or(mean);
    let max = minutes.iter().copied().max_by(f64::total_cmp).unwrap_or(mean);
    Some(Utilization { mean, p95, max })
}

/// Utilization of all provisioned deployments together, weighted by capacity; percentiles are those of the busiest.
pub fn total_utilization(outcome: &Outcome, window_us: u64) -> Option<Utilization> {
    let each: Vec<(u128, Utilization)> = outcome
        .deployments
        .iter()
        .filter_map(|d| Some((d.capacity_units, utilization(d, window_us)?)))
        .collect();
    let capacity: u128 = each.iter().map(|(units, _)| units).sum();
    if capacity == 0 {
        return None;
    }
    let used: u128 =
        outcome.deployments.iter().filter(|d| d.capacity_units > 0).map(|d| d.used_units).sum();
    Some(Utilization {
        mean: used as f64 / capacity as f64,
        p95: each.iter().map(|(_, u)| u.p95).fold(0.0, f64::max),
        max: each.iter().map(|(_, u)| u.max).fold(0.0, f64::max),
    })
}
