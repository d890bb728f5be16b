//! PTUs that follow the hour of the day in as many sizes as pay: found by dynamic programming over
//! what every constant size did hour by hour, and simulated like every candidate.
//!
//! PTUs that are owned are paid for. Those beyond, up to a base, are paid in the cheapest way for
//! the whole window, those above it by the hour.
//! A deployment that grows may find no capacity (P R33): every scale-up costs what the parameter
//! `ptu-scale-up-worth` says, in hours of the PTUs that are added, so that a short dip keeps them.

use crate::plan::candidates::family::Family;
use crate::plan::evaluate::evaluate::Evaluated;
use crate::plan::evaluate::hours::Hours;
use crate::plan::search::schedules::{PtuPrices, ptu_prices, serves, sizes};
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::schedule::{DAY_HOURS, HourlySizes, Schedule};
use crate::units::ptu::Ptu;

/// What a size costs in a slot beyond its PTUs; infinite where it refuses more than is allowed.
struct HourSlot {
    /// How often the slot comes in the window.
    hours: f64,
    tokens: Vec<f64>,
}

/// A day whose last hour is followed by its first.
struct CyclicDay<'a> {
    slots: &'a [HourSlot],
    ptu: &'a [Ptu],
    /// What a PTU costs.
    prices: PtuPrices,
    /// What a PTU more costs at each scale-up.
    up: f64,
}

/// The best sizes of a family whose constant sizes have been simulated, where it takes more than
/// two. `scale_up` is what a scale-up is taken to cost, hours of the PTUs that are added.
pub(crate) fn autoscaled(
    scenario: &Scenario,
    family: &Family,
    evaluated: &[Evaluated],
    scale_up: f64,
) -> Option<Schedule> {
    let own = sizes(family, evaluated);
    let prices = ptu_prices(scenario, family, evaluated)?;
    let (_, first) = own.first()?;
    let days = [0, 1].map(|day| slots(scenario, &own, day * DAY_HOURS));
    let ptu: Vec<Ptu> = own.iter().map(|(size, _)| *size).collect();
    let mut best: Option<(f64, HourlySizes)> = None;
    // Without PTUs that are always there a base of nothing would be a size of its own.
    for base in 0..ptu.len() {
        let Some((cost, sizes)) = over_base(&days, &ptu, base, prices, scale_up) else { continue };
        let whole = prices.window * prices.bought(ptu[base]) + cost;
        if best.as_ref().is_none_or(|(known, _)| whole < known - 1e-9) {
            best = Some((whole, sizes));
        }
    }
    let (_, mut sizes) = best?;
    let seen = |day: usize| first.hours[day * DAY_HOURS..][..DAY_HOURS].iter().any(|n| *n > 0);
    // Days that the window does not show are as the others.
    match (seen(0), seen(1)) {
        (true, false) => sizes[1] = sizes[0],
        (false, true) => sizes[0] = sizes[1],
        _ => {}
    }
    let schedule = Schedule { sizes };
    let changes = schedule.low_ptu() < schedule.high_ptu();
    (changes && schedule.two_sizes().is_none()).then_some(schedule)
}

/// Schedules in which one resize comes an hour earlier or later.
pub(crate) fn neighbours(schedule: &Schedule) -> Vec<Schedule> {
    let mut found = Vec::new();
    let alike = schedule.sizes[0] == schedule.sizes[1];
    for day in 0..if alike { 1 } else { 2 } {
        for hour in 0..DAY_HOURS {
            let before = (hour + DAY_HOURS - 1) % DAY_HOURS;
            let own = &schedule.sizes[day];
            if own[hour] == own[before] {
                continue;
            }
            for (at, size) in [(hour, own[before]), (before, own[hour])] {
                let mut sizes = schedule.sizes;
                sizes[day][at] = size;
                if alike {
                    sizes[1] = sizes[0];
                }
                found.push(Schedule { sizes });
            }
        }
    }
    found
}

/// The best sizes of both kinds of day, none below a base, and what they cost beyond the base.
fn over_base(
    days: &[Vec<HourSlot>; 2],
    ptu: &[Ptu],
    base: usize,
    prices: PtuPrices,
    scale_up: f64,
) -> Option<(f64, HourlySizes)> {
    let mut sizes = [[ptu[base]; DAY_HOURS]; 2];
    let mut whole = 0.0;
    for (slots, sizes) in days.iter().zip(&mut sizes) {
        let often = slots.iter().map(|slot| slot.hours).fold(0.0, f64::max);
        let up = prices.hour * scale_up * often;
        let (cost, found) = CyclicDay { slots, ptu, prices, up }.best(base)?;
        whole += cost;
        *sizes = found.map(|size| ptu[size]);
    }
    Some((whole, sizes))
}

fn slots(scenario: &Scenario, own: &[(Ptu, &Hours)], first: usize) -> Vec<HourSlot> {
    let each = (first..first + DAY_HOURS).map(|slot| {
        let only = |other: usize| other == slot;
        let tokens = own.iter().map(|(_, hours)| {
            let served = serves(scenario, hours, &only);
            if served { hours.token_cost[slot] } else { f64::INFINITY }
        });
        let hours = own.first().map_or(0, |(_, hours)| hours.hours[slot]);
        HourSlot { hours: hours as f64, tokens: tokens.collect() }
    });
    each.collect()
}

impl CyclicDay<'_> {
    /// The cheapest size of each hour, from a base on: for each size that the day may begin with.
    fn best(&self, base: usize) -> Option<(f64, [usize; DAY_HOURS])> {
        let starts = base..self.ptu.len();
        let all = starts.filter_map(|start| self.from(base, start));
        all.min_by(|a, b| a.0.total_cmp(&b.0))
    }

    /// What a size costs in a slot above a base.
    fn cost(&self, slot: usize, base: usize, size: usize) -> f64 {
        let above = self.prices.bought(self.ptu[size]) - self.prices.bought(self.ptu[base]);
        self.slots[slot].tokens[size] + self.prices.hour * above * self.slots[slot].hours
    }

    /// The cheapest day that begins and ends with a size.
    fn from(&self, base: usize, start: usize) -> Option<(f64, [usize; DAY_HOURS])> {
        let count = self.ptu.len();
        let mut cost = vec![f64::INFINITY; count];
        cost[start] = self.cost(0, base, start);
        let mut before: Vec<Vec<usize>> = Vec::with_capacity(DAY_HOURS);
        for slot in 1..=DAY_HOURS {
            let (reached, by) = self.moved(&cost, base);
            before.push(by);
            // The hour after the last is the first again, which is paid for.
            cost = reached;
            if slot < DAY_HOURS {
                for (size, cost) in cost.iter_mut().enumerate().skip(base) {
                    *cost += self.cost(slot, base, size);
                }
            }
        }
        let whole = cost[start];
        let mut sizes = [start; DAY_HOURS];
        let mut size = start;
        for slot in (0..DAY_HOURS).rev() {
            size = before[slot][size];
            sizes[slot] = size;
        }
        whole.is_finite().then_some((whole, sizes))
    }

    /// What it costs to have each size after a resize, and the size before it.
    fn moved(&self, cost: &[f64], base: usize) -> (Vec<f64>, Vec<usize>) {
        let mut reached = vec![f64::INFINITY; cost.len()];
        let mut by: Vec<usize> = (0..cost.len()).collect();
        // Down costs nothing.
        let mut least = (f64::INFINITY, base);
        for size in (base..cost.len()).rev() {
            if cost[size] <= least.0 {
                least = (cost[size], size);
            }
            (reached[size], by[size]) = least;
        }
        // Up costs by the PTU.
        let mut least = (f64::INFINITY, base);
        for size in base..cost.len() {
            let worth = |from: usize| self.up * f64::from(self.ptu[size] - self.ptu[from]);
            if least.0.is_finite() {
                let grown = cost[least.1] + worth(least.1);
                if grown < reached[size] {
                    (reached[size], by[size]) = (grown, least.1);
                }
            }
            // All grow at one price a PTU: who is cheaper here stays so.
            if cost[size] < cost[least.1] + worth(least.1) || !least.0.is_finite() {
                least = (cost[size], size);
            }
        }
        (reached, by)
    }
}
