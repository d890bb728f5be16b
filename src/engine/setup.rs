//! What is simulated, in integers. `scenario::resolve` writes it from the catalogue; the engine reads nothing else.

use crate::units::ptu::Ptu;

/// Index of a deployment in [`Setup::deployments`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeploymentIx(pub u16);

/// Index of a stream in [`Setup::streams`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StreamIx(pub u16);

/// One simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
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
}

/// A deployment: who gets in, and how long an answer takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// The admission rule.
    pub admission: Admission,
    /// Time from admission to completion.
    pub service: ServiceTime,
    /// Input above this is refused with 400 (P R9); none when there is no such limit.
    pub max_input_tokens: Option<u32>,
    /// Input above this is billed at long-context prices; none when the model has one price.
    pub long_context_above_tokens: Option<u32>,
}

/// The admission rule of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The provisioned leaky bucket (P R10).
    Provisioned(Bucket),
    /// The Standard token and request limits (S 13-16).
    Standard(Limiter),
}

/// The leaky bucket of a provisioned deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Deployed PTUs.
    pub capacity_ptu: Ptu,
    /// Weighted tokens that one PTU works off in a minute, times [`Weights::SCALE`].
    pub units_per_minute_per_ptu: u64,
    /// Burst size: the level that counts as 100 %, in seconds of drain (P R10: unknown, one minute is the default).
    pub burst_us: u64,
    /// Weights of the token classes.
    pub weights: Weights,
    /// Output tokens assumed at admission where a request states no limit (P R11: unknown).
    pub assumed_output_tokens: u32,
}

/// Weights of token classes in units of 1 / [`Weights::SCALE`] of an input token (P R2-R4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    /// Fresh input.
    pub input: u64,
    /// Cached input: 0 in generation A.
    pub cached_input: u64,
    /// Output.
    pub output: u64,
}

impl Weights {
    /// One input token, in weight units.
    pub const SCALE: u64 = 100;
}

/// The limits of a Standard deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limiter {
    /// Estimated tokens per window, none when unlimited.
    pub limit_tokens_per_minute: Option<u64>,
    /// Requests per minute, none when unlimited.
    pub limit_requests_per_minute: Option<u64>,
    /// Length of the request window (S 15: 1 s or 10 s).
    pub request_window_us: u64,
    /// Output tokens assumed where a request states no limit (S 13: unknown).
    pub assumed_output_tokens: u32,
}

/// Time from admission to completion: a constant part and one per output token (P R24: prompt length matters little).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceTime {
    /// Time to the first token, microseconds.
    pub first_token_us: u64,
    /// Time per output token, microseconds.
    pub per_output_token_us: u64,
}

/// A stream of requests of one workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Deployments in order: the first answers, each further one takes what the one before refused (spillover).
    pub route: Vec<DeploymentIx>,
    /// How the client behaves when refused.
    pub client: Client,
    /// Output limit for requests whose trace states none.
    pub max_output_tokens: Option<u32>,
}

/// A client's retry policy (S 19).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
