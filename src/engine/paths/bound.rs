//! When a trial may be given up.

use crate::engine::record::outcome::{Outcome, StreamOutcome};
use serde::{Deserialize, Serialize};

/// Counts above which a trial cannot be good enough any more. They only grow during a run, so
/// giving up is never wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// Requests that may fail.
    pub failed: u64,
    /// Requests that may end in a 429.
    pub failed_throttled: u64,
    /// Requests whose client may see a 429.
    pub saw_throttle: u64,
    /// Attempts that may be refused by the first deployment of a route and passed on.
    pub spilled: u64,
}

impl Bound {
    /// No bound: every trial runs to its end.
    pub const NONE: Self = Self {
        failed: u64::MAX,
        failed_throttled: u64::MAX,
        saw_throttle: u64::MAX,
        spilled: u64::MAX,
    };

    /// Nobody may be refused.
    pub const NOBODY: Self = Self { failed: 0, failed_throttled: 0, saw_throttle: 0, spilled: 0 };

    /// Whether a run that ended would not have been given up.
    pub fn holds(&self, outcome: &Outcome) -> bool {
        let spilled: u64 = outcome.deployments.iter().map(|own| own.spilled_out).sum();
        let all = |count: fn(&StreamOutcome) -> u64| outcome.streams.iter().map(count).sum::<u64>();
        all(|stream| stream.saw_throttle) <= self.saw_throttle
            && all(|stream| stream.failed) <= self.failed
            && all(|stream| stream.failed_throttled) <= self.failed_throttled
            && spilled <= self.spilled
    }

    /// Whether it allows at least what another one does: what breaks it breaks the other.
    pub const fn is_as_wide_as(&self, other: &Self) -> bool {
        self.failed >= other.failed
            && self.failed_throttled >= other.failed_throttled
            && self.saw_throttle >= other.saw_throttle
            && self.spilled >= other.spilled
    }

    /// Whether a run of one stream that passes nothing on goes on.
    pub(crate) const fn holds_so_far(&self, stream: &StreamOutcome) -> bool {
        stream.saw_throttle <= self.saw_throttle
            && stream.failed <= self.failed
            && stream.failed_throttled <= self.failed_throttled
    }

    /// The largest count that is at most `per_million` of `requests`.
    pub const fn share(requests: u64, per_million: u64) -> u64 {
        (requests as u128 * per_million as u128 / 1_000_000) as u64
    }
}

/// How a bounded run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trial {
    /// It ran to its end.
    Done(Outcome),
    /// It broke the bound at this time, microseconds.
    Abandoned {
        /// When.
        at_us: u64,
    },
}
