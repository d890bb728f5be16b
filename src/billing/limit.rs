//! Money limits over a bill: budgets, and consumption commitments (MACC) that spending counts towards.

#![deny(clippy::float_arithmetic)]

use crate::billing::allocation::{AllocationKey, Share};
use crate::billing::bill::Bill;
use crate::billing::difference::CostColumn;
use crate::billing::line::LineItem;
use crate::billing::line::out_of_range;
use crate::ledger::deployment::DeploymentRef;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::Money;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A budget. It stops nothing; the platform warns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Its name.
    pub name: Arc<str>,
    /// The limit, in the bill's currency.
    pub limit: Money,
    /// Billed or amortized cost.
    pub column: CostColumn,
    /// Whether the limit is for each calendar month of the bill's zone; for the whole bill otherwise.
    pub every_month: bool,
    /// Only this deployment; everything when none.
    pub deployment: Option<Arc<str>>,
    /// Only this workload, its part of shared capacity included; everything when none.
    pub workload: Option<Arc<str>>,
    /// Only this team, its part of shared capacity included; everything when none.
    pub team: Option<Arc<str>>,
}

impl Budget {
    /// The key by which the bill is split for it; none where whole lines count.
    pub fn key(&self) -> Option<AllocationKey> {
        match (&self.workload, &self.team) {
            (Some(_), _) => Some(AllocationKey::Workload),
            (None, Some(_)) => Some(AllocationKey::Team),
            (None, None) => None,
        }
    }

    /// Whose part of the bill it is for.
    fn owner(&self) -> Option<&str> {
        self.workload.as_deref().or(self.team.as_deref())
    }
}

/// A Microsoft Azure consumption commitment (MACC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsumptionCommitment {
    /// What was agreed, in the bill's currency.
    pub agreed: Money,
    /// What was spent of it before the bill.
    pub spent_before: Money,
}

/// How a limit stands at the end of a bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitStatus {
    /// What counted.
    pub spent: Money,
    /// The limit less that; below 0 when over.
    pub left: Money,
    /// The day of the bill's zone on which the limit was reached, none when it was not.
    pub reached_on: Option<Date>,
}

/// How a budget stands at the end of a bill, or at the end of each of its months, by the first day it is for. `shares` are the
/// bill's lines in parts by the budget's [`Budget::key`]; without them only lines that name its workload count.
pub fn budget_statuses(
    bill: &Bill,
    budget: &Budget,
    shares: Option<&[Share]>,
) -> Result<Vec<(Date, LimitStatus)>, Diagnostic> {
    let mut statuses: BTreeMap<Date, Vec<(Date, Money)>> = BTreeMap::new();
    let first = bill.from.to_zoned(bill.zone.clone()).date();
    let start =
        |date: Date| if budget.every_month { date.first_of_month().max(first) } else { first };
    statuses.insert(first, Vec::new());
    let named = |deployment: Option<&Arc<DeploymentRef>>| {
        let name = deployment.map(|deployment| &*deployment.name);
        budget.deployment.as_deref().is_none_or(|only| Some(only) == name)
    };
    let lines: Vec<&LineItem> = if let Some(shares) = shares {
        let own = |share: &&Share| Some(&*share.owner) == budget.owner();
        shares.iter().filter(own).map(|share| &share.part).collect()
    } else {
        let only = budget.workload.as_deref();
        let own = |line: &&LineItem| only.is_none() || only == line.workload.as_deref();
        bill.line_items.iter().filter(own).collect()
    };
    let mut lines: Vec<(Date, &LineItem)> = lines
        .into_iter()
        .filter(|line| named(line.deployment.as_ref()))
        .map(|line| (bill.local_date(line), line))
        .collect();
    lines.sort_by_key(|(date, _)| *date);
    for (date, line) in lines {
        statuses.entry(start(date)).or_default().push((date, budget.column.of(line)));
    }
    let status_of = |costs: Vec<(Date, Money)>| status(costs.into_iter(), budget.limit);
    statuses.into_iter().map(|(from, costs)| Ok((from, status_of(costs)?))).collect()
}

/// How much of a Microsoft Azure consumption commitment a bill decrements: everything billed, marketplace units of Claude
/// included (S 71).
pub fn consumption_commitment_status(
    bill: &Bill,
    commitment: ConsumptionCommitment,
) -> Result<LimitStatus, Diagnostic> {
    let first = bill.from.to_zoned(bill.zone.clone()).date();
    let mut lines: Vec<(Date, Money)> =
        bill.line_items.iter().map(|line| (bill.local_date(line), line.billed_cost)).collect();
    lines.sort_by_key(|(date, _)| *date);
    let before = [(first, commitment.spent_before)];
    status(before.into_iter().chain(lines), commitment.agreed)
}

/// Costs in the order of their days against a limit.
fn status(
    costs: impl Iterator<Item = (Date, Money)>,
    limit: Money,
) -> Result<LimitStatus, Diagnostic> {
    let mut spent = Money::zero(limit.currency());
    let mut reached_on = None;
    for (date, cost) in costs {
        spent = spent.plus(cost).map_err(out_of_range)?;
        if reached_on.is_none() && spent.amount() >= limit.amount() {
            reached_on = Some(date);
        }
    }
    let left = limit.minus(spent).map_err(out_of_range)?;
    Ok(LimitStatus { spent, left, reached_on })
}
