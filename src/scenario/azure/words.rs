//! Names from outside, as they may be shown and written.

/// Longest name that is shown whole; Azure's own limits are below it.
const LONGEST: usize = 120;

/// A name in a message or a comment: on one line, without control characters.
pub(crate) fn shown(name: &str) -> String {
    let plain = |c: char| if is_plain(c) { c } else { '\u{fffd}' };
    let mut text: String = name.chars().take(LONGEST).map(plain).collect();
    if name.chars().count() > LONGEST {
        text.push('…');
    }
    text
}

/// Not a control character, and none that changes the direction of what stands after it.
fn is_plain(c: char) -> bool {
    let turning =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !turning && c != '\u{2028}' && c != '\u{2029}'
}

/// A text of TOML on one line: what JSON escapes is escaped alike there, but for the last control character of ASCII.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// A whole number of TOML, its thousands apart.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

/// A location as an Azure region: lower case, without spaces.
pub(super) fn region(location: &str) -> String {
    location.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_thousands() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(number), ["0", "999", "1_000", "1_234_567"]);
    }

    #[test]
    fn no_name_breaks_a_line() {
        assert_eq!(shown("a\nb\u{202e}c"), "a\u{fffd}b\u{fffd}c");
        assert_eq!(region("Sweden Central"), "swedencentral");
    }
}
