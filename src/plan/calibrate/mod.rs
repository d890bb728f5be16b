//! Fits what the platform does not publish to a log of attempts and their answers.
//!
//! Every attempt of the log is replayed as a call of its own, by a client that does not retry; so what is compared is the
//! deployment alone. A setting is as good as the 429s that it predicts: minute by minute, against those that were seen. A
//! reading that the log does not tell apart from another is never fitted.

mod evidence;
mod latency;
mod replay;
mod space;

pub use evidence::{Reading, Verdict};
pub use latency::LatencyFit;

use crate::catalog::Catalog;
use crate::plan::workers::Workers;
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::workload::observed::Observed;
use evidence::{judge, worse};
use replay::{Fit, Replayed, replayed};
use space::{Axis, Setting, axes, written};

/// Rounds over all parameters after which the fit stops improving, or is given up.
const MAX_ROUNDS: usize = 5;

/// What a log says about the parameters of one deployment.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// The deployment.
    pub deployment: String,
    /// Every parameter that was tried.
    pub parameters: Vec<Fitted>,
    /// 429s seen in each minute.
    pub seen: Vec<u32>,
    /// 429s that the defaults predict.
    pub by_default: Vec<u32>,
    /// 429s that the fit predicts.
    pub predicted: Vec<u32>,
    /// Mean absolute error of the utilization, percentage points: by default and fitted; none where the log has none.
    pub utilization_error: Option<[f64; 2]>,
    /// Time of an answer, where the log has latencies.
    pub latency: Option<LatencyFit>,
    /// Settings that were simulated.
    pub settings: usize,
    /// Attempts of the log, and those whose input it does not say.
    pub attempts: [u64; 2],
    /// What the log cannot tell, in sentences.
    pub untold: Vec<String>,
}

/// A parameter after the fit.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// Its name.
    pub name: String,
    /// Its unit; empty for a choice.
    pub unit: String,
    /// What is taken without a log.
    pub default: String,
    /// What explains the log best.
    pub best: String,
    /// Every value that was tried, with how well it explains the log.
    pub readings: Vec<Reading>,
}

impl Fitted {
    /// Whether the log refutes every other value that was tried.
    pub fn is_identified(&self) -> bool {
        self.readings.len() > 1
            && self.readings.iter().all(|r| (r.value == self.best) == (r.verdict == Verdict::Stands))
    }

    /// The values that the log does not refute.
    pub fn standing(&self) -> impl Iterator<Item = &Reading> {
        self.readings.iter().filter(|reading| reading.verdict == Verdict::Stands)
    }
}

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
    let axes = axes(&fit)?;
    let default: Setting = axes.iter().map(|axis| axis.default).collect();
    let mut settings = 1;
    let by_default = replayed(&fit, &axes, &default)?;
    let (mut best, mut found) = (default.clone(), by_default.clone());
    for _ in 0..MAX_ROUNDS {
        let before = best.clone();
        for (index, axis) in axes.iter().enumerate() {
            let others = tried(&fit, &axes, &best, index, axis, workers)?;
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
    for (index, axis) in axes.iter().enumerate() {
        let others = tried(&fit, &axes, &best, index, axis, workers)?;
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
        utilization_error: fit.utilization_error(&by_default).zip(fit.utilization_error(&found)).map(
            |(before, after)| [before, after],
        ),
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
    axis: &Axis,
    workers: &impl Workers,
) -> Result<Vec<(usize, Replayed)>, Diagnostics> {
    let others: Vec<usize> = (0..axis.values.len()).filter(|value| *value != at[index]).collect();
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
            "The log has no 429: it says only that the limits are no tighter than it shows.".to_owned(),
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
        words.push("The log has no latencies: the time of an answer is the catalogue's.".to_owned());
    }
    if observed.filled > 0 {
        words.push(format!(
            "{} attempts do not say their input tokens; each was given those of the attempt before it.",
            observed.filled
        ));
    }
    words
}

/// The `[parameters]` block of a scenario: what the log identifies, and as comments what it does not.
pub fn parameters_block(found: &Calibration) -> String {
    written(found)
}
