//! Rules that are not tables: parameters nobody publishes, HTTP statuses that are billed, rate limiters, clients.

use crate::catalog::model::Model;
use crate::catalog::pattern;
use crate::units::dated::{Dated, Evidence};
use crate::units::diagnostic::Diagnostic;
use rust_decimal::Decimal;
use serde::Deserialize;
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
    /// Whether 0 means nothing for it.
    pub above_zero: bool,
    /// What the value may be, for a switch between documents that disagree.
    pub options: Vec<Arc<str>>,
    /// Other values of a number that the evidence names, beside the default.
    pub readings: Vec<u64>,
    /// Whether it decides which calls are admitted, so that another reading may make a candidate feasible or infeasible.
    pub decides_admission: bool,
    /// The deployments of which every result tells it; none where the rules ask for it by name.
    pub applies_to: Option<AppliesTo>,
    /// What it is about, and the rule number it answers (P R10, C4, S 13, X1).
    pub about: Arc<str>,
    /// Since when and from where.
    pub evidence: Arc<Evidence>,
}

impl Parameter {
    /// A value of it with its unit, such as `10 seconds` or `1 second`.
    pub fn in_unit(&self, value: impl std::fmt::Display) -> String {
        in_unit(&value.to_string(), &self.unit)
    }
}

/// A value with its unit, in the singular where it is one.
pub(crate) fn in_unit(value: &str, unit: &str) -> String {
    const COUNTED: [&str; 6] = ["milliseconds", "seconds", "minutes", "hours", "days", "tokens"];
    let (first, rest) = unit.split_at(unit.find(' ').unwrap_or(unit.len()));
    let is_one = value == "1" && COUNTED.contains(&first);
    let first = if is_one { first.trim_end_matches('s') } else { first };
    format!("{value} {first}{rest}").trim_end().to_owned()
}

/// Deployments that a parameter is about, whatever else is asked of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppliesTo {
    /// Models, or patterns of them such as `FW-*`; all where empty.
    pub models: Vec<Arc<str>>,
    /// Only models of this provider.
    pub provider: Option<Arc<str>>,
    /// Only deployments that are limited or paid in this way.
    pub by: Option<AppliesBy>,
}

/// What of a deployment a parameter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AppliesBy {
    /// Its PTUs.
    Ptu,
    /// Its tokens, as far as the quota of the subscription limits them.
    Quota,
}

impl AppliesTo {
    /// Whether a model is among those it is about.
    pub fn is_of(&self, model: &Model) -> bool {
        let named = self.models.iter().any(|pattern| pattern::matches(pattern, &model.id));
        (self.models.is_empty() || named)
            && self.provider.as_ref().is_none_or(|provider| *provider == model.provider)
    }
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
            ParameterValue::Choice(_) => None,
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
        if number.is_zero() && self.above_zero {
            let message = format!("out of range: {name} = {text}");
            return Some(Diagnostic::error("out-of-range", message).hint("write more than 0"));
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
    /// Output tokens counted where a request states no limit; a parameter when none, as what follows.
    pub assumed_output_tokens: Option<u32>,
    /// Length of the request window, seconds.
    pub request_window_seconds: Option<u32>,
    /// Whether windows slide instead of resetting with the clock.
    pub slides: Option<bool>,
    /// Whether a request that takes the count over the limit is still served.
    pub admits_overshoot: Option<bool>,
    /// What `retry-after` is rounded up to, milliseconds.
    pub retry_after_step_ms: Option<u64>,
    /// Whether refused requests count; what they add is a parameter.
    pub counts_refused: bool,
    /// Since when and from where.
    pub evidence: Arc<Evidence>,
}

/// What a client does with a `retry-after` above the longest that it honours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderAbove {
    /// It waits its own back-off.
    #[default]
    BackOff,
    /// It does not try again.
    GiveUp,
    /// It waits the longest that it honours.
    Clamp,
}

impl HeaderAbove {
    /// The words of data files and scenarios.
    pub const WORDS: [(&'static str, Self); 3] =
        [("back-off", Self::BackOff), ("give-up", Self::GiveUp), ("clamp", Self::Clamp)];

    /// Reads one of [`Self::WORDS`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
    }
}

/// Which header a client reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderRead {
    /// `retry-after-ms`, else `retry-after`.
    #[default]
    Milliseconds,
    /// `retry-after` alone.
    Seconds,
    /// Neither.
    Nothing,
}

impl HeaderRead {
    /// The words of data files and scenarios.
    pub const WORDS: [(&'static str, Self); 3] = [
        ("retry-after-ms", Self::Milliseconds),
        ("retry-after", Self::Seconds),
        ("nothing", Self::Nothing),
    ];

    /// Reads one of [`Self::WORDS`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
    }
}

/// A client's retry policy (S 19).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientPolicy {
    /// Name used in scenarios.
    pub name: Arc<str>,
    /// Other names of the same policy.
    pub aliases: Vec<Arc<str>>,
    /// Retries after the first attempt.
    pub max_retries: u32,
    /// First back-off delay, milliseconds; that of the second retry where the first is made at once.
    pub initial_delay_ms: u64,
    /// Longest back-off delay, milliseconds.
    pub max_delay_ms: u64,
    /// What a delay is multiplied by with each retry, percent: 200 doubles it.
    pub growth_percent: u32,
    /// The first retry comes without delay.
    pub first_retry_at_once: bool,
    /// The delay is cut by up to this share, percent.
    pub jitter_percent: u32,
    /// The delay is lengthened by up to this share, percent.
    pub jitter_up_percent: u32,
    /// Up to this is added to every wait, milliseconds.
    pub jitter_added_ms: u64,
    /// Which header it reads.
    pub reads: HeaderRead,
    /// A header up to this is honoured, milliseconds; 0 ignores it, none honours any.
    pub honours_retry_after_up_to_ms: Option<u64>,
    /// What it does with a longer one.
    pub above: HeaderAbove,
    /// A header replaces the back-off; else the longer of both is waited.
    pub header_replaces: bool,
    /// A 429 without a header that it reads is not retried.
    pub needs_header_for_429: bool,
    /// What it tries again after: statuses, `5xx` for every one from 500 on.
    pub statuses: Vec<Arc<str>>,
    /// Since when and from where.
    pub evidence: Arc<Evidence>,
}

impl ClientPolicy {
    /// Whether it tries again after a status such as `429`.
    pub fn retries(&self, status: &str) -> bool {
        let class = status.starts_with('5').then_some("5xx");
        self.statuses.iter().any(|known| **known == *status || Some(&**known) == class)
    }
}
