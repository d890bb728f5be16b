//! What a simulation returns: integer facts, no rates and no money.

use crate::engine::setup::{DeploymentIx, StreamIx};
use crate::ledger::usage::{Answer, ContextTier, ServiceTier};
use crate::units::tokens::TokenCounts;

/// Everything one simulation counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// One per deployment of the setup.
    pub deployments: Vec<DeploymentOutcome>,
    /// One per stream of the setup.
    pub streams: Vec<StreamOutcome>,
    /// Billable usage by deployment, stream, hour, tier, context and answer, sorted.
    pub usage: Vec<UsageBin>,
}

/// Counts of one deployment. `offered = completed + failed + throttled + spilled_out`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeploymentOutcome {
    /// Attempts that reached the deployment, first ones, retries and spilled ones.
    pub offered: u64,
    /// Attempts served to the end.
    pub completed: u64,
    /// Attempts answered 429 that the client saw.
    pub throttled: u64,
    /// Attempts refused here and passed on to the next deployment of the route.
    pub spilled_out: u64,
    /// Attempts that came from the deployment before in the route.
    pub spilled_in: u64,
    /// Attempts that ended in another error.
    pub failed: u64,
    /// Work done before the horizon (provisioned only), in 1 / [`DeploymentOutcome::UNIT`] of a weighted unit, of
    /// `capacity_units`. Estimates given back are not work; within the gap between two attempts they count first.
    pub used_units: u128,
    /// Work that could have been done before the horizon: units per minute times microseconds. Used + idle = capacity
    /// exactly (invariant 2), counted apart and audited.
    pub capacity_units: u128,
    /// Per-minute series up to the horizon, empty when not asked for. Attempts after the horizon (late retries) are
    /// counted in its last minute, so that the minutes add up to the totals.
    pub minutes: Vec<MinuteSample>,
}

impl DeploymentOutcome {
    /// How many of `used_units` and `capacity_units` make one weighted unit.
    pub const UNIT: u128 = 60_000_000;
}

/// One minute of one deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MinuteSample {
    /// Attempts that arrived.
    pub offered: u32,
    /// Attempts refused, seen by the client or spilled.
    pub refused: u32,
    /// Weighted units (provisioned) or estimated tokens (Standard) asked for by arriving attempts.
    pub offered_units: u64,
    /// Weighted units worked off (provisioned, the whole units completed) or estimated tokens admitted (Standard).
    pub used_units: u64,
}

/// Counts of one stream. `offered = completed + failed`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamOutcome {
    /// Requests that arrived before the horizon.
    pub offered: u64,
    /// Requests served in the end.
    pub completed: u64,
    /// Requests that ended in an error after all retries.
    pub failed: u64,
    /// Requests beyond the horizon, not simulated.
    pub past_horizon: u64,
    /// Requests whose client saw at least one 429.
    pub saw_throttle: u64,
    /// Requests that ended in a 429.
    pub failed_throttled: u64,
    /// Retries made.
    pub retries: u64,
    /// Sum of the added wait of completed requests: admission minus arrival, microseconds.
    pub added_wait_sum_us: u128,
    /// The added waits of completed requests that are above 0, in order of admission. The others waited 0. A wait above
    /// 71 minutes is stored as 2^32 - 1; the sum is exact.
    pub added_waits_us: Vec<u32>,
}

/// Usage of one deployment, stream, hour bin, tier, context and answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UsageBin {
    /// The deployment that answered.
    pub deployment: DeploymentIx,
    /// The stream that asked.
    pub stream: StreamIx,
    /// `(time + phase) / hour` of the answer's admission.
    pub hour: u32,
    /// Service tier.
    pub tier: ServiceTier,
    /// Context tier.
    pub context: ContextTier,
    /// How it ended.
    pub answer: Answer,
    /// Attempts.
    pub requests: u64,
    /// Their tokens.
    pub tokens: TokenCounts,
}
