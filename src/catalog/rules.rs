//! Rules that are not tables: parameters nobody publishes, HTTP statuses that are billed, rate limiters, clients.

use crate::units::dated::{Dated, Evidence};
use crate::units::diagnostic::Diagnostic;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A named parameter: something the platform does not publish, or documents in contradiction, with its default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Kebab-case name.
    pub name: Arc<str>,
    /// The default: a number, or one of `options`.
    pub value: ParameterValue,
    /// Unit of a number.
    pub unit: Arc<str>,
    /// The largest a number may be; none where any is.
    pub max: Option<Decimal>,
    /// What the value may be, for a switch between documents that disagree.
    pub options: Vec<Arc<str>>,
    /// What it is about, and the rule number it answers (P R10, C4, S 13, X1).
    pub about: Arc<str>,
    /// Since when and from where.
    pub evidence: Arc<Evidence>,
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterValue {
    /// An exact number.
    Number(Decimal),
    /// One of the parameter's options.
    Choice(Arc<str>),
}

impl Parameter {
    /// The number with its evidence, none for a switch.
    pub fn number(&self) -> Option<Dated<Decimal>> {
        match &self.value {
            ParameterValue::Number(value) => {
                Some(Dated { value: *value, evidence: self.evidence.clone() })
            }
            ParameterValue::Choice(_) => None,
        }
    }

    /// What is wrong with a value that a scenario states, none where it may be taken.
    pub fn refuses(&self, text: &str) -> Option<Diagnostic> {
        let name = &self.name;
        match &self.value {
            ParameterValue::Number(_) => self.refuses_number(text),
            ParameterValue::Choice(_) if !self.options.iter().any(|known| **known == *text) => {
                Some(
                    Diagnostic::error("not-an-option", format!("not an option: {name} = {text}"))
                        .hint(format!("one of {}", self.options.join(", "))),
                )
            }
            _ => None,
        }
    }

    fn refuses_number(&self, text: &str) -> Option<Diagnostic> {
        let name = &self.name;
        let Ok(number) = text.parse::<Decimal>() else {
            let bare: String =
                text.trim().chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            let write = if bare.is_empty() { "a number".to_owned() } else { bare };
            let unit = if self.unit.is_empty() { "no unit" } else { &self.unit };
            return Some(
                Diagnostic::error("not-a-number", format!("not a number: {name} = {text}"))
                    .hint(format!("write {write} without a unit; it is counted in {unit}")),
            );
        };
        if number.is_sign_negative() && !number.is_zero() {
            let message = format!("below 0: {name} = {text}");
            return Some(Diagnostic::error("out-of-range", message).hint("write 0 or more"));
        }
        let most = self.max.filter(|most| number > *most)?;
        Some(
            Diagnostic::error("out-of-range", format!("out of range: {name} = {text}"))
                .hint(format!("write {most} {} at most", self.unit)),
        )
    }

    /// The choice with its evidence, none for a number.
    pub fn choice(&self) -> Option<Dated<Arc<str>>> {
        match &self.value {
            ParameterValue::Choice(value) => {
                Some(Dated { value: value.clone(), evidence: self.evidence.clone() })
            }
            ParameterValue::Number(_) => None,
        }
    }
}

/// What of an answered attempt is billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BilledShare {
    /// Whether its input tokens are billed.
    pub input: bool,
    /// Whether its output tokens are billed.
    pub output: bool,
}

/// How a Standard deployment counts what it admits (S 13-16).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimiterProfile {
    /// Name used in scenarios.
    pub name: Arc<str>,
    /// Whether the prompt counts towards the token limit.
    pub counts_input: bool,
    /// Output tokens counted where a request states no limit.
    pub assumed_output_tokens: u32,
    /// Length of the request window, seconds.
    pub request_window_seconds: u32,
    /// Length of the token window, seconds.
    pub token_window_seconds: u32,
    /// `reset` (fixed minutes) or `sliding`.
    pub token_window: Arc<str>,
    /// Whether a request that takes the count over the limit is still served.
    pub admits_overshoot: bool,
    /// Whether refused requests count.
    pub counts_refused: bool,
    /// Since when and from where.
    pub evidence: Arc<Evidence>,
}

/// A client's retry policy (S 19).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientPolicy {
    /// Name used in scenarios.
    pub name: Arc<str>,
    /// Retries after the first attempt.
    pub max_retries: u32,
    /// First back-off delay, milliseconds; doubles with each retry.
    pub initial_delay_ms: u64,
    /// Longest back-off delay, milliseconds.
    pub max_delay_ms: u64,
    /// The delay is cut by up to this share, percent.
    pub jitter_percent: u32,
    /// A `retry-after` up to this is honoured, milliseconds; 0 ignores it.
    pub honours_retry_after_up_to_ms: u64,
    /// Since when and from where.
    pub evidence: Arc<Evidence>,
}
