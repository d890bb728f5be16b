//! Quantities written in words.

use jiff::SignedDuration;
use rust_decimal::Decimal;

/// A share in words, such as `"0.1 %"` or `"0.001"`, in 1/1,000,000 rounded down. None when it is no share of 0 to 1.
pub fn share_ppm(text: &str) -> Option<u32> {
    ratio_ppm(text, 1)
}

/// The same of something that may be more than the whole, up to so many times.
pub(crate) fn ratio_ppm(text: &str, most: u32) -> Option<u32> {
    let (number, scale) = match text.trim().strip_suffix('%') {
        Some(number) => (number.trim(), 10_000),
        None => (text.trim(), 1_000_000),
    };
    let ppm = number.parse::<Decimal>().ok()?.checked_mul(Decimal::from(scale))?.trunc();
    u32::try_from(ppm).ok().filter(|ppm| *ppm <= most * 1_000_000)
}

/// A duration in words, such as `"2 s"` or `"300 ms"`, in microseconds. None when it is none or negative.
pub fn duration_us(text: &str) -> Option<u64> {
    u64::try_from(text.trim().parse::<SignedDuration>().ok()?.as_micros()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_durations_in_words() {
        assert_eq!(share_ppm("0.1 %"), Some(1_000));
        assert_eq!(share_ppm("100%"), Some(1_000_000));
        assert_eq!(share_ppm("0.25"), Some(250_000));
        assert_eq!(share_ppm("101 %"), None);
        assert_eq!(share_ppm("-1 %"), None);
        assert_eq!(duration_us("2 s"), Some(2_000_000));
        assert_eq!(duration_us("300ms"), Some(300_000));
        assert_eq!(duration_us("-1 s"), None);
    }
}
