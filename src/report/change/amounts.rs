//! Amounts of a change, as people read them.

use crate::report::words::numbers;
use rust_decimal::{Decimal, RoundingStrategy};

/// An exact amount as a decimal.
pub(super) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap_or_default()
}

/// A whole amount with thousands separated.
pub(super) fn whole(amount: Decimal) -> String {
    let rounded = amount.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    numbers::quantity(&rounded.to_string())
}

/// A share of 1 as `10.0%`; nothing is `0%`, and what is not nothing never reads so.
pub(super) fn share(value: f64) -> String {
    let percent = value * 100.0;
    if percent <= 0.0 {
        "0%".to_owned()
    } else if percent < 0.1 {
        "<0.1%".to_owned()
    } else if percent < 100.0 {
        // 99.96 must not read as 100.
        format!("{:.1}%", percent.min(99.9))
    } else {
        "100%".to_owned()
    }
}

/// A change in percent with its sign, such as `+5.8%`; none from nothing.
pub(super) fn percent(before: Decimal, after: Decimal) -> Option<String> {
    let change = ((after - before) * Decimal::ONE_HUNDRED).checked_div(before)?;
    let rounded = change.round_dp(1);
    let text = if rounded.is_zero() && before != after { change.round_dp(4) } else { rounded };
    let sign = if text.is_sign_positive() && !text.is_zero() { "+" } else { "" };
    Some(format!("{sign}{}%", numbers::quantity(&text.to_string())))
}

/// An amount with its sign, to the cent.
pub(super) fn signed(amount: Decimal) -> String {
    let text = numbers::cents(&amount.to_string());
    if amount.is_sign_positive() && !amount.is_zero() { format!("+{text}") } else { text }
}

/// `rise by 30,648 USD (14,191 -> 44,838)`, or that nothing changes.
pub(super) fn movement(before: Decimal, after: Decimal, currency: &str) -> String {
    if before == after {
        return format!("stay at {} {currency}", whole(after));
    }
    let verb = if after > before { "rise" } else { "fall" };
    // Small changes are told to the cent: a change never reads as none.
    let change = (after - before).abs();
    if change < Decimal::ONE_HUNDRED {
        let cents = |amount: Decimal| numbers::cents(&amount.to_string());
        return format!(
            "{verb} by {} {currency} ({} -> {})",
            cents(change),
            cents(before),
            cents(after)
        );
    }
    format!("{verb} by {} {currency} ({} -> {})", whole(change), whole(before), whole(after))
}
