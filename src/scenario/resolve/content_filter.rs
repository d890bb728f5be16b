//! The content filter of a stream, from the scenario and the catalogue.

use crate::catalog::Catalog;
use crate::engine::rules::{ContentFilter, FilterCategory};
use crate::scenario::question::facts::Facts;
use crate::scenario::schema::content_filter::{ContentFilterTable, threshold};
use crate::units::diagnostic::Diagnostic;
use jiff::civil::Date;
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
