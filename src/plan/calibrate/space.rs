//! The parameters of a deployment that a log may tell about, and the values that are tried for each.

use crate::catalog::rules::ParameterValue;
use crate::engine::setup::Admission;
use crate::plan::calibrate::axis::{Axis, AxisValues};
use crate::plan::calibrate::replay::Fit;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use rust_decimal::Decimal;

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
    (
        "provisioned-assumed-output-tokens",
        &[0, 16, 128, 256, 512, 1_000, 2_000, 4_096, 8_192, 16_384],
    ),
];

/// The axes of the deployment: of the parameters that it depends on.
pub(super) fn axes(fit: &Fit<'_>) -> Result<Vec<Axis>, Diagnostics> {
    let resolved = fit.resolved(&[], &AxisValues::new())?;
    let names: &[(&str, &[u64])] = match &resolved.setup.deployments[0].admission {
        Admission::Provisioned(_) => &PROVISIONED,
        Admission::Standard(_) => &STANDARD,
        Admission::Managed(_) | Admission::Batch(_) => {
            let message =
                "cannot calibrate: the limits of managed compute and batch are no parameters";
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
