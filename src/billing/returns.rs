//! Cancelling and exchanging reservations (P R38). A reservation cannot be resized: it is cancelled or exchanged.

#![deny(clippy::float_arithmetic)]

use crate::billing::line::out_of_range;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::{Money, UnitPrice};
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// What the documents state, and where they disagree a switch. Each is a dated value of the catalogue or the scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnRules {
    /// Commitment that may be cancelled in any 365 days, per billing scope.
    pub allowance: Money,
    /// Share of the refund kept as a fee: none today.
    pub fee_share: Decimal,
    /// Price a refund is made from.
    pub basis: RefundBasis,
}

/// Price a refund is made from: the pages disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefundBasis {
    /// The lower of the price paid and today's.
    LowerOfPaidAndCurrent,
    /// Today's.
    Current,
}

/// A term's cost and how much of its time is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    /// Days (or months) left.
    pub left: u64,
    /// Days (or months) of the whole term.
    pub of: u64,
}

impl Remaining {
    /// The part of a term's cost that is left.
    pub fn share_of(self, term_cost: Money) -> Result<Money, Diagnostic> {
        UnitPrice { price: term_cost, per: self.of.max(1) }.cost_of(self.left).map_err(out_of_range)
    }
}

/// An earlier cancellation and the commitment it took from the allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled {
    /// The day.
    pub on: Date,
    /// Remaining commitment at that day.
    pub commitment: Money,
}

/// What a cancellation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancellation {
    /// Commitment cancelled: what the rest of the term would have cost.
    pub commitment: Money,
    /// Paid back.
    pub refund: Money,
    /// Allowance left until the first day it is restored.
    pub allowance_left: Money,
    /// The day this cancellation no longer counts.
    pub restored_on: Date,
}

/// Cancels a reservation on `on`.
///
/// `term_cost` is what the whole term costs at the price paid and at today's price; `prepaid` is how much of the term is
/// paid but not yet used (all that remains when paid up front, the rest of the month when paid monthly).
pub fn cancel(
    rules: &ReturnRules,
    on: Date,
    term_cost: [Money; 2],
    remaining: Remaining,
    prepaid: Remaining,
    earlier: &[Cancelled],
) -> Result<Cancellation, Diagnostic> {
    let commitment = remaining.share_of(term_cost[0])?;
    let window = on.checked_sub(365.days()).unwrap_or(Date::MIN);
    let counted = earlier.iter().filter(|cancelled| cancelled.on > window);
    let taken = counted
        .map(|cancelled| cancelled.commitment)
        .try_fold(commitment, Money::plus)
        .map_err(out_of_range)?;
    let allowance_left = rules.allowance.minus(taken).map_err(out_of_range)?;
    if allowance_left.amount().is_sign_negative() && !allowance_left.amount().is_zero() {
        let over = Money::zero(taken.currency()).minus(allowance_left).map_err(out_of_range)?;
        return Err(Diagnostic::error(
            "cancellation-over-allowance",
            format!(
                "cancelling {} of commitment is {} over the allowance of {} in 365 days",
                commitment.to_display_string(),
                over.to_display_string(),
                rules.allowance.to_display_string()
            ),
        )
        .hint(format!("possible once {} more of it has been spent", over.to_display_string())));
    }
    let refund = refund(rules, term_cost, prepaid)?;
    let restored_on = on.checked_add(365.days()).unwrap_or(Date::MAX);
    Ok(Cancellation { commitment, refund, allowance_left, restored_on })
}

/// What is paid back of a term's cost, at the price paid and at today's, when `prepaid` of it is paid but not used.
pub fn refund(
    rules: &ReturnRules,
    [paid, current]: [Money; 2],
    prepaid: Remaining,
) -> Result<Money, Diagnostic> {
    let basis = match rules.basis {
        RefundBasis::LowerOfPaidAndCurrent if paid.amount() < current.amount() => paid,
        RefundBasis::LowerOfPaidAndCurrent | RefundBasis::Current => current,
    };
    let whole = UnitPrice { price: prepaid.share_of(basis)?, per: 1 };
    whole
        .scaled(Decimal::ONE - rules.fee_share)
        .and_then(|refund| refund.cost_of(1))
        .map_err(out_of_range)
}

/// What an exchange must commit at least: the remaining commitment of the old reservation. Exchanges have no penalty and
/// no yearly limit, and their refunds do not count towards the allowance.
pub fn exchange_floor(term_cost: Money, remaining: Remaining) -> Result<Money, Diagnostic> {
    remaining.share_of(term_cost)
}

/// Whether a reservation may be exchanged for one that costs `new_term_cost` over its whole new term.
pub fn exchange(
    term_cost: Money,
    remaining: Remaining,
    new_term_cost: Money,
) -> Result<(), Diagnostic> {
    let floor = exchange_floor(term_cost, remaining)?;
    if new_term_cost.currency() == floor.currency() && new_term_cost.amount() >= floor.amount() {
        return Ok(());
    }
    Err(Diagnostic::error(
        "exchange-below-remaining",
        format!(
            "the new commitment of {} is below the {} that remain of the old",
            new_term_cost.to_display_string(),
            floor.to_display_string()
        ),
    )
    .hint("reserve more PTUs or a longer term (P R38)"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::money::Currency;
    use jiff::civil::date;

    fn usd(text: &str) -> Money {
        Money::new(text.parse().unwrap(), Currency::USD)
    }

    fn rules() -> ReturnRules {
        ReturnRules {
            allowance: usd("50000"),
            fee_share: Decimal::ZERO,
            basis: RefundBasis::LowerOfPaidAndCurrent,
        }
    }

    /// Three years at a monthly payment, cancelled with so many months left.
    fn months(payment: &str, left: u64, earlier: &[Cancelled]) -> Result<Cancellation, Diagnostic> {
        let monthly = UnitPrice { price: usd(payment), per: 1 };
        let term = monthly.cost_of(36).unwrap();
        let remaining = Remaining { left, of: 36 };
        let nothing = Remaining { left: 0, of: 36 };
        cancel(&rules(), date(2026, 12, 1), [term, term], remaining, nothing, earlier)
    }

    #[test]
    fn the_allowance_counts_what_remains_and_comes_back_after_365_days() {
        let done = months("100", 24, &[]).unwrap();
        assert_eq!(done.commitment, usd("2400"));
        assert_eq!(done.allowance_left, usd("47600"));
        assert_eq!(done.restored_on, date(2027, 12, 1));
        let before = |on| [Cancelled { on, commitment: usd("49000") }];
        assert!(months("100", 24, &before(date(2026, 1, 1))).is_err());
        assert!(months("100", 24, &before(date(2025, 12, 1))).is_ok());
    }

    #[test]
    fn a_large_commitment_must_first_be_spent() {
        let refused = months("3000", 36, &[]).unwrap_err();
        assert_eq!(refused.hint.unwrap(), "possible once 58,000.00 USD more of it has been spent");
    }

    #[test]
    fn a_refund_is_made_from_the_lower_price() {
        let half = Remaining { left: 183, of: 366 };
        let on = date(2026, 12, 1);
        let refund = |paid, current| {
            cancel(&rules(), on, [usd(paid), usd(current)], half, half, &[]).unwrap().refund
        };
        assert_eq!(refund("2652", "2916"), usd("1326"));
        assert_eq!(refund("2916", "2652"), usd("1326"));
    }

    #[test]
    fn an_exchange_commits_at_least_what_remains() {
        let half = Remaining { left: 6, of: 12 };
        assert!(exchange(usd("2400"), half, usd("1200")).is_ok());
        let refused = exchange(usd("2400"), half, usd("1199.99")).unwrap_err();
        assert_eq!(refused.code, "exchange-below-remaining");
    }
}
