//! What requests ask of a Standard deployment's windows, minute by minute.

use crate::engine::admission::limiter::Windows;
use crate::engine::rules::Estimate;
use crate::engine::setup::{Deployment, Limiter, Setup};
use crate::workload::trace::Trace;

/// What a request is charged there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Charges {
    estimate: Estimate,
    assumed_output_tokens: u32,
    stream_limit: Option<u32>,
}

impl Charges {
    /// What requests of the setup's only stream are charged at a deployment, whether it has room or
    /// not.
    pub(super) fn of(setup: &Setup, deployment: &Deployment, limiter: &Limiter) -> Self {
        Self {
            estimate: deployment.rules.limits.estimate,
            assumed_output_tokens: limiter.assumed_output_tokens,
            stream_limit: setup.streams.first().and_then(|stream| stream.max_output_tokens),
        }
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

/// What a minute of the windows' clock is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct AskedMinute {
    /// When the first request comes.
    pub(super) start_us: u64,
    pub(super) end_us: u64,
    pub(super) tokens: u64,
    pub(super) requests: u64,
    /// The most that a request window has by its end.
    pub(super) in_window: u64,
}

/// The minutes in which the requests of a trace come, in their order.
#[derive(Clone, Debug)]
pub(super) struct AskedMinutes {
    charges: Charges,
    /// By which clock they were told apart.
    clock: [u64; 3],
    pub(super) each: Vec<AskedMinute>,
}

impl AskedMinutes {
    pub(super) fn of(windows: &Windows, charges: Charges, trace: &Trace) -> Self {
        let mut each = Vec::new();
        let mut open = AskedMinute { start_us: 0, end_us: 0, tokens: 0, requests: 0, in_window: 0 };
        let (mut window_end_us, mut in_window) = (0, 0);
        for (id, at_us) in (0..).zip(&trace.arrival_us) {
            if *at_us >= open.end_us.min(window_end_us) {
                let ends = windows.ends(*at_us);
                if *at_us >= window_end_us {
                    (window_end_us, in_window) = (ends.1, 0);
                }
                if *at_us >= open.end_us {
                    each.extend((open.requests > 0).then_some(open));
                    let (start_us, end_us) = (*at_us, ends.0);
                    open = AskedMinute { start_us, end_us, tokens: 0, requests: 0, in_window };
                }
            }
            open.tokens += charges.tokens(trace, id);
            open.requests += 1;
            in_window += 1;
            open.in_window = open.in_window.max(in_window);
        }
        each.extend((open.requests > 0).then_some(open));
        Self { charges, clock: windows.clock(), each }
    }

    /// Whether they are those of such windows and charges.
    pub(super) fn are_of(&self, windows: &Windows, charges: Charges) -> bool {
        self.charges == charges && self.clock == windows.clock()
    }
}
