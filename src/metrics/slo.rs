//! Service-level objectives: bounds and which of them a simulation broke.

use crate::metrics::measures::StreamMeasures;
use crate::units::time::HOUR_US;

/// Bounds on what users see; none where absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slo {
    /// Most calls that may end in a 429 after retries, in 1/1,000,000.
    pub throttled_share_ppm: Option<u32>,
    /// Most calls that may end in any error after retries, in 1/1,000,000.
    pub failed_share_ppm: Option<u32>,
    /// Most calls that may be answered after their deadline, in 1/1,000,000. Only calls with a deadline can be late.
    pub late_share_ppm: Option<u32>,
    /// Bounds on the time from arrival to admission.
    pub added_wait: TimeBounds,
    /// Bounds on the time from arrival to the first token.
    pub first_token: TimeBounds,
    /// Bounds on the time from arrival to the complete answer.
    pub latency: TimeBounds,
    /// Every answer must be complete this long after its call, microseconds.
    pub deadline_us: Option<u64>,
}

/// Bounds on percentiles of a time, microseconds; none where absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeBounds {
    /// Median.
    pub p50_us: Option<u64>,
    /// 95th percentile.
    pub p95_us: Option<u64>,
    /// 99th percentile.
    pub p99_us: Option<u64>,
}

impl TimeBounds {
    fn stated(&self) -> impl Iterator<Item = (u64, u64)> + use<> {
        let all = [(50, self.p50_us), (95, self.p95_us), (99, self.p99_us)];
        all.into_iter().filter_map(|(percent, bound)| Some((percent, bound?)))
    }

    /// The bounds of `self`, and where it has none those of `other`.
    fn or(self, other: Self) -> Self {
        Self {
            p50_us: self.p50_us.or(other.p50_us),
            p95_us: self.p95_us.or(other.p95_us),
            p99_us: self.p99_us.or(other.p99_us),
        }
    }
}

/// A time that is bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timed {
    /// From arrival to admission.
    AddedWait,
    /// From arrival to the first token.
    FirstToken,
    /// From arrival to the complete answer.
    Latency,
}

impl Timed {
    const fn as_str(self) -> &'static str {
        match self {
            Self::AddedWait => "added wait",
            Self::FirstToken => "time to first token",
            Self::Latency => "latency",
        }
    }
}

/// Calls that did not get their answer, or not in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// In a 429.
    Throttled,
    /// In any error.
    Failed,
    /// In an answer after the call's deadline.
    Late,
}

impl Ended {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Throttled => "end in a 429",
            Self::Failed => "end in an error",
            Self::Late => "are answered after their deadline",
        }
    }

    const fn infinitive(self) -> &'static str {
        match self {
            Self::Throttled => "to end in a 429",
            Self::Failed => "to end in an error",
            Self::Late => "to be answered after their deadline",
        }
    }
}

/// One bound of the objectives, as a value: two are the same bound exactly when they are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Objective {
    /// At most a share of calls may end in a way.
    Share {
        /// How they end.
        ended: Ended,
        /// The share, in 1/1,000,000.
        allowed_ppm: u32,
    },
    /// A percentile of a time may be this long at most.
    Time {
        /// Which time.
        timed: Timed,
        /// Which percentile.
        percent: u64,
        /// The bound, microseconds.
        allowed_us: u64,
    },
    /// Every answer must be complete this long after its call.
    Deadline {
        /// The bound, microseconds.
        allowed_us: u64,
    },
}

impl std::fmt::Display for Objective {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&match *self {
            Self::Share { ended, allowed_ppm } => share_words(ended, f64::from(allowed_ppm) / 1e6),
            Self::Time { timed, percent, allowed_us } => time_words(timed, percent, allowed_us),
            Self::Deadline { allowed_us } => deadline_words(allowed_us),
        })
    }
}

/// An objective that was not met, with both figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Breach {
    /// Too many calls ended without an answer: measured and allowed share.
    Share {
        /// How they ended.
        ended: Ended,
        /// Measured share.
        measured: f64,
        /// Allowed share.
        allowed: f64,
    },
    /// So many calls ended in a 429 that it was not measured how many.
    GivenUp {
        /// Share of calls; more than this ended so.
        more_than: f64,
        /// Allowed share.
        allowed: f64,
    },
    /// A percentile of a time was too long: measured and allowed microseconds.
    Time {
        /// Which time.
        timed: Timed,
        /// Which percentile.
        percent: u64,
        /// Measured, microseconds.
        measured_us: u64,
        /// Allowed, microseconds.
        allowed_us: u64,
    },
    /// The slowest answer was too late.
    Deadline {
        /// Measured, microseconds.
        measured_us: u64,
        /// Allowed, microseconds.
        allowed_us: u64,
    },
    /// A time that nobody can know, because no call was served.
    NothingServed {
        /// Which time.
        timed: Timed,
        /// Which percentile.
        percent: u64,
        /// Allowed, microseconds.
        allowed_us: u64,
    },
}

impl Slo {
    /// The bounds of `self`, and where it has none those of `other`.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self {
            throttled_share_ppm: self.throttled_share_ppm.or(other.throttled_share_ppm),
            failed_share_ppm: self.failed_share_ppm.or(other.failed_share_ppm),
            late_share_ppm: self.late_share_ppm.or(other.late_share_ppm),
            added_wait: self.added_wait.or(other.added_wait),
            first_token: self.first_token.or(other.first_token),
            latency: self.latency.or(other.latency),
            deadline_us: self.deadline_us.or(other.deadline_us),
        }
    }

    /// What of objectives for all calls binds those that may wait: that they are answered and in time, not how fast.
    #[must_use]
    pub fn for_waiting(&self) -> Self {
        let none = TimeBounds::default();
        Self { added_wait: none, first_token: none, latency: none, ..self.clone() }
    }

    /// The objectives that `measures` break, in a fixed order.
    pub fn breaches(&self, measures: &StreamMeasures) -> Vec<Breach> {
        let mut breaches = Vec::new();
        for (ended, ppm, measured) in [
            (Ended::Throttled, self.throttled_share_ppm, measures.throttled_share),
            (Ended::Failed, self.failed_share_ppm, measures.failed_share()),
            (Ended::Late, self.late_share_ppm, measures.late_share),
        ] {
            let Some(ppm) = ppm else { continue };
            let allowed = f64::from(ppm) / 1e6;
            if measured > allowed {
                breaches.push(Breach::Share { ended, measured, allowed });
            }
        }
        for (timed, bounds, percentiles) in [
            (Timed::AddedWait, &self.added_wait, Some(measures.added_wait)),
            (Timed::FirstToken, &self.first_token, measures.first_token),
            (Timed::Latency, &self.latency, measures.latency),
        ] {
            for (percent, allowed_us) in bounds.stated() {
                let Some(found) = percentiles else {
                    if measures.offered > 0 {
                        breaches.push(Breach::NothingServed { timed, percent, allowed_us });
                    }
                    continue;
                };
                let measured_us = found.at(percent);
                if measured_us > allowed_us {
                    breaches.push(Breach::Time { timed, percent, measured_us, allowed_us });
                }
            }
        }
        if let (Some(allowed_us), Some(measured_us)) = (self.deadline_us, measures.slowest_us)
            && measured_us > allowed_us
        {
            breaches.push(Breach::Deadline { measured_us, allowed_us });
        }
        breaches
    }

    /// Whether it bounds how long answers take, not only how long calls wait.
    pub fn bounds_answers(&self) -> bool {
        let none = TimeBounds::default();
        self.first_token != none || self.latency != none || self.deadline_us.is_some()
    }

    /// The objectives, in a fixed order.
    pub fn objectives(&self) -> Vec<Objective> {
        let mut found = Vec::new();
        for (ended, ppm) in [
            (Ended::Throttled, self.throttled_share_ppm),
            (Ended::Failed, self.failed_share_ppm),
            (Ended::Late, self.late_share_ppm),
        ] {
            found.extend(ppm.map(|allowed_ppm| Objective::Share { ended, allowed_ppm }));
        }
        for (timed, bounds) in [
            (Timed::AddedWait, &self.added_wait),
            (Timed::FirstToken, &self.first_token),
            (Timed::Latency, &self.latency),
        ] {
            let time = |(percent, allowed_us)| Objective::Time { timed, percent, allowed_us };
            found.extend(bounds.stated().map(time));
        }
        found.extend(self.deadline_us.map(|allowed_us| Objective::Deadline { allowed_us }));
        found
    }

    /// The objectives in words.
    pub fn words(&self) -> Vec<String> {
        self.objectives().iter().map(Objective::to_string).collect()
    }
}

fn share_words(ended: Ended, allowed: f64) -> String {
    if ended == Ended::Late && allowed <= 0.0 {
        return "no call is answered after its deadline".to_owned();
    }
    format!("at most {} of calls {}", percent(allowed), ended.as_str())
}

fn time_words(timed: Timed, percent: u64, allowed_us: u64) -> String {
    format!("{} {} at most {}", percentile_name(percent), timed.as_str(), seconds(allowed_us))
}

fn deadline_words(allowed_us: u64) -> String {
    format!("every answer within {}", seconds(allowed_us))
}

/// A time above which people would write no finer figure: up to a tenth of the unit it is shown in.
fn rounded_up(us: u64) -> u64 {
    let step = match us {
        0..HOUR_SHOWN_US => 100_000,
        _ => HOUR_US / 10,
    };
    us.div_ceil(step) * step
}

impl Breach {
    /// The bound that was broken.
    pub fn objective(&self) -> Objective {
        let ppm = |share: f64| (share * 1e6).round() as u32;
        match *self {
            Self::Share { ended, allowed, .. } => {
                Objective::Share { ended, allowed_ppm: ppm(allowed) }
            }
            Self::GivenUp { allowed, .. } => {
                Objective::Share { ended: Ended::Throttled, allowed_ppm: ppm(allowed) }
            }
            Self::Time { timed, percent, allowed_us, .. }
            | Self::NothingServed { timed, percent, allowed_us } => {
                Objective::Time { timed, percent, allowed_us }
            }
            Self::Deadline { allowed_us, .. } => Objective::Deadline { allowed_us },
        }
    }

    /// What would have to be allowed instead, rounded to what people write.
    pub fn relaxed(&self) -> String {
        match *self {
            Self::Share { ended, measured, .. } => {
                // Up to the last digit that is written, so that the written share passes.
                let steps = if measured < 0.0001 {
                    1_000_000.0
                } else if measured < 0.0099 {
                    10_000.0
                } else {
                    1_000.0
                };
                let above = (measured * steps).ceil() / steps;
                format!("allow {} of calls {}", percent(above), ended.infinitive())
            }
            Self::GivenUp { more_than, .. } => {
                format!("allow more than {} of calls to end in a 429", percent(more_than))
            }
            Self::Time { timed, percent, measured_us, .. } => format!(
                "allow a {} {} of {}",
                percentile_name(percent),
                timed.as_str(),
                seconds(rounded_up(measured_us))
            ),
            Self::Deadline { measured_us, .. } => {
                format!("allow answers within {}", seconds(rounded_up(measured_us)))
            }
            Self::NothingServed { .. } => "serve calls first".to_owned(),
        }
    }

    /// How far above its bound the measure lies, as a share of the bound.
    pub fn excess(&self) -> f64 {
        match *self {
            Self::Share { measured: share, allowed, .. }
            | Self::GivenUp { more_than: share, allowed } => (share - allowed) / allowed.max(1e-6),
            Self::Time { measured_us, allowed_us, .. }
            | Self::Deadline { measured_us, allowed_us } => {
                (measured_us as f64 - allowed_us as f64) / (allowed_us as f64).max(1_000.0)
            }
            Self::NothingServed { .. } => f64::INFINITY,
        }
    }
}

fn percentile_name(percent: u64) -> String {
    if percent == 50 { "median".to_owned() } else { format!("p{percent}") }
}

impl std::fmt::Display for Breach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Share { ended, measured, allowed } => write!(
                f,
                "{} of calls {}, more than the {} allowed",
                percent(measured),
                ended.as_str(),
                percent(allowed)
            ),
            Self::GivenUp { more_than, allowed } => write!(
                f,
                "more than {} of calls end in a 429, where {} may",
                percent(more_than),
                percent(allowed)
            ),
            Self::Time { timed, percent, measured_us, allowed_us } => write!(
                f,
                "p{percent} {} {}, longer than the {} allowed",
                timed.as_str(),
                seconds(measured_us),
                seconds(allowed_us)
            ),
            Self::Deadline { measured_us, allowed_us } => write!(
                f,
                "the slowest answer takes {}, longer than the {} allowed",
                seconds(measured_us),
                seconds(allowed_us)
            ),
            Self::NothingServed { timed, .. } => {
                write!(f, "no {}: no call was served", timed.as_str())
            }
        }
    }
}

/// A share as a percentage with as many digits as it needs: never 0 for what is above 0.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let decimals = if percent > 0.0 && percent < 0.01 {
        4
    } else if percent > 0.0 && percent < 1.0 {
        2
    } else {
        1
    };
    if share > 0.0 { format!("{percent:.decimals$}%") } else { "0%".to_owned() }
}

/// From here on times are shown in hours.
const HOUR_SHOWN_US: u64 = 2 * HOUR_US;

/// Microseconds as hours, seconds or milliseconds in words.
pub fn seconds(us: u64) -> String {
    if us == 0 {
        "0 s".to_owned()
    } else if us < 1_000_000 {
        format!("{} ms", us.div_ceil(1_000))
    } else if us >= HOUR_SHOWN_US {
        format!("{:.1} h", us as f64 / HOUR_US as f64)
    } else {
        format!("{:.1} s", us as f64 / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::measures::TimePercentiles;

    #[test]
    fn a_breach_names_its_bound_as_the_objectives_do_and_what_would_pass() {
        let slo = Slo {
            throttled_share_ppm: Some(1_000),
            added_wait: TimeBounds {
                p50_us: Some(100_000),
                p99_us: Some(2_000_000),
                ..TimeBounds::default()
            },
            first_token: TimeBounds { p95_us: Some(1_000_000), ..TimeBounds::default() },
            latency: TimeBounds { p99_us: Some(20_000_000), ..TimeBounds::default() },
            deadline_us: Some(24 * HOUR_US),
            ..Slo::default()
        };
        let mut measures = StreamMeasures { throttled_share: 0.01234, ..Default::default() };
        measures.added_wait.p50_us = 150_000;
        measures.added_wait.p99_us = 3_410_000;
        measures.first_token = Some(TimePercentiles { p95_us: 1_234_000, ..Default::default() });
        measures.latency = Some(TimePercentiles { p99_us: 20_010_000, ..Default::default() });
        measures.slowest_us = Some(24 * HOUR_US + 1);
        let breaches = slo.breaches(&measures);
        let objectives: Vec<Objective> = breaches.iter().map(Breach::objective).collect();
        assert_eq!(objectives, slo.objectives());
        assert_eq!(slo.words()[2], "p99 added wait at most 2.0 s");
        let relaxed: Vec<String> = breaches.iter().map(Breach::relaxed).collect();
        assert_eq!(
            relaxed,
            [
                "allow 1.3% of calls to end in a 429",
                "allow a median added wait of 200 ms",
                "allow a p99 added wait of 3.5 s",
                "allow a p95 time to first token of 1.3 s",
                "allow a p99 latency of 20.1 s",
                "allow answers within 24.1 h"
            ]
        );
        assert!((breaches[1].excess() - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_workloads_own_bounds_come_before_those_of_all() {
        let all = Slo {
            throttled_share_ppm: Some(1_000),
            latency: TimeBounds { p99_us: Some(9), p50_us: Some(5), ..TimeBounds::default() },
            ..Slo::default()
        };
        let own = Slo {
            latency: TimeBounds { p99_us: Some(7), ..TimeBounds::default() },
            ..Slo::default()
        };
        let both = own.or(&all);
        assert_eq!(both.throttled_share_ppm, Some(1_000));
        assert_eq!((both.latency.p50_us, both.latency.p99_us), (Some(5), Some(7)));
    }

    #[test]
    fn a_time_that_nobody_measured_is_not_taken_as_met() {
        let slo = Slo {
            latency: TimeBounds { p99_us: Some(1), ..TimeBounds::default() },
            ..Slo::default()
        };
        let measures = StreamMeasures { offered: 1, failed: 1, ..Default::default() };
        assert_eq!(slo.breaches(&measures).len(), 1);
        assert!(
            slo.breaches(&StreamMeasures::default()).is_empty(),
            "no call, no objective broken"
        );
    }
}
