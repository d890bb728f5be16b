//! Which deployments of a route are tried, in which order.

use crate::engine::admission::limiter::Windows;
use crate::engine::deployment::State;
use crate::engine::rules::{Breaker, RoutePolicy};
use crate::engine::setup::Stream;
use crate::units::luck::{Purpose, draw};

/// A circuit breaker of one stream and deployment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fuse {
    refusals: u32,
    open_until_us: u64,
}

impl Fuse {
    /// Notes an answer.
    pub(crate) fn note(&mut self, rules: &Breaker, now_us: u64, served: bool) {
        self.refusals = if served { 0 } else { self.refusals + 1 };
        if self.refusals >= rules.refusals {
            self.refusals = 0;
            self.open_until_us = now_us + rules.open_us;
        }
    }

    fn is_open(self, now_us: u64) -> bool {
        now_us < self.open_until_us
    }

    /// How long it stays open.
    pub(crate) fn open_for_us(self, now_us: u64) -> u64 {
        self.open_until_us.saturating_sub(now_us)
    }
}

/// Writes the deployments to try into `order`: the policy's first choice, then the others in the order of the route,
/// without those whose breaker is open unless all are.
pub(crate) fn order(
    stream: &Stream,
    fuses: &[Fuse],
    states: &mut [State],
    windows: &mut [Windows],
    at: (u64, u64, u32),
    order: &mut Vec<u16>,
) {
    let (now_us, luck, attempt) = at;
    order.clear();
    order.extend(stream.route.iter().map(|ix| ix.0));
    let first = match &stream.rules.policy {
        RoutePolicy::Ordered => 0,
        RoutePolicy::Weighted(weights) | RoutePolicy::Split(weights) => {
            let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
            let random = u128::from(draw(luck, Purpose::Routing, attempt) >> 32);
            let mut place = ((random * u128::from(total)) >> 32) as u64;
            let hit = |weight: &u32| {
                let inside = place < u64::from(*weight);
                place = place.saturating_sub(u64::from(*weight));
                inside
            };
            weights.iter().position(hit).unwrap_or(0)
        }
        RoutePolicy::LeastLoaded => {
            let mut load = |place: &usize| states[order[*place] as usize].load(now_us, windows);
            (0..order.len()).min_by_key(&mut load).unwrap_or(0)
        }
        RoutePolicy::Fastest => (0..order.len())
            .min_by_key(|place| states[order[*place] as usize].recent_us)
            .unwrap_or(0),
    };
    order[..=first].rotate_right(1);
    if stream.rules.breaker.is_some() && !order.iter().all(|d| fuses[*d as usize].is_open(now_us)) {
        order.retain(|d| !fuses[*d as usize].is_open(now_us));
    }
}
