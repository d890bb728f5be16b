//! How a workload calls.

use crate::catalog::Catalog;
use crate::engine::rules::StreamRules;
use crate::engine::setup::Client;
use crate::scenario::calls::prompt_cache;
use crate::scenario::facts::Facts;
use crate::scenario::question::{Scenario, Workload};
use crate::units::diagnostic::Diagnostic;
use crate::units::time::MILLISECOND_US;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The day from which the last deployment's answer is returned when all of a route refuse (P C5).
const LAST_ANSWER_FROM: Date = jiff::civil::date(2026, 6, 18);

/// How a workload calls, with what the catalogue and the calendar add.
pub(super) fn stream_rules(
    scenario: &Scenario,
    catalog: &Catalog,
    workload: &Workload,
    facts: &mut Facts,
) -> Result<StreamRules, Diagnostic> {
    let mut rules = workload.rules.clone();
    if let Some(cache) = &workload.calls.prompt_cache {
        rules.prompt_cache = Some(prompt_cache(cache, catalog, facts)?);
    }
    let change = LAST_ANSWER_FROM.to_zoned(TimeZone::UTC).ok();
    let until_us = change.map_or(0, |change| {
        change.timestamp().as_microsecond() - scenario.period.start().as_microsecond()
    });
    rules.first_answer_until_us = u64::try_from(until_us).unwrap_or(0);
    Ok(rules)
}

/// The client policy of a name.
pub(super) fn client(
    catalog: &Catalog,
    name: &str,
    facts: &mut Facts,
) -> Result<Client, Diagnostic> {
    let policy = catalog.client(name)?;
    let client = Client {
        max_retries: policy.max_retries,
        initial_delay_us: policy.initial_delay_ms * MILLISECOND_US,
        max_delay_us: policy.max_delay_ms * MILLISECOND_US,
        jitter_per_256: u64::from(policy.jitter_percent) * 256 / 100,
        honours_retry_after_up_to_us: policy.honours_retry_after_up_to_ms * MILLISECOND_US,
    };
    facts.note_words(
        format!("client policy {name}"),
        format!(
            "{} retries, {} ms doubling to {} ms less up to {} %, retry-after up to {} ms",
            policy.max_retries,
            policy.initial_delay_ms,
            policy.max_delay_ms,
            policy.jitter_percent,
            policy.honours_retry_after_up_to_ms
        ),
        policy.evidence.clone(),
    );
    Ok(client)
}
