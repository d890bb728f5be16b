//! Numbers as logs write them: whole tokens, and times in decimal units down to the microsecond. No float is involved, so no digit is lost.

/// Tokens above this in one request are a mistake of the source: ten times the largest context window on offer.
pub(crate) const MAX_TOKENS: u64 = 10_000_000;

/// No model on offer takes as many input tokens in one call.
pub(crate) const BEYOND_ANY_WINDOW: u32 = 1_100_000;

/// Why text is not the number asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberFault {
    /// Nothing there.
    Empty,
    /// Not a number.
    NotANumber,
    /// Below zero.
    Negative,
    /// Larger than any request or time can be.
    TooLarge,
}

/// A whole count of tokens. `12.0` and `1.2E3`, as exports through spreadsheets write them, are whole too.
#[inline]
pub(crate) fn tokens(text: &[u8]) -> Result<u32, NumberFault> {
    let mut value: u64 = 0;
    if text.is_empty() || text.len() > 8 {
        return tokens_slow(text);
    }
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return tokens_slow(text);
        }
        value = value * 10 + u64::from(digit);
    }
    if value > MAX_TOKENS { Err(NumberFault::TooLarge) } else { Ok(value as u32) }
}

#[cold]
fn tokens_slow(text: &[u8]) -> Result<u32, NumberFault> {
    let micro = scaled(text, 1_000_000)?;
    if micro < 0 {
        return Err(NumberFault::Negative);
    }
    if micro % 1_000_000 != 0 {
        return Err(NumberFault::NotANumber);
    }
    let value = (micro / 1_000_000) as u64;
    if value > MAX_TOKENS { Err(NumberFault::TooLarge) } else { Ok(value as u32) }
}

/// A decimal times `scale`, cut (not rounded) to a whole number. `scale` is a power of ten.
#[inline]
pub(crate) fn scaled(text: &[u8], scale: i64) -> Result<i64, NumberFault> {
    let text = text.trim_ascii();
    let (negative, mut rest) = match text {
        [] => return Err(NumberFault::Empty),
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text.strip_prefix(b"+").unwrap_or(text)),
    };
    let mut value: i64 = 0;
    let mut seen = false;
    while let [digit @ b'0'..=b'9', tail @ ..] = rest {
        value = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(i64::from(digit - b'0')))
            .ok_or(NumberFault::TooLarge)?;
        (seen, rest) = (true, tail);
    }
    value = value.checked_mul(scale).ok_or(NumberFault::TooLarge)?;
    if let [b'.', tail @ ..] = rest {
        // The place value falls to 0 past the last digit that counts: further digits are read and cut.
        let mut place_value = scale;
        rest = tail;
        while let [digit @ b'0'..=b'9', tail @ ..] = rest {
            place_value /= 10;
            value = value
                .checked_add(i64::from(digit - b'0') * place_value)
                .ok_or(NumberFault::TooLarge)?;
            (seen, rest) = (true, tail);
        }
    }
    match rest {
        _ if !seen => Err(NumberFault::NotANumber),
        [] => Ok(if negative { -value } else { value }),
        [b'e' | b'E', ..] => exponent(text, scale),
        _ => Err(NumberFault::NotANumber),
    }
}

/// E-notation. Exports write it for large or tiny values; it carries at most 15 digits, which a double holds.
#[cold]
fn exponent(text: &[u8], scale: i64) -> Result<i64, NumberFault> {
    let text = std::str::from_utf8(text).map_err(|_| NumberFault::NotANumber)?;
    let value: f64 = text.parse().map_err(|_| NumberFault::NotANumber)?;
    let value = value * scale as f64;
    if value.abs() < 9e18 { Ok(value as i64) } else { Err(NumberFault::TooLarge) }
}

/// Whether a cell says that nobody knows its number: `n/a`, `NaN`, `-`, `null`, `None`.
#[inline]
pub(crate) fn is_absent(text: &[u8]) -> bool {
    const WORDS: [&[u8]; 16] = [
        b"n/a",
        b"na",
        b"nan",
        b"-",
        b"--",
        b"null",
        b"none",
        b"nil",
        b"undefined",
        b"#n/a",
        b"(null)",
        b"(none)",
        b"<null>",
        b"\\n",
        b"<na>",
        b"(blank)",
    ];
    let text = text.trim_ascii();
    !text.first().is_some_and(u8::is_ascii_digit)
        && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// "1 call", "2 calls".
pub(crate) fn counted(count: u64, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// Seconds with as many decimals as a microsecond has, for messages.
pub(crate) fn seconds(us: i64) -> String {
    let sign = if us < 0 { "-" } else { "" };
    let text =
        format!("{sign}{}.{:06}", us.unsigned_abs() / 1_000_000, us.unsigned_abs() % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_whole_and_bounded() {
        assert_eq!(tokens(b"0"), Ok(0));
        assert_eq!(tokens(b"4096"), Ok(4_096));
        assert_eq!(tokens(b" 12.0 "), Ok(12));
        assert_eq!(tokens(b"1.2E3"), Ok(1_200));
        assert_eq!(tokens(b"-5"), Err(NumberFault::Negative));
        assert_eq!(tokens(b"1.5"), Err(NumberFault::NotANumber));
        assert_eq!(tokens(b""), Err(NumberFault::Empty));
        assert_eq!(tokens(b"12x"), Err(NumberFault::NotANumber));
        assert_eq!(tokens(b"1,234"), Err(NumberFault::NotANumber));
        assert_eq!(tokens(b"99999999"), Err(NumberFault::TooLarge));
        assert_eq!(tokens(b"123456789012345678901"), Err(NumberFault::TooLarge));
    }

    #[test]
    fn words_for_no_number_are_no_numbers() {
        let absent = ["n/a", "NaN", "-", "null", "None", "#N/A", " NULL ", "\\N"];
        assert!(absent.iter().all(|word| is_absent(word.as_bytes())));
        assert!(!["", "0", "-5", "abc", "12"].iter().any(|word| is_absent(word.as_bytes())));
    }

    #[test]
    fn decimals_scale_without_loss() {
        assert_eq!(scaled(b"12.345678", 1_000_000), Ok(12_345_678));
        assert_eq!(scaled(b"12.3", 1_000_000), Ok(12_300_000));
        assert_eq!(scaled(b"12.3456789", 1_000_000), Ok(12_345_678));
        assert_eq!(scaled(b"12", 1_000_000), Ok(12_000_000));
        assert_eq!(scaled(b"-0.5", 1_000), Ok(-500));
        assert_eq!(scaled(b"7.9", 1), Ok(7));
        assert_eq!(scaled(b".5", 1_000), Ok(500));
        assert_eq!(scaled(b"5.", 1_000), Ok(5_000));
        assert_eq!(scaled(b"1e3", 1_000), Ok(1_000_000));
        assert_eq!(scaled(b".", 1_000), Err(NumberFault::NotANumber));
        assert_eq!(scaled(b"-", 1_000), Err(NumberFault::NotANumber));
        assert_eq!(scaled(b"nan", 1_000), Err(NumberFault::NotANumber));
        assert_eq!(scaled(b"9223372036854775807", 1_000), Err(NumberFault::TooLarge));
    }
}
