//! Times of answers that a scenario states.

use serde::{Deserialize, Serialize};
/// The same, checked. None where the catalogue says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LatencyOptions {
    /// Time to the first token, microseconds.
    pub first_token_us: Option<u64>,
    /// Output tokens a second, above 0.
    pub tokens_per_second: Option<u32>,
    /// Coefficient of variation, in 1/1,000,000.
    pub noise_ppm: Option<u32>,
}
