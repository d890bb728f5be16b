//! From a line item back to the usage it sums up. The price and its source travel with the line itself (invariant 10).

#![deny(clippy::float_arithmetic)]

use crate::billing::line::{LineItem, Meter};
use crate::ledger::metered::Amount;
use crate::ledger::usage::Usage;
use crate::units::calendar::utc_date;
use jiff::Timestamp;
use std::sync::Arc;

/// One usage record behind a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageFact {
    /// First instant.
    pub from: Timestamp,
    /// First instant after; none for tokens of an hour and single counts.
    pub until: Option<Timestamp>,
    /// How it ended, or what ran.
    pub what: String,
    /// Requests, 0 where none are counted.
    pub requests: u64,
    /// Its count: tokens, PTUs, or units of the meter.
    pub count: u64,
}

/// The usage records behind a line, in the order of the ledger. Answers that are not billed are not among a line's tokens,
/// and so are named with the others: whoever reads this sees what was left out.
pub fn usage_behind(line: &LineItem, usage: &Usage) -> Vec<UsageFact> {
    let Some(deployment) = &line.deployment else { return Vec::new() };
    let date = utc_date(line.from);
    match &line.meter {
        Meter::Tokens { tier, context, class } => usage
            .tokens
            .iter()
            .filter(|record| {
                record.deployment == *deployment
                    && Some(&record.workload) == line.workload.as_ref()
                    && (record.tier, record.context) == (*tier, *context)
                    && utc_date(record.hour) == date
                    && record.tokens.get(*class) > 0
            })
            .map(|record| UsageFact {
                from: record.hour,
                until: None,
                what: record.answer.as_str().to_owned(),
                requests: record.requests,
                count: record.tokens.get(*class),
            })
            .collect(),
        Meter::Capacity => usage
            .capacity
            .iter()
            .filter(|stretch| stretch.deployment == *deployment)
            .filter(|stretch| stretch.from < line.until && line.from < stretch.until)
            .map(|stretch| UsageFact {
                from: stretch.from,
                until: Some(stretch.until),
                what: "PTUs deployed".to_owned(),
                requests: 0,
                count: u64::from(stretch.capacity_ptu),
            })
            .collect(),
        Meter::Other { kind, variant } => usage
            .metered
            .iter()
            .filter(|record| {
                Arc::ptr_eq(&record.resource, deployment) || record.resource == *deployment
            })
            .filter(|record| record.kind == *kind && record.variant == *variant)
            .filter(|record| record.from < line.until && line.from <= record.until)
            .map(|record| UsageFact {
                from: record.from,
                until: Some(record.until),
                what: kind.as_str().to_owned(),
                requests: 0,
                count: match record.amount {
                    Amount::Count(count) => count,
                    Amount::Running(units) => u64::from(units),
                },
            })
            .collect(),
        Meter::Reservation => Vec::new(),
    }
}
