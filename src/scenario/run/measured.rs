//! What users see of a simulated candidate, workload by workload, with the time to the first token.

use crate::engine::record::outcome::Outcome;
use crate::engine::setup::{Deployment, Setup, Stream};
use crate::metrics::measures::{StreamMeasures, of_stream, of_streams};

/// A factor of 1 where factors are in 1/1,024.
const ONE: u64 = 1_024;

/// The measures of each workload, in scenario order. Where a workload is served in parts, its time to the first token is
/// that of the slowest deployment of all.
pub fn of_workloads(setup: &Setup, outcome: &Outcome) -> Vec<StreamMeasures> {
    let in_parts = setup.streams.len() != outcome.streams.len();
    let pairs = setup.streams.iter().zip(&outcome.streams);
    pairs
        .map(|(stream, counted)| {
            let own = first_token_us(setup, stream);
            let first = if in_parts { slowest_first_token_us(setup) } else { own };
            of_stream(counted).with_first_token(first)
        })
        .collect()
}

/// The measures of all workloads together.
pub fn of_all(setup: &Setup, outcome: &Outcome) -> StreamMeasures {
    of_streams(&outcome.streams).with_first_token(slowest_first_token_us(setup))
}

/// Time from admission to the first token on the slowest deployment of all, microseconds.
pub fn slowest_first_token_us(setup: &Setup) -> u64 {
    setup.streams.iter().map(|stream| first_token_us(setup, stream)).max().unwrap_or(0)
}

/// Time from admission to the first token on the slowest deployment of a route, microseconds: every call of the stream has
/// it by then, most of them at exactly that time.
fn first_token_us(setup: &Setup, stream: &Stream) -> u64 {
    let of_route = stream.route.iter().filter_map(|ix| setup.deployments.get(usize::from(ix.0)));
    of_route.map(of_deployment_us).max().unwrap_or(0)
}

fn of_deployment_us(deployment: &Deployment) -> u64 {
    let rules = &deployment.rules;
    let noise = rules.noise_per_1024.iter().copied().max().map_or(ONE, u64::from);
    let slower = rules.usage_tier.as_ref().map_or(ONE, |tier| u64::from(tier.slower_per_1024));
    let services =
        [Some(deployment.service), rules.tiers.priority_service, rules.tiers.flex_service];
    let first_us = services.iter().flatten().map(|service| service.first_token_us).max();
    first_us.unwrap_or(0) * noise.max(ONE) / ONE * slower.max(ONE) / ONE
}
