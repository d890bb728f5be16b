//! A deployment at work: its admission state, its counters and its minute series.

use crate::engine::bucket::{Level, units_per_minute};
use crate::engine::limiter::Windows;
use crate::engine::outcome::{DeploymentOutcome, MinuteSample};
use crate::engine::setup::{Admission, Bucket, Deployment};
use crate::ledger::usage::ContextTier;
use crate::units::time::MINUTE_US;
use crate::workload::trace::{Hidden, Offer};

/// Why an attempt was not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// 429 with a `retry-after`.
    Throttled {
        /// Microseconds, whole milliseconds.
        retry_after_us: u64,
    },
    /// 400: the input is longer than the deployment takes.
    InputTooLong,
}

/// The admission state.
#[derive(Debug)]
pub(crate) enum Gate {
    Bucket(Box<BucketGate>),
    Windows { windows: Windows, assumed_output_tokens: u32 },
}

/// A bucket with its weights in reduced units.
#[derive(Debug)]
pub(crate) struct BucketGate {
    pub(crate) level: Level,
    input: u64,
    cached_input: u64,
    output: u64,
    assumed_output_tokens: u32,
}

impl BucketGate {
    fn new(bucket: &Bucket) -> Self {
        let level = Level::new(bucket, units_per_minute(bucket).unwrap_or(u64::MAX));
        let factor = level.scale.weight_factor;
        Self {
            input: bucket.weights.input / factor,
            cached_input: bucket.weights.cached_input / factor,
            output: bucket.weights.output / factor,
            assumed_output_tokens: bucket.assumed_output_tokens,
            level,
        }
    }

    #[inline]
    fn estimate(&self, offer: &Offer) -> u64 {
        let fresh = offer.input_tokens - offer.cached_input_tokens;
        let output = offer.max_output_tokens.unwrap_or(self.assumed_output_tokens);
        u64::from(fresh) * self.input
            + u64::from(offer.cached_input_tokens) * self.cached_input
            + u64::from(output) * self.output
    }

    #[inline]
    fn steps(&self, reduced_units: u64) -> i128 {
        i128::from(reduced_units) * i128::from(self.level.scale.steps_per_unit)
    }
}

/// The minute series of a deployment and the clock that closes its minutes.
#[derive(Debug)]
struct Minutes {
    keep: bool,
    /// End of the open minute: the horizon at most, the largest time after it.
    end_us: u64,
    horizon_us: u64,
    open: MinuteSample,
    /// Whole units worked off before the open minute.
    worked_units: u128,
}

/// A deployment during a run.
#[derive(Debug)]
pub(crate) struct State<'a> {
    pub(crate) setup: &'a Deployment,
    pub(crate) gate: Gate,
    pub(crate) counts: DeploymentOutcome,
    minutes: Minutes,
}

impl<'a> State<'a> {
    pub(crate) fn new(setup: &'a Deployment, horizon_us: u64, keep_minutes: bool) -> Self {
        let gate = match &setup.admission {
            Admission::Provisioned(bucket) => Gate::Bucket(Box::new(BucketGate::new(bucket))),
            Admission::Standard(limiter) => Gate::Windows {
                windows: Windows::new(limiter),
                assumed_output_tokens: limiter.assumed_output_tokens,
            },
        };
        let minutes = Minutes {
            keep: keep_minutes,
            end_us: MINUTE_US.min(horizon_us),
            horizon_us,
            open: MinuteSample::default(),
            worked_units: 0,
        };
        Self { setup, gate, counts: DeploymentOutcome::default(), minutes }
    }

    /// Brings the minute series up to `now_us`. Comes before anything that happens at `now_us`.
    #[inline]
    pub(crate) fn advance(&mut self, now_us: u64) {
        while now_us >= self.minutes.end_us {
            self.close_minute();
        }
    }

    #[cold]
    fn close_minute(&mut self) {
        let minutes = &mut self.minutes;
        let end_us = minutes.end_us;
        let last = end_us == minutes.horizon_us;
        if let Gate::Bucket(gate) = &mut self.gate {
            gate.level.settle(end_us);
            let worked = gate.level.worked_parts() / DeploymentOutcome::UNIT;
            minutes.open.used_units = (worked - minutes.worked_units) as u64;
            minutes.worked_units = worked;
            if last {
                gate.level.stop_counting();
            }
        }
        // The last minute stays open: late retries are counted in it.
        if minutes.keep {
            self.counts.minutes.push(std::mem::take(&mut minutes.open));
        }
        minutes.end_us = if last { u64::MAX } else { (end_us + MINUTE_US).min(minutes.horizon_us) };
    }

    /// The minute that what happens now is counted in.
    #[inline]
    fn minute(&mut self) -> &mut MinuteSample {
        if self.minutes.end_us == u64::MAX
            && let Some(last) = self.counts.minutes.last_mut()
        {
            return last;
        }
        &mut self.minutes.open
    }

    /// Answers an attempt at `now_us`.
    #[inline]
    pub(crate) fn answer(&mut self, now_us: u64, offer: &Offer) -> Result<(), Refusal> {
        self.advance(now_us);
        self.counts.offered += 1;
        let too_long = self.setup.max_input_tokens.is_some_and(|max| offer.input_tokens > max);
        let (units, answer) = match &mut self.gate {
            Gate::Bucket(gate) => {
                let reduced = gate.estimate(offer);
                gate.level.settle(now_us);
                let answer = if too_long {
                    Err(Refusal::InputTooLong)
                } else {
                    gate.level
                        .admit(gate.steps(reduced))
                        .map_err(|retry_after_us| Refusal::Throttled { retry_after_us })
                };
                (reduced * gate.level.scale.weight_factor, answer)
            }
            Gate::Windows { windows, assumed_output_tokens } => {
                let output = offer.max_output_tokens.unwrap_or(*assumed_output_tokens);
                let tokens = u64::from(offer.input_tokens) + u64::from(output);
                // An over-long input may count to the limits (S 16) and does.
                let answer = windows
                    .admit(now_us, tokens)
                    .map_err(|retry_after_us| Refusal::Throttled { retry_after_us })
                    .and(if too_long { Err(Refusal::InputTooLong) } else { Ok(()) });
                (tokens, answer)
            }
        };
        if self.minutes.keep {
            let standard = matches!(self.gate, Gate::Windows { .. });
            let minute = self.minute();
            minute.offered += 1;
            minute.offered_units += units;
            if answer.is_err() {
                minute.refused += 1;
            } else if standard {
                minute.used_units += units;
            }
        }
        answer
    }

    /// Microseconds from admission to completion.
    #[inline]
    pub(crate) fn service_us(&self, hidden: Hidden) -> u64 {
        let service = &self.setup.service;
        service.first_token_us + service.per_output_token_us * u64::from(hidden.output_tokens)
    }

    /// Estimate minus truth in reduced units, none when completion changes nothing here.
    #[inline]
    pub(crate) fn correction(&self, offer: &Offer, hidden: Hidden) -> Option<i64> {
        match &self.gate {
            Gate::Bucket(gate) => {
                let estimated = offer.max_output_tokens.unwrap_or(gate.assumed_output_tokens);
                let difference = i64::from(estimated) - i64::from(hidden.output_tokens);
                Some(difference * gate.output as i64)
            }
            Gate::Windows { .. } => None,
        }
    }

    /// Corrects the level at completion (P R10.3).
    #[inline]
    pub(crate) fn correct(&mut self, now_us: u64, reduced_units: i64) {
        self.advance(now_us);
        if let Gate::Bucket(gate) = &mut self.gate {
            let steps = gate.steps(reduced_units.unsigned_abs());
            if reduced_units >= 0 {
                gate.level.give_back(steps);
            } else {
                gate.level.take(now_us, steps);
            }
        }
    }

    /// Which price the whole input is billed at.
    #[inline]
    pub(crate) fn context(&self, offer: &Offer) -> ContextTier {
        match self.setup.long_context_above_tokens {
            Some(above) if offer.input_tokens > above => ContextTier::Long,
            _ => ContextTier::Default,
        }
    }

    /// Closes the books at the horizon.
    pub(crate) fn finish(mut self) -> (DeploymentOutcome, u128) {
        self.advance(self.minutes.horizon_us);
        let mut idle = 0;
        if let (Gate::Bucket(gate), Admission::Provisioned(bucket)) =
            (&self.gate, &self.setup.admission)
        {
            self.counts.used_units = gate.level.worked_parts();
            self.counts.capacity_units = u128::from(units_per_minute(bucket).unwrap_or(u64::MAX))
                * u128::from(self.minutes.horizon_us);
            idle = gate.level.idle_parts();
        }
        (self.counts, idle)
    }
}
