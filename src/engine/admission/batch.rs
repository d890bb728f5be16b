//! Batch (S 27-34): submissions up to a limit of enqueued input tokens, worked off in order at a rate.

use crate::engine::record::outcome::Gauge;
use crate::engine::rules::Batch;
use crate::units::time::MINUTE_US;

/// The state of a batch deployment.
#[derive(Clone, Debug)]
pub(crate) struct BatchQueue {
    rules: Batch,
    enqueued_tokens: u64,
    free_us: u64,
    /// Everything submitted before this and not finished by then was cancelled.
    cancelled_us: Option<u64>,
}

impl BatchQueue {
    pub(crate) const fn new(rules: Batch) -> Self {
        Self { rules, enqueued_tokens: 0, free_us: 0, cancelled_us: None }
    }

    /// Input tokens enqueued, of those that may be.
    pub(crate) const fn gauge(&self) -> Gauge {
        Gauge { value: self.enqueued_tokens, limit: self.rules.enqueued_tokens_max }
    }

    /// Share of the limit in use, in millionths.
    pub(crate) fn load(&self) -> u64 {
        let limit = u128::from(self.rules.enqueued_tokens_max.max(1));
        (u128::from(self.enqueued_tokens) * 1_000_000 / limit) as u64
    }

    /// Takes a submission of `input_tokens`, or refuses it (`token_limit_exceeded`).
    pub(crate) fn submit(&mut self, input_tokens: u32) -> bool {
        let with_own = self.enqueued_tokens + u64::from(input_tokens);
        if with_own > self.rules.enqueued_tokens_max {
            return false;
        }
        self.enqueued_tokens = with_own;
        true
    }

    /// When a submission of `tokens` in all is finished.
    pub(crate) fn finish_us(&mut self, now_us: u64, tokens: u64) -> u64 {
        let work = u128::from(tokens) * u128::from(MINUTE_US)
            / u128::from(self.rules.tokens_per_minute.max(1));
        self.free_us = self.free_us.max(now_us) + work as u64;
        self.free_us
    }

    /// Drops what is not finished.
    pub(crate) fn cancel(&mut self, now_us: u64) {
        self.cancelled_us = Some(now_us);
        self.enqueued_tokens = 0;
        self.free_us = now_us;
    }

    /// Whether a submission was cancelled before it finished; else its tokens leave the queue, and whether it is late.
    pub(crate) fn complete(
        &mut self,
        submitted_us: u64,
        finished_us: u64,
        input_tokens: u32,
    ) -> Finished {
        if self.cancelled_us.is_some_and(|at_us| submitted_us < at_us && at_us <= finished_us) {
            return Finished::Cancelled;
        }
        self.enqueued_tokens -= u64::from(input_tokens);
        if finished_us - submitted_us > self.rules.target_us {
            Finished::Late
        } else {
            Finished::InTime
        }
    }
}

/// How a submission ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finished {
    InTime,
    Late,
    Cancelled,
}
