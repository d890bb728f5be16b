//! The fit: every parameter in turn, until none explains the log better.

use crate::catalog::Catalog;
use crate::plan::calibrate::axis::{Axis, Setting};
use crate::plan::calibrate::evidence::{Reading, Verdict, judge, worse};
use crate::plan::calibrate::found::{Calibration, Fitted};
use crate::plan::calibrate::latency;
use crate::plan::calibrate::replay::{Fit, Replayed, replayed};
use crate::plan::calibrate::space::axes;
use crate::plan::workers::Workers;
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::workload::observed::Observed;

/// Rounds over all parameters after which the fit stops improving, or is given up.
const MAX_ROUNDS: usize = 5;

/// Minutes' errors of a replay: the sum of the absolute differences.
fn loss(found: &Replayed, seen: &Fit) -> f64 {
    seen.errors(found).iter().sum()
}

/// Fits the parameters of the only deployment of `[today]` to a log.
///
/// # Errors
/// A scenario with more than one workload or deployment, or one of a kind whose limits are no parameters; settings that
/// cannot be simulated.
pub fn calibrate(
    scenario: &Scenario,
    catalog: &Catalog,
    observed: &Observed,
    workers: &impl Workers,
) -> Result<Calibration, Diagnostics> {
    let today = scenario.today.as_ref().filter(|today| today.deployments.len() == 1);
    let Some(today) = today.filter(|_| scenario.workloads.len() == 1) else {
        let message = "cannot calibrate: the scenario has not one workload and one deployment";
        return Err(Diagnostic::error("cannot-calibrate", message)
            .hint("describe in [today] the deployment that wrote the log, and one workload that calls it")
            .into());
    };
    let latency = latency::fit(observed);
    let fit = Fit { scenario, catalog, today, observed, latency: latency.as_ref() };
    let space = axes(&fit)?;
    let default: Setting = space.iter().map(|axis| axis.default).collect();
    let mut settings = 1;
    let by_default = replayed(&fit, &space, &default)?;
    let (mut best, mut found) = (default.clone(), by_default.clone());
    for _ in 0..MAX_ROUNDS {
        let before = best.clone();
        for index in 0..space.len() {
            let others = tried(&fit, &space, &best, index, workers)?;
            settings += others.len();
            for (value, other) in others {
                if loss(&other, &fit) + 1e-9 < loss(&found, &fit) {
                    best[index] = value;
                    found = other;
                }
            }
        }
        if best == before {
            break;
        }
    }
    let mut parameters = Vec::new();
    let errors = fit.errors(&found);
    for (index, axis) in space.iter().enumerate() {
        let others = tried(&fit, &space, &best, index, workers)?;
        settings += others.len();
        let mut readings = vec![Reading {
            value: axis.values[best[index]].clone(),
            loss: errors.iter().sum(),
            verdict: Verdict::Stands,
        }];
        for (value, other) in others {
            let text = axis.values[value].clone();
            let same = fit.alike(&found, &other);
            readings.push(judge(text, &errors, &fit.errors(&other), same));
        }
        readings.sort_by(worse);
        parameters.push(Fitted {
            name: axis.name.clone(),
            unit: axis.unit.clone(),
            default: axis.values[axis.default].clone(),
            best: standing_default(axis, best[index], &readings),
            readings,
        });
    }
    Ok(Calibration {
        deployment: today.deployments[0].name.to_string(),
        untold: untold(&parameters, observed),
        parameters,
        seen: observed.throttled_per_minute(),
        utilization_error: fit
            .utilization_error(&by_default)
            .zip(fit.utilization_error(&found))
            .map(|(before, after)| [before, after]),
        by_default: by_default.throttled,
        predicted: found.throttled,
        latency,
        settings,
        attempts: [observed.trace.len() as u64, observed.filled],
    })
}

/// The default where the log does not refute it, else what explains the log best.
fn standing_default(axis: &Axis, best: usize, readings: &[Reading]) -> String {
    let default = &axis.values[axis.default];
    let stands = |r: &&Reading| r.value == *default && r.verdict == Verdict::Stands;
    match readings.iter().find(stands) {
        Some(reading) => reading.value.clone(),
        None => axis.values[best].clone(),
    }
}

/// Every other value of one parameter, the others as they are.
fn tried(
    fit: &Fit<'_>,
    axes: &[Axis],
    at: &Setting,
    index: usize,
    workers: &impl Workers,
) -> Result<Vec<(usize, Replayed)>, Diagnostics> {
    let others: Vec<usize> =
        (0..axes[index].values.len()).filter(|value| *value != at[index]).collect();
    let results = workers.map("calibrate", &others, |value| {
        let mut setting = at.clone();
        setting[index] = *value;
        replayed(fit, axes, &setting)
    });
    others.iter().zip(results).map(|(value, found)| Ok((*value, found?))).collect()
}

/// What the log cannot tell.
fn untold(parameters: &[Fitted], observed: &Observed) -> Vec<String> {
    let mut words = Vec::new();
    if !observed.status.contains(&429) {
        words.push(
            "The log has no 429: it says only that the limits are no tighter than it shows."
                .to_owned(),
        );
    }
    for parameter in parameters.iter().filter(|parameter| !parameter.is_identified()) {
        let standing: Vec<&str> = parameter.standing().map(|reading| &*reading.value).collect();
        words.push(format!(
            "{} cannot be told from this log: {} explain it as well as each other.",
            parameter.name,
            standing.join(", ")
        ));
    }
    if observed.utilization.is_empty() && parameters.iter().any(|p| p.name == "provisioned-burst") {
        words.push("The log has no utilization, which would tell more about the burst.".to_owned());
    }
    if observed.latency_ms.iter().all(Option::is_none) {
        words
            .push("The log has no latencies: the time of an answer is the catalogue's.".to_owned());
    }
    if observed.filled > 0 {
        words.push(format!(
            "{} attempts do not say their input tokens; each was given those of the attempt before it.",
            observed.filled
        ));
    }
    words
}
