//! What was found, as a part of a scenario file: with it a simulation is as good as the fit says.

use crate::plan::calibrate::found::Calibration;
use rust_decimal::Decimal;
use std::fmt::Write as _;

/// The `[parameters]` block of a scenario: a value wherever the defaults together explain the log
/// less well, comments for what the log does not tell.
pub fn parameters_block(found: &Calibration) -> String {
    if !found.is_explained() {
        let why = found.untold.join("\n# ");
        return format!(
            "# Nothing is fitted to a log of {} attempts.\n# {why}\n",
            found.attempts[0]
        );
    }
    let mut out = format!("# Fitted to a log of {} attempts.\n[parameters]\n", found.attempts[0]);
    for parameter in &found.parameters {
        let quoted = parameter.best.parse::<Decimal>().is_err();
        let value = if quoted { format!("\"{}\"", parameter.best) } else { parameter.best.clone() };
        let unit = match parameter.unit.as_str() {
            "" => String::new(),
            unit => format!(", in {unit}"),
        };
        let standing: Vec<&str> = parameter.standing().map(|reading| &*reading.value).collect();
        let line = if parameter.is_identified() {
            format!(
                "# Fitted{unit}: every other value tried is refuted.\n{} = {value}",
                parameter.name
            )
        } else if parameter.best != parameter.default {
            let rest = standing.join(", ");
            format!(
                "# The default explains less here; as good{unit}: {rest}.\n{} = {value}",
                parameter.name
            )
        } else {
            let rest = standing.join(", ");
            format!("# Not identified; as good{unit}: {rest}.\n# {} = {value}", parameter.name)
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
