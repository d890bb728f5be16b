//! The admission state of a deployment, by kind.

use crate::engine::admission::batch::BatchQueue;
use crate::engine::admission::bucket::{Level, Scale};
use crate::engine::admission::managed::Managed;
use crate::engine::record::outcome::Reason;
use crate::engine::rules::{DeploymentRules, Estimate};
use crate::engine::setup::{Bucket, RetryHeader};
use crate::engine::work::Weights;
use crate::ledger::usage::Answer;

/// What an attempt asks of a deployment. The classes of input are disjoint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    pub(crate) input: u32,
    pub(crate) fresh: u32,
    pub(crate) cached: u32,
    pub(crate) written: u32,
    pub(crate) max_output: Option<u32>,
    /// Answers made of which the best is returned (S 13).
    pub(crate) best_of: u32,
}

/// Why an attempt was not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) answer: Answer,
    pub(crate) reason: Reason,
    /// Whole milliseconds, 0 when none is given.
    pub(crate) retry_after_us: u64,
    /// Which headers say it.
    pub(crate) header: RetryHeader,
}

impl Refused {
    pub(crate) const TOO_LONG: Self = Self::with(Answer::InputTooLong, Reason::InputTooLong);
    pub(crate) const DOWN: Self = Self::with(Answer::ServerError, Reason::Down);
    pub(crate) const WENT_DOWN: Self = Self::with(Answer::ServerError, Reason::WentDown);
    pub(crate) const NO_FLEX: Self = Self::with(Answer::InvalidRequest, Reason::FlexNotOffered);
    pub(crate) const FILTERED: Self = Self::with(Answer::FilteredInput, Reason::PromptFiltered);

    pub(crate) const TIMED_OUT: Self = Self::with(Answer::TimedOut, Reason::TimedOut);

    /// Not asked at all: for the log alone.
    pub(crate) const LEFT_ALONE: Self = Self::with(Answer::ServerError, Reason::BreakerOpen);

    /// An answer without `retry-after`.
    pub(crate) const fn with(answer: Answer, reason: Reason) -> Self {
        Self { answer, reason, retry_after_us: 0, header: RetryHeader::Both }
    }

    pub(crate) const fn throttled(retry_after_us: u64, reason: Reason) -> Self {
        Self { retry_after_us, ..Self::with(Answer::Throttled, reason) }
    }

    /// Whether another deployment may serve the attempt (P R25: 429, 500, 503 and the over-long 400).
    pub(crate) const fn passes_on(self) -> bool {
        !matches!(self.answer, Answer::FilteredInput | Answer::InvalidRequest)
    }
}

/// The admission state.
#[derive(Debug)]
pub(crate) enum Gate {
    Bucket(Box<BucketGate>),
    /// The windows with this index; deployments of one pool share them.
    Windows {
        windows: usize,
        assumed_output_tokens: u32,
        estimate: Estimate,
        header: RetryHeader,
    },
    Managed(Box<Managed>),
    Batch(Box<BatchQueue>),
}

/// Weights of the four classes in reduced units.
#[derive(Clone, Copy, Debug)]
struct Reduced {
    fresh: u64,
    cached: u64,
    written: u64,
    output: u64,
}

impl Reduced {
    fn of(weights: Weights, written: u64, factor: u64) -> Self {
        Self {
            fresh: weights.input / factor,
            cached: weights.cached_input / factor,
            written: written / factor,
            output: weights.output / factor,
        }
    }
}

/// A bucket with its weights.
#[derive(Debug)]
pub(crate) struct BucketGate {
    pub(crate) level: Level,
    pub(crate) assumed_output_tokens: u32,
    pub(crate) units_per_minute_per_ptu: u64,
    short: Reduced,
    long: Reduced,
    long_above: u32,
}

impl BucketGate {
    pub(crate) fn new(bucket: &Bucket, rules: &DeploymentRules, sizes: &[u32]) -> Self {
        let written = rules.cache_write_weight.unwrap_or(bucket.weights.input);
        let long = rules.long_weights;
        let long_weights = long.map_or(bucket.weights, |long| long.weights);
        let long_written = long.map_or(written, |long| long.cache_write);
        let per_ptu = bucket.units_per_minute_per_ptu;
        let rates: Vec<u64> = sizes.iter().map(|size| u64::from(*size) * per_ptu).collect();
        let weights = |w: Weights| [w.input, w.cached_input, w.output];
        let all =
            [weights(bucket.weights), weights(long_weights), [written, long_written, 0]].concat();
        let scale = Scale::of(&rates, &all);
        let factor = scale.weight_factor;
        Self {
            level: Level::new(scale, bucket.burst_us),
            assumed_output_tokens: bucket.assumed_output_tokens,
            units_per_minute_per_ptu: per_ptu,
            short: Reduced::of(bucket.weights, written, factor),
            long: Reduced::of(long_weights, long_written, factor),
            long_above: long.map_or(u32::MAX, |long| long.above_tokens),
        }
    }

    #[inline]
    fn weights(&self, input: u32) -> &Reduced {
        if input > self.long_above { &self.long } else { &self.short }
    }

    #[inline]
    fn output(&self, limit: Option<u32>) -> u32 {
        limit.unwrap_or(self.assumed_output_tokens)
    }

    /// What an attempt is expected to take, reduced units.
    #[inline]
    pub(crate) fn estimate(&self, ask: &Ask) -> u64 {
        let weights = self.weights(ask.input);
        u64::from(ask.fresh) * weights.fresh
            + u64::from(ask.cached) * weights.cached
            + u64::from(ask.written) * weights.written
            + u64::from(self.output(ask.max_output)) * weights.output
    }

    /// Estimate minus truth of a request with this input and output limit, reduced units.
    #[inline]
    pub(crate) fn correction(&self, input: u32, limit: Option<u32>, output_tokens: u32) -> i64 {
        (i64::from(self.output(limit)) - i64::from(output_tokens))
            * self.weights(input).output as i64
    }

    #[inline]
    pub(crate) fn steps(&self, reduced_units: u64) -> i128 {
        i128::from(reduced_units) * i128::from(self.level.scale.steps_per_unit)
    }
}
