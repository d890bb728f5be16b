//! Setups whose outcomes are the same.

use crate::engine::rules::MoreLimits;
use crate::engine::setup::{Admission, Client, Limiter, Setup};

/// The setup without limits at the deployment that its only stream calls last, a Standard one, and
/// without retries: what decides nothing where that deployment has room for every request. What a
/// request is charged stays.
pub(super) fn without_limits(setup: &Setup) -> Option<Setup> {
    let [stream] = &setup.streams[..] else { return None };
    let last = usize::from(stream.route.last()?.0);
    let Admission::Standard(limiter) = &setup.deployments.get(last)?.admission else {
        return None;
    };
    let limiter = Limiter::documented(limiter.assumed_output_tokens);
    let mut alike = setup.clone();
    alike.streams[0].client = Client::no_retry();
    let own = &mut alike.deployments[last];
    own.admission = Admission::Standard(limiter);
    own.rules.limits = MoreLimits { estimate: own.rules.limits.estimate, ..MoreLimits::default() };
    Some(alike)
}
