//! `batch = { … }` of a deployment: what is known better than the catalogue does.

use serde::{Deserialize, Serialize};

/// The queue of a batch deployment.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BatchTable {
    /// Input tokens that may be enqueued; the quota of `subscription.agreement` when absent (S 30).
    pub limit_enqueued_tokens: Option<u64>,
    /// Tokens, input and output, processed a minute; the catalogue's assumption when absent.
    pub tokens_per_minute: Option<u64>,
}

/// The same, checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
pub struct BatchOptions {
    /// Input tokens that may be enqueued.
    pub limit_enqueued_tokens: Option<u64>,
    /// Tokens processed a minute; above 0.
    pub tokens_per_minute: Option<u64>,
}

impl From<&BatchTable> for BatchOptions {
    fn from(table: &BatchTable) -> Self {
        Self {
            limit_enqueued_tokens: table.limit_enqueued_tokens,
            tokens_per_minute: table.tokens_per_minute,
        }
    }
}
