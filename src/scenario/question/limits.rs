//! Limits of a Standard deployment beyond its tokens a minute.

use crate::scenario::question::named::Named;
use serde::{Deserialize, Serialize};

/// Rate limits of a Standard deployment; none where there is no such limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RateLimits {
    /// Tokens a minute.
    pub tokens_per_minute: Option<u64>,
    /// Requests a minute.
    pub requests_per_minute: Option<u64>,
    /// Input tokens a minute, where they are counted apart.
    pub input_tokens_per_minute: Option<u64>,
    /// Output tokens a minute, where they are counted apart.
    pub output_tokens_per_minute: Option<u64>,
}

/// What a scenario states about the limits of a Standard deployment.
#[derive(Clone, Debug, Default, Hash, Serialize, Deserialize)]
pub struct LimitOptions {
    /// Requests a minute; the part of the quota that its tokens take when none (S 3).
    pub requests_per_minute: Option<u64>,
    /// Limiter profile of the catalogue; `documented` when none.
    pub profile: Option<Named>,
    /// Whether dynamic quota is switched on (S 11).
    pub dynamic_quota: bool,
    /// Limits taken as granted, whatever the quota of the subscription: how a plan asks what quota would be enough.
    pub granted: Option<RateLimits>,
    /// Whether requests that ask for no tier are served with priority (S 36).
    pub priority_by_default: bool,
}
