//! How long an answer takes.

use crate::engine::work::ServiceTime;
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::resolve::joint::Joint;
use crate::units::diagnostic::Diagnostic;
use crate::units::time::{MILLISECOND_US, SECOND_US};
use statrs::function::erf::erf_inv;
use std::f64::consts::SQRT_2;

/// Quantiles that stand for a distribution of factors.
const QUANTILES: u32 = 256;
/// Largest coefficient of variation: the engine takes factors up to 64.
const MAX_VARIATION: f64 = 3.0;

impl Joint<'_> {
    /// Noise around the time of an answer: evenly spaced quantiles of a lognormal factor of mean 1. Empty without noise.
    pub(super) fn noise(&mut self, planned: &PlannedDeployment) -> Result<Vec<u32>, Diagnostic> {
        let variation = match planned.options.latency.noise_ppm {
            Some(ppm) => f64::from(ppm) / 1e6,
            None => self.parameter("latency-noise")? as f64 / 100.0,
        };
        if variation <= 0.0 {
            return Ok(Vec::new());
        }
        if variation > MAX_VARIATION {
            let message = format!("too much noise: latency varies by {} %", variation * 100.0);
            return Err(Diagnostic::error("too-much-noise", message).hint("state at most 300 %"));
        }
        Ok(lognormal(variation).map(|factor| (factor * 1_024.0).round() as u32).collect())
    }

    /// Time of an answer. Latency targets are documented for provisioned deployments only; a Standard one is assumed to
    /// do as well (P R24: best effort, no target).
    pub(super) fn service(
        &mut self,
        planned: &PlannedDeployment,
    ) -> Result<ServiceTime, Diagnostic> {
        let model = &*planned.model.name;
        let stated = planned.options.latency;
        let slower = self.scenario.service_time_per_mille;
        let scaled = |us: u64| us * slower / 1_000;
        let first_token_us = match stated.first_token_us {
            Some(own) => own,
            None => self.scaled_parameter("first-token", MILLISECOND_US)?,
        };
        if let Some(tokens_per_second) = stated.tokens_per_second {
            let per_output_token_us = SECOND_US / u64::from(tokens_per_second.max(1));
            return Ok(ServiceTime {
                first_token_us: scaled(first_token_us),
                per_output_token_us: scaled(per_output_token_us),
            });
        }
        let target = self
            .catalog
            .throughput(model, self.on)
            .ok()
            .and_then(|throughput| throughput.latency_target_tokens_per_second);
        let tokens_per_second = match target {
            Some(target) => {
                let name = format!("latency target of {model}");
                let target = self.facts.note(name, "output tokens per second", target);
                if planned.capacity_ptu.is_some() {
                    target
                } else {
                    let per_cent = self.parameter("standard-tokens-per-second-of-target")?;
                    let speed = u128::from(target) * u128::from(per_cent) / 100;
                    u32::try_from(speed).map_err(|_| {
                        Diagnostic::error(
                            "parameter-too-large",
                            format!("too large: standard-tokens-per-second-of-target = {per_cent}"),
                        )
                    })?
                }
            }
            None => self.small_parameter("tokens-per-second-without-target")?,
        };
        if tokens_per_second == 0 {
            return Err(Diagnostic::error(
                "no-speed",
                format!("no speed: {model} at 0 tokens per second"),
            ));
        }
        Ok(ServiceTime {
            first_token_us: scaled(first_token_us),
            per_output_token_us: scaled(SECOND_US / u64::from(tokens_per_second)),
        })
    }
}

/// Evenly spaced quantiles of a lognormal factor, of mean 1 and with this coefficient of variation. The tail beyond the last
/// quantile is missing, so the distribution they are taken from is a little wider: as much as makes theirs the one asked for.
fn lognormal(variation: f64) -> impl Iterator<Item = f64> {
    let (mut low, mut high) = (0.0, 4.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if variation_of(&quantiles(middle)) < variation { low = middle } else { high = middle }
    }
    let factors = quantiles(high);
    let mean = mean_of(&factors);
    factors.into_iter().map(move |factor| factor / mean)
}

/// Quantiles of a lognormal of this standard deviation of the logarithm.
fn quantiles(deviation: f64) -> Vec<f64> {
    let normal = |index: u32| {
        let probability = (f64::from(index) + 0.5) / f64::from(QUANTILES);
        SQRT_2 * erf_inv(2.0 * probability - 1.0)
    };
    (0..QUANTILES).map(|index| (deviation * normal(index)).exp()).collect()
}

fn mean_of(factors: &[f64]) -> f64 {
    factors.iter().sum::<f64>() / f64::from(QUANTILES)
}

fn variation_of(factors: &[f64]) -> f64 {
    let mean = mean_of(factors);
    let squares = factors.iter().map(|factor| (factor / mean - 1.0).powi(2)).sum::<f64>();
    (squares / f64::from(QUANTILES)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_has_the_variation_asked_for() {
        for variation in [0.1, 0.3, 1.0, 1.5, 3.0] {
            let factors: Vec<f64> = lognormal(variation).collect();
            assert!((mean_of(&factors) - 1.0).abs() < 1e-9);
            assert!((variation_of(&factors) - variation).abs() < 1e-6, "{variation}");
            assert!(factors.iter().all(|factor| *factor < 64.0), "{variation}");
        }
    }
}
