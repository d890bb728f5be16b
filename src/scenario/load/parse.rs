//! TOML to the tables of a file, with every mistake of the text at once.

use crate::units::diagnostic::{Diagnostic, Diagnostics, Place, nearest};
use serde::de::DeserializeOwned;
use std::ops::Range;

/// Mistakes reported at most; the rest of a hopeless file is not worth the screen.
const MAX_MISTAKES: usize = 50;

/// Deserialises, blanking out each offending item and trying again, so that one pass shows every mistake.
pub(in crate::scenario) fn parse<T: DeserializeOwned>(
    file: &str,
    text: &str,
) -> Result<T, Diagnostics> {
    let mut found = Diagnostics::default();
    if let Err(error) = toml::from_str::<toml::Table>(text) {
        let span = error.span().unwrap_or(0..0);
        return Err(explain(file, text, error.message().trim(), &span).into());
    }
    let mut rest = text.to_owned();
    loop {
        let error = match toml::from_str::<T>(&rest) {
            Ok(written) if found.0.is_empty() => return Ok(written),
            Ok(_) => return Err(found),
            Err(error) => error,
        };
        let message = error.message().trim().to_owned();
        let missing = message.starts_with("missing field");
        // What is missing after something was blanked out may be the blanked item itself.
        if missing && !found.0.is_empty() {
            return Err(found);
        }
        let span = error.span().unwrap_or(0..0);
        found.push(explain(file, text, &message, &span));
        let line = line_of(&rest, span.start);
        let blank = line.start..line.end.max(line_of(&rest, span.end.saturating_sub(1)).end);
        if missing || blank.is_empty() || found.0.len() >= MAX_MISTAKES {
            return Err(found);
        }
        let spaces: String =
            rest[blank.clone()].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        if spaces == rest[blank.clone()] {
            return Err(found);
        }
        // Characters of several bytes become one space: pad, so that later offsets stay true.
        let padding = blank.len() - spaces.len();
        rest.replace_range(blank, &(spaces + &" ".repeat(padding)));
    }
}

fn line_of(text: &str, offset: usize) -> Range<usize> {
    let offset = offset.min(text.len());
    let start = text[..offset].rfind('\n').map_or(0, |index| index + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |index| offset + index);
    start..end
}

fn explain(file: &str, text: &str, message: &str, span: &Range<usize>) -> Diagnostic {
    let place = Place::at_offset(file, text, span.start);
    let (code, hint) = if let Some(rest) = message.strip_prefix("unknown field `") {
        let (asked, known) = rest.split_once('`').unwrap_or((rest, ""));
        let names: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        let hint = match nearest(asked, names.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("known here: {}", names.join(", ")),
        };
        return Diagnostic::error("unknown-key", format!("unknown key: `{asked}`"))
            .at(place)
            .hint(hint);
    } else if let Some(name) = message.strip_prefix("missing field ") {
        ("missing-key", format!("add {name}; `ptuplan init` writes a commented scenario"))
    } else {
        let value = text.get(span.clone()).unwrap_or_default();
        if let Some((said, hint)) = mistyped(message, key_at(text, span.start), value) {
            return Diagnostic::error("not-a-scenario", said).at(place).hint(hint);
        }
        ("not-a-scenario", SEE_INIT.to_owned())
    };
    let message = message.replace("missing field", "missing key");
    Diagnostic::error(code, message).at(place).hint(hint)
}

/// A value of another type than its key takes, in the words of the file; none where the mistake is
/// another one. `key` is the one it stands behind, `value` what stands there.
fn mistyped(message: &str, key: Option<&str>, value: &str) -> Option<(String, &'static str)> {
    let key = key.map_or_else(|| "this".to_owned(), |key| format!("`{key}`"));
    if message.contains("untagged enum") {
        return Some((format!("{key} takes values of another form{}", not(value)), SEE_INIT));
    }
    let known = ["invalid type: ", "invalid value: ", "unknown variant "];
    known.iter().find(|start| message.starts_with(**start))?;
    let (_, expected) = message.split_once("expected ")?;
    let (what, hint) = wanted(expected, value.starts_with('-'));
    Some((format!("{key} must be {what}{}", not(value)), hint))
}

/// What stands there instead, where it is short enough to be read in a sentence.
fn not(value: &str) -> String {
    let is_short = !value.is_empty() && value.len() <= LONGEST && !value.contains('\n');
    if is_short { format!(", not {value}") } else { String::new() }
}

/// Longest value that is shown, bytes.
const LONGEST: usize = 40;
const SEE_INIT: &str = "see `ptuplan init` for a commented scenario";

/// What a key takes, and how that is written; `expected` is the parser's word for it.
fn wanted(expected: &str, is_negative: bool) -> (String, &'static str) {
    const NUMBER: &str = "a number has a decimal point, no comma and no quotes";
    const WHOLE: &str = "a whole number has digits alone, and no quotes";
    const TEXT: &str = "a text stands in quotes";
    let starts = |all: &[&str]| all.iter().any(|one| expected.starts_with(one));
    let (what, hint) = if starts(&["u8", "u16", "u32", "u64", "usize"]) && is_negative {
        ("a whole number, 0 or more", WHOLE)
    } else if starts(&["u8", "u16", "u32", "u64", "usize", "i32", "i64"]) {
        ("a whole number, such as 12", WHOLE)
    } else if starts(&["f32", "f64"]) {
        ("a number, such as 1.5", NUMBER)
    } else if starts(&["a string"]) {
        ("a text in quotes", TEXT)
    } else if starts(&["a boolean"]) {
        ("true or false", "without quotes")
    } else if starts(&["a TOML datetime"]) {
        ("a date, such as 2026-12-14", "write it as 2026-12-14, without quotes")
    } else if starts(&["a sequence"]) {
        ("a list in square brackets", SEE_INIT)
    } else if starts(&["a map", "struct "]) {
        ("a table of keys", SEE_INIT)
    } else if starts(&["enum "]) {
        ("one of its words", SEE_INIT)
    } else {
        (expected, SEE_INIT)
    };
    (what.replace('`', "\""), hint)
}

/// The key whose value starts at an offset, where both stand in one line.
fn key_at(text: &str, offset: usize) -> Option<&str> {
    let line = line_of(text, offset);
    let before = text.get(line.start..offset.min(line.end))?;
    let (before, _) = before.rsplit_once('=')?;
    let is_key = |own: char| own.is_alphanumeric() || matches!(own, '_' | '-' | '.');
    let before = before.trim_end();
    let start = before.rfind(|own| !is_key(own)).map_or(0, |at| at + 1);
    before.get(start..).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{key_at, mistyped};

    #[test]
    fn no_type_of_the_program_is_named() {
        let said = |message: &str, value: &str| mistyped(message, Some("key"), value).unwrap().0;
        assert_eq!(
            said("invalid type: integer `3`, expected struct HorizonTable", "3"),
            "`key` must be a table of keys, not 3"
        );
        assert_eq!(
            said("invalid type: string \"x\", expected u32", "\"x\""),
            "`key` must be a whole number, such as 12, not \"x\""
        );
        assert_eq!(
            said("invalid value: integer `-5`, expected u32", "-5"),
            "`key` must be a whole number, 0 or more, not -5"
        );
        assert_eq!(
            said("invalid type: string \"1,5\", expected f64", "\"1,5\""),
            "`key` must be a number, such as 1.5, not \"1,5\""
        );
        assert_eq!(
            said("invalid type: integer `3`, expected a string", "3"),
            "`key` must be a text in quotes, not 3"
        );
        assert_eq!(
            said("unknown variant `x`, expected one of `a`, `b`", "\"x\""),
            "`key` must be one of \"a\", \"b\", not \"x\""
        );
        assert_eq!(
            said("invalid type: string \"2026-12-1\", expected a TOML datetime", "\"2026-12-1\""),
            "`key` must be a date, such as 2026-12-14, not \"2026-12-1\""
        );
        let untagged = "data did not match any variant of untagged enum Quantity";
        assert_eq!(said(untagged, "[1]"), "`key` takes values of another form, not [1]");
        assert!(mistyped("missing field `model`", None, "").is_none());
    }

    #[test]
    fn the_key_of_a_value_is_named() {
        let text = "a = 1\ntraffic = { trace = \"t\", scale = \"1,5\" }\n[slo]\n";
        assert_eq!(key_at(text, text.find("\"1,5").unwrap()), Some("scale"));
        assert_eq!(key_at(text, text.find("\"t\"").unwrap()), Some("trace"));
        assert_eq!(key_at(text, text.find("1\n").unwrap()), Some("a"));
        assert_eq!(key_at(text, text.find("[slo]").unwrap()), None);
    }
}
