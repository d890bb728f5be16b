//! Schedules worth trying: more PTUs in some hours of the day, fewer in the others, derived from what every constant size
//! did hour by hour.
//!
//! What a size costs and refuses in an hour does not depend on the size of other hours, but for what is in flight when
//! they meet. So the runs of the constant sizes say what every schedule would do: for each stretch of hours the best two
//! sizes are found without a further run. The best schedule is then simulated like every candidate.

use crate::billing::bill::Bill;
use crate::billing::line::Meter;
use crate::engine::outcome::Outcome;
use crate::ledger::usage::{ContextTier, DeploymentRef, ServiceTier};
use crate::plan::candidates::{Family, Resized};
use crate::plan::search::Evaluated;
use crate::plan::workers::Workers;
use crate::scenario::question::{Payment, Scenario};
use crate::units::diagnostic::Diagnostics;
use crate::units::ptu::Ptu;
use crate::units::time::{HOUR_US, MINUTE_US};
use crate::units::tokens::TokenClass;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;

const DAY_HOURS: usize = 24;
/// Shorter stretches are not derived; they may still be found step by step.
const SHORTEST_HOURS: usize = 2;
/// Steps from the derived schedule.
const MAX_IMPROVEMENTS: usize = 8;

/// What one constant size did in each hour of the window, put together by slot: the local hour, on weekdays and on weekends.
#[derive(Clone, Debug, PartialEq)]
pub struct Hours {
    /// Cost of tokens in the window, currency units, by slot.
    pub token_cost: Vec<f64>,
    /// Attempts that reached a provisioned deployment, by slot.
    pub offered: Vec<u64>,
    /// Of those, attempts it refused and nobody else took, by slot.
    pub throttled: Vec<u64>,
    /// Hours of the window in each slot.
    pub hours: Vec<u64>,
}

/// Whether the scenario asks for schedules and its window shows whole days.
pub(crate) fn is_asked(scenario: &Scenario) -> bool {
    let day_us = DAY_HOURS as u64 * HOUR_US;
    scenario.allow.schedule && scenario.window.length_us.is_multiple_of(day_us)
}

/// The slot of an hour of the window: 0 to 23 on weekdays, 24 to 47 on weekends.
fn slot(scenario: &Scenario, at_us: u64) -> usize {
    let period = &scenario.period;
    let local = period.at(at_us).to_zoned(period.zone().clone());
    let weekend =
        matches!(local.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
    local.hour() as usize + if weekend { DAY_HOURS } else { 0 }
}

type PriceKey<'a> = (&'a DeploymentRef, ServiceTier, ContextTier, TokenClass);

/// The hours of a simulated size. Tokens cost what the bill charged for their kind on average.
pub(crate) fn hours(
    scenario: &Scenario,
    outcome: &Outcome,
    deployments: &[std::sync::Arc<DeploymentRef>],
    tokens: &Bill,
) -> Hours {
    let mut prices: BTreeMap<PriceKey<'_>, (f64, u64)> = BTreeMap::new();
    for line in &tokens.line_items {
        if let (Meter::Tokens { tier, context, class }, Some(deployment)) =
            (&line.meter, &line.deployment)
        {
            let price = prices.entry((&**deployment, *tier, *context, *class)).or_default();
            price.0 += line.effective_cost.amount().to_f64().unwrap_or(0.0);
            price.1 += line.count;
        }
    }
    let slots = 2 * DAY_HOURS;
    let mut hours = Hours {
        token_cost: vec![0.0; slots],
        offered: vec![0; slots],
        throttled: vec![0; slots],
        hours: vec![0; slots],
    };
    let count = (scenario.window.length_us / HOUR_US) as usize;
    let of_hour: Vec<usize> = (0..count).map(|h| slot(scenario, h as u64 * HOUR_US)).collect();
    for slot in &of_hour {
        hours.hours[*slot] += 1;
    }
    for bin in &outcome.usage {
        let slot = of_hour[(bin.hour as usize).min(count - 1)];
        let deployment = &*deployments[usize::from(bin.deployment.0)];
        for (class, tokens) in bin.tokens.iter() {
            if let Some((cost, billed)) = prices.get(&(deployment, bin.tier, bin.context, class)) {
                hours.token_cost[slot] += cost / (*billed).max(1) as f64 * tokens as f64;
            }
        }
    }
    for deployment in outcome.deployments.iter().filter(|d| d.capacity_units > 0) {
        // Refusals that spill over are no harm: the next deployment answers, and its bill counts.
        let seen = deployment.throttled > 0;
        for (minute, sample) in deployment.minutes.iter().enumerate() {
            let hour = minute as u64 * MINUTE_US / HOUR_US;
            let slot = of_hour[(hour as usize).min(count - 1)];
            hours.offered[slot] += u64::from(sample.offered);
            hours.throttled[slot] += if seen { u64::from(sample.refused) } else { 0 };
        }
    }
    hours
}

/// What a PTU costs the window, by the hour and reserved throughout.
#[derive(Clone, Copy, Debug)]
struct PtuPrices {
    hour: f64,
    window: f64,
}

/// Two sizes and the hours of the larger one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TwoSizes {
    from_hour: usize,
    /// Hours with the larger size.
    length: usize,
    weekdays: bool,
    low_ptu: Ptu,
    pub(crate) high_ptu: Ptu,
}

impl TwoSizes {
    /// A family with this schedule.
    pub(crate) fn of(&self, family: &Family) -> Family {
        family.resized(Resized {
            from_hour: self.from_hour as u8,
            until_hour: ((self.from_hour + self.length) % DAY_HOURS) as u8,
            weekdays: self.weekdays,
            below_ptu: self.high_ptu - self.low_ptu,
        })
    }

    /// Schedules that differ by one hour at an end or one step of one size.
    fn neighbours(&self, family: &Family) -> Vec<Self> {
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
/// not in the figures it was derived from. `cost` says whether a size is infeasible, and what it costs.
pub(crate) fn improve<C: Ord + Send>(
    family: &Family,
    first: TwoSizes,
    cost: impl Fn(&Family, Ptu) -> Result<Option<C>, Diagnostics> + Sync + Send,
    workers: &impl Workers,
) -> Result<TwoSizes, Diagnostics> {
    let of = |one: &TwoSizes| cost(&one.of(family), one.high_ptu);
    let (mut best, mut known) = (first, of(&first)?);
    let mut tried = vec![first];
    for _ in 0..MAX_IMPROVEMENTS {
        let mut next = best.neighbours(family);
        next.retain(|one| !tried.contains(one));
        tried.extend(&next);
        let before = best;
        for (one, cost) in next.iter().zip(workers.map("schedules", &next, of)) {
            let cost = cost?;
            // No figures are worse than any.
            if cost.is_some() && (known.is_none() || cost < known) {
                (best, known) = (*one, cost);
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
) -> Option<TwoSizes> {
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
                    let two = TwoSizes { from_hour: from, length, weekdays, low_ptu, high_ptu };
                    best = Some((cost, (low < top).then_some(two)));
                }
            }
        }
    }
    best?.1
}

/// The simulated sizes with their hours, smallest first.
fn sizes<'a>(family: &Family, evaluated: &'a [Evaluated]) -> Vec<(Ptu, &'a Hours)> {
    let mut own: Vec<(Ptu, &Hours)> = evaluated
        .iter()
        .filter(|one| one.family == family.name)
        .filter_map(|one| {
            let hours = one.figures.as_ref()?.hours.as_deref()?;
            Some((family.size_of(&one.candidate), hours))
        })
        .collect();
    own.sort_by_key(|(size, _)| *size);
    own.dedup_by_key(|(size, _)| *size);
    own
}

/// Prices of a PTU from what the candidates paid: by the hour, and in the cheapest way for the whole window.
fn ptu_prices(scenario: &Scenario, family: &Family, evaluated: &[Evaluated]) -> Option<PtuPrices> {
    let per_ptu = |one: &Evaluated| {
        let parts = &one.figures.as_ref()?.cost.monthly_parts;
        let own = parts.iter().filter(|part| !part.scales_with_traffic);
        let cost: f64 = own.filter_map(|part| part.monthly.amount().to_f64()).sum();
        let ptu = f64::from(one.candidate.total_ptu());
        (ptu > 0.0).then(|| (one.candidate.payment, cost / ptu))
    };
    let paid: Vec<(Payment, f64)> =
        evaluated.iter().filter(|one| one.family == family.name).filter_map(per_ptu).collect();
    let (_, hourly) = paid.iter().find(|(payment, _)| *payment == Payment::Hourly)?;
    let cheapest = paid.iter().map(|(_, price)| *price).fold(f64::INFINITY, f64::min);
    // Monthly figures of the period, scaled to the window that tokens were counted in.
    let month_hours = scenario.period.whole_months().map_or(730.0, |months| {
        scenario.period.length_us() as f64 / HOUR_US as f64 / months as f64
    });
    let window_hours = scenario.window.length_us as f64 / HOUR_US as f64;
    let scale = window_hours / month_hours;
    Some(PtuPrices { hour: hourly / month_hours, window: cheapest * scale })
}

/// What the best size without a schedule costs the window.
fn constant(scenario: &Scenario, own: &[(Ptu, &Hours)], prices: PtuPrices) -> Option<f64> {
    let all = |_: usize| true;
    own.iter()
        .filter(|(_, hours)| serves(scenario, hours, &all))
        .map(|(size, hours)| tokens(hours, &all) + prices.window * f64::from(*size))
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
            .map(|(size, hours)| (tokens(hours, slots) + price * f64::from(*size), *size))
            .min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let (low_cost, low_ptu) = best(base, &low, 0)?;
    let (high_cost, high_ptu) = best(extra, high, low_ptu)?;
    Some((low_cost + high_cost, low_ptu, high_ptu))
}

fn tokens(hours: &Hours, slots: &dyn Fn(usize) -> bool) -> f64 {
    (0..hours.token_cost.len()).filter(|s| slots(*s)).map(|s| hours.token_cost[s]).sum()
}

/// Whether a size refuses no more in some slots than the objective allows overall.
fn serves(scenario: &Scenario, hours: &Hours, slots: &dyn Fn(usize) -> bool) -> bool {
    let Some(ppm) = scenario.slo.throttled_share_ppm else { return true };
    let sum = |counts: &[u64]| -> u64 {
        (0..counts.len()).filter(|s| slots(*s)).map(|s| counts[s]).sum()
    };
    sum(&hours.throttled) * 1_000_000 <= u64::from(ppm) * sum(&hours.offered)
}
