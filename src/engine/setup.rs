//! What is simulated, in integers. `scenario::resolve` writes it from the catalogue; the engine reads nothing else.

use crate::engine::rules::{
    Batch, DeploymentRules, Estimate, LogScope, ManagedCompute, MoreLimits, StreamRules,
};
use crate::engine::work::{ServiceTime, Weights};
use crate::units::ptu::Ptu;
use crate::units::time::{MINUTE_US, SECOND_US};

/// Index of a deployment in [`Setup::deployments`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeploymentIx(pub u16);

/// Index of a stream in [`Setup::streams`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// The limits of a Standard deployment. [`Limiter::documented`] is the profile of the documentation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Limiter {
    /// Estimated tokens per window, none when unlimited.
    pub limit_tokens_per_minute: Option<u64>,
    /// Requests per minute, none when unlimited.
    pub limit_requests_per_minute: Option<u64>,
    /// Length of the request window (S 15: 1 s or 10 s).
    pub request_window_us: u64,
    /// Output tokens assumed where a request states no limit (S 13: unknown).
    pub assumed_output_tokens: u32,
    /// When the token count is compared with the limit.
    pub check: TokenCheck,
    /// Whether refused requests count towards both limits (S 16: they do).
    pub counts_refused: bool,
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
            counts_refused: false,
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

    /// The documented profile (S 13-16) without any limit: a count per minute from the scenario's start, compared before
    /// adding; requests counted over 1 s; refused requests count.
    pub const fn documented(assumed_output_tokens: u32) -> Self {
        Self {
            limit_tokens_per_minute: None,
            limit_requests_per_minute: None,
            request_window_us: SECOND_US,
            assumed_output_tokens,
            check: TokenCheck::BeforeAdding,
            counts_refused: true,
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

/// A client's retry policy (S 19). The wait before retry k is the longer of `retry-after` and the back-off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    /// Retries after the first attempt.
    pub max_retries: u32,
    /// First back-off delay, microseconds; doubles with each retry.
    pub initial_delay_us: u64,
    /// Longest back-off delay, microseconds.
    pub max_delay_us: u64,
    /// The delay is cut by up to this share, in 1/256 (64 = 25 %).
    pub jitter_per_256: u64,
    /// A `retry-after` up to this is honoured, microseconds; 0 ignores it.
    pub honours_retry_after_up_to_us: u64,
}

impl Client {
    /// The OpenAI SDK's defaults (S 19): 2 retries, 0.5 s doubling to 8 s, up to 25 % jitter, `retry-after` up to 60 s.
    pub const fn openai_sdk() -> Self {
        Self {
            max_retries: 2,
            initial_delay_us: SECOND_US / 2,
            max_delay_us: 8 * SECOND_US,
            jitter_per_256: 64,
            honours_retry_after_up_to_us: MINUTE_US,
        }
    }

    /// The Azure SDKs' defaults (`Azure.Core`): 3 retries, 0.8 s doubling to 60 s, about 20 % jitter, `retry-after` honoured.
    pub const fn azure_sdk() -> Self {
        Self {
            max_retries: 3,
            initial_delay_us: 800_000,
            max_delay_us: MINUTE_US,
            jitter_per_256: 51,
            honours_retry_after_up_to_us: u64::MAX,
        }
    }

    /// The documented sample of a batch submission (S 31): 5 s doubling, at most 10 tries.
    pub const fn batch_submission() -> Self {
        Self {
            max_retries: 9,
            initial_delay_us: 5 * SECOND_US,
            max_delay_us: u64::MAX >> 16,
            jitter_per_256: 0,
            honours_retry_after_up_to_us: 0,
        }
    }

    /// A client that does not retry.
    pub const fn no_retry() -> Self {
        Self { max_retries: 0, ..Self::openai_sdk() }
    }
}
