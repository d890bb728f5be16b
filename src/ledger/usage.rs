//! Usage: what a bill is made from, wherever it came from (a simulation or a recorded file).

use crate::ledger::deployment::DeploymentRef;
use crate::ledger::metered::MeteredUsage;
use crate::units::ptu::Ptu;
use crate::units::tokens::TokenCounts;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How the platform answered a billable attempt. Whether an answer is billed is data (`billing_rules`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Answer {
    /// 200, completed.
    Completed,
    /// 200 with finish reason `content_filter`: stopped after some output.
    FilteredOutput,
    /// 400, prompt blocked by the content filter.
    FilteredInput,
    /// 400, input longer than the deployment takes.
    InputTooLong,
    /// 400, the call asks for what the deployment does not offer.
    InvalidRequest,
    /// 401, authentication failed.
    Unauthorized,
    /// 408, timed out.
    TimedOut,
    /// 429, throttled.
    Throttled,
    /// 499, the client cancelled while the request was served.
    Cancelled,
    /// 5xx.
    ServerError,
}

impl Answer {
    /// All answers in the order of the declaration.
    pub const ALL: [Self; 10] = [
        Self::Completed,
        Self::FilteredOutput,
        Self::FilteredInput,
        Self::InputTooLong,
        Self::InvalidRequest,
        Self::Unauthorized,
        Self::TimedOut,
        Self::Throttled,
        Self::Cancelled,
        Self::ServerError,
    ];

    /// The name used in data files and results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::FilteredOutput => "filtered_output",
            Self::FilteredInput => "filtered_input",
            Self::InputTooLong => "input_too_long",
            Self::InvalidRequest => "invalid_request",
            Self::Unauthorized => "unauthorized",
            Self::TimedOut => "timed_out",
            Self::Throttled => "throttled",
            Self::Cancelled => "cancelled",
            Self::ServerError => "server_error",
        }
    }

    /// The answer of a name, none when there is no such answer.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.as_str() == name)
    }
}

/// The service tier a request was served (and is billed) at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ServiceTier {
    /// The standard tier.
    #[default]
    Standard,
    /// Priority processing.
    Priority,
    /// Flex processing.
    Flex,
    /// Batch.
    Batch,
}

impl ServiceTier {
    /// The name used in data files and results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Priority => "priority",
            Self::Flex => "flex",
            Self::Batch => "batch",
        }
    }

    /// All tiers, in the order of the declaration.
    pub const ALL: [Self; 4] = [Self::Standard, Self::Priority, Self::Flex, Self::Batch];

    /// The tier of a name, none when there is no such tier.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.as_str() == name)
    }
}

/// Whether a request's whole input is billed at long-context prices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ContextTier {
    /// At or below the model's threshold, or the model has none.
    #[default]
    Default,
    /// Above the threshold.
    Long,
}

impl ContextTier {
    /// The name used in data files and results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Long => "long",
        }
    }

    /// The tier of a name, none when there is no such tier.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Default, Self::Long].into_iter().find(|tier| tier.as_str() == name)
    }
}

/// Tokens of one deployment, workload, UTC hour, tier and answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenUsage {
    /// The deployment that served them.
    pub deployment: Arc<DeploymentRef>,
    /// The workload that asked.
    pub workload: Arc<str>,
    /// Start of the UTC hour.
    pub hour: Timestamp,
    /// Service tier.
    pub tier: ServiceTier,
    /// Context tier.
    pub context: ContextTier,
    /// How the attempts ended.
    pub answer: Answer,
    /// Number of attempts.
    pub requests: u64,
    /// Their tokens.
    pub tokens: TokenCounts,
}

/// PTUs deployed over a stretch of time, whether used or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapacityUsage {
    /// The provisioned deployment.
    pub deployment: Arc<DeploymentRef>,
    /// First instant.
    pub from: Timestamp,
    /// First instant after.
    pub until: Timestamp,
    /// PTUs deployed throughout.
    pub capacity_ptu: Ptu,
}

/// Everything billable that happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens, in a fixed order.
    pub tokens: Vec<TokenUsage>,
    /// Provisioned capacity.
    pub capacity: Vec<CapacityUsage>,
    /// Everything billed by another meter.
    pub metered: Vec<MeteredUsage>,
}

/// [`Usage`], or some of it, to be read.
#[derive(Clone, Copy, Debug, Default)]
pub struct UsageParts<'u> {
    /// Tokens, in a fixed order.
    pub tokens: &'u [TokenUsage],
    /// Provisioned capacity.
    pub capacity: &'u [CapacityUsage],
    /// Everything billed by another meter.
    pub metered: &'u [MeteredUsage],
}

impl<'u> From<&'u Usage> for UsageParts<'u> {
    fn from(Usage { tokens, capacity, metered }: &'u Usage) -> Self {
        Self { tokens, capacity, metered }
    }
}
