//! A representative window: usage of some hours that stands for each equal stretch of a longer period.

use crate::ledger::usage::{TokenUsage, Usage};
use crate::units::diagnostic::Diagnostic;
use jiff::{SignedDuration, Timestamp};
use std::ops::Range;
use std::sync::Arc;

/// More repetitions than any plan has.
const MAX_REPETITIONS: i64 = 100_000;

/// The token usage of `window`, repeated end to end over `period`. Counts stay whole and hours stay UTC hours, so the
/// window must be whole hours and fit the period a whole number of times. Capacity is not repeated: it is given for the
/// period itself.
pub fn repeat_tokens(
    usage: &Usage,
    window: &Range<Timestamp>,
    period: &Range<Timestamp>,
) -> Result<Vec<TokenUsage>, Diagnostic> {
    let length = window.end.duration_since(window.start).as_secs();
    let whole = period.end.duration_since(period.start).as_secs();
    let shift = period.start.duration_since(window.start).as_secs();
    if length <= 0 || length % 3600 != 0 || shift % 3600 != 0 {
        return Err(Diagnostic::error(
            "window-not-whole-hours",
            format!("{} until {} is not a window of whole hours", window.start, window.end),
        )
        .hint("simulate whole hours, such as `simulate = \"24 hours\"`: bills are by the hour"));
    }
    if whole < length || whole % length != 0 || whole / length > MAX_REPETITIONS {
        return Err(Diagnostic::error(
            "window-does-not-fit",
            format!(
                "a window of {} h does not fit {} until {} ({} h) a whole number of times",
                length / 3600,
                period.start,
                period.end,
                whole / 3600
            ),
        )
        .hint(
            "choose a window that divides the period, or state both in UTC where clocks change",
        ));
    }
    let mut repeated = Vec::with_capacity(usage.tokens.len() * (whole / length) as usize);
    for repetition in 0..whole / length {
        let by = SignedDuration::from_secs(shift + repetition * length);
        for record in &usage.tokens {
            let hour = record.hour.checked_add(by).map_err(|_| {
                Diagnostic::error(
                    "window-leaves-calendar",
                    format!("no hour {by} after {}", record.hour),
                )
            })?;
            repeated.push(TokenUsage {
                deployment: Arc::clone(&record.deployment),
                workload: Arc::clone(&record.workload),
                hour,
                ..*record
            });
        }
    }
    Ok(repeated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::deployment::DeploymentRef;
    use crate::ledger::usage::{Answer, ContextTier, ServiceTier};
    use crate::units::tokens::{TokenClass, TokenCounts};

    fn range(from: &str, until: &str) -> Range<Timestamp> {
        from.parse().unwrap()..until.parse().unwrap()
    }

    fn one_record() -> Usage {
        let deployment = DeploymentRef {
            name: "chat".into(),
            model: "gpt-4.1".into(),
            sku: "GlobalStandard".into(),
            region: "eastus2".into(),
            fine_tuned: false,
        };
        let record = TokenUsage {
            deployment: Arc::new(deployment),
            workload: "support".into(),
            hour: "2026-12-01T09:00:00Z".parse().unwrap(),
            tier: ServiceTier::Standard,
            context: ContextTier::Default,
            answer: Answer::Completed,
            requests: 7,
            tokens: TokenCounts::text(100, 0, 50),
        };
        Usage { tokens: vec![record], ..Usage::default() }
    }

    #[test]
    fn a_day_stands_for_each_day_of_a_month() {
        let day = range("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z");
        let month = range("2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z");
        let repeated = repeat_tokens(&one_record(), &day, &month).unwrap();
        assert_eq!(repeated.len(), 31);
        assert_eq!(repeated[30].hour.to_string(), "2027-01-31T09:00:00Z");
        let input: u64 = repeated.iter().map(|record| record.tokens.get(TokenClass::Input)).sum();
        assert_eq!(input, 31 * 100);
    }

    #[test]
    fn a_window_that_does_not_divide_the_period_is_refused() {
        let week = range("2026-12-01T00:00:00Z", "2026-12-08T00:00:00Z");
        let month = range("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z");
        assert_eq!(
            repeat_tokens(&one_record(), &week, &month).unwrap_err().code,
            "window-does-not-fit"
        );
    }
}
