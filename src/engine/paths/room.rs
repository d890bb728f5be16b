//! When a Standard deployment has room for every request of a trace, however many of them come to
//! it: while no client waits it refuses none then, and its windows need not be looked at.

use crate::engine::admission::limiter::Windows;
use crate::engine::deployment::windows;
use crate::engine::paths::asked::{AskedMinute, Charges};
use crate::engine::paths::checked::Checked;
use crate::engine::paths::precondition::spills_plainly;
use crate::engine::setup::{Admission, Setup};
use crate::workload::trace::Trace;
use std::ops::Range;

/// What requests are charged, and when they may be too many.
#[derive(Clone, Debug)]
pub(super) struct WindowRoom {
    pub(super) charges: Charges,
    pub(super) busy: Busy,
}

impl WindowRoom {
    /// Of a deployment of the setup's only stream for the requests of `trace`; none where more than
    /// its windows decides what it answers.
    pub(super) fn of(
        setup: &Setup,
        deployment: usize,
        trace: &Trace,
        checked: &Checked,
    ) -> Option<Self> {
        let own = setup.deployments.get(deployment)?;
        let Admission::Standard(limiter) = &own.admission else { return None };
        let fits = |most: Option<u32>| most.is_none_or(|most| checked.extremes.input <= most);
        if !spills_plainly(own) || !fits(own.max_input_tokens) {
            return None;
        }
        let (windows, of) = windows(setup, &[trace.clock_us]);
        let charges = Charges::of(setup, own, limiter);
        let busy = Busy::of(windows.get(of[deployment])?, charges, trace, checked);
        Some(Self { charges, busy })
    }
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
    #[inline]
    pub(super) fn is_at(&mut self, now_us: u64) -> bool {
        while let Some(stretch) = self.stretches.get(self.next) {
            if now_us < stretch.end {
                return stretch.start <= now_us;
            }
            self.next += 1;
        }
        false
    }

    /// Where all requests come to the windows.
    fn of(windows: &Windows, charges: Charges, trace: &Trace, checked: &Checked) -> Self {
        // Without any limit there is nothing to add up.
        if windows.have_room_for(u64::MAX - 1, u64::MAX, u64::MAX) {
            return Self::default();
        }
        let minutes = checked.asked(windows, charges, trace);
        let full =
            |own: &&AskedMinute| !windows.have_room_for(own.tokens, own.requests, own.in_window);
        let stretches = minutes.each.iter().filter(full).map(|own| own.start_us..own.end_us);
        let found = Self { stretches: stretches.collect(), next: 0 };
        // What a window counts over several minutes has to be added up in all of them.
        if !found.is_never() && !windows.lie_in_minutes() { Self::always() } else { found }
    }
}
