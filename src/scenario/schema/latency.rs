//! Times of answers as a scenario writes them.

use serde::Deserialize;
use toml::Spanned;
/// Times of answers.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LatencyTable {
    /// Time to the first token, such as `"400 ms"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub first_token: Option<Spanned<String>>,
    /// Output tokens a second after that.
    #[cfg_attr(feature = "report", schemars(with = "Option<u32>"))]
    pub tokens_per_second: Option<Spanned<u32>>,
    /// Spread around that: the coefficient of variation of a lognormal factor of mean 1, such as `"30 %"`.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub noise: Option<Spanned<String>>,
}
