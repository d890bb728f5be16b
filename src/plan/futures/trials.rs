//! One candidate in many futures, and what they say together.

use crate::plan::constraints::constraint::Constraint;
use crate::plan::evaluate::spread::Spread;
use crate::plan::futures::interval::{percentile_ranks, share_between};
use crate::units::money::{Currency, Money, MoneyError, UnitPrice};

/// One candidate in one future.
#[derive(Clone, Debug)]
pub(crate) struct FutureTrial {
    /// What a month costs.
    pub(super) monthly: Money,
    /// What did not hold.
    pub(super) broken: Vec<Constraint>,
}

impl FutureTrial {
    /// Whether every objective and constraint held.
    pub(crate) fn holds(&self) -> bool {
        self.broken.is_empty()
    }
}

/// What the trials of a candidate say together.
pub(crate) fn spread(trials: &[FutureTrial]) -> Result<Spread, MoneyError> {
    let costs: Vec<Money> = trials.iter().map(|trial| trial.monthly).collect();
    let [p10, p50, p90] = percentiles(&costs);
    let held = trials.iter().filter(|trial| trial.broken.is_empty()).count();
    Ok(Spread {
        p10,
        p50,
        p90,
        mean: mean(&costs)?,
        worst: largest(&costs),
        replications: trials.len() as u32,
        hold_share: held as f64 / trials.len().max(1) as f64,
        between: between(&costs),
        hold_between: share_between(held, trials.len()),
    })
}

/// 10th percentile, median and 90th percentile by nearest rank.
pub(super) fn percentiles(amounts: &[Money]) -> [Money; 3] {
    let mut sorted = amounts.to_vec();
    sorted.sort_by_key(Money::amount);
    [10, 50, 90].map(|percent| {
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted.get(rank - 1).copied().unwrap_or(Money::zero(Currency::USD))
    })
}

/// Where each of the three percentiles lies.
pub(crate) fn between(amounts: &[Money]) -> [[Money; 2]; 3] {
    let mut sorted = amounts.to_vec();
    sorted.sort_by_key(Money::amount);
    let at = |rank: usize| sorted.get(rank - 1).copied().unwrap_or(Money::zero(Currency::USD));
    [10, 50, 90].map(|percent| percentile_ranks(sorted.len(), percent).map(at))
}

/// The mean of some amounts.
pub(crate) fn mean(amounts: &[Money]) -> Result<Money, MoneyError> {
    let currency = amounts.first().map_or(Currency::USD, Money::currency);
    let sum = Money::sum(currency, amounts.iter().copied())?;
    UnitPrice { price: sum, per: amounts.len().max(1) as u64 }.cost_of(1)
}

/// The largest of some amounts.
pub(super) fn largest(amounts: &[Money]) -> Money {
    let largest = amounts.iter().copied().max_by_key(Money::amount);
    largest.unwrap_or(Money::zero(Currency::USD))
}
