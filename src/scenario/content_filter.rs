//! `calls.content_filter`: how severe what a workload says is, category by category (S 43-46). The thresholds are the
//! catalogue's where the scenario states none.

use crate::catalog::Catalog;
use crate::engine::rules::{ContentFilter, FilterCategory, Severity};
use crate::scenario::calls::Wrong;
use crate::scenario::facts::Facts;
use crate::scenario::load::share_ppm;
use crate::units::diagnostic::Diagnostic;
use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

/// The categories of the text filter.
#[derive(Clone, Debug, Default, Deserialize)]
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
#[serde(deny_unknown_fields)]
pub struct CategoryTable {
    /// Severity of prompts.
    pub prompts: Option<MixTable>,
    /// Severity of answers.
    pub answers: Option<MixTable>,
    /// Lowest severity that is blocked: `"low"`, `"medium"`, `"high"` or `"none"`; the catalogue's when absent.
    pub threshold: Option<Spanned<String>>,
}

/// Shares by severity, such as `"0.5 %"`; what is left is safe.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MixTable {
    /// Low severity.
    pub low: Option<Spanned<String>>,
    /// Medium severity.
    pub medium: Option<Spanned<String>>,
    /// High severity.
    pub high: Option<Spanned<String>>,
}

impl ContentFilterTable {
    fn categories(&self) -> impl Iterator<Item = (&'static str, &CategoryTable)> {
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
    fn parts(&self) -> [Option<&Spanned<String>>; 3] {
        [self.low.as_ref(), self.medium.as_ref(), self.high.as_ref()]
    }

    /// Parts per million; checked by [`check`].
    fn per_million(&self) -> [u32; 3] {
        self.parts().map(|part| part.and_then(|text| share_ppm(text.get_ref())).unwrap_or(0))
    }
}

/// The lowest severity that a threshold blocks; none for one that blocks nothing.
fn threshold(word: &str) -> Option<Severity> {
    match word {
        "low" => Some(Severity::Low),
        "medium" => Some(Severity::Medium),
        "high" | "on" => Some(Severity::High),
        _ => None,
    }
}

/// What is wrong with the table.
pub(crate) fn check(table: &ContentFilterTable) -> Vec<Wrong> {
    let mut wrong: Vec<Wrong> = Vec::new();
    for (_, category) in table.categories() {
        for mix in [&category.prompts, &category.answers].into_iter().flatten() {
            for part in mix.parts().into_iter().flatten() {
                if share_ppm(part.get_ref()).is_none() {
                    wrong.push((
                        "not-a-share",
                        part.span(),
                        format!("not a share: {}", part.get_ref()),
                        "write between \"0 %\" and \"100 %\"",
                    ));
                }
            }
            let parts = mix.per_million();
            if parts.iter().map(|part| u64::from(*part)).sum::<u64>() > 1_000_000 {
                let span = mix.parts().into_iter().flatten().next().map_or(0..0, Spanned::span);
                wrong.push((
                    "shares-above-all",
                    span,
                    "shares of severities above 100 % together".to_owned(),
                    "what is left of 100 % is safe",
                ));
            }
        }
        if let Some(written) = &category.threshold
            && written.get_ref() != "none"
            && threshold(written.get_ref()).is_none()
        {
            wrong.push((
                "unknown-threshold",
                written.span(),
                format!("unknown threshold: {}", written.get_ref()),
                "one of \"low\", \"medium\", \"high\", \"none\"",
            ));
        }
    }
    wrong
}

/// The filter of a checked table; `lag_tokens` is what an asynchronous one lets through.
pub(crate) fn resolve(
    table: &ContentFilterTable,
    catalog: &Catalog,
    on: Date,
    facts: &mut Facts,
    lag_tokens: u32,
) -> Result<ContentFilter, Diagnostic> {
    let mut categories = Vec::new();
    for (name, category) in table.categories() {
        for (side, mix) in [("prompt", &category.prompts), ("completion", &category.answers)] {
            let Some(mix) = mix else { continue };
            let blocks = if let Some(own) = &category.threshold {
                threshold(own.get_ref())
            } else {
                let dated = catalog.content_filter("text", name, side, on)?;
                let word = facts.note(format!("content filter: {name}, {side}"), "", dated);
                threshold(&word)
            };
            let Some(threshold) = blocks else { continue };
            let parts = mix.per_million();
            let (prompt, output) = if side == "prompt" { (parts, [0; 3]) } else { ([0; 3], parts) };
            categories.push(FilterCategory {
                prompt_per_million: prompt,
                output_per_million: output,
                threshold,
            });
        }
    }
    Ok(ContentFilter { categories, lag_tokens })
}
