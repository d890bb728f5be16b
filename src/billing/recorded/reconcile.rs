//! Recorded amounts beside computed ones, line by line.

#![deny(clippy::float_arithmetic)]

use crate::billing::allocation::{Owners, Work};
use crate::billing::bill::Bill;
use crate::billing::line::out_of_range;
use crate::billing::line::{LineItem, Meter};
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::Usage;
use crate::units::calendar::utc_date;
use crate::units::diagnostic::{Diagnostic, Place};
use crate::units::money::Money;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a recorded amount is for: one UTC day, deployment, workload and meter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordKey {
    /// UTC day.
    pub date: Date,
    /// The deployment, if any.
    pub deployment: Option<Arc<DeploymentRef>>,
    /// The workload, if any.
    pub workload: Option<Arc<str>>,
    /// What is counted.
    pub meter: Meter,
}

/// A recorded amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedCost {
    /// What it is for.
    pub key: RecordKey,
    /// What was billed.
    pub billed: Money,
}

/// A row that is not billed again, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The row.
    pub place: Place,
    /// Why.
    pub reason: String,
    /// What was billed for it.
    pub billed: Option<Money>,
}

/// Usage somebody recorded, with what was billed for it.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// The usage.
    pub usage: Usage,
    /// Amounts, where the file states them.
    pub billed: Vec<RecordedCost>,
    /// Rows that are not billed again.
    pub skipped: Vec<Skipped>,
    /// Charges that are taken as recorded: reservations and other meters of our own export.
    pub carried: Vec<LineItem>,
    /// Work that the file states beside its usage, for capacity that is shared.
    pub work: Work,
    /// The period of the charges of our own export, whose days are those of a zone.
    pub charged_over: Option<(Timestamp, Timestamp)>,
    /// The end of the latest row, which may be a month after its tokens are taken to be used.
    pub until: Option<Timestamp>,
    /// Rows whose quantity was rounded to a whole count.
    pub rounded_rows: u64,
    /// Teams and tags of workloads, where the file states them.
    pub owners: Owners,
    /// Teams and tags of deployments, where rows of their capacity state them.
    pub capacity_owners: Owners,
    /// Where each model, SKU and region is named first, by the column.
    pub names: BTreeMap<(&'static str, Arc<str>), Place>,
}

impl Recorded {
    /// The UTC days the usage lies in, as a period to bill: first instant and first instant after.
    /// None without usage. Our own export says when its charges begin and end.
    pub fn period(&self) -> Option<(Timestamp, Timestamp)> {
        if self.charged_over.is_some() {
            return self.charged_over;
        }
        let Usage { tokens, capacity, metered } = &self.usage;
        let starts = tokens.iter().map(|record| record.hour);
        let starts = starts.chain(capacity.iter().map(|stretch| stretch.from));
        let first = starts.chain(metered.iter().map(|record| record.from)).min()?;
        let hour = jiff::SignedDuration::from_hours(1);
        let ends =
            tokens.iter().map(|record| record.hour.saturating_add(hour).unwrap_or(record.hour));
        let ends = ends.chain(capacity.iter().map(|stretch| stretch.until));
        let ends = ends.chain(metered.iter().map(|record| record.until));
        let last = ends.chain(self.until).max()?.max(first).as_second();
        let day = 24 * 3600;
        let from = first.as_second().div_euclid(day) * day;
        let until = (last + day - 1).div_euclid(day) * day;
        let until = if until > from { until } else { from + day };
        Some((Timestamp::from_second(from).ok()?, Timestamp::from_second(until).ok()?))
    }
}

/// Recorded against computed for one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What both are for.
    pub key: RecordKey,
    /// As recorded; none when the file has no such charge.
    pub recorded: Option<Money>,
    /// As computed; none when the bill has no such charge.
    pub computed: Option<Money>,
    /// Computed less recorded.
    pub difference: Money,
    /// Whether the invoice's rounding explains it: each recorded amount is a whole number of the currency's smallest units,
    /// and they lie less than one such unit each from what was computed.
    pub is_rounding: bool,
}

/// Every recorded amount against the bill's, in the order of the keys. Charges without a recorded amount are left out when the
/// file states none at all.
pub fn reconcile(bill: &Bill, recorded: &[RecordedCost]) -> Result<Vec<Difference>, Diagnostic> {
    let zero = Money::zero(bill.currency);
    let mut sums: BTreeMap<RecordKey, ([Option<Money>; 2], u32)> = BTreeMap::new();
    let mut add = |key: RecordKey, side: usize, amount: Money| -> Result<(), Diagnostic> {
        let (sums, rows) = sums.entry(key).or_default();
        let sum = &mut sums[side];
        *sum = Some(sum.unwrap_or(zero).plus(amount).map_err(out_of_range)?);
        *rows += u32::from(side == 0);
        Ok(())
    };
    if let Some(other) = recorded.iter().find(|cost| cost.billed.currency() != bill.currency) {
        return Err(Diagnostic::error(
            "billed-in-another-currency",
            format!("billed in {}, the bill is in {}", other.billed.currency(), bill.currency),
        )
        .hint("state `currency` and its exchange rates under [terms]"));
    }
    for cost in recorded {
        add(cost.key.clone(), 0, cost.billed)?;
    }
    if !recorded.is_empty() {
        for line in &bill.line_items {
            let key = RecordKey {
                date: utc_date(line.from),
                deployment: line.deployment.clone(),
                workload: line.workload.clone(),
                meter: line.meter.clone(),
            };
            add(key, 1, line.billed_cost)?;
        }
    }
    sums.into_iter()
        .map(|(key, ([recorded, computed], rows))| {
            let difference =
                computed.unwrap_or(zero).minus(recorded.unwrap_or(zero)).map_err(out_of_range)?;
            // An invoice cuts or rounds a meter's sum to the currency's smallest unit; the rest comes as an adjustment.
            let unit = Decimal::new(1, bill.currency.decimals());
            let whole = |money: Money| (money.amount() % unit).is_zero();
            let within = difference.amount().abs() < unit * Decimal::from(rows);
            let is_rounding = !difference.amount().is_zero()
                && within
                && computed.is_some()
                && recorded.is_some_and(whole);
            Ok(Difference { key, recorded, computed, difference, is_rounding })
        })
        .collect()
}
