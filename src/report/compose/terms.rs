//! The terms' part of a bill's view.

use crate::billing::agreement::read::Agreement;
use crate::billing::allocation::{AllocationKey, Share};
use crate::billing::bill::Bill;
use crate::billing::limit::{LimitStatus, budget_statuses, consumption_commitment_status};
use crate::report::view::{AllocationView, BudgetView, LimitView, PartView, TermsView};
use crate::scenario::run::allocation::Split;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::Money;

/// A bill under its terms.
pub fn terms_view(
    agreement: &Agreement,
    bill: &Bill,
    splits: &[Split],
    owned: impl Fn(&AllocationKey) -> Result<Vec<Share>, Diagnostic>,
) -> Result<TermsView, Diagnostic> {
    let mut budgets = Vec::new();
    for budget in &agreement.budgets {
        let shares = budget.key().map(|key| owned(&key)).transpose()?;
        for (from, status) in budget_statuses(bill, budget, shares.as_deref())? {
            budgets.push(BudgetView {
                name: budget.name.to_string(),
                from: from.to_string(),
                status: limit_view(budget.limit, status),
            });
        }
    }
    let consumption_commitment = match agreement.consumption_commitment {
        Some(agreed) => {
            Some(limit_view(agreed.agreed, consumption_commitment_status(bill, agreed)?))
        }
        None => None,
    };
    let totals = bill.totals();
    Ok(TermsView {
        list: totals.list.to_exact_string(),
        contracted: totals.contracted.to_exact_string(),
        budgets,
        consumption_commitment,
        allocation: splits
            .iter()
            .map(|split| AllocationView {
                by: split.by.to_string(),
                parts: split
                    .parts
                    .iter()
                    .map(|part| PartView {
                        owner: part.owner.to_string(),
                        billed: part.totals.billed.to_exact_string(),
                        effective: part.totals.effective.to_exact_string(),
                    })
                    .collect(),
            })
            .collect(),
    })
}

fn limit_view(limit: Money, status: LimitStatus) -> LimitView {
    LimitView {
        limit: limit.to_exact_string(),
        spent: status.spent.to_exact_string(),
        left: status.left.to_exact_string(),
        reached_on: status.reached_on.map(|day| day.to_string()),
    }
}
