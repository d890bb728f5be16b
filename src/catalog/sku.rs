//! Deployment types (SKUs): where requests are processed, how they are paid for, who may buy them.

use crate::units::dated::Evidence;
use std::sync::Arc;

/// Where a deployment's requests may be processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Any Azure region.
    Global,
    /// The data zone of the deployment's region.
    DataZone,
    /// The geography of the deployment's region.
    Regional,
}

impl Scope {
    /// The word used in data files and results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::DataZone => "data_zone",
            Self::Regional => "regional",
        }
    }

    /// The scope of a word, none when there is no such scope.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Global, Self::DataZone, Self::Regional].into_iter().find(|s| s.as_str() == word)
    }
}

/// How a deployment is paid for. A new mode is new code; a new SKU of a known mode is one entry of `skus.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BillingMode {
    /// Per token.
    Tokens,
    /// Per PTU and hour deployed, used or not.
    Ptu,
    /// Per token at batch prices, asynchronous.
    Batch,
    /// Per token at Global Standard prices, fine-tuned models, no hosting fee, 24 hours.
    Developer,
    /// Per accelerator and hour deployed.
    ManagedCompute,
    /// Monthly commitment of the years before reservations (P R40).
    Commitment,
    /// Licence for local hardware.
    Local,
}

impl BillingMode {
    /// All modes in the order of the declaration.
    pub const ALL: [Self; 7] = [
        Self::Tokens,
        Self::Ptu,
        Self::Batch,
        Self::Developer,
        Self::ManagedCompute,
        Self::Commitment,
        Self::Local,
    ];

    /// The word used in data files and results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
            Self::Ptu => "ptu",
            Self::Batch => "batch",
            Self::Developer => "developer",
            Self::ManagedCompute => "managed_compute",
            Self::Commitment => "commitment",
            Self::Local => "local",
        }
    }

    /// The mode of a word, none when there is no such mode.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == word)
    }
}

/// A deployment type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sku {
    /// Name as the platform spells it, such as `GlobalStandard`.
    pub name: Arc<str>,
    /// Name for people, such as "Global Standard".
    pub title: Arc<str>,
    /// Where requests may be processed.
    pub scope: Scope,
    /// How it is paid for.
    pub billing: BillingMode,
    /// Where prompts and completions are processed, in the platform's words.
    pub processed_in: Arc<str>,
    /// Where data rests.
    pub at_rest_in: Arc<str>,
    /// Subscriptions that cannot buy it.
    pub not_for: Vec<Arc<str>>,
    /// What the platform promises.
    pub sla: Arc<str>,
    /// Days after which the platform deletes a deployment whatever its use, none when it does not.
    pub lifetime_hours: Option<u32>,
    /// Where all this comes from.
    pub evidence: Arc<Evidence>,
}
