//! Content filters as a scenario writes them.

use crate::engine::rules::Severity;
use crate::scenario::load::share_ppm;
use serde::Deserialize;
use toml::Spanned;
/// The categories of the text filter.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ContentFilterTable {
    /// Answers stream on while they are looked at: what follows the offending text is made and billed (S 46).
    #[serde(default)]
    pub asynchronous: bool,
    /// Hate and fairness.
    pub hate: Option<CategoryTable>,
    /// Sexual content.
    pub sexual: Option<CategoryTable>,
    /// Violence.
    pub violence: Option<CategoryTable>,
    /// Self-harm.
    pub self_harm: Option<CategoryTable>,
    /// Attacks on the instructions of the model; they have no severity: state their share as `high`.
    pub jailbreak: Option<CategoryTable>,
    /// Protected text in answers; no severity either.
    pub protected_material_text: Option<CategoryTable>,
    /// Protected code in answers; no severity either.
    pub protected_material_code: Option<CategoryTable>,
}

/// One category.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CategoryTable {
    /// Severity of prompts.
    pub prompts: Option<MixTable>,
    /// Severity of answers.
    pub answers: Option<MixTable>,
    /// Lowest severity that is blocked: `"low"`, `"medium"`, `"high"` or `"none"`; the catalogue's when absent.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub threshold: Option<Spanned<String>>,
}

/// Shares by severity, such as `"0.5 %"`; what is left is safe.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "report", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MixTable {
    /// Low severity.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub low: Option<Spanned<String>>,
    /// Medium severity.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub medium: Option<Spanned<String>>,
    /// High severity.
    #[cfg_attr(feature = "report", schemars(with = "Option<String>"))]
    pub high: Option<Spanned<String>>,
}

impl ContentFilterTable {
    pub(crate) fn categories(&self) -> impl Iterator<Item = (&'static str, &CategoryTable)> {
        [
            ("hate", &self.hate),
            ("jailbreak", &self.jailbreak),
            ("protected_material_code", &self.protected_material_code),
            ("protected_material_text", &self.protected_material_text),
            ("self_harm", &self.self_harm),
            ("sexual", &self.sexual),
            ("violence", &self.violence),
        ]
        .into_iter()
        .filter_map(|(name, table)| Some((name, table.as_ref()?)))
    }
}

impl MixTable {
    pub(crate) fn parts(&self) -> [Option<&Spanned<String>>; 3] {
        [self.low.as_ref(), self.medium.as_ref(), self.high.as_ref()]
    }

    /// Parts per million; checked by [`check`].
    pub(crate) fn per_million(&self) -> [u32; 3] {
        self.parts().map(|part| part.and_then(|text| share_ppm(text.get_ref())).unwrap_or(0))
    }
}

/// The lowest severity that a threshold blocks; none for one that blocks nothing.
pub(crate) fn threshold(word: &str) -> Option<Severity> {
    match word {
        "low" => Some(Severity::Low),
        "medium" => Some(Severity::Medium),
        "high" | "on" => Some(Severity::High),
        _ => None,
    }
}
