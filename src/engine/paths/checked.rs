//! What is known of a trace before it is replayed.

use crate::engine::admission::limiter::Windows;
use crate::engine::check;
use crate::engine::error::EngineError;
use crate::engine::paths::asked::{AskedMinutes, Charges};
use crate::workload::trace::Trace;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// What the check of a trace found: that it can be simulated, and what it holds. Made once, for
/// every replay.
#[derive(Clone, Debug)]
pub struct Checked {
    pub(super) extremes: Extremes,
    /// By the clock and the charges that were asked for first: few others are.
    asked: Arc<OnceLock<AskedMinutes>>,
}

impl Checked {
    /// Checks a trace.
    ///
    /// # Errors
    /// Columns or values that contradict each other, as of stream 0.
    pub fn of(trace: &Trace) -> Result<Self, EngineError> {
        check::check_trace(trace).map_err(|(request, reason)| EngineError::Trace {
            stream: 0,
            request,
            reason,
        })?;
        Ok(Self::unchecked(trace))
    }

    /// Of a trace that was checked.
    pub(super) fn unchecked(trace: &Trace) -> Self {
        Self { extremes: Extremes::of(trace), asked: Arc::default() }
    }

    /// What its requests ask of windows, where this is what is known of `trace`.
    pub(super) fn asked(
        &self,
        windows: &Windows,
        charges: Charges,
        trace: &Trace,
    ) -> Cow<'_, AskedMinutes> {
        let make = || AskedMinutes::of(windows, charges, trace);
        let known = self.asked.get_or_init(make);
        if known.are_of(windows, charges) { Cow::Borrowed(known) } else { Cow::Owned(make()) }
    }
}

/// What a trace holds at most: needed for every setup.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extremes {
    pub(super) input: u32,
    pub(super) output: u32,
    /// The highest output limit that a request states, 0 when none does.
    pub(super) limit: u32,
    /// Whether every request states one.
    pub(super) all_stated: bool,
}

impl Extremes {
    fn of(trace: &Trace) -> Self {
        let most = |column: &[u32]| column.iter().copied().max().unwrap_or(0);
        let limits = trace.max_output_tokens.as_deref();
        let stated = limits.into_iter().flatten().copied();
        Self {
            input: most(&trace.input_tokens),
            output: most(&trace.output_tokens),
            limit: stated.filter(|limit| *limit != Trace::NO_LIMIT).max().unwrap_or(0),
            all_stated: limits.is_some_and(|column| !column.contains(&Trace::NO_LIMIT)),
        }
    }
}
