//! Which retry policy a workload's client follows.

use crate::catalog::rules::{ClientPolicy, HeaderAbove, HeaderRead};
use crate::scenario::question::named::Named;
use crate::units::diagnostic::Place;
use std::sync::Arc;

/// The client of a workload.
#[derive(Clone, Debug)]
pub enum ClientChoice {
    /// A policy of the catalogue.
    Named(Named),
    /// One that the scenario states.
    Stated {
        /// The policy of the catalogue that it differs from; none where it stands alone.
        like: Option<Arc<str>>,
        /// What is stated.
        changes: Box<ClientChanges>,
        /// Where.
        place: Place,
    },
}

impl ClientChoice {
    /// Where the scenario says it.
    pub const fn place(&self) -> &Place {
        match self {
            Self::Named(named) => &named.place,
            Self::Stated { place, .. } => place,
        }
    }
}

/// What a scenario states of a retry policy. See [`ClientPolicy`] for what each field means.
#[derive(Clone, Debug, Default)]
pub struct ClientChanges {
    /// Retries after the first attempt.
    pub max_retries: Option<u32>,
    /// First delay.
    pub initial_delay_ms: Option<u64>,
    /// Longest delay.
    pub max_delay_ms: Option<u64>,
    /// Growth of the delay.
    pub growth_percent: Option<u32>,
    /// The first retry comes without delay.
    pub first_retry_at_once: Option<bool>,
    /// Share by which a delay is cut.
    pub jitter_percent: Option<u32>,
    /// Share by which a delay is lengthened.
    pub jitter_up_percent: Option<u32>,
    /// What is added to every wait.
    pub jitter_added_ms: Option<u64>,
    /// Which header it reads.
    pub reads: Option<HeaderRead>,
    /// The longest header that it honours.
    pub honours_up_to_ms: Option<u64>,
    /// What it does with a longer one.
    pub above: Option<HeaderAbove>,
    /// Whether a header replaces the back-off.
    pub header_replaces: Option<bool>,
    /// Whether a 429 without header is not retried.
    pub needs_header_for_429: Option<bool>,
    /// What it tries again after.
    pub statuses: Option<Vec<Arc<str>>>,
}

impl ClientChanges {
    /// The policy that `base` becomes. Without a longest delay of its own a delay that stands alone is not bounded.
    pub fn of(&self, base: &ClientPolicy, alone: bool) -> ClientPolicy {
        let mut policy = base.clone();
        let set = |own: &mut u64, stated: Option<u64>| *own = stated.unwrap_or(*own);
        set(&mut policy.initial_delay_ms, self.initial_delay_ms);
        if alone {
            policy.max_delay_ms = UNBOUNDED_MS;
            policy.statuses = ["408", "429", "5xx"].map(Into::into).to_vec();
        }
        set(&mut policy.max_delay_ms, self.max_delay_ms);
        set(&mut policy.jitter_added_ms, self.jitter_added_ms);
        policy.max_retries = self.max_retries.unwrap_or(policy.max_retries);
        policy.growth_percent = self.growth_percent.unwrap_or(policy.growth_percent);
        policy.first_retry_at_once = self.first_retry_at_once.unwrap_or(policy.first_retry_at_once);
        policy.jitter_percent = self.jitter_percent.unwrap_or(policy.jitter_percent);
        policy.jitter_up_percent = self.jitter_up_percent.unwrap_or(policy.jitter_up_percent);
        policy.above = self.above.unwrap_or(policy.above);
        policy.header_replaces = self.header_replaces.unwrap_or(policy.header_replaces);
        policy.needs_header_for_429 =
            self.needs_header_for_429.unwrap_or(policy.needs_header_for_429);
        if let Some(reads) = self.reads {
            policy.reads = reads;
            policy.honours_retry_after_up_to_ms = None;
        }
        if self.honours_up_to_ms.is_some() {
            policy.honours_retry_after_up_to_ms = self.honours_up_to_ms;
            if alone && self.reads.is_none() {
                policy.reads = HeaderRead::Milliseconds;
            }
        }
        if let Some(statuses) = &self.statuses {
            policy.statuses.clone_from(statuses);
        }
        policy
    }
}

/// A year.
const UNBOUNDED_MS: u64 = 365 * 24 * 3_600 * 1_000;
