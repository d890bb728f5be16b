//! How much an input may make the program hold: every allocation whose size an input can choose asks here first.
//!
//! The limit is one for the process, as memory is. It is said once, by the program that uses the library; no result
//! depends on it, only whether there is one.

use crate::units::diagnostic::Diagnostic;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The limit where nobody said one.
const UNSTATED: u64 = 8 << 30;
/// What a small input may take, whatever its length.
const SMALL_INPUT: u64 = 64 << 20;
/// What each byte of an input may become: ten times more than any honest log or compressed trace was found to take.
const GROWTH: u64 = 192;

static LIMIT: AtomicU64 = AtomicU64::new(UNSTATED);
static STATED: AtomicBool = AtomicBool::new(false);

/// Says how many bytes inputs may take. `stated`: a person chose the number, so what they ask for is not doubted because
/// the input is small.
pub fn set_limit(bytes: u64, stated: bool) {
    LIMIT.store(bytes, Ordering::Relaxed);
    STATED.store(stated, Ordering::Relaxed);
}

/// Bytes that inputs may take in all.
pub fn limit() -> u64 {
    LIMIT.load(Ordering::Relaxed)
}

/// Whether a person chose the limit.
pub fn is_stated() -> bool {
    STATED.load(Ordering::Relaxed)
}

/// Bytes that may come of an input of `length` bytes.
pub fn limit_for_input(length: u64) -> u64 {
    if is_stated() {
        return limit();
    }
    limit().min(SMALL_INPUT.saturating_add(length.saturating_mul(GROWTH)))
}

/// Whether `count` things of `each` bytes may be held; `what` they are, for the message: "12 requests".
///
/// # Errors
/// They would take more than the limit.
pub fn check(what: &str, count: u128, each: u64) -> Result<(), Diagnostic> {
    within(limit(), what, count.saturating_mul(u128::from(each)))
}

/// The same for what comes of an input of `length` bytes.
///
/// # Errors
/// As [`check`].
pub fn check_input(what: &str, count: u128, each: u64, length: u64) -> Result<(), Diagnostic> {
    within(limit_for_input(length), what, count.saturating_mul(u128::from(each)))
}

fn within(limit: u64, what: &str, bytes: u128) -> Result<(), Diagnostic> {
    if bytes <= u128::from(limit) { Ok(()) } else { Err(too_large(limit, what, Some(bytes))) }
}

/// The error for what would take more than `limit` bytes; `bytes` where it is known how many.
pub fn too_large(limit: u64, what: &str, bytes: Option<u128>) -> Diagnostic {
    let takes =
        bytes.map_or_else(|| "more than".to_owned(), |bytes| format!("{}, more than", size(bytes)));
    let message =
        format!("too large: {what} would take {takes} the {} allowed", size(limit.into()));
    let wanted = bytes.unwrap_or_else(|| u128::from(limit) * 4);
    Diagnostic::error("too-large", message)
        .hint(format!("if the input is right, allow it with --max-memory {}", round_up(wanted)))
}

/// Bytes in the unit people read.
pub fn size(bytes: u128) -> String {
    let mut unit = 0;
    let mut whole = bytes;
    while whole >= 10_000 && unit < UNITS.len() - 1 {
        whole /= 1_000;
        unit += 1;
    }
    format!("{whole} {}", UNITS[unit])
}

const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];

/// A quantity that the flag takes, at least `bytes`.
fn round_up(bytes: u128) -> String {
    let gigabytes = bytes.div_ceil(1_000_000_000);
    if gigabytes > 1 {
        format!("{gigabytes}GB")
    } else {
        format!("{}MB", bytes.div_ceil(1_000_000))
    }
}

/// A size as people write it: `4GB`, `500 MB`, `1.5 GiB`, or bytes.
///
/// # Errors
/// Why it is none.
pub fn parse(text: &str) -> Result<u64, String> {
    let wrong = || "write a size such as 4GB, 500MB or 2GiB".to_owned();
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "t" | "tb" => 1_000_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        "tib" => 1 << 40,
        _ => return Err(wrong()),
    };
    let number: rust_decimal::Decimal = number.parse().map_err(|_| wrong())?;
    let bytes = number.checked_mul(unit.into()).ok_or_else(wrong)?.trunc();
    u64::try_from(bytes).ok().filter(|bytes| *bytes > 0).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_written() {
        assert_eq!(parse("4GB"), Ok(4_000_000_000));
        assert_eq!(parse("1.5 GiB"), Ok(1_610_612_736));
        assert_eq!(parse("17"), Ok(17));
        for wrong in ["", "GB", "-1GB", "1XB", "99999999999999999999TB", "0"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(size(16_400_000_000), "16 GB");
        assert_eq!(size(9_999), "9999 B");
    }

    #[test]
    fn what_is_too_large_names_the_flag_that_allows_it() {
        let error = within(1_000, "12 requests", 4_200_000_000).unwrap_err();
        assert_eq!(error.code, "too-large");
        assert!(error.hint.unwrap().ends_with("--max-memory 5GB"));
        assert!(within(1_000, "12 requests", 1_000).is_ok());
    }
}
