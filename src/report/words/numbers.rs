//! Numbers as people read them: thousands separated, real minus signs, units behind a space.
//! Exact values stay in the JSON and CSV forms.

use crate::units::money::{Currency, display_decimals};
use rust_decimal::{Decimal, RoundingStrategy};

/// The typographic minus sign.
const MINUS: char = '\u{2212}';

/// A count with thousands separated.
pub fn count(value: u64) -> String {
    group(&value.to_string())
}

/// A decimal string for people: whole units from 1,000 on, two decimals below, more where the amount is tiny.
/// What is no decimal stays as it is.
pub fn amount(text: &str) -> String {
    let Ok(value) = text.trim().parse::<Decimal>() else { return text.to_owned() };
    let size = value.abs();
    let decimals = if size >= Decimal::ONE_THOUSAND {
        0
    } else if size.is_zero() || size >= Decimal::new(1, 1) {
        2
    } else {
        6
    };
    rounded(value, decimals)
}

/// An amount as on an invoice of a currency: its own decimals, more where so few would read as nothing.
pub fn invoice(text: &str, currency: &str) -> String {
    let Ok(value) = text.trim().parse::<Decimal>() else { return text.to_owned() };
    let decimals = currency.parse().map_or(2, |currency| display_decimals(value, currency));
    rounded(value, decimals)
}

/// A decimal string with exactly two decimals, for what has no currency of its own.
pub fn cents(text: &str) -> String {
    text.trim().parse::<Decimal>().map_or_else(|_| text.to_owned(), |value| rounded(value, 2))
}

/// An amount and its currency: as [`amount`] shows it, without decimals that the currency does not have.
pub fn money(text: &str, currency: &str) -> String {
    let plain = || format!("{} {currency}", amount(text));
    let (Ok(value), Ok(of)) = (text.trim().parse::<Decimal>(), currency.parse::<Currency>()) else {
        return plain();
    };
    if of.decimals() == 2 && value.abs() >= Decimal::new(1, 1) {
        return plain();
    }
    if value.abs() >= Decimal::ONE_THOUSAND {
        return format!("{} {currency}", rounded(value, 0));
    }
    format!("{} {currency}", rounded(value, display_decimals(value, of)))
}

/// A quantity or unit price as exact text with thousands separated and no trailing zeros.
pub fn quantity(text: &str) -> String {
    let Ok(value) = text.trim().parse::<Decimal>() else { return text.to_owned() };
    signed(
        value.is_sign_negative() && !value.is_zero(),
        &group(&value.abs().normalize().to_string()),
    )
}

/// A decimal string as a float, for axes only.
pub fn for_axis(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|value| value.is_finite())
}

/// A share of 1 in percent. A share that is not zero never reads as zero, and one below 1 never as 100 %.
pub fn share(value: f64) -> String {
    if !value.is_finite() {
        return "n/a".to_owned();
    }
    let percent = value.abs() * 100.0;
    let text = if percent == 0.0 {
        "0 %".to_owned()
    } else if percent < 0.01 {
        "<0.01 %".to_owned()
    } else if percent < 10.0 {
        format!("{percent:.2} %")
    } else if percent < 100.0 && percent > 99.0 {
        format!("{:.2} %", (percent * 100.0).floor() / 100.0)
    } else if (percent - 100.0).abs() < f64::EPSILON {
        "100 %".to_owned()
    } else {
        format!("{percent:.1} %")
    };
    signed(value < 0.0, &text)
}

/// A time in milliseconds, in the unit that suits it.
pub fn wait(milliseconds: f64) -> String {
    if !milliseconds.is_finite() {
        return "n/a".to_owned();
    }
    let size = milliseconds.abs();
    let text = if size == 0.0 {
        "0 ms".to_owned()
    } else if size < 1.0 {
        "<1 ms".to_owned()
    } else if size < 999.5 {
        format!("{size:.0} ms")
    } else if size < 59_950.0 {
        format!("{:.1} s", size / 1000.0)
    } else if size < 3_599_500.0 {
        format!("{:.1} min", size / 60_000.0)
    } else {
        format!("{:.1} h", size / 3_600_000.0)
    };
    signed(milliseconds < 0.0, &text)
}

/// A float with thousands separated: no decimals from 100 on, one below.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "n/a".to_owned();
    }
    let text = if value.abs() < 99.95 {
        format!("{:.1}", value.abs())
    } else {
        format!("{:.0}", value.abs())
    };
    let text = text.strip_suffix(".0").unwrap_or(&text);
    signed(value < 0.0 && text != "0", &group(text))
}

/// A float for an axis: `1.5M`, `250k`, `12`.
pub fn short(value: f64) -> String {
    let size = value.abs();
    let (scaled, unit) = match size {
        size if size >= 1e9 => (size / 1e9, "B"),
        size if size >= 1e6 => (size / 1e6, "M"),
        size if size >= 1e3 => (size / 1e3, "k"),
        _ => (size, ""),
    };
    let text = format!("{scaled:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    signed(value < 0.0, &format!("{text}{unit}"))
}

/// Time since the window's start: `hh:mm` within the first two days, the day in front after that.
pub fn elapsed(seconds: f64, window_s: f64) -> String {
    let minutes = (seconds.max(0.0) / 60.0).round() as u64;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    if window_s <= 172_800.0 {
        format!("{:02}:{minutes:02}", days * 24 + hours)
    } else {
        format!("day {} {hours:02}:{minutes:02}", days + 1)
    }
}

/// An instant to the minute, or the day alone at midnight; its zone is named elsewhere.
pub fn moment(instant: &str) -> String {
    match (instant.get(..10), instant.get(10..11), instant.get(11..16)) {
        (Some(day), Some("T"), Some("00:00")) => day.to_owned(),
        (Some(day), Some("T"), Some(clock)) => format!("{day} {clock}"),
        _ => instant.to_owned(),
    }
}

fn rounded(value: Decimal, decimals: u32) -> String {
    let value = value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointNearestEven);
    let text = format!("{:.*}", decimals as usize, value.abs());
    signed(value.is_sign_negative() && !value.is_zero(), &group(&text))
}

fn signed(negative: bool, text: &str) -> String {
    if negative { format!("{MINUS}{text}") } else { text.to_owned() }
}

/// Separates the thousands of an unsigned decimal text.
fn group(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
    let mut grouped = String::with_capacity(text.len() + 4);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

pub(crate) fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<_> = items.collect();
    match items.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_rounded_once_and_grouped() {
        assert_eq!(amount("38412.5000001"), "38,413");
        assert_eq!(amount("999.995"), "1,000.00");
        assert_eq!(amount("-1234567.4"), "\u{2212}1,234,567");
        assert_eq!(amount("0.0000021"), "0.000002");
        assert_eq!(amount("0"), "0.00");
        assert_eq!(amount("n/a"), "n/a");
        assert_eq!(cents("1234.565"), "1,234.56");
        assert_eq!(cents("-0.001"), "0.00");
        assert_eq!(money("12", "SEK"), "12.00 SEK");
        assert_eq!(money("373.752", "JPY"), "374 JPY");
        assert_eq!(money("12.5", "KWD"), "12.500 KWD");
        assert_eq!(money("0.0049", "EUR"), "0.0049 EUR");
        assert_eq!(invoice("373.752", "JPY"), "374");
        assert_eq!(invoice("1234.565", "USD"), "1,234.56");
        assert_eq!(quantity("1234567.890"), "1,234,567.89");
    }

    #[test]
    fn a_small_share_never_reads_as_nothing_and_a_large_one_never_as_all() {
        assert_eq!(share(0.0), "0 %");
        assert_eq!(share(0.000_001), "<0.01 %");
        assert_eq!(share(0.0012), "0.12 %");
        assert_eq!(share(0.6149), "61.5 %");
        assert_eq!(share(0.999_999), "99.99 %");
        assert_eq!(share(1.0), "100 %");
        assert_eq!(share(f64::NAN), "n/a");
    }

    #[test]
    fn times_take_the_unit_that_suits() {
        assert_eq!(wait(0.0), "0 ms");
        assert_eq!(wait(0.4), "<1 ms");
        assert_eq!(wait(999.6), "1.0 s");
        assert_eq!(wait(59_960.0), "1.0 min");
        assert_eq!(wait(-1500.0), "\u{2212}1.5 s");
        assert_eq!(elapsed(5_400.0, 86_400.0), "01:30");
        assert_eq!(elapsed(93_600.0, 604_800.0), "day 2 02:00");
    }

    #[test]
    fn midnight_is_the_day() {
        assert_eq!(moment("2026-12-01T00:00:00+01:00"), "2026-12-01");
        assert_eq!(moment("2026-12-01T13:30:00Z"), "2026-12-01 13:30");
        assert_eq!(moment("soon"), "soon");
    }

    #[test]
    fn axis_numbers_are_short() {
        assert_eq!(short(1_500_000.0), "1.5M");
        assert_eq!(short(250_000.0), "250k");
        assert_eq!(short(0.0), "0");
        assert_eq!(number(1234.5), "1,234");
        assert_eq!(number(12.0), "12");
        assert_eq!(number(-0.04), "0");
    }
}
