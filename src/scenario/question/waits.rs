//! Calls that may wait: `calls.batch`, all of a workload's calls or a share of them. A plan may serve those by other
//! deployments than the rest.

use crate::engine::rules::StreamRules;
use crate::scenario::load::Check;
use crate::scenario::schema::calls::CallsTable;

/// All calls, in 1/1,000,000.
pub const ALL_CALLS_PPM: u32 = 1_000_000;

/// Which calls of a workload may wait, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// Their share, in 1/1,000,000; above 0.
    pub share_ppm: u32,
    /// An answer is late when it is complete later than this after the call, microseconds; the platform's target when none.
    pub deadline_us: Option<u64>,
}

impl Waits {
    /// Whether all calls may wait.
    pub const fn is_all(&self) -> bool {
        self.share_ppm == ALL_CALLS_PPM
    }
}

impl Check<'_> {
    /// The calls that may wait. Where others may not, the deadline is no rule of the whole workload.
    pub(crate) fn waits(
        &mut self,
        table: Option<&CallsTable>,
        rules: &mut StreamRules,
    ) -> Option<Waits> {
        let calls = table?;
        let batch = calls.batch.as_ref()?;
        let mut share_ppm = ALL_CALLS_PPM;
        if let Some(written) = &batch.share {
            share_ppm = self.share("calls.batch.share", written).unwrap_or(ALL_CALLS_PPM);
            if share_ppm == 0 {
                let message = "share of nothing: calls.batch.share".to_owned();
                let hint = "write above \"0 %\", or drop calls.batch";
                self.wrong("share-of-nothing", written.span(), message, hint);
                return None;
            }
            if calls.sessions.is_some() && share_ppm < ALL_CALLS_PPM {
                let message = "share of a closed loop: calls.batch.share".to_owned();
                let hint = "a session waits for its answers: drop share or calls.sessions";
                self.wrong("share-of-sessions", written.span(), message, hint);
            }
        }
        let waits = Waits { share_ppm, deadline_us: rules.deadline_us };
        if !waits.is_all() {
            rules.deadline_us = None;
        }
        Some(waits)
    }
}
