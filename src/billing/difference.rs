//! Two bills side by side: what changed, and whether prices or volumes did it.

#![deny(clippy::float_arithmetic)]

use crate::billing::bill::Bill;
use crate::billing::line::out_of_range;
use crate::billing::line::{ChargeCategory, CommitmentStatus, LineItem, Meter, PricingCategory};
use crate::ledger::deployment::DeploymentRef;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::{Money, UnitPrice};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which of a line's costs is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CostColumn {
    /// What the invoices say.
    Billed,
    /// Amortized.
    Effective,
}

impl CostColumn {
    /// The cost of a line.
    pub const fn of(self, line: &LineItem) -> Money {
        match self {
            Self::Billed => line.billed_cost,
            Self::Effective => line.effective_cost,
        }
    }
}

/// What identifies a charge across bills of one period: a line item without its day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChargeKey {
    /// The deployment, if any.
    pub deployment: Option<Arc<DeploymentRef>>,
    /// The workload, if any.
    pub workload: Option<Arc<str>>,
    /// What is counted.
    pub meter: Meter,
    /// Usage or purchase.
    pub category: ChargeCategory,
    /// Standard or committed.
    pub pricing: PricingCategory,
    /// Commitment and status, if any.
    pub commitment: Option<(Arc<str>, Option<CommitmentStatus>)>,
}

impl ChargeKey {
    /// The key of a line.
    pub fn of(line: &LineItem) -> Self {
        Self {
            deployment: line.deployment.clone(),
            workload: line.workload.clone(),
            meter: line.meter.clone(),
            category: line.category,
            pricing: line.pricing,
            commitment: line.commitment.as_ref().map(|share| (Arc::clone(&share.id), share.status)),
        }
    }
}

/// A charge before and after. `after - before = price_effect + volume_effect`, exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The charge.
    pub key: ChargeKey,
    /// Count before, in the meter's whole-number unit.
    pub count_before: u64,
    /// Count after.
    pub count_after: u64,
    /// Cost before.
    pub before: Money,
    /// Cost after.
    pub after: Money,
    /// What the change of price does, at the volume after.
    pub price_effect: Money,
    /// What the change of volume does, at the price before. All of a charge that appears or disappears.
    pub volume_effect: Money,
}

/// The difference of two bills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillDifference {
    /// Charges that cost something else, in the order of their keys.
    pub changes: Vec<Change>,
    /// Cost of the first bill.
    pub before: Money,
    /// Cost of the second.
    pub after: Money,
    /// Sum of the changes' price effects.
    pub price_effect: Money,
    /// Sum of the changes' volume effects.
    pub volume_effect: Money,
}

/// The difference of two bills of one currency.
pub fn difference(
    before: &Bill,
    after: &Bill,
    column: CostColumn,
) -> Result<BillDifference, Diagnostic> {
    let zero = Money::zero(before.currency);
    let old = sums(before, column)?;
    let new = sums(after, column)?;
    let mut keys: Vec<&ChargeKey> = old.keys().chain(new.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let nothing = (0, zero);
    let mut found = BillDifference {
        changes: Vec::new(),
        before: zero,
        after: zero,
        price_effect: zero,
        volume_effect: zero,
    };
    for key in keys {
        let (count_before, cost_before) = *old.get(key).unwrap_or(&nothing);
        let (count_after, cost_after) = *new.get(key).unwrap_or(&nothing);
        let change = effects(key, [count_before, count_after], [cost_before, cost_after])?;
        let sum = |a: Money, b: Money| a.plus(b).map_err(out_of_range);
        found.before = sum(found.before, change.before)?;
        found.after = sum(found.after, change.after)?;
        found.price_effect = sum(found.price_effect, change.price_effect)?;
        found.volume_effect = sum(found.volume_effect, change.volume_effect)?;
        if change.before != change.after || count_before != count_after {
            found.changes.push(change);
        }
    }
    Ok(found)
}

fn effects(
    key: &ChargeKey,
    counts: [u64; 2],
    [before, after]: [Money; 2],
) -> Result<Change, Diagnostic> {
    // What the volume after would have cost at the price before.
    let at_old_price = match counts {
        [0, _] => after,
        [same, other] if same == other => before,
        [old, new] => UnitPrice { price: before, per: old }.cost_of(new).map_err(out_of_range)?,
    };
    Ok(Change {
        key: key.clone(),
        count_before: counts[0],
        count_after: counts[1],
        before,
        after,
        price_effect: after.minus(at_old_price).map_err(out_of_range)?,
        volume_effect: at_old_price.minus(before).map_err(out_of_range)?,
    })
}

fn sums(bill: &Bill, column: CostColumn) -> Result<BTreeMap<ChargeKey, (u64, Money)>, Diagnostic> {
    let mut sums: BTreeMap<ChargeKey, (u64, Money)> = BTreeMap::new();
    for line in &bill.line_items {
        let (count, cost) =
            sums.entry(ChargeKey::of(line)).or_insert((0, Money::zero(bill.currency)));
        *count += line.count;
        *cost = cost.plus(column.of(line)).map_err(out_of_range)?;
    }
    Ok(sums)
}
