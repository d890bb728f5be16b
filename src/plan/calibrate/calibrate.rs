//! The fit: every parameter in turn, until none explains the log better.

use crate::catalog::Catalog;
use crate::plan::calibrate::axis::{Axis, AxisValues};
use crate::plan::calibrate::evidence::{Reading, ReadingVerdict, judge, worse};
use crate::plan::calibrate::found::{Calibration, Fitted};
use crate::plan::calibrate::latency;
use crate::plan::calibrate::replay::{Fit, Replayed, replayed};
use crate::plan::calibrate::space::axes;
use crate::plan::workers::Workers;
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::workload::observed::Observed;
use crate::workload::transform;

/// Rounds over all parameters after which the fit stops improving, or is given up.
const MAX_ROUNDS: usize = 5;
/// At most so many combinations are played, on so many attempts of the log.
const MOST_COMBINATIONS: usize = 8_192;
const COARSE_ATTEMPTS: usize = 5_000;
/// The descent starts from so many of them.
const STARTS: usize = 4;

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
    let default: AxisValues = space.iter().map(|axis| axis.default).collect();
    let mut settings = 1;
    let by_default = replayed(&fit, &space, &default)?;
    // Readings often explain a log only together: a window and what a refused call adds to it, say. So every combination of
    // the choices is played first, and the descent starts from the best of them.
    let combined = combinations(&space, &default);
    settings += combined.len();
    let first = beginning(observed);
    let coarse = Fit { observed: &first, ..fit };
    let losses = workers.map("calibrate", &combined, |setting| {
        replayed(&coarse, &space, setting).map(|played| loss(&played, &coarse))
    });
    let mut ranked = Vec::new();
    for (setting, loss) in combined.into_iter().zip(losses) {
        ranked.push((loss?, setting));
    }
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut ends = Vec::new();
    let starts = ranked.into_iter().take(STARTS).map(|(_, setting)| setting);
    for setting in std::iter::once(default).chain(starts) {
        let played = replayed(&fit, &space, &setting)?;
        settings += 1;
        let start = (setting, played);
        let (end, count) = descended(&fit, &space, start, workers)?;
        settings += count;
        ends.push(end);
    }
    ends.sort_by(|a, b| loss(&a.1, &fit).total_cmp(&loss(&b.1, &fit)));
    let (best, found) = ends.swap_remove(0);
    let mut parameters = Vec::new();
    let errors = fit.errors(&found);
    for (index, axis) in space.iter().enumerate() {
        let others = tried(&fit, &space, &best, index, workers)?;
        settings += others.len();
        let mut readings = vec![Reading {
            value: axis.values[best[index]].clone(),
            loss: errors.iter().sum(),
            verdict: ReadingVerdict::Stands,
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
            best: axis.values[best[index]].clone(),
            readings,
        });
    }
    let (kept, count) = with_defaults(&fit, &space, (best, &found), &parameters)?;
    settings += count;
    for (fitted, (axis, value)) in parameters.iter_mut().zip(space.iter().zip(&kept)) {
        fitted.best.clone_from(&axis.values[*value]);
    }
    let found = Calibration {
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
    };
    Ok(found.or_unexplained())
}

/// The best values with the defaults that the log does not refute in their place, one after the
/// other as long as all of them together explain it as well; and how many settings were played.
/// Each of two readings may be free only while the other is held.
fn with_defaults(
    fit: &Fit<'_>,
    space: &[Axis],
    (mut kept, found): (AxisValues, &Replayed),
    parameters: &[Fitted],
) -> Result<(AxisValues, usize), Diagnostics> {
    let least = loss(found, fit);
    let mut count = 0;
    for (index, (axis, fitted)) in space.iter().zip(parameters).enumerate() {
        let default = &axis.values[axis.default];
        if kept[index] == axis.default || !fitted.standing().any(|r| r.value == *default) {
            continue;
        }
        let mut setting = kept.clone();
        setting[index] = axis.default;
        let played = replayed(fit, space, &setting)?;
        count += 1;
        // What is written is as good as the fit that is reported, not only good enough to stand.
        if loss(&played, fit) <= least + 1e-9 {
            kept = setting;
        }
    }
    Ok((kept, count))
}

/// One parameter after the other to its best value, until none moves; with how many settings were played.
fn descended(
    fit: &Fit<'_>,
    space: &[Axis],
    (mut best, mut found): (AxisValues, Replayed),
    workers: &impl Workers,
) -> Result<((AxisValues, Replayed), usize), Diagnostics> {
    let mut count = 0;
    for _ in 0..MAX_ROUNDS {
        let before = best.clone();
        for index in 0..space.len() {
            let others = tried(fit, space, &best, index, workers)?;
            count += others.len();
            for (value, other) in others {
                if loss(&other, fit) + 1e-9 < loss(&found, fit) {
                    best[index] = value;
                    found = other;
                }
            }
        }
        if best == before {
            break;
        }
    }
    Ok(((best, found), count))
}

/// Every combination of the parameters, those of few values first: as many parameters as keep them below a bound, the others
/// at their defaults.
fn combinations(axes: &[Axis], default: &AxisValues) -> Vec<AxisValues> {
    let mut order: Vec<usize> = (0..axes.len()).collect();
    order.sort_by_key(|index| axes[*index].values.len());
    let mut all = vec![default.clone()];
    for index in order {
        let values = axes[index].values.len();
        if all.len() * values > MOST_COMBINATIONS {
            break;
        }
        let mut more = Vec::with_capacity(all.len() * values);
        for setting in &all {
            for value in 0..values {
                let mut setting = setting.clone();
                setting[index] = value;
                more.push(setting);
            }
        }
        all = more;
    }
    all.retain(|setting| setting != default);
    all
}

/// The first attempts of a log: enough to tell which combinations are worth more.
fn beginning(observed: &Observed) -> Observed {
    let mut first = observed.clone();
    if let Some(until_us) = observed.trace.arrival_us.get(COARSE_ATTEMPTS) {
        first.trace = transform::slice(&observed.trace, 0, *until_us);
    }
    let count = first.trace.len();
    first.status.truncate(count);
    first.latency_ms.truncate(count);
    first.retry_after_ms.truncate(count);
    let minutes = first.minutes();
    first.utilization.retain(|(minute, _)| *minute < minutes);
    first
}

/// Every other value of one parameter, the others as they are.
fn tried(
    fit: &Fit<'_>,
    axes: &[Axis],
    at: &AxisValues,
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
