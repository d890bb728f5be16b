//! Whether a setup and its traces can be simulated at all.

use crate::engine::admission::bucket::units_per_minute;
use crate::engine::error::EngineError;
use crate::engine::rules::{ChangeKind, ContentFilter, FilterCategory, RoutePolicy};
use crate::engine::setup::{Admission, Deployment, Setup, Stream};
use crate::engine::time::timeline::within_quotas;
use crate::engine::work::ServiceTime;
use crate::workload::trace::Trace;

/// Largest weight of a token class: 1,000 input tokens. Keeps an estimate of 2^33 tokens below 2^54 units.
const MAX_WEIGHT: u64 = 1_000_000;
/// Largest capacity in weight units a minute: 100,000 PTU of 100,000 tokens a minute.
const MAX_UNITS_PER_MINUTE: u64 = 10_000_000_000_000;
/// Longest horizon, service, delay or window: 100 years. Keeps sums of times below 2^64.
const MAX_SPAN_US: u64 = 100 * 366 * 24 * 3_600 * 1_000_000;
/// Longest time to the first token before noise and usage tier: a year.
const MAX_SERVICE_US: u64 = 366 * 24 * 3_600 * 1_000_000;
/// Longest time of an output token: 10 seconds.
const MAX_PER_TOKEN_US: u64 = 10_000_000;
/// Most tokens of a request.
const MAX_TOKENS: u32 = 100_000_000;
/// Largest factor of a time of service: 64, in 1/1,024.
const MAX_FACTOR: u32 = 64 << 10;
/// Largest share: ten times the whole.
const MAX_PER_CENT: u64 = 1_000;
/// Most retries of a client (invariant 12).
pub const MAX_RETRIES: u32 = 1_000;

/// Refuses what the engine cannot simulate.
pub(crate) fn check(setup: &Setup, traces: &[&Trace]) -> Result<(), EngineError> {
    check_setup(setup, traces.len())?;
    for (index, trace) in traces.iter().enumerate() {
        check_trace(trace).map_err(|(request, reason)| EngineError::Trace {
            stream: index,
            request,
            reason,
        })?;
    }
    Ok(())
}

/// Refuses a setup that the engine cannot simulate with this many traces.
pub(crate) fn check_setup(setup: &Setup, traces: usize) -> Result<(), EngineError> {
    if setup.streams.len() != traces {
        return Err(EngineError::TraceCount { streams: setup.streams.len(), traces });
    }
    if setup.horizon_us > MAX_SPAN_US {
        return Err(EngineError::Stream { stream: 0, reason: "the horizon is beyond 100 years" });
    }
    if setup.deployments.len() > usize::from(u16::MAX)
        || setup.streams.len() > usize::from(u16::MAX)
    {
        return Err(EngineError::Stream {
            stream: 0,
            reason: "more than 65,535 deployments or streams",
        });
    }
    if !within_quotas(setup) {
        return Err(EngineError::Deployment {
            deployment: 0,
            reason: "the sizes at the start exceed a PTU quota",
        });
    }
    for (index, deployment) in setup.deployments.iter().enumerate() {
        let quota = deployment.rules.ptu_quota;
        if quota.is_some_and(|quota| usize::from(quota) >= setup.ptu_quotas.len()) {
            let reason = "it names a PTU quota that does not exist";
            return Err(EngineError::Deployment { deployment: index, reason });
        }
        check_deployment(deployment)
            .and_then(|()| check_rules(deployment))
            .map_err(|reason| EngineError::Deployment { deployment: index, reason })?;
    }
    for (index, stream) in setup.streams.iter().enumerate() {
        check_stream(stream, setup.deployments.len())
            .and_then(|()| check_stream_rules(stream))
            .map_err(|reason| EngineError::Stream { stream: index, reason })?;
    }
    Ok(())
}

fn check_deployment(deployment: &Deployment) -> Result<(), &'static str> {
    let service = &deployment.service;
    if !fits(service) {
        return Err(
            "the time to the first token is beyond a year, or that of a token beyond 10 seconds",
        );
    }
    match &deployment.admission {
        Admission::Provisioned(bucket) => {
            let units = units_per_minute(bucket).unwrap_or(u64::MAX);
            let weights = bucket.weights;
            if units == 0 {
                return Err("a provisioned deployment needs a capacity above 0");
            }
            if units > MAX_UNITS_PER_MINUTE {
                return Err("the capacity is above 10^13 units per minute");
            }
            if [weights.input, weights.cached_input, weights.output].iter().any(|w| *w > MAX_WEIGHT)
            {
                return Err("a token weight is above 1,000 input tokens");
            }
            if bucket.burst_us == 0 || bucket.burst_us > MAX_SPAN_US {
                return Err("the burst must be above 0 and at most 100 years");
            }
        }
        Admission::Managed(managed) => {
            if managed.instances == 0 || managed.concurrent_per_instance == 0 {
                return Err("managed compute needs an instance that serves a request");
            }
            if managed.autoscale.is_some_and(|scale| {
                scale.instances_min == 0
                    || scale.instances_min > managed.instances
                    || scale.instances_max < managed.instances
                    || scale.target_per_instance == 0
                    || scale.start_up_us.max(scale.cool_down_us) > MAX_SPAN_US
            }) {
                return Err(
                    "autoscaling must range from 1 or more over the instances at the start",
                );
            }
        }
        Admission::Batch(batch) => {
            if batch.tokens_per_minute == 0 || batch.check_after_us > MAX_SPAN_US {
                return Err("a batch deployment needs a rate above 0");
            }
        }
        Admission::Standard(limiter) => {
            if limiter.request_window_us == 0 || limiter.request_window_us > MAX_SPAN_US {
                return Err("the request window must be above 0 and at most 100 years");
            }
            let lowering = deployment.rules.limits.lowering;
            if lowering.is_some_and(|l| l.length_us == 0 || l.to_per_million > 1_000_000)
                || limiter.too_large_after_us > MAX_SPAN_US
            {
                return Err("a lowered limit needs a length and at most the whole limit");
            }
        }
    }
    Ok(())
}

fn fits(service: &ServiceTime) -> bool {
    service.first_token_us <= MAX_SERVICE_US && service.per_output_token_us <= MAX_PER_TOKEN_US
}

fn check_rules(deployment: &Deployment) -> Result<(), &'static str> {
    let rules = &deployment.rules;
    if rules.noise_per_1024.len() > 1 << 16 || rules.noise_per_1024.iter().any(|f| *f > MAX_FACTOR)
    {
        return Err("the noise has more than 65,536 quantiles or a factor above 64");
    }
    if rules.failed_call_per_cent > MAX_PER_CENT || rules.retry_after_jitter_per_cent > MAX_PER_CENT
    {
        return Err("a failed call costs, or a `retry-after` is off by, more than 1,000 %");
    }
    if rules.usage_tier.is_some_and(|tier| tier.slower_per_1024 > MAX_FACTOR) {
        return Err("the usage tier slows down more than 64 times");
    }
    let long = rules.long_weights;
    let weights = long
        .iter()
        .flat_map(|l| [l.weights.input, l.weights.cached_input, l.weights.output, l.cache_write]);
    if weights.chain(rules.cache_write_weight).any(|weight| weight > MAX_WEIGHT) {
        return Err("a token weight is above 1,000 input tokens");
    }
    let tiers = &rules.tiers;
    if [&tiers.priority_service, &tiers.flex_service]
        .into_iter()
        .flatten()
        .any(|service| !fits(service))
    {
        return Err(
            "the time to the first token of a tier is beyond a year, or that of a token beyond 10 s",
        );
    }
    check_filter(rules.filter.as_ref())?;
    let life = &rules.lifetime;
    let spans = [Some(life.created_us), life.age_us_max, life.idle_us_max];
    if spans.into_iter().flatten().any(|span| span > MAX_SPAN_US) {
        return Err("the lifetime is beyond 100 years");
    }
    if rules.timeline.windows(2).any(|pair| pair[0].at_us > pair[1].at_us) {
        return Err("the timeline is not in order of time");
    }
    for change in &rules.timeline {
        let fitting = match (change.what, &deployment.admission) {
            (ChangeKind::Down | ChangeKind::Up, _)
            | (ChangeKind::Limits { .. }, Admission::Standard(_))
            | (ChangeKind::CancelBatch, Admission::Batch(_)) => true,
            (ChangeKind::Resize { capacity_ptu, .. }, Admission::Provisioned(bucket)) => {
                let units = u64::from(capacity_ptu).saturating_mul(bucket.units_per_minute_per_ptu);
                units > 0 && units <= MAX_UNITS_PER_MINUTE
            }
            _ => false,
        };
        if !fitting || change.at_us > MAX_SPAN_US {
            return Err("a change of the timeline does not fit the deployment");
        }
    }
    Ok(())
}

fn check_filter(filter: Option<&ContentFilter>) -> Result<(), &'static str> {
    let whole = |mix: [u32; 3]| mix.iter().map(|share| u64::from(*share)).sum::<u64>() <= 1_000_000;
    let sound = |c: &FilterCategory| whole(c.prompt_per_million) && whole(c.output_per_million);
    if filter.is_some_and(|f| f.categories.len() > 64 || !f.categories.iter().all(sound)) {
        return Err("the content filter has more than 64 categories or more than a million parts");
    }
    Ok(())
}

fn check_stream_rules(stream: &Stream) -> Result<(), &'static str> {
    let rules = &stream.rules;
    check_filter(rules.filter.as_ref())?;
    if let RoutePolicy::Weighted(weights) | RoutePolicy::Split(weights) = &rules.policy
        && (weights.len() != stream.route.len() || weights.iter().all(|weight| *weight == 0))
    {
        return Err("weighted routing needs a weight for each deployment of the route, not all 0");
    }
    if rules.breaker.is_some_and(|breaker| breaker.refusals == 0 || breaker.open_us > MAX_SPAN_US) {
        return Err("a circuit breaker opens after 1 refusal or more, for at most 100 years");
    }
    if rules.concurrent == Some(0) || rules.sessions.is_some_and(|sessions| sessions.count == 0) {
        return Err("a client needs a request out at least");
    }
    if rules.timeout_us.is_some_and(|timeout| timeout == 0 || timeout > MAX_SPAN_US) {
        return Err("the time-out must be above 0 and at most 100 years");
    }
    if rules.prompt_cache.is_some_and(|cache| {
        cache.prefixes == 0 || cache.prefixes > 1 << 24 || cache.lifetime_us > MAX_SPAN_US
    }) {
        return Err("a prompt cache has 1 to 2^24 prefixes and a lifetime of at most 100 years");
    }
    Ok(())
}

fn check_stream(stream: &Stream, deployments: usize) -> Result<(), &'static str> {
    if stream.route.is_empty() {
        return Err("the route is empty");
    }
    if stream.route.iter().any(|ix| ix.0 as usize >= deployments) {
        return Err("the route names a deployment that does not exist");
    }
    let mut seen = stream.route.clone();
    seen.sort_unstable();
    seen.dedup();
    if seen.len() != stream.route.len() {
        return Err("the route names a deployment twice");
    }
    let client = &stream.client;
    if client.max_retries > MAX_RETRIES {
        return Err("more than 1,000 retries");
    }
    if client.jitter_per_256 > 256 || client.jitter_up_per_256 > 256 {
        return Err("the jitter is above 256/256");
    }
    if client.growth_per_256 < 256 || client.growth_per_256 > 256 * 100 {
        return Err("a retry delay grows by a factor of 1 to 100");
    }
    let delays = [client.initial_delay_us, client.max_delay_us, client.jitter_added_us];
    if delays.into_iter().chain([client.spread_us]).any(|us| us > MAX_SPAN_US) {
        return Err("a retry delay is beyond 100 years");
    }
    Ok(())
}

/// Refuses a trace whose columns contradict each other: the first request, and why.
pub(crate) fn check_trace(trace: &Trace) -> Result<(), (usize, &'static str)> {
    let n = trace.arrival_us.len();
    let optional = [&trace.cached_input_tokens, &trace.max_output_tokens];
    if trace.input_tokens.len() != n
        || trace.output_tokens.len() != n
        || optional.iter().any(|column| column.as_ref().is_some_and(|c| c.len() != n))
    {
        return Err((0, "the columns differ in length"));
    }
    if n > u32::MAX as usize {
        return Err((u32::MAX as usize, "more than 2^32 - 1 requests"));
    }
    if let Some(at) = trace.arrival_us.windows(2).position(|pair| pair[0] > pair[1]) {
        return Err((at + 1, "arrives before the request in front of it"));
    }
    for column in [&trace.input_tokens, &trace.output_tokens] {
        if let Some(at) = column.iter().position(|tokens| *tokens > MAX_TOKENS) {
            return Err((at, "more than 100 million tokens"));
        }
    }
    if let Some(cached) = &trace.cached_input_tokens
        && let Some(at) = cached.iter().zip(&trace.input_tokens).position(|(c, i)| c > i)
    {
        return Err((at, "more cached input tokens than input tokens"));
    }
    Ok(())
}
