//! The values that are tried for each parameter of a deployment.

use crate::catalog::rules::ParameterValue;
use crate::engine::setup::Admission;
use crate::plan::calibrate::Calibration;
use crate::plan::calibrate::replay::Fit;
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use rust_decimal::Decimal;
use std::fmt::Write as _;

/// The index of each axis's value.
pub(super) type Setting = Vec<usize>;

/// A parameter and the values that are tried for it.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) values: Vec<String>,
    /// Index of what is taken without a log: the scenario's own, else the catalogue's.
    pub(super) default: usize,
}

/// Numeric parameters of a Standard deployment with the values that are tried for each; choices are tried in full.
const STANDARD: [(&str, &[u64]); 8] = [
    ("standard-request-window", &[1, 10, 60]),
    ("standard-token-window", &[]),
    ("standard-overshoot", &[]),
    ("standard-refused-by-tokens-adds", &[]),
    ("standard-refused-by-requests-adds", &[]),
    ("standard-refused-by-size-adds", &[]),
    ("cached-tokens-count-to-tpm", &[]),
    ("standard-assumed-output-tokens", &[0, 16, 128, 256, 512, 1_000, 2_000, 4_096, 8_192, 16_384]),
];

/// The same of a provisioned deployment.
const PROVISIONED: [(&str, &[u64]); 4] = [
    ("provisioned-burst", &[1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600]),
    ("provisioned-failed-call-cost", &[0, 10, 25, 50, 75, 100]),
    ("throttle-threshold", &[]),
    ("provisioned-assumed-output-tokens", &[0, 16, 128, 256, 512, 1_000, 2_000, 4_096, 8_192, 16_384]),
];

/// The axes of the deployment: of the parameters that it depends on.
pub(super) fn axes(fit: &Fit<'_>) -> Result<Vec<Axis>, Diagnostics> {
    let resolved = fit.resolved(&[], &Vec::new())?;
    let names: &[(&str, &[u64])] = match &resolved.setup.deployments[0].admission {
        Admission::Provisioned(_) => &PROVISIONED,
        Admission::Standard(_) => &STANDARD,
        Admission::Managed(_) | Admission::Batch(_) => {
            let message = "cannot calibrate: the limits of managed compute and batch are no parameters";
            return Err(Diagnostic::error("cannot-calibrate", message)
                .hint("calibrate a Standard or a provisioned deployment")
                .into());
        }
    };
    let limits = &fit.observed.trace.max_output_tokens;
    let all_limited = limits.as_ref().is_some_and(|column| !column.contains(&u32::MAX))
        || fit.scenario.workloads[0].max_output_tokens.is_some();
    let mut axes = Vec::new();
    for (name, numbers) in names {
        let depends = resolved.facts.iter().any(|fact| fact.name == *name);
        let silent = name.ends_with("assumed-output-tokens") && all_limited
            || *name == "cached-tokens-count-to-tpm"
                && fit.observed.trace.cached_input_tokens.is_none();
        if !depends || silent {
            continue;
        }
        axes.push(axis(fit, name, numbers)?);
    }
    Ok(axes)
}

fn axis(fit: &Fit<'_>, name: &str, numbers: &[u64]) -> Result<Axis, Diagnostics> {
    let parameter = fit.catalog.parameter(name)?;
    let stated = fit.scenario.parameters.get(name).map(|(text, _)| text.clone());
    let (mut values, default): (Vec<String>, String) = match &parameter.value {
        ParameterValue::Choice(default) => {
            let values = parameter.options.iter().map(ToString::to_string).collect();
            (values, stated.unwrap_or_else(|| default.to_string()))
        }
        ParameterValue::Number(default) => {
            let values = numbers.iter().map(u64::to_string).collect();
            let text = stated.unwrap_or_else(|| default.normalize().to_string());
            (values, text.parse().map_or(text, |number: Decimal| number.normalize().to_string()))
        }
    };
    if !values.contains(&default) {
        values.push(default.clone());
    }
    let default = values.iter().position(|value| *value == default).unwrap_or(0);
    Ok(Axis { name: name.to_owned(), unit: parameter.unit.to_string(), values, default })
}

/// States a setting in a scenario.
pub(super) fn stated(scenario: &mut Scenario, axes: &[Axis], setting: &Setting) {
    let place = scenario.region.place.clone();
    for (axis, value) in axes.iter().zip(setting) {
        let text = axis.values[*value].clone();
        scenario.parameters.insert(axis.name.clone(), (text, place.clone()));
    }
}

/// The `[parameters]` block: identified values as keys, the others as comments.
pub(super) fn written(found: &Calibration) -> String {
    let mut out = format!("# Fitted to a log of {} attempts.\n[parameters]\n", found.attempts[0]);
    for parameter in &found.parameters {
        let quoted = parameter.best.parse::<Decimal>().is_err();
        let value =
            if quoted { format!("\"{}\"", parameter.best) } else { parameter.best.clone() };
        let unit = if parameter.unit.is_empty() { String::new() } else { format!(" {}", parameter.unit) };
        let standing: Vec<&str> = parameter.standing().map(|reading| &*reading.value).collect();
        let line = if parameter.is_identified() {
            format!("{} = {value}  # fitted:{unit} every other value tried is refuted", parameter.name)
        } else if parameter.best != parameter.default {
            let rest = standing.join(", ");
            format!("# {} = {value}  # not identified: the default is refuted, {rest} are not", parameter.name)
        } else {
            let rest = standing.join(", ");
            format!("# {} = {value}  # not identified: {rest} explain the log as well", parameter.name)
        };
        // A string never fails to take text.
        let _ = writeln!(out, "{line}");
    }
    if let Some(latency) = &found.latency {
        let _ = writeln!(
            out,
            "first-token = {:.0}  # fitted to {} answers\n# for the deployment: latency = {{ tokens_per_second = {:.0} }}",
            latency.first_token_ms, latency.calls, latency.tokens_per_second
        );
    }
    out
}
