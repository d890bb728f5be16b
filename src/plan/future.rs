//! One possible future of a question: how much traffic, of what shape, at which prices, with which luck.
//!
//! A draw is a hash of the scenario's seed, what is drawn and the number of the future, put through the inverse of the
//! distribution: no generator holds a state, so every candidate faces the same futures (common random numbers) and the
//! order of the work does not matter (invariants 3 and 9).

use crate::plan::question::Question;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::uncertain::{Triangular, Uncertain};
use crate::scenario::question::workload::Workload;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::luck::splitmix64;
use crate::workload::trace::Trace;
use crate::workload::transform;
use crate::workload::transform::TransformFault;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A possible future.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Future {
    /// Seed of all random draws.
    pub seed: u64,
    /// Factor on the rate of requests, growth within the period included.
    #[serde(with = "crate::units::exact")]
    pub level: f64,
    /// Growth from month to month, a share.
    #[serde(with = "crate::units::exact")]
    pub growth_per_month: f64,
    /// Share of the input that is cached; the trace's own when none.
    #[serde(with = "crate::units::exact::optional")]
    pub cached_share: Option<f64>,
    /// Factor on input tokens.
    #[serde(with = "crate::units::exact")]
    pub input_length: f64,
    /// Factor on output tokens.
    #[serde(with = "crate::units::exact")]
    pub output_length: f64,
    /// Factor on how long answers take.
    #[serde(with = "crate::units::exact")]
    pub service_time: f64,
    /// Factor on what tokens cost.
    #[serde(with = "crate::units::exact")]
    pub token_price: f64,
    /// Factor on what PTUs cost.
    #[serde(with = "crate::units::exact")]
    pub ptu_price: f64,
    /// Values of catalogue parameters.
    pub parameters: BTreeMap<String, u64>,
    /// Readings of catalogue parameters that are a choice between documents; never drawn, moved one at a time.
    pub readings: BTreeMap<String, String>,
}

/// What is drawn. Two inputs never share draws.
const SEED: u64 = 0x5EED;
const TRAFFIC: u64 = 1;
const GROWTH: u64 = 2;
const CACHED: u64 = 3;
const INPUT: u64 = 4;
const OUTPUT: u64 = 5;
const TOKEN_PRICE: u64 = 6;
const PTU_PRICE: u64 = 7;
const SERVICE_TIME: u64 = 8;
const FIRST_PARAMETER: u64 = 1_000;

/// A uniform draw of 0 to 1 for an input in a future.
fn uniform(seed: u64, input: u64, future: u32) -> f64 {
    let hash = splitmix64(splitmix64(seed ^ splitmix64(input)) ^ u64::from(future));
    (hash >> 11) as f64 / (1_u64 << 53) as f64
}

impl Future {
    /// The most likely future, with the scenario's own luck: what all candidates are ranked in first.
    pub fn most_likely(scenario: &Scenario) -> Self {
        let certain = Uncertain::default();
        let uncertain = scenario.uncertain.as_ref().unwrap_or(&certain);
        Self::of(scenario, uncertain, scenario.seed, |_, range| range.mode)
    }

    /// Future number `future` of a scenario, from 0. Where nothing is uncertain futures differ by their luck alone.
    pub fn draw(scenario: &Scenario, future: u32) -> Self {
        let certain = Uncertain::default();
        let uncertain = scenario.uncertain.as_ref().unwrap_or(&certain);
        // Future 0 keeps the scenario's own luck.
        let seed = match future {
            0 => scenario.seed,
            _ => splitmix64(splitmix64(scenario.seed ^ SEED) ^ u64::from(future)),
        };
        Self::of(scenario, uncertain, seed, |input, range| {
            range.quantile(uniform(scenario.seed, input, future))
        })
    }

    fn of(
        scenario: &Scenario,
        uncertain: &Uncertain,
        seed: u64,
        value: impl Fn(u64, &Triangular) -> f64,
    ) -> Self {
        let growth_per_month = value(GROWTH, &uncertain.growth_per_month);
        let months = scenario.period.whole_months().unwrap_or(1);
        let parameters = uncertain.parameters.iter().zip(FIRST_PARAMETER..);
        Self {
            seed,
            level: value(TRAFFIC, &uncertain.traffic) * mean_growth(growth_per_month, months),
            growth_per_month,
            cached_share: uncertain.cached_share.as_ref().map(|share| value(CACHED, share)),
            input_length: value(INPUT, &uncertain.input_length),
            output_length: value(OUTPUT, &uncertain.output_length),
            service_time: value(SERVICE_TIME, &uncertain.service_time),
            token_price: value(TOKEN_PRICE, &uncertain.token_price),
            ptu_price: value(PTU_PRICE, &uncertain.ptu_price),
            parameters: parameters
                .map(|((name, range), input)| (name.clone(), value(input, range).round() as u64))
                .collect(),
            readings: BTreeMap::new(),
        }
    }

    /// The scenario with this future's parameters and service times.
    pub fn scenario<'a>(&self, scenario: &'a Scenario) -> Cow<'a, Scenario> {
        let certain = (self.service_time - 1.0).abs() < f64::EPSILON;
        if certain && self.parameters.is_empty() && self.readings.is_empty() {
            return Cow::Borrowed(scenario);
        }
        let mut changed = scenario.clone();
        changed.service_time_per_mille = (self.service_time * 1_000.0).round() as u64;
        let numbers = self.parameters.iter().map(|(name, value)| (name, value.to_string()));
        let readings = self.readings.iter().map(|(name, value)| (name, value.clone()));
        for (name, value) in numbers.chain(readings) {
            let place = scenario.parameters.get(name).map_or(&scenario.region.place, |(_, p)| p);
            changed.parameters.insert(name.clone(), (value, place.clone()));
        }
        Cow::Owned(changed)
    }

    /// The traces of this future, made from the scenario's own.
    ///
    /// # Errors
    /// Traffic that cannot be scaled so.
    pub fn traces<'a>(&self, question: Question<'a>) -> Result<Cow<'a, [Trace]>, Diagnostics> {
        self.traces_by(question, |index, level| transform::scale(&question.traces[index], level))
    }

    /// Whether its requests are the question's own.
    pub(crate) fn has_traffic_of(&self, question: Question<'_>) -> bool {
        let factors = [self.level, self.input_length, self.output_length];
        let shaped = self.cached_share.is_some()
            || factors.iter().any(|factor| (factor - 1.0).abs() > f64::EPSILON);
        !shaped && question.traces.iter().all(|trace| trace.seed == self.seed)
    }

    /// The same where `scaled` knows each trace, by its number, at any level.
    pub(crate) fn traces_by<'a>(
        &self,
        question: Question<'a>,
        scaled: impl Fn(usize, f64) -> Result<Trace, TransformFault>,
    ) -> Result<Cow<'a, [Trace]>, Diagnostics> {
        if self.has_traffic_of(question) {
            return Ok(Cow::Borrowed(question.traces));
        }
        let pairs = question.scenario.workloads.iter().zip(question.traces).enumerate();
        let each = pairs.map(|(index, (workload, trace))| {
            self.trace(workload, trace, |level| scaled(index, level))
        });
        each.collect()
    }

    fn trace(
        &self,
        workload: &Workload,
        trace: &Trace,
        scaled: impl Fn(f64) -> Result<Trace, TransformFault>,
    ) -> Result<Trace, Diagnostics> {
        let mut changed = if (self.level - 1.0).abs() > f64::EPSILON {
            // The scenario's own luck decides whom more or less traffic touches: a level is a subset of each higher one.
            scaled(self.level).map_err(|fault| {
                Diagnostic::error("cannot-transform", format!("cannot scale traffic: {fault}"))
                    .at(workload.traffic.trace.place.clone())
            })?
        } else {
            trace.clone()
        };
        changed.seed = self.seed;
        let limit = workload.max_output_tokens;
        changed = transform::lengthen(changed, self.input_length, self.output_length, limit);
        if let Some(share) = self.cached_share {
            changed = transform::cache(changed, share);
        }
        Ok(changed)
    }
}

/// The mean level over months that each grow by a share: 1 for one month.
pub fn mean_growth(growth_per_month: f64, months: u64) -> f64 {
    let months = months.max(1);
    (0..months).map(|month| level_after(growth_per_month, month)).sum::<f64>() / months as f64
}

/// The level after some months of growth, by repeated multiplication so that every machine gets the same.
pub fn level_after(growth_per_month: f64, months: u64) -> f64 {
    (0..months).fold(1.0, |level, _| level * (1.0 + growth_per_month))
}
