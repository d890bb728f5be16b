//! The retry policy of a workload's client, for the engine.

use crate::catalog::rules::{ClientPolicy, HeaderAbove, HeaderRead};
use crate::engine::setup::{AboveCap, Client, Reads, Retried};
use crate::scenario::question::client::ClientChoice;
use crate::scenario::resolve::joint::Joint;
use crate::units::dated::{Evidence, Status};
use crate::units::diagnostic::Diagnostic;
use crate::units::time::MILLISECOND_US;
use std::fmt::Write as _;
use std::sync::Arc;

/// What a policy that the scenario states without `like` starts from.
const ALONE: &str = "none";

impl Joint<'_> {
    /// The client of a workload, noted.
    pub(super) fn client(&mut self, choice: &ClientChoice) -> Result<Client, Diagnostic> {
        let (policy, name) = match choice {
            ClientChoice::Named(named) => {
                let policy = self.catalog.client(&named.name)?.clone();
                let name = format!("client policy {}", policy.name);
                (policy, name)
            }
            ClientChoice::Stated { like, changes, place } => {
                let base = self.catalog.client(like.as_deref().unwrap_or(ALONE))?;
                let mut policy = changes.of(base, like.is_none());
                policy.evidence = Arc::new(Evidence {
                    status: Status::Assumed,
                    source: "the scenario".into(),
                    place: place.clone(),
                    ..Evidence::clone(&policy.evidence)
                });
                let name = match like {
                    Some(like) => format!("client policy of the scenario, like {like}"),
                    None => "client policy of the scenario".to_owned(),
                };
                (policy, name)
            }
        };
        // Who never comes back is not spread.
        let spread_us = match policy.max_retries {
            0 => 0,
            _ => self.parameter("client-return-spread")?.saturating_mul(MILLISECOND_US),
        };
        self.facts.note_words(name, words(&policy), policy.evidence.clone());
        Ok(Client { spread_us, ..engine_client(&policy) })
    }
}

/// The numbers of a policy.
pub fn engine_client(policy: &ClientPolicy) -> Client {
    let ms = |ms: u64| ms.saturating_mul(MILLISECOND_US);
    let honours = policy.honours_retry_after_up_to_ms;
    Client {
        max_retries: policy.max_retries,
        initial_delay_us: ms(policy.initial_delay_ms),
        max_delay_us: ms(policy.max_delay_ms),
        growth_per_256: u64::from(policy.growth_percent) * 256 / 100,
        first_retry_at_once: policy.first_retry_at_once,
        jitter_per_256: u64::from(policy.jitter_percent) * 256 / 100,
        jitter_up_per_256: u64::from(policy.jitter_up_percent) * 256 / 100,
        jitter_added_us: ms(policy.jitter_added_ms),
        reads: match policy.reads {
            HeaderRead::Milliseconds => Reads::Milliseconds,
            HeaderRead::Seconds => Reads::Seconds,
            HeaderRead::Nothing => Reads::Nothing,
        },
        honours_retry_after_up_to_us: honours.map_or(u64::MAX, ms),
        above: match policy.above {
            HeaderAbove::BackOff => AboveCap::BackOff,
            HeaderAbove::GiveUp => AboveCap::GiveUp,
            HeaderAbove::Clamp => AboveCap::Clamp,
        },
        header_alone: policy.header_replaces,
        needs_header: policy.needs_header_for_429,
        retried: Retried {
            throttled: policy.retries("429"),
            server_error: policy.retries("503"),
            timed_out: policy.retries("408"),
        },
        spread_us: 0,
    }
}

/// The policy in one line.
fn words(policy: &ClientPolicy) -> String {
    if policy.max_retries == 0 {
        return "no retries".to_owned();
    }
    let mut words = format!("{} retries, ", policy.max_retries);
    if policy.first_retry_at_once {
        words.push_str("the first at once, then ");
    }
    let _ = write!(words, "{} ms", policy.initial_delay_ms);
    match policy.growth_percent {
        100 => {}
        200 => words.push_str(" doubling"),
        other => {
            let _ = write!(words, " times {}.{:02}", other / 100, other % 100);
        }
    }
    if policy.growth_percent > 100 {
        let _ = write!(words, " to {} ms", policy.max_delay_ms);
    }
    if policy.jitter_percent > 0 {
        let _ = write!(words, " less up to {} %", policy.jitter_percent);
    }
    if policy.jitter_up_percent > 0 {
        let _ = write!(words, " or more by up to {} %", policy.jitter_up_percent);
    }
    if policy.jitter_added_ms > 0 {
        let _ = write!(words, ", up to {} ms added", policy.jitter_added_ms);
    }
    let reads = HeaderRead::WORDS.iter().find(|(_, value)| *value == policy.reads);
    let reads = reads.map_or("", |(word, _)| word);
    match (policy.reads, policy.honours_retry_after_up_to_ms) {
        (HeaderRead::Nothing, _) | (_, Some(0)) => words.push_str("; retry-after is ignored"),
        (_, None) => {
            let _ = write!(words, "; {reads} of any length is waited");
        }
        (_, Some(ms)) => {
            let above = HeaderAbove::WORDS.iter().find(|(_, value)| *value == policy.above);
            let above = above.map_or("", |(word, _)| word);
            let _ = write!(words, "; {reads} up to {ms} ms is waited, above it: {above}");
        }
    }
    if policy.needs_header_for_429 {
        words.push_str("; a 429 without it is not retried");
    }
    words
}
