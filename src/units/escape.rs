//! Text from outside, made harmless for the form it is written in: one function for each form.

use std::borrow::Cow;

/// Text for a terminal: control characters (escape sequences, bells, carriage returns), other than line breaks and tabs,
/// and the marks that turn the direction of writing, are shown by their number.
pub fn for_terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(moves_a_terminal) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if moves_a_terminal(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// The same for text that stands in one line or one cell: line breaks and tabs become spaces.
pub fn for_line(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r', '\t']) {
        return for_terminal(text);
    }
    let line = text.replace("\r\n", " ").replace(['\n', '\r', '\t'], " ");
    Cow::Owned(for_terminal(&line).into_owned())
}

fn moves_a_terminal(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t') || is_unseen(c)
}

/// Characters that reorder the text around them, end its line, or cannot be seen in it. What joins
/// letters of scripts and parts of pictures (U+200C, U+200D) is none of them.
pub const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Text that Markdown shows as it is: no markup, no HTML, no entity, no mention, no link made of an address, no second
/// line, no end of a table's cell.
pub fn for_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // Sites look for mentions and references in the text once it is rendered: a comment parts it there.
            '@' => out.push_str("&#64;<!-- -->"),
            '#' => out.push_str("&#35;<!-- -->"),
            '|' => out.push_str("&#124;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '!' | '$' | '{' | '}' => {
                out.extend(['\\', c]);
            }
            c if c.is_control() || is_unseen(c) => out.push(' '),
            c => out.push(c),
        }
    }
    // Addresses become links by themselves, also without a scheme.
    out.replace("://", "&#58;<!-- -->//").replace("www.", "www&#46;").replace("WWW.", "WWW&#46;")
}

/// What makes a spreadsheet take a cell for a formula, its full-width forms included.
const FORMULA: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// A cell that no spreadsheet takes for a formula: what would start one gets an apostrophe. Control characters that no
/// spreadsheet shows, and what turns the direction of writing or cannot be seen, are written by their number.
pub fn for_spreadsheet(text: &str) -> Cow<'_, str> {
    let raw = |c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n') || is_unseen(c);
    let shown: Cow<'_, str> = if text.contains(raw) {
        let show = |c: char| if raw(c) { c.escape_unicode().to_string() } else { c.to_string() };
        Cow::Owned(text.chars().map(show).collect())
    } else {
        Cow::Borrowed(text)
    };
    // A space before the sign does not keep some programs from reading a formula.
    if shown.trim_start_matches(' ').starts_with(FORMULA) || shown.starts_with(FORMULA) {
        return Cow::Owned(format!("'{shown}"));
    }
    shown
}

/// A cell as it was before [`for_spreadsheet`].
pub fn from_spreadsheet(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches(' ').starts_with(FORMULA) => rest,
        _ => text,
    }
}

/// Text in which every character may stand in an XML 1.0 document; others are written by their number.
pub fn for_xml(text: &str) -> Cow<'_, str> {
    let allowed = |c: char| {
        matches!(c, '\t' | '\n' | '\r' | ' '..='\u{7e}' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
            && !(0xfffe..=0xffff).contains(&(u32::from(c) & 0xffff))
    };
    if text.chars().all(allowed) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if allowed(c) {
            out.push(c);
        } else {
            out.extend(c.escape_unicode());
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_not_driven() {
        assert_eq!(for_terminal("a\u{1b}[2Jb\u{9b}31m\rc"), "a\\u{1b}[2Jb\\u{9b}31m\\u{d}c");
        assert_eq!(for_terminal("plain\n text"), "plain\n text");
        assert_eq!(for_line("two\nlines\u{202e}"), "two lines\\u{202e}");
        assert_eq!(for_terminal("a\u{61c}b\u{2028}c\u{200b}"), "a\\u{61c}b\\u{2028}c\\u{200b}");
        // A family of three, and a word of Persian, need what joins them.
        for joined in
            ["\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}", "\u{645}\u{6cc}\u{200c}\u{62e}"]
        {
            assert_eq!(for_terminal(joined), joined);
        }
    }

    #[test]
    fn markdown_shows_text_as_it_is() {
        let text = for_markdown(
            "a|b @org/team #1 [x](https://e.example) ![t](u) `c` </details>&lt;\r\n# H",
        );
        for markup in ["|", "@", " #1", "[x](", "://", "</", "\n", "# H"] {
            assert!(!text.contains(markup), "{markup} in {text}");
        }
        assert!(text.contains("&amp;lt;"));
    }

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\u{ff1d}1", "  =1"] {
            let guarded = for_spreadsheet(text);
            assert!(guarded.starts_with('\''), "{text}");
            assert_eq!(from_spreadsheet(&guarded), text);
        }
        assert_eq!(for_spreadsheet("a=b"), "a=b");
        assert_eq!(for_spreadsheet("a\u{1b}[1m\u{202e}"), "a\\u{1b}[1m\\u{202e}");
        assert_eq!(from_spreadsheet("'tis"), "'tis");
    }

    #[test]
    fn xml_has_no_forbidden_character() {
        assert_eq!(for_xml("a\u{0}b\u{1b}\u{ffff}\n"), "a\\u{0}b\\u{1b}\\u{ffff}\n");
        assert_eq!(for_xml("plain"), "plain");
    }
}
