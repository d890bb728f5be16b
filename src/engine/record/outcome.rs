//! What a simulation returns: integer facts, no rates and no money.

use crate::engine::record::latency::TimeCounts;
use crate::engine::setup::{DeploymentIx, StreamIx};
use crate::ledger::usage::{Answer, ContextTier, ServiceTier};
use crate::units::ptu::Ptu;
use crate::units::tokens::TokenCounts;
use serde::{Deserialize, Serialize};

/// Everything one simulation counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// One per deployment of the setup.
    pub deployments: Vec<DeploymentOutcome>,
    /// One per stream of the setup.
    pub streams: Vec<StreamOutcome>,
    /// Billable usage by deployment, stream, hour, tier, context and answer, sorted.
    pub usage: Vec<UsageBin>,
    /// What each deployment answered to the requests that [`Setup::log`](crate::engine::setup::Setup) names, in order.
    #[serde(skip)]
    pub log: Vec<LogEntry>,
}

/// One answer of one deployment to one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// When.
    pub at_us: u64,
    /// The stream.
    pub stream: StreamIx,
    /// The request.
    pub request: u32,
    /// The attempt, 0 the first.
    pub attempt: u32,
    /// Who answered.
    pub deployment: DeploymentIx,
    /// What it answered; none where it was not asked.
    pub answer: Option<Answer>,
    /// Why.
    pub reason: Reason,
    /// The figure the answer was decided by, as it was before this attempt.
    pub gauge: Gauge,
    /// The tier it was asked for, or served at.
    pub tier: ServiceTier,
    /// How long it waited here before: in the deployment's queue, or from the submission of a batch to its end.
    pub waited_us: u64,
    /// `retry-after` given, 0 none.
    pub retry_after_us: u64,
    /// Whether the answer went to the next deployment of the route instead of the client.
    pub passed_on: bool,
}

/// A figure and its bound, in the unit of the [`Reason`] that it belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gauge {
    /// What there was.
    pub value: u64,
    /// What there may be; the largest number where nothing bounds it.
    pub limit: u64,
}

/// Why a deployment answered as it did, with what the [`Gauge`] beside it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// There was room. Provisioned: the level in millionths of 100 %; Standard: tokens of the minute; managed compute: requests
    /// served; batch: as [`Reason::Finished`].
    Admitted,
    /// Served at the standard tier, because priority traffic had grown too fast (S 38a). Tokens of the minute.
    RampDowngrade,
    /// Served at the standard tier, because the input is long (S 38c). Input tokens.
    LongDowngrade,
    /// Served at the standard tier at peak load (S 38b). Tokens of the minute.
    PeakDowngrade,
    /// Asked for flex and served at the standard tier, because flex is not offered (S 40). Tokens of the minute.
    FlexFallback,
    /// A batch was finished in time. Input tokens enqueued at its end.
    Finished,
    /// A batch was finished after the platform's target. Input tokens enqueued at its end.
    FinishedLate,
    /// Utilization was at or above 100 %. Millionths of 100 %.
    BucketFull,
    /// The token count of the minute had reached the limit. Tokens.
    TokenLimit,
    /// It is larger than the whole token limit: no minute has room for it. Tokens.
    LargerThanLimit,
    /// The count of input of the minute had reached its limit. Tokens.
    InputTokenLimit,
    /// The count of output of the minute had reached its limit. Tokens.
    OutputTokenLimit,
    /// The request count of the window had reached the limit. Requests of the window.
    RequestLimit,
    /// Too many requests in service. Requests.
    ConcurrencyLimit,
    /// All instances served as much as they can, and the queue was full. Requests waiting.
    QueueFull,
    /// No flex capacity. Tokens of the minute.
    NoFlexCapacity,
    /// Flex is not offered. Nothing is counted.
    FlexNotOffered,
    /// The platform lacked capacity. Tokens of the minute.
    NoCapacity,
    /// The batch queue had no room. Input tokens enqueued.
    EnqueuedTokenLimit,
    /// The input is longer than the deployment takes. Input tokens.
    InputTooLong,
    /// The deployment was down. Nothing is counted.
    Down,
    /// The deployment went down while it served the call, or while the call waited. Nothing is counted.
    WentDown,
    /// The deployment did not exist yet. Nothing is counted.
    NotYetCreated,
    /// The deployment had been deleted at the end of its time. Nothing is counted.
    Deleted,
    /// The deployment had been deleted because nobody called it. Nothing is counted.
    DeletedUnused,
    /// It was not asked: its circuit breaker was open. Microseconds until it closes.
    BreakerOpen,
    /// The content filter blocked the prompt. Nothing is counted.
    PromptFiltered,
    /// The content filter stopped the answer. Output tokens made, of those it would have had.
    OutputFiltered,
    /// The client gave up waiting. Nothing is counted.
    TimedOut,
    /// The batch was cancelled. Nothing is counted.
    Cancelled,
}

impl Reason {
    /// Whether a call that ends with this answer has failed.
    pub const fn is_failure(self) -> bool {
        !matches!(
            self,
            Self::Admitted
                | Self::RampDowngrade
                | Self::LongDowngrade
                | Self::PeakDowngrade
                | Self::FlexFallback
                | Self::Finished
                | Self::FinishedLate
                | Self::BreakerOpen
                | Self::OutputFiltered
        )
    }
}

/// Counts of one deployment. `offered = completed + failed + throttled + spilled_out`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Capacity deployed over time, resizes and lifetime included: what is billed whether used or not. Up to the horizon.
    pub deployed: Vec<Deployed>,
    /// Resizes that failed for quota or capacity.
    pub failed_resizes: u64,
    /// Which ones, in order of time.
    pub refused_resizes: Vec<RefusedResize>,
    /// Instances times microseconds up to the horizon (managed compute only).
    pub instance_us: u128,
    /// The same over time, by number of instances (managed compute only): what is billed, busy or idle. Up to the horizon.
    pub instances: Vec<Instances>,
    /// Requests in service times microseconds, by minute up to the horizon (managed compute with a minute series only).
    pub busy_us: Vec<u64>,
    /// Answers finished later than the batch target.
    pub late: u64,
    /// Per-minute series up to the horizon, empty when not asked for. Attempts after the horizon (late retries) are
    /// counted in its last minute, so that the minutes add up to the totals.
    pub minutes: Vec<MinuteSample>,
}

/// A scale-up that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedResize {
    /// When it would have been complete.
    pub at_us: u64,
    /// The size asked for.
    pub capacity_ptu: Ptu,
    /// Whether it was the quota that was short (P R41), not the platform's capacity (P R33).
    pub for_quota: bool,
}

/// A stretch of time in which a deployment existed at one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployed {
    /// First microsecond.
    pub from_us: u64,
    /// First microsecond after.
    pub until_us: u64,
    /// PTUs of a provisioned deployment, 0 of others.
    pub capacity_ptu: Ptu,
}

/// A stretch of time in which managed compute had one number of instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instances {
    /// First microsecond.
    pub from_us: u64,
    /// First microsecond after.
    pub until_us: u64,
    /// Instances that served.
    pub count: u32,
}

impl DeploymentOutcome {
    /// How many of `used_units` and `capacity_units` make one weighted unit.
    pub const UNIT: u128 = 60_000_000;
}

/// One minute of one deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Requests served in the end, but later than [`StreamRules::deadline_us`](crate::engine::rules::StreamRules).
    pub late: u64,
    /// Sum of the added wait of completed requests: admission minus arrival, microseconds.
    pub added_wait_sum_us: u128,
    /// The added waits of completed requests that are above 0, in order of admission. The others waited 0. A wait above
    /// 71 minutes is stored as 2^32 - 1; the sum is exact.
    pub added_waits_us: Vec<u32>,
    /// Time from arrival to the complete answer, of completed requests.
    pub latencies: TimeCounts,
}

/// Usage of one deployment, stream, hour bin, tier, context and answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
