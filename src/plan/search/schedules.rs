//! Schedules worth trying: more PTUs in some hours of the day, fewer in the others, derived from what every constant size
//! did hour by hour.
//!
//! What a size costs and refuses in an hour does not depend on the size of other hours, but for what is in flight when
//! they meet. So the runs of the constant sizes say what every schedule would do: for each stretch of hours the best two
//! sizes are found without a further run. The best schedule is then simulated like every candidate.

use crate::plan::candidates::family::{Family, Resized};
use crate::plan::evaluate::evaluate::Evaluated;
use crate::plan::evaluate::hours::Hours;
use crate::plan::workers::Workers;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::named::Payment;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::schedule::{DAY_HOURS, Schedule, TwoSizes};
use crate::units::diagnostic::Diagnostics;
use crate::units::ptu::Ptu;
use crate::units::time::HOUR_US;
use rust_decimal::prelude::ToPrimitive;

/// Shorter stretches are not derived; they may still be found step by step.
const SHORTEST_HOURS: usize = 2;
/// Steps from the derived schedule.
const MAX_IMPROVEMENTS: usize = 8;

/// What a PTU beyond those that are owned costs the window, by the hour and reserved throughout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PtuPrices {
    pub(crate) hour: f64,
    pub(crate) window: f64,
    /// PTUs whose reservations are owned: they are paid for, used or not.
    pub(crate) owned: Ptu,
}

impl PtuPrices {
    /// PTUs of a size that are still to be paid for.
    pub(crate) fn bought(self, size: Ptu) -> f64 {
        f64::from(size.saturating_sub(self.owned))
    }
}

/// Two sizes and the hours of the larger one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Derived {
    from_hour: usize,
    /// Hours with the larger size.
    length: usize,
    weekdays: bool,
    low_ptu: Ptu,
    pub(crate) high_ptu: Ptu,
}

impl Derived {
    pub(crate) fn schedule(&self) -> Schedule {
        let Self { from_hour, length, weekdays, low_ptu, high_ptu } = *self;
        let until_hour = (from_hour + length) % DAY_HOURS;
        TwoSizes { from_hour, until_hour, weekdays, low_ptu, high_ptu }.schedule()
    }

    /// A family with this schedule.
    pub(crate) fn of(&self, family: &Family) -> Family {
        family.resized(Resized::of(self.schedule()))
    }

    /// Schedules that differ by one hour at an end or one step of one size.
    pub(crate) fn neighbours(&self, family: &Family) -> Vec<Self> {
        let mut found = vec![
            Self { length: self.length - 1, ..*self },
            Self { length: self.length + 1, ..*self },
            Self { from_hour: (self.from_hour + 1) % DAY_HOURS, length: self.length - 1, ..*self },
            Self {
                from_hour: (self.from_hour + DAY_HOURS - 1) % DAY_HOURS,
                length: self.length + 1,
                ..*self
            },
        ];
        found.extend(family.neighbours(self.low_ptu, 1).map(|low_ptu| Self { low_ptu, ..*self }));
        found
            .extend(family.neighbours(self.high_ptu, 1).map(|high_ptu| Self { high_ptu, ..*self }));
        found.retain(|one| one.low_ptu < one.high_ptu && (1..DAY_HOURS).contains(&one.length));
        found
    }
}

/// Follows simulated costs from a schedule to one whose neighbours are not better: what is in flight when hours meet is
/// not in the figures it was derived from. `cost` says whether a schedule is infeasible, and what it costs.
pub(crate) fn improve<S: Clone + PartialEq + Sync + Send, C: Ord + Send>(
    first: S,
    neighbours: impl Fn(&S) -> Vec<S>,
    cost: impl Fn(&S) -> Result<Option<C>, Diagnostics> + Sync + Send,
    workers: &impl Workers,
) -> Result<S, Diagnostics> {
    let (mut best, mut known) = (first.clone(), cost(&first)?);
    let mut tried = vec![first];
    for _ in 0..MAX_IMPROVEMENTS {
        let mut next = neighbours(&best);
        next.retain(|one| !tried.contains(one));
        tried.extend(next.iter().cloned());
        let before = best.clone();
        for (one, cost) in next.iter().zip(workers.map("schedules", &next, &cost)) {
            let cost = cost?;
            // No figures are worse than any.
            if cost.is_some() && (known.is_none() || cost < known) {
                (best, known) = (one.clone(), cost);
            }
        }
        if best == before {
            break;
        }
    }
    Ok(best)
}

/// The best schedule of a family whose sizes have been simulated. None where nothing is saved, or PTUs may not be paid by
/// the hour.
pub(crate) fn schedule(
    scenario: &Scenario,
    family: &Family,
    evaluated: &[Evaluated],
) -> Option<Derived> {
    let own: Vec<(Ptu, &Hours)> = sizes(family, evaluated);
    let prices = ptu_prices(scenario, family, evaluated)?;
    let repeated = scenario.window.length_us / (DAY_HOURS as u64 * HOUR_US);
    let weekly = repeated.is_multiple_of(7);
    let mut best = constant(scenario, &own, prices).map(|cost| (cost, None));
    for weekdays in [false, true] {
        if weekdays && !weekly {
            continue;
        }
        for from in 0..DAY_HOURS {
            for length in SHORTEST_HOURS..=DAY_HOURS - SHORTEST_HOURS {
                let high = |slot: usize| {
                    let hour = slot % DAY_HOURS;
                    (hour + DAY_HOURS - from) % DAY_HOURS < length
                        && !(weekdays && slot >= DAY_HOURS)
                };
                let Some((cost, low, top)) = two_sizes(scenario, &own, prices, &high) else {
                    continue;
                };
                if best.as_ref().is_none_or(|(known, _)| cost < known - 1e-9) {
                    let (low_ptu, high_ptu) = (low, top);
                    let two = Derived { from_hour: from, length, weekdays, low_ptu, high_ptu };
                    best = Some((cost, (low < top).then_some(two)));
                }
            }
        }
    }
    best?.1
}

/// The simulated sizes with their hours, smallest first.
pub(crate) fn sizes<'a>(family: &Family, evaluated: &'a [Evaluated]) -> Vec<(Ptu, &'a Hours)> {
    let id = family.id();
    let mut own: Vec<(Ptu, &Hours)> = evaluated
        .iter()
        .filter(|one| one.family_id == id)
        .filter_map(|one| {
            let hours = one.figures.as_ref()?.hours.as_deref()?;
            Some((family.size_of(&one.candidate), hours))
        })
        .collect();
    own.sort_by_key(|(size, _)| *size);
    own.dedup_by_key(|(size, _)| *size);
    own
}

/// PTUs that reservations of a candidate's SKUs and regions cover on the first day of the period.
fn owned_ptu(scenario: &Scenario, candidate: &Candidate) -> Ptu {
    let provisioned = || candidate.deployments.iter().filter(|own| own.capacity_ptu.is_some());
    let first = scenario.period.first_date();
    let owned = scenario.commercial.agreement.reservations.iter().filter(|one| {
        let mut own = provisioned();
        one.in_force(first) == Ok(true) && own.any(|d| one.matches(&d.sku.name, &d.region.name))
    });
    owned.fold(0, |sum: Ptu, one| sum.saturating_add(one.quantity_ptu))
}

/// What each PTU beyond those owned costs, by payment: what is owned is in the cost of every size,
/// so it is what sizes differ by.
fn beyond_owned(paid: &[(Payment, Ptu, f64)], owned: Ptu) -> Vec<(Payment, f64)> {
    let bought = |size: Ptu| size.saturating_sub(owned);
    let mut found = Vec::new();
    for payment in Payment::ALL.into_iter().chain([Payment::Mixed]) {
        let own = || paid.iter().filter(|one| one.0 == payment);
        let least = own().min_by_key(|one| one.1);
        let most = own().max_by_key(|one| one.1);
        let (Some(least), Some(most)) = (least, most) else { continue };
        let more = f64::from(bought(most.1) - bought(least.1));
        if more > 0.0 {
            found.push((payment, (most.2 - least.2) / more));
        }
    }
    found
}

/// Prices of a PTU from what the candidates paid: by the hour, and in the cheapest way for the whole window.
pub(crate) fn ptu_prices(
    scenario: &Scenario,
    family: &Family,
    evaluated: &[Evaluated],
) -> Option<PtuPrices> {
    let per_ptu = |one: &Evaluated| {
        let parts = &one.figures.as_ref()?.cost.monthly_parts;
        let own = parts.iter().filter(|part| !part.scales_with_traffic);
        let cost: f64 = own.filter_map(|part| part.monthly.amount().to_f64()).sum();
        let ptu = f64::from(one.candidate.total_ptu());
        (ptu > 0.0).then(|| (one.candidate.payment, one.candidate.total_ptu(), cost))
    };
    let id = family.id();
    let own = || evaluated.iter().filter(|one| one.family_id == id);
    let paid: Vec<(Payment, Ptu, f64)> = own().filter_map(per_ptu).collect();
    let owned = own().next().map_or(0, |first| owned_ptu(scenario, &first.candidate));
    let paid: Vec<(Payment, f64)> = match owned {
        0 => paid.iter().map(|(payment, ptu, cost)| (*payment, cost / f64::from(*ptu))).collect(),
        owned => beyond_owned(&paid, owned),
    };
    let (_, hourly) = paid.iter().find(|(payment, _)| *payment == Payment::Hourly)?;
    let cheapest = paid.iter().map(|(_, price)| *price).fold(f64::INFINITY, f64::min);
    // Monthly figures of the period, scaled to the window that tokens were counted in.
    let (parts, of) = scenario.period.in_months();
    let month_hours =
        scenario.period.length_us() as f64 / HOUR_US as f64 * of as f64 / parts as f64;
    let window_hours = scenario.window.length_us as f64 / HOUR_US as f64;
    let scale = window_hours / month_hours;
    Some(PtuPrices { hour: hourly / month_hours, window: cheapest * scale, owned })
}

/// What the best size without a schedule costs the window.
fn constant(scenario: &Scenario, own: &[(Ptu, &Hours)], prices: PtuPrices) -> Option<f64> {
    let all = |_: usize| true;
    own.iter()
        .filter(|(_, hours)| serves(scenario, hours, &all))
        .map(|(size, hours)| tokens(hours, &all) + prices.window * prices.bought(*size))
        .min_by(f64::total_cmp)
}

/// The cheapest pair of sizes, `high` in some slots and at most that in the others: cost, low and high size.
fn two_sizes(
    scenario: &Scenario,
    own: &[(Ptu, &Hours)],
    prices: PtuPrices,
    high: &dyn Fn(usize) -> bool,
) -> Option<(f64, Ptu, Ptu)> {
    let first = &own.first()?.1.hours;
    let hours: u64 = (0..first.len()).filter(|slot| high(*slot)).map(|slot| first[slot]).sum();
    // A PTU deployed throughout costs the cheapest way; one deployed in some hours may still be reserved for all.
    let extra = prices.window.min(prices.hour * hours as f64);
    let base = prices.window - extra;
    let low = |slot: usize| !high(slot);
    let best = |price: f64, slots: &dyn Fn(usize) -> bool, from: Ptu| {
        own.iter()
            .filter(|(size, hours)| *size >= from && serves(scenario, hours, slots))
            .map(|(size, hours)| (tokens(hours, slots) + price * prices.bought(*size), *size))
            .min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let (low_cost, low_ptu) = best(base, &low, 0)?;
    let (high_cost, high_ptu) = best(extra, high, low_ptu)?;
    Some((low_cost + high_cost, low_ptu, high_ptu))
}

pub(crate) fn tokens(hours: &Hours, slots: &dyn Fn(usize) -> bool) -> f64 {
    (0..hours.token_cost.len()).filter(|s| slots(*s)).map(|s| hours.token_cost[s]).sum()
}

/// Whether a size refuses no more in some slots than the objective allows overall.
pub(crate) fn serves(scenario: &Scenario, hours: &Hours, slots: &dyn Fn(usize) -> bool) -> bool {
    let Some(ppm) = scenario.slo.throttled_share_ppm else { return true };
    let sum = |counts: &[u64]| -> u64 {
        (0..counts.len()).filter(|s| slots(*s)).map(|s| counts[s]).sum()
    };
    sum(&hours.throttled) * 1_000_000 <= u64::from(ppm) * sum(&hours.offered)
}
