//! Whether a setup and its traces can be simulated at all.

use crate::engine::bucket::units_per_minute;
use crate::engine::error::EngineError;
use crate::engine::setup::{Admission, Deployment, Setup, Stream};
use crate::workload::trace::Trace;

/// Largest weight of a token class: 10,000 input tokens. Keeps an estimate of 2^33 tokens below 2^54 units.
const MAX_WEIGHT: u64 = 1_000_000;
/// Largest capacity in weight units a minute: 16 times 100,000 PTU of 60,000 tokens a minute.
const MAX_UNITS_PER_MINUTE: u64 = 10_000_000_000_000;
/// Longest horizon, service, delay or window: 100 years. Keeps sums of times below 2^64.
const MAX_SPAN_US: u64 = 100 * 366 * 24 * 3_600 * 1_000_000;
/// Most retries of a client (invariant 12).
const MAX_RETRIES: u32 = 1_000;

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
    for (index, deployment) in setup.deployments.iter().enumerate() {
        check_deployment(deployment)
            .map_err(|reason| EngineError::Deployment { deployment: index, reason })?;
    }
    for (index, stream) in setup.streams.iter().enumerate() {
        check_stream(stream, setup.deployments.len())
            .map_err(|reason| EngineError::Stream { stream: index, reason })?;
    }
    Ok(())
}

fn check_deployment(deployment: &Deployment) -> Result<(), &'static str> {
    let service = &deployment.service;
    if service.first_token_us > MAX_SPAN_US || service.per_output_token_us > MAX_SPAN_US >> 32 {
        return Err("the service time is beyond 100 years");
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
                return Err("a token weight is above 10,000 input tokens");
            }
            if bucket.burst_us == 0 || bucket.burst_us > MAX_SPAN_US {
                return Err("the burst must be above 0 and at most 100 years");
            }
        }
        Admission::Standard(limiter) => {
            if limiter.request_window_us == 0 || limiter.request_window_us > MAX_SPAN_US {
                return Err("the request window must be above 0 and at most 100 years");
            }
        }
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
    if client.jitter_per_256 > 256 {
        return Err("the jitter is above 256/256");
    }
    let longest = client.initial_delay_us.max(client.max_delay_us);
    if longest > MAX_SPAN_US {
        return Err("a retry delay is beyond 100 years");
    }
    Ok(())
}

fn check_trace(trace: &Trace) -> Result<(), (usize, &'static str)> {
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
    if let Some(cached) = &trace.cached_input_tokens
        && let Some(at) = cached.iter().zip(&trace.input_tokens).position(|(c, i)| c > i)
    {
        return Err((at, "more cached input tokens than input tokens"));
    }
    Ok(())
}
