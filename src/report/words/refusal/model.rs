//! What a model takes and how long it stays, in words.

use crate::plan::constraints::grounds::model::{Cited, ModelGrounds};
use crate::report::words::refusal::RefusalWords;
use jiff::civil::Date;
use std::sync::Arc;

pub(super) fn words(grounds: &ModelGrounds) -> RefusalWords {
    match grounds {
        ModelGrounds::Retired { name, since, cited, replacement } => {
            let since = since.map_or_else(String::new, |day| format!(" since {day}"));
            RefusalWords::new(
                format!("retired: {name}{since} ({})", stated(cited)),
                instead(name, replacement.as_ref()),
            )
        }
        ModelGrounds::RetiresEarly { name, last, needed, days, cited, replacement, closed } => {
            RefusalWords::new(
                format!(
                    "retired: {name} after {last}, {days} days before {needed} ({})",
                    stated(cited)
                ),
                in_time(&instead(name, replacement.as_ref()), *last, *days, closed.as_ref()),
            )
        }
        ModelGrounds::Deprecated { name, model, until, source, replacement } => {
            let until = until.map_or_else(String::new, |day| format!(" and retires after {day}"));
            RefusalWords::new(
                format!(
                    "{name} is Deprecated{until}: only a subscription that has deployed this \
                     version may deploy it ({source})"
                ),
                format!(
                    "{}; or add subscription.has_used = [\"{model}\"] where the subscription \
                     runs it",
                    instead(name, replacement.as_ref())
                ),
            )
        }
        ModelGrounds::ReadsNoImages { model, reads } => RefusalWords::new(
            format!("does not read images: {model} reads {}", reads.join(", ")),
            "allow a model that reads images (`ptuplan catalog list --feature image`)",
        ),
        ModelGrounds::InputTooLong { model, takes, required, source } => {
            let fewer = required.saturating_sub(*takes);
            RefusalWords::new(
                format!(
                    "input too long: {model} takes {takes} tokens, {fewer} fewer than the \
                     {required} required ({source})"
                ),
                format!(
                    "require {fewer} tokens less: context_tokens = {takes}; or a model that \
                     takes more"
                ),
            )
        }
    }
}

/// The source, and the row where it is known.
fn stated(cited: &Cited) -> String {
    match &cited.row {
        Some(row) => format!("{}, {row}", cited.source),
        None => cited.source.to_string(),
    }
}

/// What to use instead, as the end of a sentence that may stand alone.
fn instead(name: &str, replacement: Option<&Arc<str>>) -> String {
    match replacement {
        Some(next) => format!("use {next}, which the platform names as the replacement of {name}"),
        None => format!("use a model that stays: the platform names no replacement of {name}"),
    }
}

/// How a model that retires before the end can do. Where the subscription may not deploy the
/// version anew (`closed`), neither an earlier end nor the parameter is enough by itself.
fn in_time(instead: &str, last: Date, days: i32, closed: Option<&Arc<str>>) -> String {
    match closed {
        None => format!(
            "end {days} days earlier, on {last}; or {instead}; or set \
             require.model_until = \"any\""
        ),
        Some(model) => format!(
            "{instead}; or, where the subscription has deployed this version, add \
             subscription.has_used = [\"{model}\"] and end {days} days earlier, on {last}, or set \
             require.model_until = \"any\""
        ),
    }
}
