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
        ("not-a-scenario", "see `ptuplan init` for a commented scenario".to_owned())
    };
    let message = in_words(&message.replace("missing field", "missing key"));
    Diagnostic::error(code, message).at(place).hint(hint)
}

/// What was expected, in the words of the file instead of those of the program.
fn in_words(message: &str) -> String {
    const WORDS: [(&str, &str); 9] = [
        ("a sequence", "a list"),
        ("a map", "a table"),
        ("a boolean", "true or false"),
        ("a string", "a text in quotes"),
        ("u8", "a small whole number"),
        ("u16", "a whole number"),
        ("u32", "a whole number"),
        ("u64", "a whole number"),
        ("f64", "a number"),
    ];
    if message.contains("untagged enum") {
        return "not a value of this key: another form was expected here".to_owned();
    }
    let Some((before, expected)) = message.split_once("expected ") else {
        return message.to_owned();
    };
    if before.contains("integer `-") && expected.starts_with('u') {
        return format!("{before}expected a whole number, 0 or more");
    }
    let known = WORDS.iter().find(|(theirs, _)| expected.starts_with(theirs));
    match known {
        Some((_, ours)) => format!("{before}expected {ours}"),
        None if expected.starts_with("struct ") => format!("{before}expected a table of keys"),
        None if expected.starts_with("enum ") => format!("{before}expected one of its words"),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn no_type_of_the_program_is_named() {
        assert_eq!(
            in_words("invalid type: integer `3`, expected struct HorizonTable"),
            "invalid type: integer `3`, expected a table of keys"
        );
        assert_eq!(
            in_words("invalid type: string \"x\", expected u32"),
            "invalid type: string \"x\", expected a whole number"
        );
        assert_eq!(
            in_words("invalid value: integer `-5`, expected u32"),
            "invalid value: integer `-5`, expected a whole number, 0 or more"
        );
        assert!(
            !in_words("data did not match any variant of untagged enum Quantity").contains("enum")
        );
        assert_eq!(in_words("missing key `model`"), "missing key `model`");
    }
}
