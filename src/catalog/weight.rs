//! Weights of token classes, exact.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Units of one input token.
pub const SCALE: u64 = 1_000;

/// A weight in units of 1 / [`SCALE`]; none where it is no number of at least 0, or finer than that.
pub fn exact(text: &str) -> Option<u64> {
    let weight: Decimal = text.parse().ok()?;
    let scaled = weight.checked_mul(Decimal::from(SCALE))?;
    scaled.is_integer().then(|| scaled.to_u64()).flatten()
}

#[cfg(test)]
mod tests {
    use super::exact;

    #[test]
    fn a_weight_is_kept_to_its_last_digit_or_refused() {
        assert_eq!(exact("0.266"), Some(266));
        assert_eq!(exact("4"), Some(4_000));
        assert_eq!(exact("0.2666"), None);
        assert_eq!(exact("four"), None);
        assert_eq!(exact("-1"), None);
    }
}
