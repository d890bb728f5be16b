//! Load and prices hour by hour, which schedules of PTUs are made from.

use crate::billing::bill::Bill;
use crate::billing::line::Meter;
use crate::engine::record::outcome::Outcome;
use crate::ledger::deployment::DeploymentRef;
use crate::ledger::usage::{ContextTier, ServiceTier};
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::schedule::DAY_HOURS;
use crate::units::time::{HOUR_US, MINUTE_US};
use crate::units::tokens::TokenClass;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;
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
pub(crate) fn slot(scenario: &Scenario, at_us: u64) -> usize {
    let period = &scenario.period;
    let local = period.at(at_us).to_zoned(period.zone().clone());
    let weekend =
        matches!(local.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
    local.hour() as usize + if weekend { DAY_HOURS } else { 0 }
}

pub(crate) type PriceKey<'a> = (&'a DeploymentRef, ServiceTier, ContextTier, TokenClass);

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
