//! The cost cap of a reinforcement-tuning job: training and grading stop at it, with a checkpoint that can be deployed (S 53).

#![deny(clippy::float_arithmetic)]

use crate::billing::rate::out_of_range;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::{Money, MoneyError, UnitPrice};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The hundredths of a training hour after which a job pauses: the most whose cost, with the grading that goes with them,
/// stays within the cap. `per_hour` is the price of training, `grading_per_hour` what graders cost in an hour of it.
/// None when neither costs anything. A job that is resumed has no further cap.
pub fn training_hundredths_at_cap(
    cap: Money,
    per_hour: &UnitPrice,
    grading_per_hour: Money,
) -> Result<Option<u64>, Diagnostic> {
    let hour =
        per_hour.cost_of(1).and_then(|hour| hour.plus(grading_per_hour)).map_err(out_of_range)?;
    // An error when the cap is in another currency.
    hour.plus(cap).map_err(out_of_range)?;
    let Some(hours) = cap.amount().checked_div(hour.amount()) else { return Ok(None) };
    let hundredths = hours.checked_mul(Decimal::ONE_HUNDRED).map(|hundredths| hundredths.floor());
    let whole = hundredths.and_then(|hundredths| hundredths.to_u64());
    let range = || out_of_range(MoneyError::Range(format!("{} / {}", cap.amount(), hour.amount())));
    whole.map(Some).ok_or_else(range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::money::Currency;

    fn usd(text: &str) -> Money {
        Money::new(text.parse().unwrap(), Currency::USD)
    }

    #[test]
    fn a_cap_of_5000_pauses_a_job_of_100_an_hour_after_50_hours() {
        let at = |cap, hourly, grading| {
            let per_hour = UnitPrice { price: usd(hourly), per: 1 };
            training_hundredths_at_cap(usd(cap), &per_hour, usd(grading)).unwrap()
        };
        assert_eq!(at("5000", "100", "0"), Some(5_000));
        assert_eq!(at("5000", "100", "6.765"), Some(4_683));
        assert_eq!(at("5000", "0", "0"), None);
    }
}
