//! When a Standard deployment has room for every request of a trace, however many of them come to
//! it: while no client waits it refuses none then, and its windows need not be looked at.

use crate::engine::admission::limiter::Windows;
use crate::engine::deployment::windows;
use crate::engine::paths::precondition::{Extremes, spills_plainly};
use crate::engine::rules::Estimate;
use crate::engine::setup::{Admission, Deployment, Limiter, Setup};
use crate::workload::trace::Trace;
use std::ops::Range;

/// What a request is charged there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Charges {
    estimate: Estimate,
    assumed_output_tokens: u32,
    stream_limit: Option<u32>,
}

/// What requests are charged, and when they may be too many.
#[derive(Clone, Debug)]
pub(super) struct Room {
    pub(super) charges: Charges,
    pub(super) busy: Busy,
}

impl Room {
    /// Of a deployment of the setup's only stream for the first `count` requests of `trace`; none
    /// where more than its windows decides what it answers.
    pub(super) fn of(
        setup: &Setup,
        deployment: usize,
        (trace, extremes): (&Trace, &Extremes),
        count: usize,
    ) -> Option<Self> {
        let (charges, windows) = charged_by_windows(setup, deployment, trace, extremes)?;
        let busy = Busy::of(&windows, charges, &trace.arrival_us[..count], trace, usize::MAX);
        Some(Self { charges, busy })
    }

    /// Whether there is one, and it has room for every request.
    pub(super) fn is_for_all(
        setup: &Setup,
        deployment: usize,
        (trace, extremes): (&Trace, &Extremes),
        count: usize,
    ) -> bool {
        let own = charged_by_windows(setup, deployment, trace, extremes);
        own.is_some_and(|(charges, windows)| {
            Busy::of(&windows, charges, &trace.arrival_us[..count], trace, 1).is_never()
        })
    }
}

fn charged_by_windows(
    setup: &Setup,
    deployment: usize,
    trace: &Trace,
    extremes: &Extremes,
) -> Option<(Charges, Windows)> {
    let own = setup.deployments.get(deployment)?;
    let Admission::Standard(limiter) = &own.admission else { return None };
    let fits = |most: Option<u32>| most.is_none_or(|most| extremes.input <= most);
    if !spills_plainly(own) || !fits(own.max_input_tokens) {
        return None;
    }
    let (mut windows, of) = windows(setup, &[trace.clock_us]);
    Some((Charges::of(setup, own, limiter), windows.swap_remove(of[deployment])))
}

/// The stretches of time in which windows may be asked for more than they admit: whole minutes of
/// their clock, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Busy {
    stretches: Vec<Range<u64>>,
    /// The first that does not lie before what was asked last.
    next: usize,
}

impl Busy {
    /// The whole time.
    pub(super) fn always() -> Self {
        let stretches = std::iter::once(0..u64::MAX).collect();
        Self { stretches, next: 0 }
    }

    /// Whether there is no such time.
    pub(super) const fn is_never(&self) -> bool {
        self.stretches.is_empty()
    }

    /// Whether a time is within one. Times are asked for in their order.
    #[inline(always)]
    pub(super) fn is_at(&mut self, now_us: u64) -> bool {
        while let Some(stretch) = self.stretches.get(self.next) {
            if now_us < stretch.end {
                return stretch.start <= now_us;
            }
            self.next += 1;
        }
        false
    }

    /// Where all requests come to the windows; at most so many stretches are looked for.
    fn of(windows: &Windows, charges: Charges, at: &[u64], trace: &Trace, most: usize) -> Self {
        let mut found = Self::default();
        // Without any limit there is nothing to add up.
        if windows.have_room_for(u64::MAX - 1, u64::MAX, u64::MAX) {
            return found;
        }
        // When the open minute began is known from its first request on.
        let (mut start_us, mut minute_end_us, mut window_end_us) = (0, 0, 0);
        let (mut tokens, mut in_minute, mut in_window) = (0, 0, 0);
        let mut is_busy = false;
        for (id, at_us) in (0..).zip(at) {
            if *at_us >= minute_end_us.min(window_end_us) {
                let ends = windows.ends(*at_us);
                if *at_us >= minute_end_us {
                    start_us = *at_us;
                    (minute_end_us, tokens, in_minute, is_busy) = (ends.0, 0, 0, false);
                }
                if *at_us >= window_end_us {
                    (window_end_us, in_window) = (ends.1, 0);
                }
            }
            if is_busy {
                continue;
            }
            tokens += charges.tokens(trace, id);
            in_minute += 1;
            in_window += 1;
            is_busy = !windows.have_room_for(tokens, in_minute, in_window);
            if is_busy {
                match found.stretches.last_mut() {
                    Some(last) if last.end >= start_us => last.end = minute_end_us,
                    _ => found.stretches.push(start_us..minute_end_us),
                }
                if found.stretches.len() == most {
                    break;
                }
            }
        }
        // What a window counts over several minutes has to be added up in all of them.
        if !found.is_never() && !windows.lie_in_minutes() {
            return Self::always();
        }
        found
    }
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
