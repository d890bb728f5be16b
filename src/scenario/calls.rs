//! How a workload calls: `[workload.calls]`, beyond the client policy of the catalogue.

use crate::engine::rules::{Breaker, PromptCache, RoutePolicy, Sessions, StreamRules, TierRequest};
use crate::scenario::content_filter::{ContentFilterTable, check};
use crate::scenario::load::{duration_us, share_ppm};
use crate::units::diagnostic::Diagnostic;
use crate::units::time::MINUTE_US;
use serde::Deserialize;
use toml::Spanned;

/// `[workload.calls]`. What is absent does not apply.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallsTable {
    /// The client gives up on an answer after this long, such as `"60 s"` (408, S 21).
    pub timeout: Option<Spanned<String>>,
    /// Requests the client has out at one time; the others queue at the client.
    pub concurrency: Option<u32>,
    /// A closed loop: sessions that ask one request after the other.
    pub sessions: Option<SessionsTable>,
    /// `"ordered"` (default), `"weighted"`, `"least-loaded"` or `"fastest"`.
    pub routing: Option<Spanned<String>>,
    /// Weights of the route's deployments, for `routing = "weighted"`.
    pub weights: Option<Vec<u32>>,
    /// Leaves a deployment that keeps refusing alone for a while.
    pub breaker: Option<BreakerTable>,
    /// `"auto"` (default), `"default"`, `"priority"` or `"flex"`.
    pub service_tier: Option<Spanned<String>>,
    /// For calls that may wait: they are submitted to a batch deployment (S 27-34).
    pub batch: Option<BatchCallsTable>,
    /// What the content filter finds in them.
    pub content_filter: Option<ContentFilterTable>,
    /// The prompt cache as a process, for traces that do not say what was cached.
    pub prompt_cache: Option<PromptCacheTable>,
}

/// Calls that may wait.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchCallsTable {
    /// An answer is late when it is complete later than this after the call, such as `"12 h"`; the platform's target when absent.
    pub within: Option<Spanned<String>>,
    /// The part of the calls that may wait, such as `"40 %"`; all when absent. Which ones is drawn from their luck.
    pub share: Option<Spanned<String>>,
}

/// A closed loop of sessions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionsTable {
    /// How many at a time.
    pub count: u32,
    /// Pause between an answer and the next request.
    pub think: Spanned<String>,
}

/// A circuit breaker.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakerTable {
    /// Refusals in a row that open it.
    pub refusals: u32,
    /// How long it stays open.
    pub open: Spanned<String>,
}

/// The prompt cache as a process (S 61-65).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromptCacheTable {
    /// Different prefixes the requests share.
    pub prefixes: u32,
    /// Length of a prefix, tokens.
    pub prefix_tokens: u32,
    /// A prefix is forgotten after this long without use; the catalogue's idle time when absent.
    pub lifetime: Option<Spanned<String>>,
    /// Share of calls beyond about 15 a minute per prefix that miss; the catalogue's assumption when absent.
    pub overflow_missed: Option<Spanned<String>>,
}

/// Shortest cached match and its growth, tokens; calls a minute per prefix above which some miss (S 61, S 65).
const MIN_TOKENS: u32 = 1_024;
const STEP_TOKENS: u32 = 128;
const CALLS_PER_MINUTE: u32 = 15;

/// What is wrong with one value: code, byte range in the file, message and hint.
pub(crate) type Wrong = (&'static str, std::ops::Range<usize>, String, &'static str);

/// The engine's rules of a calls table; everything that is wrong with it at once.
pub(crate) fn stream_rules(
    table: &CallsTable,
    deployments_in_route: Option<usize>,
) -> Result<StreamRules, Vec<Wrong>> {
    let mut wrong: Vec<Wrong> = Vec::new();
    let mut duration = |written: &Spanned<String>| {
        duration_us(written.get_ref()).unwrap_or_else(|| {
            wrong.push((
                "not-a-duration",
                written.span(),
                format!("not a duration: {}", written.get_ref()),
                "write for example \"2 s\" or \"10 min\"",
            ));
            0
        })
    };
    let mut rules = StreamRules {
        timeout_us: table.timeout.as_ref().map(&mut duration),
        concurrent: table.concurrency,
        sessions: table
            .sessions
            .as_ref()
            .map(|s| Sessions { count: s.count, think_us: duration(&s.think) }),
        breaker: table
            .breaker
            .as_ref()
            .map(|b| Breaker { refusals: b.refusals, open_us: duration(&b.open) }),
        deadline_us: table.batch.as_ref().and_then(|b| b.within.as_ref()).map(&mut duration),
        ..StreamRules::default()
    };
    if let Some(filter) = &table.content_filter {
        wrong.extend(check(filter));
    }
    if let Some(routing) = &table.routing {
        rules.policy = match (routing.get_ref().as_str(), &table.weights) {
            ("ordered", _) => RoutePolicy::Ordered,
            ("least-loaded", _) => RoutePolicy::LeastLoaded,
            ("fastest", _) => RoutePolicy::Fastest,
            ("weighted", Some(weights))
                if deployments_in_route.is_none_or(|count| count == weights.len()) =>
            {
                RoutePolicy::Weighted(weights.clone())
            }
            ("weighted", _) => {
                wrong.push((
                    "weights-do-not-fit",
                    routing.span(),
                    "weights do not fit the route".to_owned(),
                    "give one weight for each deployment of the route, in its order",
                ));
                RoutePolicy::Ordered
            }
            (other, _) => {
                wrong.push((
                    "unknown-routing",
                    routing.span(),
                    format!("unknown routing: {other}"),
                    "one of \"ordered\", \"weighted\", \"least-loaded\", \"fastest\"",
                ));
                RoutePolicy::Ordered
            }
        };
    }
    if let Some(tier) = &table.service_tier {
        rules.tier = match tier.get_ref().as_str() {
            "auto" => TierRequest::Auto,
            "default" => TierRequest::Standard,
            "priority" => TierRequest::Priority,
            "flex" => TierRequest::Flex,
            other => {
                wrong.push((
                    "unknown-service-tier",
                    tier.span(),
                    format!("unknown service tier: {other}"),
                    "one of \"auto\", \"default\", \"priority\", \"flex\"",
                ));
                TierRequest::Auto
            }
        };
    }
    if wrong.is_empty() { Ok(rules) } else { Err(wrong) }
}

/// The prompt cache with named parameters, which `assumed` looks up, where the scenario is silent.
pub(crate) fn prompt_cache(
    table: &PromptCacheTable,
    mut assumed: impl FnMut(&str) -> Result<u64, Diagnostic>,
) -> Result<PromptCache, Diagnostic> {
    let lifetime_us = match &table.lifetime {
        Some(written) => duration_us(written.get_ref()).ok_or_else(|| {
            Diagnostic::error("not-a-duration", format!("not a duration: {}", written.get_ref()))
                .hint("write for example \"10 min\"")
        })?,
        None => assumed("prompt-cache-idle-time")? * MINUTE_US,
    };
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
        step_tokens: STEP_TOKENS,
        lifetime_us,
        per_minute: CALLS_PER_MINUTE,
        overflow_missed_per_million,
        writes: false,
    })
}
