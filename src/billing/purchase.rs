//! How many PTUs to reserve, and for how long, for capacity that is known hour by hour: the exact optimum.
//!
//! A reservation covers the PTUs of an hour from the bottom of one stack (the deployments in the order reservations cover
//! them), so its value is a sum over levels of that stack: level k is worth what its minutes would cost by the hour. A
//! 1-year reservation of y PTUs covers levels 1 to y for the whole period, the 1-month reservations of month m the next
//! x(m) levels in that month, and the hourly price takes what is left:
//!
//! ```text
//! cost(y) = y · year + Σ over months m of min over x of ( x · month(m) + value(m) of the levels above y + x )
//! ```
//!
//! For each y the inner minima do not touch each other, and each is a suffix minimum, so trying every y finds the
//! cheapest of all combinations. With one product and one hourly price this is the newsvendor rule: reserve a PTU when
//! the hours that use it would cost more.

#![deny(clippy::float_arithmetic)]

use crate::billing::capacity::HourlyCapacity;
use crate::billing::commitment::{Commitment, Renewal, Term, TermPayment};
use crate::billing::coverage::{coverage_order, hourly_rate, in_order};
use crate::billing::line::Meter;
use crate::billing::minutes::HOUR_MINUTES;
use crate::billing::minutes::{minute_start, shared_minutes};
use crate::billing::prices::PriceSource;
use crate::billing::rate::{Subject, rate};
use crate::billing::terms::Terms;
use crate::ledger::usage::CapacityUsage;
use crate::units::calendar::utc_date;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::ptu::Ptu;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// What reservations are bought of: any PTUs of a SKU, in a region or, for Global SKUs, anywhere (P R36).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// The provisioned SKU.
    pub sku: Arc<str>,
    /// The region; none for Global SKUs.
    pub region: Option<Arc<str>>,
}

/// In which ways PTUs may be paid. At least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    /// By the hour, where no reservation covers them.
    pub hourly: bool,
    /// 1-month reservations, paid upfront.
    pub one_month: bool,
    /// 1-year reservations, paid monthly.
    pub one_year: bool,
}

/// The cheapest reservations of a product for capacity over the terms' period, beside those owned already, which are
/// used first. They start on the period's first day, 1-month ones also later. Of several optima the one that commits to
/// least. Costs are amortized: what the period's days of a reservation cost.
pub fn cheapest(
    product: &Product,
    usage: &[CapacityUsage],
    owned: &[Commitment],
    ways: Ways,
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<Vec<Commitment>, Diagnostics> {
    let matches = Commitment { quantity_ptu: 1, ..bought(product, Term::OneMonth, terms) };
    let own: Vec<CapacityUsage> = usage
        .iter()
        .filter(|stretch| matches.matches(&stretch.deployment.sku, &stretch.deployment.region))
        .cloned()
        .collect();
    let mut wrong = Diagnostics::default();
    let capacity = HourlyCapacity::new(&own, terms, &mut wrong);
    wrong.or_ok(())?;
    if capacity.deployments.is_empty() {
        return Ok(Vec::new());
    }
    let after = terms.day_after();
    let months = if ways.one_month {
        offers(&bought(product, Term::OneMonth, terms), after, terms, prices)?
    } else {
        Vec::new()
    };
    let year = if ways.one_year {
        let payments = offers(&bought(product, Term::OneYear, terms), after, terms, prices)?;
        Some(payments.iter().map(|offer| offer.cost).sum::<Decimal>())
    } else {
        None
    };
    let values = values(&capacity, owned, &months, terms, prices)?;
    let (long, short) = optimum(&values, year, &months, ways.hourly);
    Ok(commitments(product, long, &short, &months, terms))
}

/// A reservation of a product from the period's first day on.
fn bought(product: &Product, term: Term, terms: &Terms) -> Commitment {
    let place = product.region.as_ref().map_or_else(String::new, |region| format!(" in {region}"));
    Commitment {
        id: format!("{} reservation{place}, {}", product.sku, term.as_str()).into(),
        sku: product.sku.clone(),
        region: product.region.clone(),
        quantity_ptu: 0,
        term,
        start: terms.local_date(terms.from),
        payment: match term {
            Term::OneMonth => TermPayment::Upfront,
            Term::OneYear => TermPayment::Monthly,
        },
        renewal: Renewal::Automatic,
        price_paid: None,
        returned: None,
    }
}

/// A stretch of time that can be reserved, and what one PTU of it costs the period.
struct ReservableTime {
    from: Date,
    minutes: Range<i64>,
    cost: Decimal,
}

/// The payments of a reservation that meet the period, each with the part of its price that falls into it.
fn offers(
    reservation: &Commitment,
    after: Date,
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<Vec<ReservableTime>, Diagnostic> {
    let period = terms.minutes();
    let mut offers = Vec::new();
    for payment in reservation.payments(after)? {
        let minutes = terms.reserved_from(payment.from)..terms.reserved_from(payment.until);
        let shared = shared_minutes(&minutes, &period);
        if shared == 0 {
            continue;
        }
        let (sku, region) = (&reservation.sku, reservation.region.as_deref());
        let list = prices.reservation_price(sku, region, reservation.term, payment.term_start)?;
        let meter = &Meter::Reservation;
        let subject = Subject { sku, model: None, meter, on: payment.term_start };
        let price = rate(list, subject, terms)?.contracted;
        let parts = i64::from(payment.of) * (minutes.end - minutes.start);
        let whole = price.price.amount() * Decimal::from(shared) / Decimal::from(price.per);
        offers.push(ReservableTime {
            from: payment.from,
            minutes,
            cost: whole / Decimal::from(parts),
        });
    }
    Ok(offers)
}

/// By month, what the minutes of each level cost by the hour: `[month][level]`, level 0 the first PTU.
type Values = Vec<Vec<Decimal>>;

/// Hours that look alike: their month, minutes within the period, prices of a PTU-hour by deployment, and PTU-minutes by
/// deployment, both in the order they are covered.
type Pattern = (usize, u64, Vec<(Decimal, u64)>);

fn values(
    capacity: &HourlyCapacity,
    owned: &[Commitment],
    months: &[ReservableTime],
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<Values, Diagnostics> {
    let period = terms.minutes();
    let owned = owned_minutes(owned, terms)?;
    let mut patterns: BTreeMap<Pattern, u64> = BTreeMap::new();
    let mut today: Option<(Date, Vec<usize>, Vec<Decimal>)> = None;
    for (index, hour) in capacity.hours.clone().enumerate() {
        let minutes =
            (hour * HOUR_MINUTES).max(period.start)..((hour + 1) * HOUR_MINUTES).min(period.end);
        let width = shared_minutes(&minutes, &period);
        let date = utc_date(minute_start(hour * HOUR_MINUTES));
        if today.as_ref().is_none_or(|(known, ..)| *known != date) {
            let rates: Vec<_> = capacity
                .deployments
                .iter()
                .map(|(deployment, _)| hourly_rate(deployment, date, terms, prices))
                .collect();
            let order = coverage_order(&rates, terms.coverage_order);
            let mut hourly = Vec::with_capacity(rates.len());
            for rate in rates {
                let price = rate?.contracted;
                hourly.push(
                    price.price.amount() * Decimal::from(HOUR_MINUTES) / Decimal::from(price.per),
                );
            }
            today = Some((date, order, hourly));
        }
        let Some((_, order, hourly)) = &today else { continue };
        let mut left: Vec<u64> = capacity.deployments.iter().map(|(_, c)| c[index]).collect();
        for (commitment, ranges) in &owned {
            let in_force: u64 = ranges.iter().map(|range| shared_minutes(range, &minutes)).sum();
            let mut reserved = in_force * u64::from(commitment.quantity_ptu);
            for &d in order {
                let deployment = &capacity.deployments[d].0;
                if commitment.matches(&deployment.sku, &deployment.region) {
                    let covered = reserved.min(left[d]);
                    left[d] -= covered;
                    reserved -= covered;
                }
            }
        }
        let month = months.iter().position(|m| shared_minutes(&m.minutes, &minutes) > 0);
        let stack = order.iter().map(|d| (hourly[*d], left[*d])).collect();
        *patterns.entry((month.unwrap_or(0), width, stack)).or_default() += 1;
    }
    Ok(levels(&patterns, months.len().max(1)))
}

/// An owned reservation and the minutes in which it is in force.
type Owned<'a> = (&'a Commitment, Vec<Range<i64>>);

/// The days owned reservations are in force, in the order they are used up.
fn owned_minutes<'a>(owned: &'a [Commitment], terms: &Terms) -> Result<Vec<Owned<'a>>, Diagnostic> {
    let after = terms.day_after();
    let ranges = |commitment: &Commitment| {
        let payments = commitment.payments(after)?;
        let last = commitment.returned.as_ref().map_or(Date::MAX, |returned| returned.on);
        let days = payments.iter().map(|payment| payment.from..payment.until.min(last));
        Ok(days
            .map(|days| terms.reserved_from(days.start)..terms.reserved_from(days.end))
            .collect())
    };
    in_order(owned).into_iter().map(|own| Ok((own, ranges(own)?))).collect()
}

fn levels(patterns: &BTreeMap<Pattern, u64>, months: usize) -> Values {
    let height = |(_, width, stack): &Pattern| {
        let minutes: u64 = stack.iter().map(|(_, minutes)| minutes).sum();
        if *width == 0 { 0 } else { minutes.div_ceil(*width) as usize }
    };
    let highest = patterns.keys().map(height).max().unwrap_or(0);
    let mut values = vec![vec![Decimal::ZERO; highest]; months];
    let hour = Decimal::from(HOUR_MINUTES);
    for (pattern @ (month, width, stack), count) in patterns {
        let mut deployments = stack.iter();
        let (mut price, mut left) = (Decimal::ZERO, 0);
        for value in &mut values[*month][..height(pattern)] {
            let mut room = *width;
            while room > 0 {
                if left == 0 {
                    let Some((next, minutes)) = deployments.next() else { break };
                    (price, left) = (*next, *minutes);
                    continue;
                }
                let taken = left.min(room);
                *value += price * Decimal::from(taken * count) / hour;
                left -= taken;
                room -= taken;
            }
        }
    }
    values
}

/// PTUs of the 1-year reservation, and of the 1-month reservation of each month.
fn optimum(
    values: &Values,
    year: Option<Decimal>,
    months: &[ReservableTime],
    hourly: bool,
) -> (usize, Vec<usize>) {
    let highest = values.first().map_or(0, Vec::len);
    // By month and levels already covered: the cheapest way to pay for the rest, and how many levels it covers in all.
    let rest: Vec<Vec<(Decimal, usize)>> = values
        .iter()
        .enumerate()
        .map(|(month, values)| cheapest_rest(values, months.get(month).map(|m| m.cost), hourly))
        .collect();
    let most = if year.is_some() { highest } else { 0 };
    let total = |covered: usize| {
        let own = year.unwrap_or_default() * Decimal::from(covered);
        let feasible = rest.iter().all(|rest| rest[covered].1 != usize::MAX);
        (!feasible, own + rest.iter().map(|rest| rest[covered].0).sum::<Decimal>())
    };
    let long = (0..=most).min_by_key(|covered| (total(*covered), *covered)).unwrap_or(0);
    let short = rest.iter().map(|rest| rest[long].1.saturating_sub(long));
    (long, if months.is_empty() { Vec::new() } else { short.collect() })
}

/// For each number of levels already covered, the least that the others cost and how many are covered then; the number is
/// `usize::MAX` where they cannot be paid in any allowed way.
fn cheapest_rest(
    values: &[Decimal],
    month: Option<Decimal>,
    hourly: bool,
) -> Vec<(Decimal, usize)> {
    let highest = values.len();
    let needed = values.iter().rposition(|value| !value.is_zero()).map_or(0, |last| last + 1);
    let mut rest = vec![(Decimal::ZERO, highest); highest + 1];
    let mut above = Decimal::ZERO;
    // The best number of levels to cover, by its cost without what the levels below already covered save.
    let mut best: Option<(Decimal, usize)> = None;
    for covered in (0..=highest).rev() {
        if covered < highest {
            above += values[covered];
        }
        let payable = hourly || covered >= needed;
        let stop = payable.then(|| above + month.unwrap_or_default() * Decimal::from(covered));
        if let Some(stop) = stop
            && best.is_none_or(|(known, _)| stop <= known)
        {
            best = Some((stop, covered));
        }
        rest[covered] = match (month, best) {
            (Some(month), Some((cost, until))) => (cost - month * Decimal::from(covered), until),
            (None, _) if payable => (above, covered),
            _ => (Decimal::ZERO, usize::MAX),
        };
    }
    rest
}

fn commitments(
    product: &Product,
    long: usize,
    short: &[usize],
    months: &[ReservableTime],
    terms: &Terms,
) -> Vec<Commitment> {
    let mut found = Vec::new();
    if long > 0 {
        let quantity_ptu = long as Ptu;
        found.push(Commitment { quantity_ptu, ..bought(product, Term::OneYear, terms) });
    }
    let renewed = bought(product, Term::OneMonth, terms);
    let same = short.windows(2).all(|pair| pair[0] == pair[1]);
    for (count, offer) in short.iter().zip(months).filter(|(count, _)| **count > 0) {
        let quantity_ptu = *count as Ptu;
        if same {
            found.push(Commitment { quantity_ptu, ..renewed });
            break;
        }
        let id = format!("{} from {}", renewed.id, offer.from).into();
        let once = Commitment { id, quantity_ptu, start: offer.from, ..renewed.clone() };
        found.push(Commitment { renewal: Renewal::None, ..once });
    }
    found
}
