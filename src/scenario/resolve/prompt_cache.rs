//! The prompt cache of a stream, from the scenario and the catalogue.

use crate::engine::rules::PromptCache;
use crate::scenario::load::{duration_us, share_ppm};
use crate::scenario::schema::calls::{CALLS_PER_MINUTE, MIN_TOKENS, PromptCacheTable, STEP_TOKENS};
use crate::units::diagnostic::Diagnostic;
use crate::units::time::MINUTE_US;

/// The prompt cache with named parameters, which `assumed` looks up, where the scenario is silent. `writes`: what is written to it
/// is billed, as from GPT-5.6 on; such a cache lives longer and matches token by token (S 61, S 63, S 64).
pub(crate) fn prompt_cache(
    table: &PromptCacheTable,
    writes: bool,
    mut assumed: impl FnMut(&str) -> Result<u64, Diagnostic>,
) -> Result<PromptCache, Diagnostic> {
    let lifetime_us = match &table.lifetime {
        Some(written) => duration_us(written.get_ref()).ok_or_else(|| {
            Diagnostic::error("not-a-duration", format!("not a duration: {}", written.get_ref()))
                .hint("write for example \"10 min\"")
        })?,
        None if writes => assumed("prompt-cache-least-life")? * MINUTE_US,
        None => assumed("prompt-cache-idle-time")? * MINUTE_US,
    };
    let step_tokens =
        if writes { assumed("prompt-cache-step-with-writes")? } else { STEP_TOKENS.into() };
    let step_tokens = u32::try_from(step_tokens).unwrap_or(STEP_TOKENS).max(1);
    let overflow_missed_per_million = match &table.overflow_missed {
        Some(written) => u64::from(share_ppm(written.get_ref()).ok_or_else(|| {
            Diagnostic::error("not-a-share", format!("not a share: {}", written.get_ref()))
                .hint("write between \"0 %\" and \"100 %\"")
        })?),
        None => assumed("prompt-cache-miss-above-15-rpm")? * 10_000,
    };
    Ok(PromptCache {
        prefixes: table.prefixes,
        prefix_tokens: table.prefix_tokens,
        min_tokens: MIN_TOKENS,
        step_tokens,
        lifetime_us,
        per_minute: CALLS_PER_MINUTE,
        overflow_missed_per_million,
        writes,
    })
}
