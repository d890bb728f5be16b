//! Small setups, for tests that say everything that matters themselves.

use ptuplan::engine::record::outcome::Outcome;
use ptuplan::engine::setup::{
    Admission, Bucket, Client, Deployment, DeploymentIx, Limiter, Setup, Stream,
};
use ptuplan::engine::work::{ServiceTime, Weights};
use ptuplan::workload::trace::Trace;

/// One request: arrival, input, output, output limit.
pub(crate) type Row = (u64, u32, u32, u32);

/// A trace of rows; a row's output limit of 0 means that it states none.
pub(crate) fn trace(rows: &[Row]) -> Trace {
    let limit = |row: &Row| if row.3 == 0 { Trace::NO_LIMIT } else { row.3 };
    Trace {
        arrival_us: rows.iter().map(|r| r.0).collect(),
        input_tokens: rows.iter().map(|r| r.1).collect(),
        output_tokens: rows.iter().map(|r| r.2).collect(),
        max_output_tokens: Some(rows.iter().map(limit).collect()),
        ..Trace::default()
    }
}

/// Half a second to the first token, 10 ms for each output token.
pub(crate) const SERVICE: ServiceTime =
    ServiceTime { first_token_us: 500_000, per_output_token_us: 10_000 };

/// Generation A weights with an output token worth `output` input tokens.
pub(crate) fn weights(output: u64) -> Weights {
    Weights { input: Weights::SCALE, cached_input: 0, output: output * Weights::SCALE }
}

/// A provisioned deployment of `ptu` times `tokens_per_minute`, output weight 4.
pub(crate) fn provisioned(ptu: u32, tokens_per_minute: u64) -> Deployment {
    let bucket = Bucket::new(ptu, tokens_per_minute * Weights::SCALE, weights(4), 100);
    Deployment::new(Admission::Provisioned(bucket), SERVICE)
}

/// A Standard deployment of the documented profile.
pub(crate) fn standard(
    tokens_per_minute: Option<u64>,
    requests_per_minute: Option<u64>,
) -> Deployment {
    let limiter = Limiter {
        limit_tokens_per_minute: tokens_per_minute,
        limit_requests_per_minute: requests_per_minute,
        ..Limiter::documented(16)
    };
    Deployment::new(Admission::Standard(limiter), SERVICE)
}

/// A Standard deployment that counts its requests over one second.
pub(crate) fn per_second(requests_per_minute: u64) -> Deployment {
    let mut deployment = standard(None, Some(requests_per_minute));
    if let Admission::Standard(limiter) = &mut deployment.admission {
        limiter.request_window_us = 1_000_000;
    }
    deployment
}

/// One stream over `deployments` in this order.
pub(crate) fn setup(horizon_us: u64, client: Client, deployments: Vec<Deployment>) -> Setup {
    let route = (0..deployments.len()).map(|ix| DeploymentIx(ix as u16)).collect();
    Setup { deployments, streams: vec![Stream::new(route, client)], ..Setup::new(horizon_us) }
}

/// Runs a setup of one stream.
pub(crate) fn outcome(setup: &Setup, rows: &[Row]) -> Outcome {
    ptuplan::engine::run(setup, &[&trace(rows)]).expect("the setup is sound")
}
