//! Times of answers as a scenario writes them.

use serde::Deserialize;
use toml::Spanned;
/// Times of answers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LatencyTable {
    /// Time to the first token, such as `"400 ms"`.
    pub first_token: Option<Spanned<String>>,
    /// Output tokens a second after that.
    pub tokens_per_second: Option<Spanned<u32>>,
    /// Spread around that: the coefficient of variation of a lognormal factor of mean 1, such as `"30 %"`.
    pub noise: Option<Spanned<String>>,
}
