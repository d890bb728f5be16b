//! A Standard deployment that has room for every request of a trace, however many come to it: it
//! never refuses one, so its windows need not be looked at.

use crate::engine::deployment::windows;
use crate::engine::paths::precondition::{Extremes, spills_plainly};
use crate::engine::rules::Estimate;
use crate::engine::setup::{Admission, Deployment, Limiter, Setup};
use crate::workload::trace::Trace;

/// What a request is charged there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Roomy {
    estimate: Estimate,
    assumed_output_tokens: u32,
    stream_limit: Option<u32>,
}

impl Roomy {
    /// Of a deployment of the setup's only stream, where it has room for the first `count` requests
    /// of `trace`.
    pub(super) fn of(
        setup: &Setup,
        deployment: usize,
        (trace, extremes): (&Trace, &Extremes),
        count: usize,
    ) -> Option<Self> {
        let own = setup.deployments.get(deployment)?;
        let Admission::Standard(limiter) = &own.admission else { return None };
        let fits = |most: Option<u32>| most.is_none_or(|most| extremes.input <= most);
        if !spills_plainly(own) || !fits(own.max_input_tokens) {
            return None;
        }
        let roomy = Self::charges(setup, own, limiter);
        roomy.has_room(setup, deployment, trace, count).then_some(roomy)
    }

    /// What requests of the setup's only stream are charged at a deployment, whether it has room or
    /// not.
    pub(super) fn charges(setup: &Setup, deployment: &Deployment, limiter: &Limiter) -> Self {
        Self {
            estimate: deployment.rules.limits.estimate,
            assumed_output_tokens: limiter.assumed_output_tokens,
            stream_limit: setup.streams.first().and_then(|stream| stream.max_output_tokens),
        }
    }

    /// Whether no minute and no window is asked for more than it admits.
    fn has_room(&self, setup: &Setup, deployment: usize, trace: &Trace, count: usize) -> bool {
        let (windows, of) = windows(setup, &[trace.clock_us]);
        let windows = &windows[of[deployment]];
        // Without any limit there is nothing to add up.
        if windows.have_room_for(u64::MAX - 1, u64::MAX, u64::MAX) {
            return true;
        }
        let (mut minute_end_us, mut window_end_us) = (0, 0);
        let (mut tokens, mut in_minute, mut in_window) = (0, 0, 0);
        for (id, at_us) in (0..).zip(&trace.arrival_us[..count]) {
            if *at_us >= minute_end_us.min(window_end_us) {
                let ends = windows.ends(*at_us);
                if *at_us >= minute_end_us {
                    (minute_end_us, tokens, in_minute) = (ends.0, 0, 0);
                }
                if *at_us >= window_end_us {
                    (window_end_us, in_window) = (ends.1, 0);
                }
            }
            tokens += self.tokens(trace, id);
            in_minute += 1;
            in_window += 1;
            if !windows.have_room_for(tokens, in_minute, in_window) {
                return false;
            }
        }
        true
    }

    /// What a request is charged.
    #[inline]
    pub(super) fn tokens(&self, trace: &Trace, id: u32) -> u64 {
        let limit = trace.max_output(id).or(self.stream_limit);
        let output = u64::from(limit.unwrap_or(self.assumed_output_tokens));
        self.estimate.tokens(trace.input_tokens[id as usize], trace.cached(id), output)
    }

    /// The longest answer that a request may have.
    #[inline]
    pub(super) fn output_limit(&self, trace: &Trace, id: u32) -> u32 {
        trace.max_output(id).or(self.stream_limit).unwrap_or(u32::MAX)
    }
}
