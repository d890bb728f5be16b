//! Which setups the fast path may take, and which the ordered path without rules.

use crate::engine::admission::bucket::{Scale, units_per_minute};
use crate::engine::paths::checked::Checked;
use crate::engine::rules::{DeploymentRules, LogScope, MoreLimits, StreamRules};
use crate::engine::setup::{Admission, Bucket, Deployment, Setup, Stream};
use crate::engine::time::completions::MAX_UNITS;
use crate::engine::work::Weights;
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
    /// Highest estimate, in steps of the level.
    pub(crate) highest_estimate: u64,
    /// What is known of the trace.
    pub(crate) checked: &'a Checked,
}

/// Levels and sums of levels stay below this.
const MAX_LEVEL: i128 = 1 << 61;

impl<'a> Plan<'a> {
    /// The plan of a checked setup, none when the precondition does not hold. Its scale also fits the capacities of
    /// `others`, none of them larger.
    pub(crate) fn of(
        setup: &'a Setup,
        traces: &[&'a Trace],
        checked: &'a [Checked],
        others: &[u64],
    ) -> Option<Self> {
        let [checked] = checked else { return None };
        let extremes = checked.extremes;
        let ([stream], [trace]) = (&setup.streams[..], traces) else { return None };
        let first = setup.deployments.get(stream.route.first()?.0 as usize)?;
        let Admission::Provisioned(bucket) = &first.admission else { return None };
        let known = stream.route.len() == setup.deployments.len() && stream.route.len() <= 2;
        let spill = stream.route.get(1).map(|ix| &setup.deployments[ix.0 as usize].admission);
        if !known || spill.is_some_and(|admission| !matches!(admission, Admission::Standard(_))) {
            return None;
        }
        let count = trace.arrival_us.partition_point(|at| *at < setup.horizon_us);
        let longest = extremes.output;
        let assumed = stream.max_output_tokens.unwrap_or(bucket.assumed_output_tokens);
        if !extremes.all_stated && stream.max_output_tokens.is_none() && longest > assumed {
            return None;
        }
        let plain = DeploymentRules {
            noise_per_1024: first.rules.noise_per_1024.clone(),
            ..DeploymentRules::default()
        };
        let mut targets = setup.deployments.iter().filter(|other| !std::ptr::eq(*other, first));
        if first.rules != plain
            || !targets.all(spills_plainly)
            || stream.rules != StreamRules::default()
            || setup.log != LogScope::Off
        {
            return None;
        }
        let units_per_minute = units_per_minute(bucket)?;
        let weights = bucket.weights;
        let mut capacities = others.to_vec();
        capacities.push(units_per_minute);
        let scale = Scale::of(&capacities, &[weights.input, weights.cached_input, weights.output]);
        let highest = u64::from(extremes.limit.max(assumed));
        let reduced = reduced(weights, scale);
        let input = u64::from(extremes.input);
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
            highest_estimate: u64::try_from(estimate * i128::from(scale.steps_per_unit)).ok()?,
            checked,
        })
    }
}

/// Whether completions and time change nothing at a spill target but its windows.
pub(super) fn spills_plainly(deployment: &Deployment) -> bool {
    let limits = &deployment.rules.limits;
    let rules = DeploymentRules { limits: limits.clone(), ..DeploymentRules::default() };
    let at_once = limits.concurrent.is_none() && limits.output_tokens_per_minute.is_none();
    deployment.rules
        == DeploymentRules { noise_per_1024: deployment.rules.noise_per_1024.clone(), ..rules }
        && at_once
}

/// Whether a setup has an optional rule that costs something per request. Without any, completions matter to levels alone.
pub(crate) fn has_rules(setup: &Setup) -> bool {
    let plain = |deployment: &Deployment| {
        let Deployment { admission, rules, .. } = deployment;
        let limits = match admission {
            Admission::Provisioned(_) => rules.limits.clone(),
            Admission::Standard(_) => MoreLimits {
                input_tokens_per_minute: None,
                output_tokens_per_minute: None,
                concurrent: None,
                headroom_per_million: 0,
                lowering: None,
                ..rules.limits.clone()
            },
            Admission::Managed(_) | Admission::Batch(_) => return false,
        };
        let own = DeploymentRules {
            noise_per_1024: rules.noise_per_1024.clone(),
            cache_write_weight: rules.cache_write_weight,
            long_weights: rules.long_weights,
            timeline: rules.timeline.clone(),
            ptu_quota: rules.ptu_quota,
            lifetime: rules.lifetime,
            limits,
            ..DeploymentRules::default()
        };
        *rules == own
    };
    let simple = |stream: &Stream| {
        // A deadline is looked at when a request is served, with or without rules.
        let StreamRules { deadline_us, first_answer_until_us, .. } = stream.rules;
        let own = StreamRules { deadline_us, first_answer_until_us, ..StreamRules::default() };
        stream.rules == own
    };
    setup.log != LogScope::Off
        || !setup.deployments.iter().all(plain)
        || !setup.streams.iter().all(simple)
}

/// Weights in reduced units.
pub(crate) fn reduced(weights: Weights, scale: Scale) -> Weights {
    Weights {
        input: weights.input / scale.weight_factor,
        cached_input: weights.cached_input / scale.weight_factor,
        output: weights.output / scale.weight_factor,
    }
}
