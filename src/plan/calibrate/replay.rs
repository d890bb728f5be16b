//! The attempts of a log under one setting of the parameters.

use crate::catalog::Catalog;
use crate::engine::record::outcome::DeploymentOutcome;
use crate::engine::run;
use crate::engine::setup::{Admission, Client};
use crate::plan::calibrate::axis::{Axis, AxisValues, stated};
use crate::plan::calibrate::latency::LatencyFit;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::resolve::{Resolved, resolve};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::time::MINUTE_US;
use crate::workload::observed::Observed;

/// What is fitted to what.
pub(super) struct Fit<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) catalog: &'a Catalog,
    pub(super) today: &'a Candidate,
    pub(super) observed: &'a Observed,
    pub(super) latency: Option<&'a LatencyFit>,
}

/// What a setting predicts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Replayed {
    /// 429s of each minute.
    pub(super) throttled: Vec<u32>,
    /// Utilization of each minute, percent; empty for what has none.
    pub(super) utilization: Vec<f64>,
}

impl Fit<'_> {
    /// The deployment as the engine has it, under a setting.
    pub(super) fn resolved(
        &self,
        axes: &[Axis],
        setting: &AxisValues,
    ) -> Result<Resolved, Diagnostics> {
        let mut scenario = self.scenario.clone();
        stated(&mut scenario, axes, setting);
        resolve(&scenario, self.catalog, self.today)
    }

    /// The error of each minute: 429s in the wrong one, and a percentage point of utilization for as much as a 429.
    pub(super) fn errors(&self, found: &Replayed) -> Vec<f64> {
        let seen = self.observed.throttled_per_minute();
        let pairs = seen.iter().zip(&found.throttled);
        let mut errors: Vec<f64> =
            pairs.map(|(seen, predicted)| f64::from(seen.abs_diff(*predicted))).collect();
        for (minute, percent) in &self.observed.utilization {
            let predicted = found.utilization.get(*minute).copied();
            if let (Some(error), Some(predicted)) = (errors.get_mut(*minute), predicted) {
                *error += (predicted - percent).abs();
            }
        }
        errors
    }

    /// Whether two settings predict the same.
    pub(super) fn alike(&self, a: &Replayed, b: &Replayed) -> bool {
        a.throttled == b.throttled
            && (self.observed.utilization.is_empty() || a.utilization == b.utilization)
    }

    /// Mean absolute error of the utilization, percentage points; none where the log has none.
    pub(super) fn utilization_error(&self, found: &Replayed) -> Option<f64> {
        let seen = &self.observed.utilization;
        let errors: Vec<f64> = seen
            .iter()
            .filter_map(|(minute, percent)| Some((found.utilization.get(*minute)? - percent).abs()))
            .collect();
        (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64)
    }
}

/// Replays the log's attempts under a setting.
pub(super) fn replayed(
    fit: &Fit<'_>,
    axes: &[Axis],
    setting: &AxisValues,
) -> Result<Replayed, Diagnostics> {
    let mut setup = fit.resolved(axes, setting)?.setup;
    let minutes = fit.observed.minutes();
    setup.horizon_us = u64::try_from(minutes).unwrap_or(1).saturating_mul(MINUTE_US);
    setup.minute_series = true;
    setup.streams.truncate(1);
    for stream in &mut setup.streams {
        stream.client = Client::no_retry();
        // Nobody waits for an attempt: it was made when the log says.
        (stream.rules.concurrent, stream.rules.sessions) = (None, None);
    }
    if let (Some(latency), Some(deployment)) = (fit.latency, setup.deployments.first_mut()) {
        deployment.service = latency.service();
    }
    let provisioned = matches!(setup.deployments[0].admission, Admission::Provisioned(_));
    let outcome = run(&setup, &[&fit.observed.trace]).map_err(|error| {
        Diagnostic::error("simulation-failed", format!("simulation failed: {error}"))
    })?;
    let deployment = &outcome.deployments[0];
    let throttled = deployment.minutes.iter().map(|minute| minute.refused).collect();
    let utilization =
        if provisioned { utilization(deployment, setup.horizon_us) } else { Vec::new() };
    Ok(Replayed { throttled, utilization })
}

/// Utilization of each minute, percent.
fn utilization(deployment: &DeploymentOutcome, horizon_us: u64) -> Vec<f64> {
    let units = deployment.capacity_units as f64 / DeploymentOutcome::UNIT as f64;
    let per_minute = units * MINUTE_US as f64 / horizon_us as f64;
    let minutes = deployment.minutes.iter();
    minutes.map(|minute| minute.used_units as f64 / per_minute * 100.0).collect()
}
