//! Provisioned capacity against reservations, hour by hour (P R37), and the lines that come of it.
//!
//! ```text
//! one UTC hour, PTU-minutes     deployed  |######## a ########|### b ###|
//!                               reserved  |============ r =============|
//!                               lines     |  a used by r      | b used |      rest of b: hourly price
//!                               or, when less is deployed than reserved:
//!                               lines     |  a used by r      |  r unused, lost
//! ```

#![deny(clippy::float_arithmetic)]

use crate::billing::capacity::HourlyCapacity;
use crate::billing::commitment::Commitment;
use crate::billing::line::out_of_range;
use crate::billing::line::{
    ChargeCategory, CommitmentShare, CommitmentStatus, LineItem, Meter, PricingCategory, Rate,
};
use crate::billing::minutes::day_start_minute;
use crate::billing::minutes::shared_minutes;
use crate::billing::minutes::{DAY_HOURS, HOUR_MINUTES};
use crate::billing::payments::{Paid, payments, refund_lines};
use crate::billing::prices::PriceSource;
use crate::billing::rate::{Subject, rate};
use crate::billing::terms::{CoverageOrder, Terms};
use crate::ledger::deployment::DeploymentRef;
use crate::units::calendar::utc_date;
use crate::units::dated::Dated;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::money::{Money, UnitPrice};
use jiff::civil::Date;
use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

/// One payment of a commitment that matters to the period. Days of reservations are those of the terms' zone, so two
/// payments may meet within a UTC day, and within an hour.
struct Active<'a> {
    commitment: &'a Commitment,
    paid: Paid,
}

/// PTU-minutes of one UTC day.
struct Day {
    /// Of each deployment, what no commitment covers.
    excess: Vec<u64>,
    /// Of each payment, what each deployment uses.
    used: Vec<Vec<u64>>,
    /// Of each payment, what nobody uses.
    unused: Vec<u64>,
}

/// The lines of provisioned capacity and of the commitments that touch the terms' period.
pub(crate) fn capacity_lines(
    capacity: &HourlyCapacity,
    commitments: &[Commitment],
    terms: &Terms,
    prices: &impl PriceSource,
    diagnostics: &mut Diagnostics,
) -> Vec<LineItem> {
    let mut lines = Vec::new();
    let mut active = Vec::new();
    for commitment in in_order(commitments) {
        match payments(commitment, terms, prices) {
            Ok(payments) => {
                active.extend(payments.into_iter().map(|paid| Active { commitment, paid }));
            }
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    for line in refund_lines(commitments, terms, prices) {
        match line {
            Ok(line) => lines.push(line),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    let period = terms.minutes();
    for Active { paid, .. } in &active {
        if period.contains(&paid.minutes.start) {
            lines.push(paid.line.clone());
        }
    }
    let mut missing = Vec::new();
    let mut known = vec![None; capacity.deployments.len()];
    let mut hour = capacity.hours.start;
    while hour < capacity.hours.end {
        let midnight = hour.div_euclid(DAY_HOURS) * DAY_HOURS;
        let hours = hour..(midnight + DAY_HOURS).min(capacity.hours.end);
        hour = hours.end;
        let date = utc_date(crate::billing::minutes::minute_start(midnight * HOUR_MINUTES));
        let rates: Vec<_> = capacity
            .deployments
            .iter()
            .zip(&mut known)
            .map(|((deployment, _), known)| {
                let price = known_price(known, deployment, date, prices)?;
                rate_of(price, deployment, date, terms)
            })
            .collect();
        let minutes = hours.start * HOUR_MINUTES..hours.end * HOUR_MINUTES;
        let running: Vec<&Active<'_>> = active
            .iter()
            .filter(|active| shared_minutes(&active.paid.covered, &minutes) > 0)
            .collect();
        let day = match_day(capacity, &hours, &running, &rates, terms);
        match day_lines(&day, date, capacity, &running, &rates, terms) {
            Ok(day_lines) => lines.extend(day_lines),
            Err(found) => missing.extend(found),
        }
    }
    for diagnostic in missing {
        if !diagnostics.0.contains(&diagnostic) {
            diagnostics.push(diagnostic);
        }
    }
    lines
}

/// Commitments in the order they are used up: the oldest first, then by id (P R37: the order is unknown).
pub(crate) fn in_order(commitments: &[Commitment]) -> Vec<&Commitment> {
    let mut ordered: Vec<_> = commitments.iter().collect();
    ordered.sort_by(|a, b| (a.start, &a.id).cmp(&(b.start, &b.id)));
    ordered
}

pub(crate) fn hourly_rate(
    deployment: &DeploymentRef,
    date: Date,
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<Rate, Diagnostic> {
    rate_of(prices.ptu_hour_price(deployment, date)?, deployment, date, terms)
}

/// The price of a deployment's PTU-hours on a day, where it may have been asked for on days before;
/// `known` is the last answer, with the last day that it is known for.
fn known_price(
    known: &mut Option<(Date, Dated<UnitPrice>)>,
    deployment: &DeploymentRef,
    date: Date,
    prices: &impl PriceSource,
) -> Result<Dated<UnitPrice>, Diagnostic> {
    if let Some((_, price)) = known.as_ref().filter(|(until, _)| *until >= date) {
        return Ok(price.clone());
    }
    let price = prices.ptu_hour_price(deployment, date)?;
    *known = Some((prices.unchanged_until(date), price.clone()));
    Ok(price)
}

fn rate_of(
    per_hour: Dated<UnitPrice>,
    deployment: &DeploymentRef,
    date: Date,
    terms: &Terms,
) -> Result<Rate, Diagnostic> {
    let per_minute =
        per_hour.map(|price| UnitPrice { per: price.per * HOUR_MINUTES as u64, ..price });
    let subject = Subject {
        sku: &deployment.sku,
        model: Some(&deployment.model),
        meter: &Meter::Capacity,
        on: date,
    };
    rate(per_minute, subject, terms)
}

/// Matches every hour of a day: covered = min(deployed PTU-minutes in scope, reserved), the rest is excess or unused.
fn match_day(
    capacity: &HourlyCapacity,
    hours: &Range<i64>,
    active: &[&Active<'_>],
    rates: &[Result<Rate, Diagnostic>],
    terms: &Terms,
) -> Day {
    let period = terms.minutes();
    let order = coverage_order(rates, terms.coverage_order);
    let deployments = &capacity.deployments;
    let mut day = Day {
        excess: vec![0; deployments.len()],
        used: vec![vec![0; deployments.len()]; active.len()],
        unused: vec![0; active.len()],
    };
    let mut left = vec![0; deployments.len()];
    for hour in hours.clone() {
        let index = (hour - capacity.hours.start) as usize;
        for (left, (_, counts)) in left.iter_mut().zip(deployments) {
            *left = counts[index];
        }
        let first = (hour * HOUR_MINUTES).max(period.start);
        let minutes = first..((hour + 1) * HOUR_MINUTES).min(period.end);
        for (c, Active { commitment, paid }) in active.iter().enumerate() {
            let in_force = shared_minutes(&paid.covered, &minutes);
            let mut reserved = in_force * u64::from(commitment.quantity_ptu);
            for &d in &order {
                let deployment = &deployments[d].0;
                if reserved > 0 && commitment.matches(&deployment.sku, &deployment.region) {
                    let covered = reserved.min(left[d]);
                    day.used[c][d] += covered;
                    left[d] -= covered;
                    reserved -= covered;
                }
            }
            day.unused[c] += reserved;
        }
        day.excess.iter_mut().zip(&left).for_each(|(excess, left)| *excess += left);
    }
    day
}

/// Indices of the deployments in the order reservations cover them.
pub(crate) fn coverage_order(
    rates: &[Result<Rate, Diagnostic>],
    order: CoverageOrder,
) -> Vec<usize> {
    let price = |d: usize| rates[d].as_ref().map(|rate| rate.list.price.amount()).ok();
    let mut indices: Vec<usize> = (0..rates.len()).collect();
    match order {
        CoverageOrder::ByName => {}
        CoverageOrder::DearestFirst => indices.sort_by_key(|d| Reverse(price(*d))),
        CoverageOrder::CheapestFirst => indices.sort_by_key(|d| price(*d)),
    }
    indices
}

fn day_lines(
    day: &Day,
    date: Date,
    capacity: &HourlyCapacity,
    active: &[&Active<'_>],
    rates: &[Result<Rate, Diagnostic>],
    terms: &Terms,
) -> Result<Vec<LineItem>, Vec<Diagnostic>> {
    let mut lines = Vec::new();
    let mut missing = Vec::new();
    for (d, (deployment, _)) in capacity.deployments.iter().enumerate() {
        let used = day.used.iter().map(|used| used[d]).sum::<u64>();
        if day.excess[d] + used == 0 {
            continue;
        }
        match &rates[d] {
            Err(diagnostic) => missing.push(unpriced(deployment, diagnostic)),
            Ok(rate) if day.excess[d] > 0 => {
                match usage_line(date, deployment, day.excess[d], rate, terms) {
                    Ok(line) => lines.push(line),
                    Err(diagnostic) => missing.push(diagnostic),
                }
            }
            Ok(_) => {}
        }
    }
    for (c, active) in active.iter().enumerate() {
        match committed_lines(day, c, active, date, capacity, rates, terms) {
            Ok(committed) => lines.extend(committed),
            Err(diagnostic) => missing.push(diagnostic),
        }
    }
    if missing.is_empty() { Ok(lines) } else { Err(missing) }
}

fn unpriced(deployment: &DeploymentRef, diagnostic: &Diagnostic) -> Diagnostic {
    let mut diagnostic = diagnostic.clone();
    diagnostic.message = format!(
        "unpriced usage: PTU-hours of deployment {}: {}",
        deployment.name, diagnostic.message
    );
    diagnostic
}

fn usage_line(
    date: Date,
    deployment: &Arc<DeploymentRef>,
    count: u64,
    rate: &Rate,
    terms: &Terms,
) -> Result<LineItem, Diagnostic> {
    let (from, until) = terms.day(date);
    let contracted_cost = rate.contracted.cost_of(count).map_err(out_of_range)?;
    Ok(LineItem {
        from,
        until,
        category: ChargeCategory::Usage,
        pricing: PricingCategory::Standard,
        meter: Meter::Capacity,
        deployment: Some(Arc::clone(deployment)),
        workload: None,
        count,
        list_cost: rate.list.cost_of(count).map_err(out_of_range)?,
        contracted_cost,
        billed_cost: contracted_cost,
        effective_cost: contracted_cost,
        exchange: rate.exchange,
        rate: Some(rate.clone()),
        commitment: None,
        consumption_unit: None,
    })
}

/// The used and unused lines of one payment and day. Their effective costs are consecutive slices of the payment, laid
/// end to end over its PTU-minutes, so that a payment's slices sum exactly to it.
fn committed_lines(
    day: &Day,
    c: usize,
    active: &Active<'_>,
    date: Date,
    capacity: &HourlyCapacity,
    rates: &[Result<Rate, Diagnostic>],
    terms: &Terms,
) -> Result<Vec<LineItem>, Diagnostic> {
    let paid = &active.paid;
    let slices = paid.slices(active.commitment);
    let first = day_start_minute(date).max(terms.minutes().start).max(paid.covered.start);
    let mut position = paid.position(active.commitment, first);
    let mut slice = |count: u64| -> Result<Money, Diagnostic> {
        let before = slices.cost_of(position).map_err(out_of_range)?;
        position += count;
        slices.cost_of(position).and_then(|after| after.minus(before)).map_err(out_of_range)
    };
    let share = |status, ptu_minutes| {
        Some(CommitmentShare {
            id: Arc::clone(&active.commitment.id),
            sku: Arc::clone(&active.commitment.sku),
            status: Some(status),
            ptu_minutes,
        })
    };
    let mut lines = Vec::new();
    for (d, (deployment, _)) in capacity.deployments.iter().enumerate() {
        let count = day.used[c][d];
        let Ok(rate) = &rates[d] else { continue };
        if count > 0 {
            lines.push(LineItem {
                pricing: PricingCategory::Committed,
                billed_cost: Money::zero(terms.currency),
                effective_cost: slice(count)?,
                commitment: share(CommitmentStatus::Used, count),
                ..usage_line(date, deployment, count, rate, terms)?
            });
        }
    }
    if day.unused[c] > 0 {
        let (from, until) = terms.day(date);
        let zero = Money::zero(terms.currency);
        lines.push(LineItem {
            from,
            until,
            category: ChargeCategory::Usage,
            pricing: PricingCategory::Committed,
            meter: Meter::Capacity,
            deployment: None,
            workload: None,
            count: day.unused[c],
            rate: None,
            list_cost: zero,
            contracted_cost: zero,
            billed_cost: zero,
            effective_cost: slice(day.unused[c])?,
            exchange: paid.line.exchange,
            commitment: share(CommitmentStatus::Unused, day.unused[c]),
            consumption_unit: None,
        });
    }
    Ok(lines)
}
