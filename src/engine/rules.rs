//! The optional behaviour of deployments and streams. The default of every rule is "does not apply"; a setup that leaves
//! them alone may take the fast path.

use crate::engine::work::{ServiceTime, Weights};
use crate::units::luck::{self, Purpose};
use crate::units::ptu::Ptu;
use serde::{Deserialize, Serialize};

/// Optional rules of a deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DeploymentRules {
    /// Noise of the service time: factors in 1/1,024 at evenly spaced quantiles; an answer draws one. Empty: no noise.
    pub noise_per_1024: Vec<u32>,
    /// Weight of a token written to the prompt cache (generation B, P R4; contradiction C3). None: writes are plain input.
    pub cache_write_weight: Option<u64>,
    /// Weights of requests in the long-context class (P R4).
    pub long_weights: Option<LongWeights>,
    /// Further limits of a Standard deployment.
    pub limits: MoreLimits,
    /// What happens to the deployment, in order of time.
    pub timeline: Vec<Change>,
    /// Whether what is in service when the deployment goes down fails with 503 then (S 25 does not say); else it completes.
    pub drops_in_flight: bool,
    /// The PTU quota this deployment draws on: an index into [`Setup::ptu_quotas`](crate::engine::setup::Setup).
    pub ptu_quota: Option<u16>,
    /// When it exists.
    pub lifetime: Lifetime,
    /// The content filter (S 43-46).
    pub filter: Option<ContentFilter>,
    /// Priority and flex processing (S 35-42).
    pub tiers: TierRules,
    /// Slower answers above a monthly use (S 20).
    pub usage_tier: Option<UsageTier>,
    /// What a refused or blocked call takes of a provisioned deployment, per cent of its estimate (P R13: unknown).
    pub failed_call_per_cent: u64,
    /// A call that its client gives up on keeps its estimate (P R13: unknown); else the unused part is given back.
    pub keeps_cancelled: bool,
    /// Share of Standard calls refused because the platform lacks capacity (S 18b: unknown), parts per million.
    pub refused_per_million: u64,
    /// A `retry-after` is given later than it is true by a drawn share of up to this, per cent (P R12).
    pub retry_after_jitter_per_cent: u64,
}

/// Weights of the long-context class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LongWeights {
    /// Input above this is long (P R4: unknown).
    pub above_tokens: u32,
    /// Weights of fresh input, cached input and output.
    pub weights: Weights,
    /// Weight of a token written to the cache.
    pub cache_write: u64,
}

/// How a Standard deployment estimates a request (S 13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Estimate {
    /// Input plus output limit: the documentation.
    #[default]
    InputAndMaxOutput,
    /// Output limit alone: `aoai-api-simulator`.
    MaxOutput,
    /// Input that was not read from the prompt cache plus output limit (S 66: not documented).
    UncachedAndMaxOutput,
}

impl Estimate {
    /// What a request is charged, by its input, how much of that is read from the prompt cache,
    /// and the most output it may have.
    #[inline]
    pub(crate) fn tokens(self, input: u32, cached: u32, most_output: u64) -> u64 {
        match self {
            Self::InputAndMaxOutput => u64::from(input) + most_output,
            Self::MaxOutput => most_output,
            Self::UncachedAndMaxOutput => u64::from(input) - u64::from(cached) + most_output,
        }
    }
}

/// Further limits of a Standard deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct MoreLimits {
    /// Windows slide instead of resetting (S 14: not documented; `aoai-api-simulator` slides).
    pub sliding: bool,
    /// What a request is charged.
    pub estimate: Estimate,
    /// `retry-after` is rounded up to this; 0 is a millisecond.
    pub retry_after_step_us: u64,
    /// Fresh and cache-writing input per minute (S 72: ITPM).
    pub input_tokens_per_minute: Option<u64>,
    /// Output per minute, counted when it is complete (S 72: OTPM).
    pub output_tokens_per_minute: Option<u64>,
    /// Requests in service at one time (S 68).
    pub concurrent: Option<u32>,
    /// Dynamic quota: each minute the token limit is raised by a drawn share of up to this (S 11), parts per million.
    pub headroom_per_million: u64,
    /// The platform lowers the token limit for a while (S 18c).
    pub lowering: Option<Lowering>,
    /// Deployments with the same number share one set of windows.
    pub pool: Option<u16>,
}

/// A temporary lowering of a token limit: each stretch of time draws whether it is lowered (S 18c: neither how often nor how
/// far is published).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lowering {
    /// Share of the stretches that are lowered, parts per million.
    pub chance_per_million: u32,
    /// What is left of the limit, parts per million.
    pub to_per_million: u32,
    /// Length of a stretch, microseconds, above 0.
    pub length_us: u64,
    /// Seed of the draws.
    pub seed: u64,
}

impl Lowering {
    /// Whether the stretch that holds this time is lowered.
    pub(crate) const fn is_on(&self, now_us: u64) -> bool {
        let stretch = luck::of_request(self.seed, now_us / self.length_us);
        let drawn = luck::draw(stretch, Purpose::SystemCapacity, 0) % 1_000_000;
        drawn < self.chance_per_million as u64
    }
}

/// A change at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    /// When, microseconds.
    pub at_us: u64,
    /// What.
    pub what: ChangeKind,
}

/// What changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// Answers 503 from now on (S 25). What is in flight completes, unless [`DeploymentRules::drops_in_flight`].
    Down,
    /// Serves again.
    Up,
    /// A provisioned deployment is resized (P R32, R33). A scale-up beyond the quota fails.
    Resize {
        /// The new size.
        capacity_ptu: Ptu,
        /// Whether the platform has the capacity for a scale-up.
        available: bool,
    },
    /// The limits of a Standard deployment change: a quota increase, or a temporary reduction (S 8, S 18).
    Limits {
        /// Tokens per minute.
        tokens_per_minute: Option<u64>,
        /// Requests per minute.
        requests_per_minute: Option<u64>,
    },
    /// What a batch deployment has not finished is cancelled (S 29).
    CancelBatch,
}

/// When a deployment exists. Outside, it answers 503.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lifetime {
    /// Created at this time.
    pub created_us: u64,
    /// Deleted this long after creation, whatever its use (S 59: 24 hours for the developer tier).
    pub age_us_max: Option<u64>,
    /// Deleted after this long without a call (S 58: 15 days for fine-tuned models).
    pub idle_us_max: Option<u64>,
}

/// A severity of the content filter; `Safe` is never filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Low.
    Low,
    /// Medium: the default threshold.
    Medium,
    /// High.
    High,
}

/// One category of the content filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FilterCategory {
    /// Share of prompts of severity low, medium and high, parts per million.
    pub prompt_per_million: [u32; 3],
    /// Share of answers of severity low, medium and high, parts per million.
    pub output_per_million: [u32; 3],
    /// The lowest severity that is blocked.
    pub threshold: Severity,
}

/// The content filter: blocked prompts answer 400, blocked answers stop with 200.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ContentFilter {
    /// At most 64 categories.
    pub categories: Vec<FilterCategory>,
    /// Tokens still produced after the offending one (S 46: about 1,000 characters when asynchronous).
    pub lag_tokens: u32,
}

/// What a client asks for (S 36, S 42).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TierRequest {
    /// Nothing, or `auto`: the deployment decides.
    #[default]
    Auto,
    /// `default`.
    Standard,
    /// `priority`.
    Priority,
    /// `flex`.
    Flex,
}

/// What becomes of requests for flex (S 40).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FlexOffer {
    /// They are served as such, or refused for lack of capacity.
    #[default]
    Offered,
    /// It is not offered, and they are served at the standard tier: before 2026-09-25.
    FallsBack,
    /// It is not offered, and they are answered 400: since 2026-09-25.
    Invalid,
}

/// Service tiers of a Standard deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TierRules {
    /// Requests that ask for nothing are served with priority (S 36).
    pub priority_by_default: bool,
    /// Time of service with priority.
    pub priority_service: Option<ServiceTime>,
    /// Input above this is served at the standard tier (S 38c).
    pub priority_input_tokens_max: Option<u32>,
    /// Priority tokens of a minute above this multiple, in per cent, of the lowest of the 15 minutes before are served at
    /// the standard tier (S 38a: 150). Which requests are downgraded is not documented: the excess.
    pub ramp_per_cent: Option<u64>,
    /// Share of priority requests downgraded at peak load (S 38b: unknown), parts per million.
    pub peak_downgrade_per_million: u64,
    /// With the ramp rule: after the request that goes above it all are downgraded, until a minute has passed that stays
    /// below (S 38a does not say); else only those above.
    pub ramp_takes_all: bool,
    /// Requests that a provisioned deployment refused are served at the standard tier (P R46: unknown).
    pub spilled_at_standard: bool,
    /// What becomes of requests for flex.
    pub flex: FlexOffer,
    /// Share of flex attempts refused for lack of capacity (S 41: unknown), parts per million.
    pub flex_refused_per_million: u64,
    /// Time of service at the flex tier.
    pub flex_service: Option<ServiceTime>,
}

/// Slower answers above a use per 30 days (S 20).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UsageTier {
    /// Deployments with the same number count together: a tenant's use of one model.
    pub pool: u16,
    /// Tokens, input and output, per 30 days.
    pub tokens: u64,
    /// Factor of the service time above it, 1/1,024.
    pub slower_per_1024: u32,
}

/// Optional rules of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct StreamRules {
    /// The client gives up on an answer after this long: 408 (S 21). It tries again like after a 429.
    pub timeout_us: Option<u64>,
    /// Answers made of which the best is returned (S 13): a Standard deployment counts the output limit so many times. None is one.
    pub best_of: Option<u32>,
    /// Requests the client has out at one time, retries and their waits included; the others queue at the client.
    pub concurrent: Option<u32>,
    /// Closed loop: sessions that ask one request after the other instead of at the trace's times.
    pub sessions: Option<Sessions>,
    /// Which deployment is tried first.
    pub policy: RoutePolicy,
    /// A deployment that keeps refusing is left alone for a while.
    pub breaker: Option<Breaker>,
    /// Answers that are complete later than this after the request arrived are counted as late (S 28: a batch target).
    pub deadline_us: Option<u64>,
    /// The content filter of what this stream says, where the deployment has none of its own (S 43-46).
    pub filter: Option<ContentFilter>,
    /// Until this time a request refused by all gets the first deployment's answer instead of the last one's (P C5:
    /// before 2026-06-18).
    pub first_answer_until_us: u64,
    /// What the client asks for.
    pub tier: TierRequest,
    /// The prompt cache as a process, for traces that do not say what was cached.
    pub prompt_cache: Option<PromptCache>,
}

/// Sessions of a closed loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sessions {
    /// How many.
    pub count: u32,
    /// Time between the end of a request and the session's next one.
    pub think_us: u64,
}

/// Which deployment of the route is tried first. The others follow in the order of the route.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum RoutePolicy {
    /// The order of the route.
    #[default]
    Ordered,
    /// Drawn with these weights, one per deployment of the route.
    Weighted(Vec<u32>),
    /// Drawn likewise: the models behind a router. Their quota is one, so that a 429 is the router's; a model that is down is
    /// replaced by the others, in the order of the route (S 76).
    Split(Vec<u32>),
    /// The one whose limit is used least; the earlier one when equal.
    LeastLoaded,
    /// The one whose recent answers took least time (a moving average over completed answers, 1/8 each).
    Fastest,
}

/// A circuit breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Breaker {
    /// Opens after this many refusals in a row.
    pub refusals: u32,
    /// Stays open this long.
    pub open_us: u64,
}

/// The prompt cache (S 61-65): a request's prompt begins with one of some prefixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PromptCache {
    /// Different prefixes; a request draws one.
    pub prefixes: u32,
    /// Length of a prefix.
    pub prefix_tokens: u32,
    /// Shortest match (S 61: 1,024).
    pub min_tokens: u32,
    /// Matches grow in steps of this (S 61: 128; 1 from GPT-5.6 on).
    pub step_tokens: u32,
    /// A prefix is forgotten after this long without use (S 63).
    pub lifetime_us: u64,
    /// Requests a minute per prefix above which some miss (S 65: about 15).
    pub per_minute: u32,
    /// Share of those above that miss (S 65: unknown), parts per million.
    pub overflow_missed_per_million: u64,
    /// Whether what was not cached counts as written to the cache (S 64).
    pub writes: bool,
}

/// Managed compute (S 74): instances that each serve some requests at a time, and a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ManagedCompute {
    /// Instances at the start.
    pub instances: u32,
    /// Requests one instance serves at a time.
    pub concurrent_per_instance: u32,
    /// Requests that may wait; further ones get a 429.
    pub queue: u32,
    /// Adds and removes instances.
    pub autoscale: Option<Autoscale>,
}

/// Autoscaling of managed compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Autoscale {
    /// Fewest instances, above 0.
    pub instances_min: u32,
    /// Most instances.
    pub instances_max: u32,
    /// Requests in the system per instance above which one is added.
    pub target_per_instance: u32,
    /// Time from the decision until an instance serves.
    pub start_up_us: u64,
    /// Least time between a change and the removal of an instance.
    pub cool_down_us: u64,
}

/// Batch (S 27-34): requests of a stream are submitted, queued and worked off at a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Batch {
    /// Input tokens that may be enqueued; a submission beyond is refused (S 30).
    pub enqueued_tokens_max: u64,
    /// Tokens, input and output, worked off per minute.
    pub tokens_per_minute: u64,
    /// How long after the submission a refusal for lack of room comes (S 31: at once in the fail-fast regions).
    pub check_after_us: u64,
    /// Finishing later than this is counted as late, not expired (S 28: 24 hours).
    pub target_us: u64,
}

/// Whose requests are logged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum LogScope {
    /// Nobody's.
    #[default]
    Off,
    /// Everybody's.
    All,
    /// Those of these (stream, request) pairs, sorted.
    Requests(Vec<(u16, u32)>),
}
