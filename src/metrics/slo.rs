//! Service-level objectives: bounds and which of them a simulation broke.

use crate::metrics::measures::StreamMeasures;

/// Bounds on what users see; none where absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slo {
    /// Most calls that may end in a 429 after retries, in 1/1,000,000.
    pub throttled_share_ppm: Option<u32>,
    /// Most calls that may be answered after their deadline, in 1/1,000,000. Only calls with a deadline can be late.
    pub late_share_ppm: Option<u32>,
    /// Bound on the median added wait, microseconds.
    pub added_wait_p50_us: Option<u64>,
    /// Bound on the 95th percentile of added wait, microseconds.
    pub added_wait_p95_us: Option<u64>,
    /// Bound on the 99th percentile of added wait, microseconds.
    pub added_wait_p99_us: Option<u64>,
}

/// An objective that was not met, with both figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Breach {
    /// Too many calls ended in a 429: measured and allowed share.
    ThrottledShare {
        /// Measured share.
        measured: f64,
        /// Allowed share.
        allowed: f64,
    },
    /// Too many answers came after their deadline: measured and allowed share.
    LateShare {
        /// Measured share.
        measured: f64,
        /// Allowed share.
        allowed: f64,
    },
    /// A percentile of the added wait was too long: measured and allowed microseconds.
    AddedWait {
        /// Which percentile.
        percent: u64,
        /// Measured, microseconds.
        measured_us: u64,
        /// Allowed, microseconds.
        allowed_us: u64,
    },
}

impl Slo {
    /// The objectives that `measures` break, in a fixed order.
    pub fn breaches(&self, measures: &StreamMeasures) -> Vec<Breach> {
        let mut breaches = Vec::new();
        if let Some(ppm) = self.throttled_share_ppm {
            let allowed = f64::from(ppm) / 1e6;
            if measures.throttled_share > allowed {
                breaches
                    .push(Breach::ThrottledShare { measured: measures.throttled_share, allowed });
            }
        }
        if let Some(ppm) = self.late_share_ppm {
            let allowed = f64::from(ppm) / 1e6;
            if measures.late_share > allowed {
                breaches.push(Breach::LateShare { measured: measures.late_share, allowed });
            }
        }
        let wait = measures.added_wait;
        for (percent, measured_us, allowed_us) in [
            (50, wait.p50_us, self.added_wait_p50_us),
            (95, wait.p95_us, self.added_wait_p95_us),
            (99, wait.p99_us, self.added_wait_p99_us),
        ] {
            if let Some(allowed_us) = allowed_us
                && measured_us > allowed_us
            {
                breaches.push(Breach::AddedWait { percent, measured_us, allowed_us });
            }
        }
        breaches
    }

    /// The objectives in words.
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        if let Some(ppm) = self.throttled_share_ppm {
            words.push(format!("at most {} of calls end in a 429", percent(f64::from(ppm) / 1e6)));
        }
        if let Some(ppm) = self.late_share_ppm {
            words.push(late(f64::from(ppm) / 1e6));
        }
        for (name, bound) in [
            ("median", self.added_wait_p50_us),
            ("p95", self.added_wait_p95_us),
            ("p99", self.added_wait_p99_us),
        ] {
            if let Some(bound) = bound {
                words.push(format!("{name} added wait at most {}", seconds(bound)));
            }
        }
        words
    }
}

impl Breach {
    /// The bound that was broken, in the words of [`Slo::words`].
    pub fn objective(&self) -> String {
        match *self {
            Self::ThrottledShare { allowed, .. } => {
                format!("at most {} of calls end in a 429", percent(allowed))
            }
            Self::LateShare { allowed, .. } => late(allowed),
            Self::AddedWait { percent, allowed_us, .. } => {
                format!("{} added wait at most {}", percentile_name(percent), seconds(allowed_us))
            }
        }
    }

    /// What would have to be allowed instead, rounded to what people write.
    pub fn relaxed(&self) -> String {
        match *self {
            Self::ThrottledShare { measured, .. } => {
                format!("allow {} of calls to end in a 429", percent(written_above(measured)))
            }
            Self::LateShare { measured, .. } => {
                let above = percent(written_above(measured));
                format!("allow {above} of calls to be answered after their deadline")
            }
            Self::AddedWait { percent, measured_us, .. } => {
                let above = measured_us.div_ceil(100_000) * 100_000;
                format!("allow a {} added wait of {}", percentile_name(percent), seconds(above))
            }
        }
    }

    /// How far above its bound the measure lies, as a share of the bound.
    pub fn excess(&self) -> f64 {
        match *self {
            Self::ThrottledShare { measured, allowed } | Self::LateShare { measured, allowed } => {
                (measured - allowed) / allowed.max(1e-6)
            }
            Self::AddedWait { measured_us, allowed_us, .. } => {
                (measured_us as f64 - allowed_us as f64) / (allowed_us as f64).max(1_000.0)
            }
        }
    }
}

fn late(allowed: f64) -> String {
    if allowed > 0.0 {
        format!("at most {} of calls are answered after their deadline", percent(allowed))
    } else {
        "no call is answered after its deadline".to_owned()
    }
}

/// A share up to the last digit that is written, so that the written share passes.
fn written_above(measured: f64) -> f64 {
    let steps = if measured < 0.0001 {
        1_000_000.0
    } else if measured < 0.0099 {
        10_000.0
    } else {
        1_000.0
    };
    (measured * steps).ceil() / steps
}

fn percentile_name(percent: u64) -> String {
    if percent == 50 { "median".to_owned() } else { format!("p{percent}") }
}

impl std::fmt::Display for Breach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::ThrottledShare { measured, allowed } => write!(
                f,
                "{} of calls end in a 429, more than the {} allowed",
                percent(measured),
                percent(allowed)
            ),
            Self::LateShare { measured, allowed } => write!(
                f,
                "{} of calls are answered after their deadline, more than the {} allowed",
                percent(measured),
                percent(allowed)
            ),
            Self::AddedWait { percent, measured_us, allowed_us } => write!(
                f,
                "p{percent} added wait {}, longer than the {} allowed",
                seconds(measured_us),
                seconds(allowed_us)
            ),
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
    if share > 0.0 { format!("{percent:.decimals$} %") } else { "0 %".to_owned() }
}

/// Microseconds as seconds or milliseconds in words.
pub fn seconds(us: u64) -> String {
    if us == 0 {
        "0 s".to_owned()
    } else if us < 1_000_000 {
        format!("{} ms", us.div_ceil(1_000))
    } else {
        format!("{:.1} s", us as f64 / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_breach_names_its_bound_as_the_objectives_do_and_what_would_pass() {
        let slo = Slo {
            throttled_share_ppm: Some(1_000),
            added_wait_p50_us: Some(100_000),
            added_wait_p99_us: Some(2_000_000),
            ..Slo::default()
        };
        let mut measures = StreamMeasures { throttled_share: 0.01234, ..Default::default() };
        measures.added_wait.p50_us = 150_000;
        measures.added_wait.p99_us = 3_410_000;
        let breaches = slo.breaches(&measures);
        let objectives: Vec<String> = breaches.iter().map(Breach::objective).collect();
        assert_eq!(objectives, slo.words());
        let relaxed: Vec<String> = breaches.iter().map(Breach::relaxed).collect();
        assert_eq!(
            relaxed,
            [
                "allow 1.3 % of calls to end in a 429",
                "allow a median added wait of 200 ms",
                "allow a p99 added wait of 3.5 s"
            ]
        );
        assert!((breaches[1].excess() - 0.5).abs() < 1e-9);
    }
}
