//! What is simulated, in integers. `scenario::resolve` writes it from the catalogue; the engine reads nothing else.

use crate::engine::rules::{
    Batch, DeploymentRules, Estimate, LogScope, ManagedCompute, MoreLimits, StreamRules,
};
use crate::engine::work::{ServiceTime, Weights};
use crate::units::ptu::Ptu;
use crate::units::time::{DAY_US, MINUTE_US, SECOND_US};
use serde::{Deserialize, Serialize};

/// Index of a deployment in [`Setup::deployments`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DeploymentIx(pub u16);

/// Index of a stream in [`Setup::streams`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StreamIx(pub u16);

/// One simulation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Setup {
    /// Nothing arrives at or after this time; what is in flight then is completed. Microseconds.
    pub horizon_us: u64,
    /// How far the start lies after a full UTC hour; usage is binned by `(time + phase) / hour`.
    pub hour_phase_us: u64,
    /// The deployments.
    pub deployments: Vec<Deployment>,
    /// The streams of requests, one per workload, in the order of the traces given to `run`.
    pub streams: Vec<Stream>,
    /// Whether to keep a per-minute series of every deployment.
    pub minute_series: bool,
    /// PTU quotas that deployments draw on (P R41), by [`DeploymentRules::ptu_quota`].
    pub ptu_quotas: Vec<Ptu>,
    /// Whose requests are logged for `explain`. Anything but `Off` takes the ordered path.
    pub log: LogScope,
}

impl Setup {
    /// A simulation of `horizon_us` from a full hour on, without deployments, streams or minute series.
    pub const fn new(horizon_us: u64) -> Self {
        Self {
            horizon_us,
            hour_phase_us: 0,
            deployments: Vec::new(),
            streams: Vec::new(),
            minute_series: false,
            ptu_quotas: Vec::new(),
            log: LogScope::Off,
        }
    }
}

/// A deployment: who gets in, and how long an answer takes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Deployment {
    /// The admission rule.
    pub admission: Admission,
    /// Time from admission to completion.
    pub service: ServiceTime,
    /// Input above this is refused with 400 (P R9); none when there is no such limit.
    pub max_input_tokens: Option<u32>,
    /// Input above this is billed at long-context prices; none when the model has one price.
    pub long_context_above_tokens: Option<u32>,
    /// Everything that applies to few deployments.
    pub rules: DeploymentRules,
}

impl Deployment {
    /// A deployment without input limit and long-context prices. Fill in the rest with `..Deployment::new(…)`: further
    /// fields default to "does not apply".
    pub fn new(admission: Admission, service: ServiceTime) -> Self {
        Self {
            admission,
            service,
            max_input_tokens: None,
            long_context_above_tokens: None,
            rules: DeploymentRules::default(),
        }
    }
}

/// The admission rule of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Admission {
    /// The provisioned leaky bucket (P R10).
    Provisioned(Bucket),
    /// The Standard token and request limits (S 13-16).
    Standard(Limiter),
    /// Instances and a queue (S 74).
    Managed(ManagedCompute),
    /// A queue worked off in its own time (S 27-34).
    Batch(Batch),
}

/// The leaky bucket of a provisioned deployment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bucket {
    /// Deployed PTUs.
    pub capacity_ptu: Ptu,
    /// Weighted tokens that one PTU works off in a minute, times [`Weights::SCALE`].
    pub units_per_minute_per_ptu: u64,
    /// Burst size: the level that counts as 100 %, in microseconds of drain (P R10: unknown, one minute is the default).
    pub burst_us: u64,
    /// Weights of the token classes.
    pub weights: Weights,
    /// Output tokens assumed at admission where a request states no limit (P R11: unknown).
    pub assumed_output_tokens: u32,
}

impl Bucket {
    /// A bucket of `capacity_ptu` with a burst of one minute (the default of P R10).
    pub const fn new(
        capacity_ptu: Ptu,
        units_per_minute_per_ptu: u64,
        weights: Weights,
        assumed_output_tokens: u32,
    ) -> Self {
        Self {
            capacity_ptu,
            units_per_minute_per_ptu,
            burst_us: MINUTE_US,
            weights,
            assumed_output_tokens,
        }
    }
}

/// When the token count is compared with the limit (S 14: not stated).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TokenCheck {
    /// A request is refused once the count has reached the limit; the one that crosses it is served.
    #[default]
    BeforeAdding,
    /// A request is refused when the count with its own estimate would exceed the limit.
    AfterAdding,
}

/// What a refused request adds to the counts of a Standard deployment (S 16: "may count"; how much is not said).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Adds {
    /// One to the requests of the window.
    pub request: bool,
    /// Its estimate to the tokens of the minute.
    pub tokens: bool,
}

impl Adds {
    /// Nothing.
    pub const NOTHING: Self = Self { request: false, tokens: false };
    /// A request and no tokens.
    pub const REQUEST: Self = Self { request: true, tokens: false };
    /// The request and its tokens.
    pub const BOTH: Self = Self { request: true, tokens: true };
}

/// What a refused request adds, by the reason of its refusal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RefusedAdds {
    /// Refused by a token limit.
    pub by_tokens: Adds,
    /// Refused by the request limit or the limit of requests in service.
    pub by_requests: Adds,
    /// Refused because it is larger than the whole token limit.
    pub by_size: Adds,
}

impl RefusedAdds {
    /// The same for every reason.
    pub const fn always(adds: Adds) -> Self {
        Self { by_tokens: adds, by_requests: adds, by_size: adds }
    }
}

/// Which headers a 429 carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RetryHeader {
    /// `retry-after-ms` and `retry-after`, the latter in whole seconds, rounded up.
    #[default]
    Both,
    /// `retry-after-ms` alone.
    Milliseconds,
    /// `retry-after` alone.
    Seconds,
}

/// The limits of a Standard deployment. [`Limiter::documented`] is the profile of the documentation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Limiter {
    /// Estimated tokens per window, none when unlimited.
    pub limit_tokens_per_minute: Option<u64>,
    /// Requests per minute, none when unlimited.
    pub limit_requests_per_minute: Option<u64>,
    /// Length of the request window (S 15: "typically 1 or 10 seconds"; measured: a minute).
    pub request_window_us: u64,
    /// Output tokens assumed where a request states no limit (S 13: unknown).
    pub assumed_output_tokens: u32,
    /// When the token count is compared with the limit.
    pub check: TokenCheck,
    /// What refused requests add to the counts.
    pub refused: RefusedAdds,
    /// The `retry-after` of a request that is larger than the whole token limit.
    pub too_large_after_us: u64,
    /// Which headers its 429 carries.
    pub header: RetryHeader,
}

impl Limiter {
    /// The profile of `aoai-api-simulator` (S 13-15, S 36 there): windows of 60 s and 10 s that slide, the output limit alone
    /// charged (16 where there is none), compared after adding, refused calls forgotten, `retry-after` in whole seconds.
    pub fn aoai_api_simulator(tokens_per_minute: u64) -> (Self, MoreLimits) {
        let limiter = Self {
            limit_tokens_per_minute: Some(tokens_per_minute),
            limit_requests_per_minute: Some(tokens_per_minute.div_ceil(1_000) * 6),
            request_window_us: 10 * SECOND_US,
            assumed_output_tokens: 16,
            check: TokenCheck::AfterAdding,
            refused: RefusedAdds::always(Adds::NOTHING),
            too_large_after_us: DAY_US,
            header: RetryHeader::Both,
        };
        let rules = MoreLimits {
            sliding: true,
            estimate: Estimate::MaxOutput,
            retry_after_step_us: SECOND_US,
            ..MoreLimits::default()
        };
        (limiter, rules)
    }

    /// The limits of `units` of capacity, each of a fixed number of requests and tokens a minute (S 3).
    pub const fn of_units(
        units: u64,
        unit_requests: u64,
        unit_tokens: u64,
        assumed_output_tokens: u32,
    ) -> Self {
        Self {
            limit_tokens_per_minute: Some(units * unit_tokens),
            limit_requests_per_minute: Some(units * unit_requests),
            ..Self::documented(assumed_output_tokens)
        }
    }

    /// The documented profile (S 13-16) without any limit, with what was measured where the documents are silent: counts per
    /// clock minute, compared before adding; a refused request adds itself to the requests, and nothing to the tokens.
    pub const fn documented(assumed_output_tokens: u32) -> Self {
        Self {
            limit_tokens_per_minute: None,
            limit_requests_per_minute: None,
            request_window_us: MINUTE_US,
            assumed_output_tokens,
            check: TokenCheck::BeforeAdding,
            refused: RefusedAdds::always(Adds::REQUEST),
            too_large_after_us: DAY_US,
            header: RetryHeader::Both,
        }
    }
}

/// A stream of requests of one workload.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stream {
    /// Deployments in order: the first answers, each further one takes what the one before refused (spillover).
    pub route: Vec<DeploymentIx>,
    /// How the client behaves when refused.
    pub client: Client,
    /// Output limit for requests whose trace states none.
    pub max_output_tokens: Option<u32>,
    /// Everything that applies to few streams.
    pub rules: StreamRules,
}

impl Stream {
    /// A stream with no output limit of its own.
    pub fn new(route: Vec<DeploymentIx>, client: Client) -> Self {
        Self { route, client, max_output_tokens: None, rules: StreamRules::default() }
    }
}

/// What a client does with a `retry-after` that is longer than it honours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AboveCap {
    /// Ignores it and waits its own back-off.
    #[default]
    BackOff,
    /// Does not try again: the error is raised.
    GiveUp,
    /// Waits as long as it honours.
    Clamp,
}

/// Which header a client reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reads {
    /// `retry-after-ms`, else `retry-after`.
    #[default]
    Milliseconds,
    /// `retry-after` alone, in whole seconds.
    Seconds,
    /// Neither.
    Nothing,
}

/// The answers after which a client tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Retried {
    /// 429.
    pub throttled: bool,
    /// 503.
    pub server_error: bool,
    /// 408, and the client's own time-out.
    pub timed_out: bool,
}

/// A client's retry policy (S 19), as its source says or as it was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    /// Retries after the first attempt.
    pub max_retries: u32,
    /// First back-off delay, microseconds. Where the first retry is made at once, that of the second.
    pub initial_delay_us: u64,
    /// Longest back-off delay, microseconds.
    pub max_delay_us: u64,
    /// What the delay grows by with each retry, in 1/256 (512 = it doubles).
    pub growth_per_256: u64,
    /// The first retry comes without delay.
    pub first_retry_at_once: bool,
    /// The delay is cut by up to this share, in 1/256 (64 = 25 %).
    pub jitter_per_256: u64,
    /// The delay is lengthened by up to this share, in 1/256.
    pub jitter_up_per_256: u64,
    /// Up to this is added to every wait, the one that a header orders included, microseconds.
    pub jitter_added_us: u64,
    /// Which header it reads.
    pub reads: Reads,
    /// A `retry-after` up to this is honoured, microseconds; 0 ignores it.
    pub honours_retry_after_up_to_us: u64,
    /// What it does with a longer one.
    pub above: AboveCap,
    /// A header that is honoured replaces the back-off; else the longer of both is waited.
    pub header_alone: bool,
    /// A 429 without a header that it reads is not retried.
    pub needs_header: bool,
    /// The answers after which it tries again.
    pub retried: Retried,
    /// How much later an attempt reaches the service than the client meant, at most: network and scheduling. Drawn, microseconds.
    pub spread_us: u64,
}

impl Client {
    /// Today's openai Python (3.57.0, measured): 2 retries, 0.5 s doubling to 8 s, up to 25 % less; a `retry-after` up to 120 s
    /// is waited exactly, and after a longer one it gives up.
    pub const fn openai_sdk() -> Self {
        Self {
            max_retries: 2,
            initial_delay_us: SECOND_US / 2,
            max_delay_us: 8 * SECOND_US,
            jitter_per_256: 64,
            honours_retry_after_up_to_us: 2 * MINUTE_US,
            above: AboveCap::GiveUp,
            header_alone: true,
            ..Self::no_retry()
        }
    }

    /// `Azure.Core` of .NET: 3 retries, 0.8 s doubling to 60 s, about 20 % less, any `retry-after` honoured.
    pub const fn azure_sdk() -> Self {
        Self {
            max_retries: 3,
            initial_delay_us: 800_000,
            max_delay_us: MINUTE_US,
            jitter_per_256: 51,
            honours_retry_after_up_to_us: u64::MAX,
            ..Self::no_retry()
        }
    }

    /// The documented sample of a batch submission (S 31): 5 s doubling, at most 10 tries.
    pub const fn batch_submission() -> Self {
        Self {
            max_retries: 9,
            initial_delay_us: 5 * SECOND_US,
            max_delay_us: u64::MAX >> 16,
            ..Self::no_retry()
        }
    }

    /// A client that does not retry. Another is written as what differs from it: a delay that doubles without jitter, after a
    /// 408, a 429 or a 503, and no header honoured.
    pub const fn no_retry() -> Self {
        Self {
            max_retries: 0,
            initial_delay_us: 0,
            max_delay_us: 0,
            growth_per_256: 512,
            first_retry_at_once: false,
            jitter_per_256: 0,
            jitter_up_per_256: 0,
            jitter_added_us: 0,
            reads: Reads::Milliseconds,
            honours_retry_after_up_to_us: 0,
            above: AboveCap::BackOff,
            header_alone: false,
            needs_header: false,
            retried: Retried { throttled: true, server_error: true, timed_out: true },
            spread_us: 0,
        }
    }
}
