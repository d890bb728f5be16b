//! What the next block of PTUs is worth: the choice against the next smaller and the next larger size of its kind.

use crate::plan::evaluate::evaluate::Evaluated;
use crate::plan::evaluate::refusal::Refusal;
use crate::units::money::Money;
use crate::units::ptu::Ptu;

/// The next size up or down.
#[derive(Clone, Debug, PartialEq)]
pub struct Marginal {
    /// Its PTUs.
    pub total_ptu: Ptu,
    /// How many more or fewer than the choice.
    pub block_ptu: Ptu,
    /// What it costs a month above the choice: below 0 where it costs less. The mean over the futures where both were
    /// replayed, else of the most likely future.
    pub change: Money,
    /// Why it is not feasible; empty when it is.
    pub reasons: Vec<Refusal>,
}

/// The next smaller and the next larger size of the choice's family and payment, where there are such.
pub fn marginal(candidates: &[Evaluated], choice: usize) -> [Option<Marginal>; 2] {
    let best = &candidates[choice];
    let own = best.candidate.total_ptu();
    if own == 0 {
        return [None, None];
    }
    let alike: Vec<&Evaluated> =
        candidates.iter().filter(|c| c.is_alike(best)).filter(|c| c.figures.is_some()).collect();
    let size = |one: &&&Evaluated| one.candidate.total_ptu();
    let smaller = alike.iter().filter(|one| size(one) < own).max_by_key(size);
    let larger = alike.iter().filter(|one| size(one) > own).min_by_key(size);
    [smaller, larger].map(|other| {
        let other = *other?;
        Some(Marginal {
            total_ptu: other.candidate.total_ptu(),
            block_ptu: other.candidate.total_ptu().abs_diff(own),
            change: difference(other, best)?,
            reasons: other.reasons.clone(),
        })
    })
}

/// What `one` costs a month above `other`, in the futures both were replayed in, else in the most likely one.
pub(crate) fn difference(one: &Evaluated, other: &Evaluated) -> Option<Money> {
    if let (Some(one), Some(other)) = (&one.spread, &other.spread) {
        return one.mean.minus(other.mean).ok();
    }
    let (one, other) = (one.figures.as_ref()?, other.figures.as_ref()?);
    one.cost.monthly.minus(other.cost.monthly).ok()
}
