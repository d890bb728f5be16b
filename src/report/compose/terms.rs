//! The terms' part of a bill's view.

use crate::billing::agreement::read::Agreement;
use crate::billing::allocation::{AllocationKey, Share};
use crate::billing::bill::Bill;
use crate::billing::limit::{LimitStatus, budget_statuses, consumption_commitment_status};
use crate::report::view::{AllocationView, BudgetView, LimitView, PartView, TermsView};
use crate::scenario::run::allocation::AllocatedBill;
use crate::units::calendar::utc_date;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::Money;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// A bill under its terms.
pub fn terms_view(
    agreement: &Agreement,
    bill: &Bill,
    splits: &[AllocatedBill],
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
        figures_of: String::new(),
        applied: applied(bill),
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

/// The exchange rates and discounts behind a bill's amounts, as they were applied to its lines.
fn applied(bill: &Bill) -> Vec<String> {
    let mut rates: BTreeMap<(String, Decimal), Date> = BTreeMap::new();
    let mut discounts: BTreeMap<Decimal, BTreeSet<String>> = BTreeMap::new();
    for line in &bill.line_items {
        let Some(rate) = &line.rate else { continue };
        if let Some(exchange) = rate.exchange {
            let key = (exchange.of.to_string(), exchange.rate.normalize());
            // Rates hold for UTC days; a bill east of UTC begins on the day before its first.
            let day = bill.local_date(line).max(utc_date(line.from));
            let first = rates.entry(key).or_insert(day);
            *first = (*first).min(day);
        }
        let (list, own) = (rate.list.price.amount(), rate.contracted.price.amount());
        if let Some(kept) = own.checked_div(list).filter(|_| list != own) {
            let off = ((Decimal::ONE - kept) * Decimal::ONE_HUNDRED).round_dp(4).normalize();
            discounts.entry(off).or_default().insert(line.meter.to_string());
        }
    }
    let single = rates.len() == 1;
    let exchanged = rates.iter().map(|((of, rate), from)| {
        let since = if single { String::new() } else { format!(" from {from}") };
        format!("Prices in {of} are exchanged at {rate} {} for 1 {of}{since}", bill.currency)
    });
    let lowered = discounts.iter().map(|(off, meters)| {
        let meters: Vec<&str> = meters.iter().map(String::as_str).collect();
        format!("A discount of {off}% is applied to {}", meters.join(", "))
    });
    exchanged.chain(lowered).collect()
}

fn limit_view(limit: Money, status: LimitStatus) -> LimitView {
    LimitView {
        limit: limit.to_exact_string(),
        spent: status.spent.to_exact_string(),
        left: status.left.to_exact_string(),
        reached_on: status.reached_on.map(|day| day.to_string()),
    }
}
