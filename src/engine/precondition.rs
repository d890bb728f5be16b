//! Which setups the fast path may take.

use crate::engine::bucket::{Scale, units_per_minute};
use crate::engine::due::MAX_UNITS;
use crate::engine::rules::{DeploymentRules, LogScope, StreamRules};
use crate::engine::setup::{Admission, Bucket, Deployment, Setup, Weights};
use crate::units::time::MINUTE_US;
use crate::workload::trace::Trace;

/// A setup that meets the precondition.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) setup: &'a Setup,
    pub(crate) trace: &'a Trace,
    pub(crate) bucket: &'a Bucket,
    /// Requests before the horizon.
    pub(crate) count: usize,
    /// Output limit where a request states none, or the estimate assumed for it.
    pub(crate) max_output_tokens: u32,
    pub(crate) units_per_minute: u64,
    pub(crate) scale: Scale,
    /// Longest time of service.
    pub(crate) longest_us: u64,
}

/// Levels and sums of levels stay below this.
const MAX_LEVEL: i128 = 1 << 61;

impl<'a> Plan<'a> {
    /// The plan of a checked setup, none when the precondition does not hold.
    pub(crate) fn of(setup: &'a Setup, traces: &[&'a Trace]) -> Option<Self> {
        let ([stream], [trace]) = (&setup.streams[..], traces) else { return None };
        let first = setup.deployments.get(stream.route.first()?.0 as usize)?;
        let Admission::Provisioned(bucket) = &first.admission else { return None };
        let known = stream.route.len() == setup.deployments.len() && stream.route.len() <= 2;
        let spill = stream.route.get(1).map(|ix| &setup.deployments[ix.0 as usize].admission);
        if !known || spill.is_some_and(|admission| !matches!(admission, Admission::Standard(_))) {
            return None;
        }
        let count = trace.arrival_us.partition_point(|at| *at < setup.horizon_us);
        let limits = trace.max_output_tokens.as_ref();
        let all_stated = limits.is_some_and(|column| !column.contains(&Trace::NO_LIMIT));
        let longest = trace.output_tokens.iter().copied().max().unwrap_or(0);
        let assumed = stream.max_output_tokens.unwrap_or(bucket.assumed_output_tokens);
        if !all_stated && stream.max_output_tokens.is_none() && longest > assumed {
            return None;
        }
        let plain = DeploymentRules {
            noise_per_1024: first.rules.noise_per_1024.clone(),
            ..DeploymentRules::default()
        };
        let others = setup.deployments.iter().filter(|other| !std::ptr::eq(*other, first));
        if first.rules != plain
            || others.into_iter().any(|other| !spills_plainly(other))
            || stream.rules != StreamRules::default()
            || setup.log != LogScope::Off
        {
            return None;
        }
        let units_per_minute = units_per_minute(bucket)?;
        let weights = bucket.weights;
        let scale =
            Scale::of(&[units_per_minute], &[weights.input, weights.cached_input, weights.output]);
        let limits = limits.into_iter().flatten().copied();
        let stated = limits.filter(|limit| *limit != Trace::NO_LIMIT).max().unwrap_or(0);
        let highest = u64::from(stated.max(assumed));
        let reduced = reduced(weights, scale);
        let input = u64::from(trace.input_tokens.iter().copied().max().unwrap_or(0));
        let output_units = highest.checked_mul(reduced.output)?;
        let estimate = i128::from(input) * i128::from(reduced.input.max(reduced.cached_input))
            + i128::from(output_units);
        let full = i128::from(scale.drain_per_us(units_per_minute)) * i128::from(bucket.burst_us);
        let minute = i128::from(scale.drain_per_us(units_per_minute)) * i128::from(MINUTE_US);
        let fits =
            full + estimate * i128::from(scale.steps_per_unit) < MAX_LEVEL && minute < MAX_LEVEL;
        if !fits || output_units > MAX_UNITS {
            return None;
        }
        let service = &first.service;
        let quiet_us = service.first_token_us + service.per_output_token_us * u64::from(longest);
        let noise = plain.noise_per_1024.iter().copied().max().unwrap_or(1_024);
        let longest_us = u64::try_from((u128::from(quiet_us) * u128::from(noise)) >> 10).ok()?;
        Some(Self {
            setup,
            trace,
            bucket,
            count,
            max_output_tokens: assumed,
            units_per_minute,
            scale,
            longest_us,
        })
    }
}

/// Whether completions and time change nothing at a spill target but its windows.
fn spills_plainly(deployment: &Deployment) -> bool {
    let limits = &deployment.rules.limits;
    let rules = DeploymentRules { limits: limits.clone(), ..DeploymentRules::default() };
    let at_once = limits.concurrent.is_none() && limits.output_tokens_per_minute.is_none();
    deployment.rules
        == DeploymentRules { noise_per_1024: deployment.rules.noise_per_1024.clone(), ..rules }
        && at_once
}

/// Weights in reduced units.
pub(crate) fn reduced(weights: Weights, scale: Scale) -> Weights {
    Weights {
        input: weights.input / scale.weight_factor,
        cached_input: weights.cached_input / scale.weight_factor,
        output: weights.output / scale.weight_factor,
    }
}
