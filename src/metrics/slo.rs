//! Service-level objectives: bounds and which of them a simulation broke.

use crate::metrics::measures::StreamMeasures;

/// Bounds on what users see; none where absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slo {
    /// Most calls that may end in a 429 after retries, in 1/1,000,000.
    pub throttled_share_ppm: Option<u32>,
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

impl std::fmt::Display for Breach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::ThrottledShare { measured, allowed } => write!(
                f,
                "{} of calls end in a 429, more than the {} allowed",
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
