//! What a candidate costs: totals of its bill and the same for an average month.

use crate::billing::bill::Bill;
use crate::billing::line::Meter;
use crate::ledger::metered::MeterKind;
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::money::{Currency, Money, MoneyError, UnitPrice};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Share of a cost below which a difference decides nothing.
pub const TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// Totals of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Effective (amortized) cost of the period.
    pub effective: Money,
    /// Cost invoiced in the period.
    pub billed: Money,
    /// Effective cost of an average calendar month of the period: what candidates are ranked by.
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
    /// Whether PTUs make it, paid by the hour or reserved.
    pub is_ptu: bool,
}

impl Default for Cost {
    fn default() -> Self {
        let zero = Money::zero(Currency::USD);
        Self { effective: zero, billed: zero, monthly: zero, monthly_parts: Vec::new() }
    }
}

/// The totals of bills of the scenario's period that share no line, such as one of tokens and one of capacity.
pub fn cost_of(scenario: &Scenario, bills: &[&Bill]) -> Result<Cost, Diagnostics> {
    totals(scenario, bills).map_err(out_of_range)
}

/// An amount that left its range, as a diagnostic.
#[allow(clippy::needless_pass_by_value, reason = "passed to `map_err`")]
pub(crate) fn out_of_range(error: MoneyError) -> Diagnostics {
    Diagnostic::error("amount-out-of-range", error.to_string()).into()
}

/// An amount times a factor that is no money, such as an uncertain price level; the factor is taken to six decimals.
pub(crate) fn times(money: Money, factor: f64) -> Result<Money, MoneyError> {
    if (factor - 1.0).abs() < f64::EPSILON {
        return Ok(money);
    }
    let factor = Decimal::new((factor * 1e6).round() as i64, 6);
    Ok(UnitPrice { price: money, per: 1 }.scaled(factor)?.price)
}

impl Cost {
    /// The cost when tokens and PTUs cost these factors of what was billed.
    pub(crate) fn at_prices(&self, tokens: f64, ptu: f64) -> Result<Self, MoneyError> {
        let certain = [tokens, ptu].iter().all(|factor| (factor - 1.0).abs() < f64::EPSILON);
        if certain {
            return Ok(self.clone());
        }
        let zero = Money::zero(self.monthly.currency());
        let mut cost = Self { monthly: zero, ..self.clone() };
        for part in &mut cost.monthly_parts {
            let factor = match (part.is_ptu, part.scales_with_traffic) {
                (true, _) => ptu,
                (false, true) => tokens,
                // Machines and hosting are neither.
                (false, false) => 1.0,
            };
            part.monthly = times(part.monthly, factor)?;
            cost.monthly = cost.monthly.plus(part.monthly)?;
        }
        Ok(cost)
    }
}

fn totals(scenario: &Scenario, bills: &[&Bill]) -> Result<Cost, MoneyError> {
    let currency = bills.first().map_or(Currency::USD, |bill| bill.currency);
    let mut parts: BTreeMap<String, (Money, bool, bool)> = BTreeMap::new();
    for line in bills.iter().flat_map(|bill| &bill.line_items) {
        let name = match &line.commitment {
            Some(share) => share.id.to_string(),
            None => line.meter.to_string(),
        };
        let by_token = match line.meter {
            Meter::Tokens { .. } => true,
            Meter::Other { kind, .. } => {
                matches!(kind, MeterKind::RoutedInput | MeterKind::Queries)
            }
            Meter::Capacity | Meter::Reservation => false,
        };
        let other = matches!(line.meter, Meter::Tokens { .. } | Meter::Other { .. });
        let part = parts.entry(name).or_insert((Money::zero(currency), by_token, !other));
        part.0 = part.0.plus(line.effective_cost)?;
    }
    let effective = Money::sum(currency, bills.iter().map(|bill| bill.totals().effective))?;
    Ok(Cost {
        effective,
        billed: Money::sum(currency, bills.iter().map(|bill| bill.totals().billed))?,
        monthly: per_month(scenario, effective)?,
        monthly_parts: parts
            .into_iter()
            .filter(|(_, (cost, ..))| !cost.amount().is_zero())
            .map(|(name, (cost, scales_with_traffic, is_ptu))| {
                Ok(CostPart {
                    name,
                    monthly: per_month(scenario, cost)?,
                    scales_with_traffic,
                    is_ptu,
                })
            })
            .collect::<Result<_, MoneyError>>()?,
    })
}

/// A cost of the period as the cost of a month, as [`crate::units::calendar::Period::in_months`] counts months: exact where
/// the period is one calendar month.
fn per_month(scenario: &Scenario, cost: Money) -> Result<Money, MoneyError> {
    let (parts, of) = scenario.period.in_months();
    UnitPrice { price: cost, per: parts.max(1) }.cost_of(of)
}
