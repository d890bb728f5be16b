//! What reservations are paid, by day, and what is paid back when one is returned (P R36-R39).

#![deny(clippy::float_arithmetic)]

use crate::billing::commitment::{Commitment, PaymentPeriod, Return};
use crate::billing::line::out_of_range;
use crate::billing::line::{
    ChargeCategory, CommitmentShare, LineItem, Meter, PricingCategory, Rate,
};
use crate::billing::minutes::DAY_MINUTES;
use crate::billing::minutes::{minute_start, shared_minutes};
use crate::billing::prices::PriceSource;
use crate::billing::rate::{Subject, rate};
use crate::billing::returns::{Cancelled, Remaining, ReturnRules, cancel, exchange, refund};
use crate::billing::terms::Terms;
use crate::units::dated::{Dated, Evidence, Status};
use crate::units::diagnostic::{Diagnostic, Place};
use crate::units::money::{Money, MoneyError, UnitPrice};
use jiff::civil::Date;
use std::ops::Range;
use std::sync::Arc;

/// A payment with its money and the minutes it is for.
pub(crate) struct Paid {
    /// The minutes paid for.
    pub(crate) minutes: Range<i64>,
    /// Of them, those before the reservation is returned.
    pub(crate) covered: Range<i64>,
    /// What is paid, in the bill's currency, after negotiated discounts.
    pub(crate) amount: Money,
    /// The payment's line.
    pub(crate) line: LineItem,
}

impl Paid {
    /// The payment's slices: costs of its PTU-minutes laid end to end, so that slices always sum exactly to it.
    pub(crate) fn slices(&self, commitment: &Commitment) -> UnitPrice {
        let quantity = u64::from(commitment.quantity_ptu);
        let length = (self.minutes.end - self.minutes.start) as u64;
        UnitPrice { price: self.amount, per: (quantity * length).max(1) }
    }

    /// PTU-minutes from the payment's start until a minute.
    pub(crate) fn position(&self, commitment: &Commitment, minute: i64) -> u64 {
        (minute - self.minutes.start) as u64 * u64::from(commitment.quantity_ptu)
    }
}

/// The payments of a commitment whose days meet the period.
pub(crate) fn payments(
    commitment: &Commitment,
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<Vec<Paid>, Diagnostic> {
    let period = terms.minutes();
    let mut found = Vec::new();
    for payment in commitment.payments(terms.day_after())? {
        let minutes = terms.reserved_from(payment.from)..terms.reserved_from(payment.until);
        if shared_minutes(&minutes, &period) > 0 {
            found.push(paid(commitment, payment, minutes, terms, prices)?);
        }
    }
    Ok(found)
}

/// What a whole term of a commitment costs that begins on a day.
pub fn term_cost(
    commitment: &Commitment,
    on: Date,
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<Money, Diagnostic> {
    let rate = term_rate(commitment, on, false, terms, prices)?;
    rate.contracted.cost_of(u64::from(commitment.quantity_ptu)).map_err(out_of_range)
}

/// The price of one PTU for a term that begins on a day, under the terms.
fn term_rate(
    commitment: &Commitment,
    on: Date,
    at_list: bool,
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<Rate, Diagnostic> {
    let Commitment { sku, region, term, .. } = commitment;
    let meter = Meter::Reservation;
    let subject = Subject { sku, model: None, meter: &meter, on };
    let Some(value) = commitment.price_paid.filter(|_| !at_list) else {
        let list = prices.reservation_price(sku, region.as_deref(), *term, on)?;
        return rate(list, subject, terms);
    };
    // What was agreed at the purchase is no list price: no discount comes on top.
    let evidence = Evidence {
        status: Status::Observed,
        effective_from: on,
        effective_to: None,
        source: format!("price paid for reservation {}", commitment.id).into(),
        verified_on: on,
        place: Place::default(),
    };
    let undiscounted = Terms { discounts: Vec::new(), ..terms.clone() };
    rate(Dated { value, evidence: Arc::new(evidence) }, subject, &undiscounted)
}

fn paid(
    commitment: &Commitment,
    period: PaymentPeriod,
    minutes: Range<i64>,
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<Paid, Diagnostic> {
    let rate = term_rate(commitment, period.term_start, false, terms, prices)?;
    let list_cost = payment_of(&rate.list, commitment, period).map_err(out_of_range)?;
    let amount = payment_of(&rate.contracted, commitment, period).map_err(out_of_range)?;
    let part = |price| part_of_term(price, period).map_err(out_of_range);
    let line = LineItem {
        from: minute_start(minutes.start),
        until: minute_start(minutes.start + DAY_MINUTES),
        category: ChargeCategory::Purchase,
        pricing: PricingCategory::Standard,
        meter: Meter::Reservation,
        deployment: None,
        workload: None,
        count: u64::from(commitment.quantity_ptu),
        list_cost,
        contracted_cost: amount,
        billed_cost: amount,
        effective_cost: Money::zero(terms.currency),
        exchange: rate.exchange,
        rate: Some(Rate {
            list: part(rate.list)?,
            contracted: part(rate.contracted)?,
            stated: part(rate.stated)?,
            stated_contracted: part(rate.stated_contracted)?,
            ..rate
        }),
        commitment: Some(CommitmentShare {
            id: Arc::clone(&commitment.id),
            sku: Arc::clone(&commitment.sku),
            status: None,
            ptu_minutes: u64::from(commitment.quantity_ptu) * (minutes.end - minutes.start) as u64,
        }),
        consumption_unit: None,
    };
    let ended =
        commitment.returned.as_ref().map_or(i64::MAX, |returned| terms.reserved_from(returned.on));
    let covered = minutes.start..minutes.end.min(ended);
    Ok(Paid { minutes, covered, amount, line })
}

/// One payment of a term's cost. The payments of a term sum exactly to its cost.
fn payment_of(
    price: &UnitPrice,
    commitment: &Commitment,
    period: PaymentPeriod,
) -> Result<Money, MoneyError> {
    let whole = price.cost_of(u64::from(commitment.quantity_ptu))?;
    let parts = UnitPrice { price: whole, per: u64::from(period.of) };
    let index = u64::from(period.index);
    parts.cost_of(index + 1)?.minus(parts.cost_of(index)?)
}

/// The price of one PTU for one payment.
fn part_of_term(price: UnitPrice, period: PaymentPeriod) -> Result<UnitPrice, MoneyError> {
    let part = UnitPrice { price: price.price, per: u64::from(period.of) }.cost_of(1)?;
    Ok(UnitPrice { price: part, per: price.per })
}

/// The lines of reservations returned within the period, one each, and whether the rules allow them: a cancellation counts
/// towards the yearly allowance, an exchange must commit at least what remained (P R38).
pub(crate) fn refund_lines(
    commitments: &[Commitment],
    terms: &Terms,
    prices: &impl PriceSource,
) -> Vec<Result<LineItem, Diagnostic>> {
    let period = terms.minutes();
    let mut returned: Vec<(&Commitment, &Return)> = commitments
        .iter()
        .filter_map(|commitment| Some((commitment, commitment.returned.as_ref()?)))
        .collect();
    returned.sort_by_key(|(commitment, returned)| (returned.on, Arc::clone(&commitment.id)));
    let mut earlier = Vec::new();
    let mut lines = Vec::new();
    for cancelled in &terms.cancelled_earlier {
        match in_currency(cancelled.commitment, cancelled.on, terms) {
            Ok(commitment) => earlier.push(Cancelled { commitment, ..*cancelled }),
            Err(wrong) => lines.push(Err(wrong)),
        }
    }
    for (commitment, returned) in returned {
        // What was given back after the period is no matter of this bill.
        if terms.reserved_from(returned.on) >= period.end {
            continue;
        }
        match judged(commitment, returned, commitments, &mut earlier, terms, prices) {
            Ok(Some(line)) if period.contains(&terms.reserved_from(returned.on)) => {
                lines.push(Ok(line));
            }
            Ok(_) => {}
            Err(mut wrong) => {
                wrong.message = format!("reservation {}: {}", commitment.id, wrong.message);
                lines.push(Err(wrong));
            }
        }
    }
    lines
}

/// An amount in the bill's currency.
fn in_currency(money: Money, on: Date, terms: &Terms) -> Result<Money, Diagnostic> {
    if money.currency() == terms.currency {
        return Ok(money);
    }
    let rate = terms.exchange_or_error(money.currency(), on)?;
    let price = UnitPrice { price: money, per: 1 }.exchanged(terms.currency, rate);
    price.map(|price| price.price).map_err(out_of_range)
}

/// Judges one return and makes its line; none when nothing was prepaid. A cancellation joins the earlier ones.
fn judged(
    commitment: &Commitment,
    returned: &Return,
    all: &[Commitment],
    earlier: &mut Vec<Cancelled>,
    terms: &Terms,
    prices: &impl PriceSource,
) -> Result<Option<LineItem>, Diagnostic> {
    let on = returned.on;
    let running = commitment.terms(on)?.into_iter().find(|(from, until)| *from < on && on < *until);
    let Some((term_start, term_end)) = running else {
        return Err(Diagnostic::error(
            "returned-after-its-term",
            format!("no term is running on {on}, the day it is returned"),
        )
        .hint("a reservation that has ended needs no return"));
    };
    let paid_rate = term_rate(commitment, term_start, false, terms, prices)?;
    let current_rate = term_rate(commitment, on, true, terms, prices)?;
    let quantity = u64::from(commitment.quantity_ptu);
    let cost = |rate: &Rate| rate.contracted.cost_of(quantity).map_err(out_of_range);
    let term_cost = [cost(&paid_rate)?, cost(&current_rate)?];
    let remaining = Remaining { left: days(on, term_end), of: days(term_start, term_end) };
    let payments = commitment.payments(on)?;
    let payment = payments.iter().find(|payment| payment.from < on && on < payment.until);
    let prepaid = payment.map_or(Remaining { left: 0, of: 1 }, |payment| Remaining {
        left: days(on, payment.until),
        of: days(payment.from, payment.until) * u64::from(payment.of),
    });
    let rules = prices.return_rules(on)?;
    let rules = ReturnRules { allowance: in_currency(rules.allowance, on, terms)?, ..rules };
    let paid_back = match &returned.instead {
        None => {
            let done = cancel(&rules, on, term_cost, remaining, prepaid, earlier)?;
            earlier.push(Cancelled { on, commitment: done.commitment });
            done.refund
        }
        Some(instead) => {
            let new = all.iter().find(|other| other.id == *instead).ok_or_else(|| {
                Diagnostic::error(
                    "reservation-unknown",
                    format!("exchanged for {instead}, which is none"),
                )
            })?;
            let new_rate = term_rate(new, on, false, terms, prices)?;
            let new_cost = new_rate.contracted.cost_of(u64::from(new.quantity_ptu));
            exchange(term_cost[0], remaining, new_cost.map_err(out_of_range)?)?;
            refund(&rules, term_cost, prepaid)?
        }
    };
    let Some(payment) = payment else { return Ok(None) };
    let minutes = terms.reserved_from(payment.from)..terms.reserved_from(payment.until);
    let paid = paid(commitment, *payment, minutes, terms, prices)?;
    let used = paid.slices(commitment).cost_of(paid.position(commitment, paid.covered.end));
    let lost = used
        .and_then(|used| paid.amount.minus(used))
        .and_then(|left| left.minus(paid_back))
        .map_err(out_of_range)?;
    let back = Money::zero(terms.currency).minus(paid_back).map_err(out_of_range)?;
    let left = (paid.minutes.end - paid.covered.end) as u64;
    Ok(Some(LineItem {
        from: minute_start(paid.covered.end),
        until: minute_start(paid.covered.end + DAY_MINUTES),
        category: ChargeCategory::Refund,
        list_cost: back,
        contracted_cost: back,
        billed_cost: back,
        effective_cost: lost,
        commitment: paid
            .line
            .commitment
            .map(|share| CommitmentShare { ptu_minutes: quantity * left, ..share }),
        ..paid.line
    }))
}

fn days(from: Date, until: Date) -> u64 {
    from.until(until).map_or(0, |span| u64::try_from(span.get_days()).unwrap_or(0))
}
