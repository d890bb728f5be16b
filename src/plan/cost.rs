//! What a candidate costs: totals of its bill and the same for an average month.

use crate::billing::bill::Bill;
use crate::billing::line::Meter;
use crate::scenario::question::Scenario;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::money::{Currency, Money, MoneyError, UnitPrice};
use crate::units::time::HOUR_US;
use std::collections::BTreeMap;

/// Hours of an average month where a period is no whole number of calendar months (P C16: cost tools use 730).
const HOURS_PER_MONTH: u64 = 730;

/// Totals of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Effective (amortized) cost of the period.
    pub effective: Money,
    /// Cost invoiced in the period.
    pub billed: Money,
    /// Effective cost of an average month of the period: what candidates are ranked by.
    pub monthly: Money,
    /// Monthly cost by part of the bill, by name.
    pub monthly_parts: Vec<CostPart>,
}

/// A part of a monthly cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostPart {
    /// The meter, and the commitment where one pays.
    pub name: String,
    /// Its monthly cost.
    pub monthly: Money,
    /// Whether it grows with the number of requests.
    pub scales_with_traffic: bool,
}

impl Default for Cost {
    fn default() -> Self {
        let zero = Money::zero(Currency::USD);
        Self { effective: zero, billed: zero, monthly: zero, monthly_parts: Vec::new() }
    }
}

/// The totals of a bill of the scenario's period.
pub fn cost_of(scenario: &Scenario, bill: &Bill) -> Result<Cost, Diagnostics> {
    totals(scenario, bill)
        .map_err(|error| Diagnostic::error("amount-out-of-range", error.to_string()).into())
}

fn totals(scenario: &Scenario, bill: &Bill) -> Result<Cost, MoneyError> {
    let mut parts: BTreeMap<String, (Money, bool)> = BTreeMap::new();
    for line in &bill.line_items {
        let name = match &line.commitment {
            Some(share) => share.id.to_string(),
            None => line.meter.to_string(),
        };
        let by_token = matches!(line.meter, Meter::Tokens { .. });
        let part = parts.entry(name).or_insert((Money::zero(bill.currency), by_token));
        part.0 = part.0.plus(line.effective_cost)?;
    }
    let sums = bill.totals();
    Ok(Cost {
        effective: sums.effective,
        billed: sums.billed,
        monthly: per_month(scenario, sums.effective)?,
        monthly_parts: parts
            .into_iter()
            .filter(|(_, (cost, _))| !cost.amount().is_zero())
            .map(|(name, (cost, scales_with_traffic))| {
                Ok(CostPart { name, monthly: per_month(scenario, cost)?, scales_with_traffic })
            })
            .collect::<Result<_, MoneyError>>()?,
    })
}

/// A cost of the period as the cost of a month: exact where the period is one calendar month.
fn per_month(scenario: &Scenario, cost: Money) -> Result<Money, MoneyError> {
    if let Some(months) = scenario.period.whole_months() {
        return UnitPrice { price: cost, per: months }.cost_of(1);
    }
    let hours = (scenario.period.length_us() / HOUR_US).max(1);
    UnitPrice { price: cost, per: hours }.cost_of(HOURS_PER_MONTH)
}
